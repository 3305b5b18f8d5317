"""Writing by a key: the array after ``x[key] = v``, after ``x[key] += v``, and zeros with entries added in."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unmagic.core.build import Node, marked
from unmagic.core.emit import Emit, Term, Writer
from unmagic.core.errors import ShapeClash
from unmagic.core.graph import Array, DType, Index, Shape
from unmagic.core.notation import Indexed, Notation, apply, infix
from unmagic.core.op import Op, Operand, Readers, Sample
from unmagic.core.scalar import Expr, Number, Slot, total

from .axes import gathered, one_reader
from .indexing import Key, Plan, Ref, is_distinct, key_notation, numpy_key, plan, written_key
from .movement import KEYS, keep_first

IndexArrays = tuple[np.ndarray[Any, Any], ...]

_twice = np.array([0, 2, 0])
WRITES = (
    Sample(((3, 2), (2,)), {"key": (1,)}),
    Sample(((3, 2), ()), {"key": (slice(None), 0)}),
    Sample(((3, 2), (1, 2)), {"key": (slice(0, 2),)}),
    Sample(((2, 3), (2, 3)), {"key": ()}),
    Sample(((3,), (3,), _twice), {"key": (Ref(0),)}),
    Sample(((3, 2), (2,), _twice), {"key": (Ref(0),)}),
    Sample(((3,), (3,)), {"key": (np.array([1, 1, -1]),)}),
    Sample(((2, 3, 2), (2, 2, 1), np.array([[1, 1], [0, 1]])), {"key": (Ref(0), slice(1, 2), 0)}),
    Sample(((3,), (2,), np.array([True, False, True])), {"key": (Ref(0),), "count": 2}),
    Sample(((2, 2), (), np.array([[True, False], [True, True]])), {"key": (Ref(0),), "count": 3}),
    Sample(((2, 2, 1, 2), (2, 2)), {"key": (1, slice(None), 0)}),
    Sample(((), ()), {"key": ()}),
    Sample(((2,), (0,)), {"key": (slice(0, 0),)}),
)


def fits(x: Shape, v: Shape, at: tuple[Shape, ...], key: Key, count: int | None) -> Shape:
    """The shape of the part written to; raises `ShapeClash` if ``v`` does not go there."""
    region = Plan(x, key, at, count).out
    lead = v[: max(0, len(v) - len(region))]
    try:
        if math.prod(lead) == 1 and np.broadcast_shapes(v[len(lead) :], region) == region:
            return region
    except ValueError:
        pass
    raise ShapeClash(
        "can't write there: the shapes don't meet",
        notes=(f"what is written to: {marked(region)}", f"what is written: {marked(v)}"),
    )


def _down(place: Index, v: Shape) -> Index:
    """The entry of ``v`` that is copied to ``place`` of a larger shape."""
    own = (*[0] * (len(v) - len(place)), *place[max(0, len(place) - len(v)) :])
    return tuple(0 if n == 1 else i for i, n in zip(own, v, strict=True))


def _down_all(places: IndexArrays, v: Shape, many: int) -> IndexArrays:
    own = (*[np.zeros(many, dtype=int)] * (len(v) - len(places)), *places[max(0, len(places) - len(v)) :])
    return tuple(np.zeros_like(i) if n == 1 else i for i, n in zip(own, v, strict=True))


def _copies(at: Index, v: Shape, region: Shape) -> IndexArrays:
    """All places of ``region`` that the entry ``at`` of ``v`` is copied to."""
    at, v = at[max(0, len(v) - len(region)) :], v[max(0, len(v) - len(region)) :]
    lead = len(region) - len(v)
    runs = [np.arange(n) for n in region[:lead]]
    runs += [np.arange(region[lead + i]) if v[i] == 1 else np.array([k]) for i, k in enumerate(at)]
    return tuple(grid.reshape(-1) for grid in np.meshgrid(*runs, indexing="ij")) if runs else ()


def _back(v_bar: Node, v: Node) -> Node:
    """A cotangent of the part written to, brought to what was written (copied there where it was smaller)."""
    extra = v.ndim - v_bar.ndim
    if extra > 0:
        with v.builder.at(None, implicit=True):
            return gathered(v_bar, v.shape[extra:]).reshape(v.shape)
    return gathered(v_bar, v.shape)


def merged(cells: IndexArrays, shape: Shape) -> Readers:
    """Readers that add: a cell that is named several times reads as often."""
    if not shape:
        return Readers((), np.ones(1))
    flat, times = np.unique(np.ravel_multi_index(cells, shape), return_counts=True)
    return Readers(tuple(np.unravel_index(flat, shape)), times.astype(np.float64))


def _flush(v: Array, x: Shape, at: tuple[Array, ...], key: Key, count: int | None) -> Array:
    """``v`` without leading axes that the part written to does not have: `numpy.add.at` takes none."""
    if v.ndim == 0:
        return v
    rank = len(Plan(x, key, tuple(np.shape(one) for one in at), count).out)
    return v.reshape(v.shape[max(0, v.ndim - rank) :])


def _arrays_in(key: Key) -> bool:
    return any(isinstance(part, Ref) or (isinstance(part, np.ndarray) and part.ndim > 0) for part in key)


def _whole(shape: Shape, v: Term, at: tuple[Term, ...], key: Key, count: int | None, *dtypes: DType) -> bool:
    """Whether NumPy's ``x[key] = v`` and ``x[key] += v`` can be written as they stand."""
    region = Plan(shape, key, tuple(term.shape for term in at), count).out
    return bool(shape) and len(v.shape) <= len(region) and len(set(dtypes)) == 1


