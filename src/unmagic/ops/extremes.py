"""Extremes: the largest and smallest entries, where they stand, and the order of all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from unmagic.core.build import Node, marked
from unmagic.core.emit import Emit, Term, Writer, reduced_by
from unmagic.core.errors import BadValue, Unsupported
from unmagic.core.graph import Array, Index, Shape
from unmagic.core.notation import Big, Notation, apply
from unmagic.core.op import Op, Operand, Readers, Sample, counting, promoted
from unmagic.core.scalar import Choose, Column, Compare, Expr, Number, Slot, total

from .axes import Axis, axis_of, below, count, line, line_at, meets_in, one_reader, placed, reduced, spread
from .cumulative import flipped
from .reduce import AXES, Reduction

RIVALS = 4_096
"""A choice among at most this many entries names them all; among more, its nearest rivals."""

NEAREST = 11


def chosen(kind: str, entries: Column) -> Expr:
    """The largest (``max``) or smallest (``min``) of a line of entries, as a choice among them."""
    return best_of(kind, entries, entries.values, lambda one: one)


def best_of(kind: str, entries: Column, values: Array, of: Callable[[Expr], Expr]) -> Expr:
    """The largest or smallest of ``of`` each entry; ``values`` are those numbers."""
    best = int(values.argmax() if kind == "max" else values.argmin())
    if len(entries) == 1:
        return of(entries.entry(0))
    places = np.arange(len(entries))
    if len(entries) > RIVALS:
        near = np.argpartition(values, -NEAREST if kind == "max" else NEAREST)
        places = np.union1d([best], near[-NEAREST:] if kind == "max" else near[:NEAREST])
    where = int(np.flatnonzero(places == best)[0])
    return Choose(kind, tuple(of(entries.entry(int(k))) for k in places), where)


class Extreme(Reduction, abstract=True):
    """The largest or smallest of the entries taken together. Nothing has none: `BadValue`."""

    convention = "entries that tie share the gradient equally"
    dtype = staticmethod(promoted)
    samples = AXES
    kind: ClassVar[str]
    pick: ClassVar[Callable[..., Any]]

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, axis: Axis = None, keepdims: bool = False) -> tuple[Node]:
        best = x.apply("equal", spread(y, x.shape, axis, keepdims)).cast(g.dtype)
        ties = best.sum(axis=axis, keepdims=keepdims)
        return (best * spread(g / ties, x.shape, axis, keepdims),)

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Readers:
        out = meets_in(at, x.shape, axis, keepdims)
        ties = np.count_nonzero(x[line_at(out, x.shape, axis, keepdims)] == y[out])
        return Readers(one_reader(out), np.full(1, 1.0 / ties if x[at] == y[out] else 0.0))


def _some(doing: str, x: Shape, axis: Axis, keepdims: bool) -> Shape:
    if not count(x, axis):
        raise BadValue(f"nothing has no {doing}", notes=(f"{marked(x)} has no entries there",))
    return reduced(x, axis, keepdims)


def reached(function: np.ufunc, place: str) -> Callable[..., Emit | None]:
    """How an extreme is written: of a vector, the entry at its ``place`` is found more quickly than it is reduced."""
    along = reduced_by(function)

    def found(w: Writer, y: Term | None, x: Term, *, axis: Axis = None, keepdims: bool = False) -> str:
        return f"{x.name}[{x.name}.{place}()]"

    def emit(y: Term, x: Term, *, axis: Axis = None, keepdims: bool = False) -> Emit | None:
        if not x.shape or not x.size:
            return None
        return Emit(found) if len(x.shape) == 1 and not keepdims and axis != () else along

    return emit


class Max(Extreme):
    """The largest of the entries."""

    emit = staticmethod(reached(np.maximum, "argmax"))

    words = "take the largest of the entries of {x}"
    source = "subgradient of a maximum, mean of its extreme points"
    kind = "max"

    @staticmethod
    def notation(x: Notation, *, axis: Axis = None, keepdims: bool = False) -> Notation:
        return Big("max", below(axis), None, x)

    @staticmethod
    def shape(x: Shape, *, axis: Axis = None, keepdims: bool = False) -> Shape:
        return _some("maximum", x, axis, keepdims)

    @staticmethod
    def forward(xp: Any, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        return xp.max(x, axis=axis, keepdims=keepdims)

    @staticmethod
    def entry(at: Index, x: Operand, *, axis: Axis = None, keepdims: bool = False) -> Expr:
        return chosen("max", line(x, at, axis, keepdims))


class Min(Extreme):
    """The smallest of the entries."""

    emit = staticmethod(reached(np.minimum, "argmin"))

    words = "take the smallest of the entries of {x}"
    source = "subgradient of a minimum, mean of its extreme points"
    kind = "min"

    @staticmethod
    def notation(x: Notation, *, axis: Axis = None, keepdims: bool = False) -> Notation:
        return Big("min", below(axis), None, x)

    @staticmethod
    def shape(x: Shape, *, axis: Axis = None, keepdims: bool = False) -> Shape:
        return _some("minimum", x, axis, keepdims)

    @staticmethod
    def forward(xp: Any, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        return xp.min(x, axis=axis, keepdims=keepdims)

    @staticmethod
    def entry(at: Index, x: Operand, *, axis: Axis = None, keepdims: bool = False) -> Expr:
        return chosen("min", line(x, at, axis, keepdims))


class Position(Op, abstract=True):
    """Where the largest or smallest entry stands; along ``axis``, or (None) in the array laid out flat."""

    convention = "of entries that tie the first; nothing to derive"
    differentiable = False
    dtype = staticmethod(counting)
    samples = (
        Sample(((2, 3),), {"axis": 1, "keepdims": True}),
        Sample(((2, 3),), {"axis": -2}),
        Sample(((2, 1, 3, 2),), {"axis": 2}),
        Sample(((3, 2),)),
        Sample(((20,),)),
        Sample((np.array([1.0, 2.0, 2.0]),)),
        Sample(((),)),
    )

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, axis: int | None = None, keepdims: bool = False) -> tuple[None]:
        return (None,)

    @staticmethod
    def readers(
        operand: int, at: Index, y: Array, x: Array, *, axis: int | None = None, keepdims: bool = False
    ) -> Readers:
        return Readers(one_reader(meets_in(at, x.shape, axis, keepdims)), np.zeros(1))

    @staticmethod
    def entry(at: Index, x: Operand, *, axis: int | None = None, keepdims: bool = False) -> Expr:
        raise Unsupported("a position is looked up, not worked out", hint="its check compares the entry found")

    @staticmethod
    def flops(y: Shape, x: Shape, *, axis: int | None = None, keepdims: bool = False) -> int:
        return int(np.prod(x, dtype=np.int64))


class Argmax(Position):
    """Where the largest entry stands."""

    words = "find where the largest of the entries of {x} stands"
    source = "NumPy, argmax"

    @staticmethod
    def notation(x: Notation, *, axis: int | None = None, keepdims: bool = False) -> Notation:
        return apply("argmax", x, sub=below(axis))

    @staticmethod
    def shape(x: Shape, *, axis: int | None = None, keepdims: bool = False) -> Shape:
        return _some("maximum", x, axis, keepdims)

    @staticmethod
    def forward(xp: Any, x: Array, *, axis: int | None = None, keepdims: bool = False) -> Array:
        return xp.argmax(x, axis=axis, keepdims=keepdims)

    @staticmethod
    def check(
        at: Index, y: Operand, x: Operand, *, axis: int | None = None, keepdims: bool = False
    ) -> tuple[Expr, Expr]:
        """The largest entry is the one that stands there."""
        entries = line(x, at, axis, keepdims)
        return chosen("max", entries), entries.entry(int(y.values[at]))


class Argmin(Position):
    """Where the smallest entry stands."""

    words = "find where the smallest of the entries of {x} stands"
    source = "NumPy, argmin"

    @staticmethod
    def notation(x: Notation, *, axis: int | None = None, keepdims: bool = False) -> Notation:
        return apply("argmin", x, sub=below(axis))

    @staticmethod
    def shape(x: Shape, *, axis: int | None = None, keepdims: bool = False) -> Shape:
        return _some("minimum", x, axis, keepdims)

    @staticmethod
    def forward(xp: Any, x: Array, *, axis: int | None = None, keepdims: bool = False) -> Array:
        return xp.argmin(x, axis=axis, keepdims=keepdims)

    @staticmethod
    def check(
        at: Index, y: Operand, x: Operand, *, axis: int | None = None, keepdims: bool = False
    ) -> tuple[Expr, Expr]:
        """The smallest entry is the one that stands there."""
        entries = line(x, at, axis, keepdims)
        return chosen("min", entries), entries.entry(int(y.values[at]))


ORDERS = (
    Sample(((2, 3),), {"axis": -1}),
    Sample(((2, 3),), {"axis": 0}),
    Sample(((2, 1, 3, 2),), {"axis": 2}),
    Sample((np.arange(20.0) * 7 % 20 / 4,), {"axis": 0}),
    Sample(((0,),), {"axis": 0}),
)


class Sort(Op):
    """Put the entries along ``axis`` in order, the smallest first (``descending``: the largest first)."""

    words = "put the entries of {x} in order"
    source = "NumPy, sort"
    convention = "entries that tie keep the places that the sort gave them: each passes its gradient to one entry"
    movement = True
    dtype = staticmethod(promoted)
    samples = (*ORDERS, Sample(((2, 3),), {"axis": 1, "descending": True}))

    @staticmethod
    def notation(x: Notation, *, axis: int = -1, descending: bool = False) -> Notation:
        return apply("sort", x, sub=None if axis == -1 else below(axis))

    @staticmethod
    def shape(x: Shape, *, axis: int = -1, descending: bool = False) -> Shape:
        axis_of(axis, x)
        return x

    @staticmethod
    def forward(xp: Any, x: Array, *, axis: int = -1, descending: bool = False) -> Array:
        ordered = xp.sort(x, axis=axis)
        return xp.flip(ordered, axis=axis) if descending else ordered

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, axis: int = -1, descending: bool = False) -> tuple[Node]:
        g = flipped(g, axis) if descending else g
        back = x.apply("argsort", axis=axis).apply("argsort", axis=axis)  # the inverse of a permutation
        return (g.apply("take_along", back, axis=axis),)

    @staticmethod
    def entry(at: Index, x: Operand, *, axis: int = -1, descending: bool = False) -> Expr:
        return line(x, meets_in(at, x.shape, axis, True), axis, True).entry(_ranked(at, x.values, axis, descending))

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, axis: int = -1, descending: bool = False) -> Readers:
        a = axis_of(axis, x.shape)
        order = np.argsort(x[placed(at, a, slice(None))])
        rank = int(np.flatnonzero(order == at[a])[0])
        return Readers(one_reader((*at[:a], x.shape[a] - 1 - rank if descending else rank, *at[a + 1 :])), np.ones(1))

    @staticmethod
    def flops(y: Shape, x: Shape, *, axis: int = -1, descending: bool = False) -> int:
        return 0


def _ranked(at: Index, x: Array, axis: int, descending: bool) -> int:
    """Where on its line the entry stands that the sort puts at ``at``."""
    a = axis_of(axis, x.shape)
    order = np.argsort(x[placed(at, a, slice(None))])
    return int(order[-1 - at[a] if descending else at[a]])


class Argsort(Op):
    """The places of the entries in order along ``axis``, the smallest first."""

    words = "find the places of the entries of {x} in order"
    source = "NumPy, argsort"
    convention = "nothing to derive"
    differentiable = False
    dtype = staticmethod(counting)
    samples = ORDERS

    @staticmethod
    def notation(x: Notation, *, axis: int = -1) -> Notation:
        return apply("argsort", x, sub=None if axis == -1 else below(axis))

    @staticmethod
    def shape(x: Shape, *, axis: int = -1) -> Shape:
        axis_of(axis, x)
        return x

    @staticmethod
    def forward(xp: Any, x: Array, *, axis: int = -1) -> Array:
        return xp.argsort(x, axis=axis)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, axis: int = -1) -> tuple[None]:
        return (None,)

    @staticmethod
    def entry(at: Index, x: Operand, *, axis: int = -1) -> Expr:
        raise Unsupported("a place is looked up, not worked out", hint="its check counts the smaller entries")

    @staticmethod
    def check(at: Index, y: Operand, x: Operand, *, axis: int = -1) -> tuple[Expr, Expr]:
        """As many entries are smaller, or as large and put before it, as its place in the order says."""
        a = axis_of(axis, x.shape)
        entries = line(x, meets_in(at, x.shape, axis, True), axis, True)
        here = entries.entry(int(y.values[at]))
        smaller = total(Compare("<", Slot(0), here), entries)
        if not at[a]:
            return smaller, Number(0)
        prior = np.asarray(y.values[placed(at, a, slice(0, at[a]))])
        ties = total(Compare("==", Slot(0), here), x.column(placed(at, a, prior)))
        return smaller + ties, Number(at[a])

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, axis: int = -1) -> Readers:
        a = axis_of(axis, x.shape)
        run = np.arange(x.shape[a])
        return Readers(tuple(run if i == a else np.full(len(run), k) for i, k in enumerate(at)), np.zeros(len(run)))

    @staticmethod
    def flops(y: Shape, x: Shape, *, axis: int = -1) -> int:
        return 0


__all__ = ["Argmax", "Argmin", "Argsort", "Max", "Min", "Sort", "chosen"]
