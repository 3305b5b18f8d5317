"""What is said at the end: where a program raised, what of it was not read, and the status."""

# ruff: noqa: E501
from __future__ import annotations

import json
import signal

import pytest

from tests.render.schema_check import problems
from tests.run.harness import Row, Seen, live
from tests.run.programs import archive

LOOP = "import numpy as np\nW = np.ones((3, 4))\nfor i in range(9):\n    x = np.ones(3 + (i == 6))\n    "
NET = """
import numpy as np
class Net:
    def __init__(self):
        self.W, self.p = np.ones((3, 4)), {"b": np.zeros(2)}
    def forward(self, x):
        return self.W @ x + self.p["b"]
net = Net()
net.forward(np.ones(4))
"""

RAISED: dict[str, tuple[str, list[str]]] = {
    "plain_iteration": (f"{LOOP}y = np.tanh(x * 0.5) @ (W + i)\n", ["(main.py:5)", "np.tanh(x * 0.5): [4] float64", "W + i: [3]×4 float64"]),
    "comprehension": (f"{LOOP}y = [W.T @ (v * 2) for v in (x, x)]\n", ["W.T: 4×[3] float64", "v * 2: [4] float64"]),
    "lambda": ("import numpy as np\nf = lambda a, b: a * 2 + b\nf(np.ones(3), np.ones(4))\n", ["(main.py:2)", "a * 2: [3] float64", "b: [4] float64"]),
    "attributes_and_items": (NET, ["self.W @ x: [3] float64", 'self.p["b"]: [2] float64']),
    "in_place_product": ("import numpy as np\nA = np.ones((3, 3))\nB = np.ones((4, 3))\nA @= B * 2\n", ["A: 3×[3] float64", "B * 2: [4]×3 float64"]),
    "in_place": ("import numpy as np\nA = np.ones((3, 4))\ng = np.ones((4, 3))\nA -= 0.1 * g\n", ["A: 3×[4] float64", "0.1 * g: 4×[3] float64"]),
    "broadcast": ("import numpy as np\np = np.ones((2, 5, 3))\nq = np.ones((4, 1))\nd = p - q\n", ["p: 2×[5]×3 float64", "q: [4]×1 float64"]),
    "einsum": ("import numpy as np\nW = np.ones((3, 4))\nnp.einsum('ij,kj->ik', W, np.ones((2, 5)))\n", ["W: 3×4 float64", "np.ones((2, 5)): 2×5 float64"]),
    "reshape": ("import numpy as np\nx = np.ones(12)\nh = 5\nx.reshape(h, 4)\n", ["x: 12 float64", "h: 5"]),
    "concatenate": ("import numpy as np\na = np.ones((2, 3))\nb = np.ones((2, 4))\nnp.concatenate([a * 2, b])\n", ["a * 2: 2×3 float64", "b: 2×4 float64"]),
    "item_written": ("import numpy as np\na = np.zeros((2, 3))\nb = np.ones(4)\na[0] = b * 2\n", ["a[0]: 3 float64", "b * 2: 4 float64"]),
    "index": ("import numpy as np\nx = np.ones((5, 3))\nfor i in range(9):\n    x[i + 1, 2] * 2\n", ["x: 5×3 float64", "i + 1: 5"]),
    "index_of_a_list": ("xs = [1.0, 2.0]\nk = 1\nxs[k + 1] * 2\n", ["xs: a list of 2", "k + 1: 2"]),
    "key": ("p = {'W1': 1.0, 'b1': 2.0}\ny = p['W2'] * 2\n", ["p: a dict of 2: 'W1', 'b1'", "there is 'W1'"]),
    "key_updated": ("counts = {'cat': 2, 'dog': 1}\nfor w in ['cat', 'dgo']:\n    counts[w] += 1\n", ["w: 'dgo'", "there is 'dog'"]),
    "name": ("weights = 2.0\ny = weihgts * 2\n", ["there is weights: 2"]),
    "zero": ("for i in range(9):\n    mean = (1.0 + i) / (i - 6)\n", ["1.0 + i: 7", "i - 6: 0"]),
    "unpack": ("import numpy as np\na, b = np.ones((3, 2)) * 2\n", ["np.ones((3, 2)) * 2: 3×2 float64"]),
    "none": ("def loss(x): x * 2\nl = loss(1.0)\nl + 1.0\n", ["l: None"]),
    "cause": ("import numpy as np\ndef f(x): return x @ np.ones(4)\ntry:\n    f(np.ones(3))\nexcept ValueError as e:\n    raise RuntimeError('failed') from e\n", ["RuntimeError: failed", "raised from ValueError: matmul", "main.py:2  x @ np.ones(4)", "x: [3] float64"]),
    "no_words": ("class Odd(Exception):\n    def __str__(self): raise TypeError\nraise Odd\n", ["(main.py:3)\nOdd"]),
}  # fmt: skip

