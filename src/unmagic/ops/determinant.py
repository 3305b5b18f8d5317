"""Determinants of square matrices (the last two axes), and what derives them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import Unsupported
from unmagic.core.graph import Array, DType, Index, Shape
from unmagic.core.notation import Fence, Notation, apply
from unmagic.core.op import Op, Operand, Readers, Sample
from unmagic.core.scalar import Expr, Number, Slot, Sum, call, total

from .axes import one_reader
from .solve import SMALL, SQUARES, batched, cofactor, determinant, grid, solved, square

_RANK_ONE_LESS = np.array([[1.0, 2.0, 3.0], [2.0, 4.0, 5.0], [3.0, 6.0, 8.0]])


def _lifted(g: Node, x: Node) -> Node:
    """``g``, one number a matrix, copied to every entry of the matrix."""
    with g.builder.at(None, implicit=True):
        g = g.reshape((*g.shape, 1, 1))
    return g.broadcast(x.shape)


def cofactors_of(x: Array) -> Array:
    """The cofactors of each matrix: signed determinants of what is left without one row and column.

    Exact arithmetic up to size 3; beyond, by singular values, which holds for singular matrices too:
    cof X = det U · det V · U diag(Πⱼ≠ᵢ σⱼ) Vᵀ.
    """
    n = x.shape[-1]
    if n <= 1:
        return np.ones_like(x)
    if n == 2:
        turned = x[..., ::-1, ::-1]
        return turned * np.array([[1, -1], [-1, 1]], dtype=x.dtype)
    if n == 3:
        r = [x[..., i, :] for i in range(3)]
        return np.stack([np.cross(r[1], r[2]), np.cross(r[2], r[0]), np.cross(r[0], r[1])], axis=-2)
    u, sigma, vt = np.linalg.svd(x)
    rest = np.stack([np.prod(np.delete(sigma, i, axis=-1), axis=-1) for i in range(n)], axis=-1)
    sign = np.linalg.det(u) * np.linalg.det(vt)
    return np.round(sign)[..., None, None] * ((u * rest[..., None, :]) @ vt)


class Det(Op):
    """How much the matrix blows volume up; negative if it mirrors, 0 if it flattens."""

    words = "take the determinant of {x}"
    source = "Jacobi: ∂det X/∂X is the matrix of cofactors"
    convention = "the gradient is the matrix of cofactors, at singular matrices too"
    dtype = staticmethod(solved)
    samples = (*SQUARES, Sample((_RANK_ONE_LESS,)), Sample((np.zeros((2, 2)),)))

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("det", x)

    @staticmethod
    def shape(x: Shape) -> Shape:
        return square("take the determinant", x)[:-2]

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return xp.linalg.det(x)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (_lifted(g, x) * x.apply("cofactors"),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        if x.shape[-1] > SMALL:
            raise Unsupported(f"a determinant of size {x.shape[-1]} is checked, not worked: row 0 meets its cofactors")
        return determinant(grid(x, at))

    @staticmethod
    def check(at: Index, y: Operand, x: Operand) -> tuple[Expr, Expr]:
        """Row 0 meets its cofactors, found beforehand."""
        return along_row(at, x), y[at]

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array) -> Readers:
        return Readers(one_reader(at[:-2]), np.full(1, cofactors_of(x[at[:-2]])[at[-2:]]))

    @staticmethod
    def flops(y: Shape, x: Shape) -> int:
        return 2 * math.prod(x) * x[-1] // 3


def along_row(at: Index, x: Operand) -> Expr:
    """The determinant as row 0 times its cofactors, which are numbers found beforehand."""
    signed = cofactors_of(np.asarray(x.values[at], dtype=np.float64))[0]
    terms = [x[(*at, 0, j)] * Number(signed[j]) for j in range(x.shape[-1])]
    return Sum(terms)


class Cofactors(Op):
    """The signed determinants of what is left without one row and one column: how the determinant moves."""

    words = "take the cofactors of {x}"
    source = "Jacobi; by singular values beyond size 3"
    convention = "beyond size 3 a second derivative needs an invertible matrix"
    dtype = staticmethod(solved)
    samples = (*SQUARES, Sample((_RANK_ONE_LESS,)), Sample((np.zeros((2, 2)),)))

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("cof", x)

    @staticmethod
    def shape(x: Shape) -> Shape:
        return square("take the cofactors", x)

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return cofactors_of(np.asarray(x, dtype=solved(x.dtype)))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        n = x.shape[-1]
        if n <= 1:
            return (g * 0.0,)
        if n == 2:  # linear, and its own transpose
            return (g.apply("cofactors"),)
        if n == 3:  # quadratic: what is left of the square of a sum without the squares
            return ((x + g).apply("cofactors") - y - g.apply("cofactors"),)
        back = x.apply("inv").mT
        lean = (g * back).sum(axis=(-2, -1))
        return (_lifted(lean, x) * y - y @ g.mT @ back,)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        if x.shape[-1] > SMALL:
            raise Unsupported("a cofactor of this size is checked, not worked: it is one of a row that gives det")
        return cofactor(grid(x, at[:-2]), at[-2], at[-1])

    @staticmethod
    def check(at: Index, y: Operand, x: Operand) -> tuple[Expr, Expr]:
        """Column i meets the cofactors of column j: the determinant if it is the same column, else 0."""
        *batch, i, j = at
        left = total(Slot(0) * Slot(1), x.column((*batch, slice(None), i)), y.column((*batch, slice(None), j)))
        return left, Number(np.linalg.det(x.values[tuple(batch)]) if i == j else 0)

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array) -> Readers:
        *batch, i, j = at
        here = np.asarray(x[tuple(batch)], dtype=np.float64)
        n = len(here)
        partial = np.zeros((n, n))
        if n <= 3:  # ∂cof is bilinear: from the cofactors of a sum
            one = np.zeros((n, n))
            one[i, j] = 1.0
            if n == 2:
                partial = cofactors_of(one)
            elif n == 3:
                partial = cofactors_of(here + one) - cofactors_of(here) - cofactors_of(one)
        else:
            back, own = np.linalg.inv(here).T, cofactors_of(here)
            partial = back[i, j] * own - np.outer(own[:, j], back[i])
        return Readers(batched(at, y.shape), partial.reshape(-1))

    @staticmethod
    def flops(y: Shape, x: Shape) -> int:
        return 4 * math.prod(x) * x[-1]


class Logabsdet(Op):
    """The log of the determinant's absolute value."""

    words = "take the log of the size of the determinant of {x}"
    source = "Jacobi: ∂ log |det X|/∂X = X⁻ᵀ"
    convention = "at a singular matrix it is −inf and has no gradient"
    dtype = staticmethod(solved)
    samples = SQUARES

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("log", Fence("|", apply("det", x), "|"))

    @staticmethod
    def shape(x: Shape) -> Shape:
        return square("take the determinant", x)[:-2]

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return xp.linalg.slogdet(x)[1]

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (_lifted(g, x) * x.apply("inv").mT,)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        if x.shape[-1] > SMALL:
            raise Unsupported(f"a determinant of size {x.shape[-1]} is checked, not worked: row 0 meets its cofactors")
        return call("log", call("abs", determinant(grid(x, at))))

    @staticmethod
    def check(at: Index, y: Operand, x: Operand) -> tuple[Expr, Expr]:
        """Row 0 meets its cofactors, found beforehand."""
        return call("log", call("abs", along_row(at, x))), y[at]

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array) -> Readers:
        *batch, i, j = at
        n = x.shape[-1]
        return Readers(one_reader(tuple(batch)), np.full(1, np.linalg.solve(x[tuple(batch)], np.eye(n)[:, i])[j]))

    @staticmethod
    def flops(y: Shape, x: Shape) -> int:
        return 2 * math.prod(x) * x[-1] // 3


class SignDet(Op):
    """The sign of the determinant: −1 if the matrix mirrors, 0 if it flattens."""

    words = "take the sign of the determinant of {x}"
    source = "NumPy, linalg.slogdet"
    convention = "its derivative is 0"
    differentiable = False
    samples = SQUARES

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("sign", apply("det", x))

    @staticmethod
    def shape(x: Shape) -> Shape:
        return square("take the determinant", x)[:-2]

    @staticmethod
    def dtype(x: DType) -> DType:
        return solved(x)

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return xp.linalg.slogdet(x)[0]

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[None]:
        return (None,)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        if x.shape[-1] > SMALL:
            raise Unsupported(f"a determinant of size {x.shape[-1]} is checked, not worked: row 0 meets its cofactors")
        return call("sign", determinant(grid(x, at)))

    @staticmethod
    def check(at: Index, y: Operand, x: Operand) -> tuple[Expr, Expr]:
        """Row 0 meets its cofactors, found beforehand."""
        return call("sign", along_row(at, x)), y[at]

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array) -> Readers:
        return Readers(one_reader(at[:-2]), np.zeros(1))

    @staticmethod
    def flops(y: Shape, x: Shape) -> int:
        return 2 * math.prod(x) * x[-1] // 3
