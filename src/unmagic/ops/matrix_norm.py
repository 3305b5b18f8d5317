"""Norms of matrices (the last two axes)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unmagic.core.build import Node, marked
from unmagic.core.errors import BadValue, ShapeClash, Unsupported
from unmagic.core.graph import Array, DType, Index, Shape
from unmagic.core.notation import Fence, Notation, Subscript, Word
from unmagic.core.op import Op, Operand, Readers, Sample, floating
from unmagic.core.scalar import Choose, Expr, Number, Slot, Sum, call, total

from .axes import meets_in, one_reader, spread
from .solve import batched, solved
from .spread import Norm, order_notation

Order = str | float
_AXES = (-2, -1)

_TALL = np.array([[2.0, 0.5], [-1.0, 3.0], [0.25, 1.0]])
_MATRICES = (Sample((_TALL,)), Sample((_TALL.T[None],)), Sample((_TALL[:2],)), Sample((_TALL[:1],)))


def directions(x: Array, order: Order) -> Array:
    """The gradient of a norm that lies in singular values: u₁v₁ᵀ of the largest, or UVᵀ of all that are not 0."""
    u, sigma, vt = np.linalg.svd(x, full_matrices=False)
    if order == 2:
        return u[..., :, :1] * vt[..., :1, :]
    tiny = sigma.max(axis=-1, keepdims=True, initial=0.0) * max(x.shape[-2:]) * np.finfo(x.dtype).eps
    return (u * (sigma > tiny)[..., None, :]) @ vt


class MatrixNorm(Op):
    """The size of a matrix: ``"fro"`` √Σx², ``2`` the largest singular value, ``"nuc"`` the sum of all of them,
    ``1`` and ``inf`` the largest column and row sum of absolute values.
    """

    words = "take the size of the matrix {x}"
    source = "NumPy, linalg.matrix_norm; Watson 1992 for gradients"
    convention = (
        "at zeros the Frobenius gradient is taken as 0; ties of columns or rows share it; of equal largest singular "
        "values the first counts; singular values of 0 add nothing to the nuclear gradient"
    )
    samples = tuple(
        Sample(given.inputs, {"order": order, "keepdims": order == 1})
        for order in ("fro", "nuc", 2, 1, math.inf)
        for given in _MATRICES
    )

    @staticmethod
    def notation(x: Notation, *, order: Order = "fro", keepdims: bool = False) -> Notation:
        sub = {"fro": Word("F"), "nuc": Word("∗")}.get(str(order)) or order_notation(float(order))
        return Subscript(Fence("‖", x, "‖"), sub)

    @staticmethod
    def shape(x: Shape, *, order: Order = "fro", keepdims: bool = False) -> Shape:
        if len(x) < 2:
            raise ShapeClash("can't take a matrix norm: it takes a matrix", notes=(marked(x),))
        if order not in ("fro", "nuc", 2, 1, math.inf):
            raise BadValue(f"there is no matrix norm of order {order}", hint="fro, nuc, 2, 1 or inf")
        if order != "fro" and order != "nuc" and not math.prod(x[-2:]):
            raise BadValue("nothing has no largest entry", notes=(marked(x),))
        return (*x[:-2], 1, 1) if keepdims else x[:-2]

    @staticmethod
    def dtype(x: DType, *, order: Order = "fro", keepdims: bool = False) -> DType:
        return solved(x) if order in ("nuc", 2) else floating(x)

    @staticmethod
    def forward(xp: Any, x: Array, *, order: Order = "fro", keepdims: bool = False) -> Array:
        return xp.linalg.matrix_norm(x, keepdims=keepdims, ord=order)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, order: Order = "fro", keepdims: bool = False) -> tuple[Node | None]:
        if order == "fro":
            return (Norm.vjp(g, y, x, order=2, axis=_AXES, keepdims=keepdims)[0],)
        if order in ("nuc", 2):
            return (spread(g, x.shape, _AXES, keepdims) * x.apply("norm_directions", order=order),)
        along = -2 if order == 1 else -1
        sums = x.apply("absolute").sum(axis=along, keepdims=True)
        best = sums.apply("equal", spread(y, sums.shape, _AXES, keepdims)).cast(g.dtype)
        shared = best * spread(g / best.sum(axis=_AXES, keepdims=keepdims), sums.shape, _AXES, keepdims)
        return (shared.broadcast(x.shape) * x.apply("sign"),)

    @staticmethod
    def entry(at: Index, x: Operand, *, order: Order = "fro", keepdims: bool = False) -> Expr:
        if order == "fro":
            return Norm.entry(at, x, order=2, axis=_AXES, keepdims=keepdims)
        if order in ("nuc", 2):
            raise Unsupported("singular values are checked, not worked: the matrix meets their directions")
        batch = at[: len(x.shape) - 2]
        n = x.shape[-1] if order == 1 else x.shape[-2]
        sums: list[Expr] = []
        sizes: list[float] = []
        for k in range(n):
            entries = x.column((*batch, slice(None), k) if order == 1 else (*batch, k, slice(None)))
            sums.append(total(call("abs", Slot(0)), entries))
            sizes.append(float(np.abs(entries.values).sum()))
        return sums[0] if n == 1 else Choose("max", sums, int(np.argmax(sizes)))

    @staticmethod
    def check(at: Index, y: Operand, x: Operand, *, order: Order = "fro", keepdims: bool = False) -> tuple[Expr, Expr]:
        """The entries meet the directions of the singular values, found beforehand."""
        batch = at[: len(x.shape) - 2]
        found = directions(np.asarray(x.values[batch], dtype=np.float64), order)
        terms = [x[(*batch, *place)] * Number(found[place]) for place in np.ndindex(*x.shape[-2:])]
        return terms[0] if len(terms) == 1 else Sum(terms), y[at]

    @staticmethod
    def readers(
        operand: int, at: Index, y: Array, x: Array, *, order: Order = "fro", keepdims: bool = False
    ) -> Readers:
        if order == "fro":
            return Norm.readers(0, at, y, x, order=2, axis=_AXES, keepdims=keepdims)
        out = meets_in(at, x.shape, _AXES, keepdims)
        batch, (i, j) = at[:-2], at[-2:]
        here = np.asarray(x[batch])
        if order in ("nuc", 2):
            return Readers(one_reader(out), np.full(1, directions(here, order)[i, j]))
        sums = np.abs(here).sum(axis=0 if order == 1 else 1)
        best = sums == y[out]
        own = best[j if order == 1 else i]
        return Readers(one_reader(out), np.full(1, np.sign(here[i, j]) / best.sum() if own else 0.0))

    @staticmethod
    def flops(y: Shape, x: Shape, *, order: Order = "fro", keepdims: bool = False) -> int:
        return math.prod(x) * (2 if order not in ("nuc", 2) else 4 * min(x[-2:]))


class NormDirections(Op):
    """Where a spectral or nuclear norm grows fastest: the singular directions of the matrix."""

    words = "find the singular directions of {x}"
    source = "Watson 1992"
    convention = "where singular values meet, or the last is 0, they have no derivative: inf or not a number"
    samples = tuple(Sample(given.inputs, {"order": order}) for order in ("nuc", 2) for given in _MATRICES)

    @staticmethod
    def notation(x: Notation, *, order: Order) -> Notation:
        return Subscript(Word("directions"), x)

    @staticmethod
    def shape(x: Shape, *, order: Order) -> Shape:
        MatrixNorm.shape(x, order=order)
        return x

    @staticmethod
    def dtype(x: DType, *, order: Order) -> DType:
        return solved(x)

    @staticmethod
    def forward(xp: Any, x: Array, *, order: Order) -> Array:
        return directions(np.asarray(x, dtype=solved(x.dtype)), order)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, order: Order) -> tuple[Node]:
        return (x.builder.apply(NormBend, x, g, order=order),)  # a second derivative: its own transpose

    @staticmethod
    def entry(at: Index, x: Operand, *, order: Order) -> Expr:
        raise Unsupported("singular directions are checked, not worked: they turn the matrix into itself")

    @staticmethod
    def check(at: Index, y: Operand, x: Operand, *, order: Order) -> tuple[Expr, Expr]:
        """P Xᵀ P is X for all directions together, and the largest singular value times P for the first alone."""
        *batch, i, j = at
        found = np.asarray(y.values[tuple(batch)], dtype=np.float64)
        terms: list[Expr] = []
        for k, m in np.ndindex(*x.shape[-2:]):  # x[k, m] meets P[i, m] and P[k, j]
            terms.append(x[(*batch, k, m)] * y[(*batch, i, m)] * Number(found[k, j]))
        whole = terms[0] if len(terms) == 1 else Sum(terms)
        if order == "nuc":
            return whole, x[at]
        return whole / Number(np.linalg.norm(x.values[tuple(batch)], 2)), y[at]

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, order: Order) -> Readers:
        *batch, i, j = at
        one = np.zeros(x.shape[-2:])
        one[i, j] = 1.0
        return Readers(batched(at, y.shape), bend(np.asarray(x[tuple(batch)]), one, order).reshape(-1))

    @staticmethod
    def flops(y: Shape, x: Shape, *, order: Order) -> int:
        return 4 * math.prod(x) * min(x[-2:])


def bend(x: Array, h: Array, order: Order) -> Array:
    """How `directions` of one matrix ``x`` moves when x moves along ``h``."""
    m, n = x.shape
    u, sigma, vt = np.linalg.svd(x)  # all of U and V: what lies outside X's range turns too
    s = np.zeros(max(m, n))
    s[: len(sigma)] = sigma
    inner = u.T @ h @ vt.T
    if order == 2:
        # u₁ turns towards uⱼ by (σ₁ uⱼᵀHv₁ + σⱼ vⱼᵀHᵀu₁)/(σ₁² − σⱼ²), and v₁ likewise
        column, row = np.zeros(max(m, n)), np.zeros(max(m, n))
        column[:m], row[:n] = inner[:, 0], inner[0]
        apart = s[0] ** 2 - s**2
        apart[0] = 1.0
        to_u, to_v = (s[0] * column + s * row) / apart, (s[0] * row + s * column) / apart
        to_u[0] = to_v[0] = 0.0
        return np.outer(u @ to_u[:m], vt[0]) + np.outer(u[:, 0], to_v[:n] @ vt)
    turn, k = np.zeros((m, n)), len(sigma)
    whole = inner[:k, :k]
    turn[:k, :k] = (whole - whole.T) / (sigma[:, None] + sigma[None, :])
    turn[k:, :k] = inner[k:, :k] / sigma
    turn[:k, k:] = inner[:k, k:] / sigma[:, None]
    return u @ turn @ vt


class NormBend(Op, abstract=True):
    """How `NormDirections` moves along ``h``. Private to the second derivative of these norms: not in the registry."""

    name = "norm_bend"
    operands = ("x", "h")
    attributes = ("order",)
    variadic = False
    words = "see how the singular directions of {x} move along {h}"
    source = "perturbation of singular vectors"
    linear_in = ("h",)

    @staticmethod
    def notation(x: Notation, h: Notation, *, order: Order) -> Notation:
        return Subscript(Word("bend"), x)

    @staticmethod
    def shape(x: Shape, h: Shape, *, order: Order) -> Shape:
        return x

    @staticmethod
    def dtype(x: DType, h: DType, *, order: Order) -> DType:
        return solved(x, h)

    @staticmethod
    def forward(xp: Any, x: Array, h: Array, *, order: Order) -> Array:
        y = np.zeros(x.shape, dtype=solved(x.dtype, h.dtype))
        for at in np.ndindex(x.shape[:-2]):
            y[at] = bend(x[at], h[at], order)
        return y

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, h: Node, *, order: Order) -> tuple[Node | None, Node]:
        raise Unsupported("spectral and nuclear norms are derived twice at most")

    @staticmethod
    def entry(at: Index, x: Operand, h: Operand, *, order: Order) -> Expr:
        raise Unsupported("a turn of singular directions is not worked by hand")

    @staticmethod
    def flops(y: Shape, x: Shape, h: Shape, *, order: Order) -> int:
        return 8 * math.prod(x) * max(x[-2:])