OTHERS = {
    "nothing": Row({"main.py": "print('x')\n"}),
    "one_step": Row({"main.py": "import numpy as np\nx = np.ones(2)\n"}),
    "many_steps": Row({"main.py": "import numpy as np\nx = np.ones(2) * np.arange(2)\nfor i in range(600): x = x * 1.0 + 0.0\n"}),
    "opaque": Row({"main.py": "import numpy as np\nA = np.eye(3) * 2\nfor i in range(4):\n    U = np.linalg.svd(A)[0]\n    V = U * 2\n"}),
    "threads": Row({"main.py": "import threading, numpy as np\ndef f():\n    x = np.ones(3) * 2\nt = threading.Thread(target=f)\nt.start(); t.join()\n"}),
    "threads_beside": Row({"main.py": "import threading, numpy as np\ndef f():\n    x = np.ones(3) * 2\nt = threading.Thread(target=f)\nt.start(); t.join(); f()\n"}),
    "interrupted": Row({"main.py": "import numpy as np\nwith np.errstate(all='ignore'):\n    y = np.log(np.zeros(2))\nraise KeyboardInterrupt\n"}),
    "archive": Row({"app.pyz": archive({"__main__.py": "import helper\n", "helper.py": ""})}, ["app.pyz"]),
    "forks": Row({"main.py": "import os, numpy as np\nfor i in range(2):\n    if os.fork() == 0: os._exit(0)\n    os.wait()\nx = np.ones(2)\n"}),
    "compiled": Row({"main.py": "import numpy as np\ndef jit(f): return f\n@jit\ndef f(x): return np.log(x)\nx = np.ones(2) * 2\n"}),
    "loaded_by_hand": Row({
        "main.py": "from importlib.machinery import SourceFileLoader\nimport sys\nm = SourceFileLoader('other', 'other.py').load_module()\n",
        "other.py": "import numpy as np\nx = np.ones(3) * 2\n",
    }),
    "loaded_by_path": Row({
        "main.py": "import importlib.util as u, sys\ns = u.spec_from_file_location('other', 'other.py')\nm = u.module_from_spec(s)\nsys.modules['other'] = m\ns.loader.exec_module(m)\n",
        "other.py": "import numpy as np\nwith np.errstate(all='ignore'):\n    y = np.log(np.zeros(2))\n",
    }),
    "run_by_path": Row({
        "main.py": "import runpy\nrunpy.run_path('third.py')\n",
        "third.py": "import numpy as np\nwith np.errstate(all='ignore'):\n    z = np.log(np.zeros(3) + 0.0)\n",
    }),
    "module": Row({"pkg/__init__.py": "", "pkg/mod.py": "import numpy as np\nwith np.errstate(all='ignore'):\n    y = np.log(np.zeros(2))\n"}, ["-m", "pkg.mod"]),
    "found": Row({"main.py": "import numpy as np, sys\nwith np.errstate(all='ignore'):\n    y = np.log(np.zeros(2))\nsys.exit(int(sys.argv[1]))\n"}, ["main.py", "0"]),
    "found_and_failed": Row({"main.py": "import numpy as np, sys\nwith np.errstate(all='ignore'):\n    y = np.log(np.zeros(2))\nsys.exit(int(sys.argv[1]))\n"}, ["main.py", "3"]),
    "no_such_line": Row({"main.py": "import numpy as np\nx = np.ones(2) * 2\n"}, ["main.py", "--read", "9"]),
    "hostile_world": Row({"main.py": "import numpy as np, sys, warnings, builtins, decimal\nnp.seterr(all='raise')\nwarnings.simplefilter('error')\ndecimal.getcontext().prec = 2\nsys.setrecursionlimit(60)\nx = np.exp(np.ones(3)) * 2\nbuiltins.sum = builtins.sorted = None\nsys.path.clear(); sys.meta_path.clear()\nfor name in list(sys.modules):\n    if name not in ('sys', 'builtins', '__main__'): del sys.modules[name]\n"}),
}  # fmt: skip

JSON = {
    "nothing": Row(OTHERS["nothing"].files, ["--format", "json", "main.py"]),
    "raised": Row({"main.py": RAISED["broadcast"][0]}, ["main.py", "--format", "json"]),
    "raised_at_once": Row({"main.py": "1 / 0\n"}, ["main.py", "--format", "json"]),
    "syntax": Row({"main.py": "x = (1\n"}, ["main.py", "--format", "json"]),
    "exits": Row({"main.py": "import sys\nsys.exit(4)\n"}, ["main.py", "--format", "json"]),
    "found": Row(OTHERS["found"].files, ["main.py", "0", "--format", "json"]),
    "line": Row(OTHERS["many_steps"].files, ["main.py", "--read", "3", "--format", "json"]),
    "no_such_line": Row(OTHERS["nothing"].files, ["main.py", "--read", "3", "--format", "json"]),
}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    rows = {f"raised {name}": Row({"main.py": text}) for name, (text, _) in RAISED.items()}
    rows |= {f"other {name}": row for name, row in OTHERS.items()} | {f"json {name}": row for name, row in JSON.items()}
    return live(rows, tmp_path_factory.mktemp("said"))


