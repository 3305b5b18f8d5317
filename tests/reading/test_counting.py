"""Numbers that count (an index, the end of a range) stay whole and have no derivative."""

from __future__ import annotations

import linecache
from typing import Any

import numpy as np
import pytest

import unmagic as um
from tests.corpus.formulas import ROWS
from unmagic.core.errors import BadValue

SVM = r"L_i = \sum_{j\neq y_i} \max(0, s_j - s_{y_i} + \Delta)"


@pytest.mark.parametrize(
    ("source", "given", "value"),
    [
        (SVM, {"s": [13.0, -7.0, 11.0], "y_i": 0, "Delta": 10.0}, 8),
        ("L = s[c] + 1", {"s": [1.0, 2.0], "c": 1}, 3),
        ("import numpy as np\nL = s[c + 1] * 2", {"s": np.array([1.0, 2.0]), "c": np.int64(0)}, 4),
        ("import numpy as np\nL = np.sum(s[m])", {"s": np.array([1.0, 2.0]), "m": np.array([False, True])}, 2),
    ],
)
def test_an_index_stays_whole_at_another_precision(source: str, given: dict[str, Any], value: float) -> None:
    half = um.read(source, **given).change(dtype="float16")
    assert half.value == value
    assert half.value.dtype == np.float16
    assert "checked: replay equal" in half.to("text")


@pytest.mark.parametrize("name", ["y_i", "yᵢ"])
def test_an_index_has_no_derivative(name: str) -> None:
    reading = um.read(SVM, s=[13.0, -7.0, 11.0], y_i=0, Delta=10.0)
    with pytest.raises(BadValue, match=r"no gradient with respect to y_?[iᵢ]: it stands where a number counts"):
        reading.gradient(name)
    assert list(reading.gradient()["s"]) == [-1, 0, 1]


def test_the_end_of_a_range_has_no_derivative() -> None:
    row = next(row for row in ROWS if row.id == "binomial-theorem")
    reading = um.read(row.text, **row.values)
    for ask in (reading.blame, reading.gradient):
        with pytest.raises(BadValue, match="no gradient with respect to n: it stands where a number counts"):
            ask("n")
    assert reading.blame("x").gradient == pytest.approx(5)


@pytest.mark.parametrize("n", [3, 3.0])
def test_the_gradient_of_all_leaves_out_what_counts(n: float) -> None:
    reading = um.read(r"s = \frac{1}{n} \sum_{k=0}^n x^k", x=1.5, n=n)
    names = [reading.gradient().reading.graph[id].name for id in reading.gradient().backward.wrt]
    assert names == ["x"]
    with pytest.raises(BadValue, match="there is no half step"):
        reading.gradient("n")


def test_blame_of_what_is_not_a_number_says_so() -> None:
    reading = um.read("L = Σᵢ xᵢ^n wᵢ", x=-np.ones(12), n=2.0, w=np.arange(1.0, 13))
    blamed = reading.blame("n")
    assert np.isnan(blamed.gradient)
    assert blamed.words == "gradient nan"
    assert blamed.cancelling() == "what flows adds up to nan"
    assert "more readers" in blamed.rest


PLAIN_ARGUMENTS = {
    "linspace": "(np.linspace(0.0, x, 5) ** 2).sum()",
    "arange": "np.full(3, x).sum() * np.arange(0, x, 1.0).sum()",
    "pad": "np.pad(np.ones(3), 1, constant_values=x).sum()",
}


@pytest.mark.parametrize("call", PLAIN_ARGUMENTS)
@pytest.mark.parametrize("names", [(), ("x",)])
def test_no_slope_of_nothing_comes_through_a_plain_argument(call: str, names: tuple[str, ...]) -> None:
    """A derivative that is not known is refused, never 0: walked, and run for real."""
    text = f"def f(x):\n    return {PLAIN_ARGUMENTS[call]}\n"
    space: dict[str, Any] = {"np": np}
    name = f"<plain {call}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    exec(compile(text, name, "exec"), space)
    for reading in (um.read(f"x = 2.5\ny = {PLAIN_ARGUMENTS[call]}"), um.read(space["f"], 2.5)):
        with pytest.raises(um.UnmagicError, match="where a number counts"):
            reading.gradient(*names)["x"]


def test_a_plain_argument_beside_the_result_is_no_matter() -> None:
    reading = um.read("x = 2.5\ngrid = np.linspace(0.0, x, 5)\ny = x * x")
    assert float(reading.gradient("x", of="y")["x"]) == 5.0
