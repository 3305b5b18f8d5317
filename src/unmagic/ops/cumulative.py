"""Running results along an axis: sums, products, and the recurrence that derives them."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.graph import Array, Index, Shape
from unmagic.core.notation import Infix, Notation, Operator, Row, Word, apply
from unmagic.core.op import Op, Operand, Readers, Sample, promoted
from unmagic.core.scalar import Column, Expr, Slot, product, total

from .axes import axis_of, below, placed
from .reduce import added

RUNS = (
    Sample(((3,),), {"axis": 0}),
    Sample(((2, 3),), {"axis": -1}),
    Sample(((2, 3),), {"axis": 0}),
    Sample(((2, 2, 3, 1),), {"axis": 2}),
    Sample(((20,),), {"axis": 0}),
    Sample(((1,),), {"axis": 0}),
    Sample(((2, 0),), {"axis": 1}),
)


def upto(x: Operand, at: Index, axis: int) -> Column:
    """The entries from the start of the line up to and with ``at``."""
    here = axis_of(axis, x.shape)
    return x.column(placed(at, here, slice(0, at[here] + 1)))


def onward(at: Index, shape: Shape, axis: int) -> tuple[np.ndarray[Any, Any], ...]:
    """Index arrays of the entries from ``at`` to the end of the line."""
    run = np.arange(at[axis], shape[axis])
    return tuple(run if i == axis else np.full(len(run), k) for i, k in enumerate(at))


def along(rank: int, axis: int, part: Any) -> tuple[Any, ...]:
    """A key that is ``part`` along ``axis`` and takes everything else."""
    return tuple(part if i == axis else slice(None) for i in range(rank))


def later(x: Node, axis: int, first: float) -> Node:
    """The entries of ``x`` moved one place on along ``axis``; ``first`` stands in the place that is freed."""
    n = x.shape[axis]
    if n == 0:
        return x
    head = x.builder.constant(first, x.dtype).broadcast(tuple(1 if i == axis else m for i, m in enumerate(x.shape)))
    return head.apply("concatenate", x.apply("index", key=along(x.ndim, axis, slice(0, n - 1))), axis=axis)


def flipped(x: Node, axis: int) -> Node:
    """``x`` read from the end along ``axis``."""
    return x.apply("flip", axis=axis)


def before(x: Node, axis: int) -> Node:
    """For each entry the product of those before it on its line; no division, so zeros do no harm."""
    return later(x, axis, 1.0).apply("cumprod", axis=axis)


def others(x: Node, axis: int) -> Node:
    """For each entry the product of all others on its line."""
    return before(x, axis) * flipped(before(flipped(x, axis), axis), axis)


class Running(Op, abstract=True):
    """The result has the operand's shape; each entry takes in those before it along ``axis``."""

    dtype = staticmethod(added)
    samples = RUNS

    @staticmethod
    def shape(x: Shape, *, axis: int) -> Shape:
        axis_of(axis, x)
        return x

    @staticmethod
    def flops(y: Shape, x: Shape, *, axis: int) -> int:
        return int(np.prod(x, dtype=np.int64))


class Cumsum(Running):
    """The running sum along ``axis``."""

    words = "add up the entries of {x}, keeping every total on the way"
    source = "NumPy, cumsum"
    linear_in = ("x",)

    @staticmethod
    def notation(x: Notation, *, axis: int) -> Notation:
        return apply("cumsum", x, sub=below(axis))

    @staticmethod
    def forward(xp: Any, x: Array, *, axis: int) -> Array:
        return xp.cumulative_sum(x, axis=axis)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, axis: int) -> tuple[Node]:
        return (flipped(flipped(g, axis).apply("cumsum", axis=axis), axis),)

    @staticmethod
    def entry(at: Index, x: Operand, *, axis: int) -> Expr:
        return total(Slot(0), upto(x, at, axis))

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, axis: int) -> Readers:
        where = onward(at, x.shape, axis_of(axis, x.shape))
        return Readers(where, np.ones(len(where[0])))


