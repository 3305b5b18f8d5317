"""Arrangement: arrays put side by side, padded, shifted, mirrored, copied."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unmagic.core.build import Node, clash, marked
from unmagic.core.errors import BadValue, ShapeClash
from unmagic.core.graph import Array, Index, Shape
from unmagic.core.notation import Fence, Infix, Notation, Numeral, apply
from unmagic.core.op import Operand, Readers, Sample
from unmagic.core.scalar import Expr, Number

from .axes import Axis, axes_of, axis_of, below, one_reader
from .cumulative import along
from .structure import Moves, same_place, shape_notation

Widths = tuple[tuple[int, int], ...]


def listed(parts: tuple[Notation, ...]) -> Notation:
    """``[a, b, c]``."""
    return Fence("[", Infix(",", parts) if len(parts) > 1 else parts[0], "]")


class Concatenate(Moves):
    """Put arrays end to end along ``axis``; all other axes are equal."""

    words = "put {parts} end to end"
    source = "NumPy, concatenate"
    linear_in = ("parts",)
    samples = (
        Sample(((2,), (3,)), {"axis": 0}),
        Sample(((2, 1), (2, 3), (2, 1)), {"axis": -1}),
        Sample(((1, 2), (0, 2), (2, 2)), {"axis": 0}),
        Sample(((2, 1, 1, 2), (2, 1, 2, 2)), {"axis": 2}),
        Sample(((3,),), {"axis": 0}),
    )

    @staticmethod
    def notation(*parts: Notation, axis: int = 0) -> Notation:
        return apply("concatenate", listed(parts), sub=below(axis) if axis else None)

    @staticmethod
    def shape(*parts: Shape, axis: int = 0) -> Shape:
        if not parts:
            raise BadValue("there is nothing to put together")
        first = parts[0]
        a = axis_of(axis, first)
        for part in parts[1:]:
            if len(part) != len(first):
                raise ShapeClash(
                    "can't put end to end: the arrays have different ranks", notes=(marked(first), marked(part))
                )
            for i, (m, n) in enumerate(zip(first, part, strict=True)):
                if i != a and m != n:
                    raise clash("put end to end", (first, part), (i, i), f"only axis {a} may differ")
        return tuple(sum(part[a] for part in parts) if i == a else n for i, n in enumerate(first))

    @staticmethod
    def forward(xp: Any, *parts: Array, axis: int = 0) -> Array:
        return xp.concat(parts, axis=axis)

    @staticmethod
    def vjp(g: Node, y: Node, *parts: Node, axis: int = 0) -> tuple[Node, ...]:
        a, start, result = axis_of(axis, parts[0].shape), 0, []
        for part in parts:
            stop = start + part.shape[a]
            result.append(g.apply("index", key=along(g.ndim, a, slice(start, stop))))
            start = stop
        return tuple(result)

    @staticmethod
    def entry(at: Index, *parts: Operand, axis: int = 0) -> Expr:
        a = axis_of(axis, parts[0].shape)
        k = at[a]
        for part in parts:
            if k < part.shape[a]:
                return part[(*at[:a], k, *at[a + 1 :])]
            k -= part.shape[a]
        raise IndexError(at)

    @staticmethod
    def readers(operand: int, at: Index, y: Array, *parts: Array, axis: int = 0) -> Readers:
        a = axis_of(axis, parts[0].shape)
        start = sum(part.shape[a] for part in parts[:operand])
        return Readers(one_reader((*at[:a], start + at[a], *at[a + 1 :])), np.ones(1))


class Stack(Moves):
    """Put arrays of one shape side by side along a new ``axis``."""

    words = "stack {parts}"
    source = "NumPy, stack"
    linear_in = ("parts",)
    samples = (
        Sample(((2,), (2,)), {"axis": 0}),
        Sample(((2, 3), (2, 3), (2, 3)), {"axis": -1}),
        Sample(((2, 1, 2), (2, 1, 2)), {"axis": 1}),
        Sample(((), ()), {"axis": 0}),
        Sample(((0,), (0,)), {"axis": 0}),
    )

    @staticmethod
    def notation(*parts: Notation, axis: int = 0) -> Notation:
        return apply("stack", listed(parts), sub=below(axis)) if axis else listed(parts)

    @staticmethod
    def shape(*parts: Shape, axis: int = 0) -> Shape:
        if not parts:
            raise BadValue("there is nothing to stack")
        first = parts[0]
        for part in parts[1:]:
            if part != first:
                raise ShapeClash("can't stack: the shapes differ", notes=(marked(first), marked(part)))
        a = axis_of(axis, (1, *first))
        return (*first[:a], len(parts), *first[a:])

    @staticmethod
    def forward(xp: Any, *parts: Array, axis: int = 0) -> Array:
        return xp.stack(parts, axis=axis)

    @staticmethod
    def vjp(g: Node, y: Node, *parts: Node, axis: int = 0) -> tuple[Node, ...]:
        a = axis_of(axis, y.shape)
        return tuple(g.apply("index", key=along(g.ndim, a, k)) for k in range(len(parts)))

    @staticmethod
    def entry(at: Index, *parts: Operand, axis: int = 0) -> Expr:
        a = axis_of(axis, (1, *parts[0].shape))
        return parts[at[a]][(*at[:a], *at[a + 1 :])]

    @staticmethod
    def readers(operand: int, at: Index, y: Array, *parts: Array, axis: int = 0) -> Readers:
        a = axis_of(axis, y.shape)
        return Readers(one_reader((*at[:a], operand, *at[a:])), np.ones(1))


class Pad(Moves):
    """Put ``value`` around the entries: ``widths`` has (before, after) for each axis."""

    words = "put a border around {x}"
    source = "NumPy, pad"
    movement = False  # the border is new
    samples = (
        Sample(((2,),), {"widths": ((1, 2),)}),
        Sample(((2, 3),), {"widths": ((0, 1), (2, 0)), "value": 0.5}),
        Sample(((1, 2, 1, 2),), {"widths": ((1, 0), (0, 0), (0, 1), (1, 1))}),
        Sample(((0,),), {"widths": ((1, 1),)}),
        Sample(((),), {"widths": ()}),
    )

    @staticmethod
    def notation(x: Notation, *, widths: Widths, value: float = 0.0) -> Notation:
        return apply("pad", x)

    @staticmethod
    def shape(x: Shape, *, widths: Widths, value: float = 0.0) -> Shape:
        if len(widths) != len(x):
            raise BadValue(f"{len(widths)} pairs of widths for {len(x)} axes", notes=(f"the shape is {marked(x)}",))
        if any(w < 0 for pair in widths for w in pair):
            raise BadValue("a border can't have a negative width")
        return tuple(before + n + after for n, (before, after) in zip(x, widths, strict=True))

    @staticmethod
    def forward(xp: Any, x: Array, *, widths: Widths, value: float = 0.0) -> Array:
        return np.pad(x, widths, constant_values=value) if widths else np.asarray(x)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, widths: Widths, value: float = 0.0) -> tuple[Node]:
        inner = tuple(slice(before, before + n) for n, (before, _) in zip(x.shape, widths, strict=True))
        return (g.apply("index", key=inner),)

    @staticmethod
    def entry(at: Index, x: Operand, *, widths: Widths, value: float = 0.0) -> Expr:
        own = tuple(i - before for i, (before, _) in zip(at, widths, strict=True))
        return x[own] if all(0 <= i < n for i, n in zip(own, x.shape, strict=True)) else Number(value)

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, widths: Widths, value: float = 0.0) -> Readers:
        return Readers(one_reader(tuple(i + before for i, (before, _) in zip(at, widths, strict=True))), np.ones(1))


def shifts(shift: int | tuple[int, ...], axis: Axis, shape: Shape) -> dict[int, int]:
    """How far each axis is shifted."""
    given = (axis,) if isinstance(axis, int) else axis or ()
    by = (shift,) * len(given) if isinstance(shift, int) else shift
    if len(by) != len(given):
        raise BadValue(f"{len(by)} shifts for {len(given)} axes")
    result: dict[int, int] = {}
    for one, k in zip(given, by, strict=True):
        a = axis_of(one, shape)
        result[a] = result.get(a, 0) + k
    return result


def _rolled(at: Index, shape: Shape, shift: int | tuple[int, ...], axis: Axis, sign: int) -> Index:
    if axis is None:
        flat, n = same_place(at, shape, (math.prod(shape),)), math.prod(shape)
        by = shift if isinstance(shift, int) else sum(shift)
        return same_place(((flat[0] + sign * by) % n,), (n,), shape)
    far = shifts(shift, axis, shape)
    return tuple((i + sign * far.get(a, 0)) % shape[a] for a, i in enumerate(at))


class Roll(Moves):
    """Shift entries on by ``shift`` places along ``axis`` (None: laid out flat); what falls out comes in in front."""

    words = "shift {x} round"
    source = "NumPy, roll"
    linear_in = ("x",)
    samples = (
        Sample(((3,),), {"shift": 1, "axis": 0}),
        Sample(((2, 3),), {"shift": -4, "axis": -1}),
        Sample(((2, 3),), {"shift": (1, 2), "axis": (0, 1)}),
        Sample(((2, 3),), {"shift": 2, "axis": None}),
        Sample(((1, 2, 2, 3),), {"shift": 1, "axis": 3}),
        Sample(((0,),), {"shift": 1, "axis": 0}),
    )

    @staticmethod
    def notation(x: Notation, *, shift: int | tuple[int, ...], axis: Axis = None) -> Notation:
        return apply("roll", x, Numeral(str(shift).replace("-", "−")), sub=below(axis))

    @staticmethod
    def shape(x: Shape, *, shift: int | tuple[int, ...], axis: Axis = None) -> Shape:
        if axis is not None:
            shifts(shift, axis, x)
        return x

    @staticmethod
    def forward(xp: Any, x: Array, *, shift: int | tuple[int, ...], axis: Axis = None) -> Array:
        return xp.roll(x, shift, axis=axis)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, shift: int | tuple[int, ...], axis: Axis = None) -> tuple[Node]:
        back = -shift if isinstance(shift, int) else tuple(-k for k in shift)
        return (g.apply("roll", shift=back, axis=axis),)

    @staticmethod
    def entry(at: Index, x: Operand, *, shift: int | tuple[int, ...], axis: Axis = None) -> Expr:
        return x[_rolled(at, x.shape, shift, axis, -1)]

    @staticmethod
    def readers(
        operand: int, at: Index, y: Array, x: Array, *, shift: int | tuple[int, ...], axis: Axis = None
    ) -> Readers:
        return Readers(one_reader(_rolled(at, x.shape, shift, axis, 1)), np.ones(1))


def _mirrored(at: Index, shape: Shape, axis: Axis) -> Index:
    axes = axes_of(axis, shape)
    return tuple(shape[a] - 1 - i if a in axes else i for a, i in enumerate(at))


class Flip(Moves):
    """Read entries from the end along ``axis`` (None: along all)."""

    words = "read {x} from the end"
    source = "NumPy, flip"
    linear_in = ("x",)
    samples = (
        Sample(((3,),), {"axis": 0}),
        Sample(((2, 3),), {"axis": -1}),
        Sample(((2, 3),), {"axis": None}),
        Sample(((2, 1, 2, 2),), {"axis": (0, 3)}),
        Sample(((0,),), {"axis": 0}),
        Sample(((),), {"axis": None}),
    )

    @staticmethod
    def notation(x: Notation, *, axis: Axis = None) -> Notation:
        return apply("flip", x, sub=below(axis))

    @staticmethod
    def shape(x: Shape, *, axis: Axis = None) -> Shape:
        axes_of(axis, x)
        return x

    @staticmethod
    def forward(xp: Any, x: Array, *, axis: Axis = None) -> Array:
        return xp.flip(x, axis=axis)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, axis: Axis = None) -> tuple[Node]:
        return (g.apply("flip", axis=axis),)

    @staticmethod
    def entry(at: Index, x: Operand, *, axis: Axis = None) -> Expr:
        return x[_mirrored(at, x.shape, axis)]

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, axis: Axis = None) -> Readers:
        return Readers(one_reader(_mirrored(at, x.shape, axis)), np.ones(1))


def _padded(x: Shape, reps: int | tuple[int, ...]) -> tuple[Shape, tuple[int, ...]]:
    """Shape and repetitions, both as long as the longer."""
    times = (reps,) if isinstance(reps, int) else tuple(reps)
    rank = max(len(x), len(times))
    return (*[1] * (rank - len(x)), *x), (*[1] * (rank - len(times)), *times)


class Tile(Moves):
    """Lay whole copies side by side: ``reps`` copies along each axis, the last number for the last axis."""

    words = "lay copies of {x} side by side"
    source = "NumPy, tile"
    linear_in = ("x",)
    samples = (
        Sample(((2,),), {"reps": 2}),
        Sample(((2, 3),), {"reps": (2, 1)}),
        Sample(((2,),), {"reps": (2, 3)}),
        Sample(((1, 2, 1, 2),), {"reps": (2,)}),
        Sample(((),), {"reps": (2,)}),
        Sample(((2,),), {"reps": 0}),
    )

    @staticmethod
    def notation(x: Notation, *, reps: int | tuple[int, ...]) -> Notation:
        return apply("tile", x, shape_notation((reps,) if isinstance(reps, int) else tuple(reps)))

    @staticmethod
    def shape(x: Shape, *, reps: int | tuple[int, ...]) -> Shape:
        own, times = _padded(x, reps)
        if any(k < 0 for k in times):
            raise BadValue("there can't be a negative number of copies")
        return tuple(n * k for n, k in zip(own, times, strict=True))

    @staticmethod
    def forward(xp: Any, x: Array, *, reps: int | tuple[int, ...]) -> Array:
        return xp.tile(x, reps)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, reps: int | tuple[int, ...]) -> tuple[Node]:
        own, times = _padded(x.shape, reps)
        with g.builder.at(None, implicit=True):
            apart = g.reshape(tuple(n for pair in zip(times, own, strict=True) for n in pair))
        added = apart.sum(axis=tuple(range(0, 2 * len(own), 2)))
        added.step.note = "added up, because it was copied"
        with g.builder.at(None, implicit=True):
            return (added.reshape(x.shape),)

    @staticmethod
    def entry(at: Index, x: Operand, *, reps: int | tuple[int, ...]) -> Expr:
        return x[tuple(i % n for i, n in zip(at[len(at) - len(x.shape) :], x.shape, strict=True))]

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, reps: int | tuple[int, ...]) -> Readers:
        own, times = _padded(x.shape, reps)
        at = (*[0] * (len(own) - len(at)), *at)
        runs = [i + n * np.arange(k) for i, n, k in zip(at, own, times, strict=True)]
        where = tuple(grid.reshape(-1) for grid in np.meshgrid(*runs, indexing="ij")) if runs else ()
        return Readers(where, np.ones(len(where[0]) if where else 1))
