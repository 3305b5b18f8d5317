"""``import unmagic`` loads no framework: who has none of them pays for none of them."""

import os
import subprocess
import sys
from pathlib import Path

SRC = Path(__file__).parents[2] / "src"
HEAVY = ("torch", "jax", "jaxlib", "dask", "cupy", "IPython", "scipy")


def loaded_by(statement: str) -> set[str]:
    """Which of HEAVY a fresh interpreter has loaded after a statement."""
    probe = f"import sys\n{statement}\nprint(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", probe],
        env=os.environ | {"PYTHONPATH": str(SRC)},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())


def test_importing_unmagic_loads_no_framework() -> None:
    assert loaded_by("import unmagic") == set()


def test_the_command_line_loads_no_framework() -> None:
    assert loaded_by("import unmagic.cli") == set()


def test_the_probe_sees_what_is_loaded() -> None:
    assert loaded_by("import scipy") == {"scipy"}
