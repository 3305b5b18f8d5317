"""Hand-written rows for reductions, running results and scales: zeros, ties, holes, empty axes, small dtypes."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest

from unmagic.core.errors import BadValue
from unmagic.core.op import OPS, Operand
from unmagic.core.scalar import Choose, Fold, Quotient, postorder
from unmagic.core.scalar_eval import value as worked

from .edges import bends, slopes, tree, value

INF, NAN = math.inf, math.nan


@pytest.mark.parametrize(
    ("x", "slope"),
    [
        ([2.0, 3.0, 4.0], [12.0, 8.0, 6.0]),
        ([0.0, 3.0, 4.0], [12.0, 0.0, 0.0]),
        ([0.0, 3.0, 0.0], [0.0, 0.0, 0.0]),
        ([7.0], [1.0]),
        ([], []),
    ],
)
def test_a_product_is_derived_without_division(x: list[float], slope: list[float]) -> None:
    """No zero, one, two; one factor; none."""
    np.testing.assert_array_equal(slopes("prod", np.array(x))[0], slope)


def test_a_product_is_derived_twice_at_zeros() -> None:
    """∂²(xyz)/∂x∂y = z, also where x and y are 0."""
    np.testing.assert_array_equal(bends("prod", [0.0, 0.0, 5.0]), [[0, 5, 0], [5, 0, 0], [0, 0, 0]])


def test_a_running_product_is_exact_at_zeros() -> None:
    """y = x₀, x₀x₁, x₀x₁x₂ at (2, 0, 3): columns of the Jacobian by hand."""
    rows = [slopes("cumprod", np.array([2.0, 0.0, 3.0]), g=np.eye(3)[k], axis=0)[0] for k in range(3)]
    np.testing.assert_array_equal(rows, [[1, 0, 0], [0, 2, 0], [0, 6, 0]])


@pytest.mark.parametrize("op", ["max", "min"])
def test_entries_that_tie_share_the_gradient(op: str) -> None:
    """Two of three are the largest: half each."""
    x = np.array([[3.0, 1.0, 3.0], [2.0, 2.0, 2.0]]) * (1 if op == "max" else -1)
    np.testing.assert_allclose(slopes(op, x, axis=1)[0], [[0.5, 0, 0.5], [1 / 3] * 3])


@pytest.mark.parametrize("order", [2, 3, 1.5, INF, -INF, 1, 0])
def test_the_length_of_zeros_has_gradient_zero(order: float) -> None:
    """At 0 a norm has a kink; 0 is taken, and never nan."""
    np.testing.assert_array_equal(slopes("norm", np.zeros(3), order=order)[0], np.zeros(3))


def test_the_spread_of_equal_entries_has_gradient_zero() -> None:
    """The standard deviation has a kink where all are equal."""
    np.testing.assert_array_equal(slopes("std", np.array([[5.0, 5.0], [1.0, 3.0]]), axis=1)[0], [[0, 0], [-0.5, 0.5]])


@pytest.mark.parametrize(
    ("x", "correction", "want"),
    [([1.0], 1, NAN), ([1.0, 3.0], 2, INF), ([1.0, 3.0], 3, INF), ([], 0, NAN), ([1.0, 3.0], 1, 2.0)],
)
def test_a_divisor_that_is_used_up_is_numpys(x: list[float], correction: int, want: float) -> None:
    """As NumPy gives it, without its warning; the tree comes to the same."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        np.testing.assert_array_equal(np.var(np.array(x), correction=correction), want)
    np.testing.assert_array_equal(value("var", np.array(x), correction=correction), want)
    if x and math.isfinite(want):
        assert worked(tree("var", (), np.array(x), correction=correction)) == want


@pytest.mark.parametrize(
    ("op", "x", "want"),
    [
        ("sum", [], 0),
        ("prod", [], 1),
        ("any", [], False),
        ("all", [], True),
        ("count_nonzero", [], 0),
        ("logsumexp", [], -INF),
        ("mean", [], NAN),
        ("norm", [], 0),
    ],
)
def test_of_nothing(op: str, x: list[float], want: float) -> None:
    """What an empty axis comes to."""
    np.testing.assert_array_equal(value(op, np.array(x)), want)


@pytest.mark.parametrize("op", ["max", "min", "argmax", "argmin"])
def test_nothing_has_no_extreme(op: str) -> None:
    """Refused by the shape rule."""
    with pytest.raises(BadValue, match=r"nothing has no (maximum|minimum)"):
        OPS[op].shape((2, 0), axis=1)


