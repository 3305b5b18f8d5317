"""Hand-written rows for products and equations: singular matrices, letters that clash, what a check says."""

from __future__ import annotations

import numpy as np
import pytest

from unmagic.core.errors import BadValue, ShapeClash, Unsupported
from unmagic.core.op import OPS, Operand
from unmagic.core.scalar import Fold
from unmagic.core.scalar_eval import value as worked

from .edges import bends, slopes, tree, value

FLAT = np.array([[1.0, 2.0], [2.0, 4.0]])


def test_a_determinant_is_derived_at_singular_matrices() -> None:
    """The cofactors, at rank n − 1 and at rank 0; beyond size 3 as well."""
    np.testing.assert_array_equal(slopes("det", FLAT)[0], [[4, -2], [-2, 1]])
    np.testing.assert_array_equal(slopes("det", np.zeros((2, 2)))[0], np.zeros((2, 2)))
    four = np.diag([0.0, 2.0, 3.0, 5.0])
    np.testing.assert_allclose(slopes("det", four)[0], np.diag([30.0, 0, 0, 0]), atol=1e-12)
    np.testing.assert_allclose(slopes("det", np.diag([0.0, 0.0, 3.0, 5.0]))[0], np.zeros((4, 4)), atol=1e-12)


def test_a_determinant_is_derived_twice_at_zero() -> None:
    """ad − bc has the same second derivatives everywhere."""
    want = [[0, 0, 0, 1], [0, 0, -1, 0], [0, -1, 0, 0], [1, 0, 0, 0]]
    np.testing.assert_array_equal(bends("det", np.zeros((2, 2))), want)


def test_a_singular_matrix_is_said() -> None:
    """Not NumPy's error but ours."""
    for op, more in ("inv", {}), ("matrix_power", {"n": -1}):
        with pytest.raises(BadValue, match="singular"):
            value(op, FLAT, **more)
    with pytest.raises(BadValue, match="singular"):
        value("solve", FLAT, np.array([1.0, 2.0]))
    assert value("logabsdet", FLAT) == -np.inf
    with pytest.raises(BadValue, match="singular"):
        slopes("logabsdet", FLAT)


def test_linear_algebra_has_no_halves() -> None:
    """Refused by the dtype rule, with a way out."""
    with pytest.raises(BadValue, match="float32"):
        OPS["inv"].dtype(np.dtype(np.float16))


def test_a_large_inverse_is_checked() -> None:
    """A wrong entry shows in its check; a right one does not."""
    a = np.eye(5) + 0.1 * np.arange(25.0).reshape(5, 5)
    y, check = np.linalg.inv(a), OPS["inv"].check
    with pytest.raises(Unsupported, match="identity"):
        tree("inv", (0, 0), a)
    assert check is not None
    left, right = check((1, 2), Operand(-1, y), Operand(0, a))
    assert worked(left) == pytest.approx(worked(right), abs=1e-12)
    y[1, 2] += 0.5
    left, right = check((1, 2), Operand(-1, y), Operand(0, a))
    assert abs(worked(left) - worked(right)) > 0.1


def test_a_long_product_stays_an_array() -> None:
    """One entry of a product of 500 terms, by every way to write it."""
    a, b = np.ones((2, 500)), np.ones((500, 2))
    for shown in (
        tree("matmul", (1, 1), a, b),
        tree("matvec", (1,), a, b[:, 0]),
        tree("vecmat", (1,), a[0], b),
        tree("dot", (), a[0], b[:, 0]),
        tree("einsum", (1, 1), a, b, subscripts="ij,jk->ik"),
        tree("einsum", (), a, a, subscripts="ij,ij->"),
    ):
        assert isinstance(shown, Fold)
        assert worked(shown) == len(shown)


@pytest.mark.parametrize(
    ("subscripts", "shapes", "says"),
    [
        ("ij,jk", [(2, 3), (2, 3)], r"'j' would have two sizes"),
        ("ij", [(2, 3), (2, 3)], "names 1 operands, 2 are given"),
        ("ijk", [(2, 3)], "names 3 axes; the operand has 2"),
        ("ij->ik", [(2, 3)], "'k' stands in no operand"),
        ("ij->ii", [(2, 3)], "twice"),
        ("i1", [(2, 3)], "'1' is no letter"),
        ("ijk...", [(2, 3)], "the operand has 2"),
        ("......", [(2, 3)], "an ellipsis stands twice"),
    ],
)
def test_letters_that_do_not_fit_are_said(subscripts: str, shapes: list[tuple[int, ...]], says: str) -> None:
    """Each with the subscripts or the shapes."""
    with pytest.raises((BadValue, ShapeClash), match=says):
        OPS["einsum"].shape(*shapes, subscripts=subscripts)


@pytest.mark.parametrize(
    ("op", "shapes", "says"),
    [
        ("matvec", [(3,), (3,)], "a matrix and a vector"),
        ("inv", [(2, 3)], "2 rows and 3 columns"),
        ("solve", [(2, 2), (3,)], "2 equations, the right side has 3"),
        ("solve", [(2, 2), (5, 2, 1)], "leading axes"),
        ("trace", [(3,)], "a matrix"),
        ("diag", [(2, 2)], "a vector"),
        ("concatenate", [(2, 2), (2, 3)], r"2×\[3\]"),
        ("stack", [(2,), (3,)], "differ"),
        ("matrix_norm", [(3,)], "a matrix"),
    ],
)
def test_shapes_that_do_not_fit_are_said(op: str, shapes: list[tuple[int, ...]], says: str) -> None:
    """In words, with the shapes."""
    with pytest.raises((BadValue, ShapeClash), match=says):
        OPS[op].shape(*shapes)


def test_norms_of_a_matrix_by_hand() -> None:
    """[[3, 0], [4, 5]] has singular values √45 and √5."""
    x = np.array([[3.0, 0.0], [4.0, 5.0]])
    for order, want in ("fro", 50**0.5), (2, 45**0.5), ("nuc", 45**0.5 + 5**0.5), (1, 7.0), (np.inf, 9.0):
        assert value("matrix_norm", x, order=order) == pytest.approx(want)
    np.testing.assert_allclose(slopes("matrix_norm", x, order=np.inf)[0], [[0, 0], [1, 1]])
    np.testing.assert_array_equal(slopes("matrix_norm", np.zeros((2, 2)), order="fro")[0], np.zeros((2, 2)))
