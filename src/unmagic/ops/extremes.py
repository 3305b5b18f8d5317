"""Extremes: the largest and smallest entries, where they stand, and the order of all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from unmagic.core.build import Node, marked
from unmagic.core.errors import BadValue
from unmagic.core.graph import Array, Index, Shape
from unmagic.core.notation import Big, Notation
from unmagic.core.op import Operand, Readers, promoted
from unmagic.core.scalar import Choose, Column, Expr

from .axes import Axis, below, count, line, line_at, meets_in, one_reader, reduced, spread
from .reduce import AXES, Reduction

RIVALS = 4_096
"""A choice among at most this many entries names them all; among more, its nearest rivals."""


def chosen(kind: str, entries: Column) -> Expr:
    """The largest (``max``) or smallest (``min``) of a line of entries, as a choice among them."""
    values = entries.values
    best = int(values.argmax() if kind == "max" else values.argmin())
    if len(entries) == 1:
        return entries.entry(0)
    places = np.arange(len(entries))
    if len(entries) > RIVALS:
        order = np.argsort(values, kind="stable")
        places = np.union1d([best], order[-12:] if kind == "max" else order[:12])
    where = int(np.flatnonzero(places == best)[0])
    return Choose(kind, tuple(entries.entry(int(k)) for k in places), where)


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


class Max(Extreme):
    """The largest of the entries."""

    words = "the largest of the entries of {x}"
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

    words = "the smallest of the entries of {x}"
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
