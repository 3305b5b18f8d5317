"""NumPy's ways to make arrays. Sizes are checked before anything is allocated."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import BadValue
from unmagic.record.alias import View, reshape_view, same_view
from unmagic.record.recorder import Recorder
from unmagic.record.spell.table import Held

from .base import TABLE, Weak, axis_of, constant, dtype_of, room, shape_of


def _filled(fill: float) -> Any:
    def build(r: Recorder, shape: Any, dtype: Any = None) -> Held:
        return Held(constant(r, np.full(room(r, shape_of(shape)), fill, dtype_of(dtype, np.float64))))

    return build


def _filled_like(fill: float) -> Any:
    def build(r: Recorder, a: Node, dtype: Any = None, *, shape: Any = None) -> Held:
        wanted = a.shape if shape is None else room(r, shape_of(shape))
        return Held(constant(r, np.full(wanted, fill, dtype_of(dtype, a.dtype))))

    return build


for _name, _fill in (("zeros", 0), ("ones", 1)):
    TABLE.function(_name)(_filled(_fill))
    TABLE.function(f"{_name}_like")(_filled_like(_fill))
for _name in ("empty", "empty_like"):
    TABLE.refused[_name] = f"what it holds is chance; use np.{_name.replace('empty', 'zeros')}"


@TABLE.function("full")
def full(r: Recorder, shape: Any, fill_value: Node, dtype: Any = None) -> Held:
    wanted = room(r, shape_of(shape))
    kind = dtype_of(dtype, fill_value.dtype)
    assert kind is not None
    return Held(fill_value.cast(kind).broadcast(wanted))


@TABLE.function("full_like")
def full_like(r: Recorder, a: Node, fill_value: Node, dtype: Any = None) -> Held:
    kind = dtype_of(dtype, a.dtype)
    assert kind is not None
    return Held(fill_value.cast(kind).broadcast(a.shape))


@TABLE.function("array", "asarray", "asanyarray")
def array(r: Recorder, object: Node, dtype: Any = None, copy: Any = None, *, ndmin: int = 0) -> Held:
    kind = dtype_of(dtype)
    node = object if kind is None else object.cast(kind)
    if ndmin > node.ndim:
        node = node.reshape((1,) * (min(ndmin, 32) - node.ndim) + node.shape)
    return Held(node)


@TABLE.function("ascontiguousarray")
def ascontiguousarray(a: Node, dtype: Any = None) -> Held | View:
    kind = dtype_of(dtype)
    if kind is not None and kind != a.dtype:
        return Held(a.cast(kind).reshape(a.shape or (1,)))
    if a.shape and not np.asarray(a.value).flags.c_contiguous:
        return Held(_in_rows(a))
    return same_view(np.ascontiguousarray) if a.shape else reshape_view((1,))


def _in_rows(a: Node) -> Node:
    """The same laid out in row order, as NumPy adds it up then."""
    value = np.asarray(a.value)
    if value.flags.c_contiguous:
        return a
    made = a.apply("index", key=(slice(None),) * a.ndim)
    a.builder.values[made.id] = np.ascontiguousarray(value)
    return made


@TABLE.function("copy")
def copy(a: Node, order: Any = None) -> Held:
    return Held(a)


@TABLE.method("copy")
def copy_method(a: Node, order: str = "C") -> Held:
    return Held(_in_rows(a) if order == "C" else a)


@TABLE.method("astype")
def astype(a: Node, dtype: Any, *, copy: bool = True) -> Held | View:
    kind = dtype_of(dtype)
    assert kind is not None
    if not copy and kind == a.dtype:
        return same_view()
    return Held(a.cast(kind))


@TABLE.function("eye", "identity")
def eye(r: Recorder, N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Node:
    rows, columns = shape_of((N, N if M is None else M))
    room(r, (rows, columns))
    return constant(r, np.eye(rows, columns, int(k), dtype_of(dtype, np.float64)))


@TABLE.function("arange")
def arange(r: Recorder, start: Any, stop: Any = None, step: Any = 1, dtype: Any = None) -> Node:
    low, high = (0, start) if stop is None else (start, stop)
    for value in (low, high, step):
        if isinstance(value, np.ndarray) or not isinstance(value, (int, float, np.number)):
            raise BadValue(f"arange is of numbers, not {value!r}")
    if not step:
        raise BadValue("Maximum allowed size exceeded")
    size = (high - low) / step
    if not math.isfinite(size):
        raise BadValue("arange: cannot compute length")
    room(r, (max(0, math.ceil(size)),))
    made: Any = np.arange(low, high, step, dtype=dtype_of(dtype))
    return constant(r, made)


@TABLE.function("linspace")
def linspace(r: Recorder, start: Any, stop: Any, num: int = 50, endpoint: bool = True, *, dtype: Any = None) -> Node:
    room(r, (int(num), *np.shape(start)))
    return constant(r, np.linspace(start, stop, int(num), bool(endpoint), dtype=dtype_of(dtype)))


@TABLE.function("logspace")
def logspace(r: Recorder, start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: float = 10.0) -> Node:
    room(r, (int(num), *np.shape(start)))
    return constant(r, np.logspace(start, stop, int(num), bool(endpoint), base))


@TABLE.function("tri")
def tri(r: Recorder, N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Node:
    rows, columns = room(r, shape_of((N, N if M is None else M)))
    return constant(r, np.tri(rows, columns, int(k), dtype_of(dtype, np.float64)))


@TABLE.function("indices")
def indices(r: Recorder, dimensions: Any) -> Node:
    shape = shape_of(dimensions)
    room(r, (len(shape), *shape))
    return constant(r, np.indices(shape))


@TABLE.function("meshgrid")
def meshgrid(*xi: Node, indexing: str = "xy") -> list[Held]:
    sizes = [math.prod(x.shape) for x in xi]
    order = list(range(len(xi)))
    if indexing == "xy" and len(xi) > 1:
        order[0], order[1] = 1, 0
    shape = [0] * len(xi)
    for i, size in zip(order, sizes, strict=True):
        shape[i] = size
    out = []
    for i, x in zip(order, xi, strict=True):
        thin = tuple(size if axis == i else 1 for axis, size in enumerate(shape))
        out.append(Held(x.reshape(thin).broadcast(tuple(shape))))
    return out


@TABLE.function("nonzero", method=True)
def nonzero(a: Node) -> tuple[Node, ...]:
    """Where ``a`` is not zero: decided on the numbers at hand."""
    return tuple(a.builder.constant(line) for line in np.nonzero(np.atleast_1d(a.read_out())))


@TABLE.function("argwhere")
def argwhere(a: Node) -> Node:
    return a.builder.constant(np.argwhere(a.read_out()))


@TABLE.function("flatnonzero")
def flatnonzero(a: Node) -> Node:
    return a.builder.constant(np.flatnonzero(a.read_out()))


@TABLE.function("unique")
def unique(ar: Node, *, return_inverse: bool = False, return_counts: bool = False) -> Any:
    """The different entries in order: each picked out of ``ar`` where it stands first."""
    found = np.unique(ar.read_out(), return_index=True, return_inverse=True, return_counts=True)
    flat = ar.reshape((math.prod(ar.shape),))
    out = [flat.apply("index", key=(found[1],))]
    if return_inverse:
        out.append(ar.builder.constant(found[2]))
    if return_counts:
        out.append(ar.builder.constant(found[3]))
    return out[0] if len(out) == 1 else tuple(out)


@TABLE.function("bincount")
def bincount(x: Node, weights: Node | None = None, minlength: int = 0) -> Node:
    labels = np.asarray(x.read_out())
    if labels.ndim != 1 or labels.dtype.kind not in "iub" or (labels.size and labels.min() < 0):
        raise BadValue("bincount is of a vector of whole numbers from 0 on")
    size = max(int(labels.max()) + 1 if labels.size else 0, int(minlength))
    x.builder.limits.need("entries of one array", size * max(1, labels.size), x.builder.limits.entries)
    from unmagic.ops.movement import Ref

    start = x.builder.constant(np.zeros(size, np.int64 if weights is None else np.float64))
    ones = x.builder.constant(np.ones(labels.shape, np.int64)) if weights is None else weights
    return start.apply("add_at", ones, x, key=(Ref(0),))


@TABLE.function("take", method=True)
def take(a: Node, indices: Node, axis: Any = None) -> Node:
    from unmagic.ops.movement import Ref

    if axis is None:
        return a.reshape((math.prod(a.shape),)).apply("index", indices, key=(Ref(0),))
    at = axis_of(axis, a.ndim)
    return a.apply("index", indices, key=(*[slice(None)] * at, Ref(0)))


@TABLE.function("take_along_axis")
def take_along_axis(arr: Node, indices: Node, axis: Any = -1) -> Node:
    return arr.apply("take_along", indices, axis=axis_of(axis, arr.ndim))


@TABLE.function("shape")
def shape(a: Node) -> tuple[int, ...]:
    return a.shape


@TABLE.function("ndim")
def ndim(a: Node) -> int:
    return a.ndim


@TABLE.function("size")
def size(a: Node, axis: int | None = None) -> int:
    return math.prod(a.shape) if axis is None else a.shape[axis]


@TABLE.function("isscalar")
def isscalar(element: Weak) -> bool:
    return not isinstance(element, Node) or not element.ndim
