"""tools/check_rooms.py catches a planted violation of each rule, and nothing in what is allowed."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.check_rooms import check, main

REPOSITORY = Path(__file__).parents[2]


def plant(root: Path, where: str, text: str) -> list[str]:
    """Write one file into a package called unmagic; what the checker finds, as ``line: reason``."""
    path = root / "unmagic" / where
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    violations = check(root / "unmagic")
    assert all(violation.path == path.resolve() for violation in violations)
    return [f"{violation.line}: {violation.reason}" for violation in violations]


@pytest.mark.parametrize(
    "expression",
    [
        'f"{x:.3f}"',
        'f"{x:{width}}"',
        "round(x, 2)",
        "x.round(2)",
        "np.round(x)",
        "np.around(x, 2)",
        'format(x, ".3f")',
        '"{}".format(x)',
        '"{x}".format_map(names)',
        '"%.3f" % x',
        'f"%.{n}f" % x',
        "np.format_float_positional(x)",
        "np.format_float_scientific(x)",
        "np.array2string(x)",
        "format_float_positional(x)",
        'x.__format__(".3f")',
    ],
)
def test_a_renderer_that_formats_a_number_is_caught(tmp_path: Path, expression: str) -> None:
    [found] = plant(tmp_path, "render/text.py", f"import numpy as np\n\ny = {expression}\n")
    assert found.startswith("3: a renderer formats")


@pytest.mark.parametrize("expression", ['f"<b>{x}</b>"', 'f"{x!s}"', "width % 2", '"a" + x', "surround(x)"])
def test_a_renderer_may_put_text_together(tmp_path: Path, expression: str) -> None:
    assert plant(tmp_path, "render/html.py", f"y = {expression}\n") == []


def test_other_rooms_may_format(tmp_path: Path) -> None:
    assert plant(tmp_path, "core/digits.py", 'y = f"{x:.3f}"\n') == []


@pytest.mark.parametrize(
    "statement",
    [
        "import torch",
        "import torch.nn.functional as F",
        "from jax import numpy as jnp",
        "from dask.array import Array",
        "import cupy",
        "y = torch.exp(x)",
        "y = spelling.jax",
        'y = namespace == "torch"',
        'y = modules["jax.numpy"]',
        'y = import_module("cupy")',
    ],
)
def test_an_op_that_knows_a_framework_is_caught(tmp_path: Path, statement: str) -> None:
    found = plant(tmp_path, "ops/linear.py", f"def forward(xp, x):\n    {statement}\n")
    assert found
    assert all(line.startswith("2: an op ") for line in found)


@pytest.mark.parametrize(
    "statement", ["import numpy as np", '"""As torch has it: the first of a tie."""', "y = x.torched"]
)
def test_an_op_may_know_numpy_and_tell_what_others_do(tmp_path: Path, statement: str) -> None:
    assert plant(tmp_path, "ops/reduce.py", f"def forward(xp, x):\n    {statement}\n") == []


@pytest.mark.parametrize(
    "statement",
    [
        "import unmagic.ops",
        "from unmagic.ops.linear import MatMul",
        "from unmagic import ops",
        "from ..ops import linear",
        "from .. import ops",
        'm = import_module("unmagic.ops.linear")',
    ],
)
@pytest.mark.parametrize("indent", ["", "def f():\n    "])
def test_a_driver_that_knows_an_op_is_caught(tmp_path: Path, statement: str, indent: str) -> None:
    found = plant(tmp_path, "sources/live_numpy.py", f"{indent}{statement}\n")
    line = 2 if indent else 1
    assert found == [f"{line}: a driver imports from unmagic.ops; tell the recorder"]


@pytest.mark.parametrize(
    "statement", ["from unmagic.record import spell", "from . import ops", "from unmagic.opsin import f"]
)
def test_a_driver_may_know_the_recorder(tmp_path: Path, statement: str) -> None:
    assert plant(tmp_path, "sources/text.py", f"{statement}\n") == []


@pytest.mark.parametrize("name", ["torch", "jax", "jaxlib", "dask", "cupy", "IPython", "scipy"])
@pytest.mark.parametrize(
    "form",
    [
        "import {}",
        "import {}.sub as s",
        "from {}.sub import name",
        "try:\n    import {}\nexcept ImportError:\n    pass",
        "class C:\n    import {}",
        "if sys.platform:\n    import {}",
        'm = importlib.import_module("{}.sub")',
        'm = __import__("{}")',
        'def f(m=__import__("{}")):\n    pass',
    ],
)
def test_an_optional_package_at_module_level_is_caught(tmp_path: Path, name: str, form: str) -> None:
    [found] = plant(tmp_path, "record/recorder.py", form.format(name) + "\n")
    assert found.endswith(f": {name} is imported at module level; import it in the function that needs it")


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    import torch\n",
        "async def f():\n    from jax import numpy\n",
        "f = lambda: __import__('dask')\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import torch\n",
        "import typing\nif typing.TYPE_CHECKING:\n    import torch\nelse:\n    x = 1\n",
        "from .torch import names\n",
        "from unmagic.record.spell import torch\n",
    ],
)
def test_an_optional_package_may_be_imported_late(tmp_path: Path, text: str) -> None:
    assert plant(tmp_path, "record/recorder.py", text) == []


def test_the_other_branch_of_type_checking_runs(tmp_path: Path) -> None:
    text = "if TYPE_CHECKING:\n    pass\nelse:\n    import torch\n"
    assert len(plant(tmp_path, "cli.py", text)) == 1


def test_a_file_that_does_not_parse_is_a_violation(tmp_path: Path) -> None:
    [found] = plant(tmp_path, "core/broken.py", "x = 1\ndef f(:\n")
    assert found.startswith("2: cannot be read")


def test_it_prints_file_line_and_reason_and_exits_1(tmp_path: Path) -> None:
    plant(tmp_path, "render/text.py", "\ny = round(x)\n")
    command = [sys.executable, str(REPOSITORY / "tools" / "check_rooms.py"), str(tmp_path / "unmagic")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    path = (tmp_path / "unmagic" / "render" / "text.py").resolve()
    assert done.stdout == f"{path}:2: a renderer formats: round(); core.digits prints numbers\n"


def test_a_missing_directory_is_not_a_clean_one(tmp_path: Path) -> None:
    assert main([str(tmp_path / "nowhere")]) == 2


def test_the_repository_keeps_its_rules() -> None:
    assert check(REPOSITORY / "src" / "unmagic") == []