@pytest.mark.parametrize(
    ("op", "dtype", "want"),
    [
        ("sum", "int8", "int64"),
        ("sum", "uint8", "uint64"),
        ("sum", "bool", "int64"),
        ("sum", "float16", "float16"),
        ("prod", "int8", "int64"),
        ("mean", "int8", "float64"),
        ("mean", "float16", "float16"),
        ("var", "float16", "float16"),
        ("std", "bool", "float64"),
        ("cumsum", "bool", "int64"),
        ("max", "int8", "int8"),
        ("norm", "int8", "float64"),
        ("argmax", "float16", "int64"),
    ],
)
def test_small_dtypes_are_summed_as_numpy_sums_them(op: str, dtype: str, want: str) -> None:
    """Value and dtype are NumPy's own, in the operand's own dtype."""
    x = np.array([100, 100, 1]).astype(dtype)
    attrs: dict[str, Any] = {"axis": 0}
    y = value(op, x, **attrs)
    theirs = np.linalg.norm(x, axis=0) if op == "norm" else getattr(np, op)(x, axis=0)
    assert y.dtype == np.dtype(want) == OPS[op].dtype(x.dtype, **attrs)
    np.testing.assert_array_equal(y, theirs)


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16"])
def test_shares_of_large_scores_take_the_largest_out(dtype: str) -> None:
    """Only where exp would pass the dtype's largest number; else the plain formula is worked."""
    far = {"float64": 800.0, "float32": 100.0, "float16": 12.0}[dtype]
    for scores, shifted in ([far, 1.0], True), ([2.0, 1.0], False), ([-far, 1 - far], True):
        x = np.array(scores, dtype=dtype)
        shown = tree("softmax", (0,), x, axis=-1)
        assert any(isinstance(node, Choose) for node in postorder(shown)) == shifted
        assert worked(shown) == pytest.approx(float(value("softmax", x, axis=-1)[0]), rel=0.01)


def test_a_masked_score_has_no_share() -> None:
    """−inf beside ordinary scores: share 0, no maximum taken out; a line of it alone is not a number."""
    row = np.array([1.0, -INF, 1.0])
    np.testing.assert_allclose(value("softmax", row, axis=-1), [0.5, 0, 0.5])
    assert not any(isinstance(node, Choose) for node in postorder(tree("softmax", (0,), row, axis=-1)))
    np.testing.assert_allclose(slopes("softmax", row, g=[1.0, 0, 0], axis=-1)[0], [0.25, 0, -0.25])
    assert np.isnan(value("softmax", np.array([-INF, -INF]), axis=-1)).all()
    assert value("logsumexp", np.array([-INF, -INF])) == -INF
    assert np.isnan(slopes("logsumexp", np.array([-INF, -INF]))[0]).all()


def test_large_scores_overflow_nowhere() -> None:
    """log Σ e^1000 stays finite, forwards, backwards and in print."""
    x = np.array([1000.0, 1000.0])
    assert value("logsumexp", x) == pytest.approx(1000 + math.log(2))
    assert worked(tree("logsumexp", (), x)) == pytest.approx(1000 + math.log(2))
    np.testing.assert_allclose(slopes("logsumexp", x)[0], [0.5, 0.5])
    np.testing.assert_allclose(value("log_softmax", x, axis=-1), -math.log(2))


def test_the_terms_of_a_mean_are_shared() -> None:
    """One tree for the mean in a variance and in a normalised entry, not one a term."""
    x = np.arange(6.0)
    shown = tree("layer_norm", (2,), x, axes=(-1,), eps=1e-5)
    assert sum(isinstance(node, Quotient) for node in postorder(shown)) == 3  # mean, variance, the entry itself
    long = tree("layer_norm", (2,), np.arange(5000.0), axes=(-1,), eps=1e-5)
    assert len(postorder(long)) < 20
    assert sum(isinstance(node, Fold) for node in postorder(long)) == 2


def test_a_long_sum_stays_an_array() -> None:
    """No Python node a term, over one axis or several."""
    x = np.ones((300, 400))
    for axis in (None, 0, (0, 1)):
        shown = tree("sum", () if axis != 0 else (7,), x, axis=axis)
        assert isinstance(shown, Fold)
        assert len(shown) == (300 if axis == 0 else 120_000)
    column = tree("sum", (), x, axis=None)
    assert isinstance(column, Fold)
    assert column.columns[0].index(401) == (1, 1)


def test_a_choice_among_many_names_its_rivals() -> None:
    """The chosen and the nearest, its value and derivative unchanged."""
    x = np.sin(np.arange(5000.0))
    shown = tree("max", (), x)
    assert isinstance(shown, Choose)
    assert 2 <= len(shown.args) <= 13
    assert worked(shown) == x.max()
    with pytest.raises(BadValue, match="no axis 1"):
        OPS["max"].shape((3,), axis=1)


@pytest.mark.parametrize(
    ("op", "attrs", "says"),
    [("sum", {"axis": (0, -2)}, "twice"), ("cumsum", {"axis": 2}, "axes 0 to 1"), ("sort", {"axis": -3}, "no axis -3")],
)
def test_an_axis_that_is_not_there_is_said(op: str, attrs: dict[str, Any], says: str) -> None:
    """The shape rule's error, in our words."""
    with pytest.raises(BadValue, match=says):
        OPS[op].shape((2, 3), **attrs)


def test_an_order_is_checked_at_ties() -> None:
    """Equal entries are counted by their places."""
    x = np.array([2.0, 1.0, 2.0, 2.0])
    y = value("argsort", x, axis=0)
    for k in range(4):
        check = OPS["argsort"].check
        assert check is not None
        left, right = check((k,), Operand(-1, y), Operand(0, x), axis=0)
        assert worked(left) == worked(right) == k
