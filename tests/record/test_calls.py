"""Calls that move, pick or round numbers: each is steps, none is taken as given."""

from __future__ import annotations

import numpy as np
import pytest

from tests.record.recorded import holds, recorded
from unmagic.record.permutation import permutation

START = (
    "import random\nimport math\nimport numpy as np\na = np.arange(6.0) ** 1.5\nb = np.arange(12.0).reshape(4, 3) / 7\n"
)


@pytest.mark.parametrize(
    "text",
    [
        "np.random.shuffle(b)",
        "np.random.default_rng(3).shuffle(b)",
        "np.random.RandomState(5).shuffle(b)",
        "from numpy.random import shuffle\nshuffle(b)",
        "random.shuffle(a)",
        "a[1] = a[4]\nnp.random.shuffle(a)",  # rows that are equal
        "np.random.shuffle(b[1:])\nnp.random.shuffle(b.T)",
    ],
)
def test_a_shuffle_is_the_permutation_it_left(text: str) -> None:
    run = recorded(f"{START}np.random.seed(1)\nrandom.seed(2)\n{text}\nx = b @ b.T\ny = a * 3.0")
    holds(run, "x", "y", "a", "b")
    index = next(step for step in run.read.graph.steps if step.op.name == "index")
    assert index.inputs


def test_a_permutation_is_found_only_where_there_is_one() -> None:
    rows = np.array([[1.0, 2.0], [3.0, 4.0], [1.0, 2.0]])
    assert permutation(rows, rows[[1, 0, 2]]).tolist() == [1, 0, 2]  # type: ignore[union-attr]
    assert permutation(rows, np.array([[1.0, 2.0], [3.0, 4.0], [3.0, 4.0]])) is None


@pytest.mark.parametrize(
    "text",
    [
        "x = np.where(a > 2)[0]",
        "i, j = np.where(b > 1)\nx = b[i, j] * 2.0",
        "x = np.ravel_multi_index((2, 1), (4, 3)) * 1.0",
        "x = np.ravel_multi_index(([0, 2], [1, 2]), (4, 3)) * 1.0",
        "x = np.corrcoef(a, a ** 2)",
        "x = np.corrcoef(b, rowvar=False)",
        "x = a.item(2) * 2.0",
        "x = b.item(1, 2) + b.item(5)",
        "x = a.sum().item() * 2.0",
        "x = np.float32([1.5, 0.1]).tolist()[1] * 2.0",
        "c = [v * 2.0 for v in a]\nx = sorted(c, reverse=True)[1] - 1.0",
        "x = sorted(a)[2] * 2.0",
        "d = {'p': a.max(), 'q': a.min()}\nx = sorted(d.values())[0] + 1.0",
        "x = round(a[3], 2) * 3.0",
        "x = round(float(a[3]), 2) * 3.0",
        "x, y = divmod(float(a[5]), 2.0)\nx = x + y",
        "x, y = divmod(a[5], 2.0)\nx = x + y",
        "x = math.hypot(a[2], float(a[3])) * 2.0",
        "x = np.empty(3)\nx[:] = a[:3]",
        "def f(t):\n    return np.argwhere(a > t).flatten()\nx = f(99.0)",  # nothing, laid out by columns
        "from scipy.special import expit\nx = expit(a - 3.0) * 2.0",
        "import scipy.special as sp\nx = sp.erf(a) * 2.0",
        "import time\nx = (time.perf_counter() - time.time()) * 2.0",
    ],
)
def test_a_call_is_steps(text: str) -> None:
    holds(recorded(START + text), "x")


def test_what_a_bound_method_of_a_library_draws_is_a_leaf() -> None:
    run = recorded(START + "from numpy.random import rand\ndef f():\n    return rand(3) * 2.0\nx = f()")
    holds(run, "x")


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    return 0.5 if x > 2 else 1.0\nx = f(a[3]) * 2.0",
        "class A:\n    def f(self):\n        return 2.5\n    @staticmethod\n    def s():\n        return 3.5\n"
        "def g(o):\n    return o.f() * A.s()\nx = g(A()) * 2.0",
    ],
)
def test_what_a_function_of_the_programs_own_gives_is_no_unknown_call(text: str) -> None:
    holds(recorded(START + text), "x")


def test_what_a_function_gave_that_ran_unseen_is_a_leaf() -> None:
    text = "def f(n):\n    s = np.zeros(2)\n    for i in range(n):\n        s = s + i\n    return s\nx = f(50) * 2.0"
    run = recorded(START + text, twins=True)
    assert not run.read.checked.opaque, run.read.notes


def test_what_a_library_gives_that_nobody_spells_is_taken_as_given_and_counted() -> None:
    run = recorded(START + "from scipy.linalg import expm\nx = expm(np.eye(2)) * 2.0")
    holds(run, "x", taken=1)
    assert run.read.notes == {"expm": 1}
