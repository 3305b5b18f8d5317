"""Picking by number: rows of a table, entries along an axis, indicator vectors, entries repeated."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unmagic.core.build import Node, clash, marked
from unmagic.core.errors import BadValue, ShapeClash
from unmagic.core.graph import Array, Index, Shape
from unmagic.core.notation import Indexed, Notation, Numeral, apply
from unmagic.core.op import Op, Operand, Readers, Sample, counting
from unmagic.core.scalar import Compare, Expr, Number

from .axes import axis_of, below, placed
from .cumulative import along
from .indexing import Ref, outside
from .movement import keep_first
from .structure import Moves


def nowhere(y: Array) -> Readers:
    """No entry of the result moves with this one."""
    return Readers(tuple(np.zeros(0, int) for _ in y.shape), np.zeros(0))


class Embedding(Moves):
    """Rows of a table by their numbers."""

    words = "pick the rows of {table} that {ids} names"
    source = "elementary: a one-hot vector times a matrix"
    linear_in = ("table",)
    dtype = staticmethod(keep_first)
    samples = (
        Sample(((3, 2), np.array([2, 0, 2]))),
        Sample(((3, 2), np.array([[1, 1], [0, 2]]))),
        Sample(((3, 2), np.array(1))),
        Sample(((3, 2), np.zeros(0, dtype=int))),
    )

    @staticmethod
    def notation(table: Notation, ids: Notation) -> Notation:
        return Indexed(table, (ids,))

    @staticmethod
    def shape(table: Shape, ids: Shape) -> Shape:
        if len(table) < 1:
            raise ShapeClash("can't pick rows: the table is a number", notes=(marked(table),))
        return (*ids, *table[1:])

    @staticmethod
    def forward(xp: Any, table: Array, ids: Array) -> Array:
        bad = np.asarray(ids)[(ids < 0) | (ids >= table.shape[0])]
        if bad.size:
            raise outside(int(bad.flat[0]), 0, table.shape)
        return xp.take(table, ids, axis=0)

    @staticmethod
    def vjp(g: Node, y: Node, table: Node, ids: Node) -> tuple[Node, None]:
        return g.apply("scatter", ids, key=(Ref(0),), shape=table.shape, count=None), None

    @staticmethod
    def entry(at: Index, table: Operand, ids: Operand) -> Expr:
        rank = len(ids.shape)
        return table[(int(ids.values[at[:rank]]), *at[rank:])]

    @staticmethod
    def readers(operand: int, at: Index, y: Array, table: Array, ids: Array) -> Readers:
        if operand:
            return nowhere(y)
        ids = np.asarray(ids)
        found = np.nonzero(ids == at[0]) if ids.ndim else ()
        many = len(found[0]) if found else int(ids == at[0])
        return Readers((*found, *(np.full(many, i) for i in at[1:])), np.ones(many))


class TakeAlong(Moves):
    """Along ``axis`` the entries at the places that ``at`` names; all other axes are equal."""

    words = "pick from {x}, along one axis, the entries that {at} names"
    source = "NumPy, take_along_axis"
    linear_in = ("x",)
    dtype = staticmethod(keep_first)
    samples = (
        Sample(((2, 3), np.array([[0], [2]])), {"axis": 1}),
        Sample(((3, 2), np.array([[0, 2], [0, -1]])), {"axis": 0}),
        Sample(((2, 1, 3), np.array([[[0, 0]], [[2, 1]]])), {"axis": -1}),
        Sample(((3,), np.array([1, 1, 1, 0])), {"axis": 0}),
    )

    @staticmethod
    def notation(x: Notation, at: Notation, *, axis: int) -> Notation:
        return apply("take_along", x, at, sub=below(axis))

    @staticmethod
    def shape(x: Shape, at: Shape, *, axis: int) -> Shape:
        a = axis_of(axis, x)
        if len(x) != len(at):
            raise ShapeClash("can't pick along an axis: the ranks differ", notes=(marked(x), marked(at)))
        for i, (m, n) in enumerate(zip(x, at, strict=True)):
            if i != a and m != n:
                raise clash("pick along an axis", (x, at), (i, i), f"only axis {a} may differ")
        return at

    @staticmethod
    def forward(xp: Any, x: Array, at: Array, *, axis: int) -> Array:
        try:
            return xp.take_along_axis(x, at, axis=axis)
        except IndexError:
            a = axis_of(axis, x.shape)
            raise outside(int(at[(at < -x.shape[a]) | (at >= x.shape[a])].flat[0]), a, x.shape) from None

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, at: Node, *, axis: int) -> tuple[Node, None]:
        a, rank = axis_of(axis, x.shape), x.ndim
        key = tuple(
            Ref(0) if i == a else np.arange(n).reshape((1,) * i + (n,) + (1,) * (rank - 1 - i))
            for i, n in enumerate(x.shape)
        )
        return g.apply("scatter", at, key=key, shape=x.shape, count=None), None

    @staticmethod
    def entry(at: Index, x: Operand, by: Operand, *, axis: int) -> Expr:
        a = axis_of(axis, x.shape)
        return x[(*at[:a], int(by.values[at]) % x.shape[a], *at[a + 1 :])]

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, by: Array, *, axis: int) -> Readers:
        if operand:
            return nowhere(y)
        a = axis_of(axis, x.shape)
        line = by[placed(at, a, slice(None))] % x.shape[a]
        found = np.flatnonzero(line == at[a])
        many = len(found)
        return Readers(tuple(found if i == a else np.full(many, k) for i, k in enumerate(at)), np.ones(many))


class OneHot(Op):
    """A 1 at the place of the label and 0 elsewhere, along a new last axis of ``classes`` places."""

    words = "put a 1 at the place of {labels}, 0 elsewhere"
    source = "elementary"
    convention = "nothing to derive: the labels are whole numbers"
    differentiable = False
    dtype = staticmethod(counting)
    samples = (
        Sample((np.array([2, 0, 2]),), {"classes": 3}),
        Sample((np.array(1),), {"classes": 2}),
        Sample((np.array([[0, 1], [1, 1]]),), {"classes": 2}),
        Sample((np.zeros(0, dtype=int),), {"classes": 2}),
    )

    @staticmethod
    def notation(labels: Notation, *, classes: int) -> Notation:
        return apply("one_hot", labels, Numeral(str(classes)))

    @staticmethod
    def shape(labels: Shape, *, classes: int) -> Shape:
        return (*labels, classes)

    @staticmethod
    def forward(xp: Any, labels: Array, *, classes: int) -> Array:
        labels = np.asarray(labels)
        bad = labels[(labels < 0) | (labels >= classes)]
        if bad.size:
            raise BadValue(f"there is no class {bad.flat[0]}", notes=(f"{classes} classes: 0 to {classes - 1}",))
        return (labels[..., None] == np.arange(classes)).astype(np.int64)

    @staticmethod
    def vjp(g: Node, y: Node, labels: Node, *, classes: int) -> tuple[None]:
        return (None,)

    @staticmethod
    def entry(at: Index, labels: Operand, *, classes: int) -> Expr:
        return Compare("==", labels[at[:-1]], Number(at[-1]))

    @staticmethod
    def readers(operand: int, at: Index, y: Array, labels: Array, *, classes: int) -> Readers:
        return Readers((*(np.full(classes, i) for i in at), np.arange(classes)), np.zeros(classes))

    @staticmethod
    def flops(y: Shape, labels: Shape, *, classes: int) -> int:
        return 0


Repeats = int | tuple[int, ...]


def _times(repeats: Repeats, n: int) -> tuple[int, ...]:
    times = (repeats,) * n if isinstance(repeats, int) else tuple(repeats)
    times = times * n if len(times) == 1 else times
    if len(times) != n:
        raise BadValue(f"{len(times)} numbers of copies for {n} entries")
    if any(k < 0 for k in times):
        raise BadValue("there can't be a negative number of copies")
    return times


class Repeat(Moves):
    """Copy each entry in place along ``axis`` (None: laid out flat), equally often or each its own number of times."""

    words = "repeat the entries of {x}"
    source = "NumPy, repeat"
    linear_in = ("x",)
    samples = (
        Sample(((2, 3),), {"repeats": 2, "axis": 1}),
        Sample(((3, 2),), {"repeats": (1, 0, 2), "axis": 0}),
        Sample(((2, 2),), {"repeats": 2, "axis": None}),
        Sample(((1, 2, 1, 2),), {"repeats": 3, "axis": -2}),
        Sample(((2,),), {"repeats": 0, "axis": 0}),
        Sample(((),), {"repeats": 2, "axis": None}),
    )

    @staticmethod
    def notation(x: Notation, *, repeats: Repeats, axis: int | None = None) -> Notation:
        return apply("repeat", x, Numeral(str(repeats)), sub=below(axis))

    @staticmethod
    def shape(x: Shape, *, repeats: Repeats, axis: int | None = None) -> Shape:
        if axis is None:
            return (sum(_times(repeats, math.prod(x))),)
        a = axis_of(axis, x)
        return (*x[:a], sum(_times(repeats, x[a])), *x[a + 1 :])

    @staticmethod
    def forward(xp: Any, x: Array, *, repeats: Repeats, axis: int | None = None) -> Array:
        return xp.repeat(x, repeats, axis=axis)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, repeats: Repeats, axis: int | None = None) -> tuple[Node]:
        flat = (math.prod(x.shape),) if axis is None else x.shape
        a = 0 if axis is None else axis_of(axis, x.shape)
        with g.builder.at(None, implicit=True):
            if isinstance(repeats, int):
                apart = g.reshape((*flat[: a + 1], repeats, *flat[a + 1 :]))
                back = apart.sum(axis=a + 1)
            else:
                places = np.repeat(np.arange(flat[a]), _times(repeats, flat[a]))
                back = g.apply("scatter", key=along(len(flat), a, places), shape=flat, count=None)
            back.step.note = "added up, because it was copied"
            return (back.reshape(x.shape),)

    @staticmethod
    def entry(at: Index, x: Operand, *, repeats: Repeats, axis: int | None = None) -> Expr:
        n = math.prod(x.shape) if axis is None else x.shape[axis_of(axis, x.shape)]
        ends = np.cumsum(_times(repeats, n))
        if axis is None:
            return x[tuple(map(int, np.unravel_index(int(np.searchsorted(ends, at[0], "right")), x.shape)))]
        a = axis_of(axis, x.shape)
        return x[(*at[:a], int(np.searchsorted(ends, at[a], "right")), *at[a + 1 :])]

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, repeats: Repeats, axis: int | None = None) -> Readers:
        a = 0 if axis is None else axis_of(axis, x.shape)
        k = int(np.ravel_multi_index(at, x.shape)) if axis is None and at else at[a] if at else 0
        times = _times(repeats, x.size if axis is None else x.shape[a])
        run = np.arange(times[k]) + sum(times[:k])
        if axis is None:
            return Readers((run,), np.ones(len(run)))
        return Readers(tuple(run if i == a else np.full(len(run), j) for i, j in enumerate(at)), np.ones(len(run)))


__all__ = ["Embedding", "OneHot", "Repeat", "TakeAlong"]