def _copied(w: Writer, y: Term, x: Term) -> None:
    if y.name != x.name:
        w.line(f"{w.bind(np.copyto)}({y.name}, {x.name})")


def _set(w: Writer, y: Term | None, x: Term, v: Term, *at: Term, key: Key, count: int | None = None) -> str:
    assert y is not None
    _copied(w, y, x)
    w.line(f"{y.name}{written_key(w, key, at)} = {v.name}")
    return y.name


def _add(w: Writer, y: Term | None, x: Term, v: Term, *at: Term, key: Key, count: int | None = None) -> str:
    assert y is not None
    _copied(w, y, x)
    _add_in(w, y, v, at, key, count)
    return y.name


def _add_in(w: Writer, y: Term, v: Term, at: tuple[Term, ...], key: Key, count: int | None) -> None:
    place = written_key(w, key, at)
    if is_distinct(y.shape, key, at, count):
        w.line(f"{y.name}{place} += {v.name}")
    else:
        w.line(f"{w.bind(np.add.at)}({y.name}, ({place[1:-1]},), {v.name})")


def _scatter(w: Writer, y: Term | None, g: Term, *at: Term, key: Key, shape: Shape, count: int | None = None) -> str:
    assert y is not None
    w.line(f"{y.name}.fill(0)")
    if is_distinct(y.shape, key, at, count):
        w.line(f"{y.name}{written_key(w, key, at)} = {g.name}")
    else:
        _add_in(w, y, g, at, key, count)
    return y.name


_SET, _ADD = Emit(_set, makes=False, over=(0,)), Emit(_add, makes=False, over=(0,))
_SCATTER = Emit(_scatter, makes=False)


