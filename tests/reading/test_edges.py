"""Workings of numbers at the edges of a dtype: every Line holds, though partial results leave what it can hold.

`conftest` re-reads every Line that is made.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import unmagic as um
from tests.checker import assert_true
from unmagic.core.digits import Quantity
from unmagic.core.digits.left import Left
from unmagic.core.errors import Unsupported
from unmagic.core.scalar import Negative, Number, Product, Quotient, Sum

EDGES: dict[str, list[float]] = {
    "float64": [1e308, 1.7e308, sys.float_info.max, 1e154, 1.3e154, 1e-154, 5e-324, 1e-308, 2.3e-308, 1e16, 0.1],
    "float32": [1e38, 3.4e38, 3.4028234663852886e38, 1e19, 1e-19, 1e-45, 1e-38, 16777217.0, 0.1],
    "float16": [6e4, 65504.0, 300.0, 256.0, 6e-8, 6e-5, 2049.0, 0.1],
}
COMMON = [0.0, -0.0, 0.5, 2.0, -3.0]
SHORT = [
    "z = np.sum(x)", "z = np.mean(x)", "z = np.var(x)", "z = np.prod(x)", "z = x @ y", "z = W @ x", "z = W @ V",
    "z = x[0]*y[0] + x[1]*y[1]", "z = x[0]*y[0] - x[1]*y[1]", "z = (x * y).sum()", "z = x / y", "z = x + y - x",
    "z = softmax(x)", "z = np.linalg.norm(x)", "z = np.cumsum(x)", "z = np.sum(x**2 - y**2)", "z = x * 2 - y * 3",
    "z = np.std(x)", "z = np.exp(x)", "z = np.log(x)", "z = np.maximum(x, y) + x",
]  # fmt: skip
LONG = ["z = np.sum(l)", "z = np.mean(l)", "z = np.dot(l, m)", "z = np.var(l)"]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


@st.composite
def edgy(draw: st.DrawFn, formulas: list[str], special: bool = False) -> tuple[str, dict[str, Any]]:
    """A formula and arrays for it, of few different numbers, so that they cancel."""
    dtype = draw(st.sampled_from(sorted(EDGES)))
    all_of_them = [*COMMON, *EDGES[dtype], *(-x for x in EDGES[dtype]), *([np.inf, -np.inf, np.nan] * special)]
    some = draw(st.lists(st.sampled_from(all_of_them), min_size=2, max_size=6))
    n = draw(st.integers(2, 4))
    formula = draw(st.sampled_from(formulas))
    shapes = {"x": (n,), "y": (n,), "W": (2, n), "V": (n, 2), "l": (30,), "m": (30,)}
    used = {name: shape for name, shape in shapes.items() if name in formula.replace("np.", "").replace("max", "")}
    arrays = {}
    for name, shape in used.items():
        size = int(np.prod(shape))
        values = draw(st.lists(st.sampled_from(some), min_size=size, max_size=size))
        arrays[name] = np.array(values, dtype).reshape(shape)
    return formula, arrays


def work(formula: str, arrays: dict[str, Any]) -> Iterator[str]:
    """Work every entry of the result; what was refused."""
    reading = um.read(formula, **arrays)
    for at in np.ndindex(np.shape(reading["z"])):
        try:
            lines = reading.why("z", *at).lines
        except Unsupported as error:
            yield str(error)
        else:
            for line in lines:
                assert_true(line)


@given(edgy(SHORT))
def test_lines_are_true_at_the_edges(drawn: tuple[str, dict[str, Any]]) -> None:
    assert list(work(*drawn)) == []


@given(edgy(LONG))
def test_long_sums_are_true_at_the_edges(drawn: tuple[str, dict[str, Any]]) -> None:
    assert list(work(*drawn)) == []


@given(edgy([*SHORT, *LONG], special=True))
def test_what_does_not_follow_beside_infinities_is_refused_and_not_claimed(drawn: tuple[str, dict[str, Any]]) -> None:
    assert all("does not follow from the numbers as they are written" in refusal for refusal in work(*drawn))


@pytest.mark.parametrize(
    ("formula", "arrays", "left"),
    [
        ("z = a*b + c*d", {"a": 1e308, "b": 1e308, "c": -1e308, "d": 1e308}, "= 0 → float64 nan"),
        ("z = np.sum(x)", {"x": [1e308, 1e308, -1e308]}, "= 1.00000e+308 → float64 inf"),
        ("z = np.sum(x)", {"x": [1e308, 1e308]}, "⇒ inf"),
        ("z = a*b", {"a": sys.float_info.max, "b": 1.0}, "1.79769"),
    ],
)
def test_what_cancels_beyond_the_largest_number(formula: str, arrays: dict[str, Any], left: str) -> None:
    given: dict[str, Any] = {name: np.array(value) for name, value in arrays.items()}
    reading = um.read(formula, **given)
    assert left in reading.why("z").lines[-1].text


def test_a_term_far_below_what_cancels_is_not_lost() -> None:
    """1e616 − 1e616 + 1e-300: sixty digits are not enough, in a sum of products and in any other tree."""
    big, small = Quantity(1e308, given=True), Quantity(1e-300, given=True)
    terms = Sum([Product([big, big]), Negative(Product([big, big])), small])
    for tree in (terms, Quotient(terms, Number(1.0))):
        left = Left(tree)
        assert left.value([q.full for q in left.leaves])[0] == Decimal("1e-300")
