"""Scores to shares, and entries brought to one scale."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.graph import Array, DType, Index, Shape
from unmagic.core.notation import Notation, apply
from unmagic.core.op import Op, Operand, Readers, Sample, floating
from unmagic.core.scalar import SHOWN_TERMS, Column, Expr, Slot, Sum, call, total

from .axes import Axis, axes_of, below, line, line_at, meets_in, reduced
from .extremes import chosen

LINES = (
    Sample(((2, 3),), {"axis": -1}),
    Sample(((2, 3),), {"axis": 0}),
    Sample(((2, 2, 3),), {"axis": 1}),
    Sample(((2, 1, 2, 2),), {"axis": (1, -1)}),
    Sample(((2, 2),), {"axis": None}),
    Sample(((3,),), {"axis": 0}),
    Sample(((20,),), {"axis": 0}),
    Sample(((1,),), {"axis": 0}),
    Sample(((2, 0),), {"axis": 1}),
    Sample(((0,),), {"axis": 0}),
)

_REACH = {2: 10.0, 4: 85.0, 8: 700.0}
"""By bytes of a float: how far from 0 exp still has an ordinary value."""


def needs_shift(scores: Column, dtype: DType) -> bool:
    """Whether exp of a score would pass the largest number of ``dtype``, or all would vanish (−inf alone may)."""
    ordinary = scores.values[scores.values != -np.inf]
    return bool(ordinary.size) and not bool(np.abs(ordinary).max() <= _REACH.get(dtype.itemsize, 700.0))


def powers(scores: Column, dtype: DType, k: int | None = None) -> tuple[Expr | None, Expr, Expr | None]:
    """What was taken out (the largest score, or None), the sum of e to the scores, and its ``k``-th term."""
    shift: Expr | None = chosen("max", scores) if needs_shift(scores, dtype) else None

    def term(x: Expr) -> Expr:
        return call("exp", x if shift is None else x - shift)

    if len(scores) > SHOWN_TERMS:
        return shift, total(term(Slot(0)), scores), None if k is None else term(scores.entry(k))
    terms = [term(scores.entry(i)) for i in range(len(scores))]  # shared: the numerator is one of the sum's terms
    whole = terms[0] if len(terms) == 1 else Sum(terms)
    return shift, whole, None if k is None else terms[k]


def place_on_line(at: Index, shape: Shape, axis: Axis) -> int:
    """The position of ``at`` on the line of entries it meets along ``axis``."""
    place = 0
    for a in axes_of(axis, shape):
        place = place * shape[a] + at[a]
    return place


def line_indices(at: Index, shape: Shape, axis: Axis) -> tuple[np.ndarray[Any, Any], ...]:
    """Index arrays of all entries on the line of ``at``, in C order."""
    axes = axes_of(axis, shape)
    runs = [np.arange(n) if i in axes else np.array([at[i]]) for i, n in enumerate(shape)]
    return tuple(grid.reshape(-1) for grid in np.meshgrid(*runs, indexing="ij")) if runs else ()


class Alike(Op, abstract=True):
    """The result has the operand's shape; lines of entries along axes are worked together."""

    dtype = staticmethod(floating)

    @staticmethod
    def flops(y: Shape, x: Shape, **_attrs: Any) -> int:
        return 5 * int(np.prod(x, dtype=np.int64))


class Softmax(Alike):
    """Turn scores into shares along ``axis``: e to each score, over the sum of those. Shares add up to 1."""

    words = "scores become shares that add up to 1"
    source = "Bridle 1990; shifted by the maximum against overflow"
    convention = "a line of −inf alone has no shares: not a number"
    samples = LINES

    @staticmethod
    def notation(x: Notation, *, axis: Axis = -1) -> Notation:
        return apply("softmax", x, sub=None if axis == -1 else below(axis))

    @staticmethod
    def shape(x: Shape, *, axis: Axis = -1) -> Shape:
        axes_of(axis, x)
        return x

    @staticmethod
    def forward(xp: Any, x: Array, *, axis: Axis = -1) -> Array:
        if not x.size:
            return xp.astype(xp.asarray(x), floating(x.dtype))
        powers = xp.exp(xp.astype(xp.asarray(x), floating(x.dtype), copy=False) - xp.max(x, axis=axis, keepdims=True))
        return powers / xp.sum(powers, axis=axis, keepdims=True)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, axis: Axis = -1) -> tuple[Node]:
        return (y * (g - (g * y).sum(axis=axis, keepdims=True)),)

    @staticmethod
    def entry(at: Index, x: Operand, *, axis: Axis = -1) -> Expr:
        scores = line(x, meets_in(at, x.shape, axis, True), axis, True)
        _, whole, one = powers(scores, floating(x.values.dtype), place_on_line(at, x.shape, axis))
        assert one is not None
        return one / whole

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, axis: Axis = -1) -> Readers:
        share = y[at]
        partial = -share * np.asarray(y[line_at(meets_in(at, x.shape, axis, True), x.shape, axis, True)]).reshape(-1)
        partial[place_on_line(at, x.shape, axis)] += share
        return Readers(line_indices(at, x.shape, axis), partial)


__all__ = ["LINES", "Alike", "Softmax", "reduced"]