class SetIndex(Op):
    """The array ``x`` after ``x[key] = v``; ``v`` is copied to the shape of the part written to."""

    words = "write {v} into {x}"
    source = "NumPy, Assigning values to indexed arrays"
    convention = "an entry named several times keeps the last value; only that one gets the gradient"
    linear_in = ("x", "v")
    movement = True
    dtype = staticmethod(keep_first)
    samples = WRITES

    @staticmethod
    def notation(x: Notation, v: Notation, *at: Notation, key: Key, count: int | None = None) -> Notation:
        return infix("←", Indexed(x, key_notation(key, at)) if key else x, v)

    @staticmethod
    def shape(x: Shape, v: Shape, *at: Shape, key: Key, count: int | None = None) -> Shape:
        fits(x, v, at, key, count)
        return x

    @staticmethod
    def forward(xp: Any, x: Array, v: Array, *at: Array, key: Key, count: int | None = None) -> Array:
        y = np.array(x)
        try:
            y[numpy_key(key, at)] = v
        except IndexError:
            plan(y, key, at, count)  # says which
            raise
        return y

    @staticmethod
    def emit(y: Term, x: Term, v: Term, *at: Term, key: Key, count: int | None = None) -> Emit | None:
        return _SET if _whole(x.shape, v, at, key, count, x.dtype, v.dtype) else None

    @staticmethod
    def vjp(
        g: Node, y: Node, x: Node, v: Node, *at: Node, key: Key, count: int | None = None
    ) -> tuple[Node | None, ...]:
        kept = g.apply("set_index", 0.0, *at, key=key, count=count)
        part = g.apply("index", *at, key=key, count=count)
        if _arrays_in(key) and count is None:  # number the places; what survives in x was written last
            builder = g.builder
            with builder.at(None, implicit=True):
                numbers = builder.constant(np.arange(math.prod(part.shape), dtype=np.int64).reshape(part.shape))
                nothing = builder.constant(np.int64(-1)).broadcast(x.shape)
                survive = nothing.apply("set_index", numbers, *at, key=key).apply("index", *at, key=key)
                last = survive.apply("equal", numbers).cast(g.dtype)
            part = part * last
        return kept, _back(part, v), *[None] * len(at)

    @staticmethod
    def entry(at: Index, x: Operand, v: Operand, *by: Operand, key: Key, count: int | None = None) -> Expr:
        where, many = plan(x.values, key, tuple(o.values for o in by), count).targets(at)
        return v[_down(tuple(int(i[-1]) for i in where), v.shape)] if many else x[at]

    @staticmethod
    def readers(
        operand: int, at: Index, y: Array, x: Array, v: Array, *by: Array, key: Key, count: int | None = None
    ) -> Readers:
        if operand > 1:
            return Readers(tuple(np.zeros(0, int) for _ in y.shape), np.zeros(0))
        worked = plan(x, key, by, count)
        if operand == 0:
            written = bool(worked.targets(at)[1])
            return Readers(tuple(i[: 0 if written else 1] for i in one_reader(at)), np.ones(0 if written else 1))
        places = _copies(at, np.shape(v), worked.out)
        here = worked.place
        last = np.atleast_1d(worked.last()[tuple(places[here : here + len(worked.joint)])])
        keep = np.broadcast_to(last, (len(places[0]) if places else 1,))
        cells = worked.sources(tuple(i[keep] for i in places)) if places else worked.sources(())
        return Readers(cells, np.ones(int(keep.sum())))

    @staticmethod
    def flops(y: Shape, *_shapes: Shape, key: Key, count: int | None = None) -> int:
        return 0


class AddAt(Op):
    """The array ``x`` after ``v`` is added at ``key``: an entry named several times gets every addend."""

    words = "add {v} into {x}"
    source = "NumPy, ufunc.at"
    linear_in = ("x", "v")
    dtype = staticmethod(keep_first)
    samples = WRITES

    @staticmethod
    def notation(x: Notation, v: Notation, *at: Notation, key: Key, count: int | None = None) -> Notation:
        return infix("+=", Indexed(x, key_notation(key, at)) if key else x, v)

    @staticmethod
    def shape(x: Shape, v: Shape, *at: Shape, key: Key, count: int | None = None) -> Shape:
        fits(x, v, at, key, count)
        return x

    @staticmethod
    def forward(xp: Any, x: Array, v: Array, *at: Array, key: Key, count: int | None = None) -> Array:
        y = np.array(x)
        try:
            np.add.at(y, numpy_key(key, at), _flush(np.asarray(v, dtype=y.dtype), y.shape, at, key, count))
        except IndexError:
            plan(y, key, at, count)  # says which
            raise
        return y

    @staticmethod
    def emit(y: Term, x: Term, v: Term, *at: Term, key: Key, count: int | None = None) -> Emit | None:
        return _ADD if _whole(x.shape, v, at, key, count, x.dtype, v.dtype) else None

    @staticmethod
    def vjp(
        g: Node, y: Node, x: Node, v: Node, *at: Node, key: Key, count: int | None = None
    ) -> tuple[Node | None, ...]:
        return g, _back(g.apply("index", *at, key=key, count=count), v), *[None] * len(at)

    @staticmethod
    def entry(at: Index, x: Operand, v: Operand, *by: Operand, key: Key, count: int | None = None) -> Expr:
        where, many = plan(x.values, key, tuple(o.values for o in by), count).targets(at)
        return x[at] + _added(v, where, many) if many else x[at]

    @staticmethod
    def readers(
        operand: int, at: Index, y: Array, x: Array, v: Array, *by: Array, key: Key, count: int | None = None
    ) -> Readers:
        if operand > 1:
            return Readers(tuple(np.zeros(0, int) for _ in y.shape), np.zeros(0))
        if operand == 0:
            return Readers(one_reader(at), np.ones(1))
        worked = plan(x, key, by, count)
        places = _copies(at, np.shape(v), worked.out)
        return merged(worked.sources(places), y.shape)

    @staticmethod
    def flops(y: Shape, x: Shape, v: Shape, *at: Shape, key: Key, count: int | None = None) -> int:
        return math.prod(Plan(x, key, at, count).out)


