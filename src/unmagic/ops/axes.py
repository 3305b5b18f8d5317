"""Axes: reading an ``axis`` attribute, and what a reduction along axes does to shapes, indices and cotangents."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unmagic.core.build import Node, marked
from unmagic.core.errors import BadValue
from unmagic.core.graph import Index, Shape
from unmagic.core.notation import Notation, Word
from unmagic.core.op import Operand
from unmagic.core.scalar import Column

Axis = int | tuple[int, ...] | None


def axes_of(axis: Axis, shape: Shape) -> tuple[int, ...]:
    """The axes meant, counted from 0, in order. None means all. Raises `BadValue` for an axis that is not there."""
    rank = len(shape)
    if axis is None:
        return tuple(range(rank))
    given = axis if isinstance(axis, tuple) else (axis,)
    for one in given:
        if not -rank <= one < rank:
            there = f"axes 0 to {rank - 1}" if rank > 1 else "axis 0 alone" if rank else "no axes: it is a number"
            raise BadValue(f"there is no axis {one}", notes=(f"{marked(shape)} has {there}",))
    axes = tuple(sorted(one % rank for one in given))
    if len(set(axes)) < len(axes):
        raise BadValue(f"an axis stands twice in {axis}", notes=(f"the shape is {marked(shape)}",))
    return axes


def axis_of(axis: int, shape: Shape) -> int:
    """One axis, counted from 0."""
    return axes_of(axis, shape)[0]


def reduced(shape: Shape, axis: Axis, keepdims: bool) -> Shape:
    """The shape that is left when ``axis`` is taken together."""
    axes = axes_of(axis, shape)
    if keepdims:
        return tuple(1 if i in axes else n for i, n in enumerate(shape))
    return tuple(n for i, n in enumerate(shape) if i not in axes)


def count(shape: Shape, axis: Axis) -> int:
    """How many entries meet in one entry of the result."""
    return math.prod(shape[i] for i in axes_of(axis, shape))


def line_at(at: Index, shape: Shape, axis: Axis, keepdims: bool) -> tuple[Any, ...]:
    """Index of all entries that meet in the result's entry ``at``: integers, and full slices along ``axis``."""
    axes = axes_of(axis, shape)
    if keepdims:
        return tuple(slice(None) if i in axes else at[i] for i in range(len(shape)))
    rest = iter(at)
    return tuple(slice(None) if i in axes else next(rest) for i in range(len(shape)))


def line(x: Operand, at: Index, axis: Axis, keepdims: bool) -> Column:
    """The entries that meet in the result's entry ``at``, in C order."""
    return x.column(line_at(at, x.shape, axis, keepdims))


def meets_in(at: Index, shape: Shape, axis: Axis, keepdims: bool) -> Index:
    """Index of the result's entry that the operand's entry ``at`` goes into."""
    axes = axes_of(axis, shape)
    if keepdims:
        return tuple(0 if i in axes else k for i, k in enumerate(at))
    return tuple(k for i, k in enumerate(at) if i not in axes)


def one_reader(at: Index) -> tuple[np.ndarray[Any, Any], ...]:
    """One index as index arrays of length 1."""
    return tuple(np.array([i]) for i in at)


def spread(g: Node, shape: Shape, axis: Axis, keepdims: bool) -> Node:
    """``g``, of a reduction's shape, copied back to the operand's ``shape``."""
    if not keepdims:
        with g.builder.at(None, implicit=True):
            g = g.reshape(reduced(shape, axis, True))
    return g.broadcast(shape)


def gathered(g: Node, shape: Shape) -> Node:
    """``g`` added up to ``shape``, which was broadcast to g's shape; says why."""
    if g.shape == shape:
        return g
    lead = g.ndim - len(shape)
    axes = (*range(lead), *(lead + i for i, n in enumerate(shape) if n == 1 and g.shape[lead + i] != 1))
    total = g.sum(axis=axes) if axes else g
    if axes:
        total.step.note = "added up, because it was copied"
    with g.builder.at(None, implicit=True):
        return total.reshape(shape)


def below(axis: Axis) -> Notation | None:
    """What stands below a Σ or max: the axis, or nothing where all entries are meant."""
    if axis is None:
        return None
    axes = axis if isinstance(axis, tuple) else (axis,)
    return Word(("axis " if len(axes) == 1 else "axes ") + ", ".join(map(str, axes)).replace("-", "−"))


def placed(at: Index, axis: int, part: Any) -> tuple[Any, ...]:
    """The index ``at`` with ``part`` (a number, a slice, an array) in the place of ``axis``, which counts from 0."""
    return (*at[:axis], part, *at[axis + 1 :])
