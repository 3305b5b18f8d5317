"""Inverses, powers and linear equations of square matrices (the last two axes)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from unmagic.core.build import Node, clash, marked
from unmagic.core.errors import BadValue, ShapeClash, Unsupported
from unmagic.core.graph import Array, DType, Index, Shape
from unmagic.core.notation import Notation, Numeral, Power, Prefix, Row
from unmagic.core.op import Op, Operand, Readers, Sample, floating
from unmagic.core.scalar import Expr, Number, Product, Slot, Sum, total

SMALL = 3
"""Up to this size a determinant is worked by cofactors; beyond, an entry is checked and not worked."""

_WELL = np.array([[4.0, 1.0, -0.5], [0.5, 3.0, 1.0], [-1.0, 0.25, 5.0]])
_FOUR = np.array([[4.0, 1.0, 0.5, -1.0], [0.25, 3.0, -1.0, 0.5], [1.0, -0.5, 5.0, 1.0], [-0.5, 1.0, 0.25, 4.0]])
SQUARES = (
    Sample((_WELL[:1, :1],)),
    Sample((_WELL[:2, :2],)),
    Sample((_WELL,)),
    Sample((_FOUR,)),
    Sample((np.stack([_WELL[:2, :2], _WELL[1:, 1:]]),)),
    Sample((np.stack([_FOUR, 2 * _FOUR[[1, 0, 2, 3]]]),)),
    Sample((np.zeros((0, 2, 2)),)),
)
"""Matrices far from singular: alone of each size up to 4, in a batch, none."""


def square(doing: str, x: Shape) -> Shape:
    """``x``, or `ShapeClash` where its last two axes are no square."""
    if len(x) < 2:
        raise ShapeClash(f"can't {doing}: it takes a square matrix", notes=(marked(x),))
    if x[-1] != x[-2]:
        raise ShapeClash(f"can't {doing}: {x[-2]} rows and {x[-1]} columns are no square", notes=(marked(x),))
    return x


def solved(*dtypes: DType, **_: Any) -> DType:
    """Dtype rule of linear algebra: floating, and no float16, for which there is none."""
    dtype = floating(*dtypes)
    if dtype == np.float16:
        raise BadValue("there is no linear algebra in float16", hint="cast to float32 first")
    return dtype


def singular(doing: str, run: Callable[[], Any]) -> Any:
    """What ``run`` gives; a singular matrix is said in our words."""
    try:
        return run()
    except np.linalg.LinAlgError:
        raise BadValue(
            f"can't {doing}: the matrix is singular", notes=("its determinant is 0: some rows add up to another",)
        ) from None


def batched(at: Index, shape: Shape) -> tuple[np.ndarray[Any, Any], ...]:
    """Index arrays of all entries of the matrix that ``at`` stands in."""
    rows, columns = (grid.reshape(-1) for grid in np.indices(shape[-2:]))
    return (*(np.full(len(rows), i) for i in at[: len(shape) - 2]), rows, columns)


class Inv(Op):
    """The matrix that undoes ``x``: their product is the identity."""

    words = "find the matrix that undoes {x}"
    source = "d(X⁻¹) = −X⁻¹ dX X⁻¹"
    dtype = staticmethod(solved)
    samples = SQUARES

    @staticmethod
    def notation(x: Notation) -> Notation:
        return Power(x, Prefix("−", Numeral("1")))

    @staticmethod
    def shape(x: Shape) -> Shape:
        return square("invert", x)

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return singular("invert", lambda: xp.linalg.inv(x))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (-(y.mT @ g @ y.mT),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        n = x.shape[-1]
        if n > SMALL:
            raise Unsupported(f"an inverse of size {n} is checked, not worked: the product is the identity")
        *batch, i, j = at
        rows = grid(x, tuple(batch))
        return cofactor(rows, j, i) / determinant(rows).named("det")

    @staticmethod
    def check(at: Index, y: Operand, x: Operand) -> tuple[Expr, Expr]:
        """Row i of the matrix meets column j of its inverse: 1 on the diagonal, 0 elsewhere."""
        *batch, i, j = at
        left = total(Slot(0) * Slot(1), x.column((*batch, i, slice(None))), y.column((*batch, slice(None), j)))
        return left, Number(1 if i == j else 0)

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array) -> Readers:
        *batch, i, j = at
        here = y[tuple(batch)]
        return Readers(batched(at, y.shape), -np.outer(here[:, i], here[j]).reshape(-1))

    @staticmethod
    def flops(y: Shape, x: Shape) -> int:
        return 2 * math.prod(x) * x[-1]


def grid(x: Operand, batch: Index) -> list[list[Expr]]:
    """The entries of one matrix, as leaves."""
    return [[x[(*batch, i, j)] for j in range(x.shape[-1])] for i in range(x.shape[-2])]


def determinant(rows: list[list[Expr]]) -> Expr:
    """The determinant along the first row, by cofactors; for sizes up to `SMALL`."""
    if not rows:
        return Number(1)
    if len(rows) == 1:
        return rows[0][0]
    if len(rows) == 2:
        (a, b), (c, d) = rows
        return a * d - b * c
    terms: list[Expr] = []
    for j, entry in enumerate(rows[0]):
        term = Product((entry, determinant(minor(rows, 0, j))))
        terms.append(-term if j % 2 else term)
    return Sum(terms)


def minor(rows: list[list[Expr]], i: int, j: int) -> list[list[Expr]]:
    """The matrix without row ``i`` and column ``j``."""
    return [[*row[:j], *row[j + 1 :]] for k, row in enumerate(rows) if k != i]


def cofactor(rows: list[list[Expr]], i: int, j: int) -> Expr:
    """The signed determinant of what is left without row ``i`` and column ``j``."""
    found = determinant(minor(rows, i, j))
    return -found if (i + j) % 2 else found


class Solve(Op):
    """The x with ``a`` x = ``b``, for a vector b or for each column of a matrix b."""

    words = "find what {a} turns into {b}"
    source = "d(A⁻¹b) = A⁻¹(db − dA A⁻¹b)"
    linear_in = ("b",)
    dtype = staticmethod(solved)
    samples = (
        Sample((_WELL, (3,))),
        Sample((_WELL[:2, :2], (2, 3))),
        Sample((_FOUR, (4,))),
        Sample((np.stack([_WELL[:2, :2], _WELL[1:, 1:]]), (2, 2, 1))),
        Sample((_WELL[:1, :1], (1,))),
    )

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        return Row((Power(a, Prefix("−", Numeral("1"))), b))

    @staticmethod
    def shape(a: Shape, b: Shape) -> Shape:
        square("solve", a)
        axis = -1 if len(b) == 1 else -2
        if not b or b[axis] != a[-2]:
            has = f"the right side has {b[axis]}" if b else "the right side is a number"
            raise clash("solve", (a, b), (-2, axis if b else None), f"{a[-2]} equations, {has}")
        if a[:-2] != (() if len(b) == 1 else b[:-2]):
            raise clash("solve", (a, b), (0 if len(a) > 2 else None, 0), "the leading axes differ")
        return b

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        return singular("solve", lambda: xp.linalg.solve(a, b))

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, Node]:
        back = a.mT.apply("solve", g)
        return -(back.apply("outer", y) if y.ndim == 1 else back @ y.mT), back

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        n = a.shape[-1]
        if n > SMALL:
            raise Unsupported(f"{n} equations are checked, not worked: put the solution in")
        place = 0 if len(b.shape) == 1 else len(at) - 2
        batch, i = at[:place], at[place]
        rows = grid(a, batch)
        swapped = [[b[(*batch, r, *at[place + 1 :])] if c == i else rows[r][c] for c in range(n)] for r in range(n)]
        return determinant(swapped) / determinant(rows).named("det")

    @staticmethod
    def check(at: Index, y: Operand, a: Operand, b: Operand) -> tuple[Expr, Expr]:
        """The equation of the same number holds: its row meets the solution and gives its right side."""
        place = 0 if len(b.shape) == 1 else len(at) - 2
        batch, i, rest = at[:place], at[place], at[place + 1 :]
        left = total(Slot(0) * Slot(1), a.column((*batch, i, slice(None))), y.column((*batch, slice(None), *rest)))
        return left, b[at]

    @staticmethod
    def readers(operand: int, at: Index, y: Array, a: Array, b: Array) -> Readers:
        place = 0 if np.ndim(b) == 1 else len(at) - 2
        n = a.shape[-1]
        # column i of the inverse: how the solution moves with equation i
        i = at[place]
        column = np.linalg.solve(a[at[:place]], np.eye(n)[:, i])
        run = np.arange(n)
        if operand == 1:
            return Readers(tuple(run if k == place else np.full(n, j) for k, j in enumerate(at)), column)
        batch, j = at[:place], at[place + 1]
        if np.ndim(b) == 1:
            return Readers((run,), -column * y[j])
        wide = y.shape[-1]
        partial = -np.outer(column, y[(*batch, j)]).reshape(-1)
        where = (np.repeat(run, wide), np.tile(np.arange(wide), n))
        return Readers((*(np.full(n * wide, k) for k in batch), *where), partial)

    @staticmethod
    def flops(y: Shape, a: Shape, b: Shape) -> int:
        return 2 * math.prod(a) * a[-1] // 3 + 2 * a[-1] * math.prod(b)


TREE = 4_000
"""A power of a matrix is worked out where that takes at most this many products."""


def _meeting(row: list[Expr], rows: list[list[Expr]], j: int) -> Expr:
    """A row of trees times column ``j``."""
    terms = [row[k] * rows[k][j] for k in range(len(row))]
    return terms[0] if len(terms) == 1 else Sum(terms)


class MatrixPower(Op):
    """``x`` times itself, ``n`` factors; of a negative power the inverse's."""

    words = "multiply {x} by itself: {n} factors"
    source = "product rule"
    samples = tuple(
        Sample((matrix,), {"n": n})
        for n, matrix in (
            (2, _WELL / 3),
            (3, _WELL[:2, :2] / 3),
            (0, _WELL),
            (1, _WELL[:2, :2]),
            (-1, _WELL),
            (-2, _FOUR),
            (2, np.stack([_WELL[:2, :2], _WELL[1:, 1:]])),
            (5, _FOUR / 4),
        )
    )

    @staticmethod
    def notation(x: Notation, *, n: int) -> Notation:
        return Power(x, Numeral(str(n)) if n >= 0 else Prefix("−", Numeral(str(-n))))

    @staticmethod
    def shape(x: Shape, *, n: int) -> Shape:
        return square("take a power", x)

    @staticmethod
    def dtype(x: DType, *, n: int) -> DType:
        return x if n >= 0 else solved(x)

    @staticmethod
    def forward(xp: Any, x: Array, *, n: int) -> Array:
        if n == 1:
            return x.copy()
        return singular("invert", lambda: xp.linalg.matrix_power(x, n))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, n: int) -> tuple[Node]:
        if n == 0:
            return (g * 0.0,)
        base = x if n > 0 else x.apply("inv")
        # Σₖ (baseᵀ)ᵏ g (baseᵀ)ᵐ⁻¹⁻ᵏ, as in Horner's scheme: s ← baseᵀ s + g (baseᵀ)ᵏ
        turned = base.mT
        result = right = g
        for _ in range(abs(n) - 1):
            right = right @ turned
            result = turned @ result + right
        return (result if n > 0 else -(turned @ result @ turned),)

    @staticmethod
    def entry(at: Index, x: Operand, *, n: int) -> Expr:
        *batch, i, j = at
        size = x.shape[-1]
        if n == 0:
            return Number(1 if i == j else 0)
        if n < 0 or (n > 2 and n * size * size > TREE):
            raise Unsupported("this power is checked, not worked: one factor times the power below it")
        rows = grid(x, tuple(batch)) if n > 2 else []
        line: list[Expr] = rows[i] if rows else []
        for _ in range(n - 2):
            line = [_meeting(line, rows, c) for c in range(size)]
        if n == 1:
            return x[at]
        if n == 2:
            return total(Slot(0) * Slot(1), x.column((*batch, i, slice(None))), x.column((*batch, slice(None), j)))
        return _meeting(line, rows, j)

    @staticmethod
    def check(at: Index, y: Operand, x: Operand, *, n: int) -> tuple[Expr, Expr]:
        """One factor more: xᵐ⁻¹'s row, as found, times x's column; of a negative power, x times it is the one above."""
        *batch, i, j = at
        here = x.values[tuple(batch)]
        if n > 0:
            before = np.linalg.matrix_power(here, n - 1)[i]
            terms = [Number(before[k]) * x[(*batch, k, j)] for k in range(len(before))]
            return Sum(terms), y[at]
        above = np.linalg.matrix_power(here, n + 1)[i, j]
        left = total(Slot(0) * Slot(1), x.column((*batch, i, slice(None))), y.column((*batch, slice(None), j)))
        return left, Number(above)

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, n: int) -> Readers:
        *batch, i, j = at
        here = np.asarray(x[tuple(batch)], dtype=np.float64)
        size = len(here)
        partial = np.zeros((size, size))
        if n > 0:
            powers = [np.linalg.matrix_power(here, k) for k in range(n)]
            for k in range(n):
                partial += np.outer(powers[k][:, i], powers[n - 1 - k][j])
        elif n < 0:
            inverse = np.linalg.inv(here)
            powers = [np.linalg.matrix_power(inverse, k) for k in range(1 - n)]
            for k in range(-n):
                partial -= np.outer(powers[k + 1][:, i], powers[-n - k][j])
        return Readers(batched(at, y.shape), partial.reshape(-1))

    @staticmethod
    def flops(y: Shape, x: Shape, *, n: int) -> int:
        return 2 * math.prod(x) * x[-1] * max(0, abs(n) - 1).bit_length()


__all__ = ["Inv", "MatrixPower", "Solve"]