def _added(v: Operand, where: IndexArrays, many: int) -> Expr:
    """The sum of the entries of ``v`` that stand at the places ``where`` of the part written to."""
    if not v.shape:
        return v[()] if many == 1 else v[()] * Number(many)
    return total(Slot(0), v.column(_down_all(where, v.shape, many)))


def _picked_back(x: Shape, *at: Array, key: Key, count: int | None = None) -> Sample:
    picked = Plan(x, key, tuple(a.shape for a in at), count).out
    return Sample((picked, *at), {"key": key, "shape": x, "count": count})


class Scatter(Op):
    """Zeros of ``shape`` with ``g`` added at ``key``: what brings a gradient back from entries that were picked."""

    words = "put {g} back to where it was picked from, 0 elsewhere"
    source = "the transpose of picking entries"
    linear_in = ("g",)
    dtype = staticmethod(keep_first)
    samples = tuple(_picked_back(*key.inputs, **key.attrs) for key in KEYS)

    @staticmethod
    def notation(g: Notation, *at: Notation, key: Key, shape: Shape, count: int | None = None) -> Notation:
        return apply("scatter", g)

    @staticmethod
    def shape(g: Shape, *at: Shape, key: Key, shape: Shape, count: int | None = None) -> Shape:
        fits(shape, g, at, key, count)
        return shape

    @staticmethod
    def forward(xp: Any, g: Array, *at: Array, key: Key, shape: Shape, count: int | None = None) -> Array:
        y = np.zeros(shape, np.asarray(g).dtype)
        if _arrays_in(key) and count is None:
            np.add.at(y, numpy_key(key, at), _flush(np.asarray(g), shape, at, key, count))
        else:  # nothing is named twice
            y[numpy_key(key, at)] = g
        return y

    @staticmethod
    def emit(y: Term, g: Term, *at: Term, key: Key, shape: Shape, count: int | None = None) -> Emit | None:
        return _SCATTER if _whole(shape, g, at, key, count, g.dtype) else None

    @staticmethod
    def vjp(
        g: Node, y: Node, g_in: Node, *at: Node, key: Key, shape: Shape, count: int | None = None
    ) -> tuple[Node | None, ...]:
        return _back(g.apply("index", *at, key=key, count=count), g_in), *[None] * len(at)

    @staticmethod
    def entry(at: Index, g: Operand, *by: Operand, key: Key, shape: Shape, count: int | None = None) -> Expr:
        where, many = plan(_blank(shape), key, tuple(o.values for o in by), count).targets(at)
        return _added(g, where, many) if many else Number(0)

    @staticmethod
    def readers(
        operand: int, at: Index, y: Array, g: Array, *by: Array, key: Key, shape: Shape, count: int | None = None
    ) -> Readers:
        if operand:
            return Readers(tuple(np.zeros(0, int) for _ in y.shape), np.zeros(0))
        worked = plan(_blank(shape), key, by, count)
        places = _copies(at, np.shape(g), worked.out)
        return merged(worked.sources(places), y.shape)

    @staticmethod
    def flops(y: Shape, g: Shape, *at: Shape, key: Key, shape: Shape, count: int | None = None) -> int:
        return math.prod(g)


def _blank(shape: Shape) -> Array:
    """An array of ``shape`` that takes no room."""
    return np.broadcast_to(np.float64(0), shape)