def said(seen: dict[str, Seen], name: str) -> str:
    """Our part of standard error."""
    words = seen[name].err.decode()
    return words[words.find("\nunmagic: ") :]


@pytest.mark.parametrize("name", RAISED)
def test_what_raised_with_its_operands(seen: dict[str, Seen], name: str) -> None:
    words = said(seen, f"raised {name}")
    assert words.startswith("\nunmagic: the program raised here (main.py:")
    for expected in RAISED[name][1]:
        assert expected in words
    assert seen[f"raised {name}"].status == 1


def test_a_value_of_an_earlier_call_is_never_shown(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = "def mean(xs):\n    return sum(xs) / len(xs)\nprint(mean([1.0, 2.0]) * 2)\nmean([])\n"
    stale = live({"stale": Row({"main.py": text})}, tmp_path_factory.mktemp("stale"))
    assert "return sum(xs) / len(xs)" in said(stale, "stale")
    assert "sum(xs): 3" not in said(stale, "stale")


def test_counts_are_well_formed(seen: dict[str, Seen]) -> None:
    assert said(seen, "other nothing") == "\nunmagic: there was nothing to read: no step was computed on numbers\n"
    assert said(seen, "other one_step") == "\nunmagic: nothing found in 1 step\n"
    assert said(seen, "other many_steps").startswith("\nunmagic: nothing found in ")
    assert "in 1 steps" not in said(seen, "other many_steps")


def test_calls_that_nobody_knows_are_named_with_their_place(seen: dict[str, Seen]) -> None:
    assert "numpy.linalg.svd is taken as it came, 4 times (main.py:4)" in said(seen, "other opaque")


def test_other_threads_are_said_to_be_unheard(seen: dict[str, Seen]) -> None:
    for name in ("threads", "threads_beside"):
        assert "other threads computed too: only the main thread is heard" in said(seen, f"other {name}")
    assert "other threads" not in said(seen, "other opaque")
    assert "2 processes were forked: what was computed there is not heard" in said(seen, "other forks")


def test_functions_left_to_a_compiler_are_named(seen: dict[str, Seen]) -> None:
    assert "left to it, unread: main.py:3\n" in said(seen, "other compiled")


def test_files_that_are_loaded_by_path_are_read_and_those_past_all_finders_named(seen: dict[str, Seen]) -> None:
    found = said(seen, "other loaded_by_path")
    assert "other.py:3" in found
    assert "third.py:3" in said(seen, "other run_by_path")
    assert "loaded past import" not in found
    assert "loaded past import, and so not read: other.py" in said(seen, "other loaded_by_hand")
    assert "and so not read: app.pyz/__main__.py, app.pyz/helper.py" in said(seen, "other archive")
    assert "pkg/mod.py:3" in said(seen, "other module")


def test_an_interrupted_program_is_read_until_then(seen: dict[str, Seen]) -> None:
    found = said(seen, "other interrupted")
    assert "main.py:3" in found
    assert "it was interrupted: this is what was read until then" in found
    assert seen["other interrupted"].status == -signal.SIGINT


def test_statuses(seen: dict[str, Seen]) -> None:
    expected = {"nothing": 0, "one_step": 0, "found": 1, "found_and_failed": 3, "no_such_line": 2, "module": 1}
    assert {name: seen[f"other {name}"].status for name in expected} == expected


def test_what_a_program_did_to_the_interpreter_does_not_reach_the_reading(seen: dict[str, Seen]) -> None:
    assert said(seen, "other hostile_world").startswith("\nunmagic: nothing found in ")


@pytest.mark.parametrize("name", JSON)
def test_json_is_as_the_schema_says(seen: dict[str, Seen], name: str) -> None:
    found = json.loads(seen[f"json {name}"].err.decode().splitlines()[-1])
    assert problems(found) == []
    raised = {"raised": "ValueError: operands could not", "raised_at_once": "ZeroDivisionError"}
    if name in raised:
        assert found["failure"]["words"].startswith(raised[name])
        assert found["failure"]["span"][2] == (4 if name == "raised" else 1)
    else:
        assert found["failure"] is None
    expected = {"nothing": 0, "raised": 1, "raised_at_once": 1, "syntax": 1, "exits": 4, "found": 1, "line": 0}
    assert seen[f"json {name}"].status == expected.get(name, 2)