class Cumprod(Running):
    """The running product along ``axis``."""

    words = "multiply the entries of {x} together, keeping every product on the way"
    source = "product rule; the factors besides one are multiplied, never divided out"
    convention = "exact at zeros, however many"

    @staticmethod
    def notation(x: Notation, *, axis: int) -> Notation:
        return apply("cumprod", x, sub=below(axis))

    @staticmethod
    def forward(xp: Any, x: Array, *, axis: int) -> Array:
        return xp.cumulative_prod(x, axis=axis)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, axis: int) -> tuple[Node]:
        # x̄ᵢ = (Π_{j<i} xⱼ)·sᵢ with sᵢ = gᵢ + xᵢ₊₁·sᵢ₊₁: a recurrence from the end
        axis = axis_of(axis, x.shape)
        back = later(flipped(x, axis), axis, 0.0).apply("recurrence", flipped(g, axis), axis=axis)
        return (before(x, axis) * flipped(back, axis),)

    @staticmethod
    def entry(at: Index, x: Operand, *, axis: int) -> Expr:
        return product(Slot(0), upto(x, at, axis))

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, axis: int) -> Readers:
        axis = axis_of(axis, x.shape)
        line = np.asarray(x[placed(at, axis, slice(None))], dtype=np.float64).copy()
        line[at[axis]] = 1.0
        return Readers(onward(at, x.shape, axis), line.cumprod()[at[axis] :])


class Recurrence(Op):
    """Along ``axis`` each entry is b plus a times the entry before: yₖ = bₖ + aₖ·yₖ₋₁, starting from 0.

    What derives a running product; discounted sums and moving averages have the same form.
    """

    words = "add to each entry of {b} {a} times the result before it"
    source = "Horner's scheme"
    linear_in = ("b",)
    dtype = staticmethod(promoted)
    samples = (
        Sample(((3,), (3,)), {"axis": 0}),
        Sample(((2, 3), (2, 3)), {"axis": -1}),
        Sample(((2, 2, 2), (2, 2, 2)), {"axis": 1}),
        Sample(((1,), (1,)), {"axis": 0}),
        Sample(((0,), (0,)), {"axis": 0}),
    )

    @staticmethod
    def notation(a: Notation, b: Notation, *, axis: int) -> Notation:
        return Infix("+", (b, Row((a, Operator("·"), Word("before")))))

    @staticmethod
    def shape(a: Shape, b: Shape, *, axis: int) -> Shape:
        axis_of(axis, a)
        if a != b:
            raise AssertionError(f"recurrence of {a} and {b}")  # only rules of ours build it
        return a

    @staticmethod
    def forward(xp: Any, a: Array, b: Array, *, axis: int) -> Array:
        y = np.array(b, dtype=np.result_type(a, b))
        axis = axis_of(axis, y.shape)
        for k in range(1, y.shape[axis]):
            here, prior = along(y.ndim, axis, k), along(y.ndim, axis, k - 1)
            y[here] += a[here] * y[prior]
        return y

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, b: Node, *, axis: int) -> tuple[Node, Node]:
        axis = axis_of(axis, a.shape)
        back = flipped(later(flipped(a, axis), axis, 0.0).apply("recurrence", flipped(g, axis), axis=axis), axis)
        return back * later(y, axis, 0.0), back

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand, *, axis: int) -> Expr:
        axis = axis_of(axis, a.shape)
        y: Expr = b[(*at[:axis], 0, *at[axis + 1 :])]
        for k in range(1, at[axis] + 1):
            here = (*at[:axis], k, *at[axis + 1 :])
            y = b[here] + a[here] * y
        return y

    @staticmethod
    def readers(operand: int, at: Index, y: Array, a: Array, b: Array, *, axis: int) -> Readers:
        axis = axis_of(axis, a.shape)
        k = at[axis]
        line = np.asarray(a[placed(at, axis, slice(None))], dtype=np.float64).copy()
        line[k] = 1.0
        partial = line[k:].cumprod()
        if operand == 0:
            partial = partial * (y[(*at[:axis], k - 1, *at[axis + 1 :])] if k else 0.0)
        return Readers(onward(at, a.shape, axis), partial)

    @staticmethod
    def flops(y: Shape, a: Shape, b: Shape, *, axis: int) -> int:
        return 2 * int(np.prod(a, dtype=np.int64))


__all__ = ["Cumprod", "Cumsum", "Recurrence", "along", "before", "flipped", "later", "others"]
