"""NumPy's ways to move entries: views where NumPy gives views, new arrays where it copies."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import BadValue, Unsupported
from unmagic.core.graph import Shape
from unmagic.record.alias import View, broadcast_view, index_view, ravel_view, reshape_view, transpose_view
from unmagic.record.spell.table import Held, Wrote

from .base import TABLE, Nodes, axes_of, axis_of, room, shape_of


def fitted(shape: Any, size: int) -> Shape:
    """A new shape with one −1 worked out; raises as NumPy words it if it does not fit ``size``."""
    sizes = [int(n) for n in (shape if isinstance(shape, (tuple, list)) else (shape,))]
    known = math.prod(n for n in sizes if n != -1)
    holes = sizes.count(-1)
    text = f"({', '.join(map(str, sizes))}{',' if len(sizes) == 1 else ''})"
    if holes > 1:
        raise BadValue("can only specify one unknown dimension")
    if any(n < -1 for n in sizes) or (holes and (not known or size % known)) or (not holes and known != size):
        raise BadValue(f"cannot reshape array of size {size} into shape {text.replace(' ', '')}")
    return tuple(size // known if n == -1 else n for n in sizes)


@TABLE.function("reshape")
def reshape(a: Node, shape: Any, order: str = "C") -> View:
    _c_order(order)
    return reshape_view(fitted(shape, math.prod(a.shape)))


@TABLE.method("reshape")
def reshape_method(a: Node, *shape: Any, order: str = "C") -> View:
    _c_order(order)
    only = len(shape) == 1 and isinstance(shape[0], (tuple, list))
    return reshape_view(fitted(shape[0] if only else shape, math.prod(a.shape)))


def _c_order(order: str) -> None:
    if order != "C":
        raise Unsupported("only row-major order ('C') is read")


@TABLE.function("ravel", method=True)
def ravel(a: Node, order: str = "C") -> View:
    _c_order(order)
    return ravel_view((math.prod(a.shape),))


@TABLE.method("flatten")
def flatten(a: Node, order: str = "C") -> Held:
    _c_order(order)
    return Held(a.reshape((math.prod(a.shape),)))


@TABLE.function("transpose", "permute_dims")
def transpose(a: Node, axes: Any = None) -> View:
    return _transposed(a, axes)


@TABLE.method("transpose")
def transpose_method(a: Node, *axes: Any) -> View:
    return _transposed(a, axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes or None)


def _transposed(a: Node, axes: Any) -> View:
    if axes is None:
        return transpose_view(tuple(reversed(range(a.ndim))))
    found = tuple(axis_of(axis, a.ndim) for axis in axes)
    if sorted(found) != list(range(a.ndim)):
        raise BadValue("axes don't match array")
    return transpose_view(found)


@TABLE.function("swapaxes", method=True)
def swapaxes(a: Node, axis1: int, axis2: int) -> View:
    axes = list(range(a.ndim))
    i, j = axis_of(axis1, a.ndim), axis_of(axis2, a.ndim)
    axes[i], axes[j] = axes[j], axes[i]
    return transpose_view(tuple(axes))


@TABLE.function("matrix_transpose")
def matrix_transpose(a: Node) -> View:
    return swapaxes(a, -1, -2)


def _several(axes: Any) -> list[int]:
    return [axes] if isinstance(axes, int) else list(axes)


@TABLE.function("moveaxis")
def moveaxis(a: Node, source: Any, destination: Any) -> View:
    start = [axis_of(i, a.ndim) for i in _several(source)]
    end = [axis_of(i, a.ndim) for i in _several(destination)]
    order = [i for i in range(a.ndim) if i not in start]
    for to, of in sorted(zip(end, start, strict=True)):
        order.insert(to, of)
    return transpose_view(tuple(order))


@TABLE.function("squeeze", method=True)
def squeeze(a: Node, axis: Any = None) -> View:
    axes = axes_of(axis, a.ndim)
    which = (axes,) if isinstance(axes, int) else axes
    if which is None:
        which = tuple(i for i, size in enumerate(a.shape) if size == 1)
    if any(a.shape[i] != 1 for i in which):
        raise BadValue("cannot select an axis to squeeze out which has size not equal to one")
    return reshape_view(tuple(size for i, size in enumerate(a.shape) if i not in which))


@TABLE.function("expand_dims")
def expand_dims(a: Node, axis: Any) -> View:
    new = axis if isinstance(axis, (tuple, list)) else (axis,)
    rank = a.ndim + len(new)
    where = {axis_of(i, rank) for i in new}
    rest = iter(a.shape)
    return reshape_view(tuple(1 if i in where else next(rest) for i in range(rank)))


@TABLE.function("atleast_1d")
def atleast_1d(a: Node) -> View:
    return reshape_view(a.shape or (1,))


@TABLE.function("atleast_2d")
def atleast_2d(a: Node) -> View:
    return reshape_view((1,) * (2 - a.ndim) + a.shape)


@TABLE.function("broadcast_to")
def broadcast_to(a: Node, shape: Any) -> View:
    wanted = shape_of(shape)
    a.builder.limits.need("entries of one array", math.prod(wanted), a.builder.limits.entries)
    try:
        fits = np.broadcast_shapes(a.shape, wanted) == wanted
    except ValueError:
        fits = False
    if not fits:
        raise BadValue(f"can't broadcast shape {a.shape} to {wanted}")
    return broadcast_view(wanted)


@TABLE.function("flip")
def flip(m: Node, axis: Any = None) -> View:
    axes = axes_of(axis, m.ndim)
    which = range(m.ndim) if axes is None else (axes,) if isinstance(axes, int) else axes
    return index_view(tuple(slice(None, None, -1) if i in which else slice(None) for i in range(m.ndim)))


@TABLE.function("flipud")
def flipud(m: Node) -> View:
    return flip(m, 0)


@TABLE.function("fliplr")
def fliplr(m: Node) -> View:
    return flip(m, 1)


def _one_dtype(parts: Nodes) -> Nodes:
    if not parts:
        raise BadValue("need at least one array to concatenate")
    dtype = np.result_type(*[part.dtype for part in parts])
    return [part.cast(dtype) for part in parts]


@TABLE.function("concatenate", "concat")
def concatenate(arrays: Nodes, axis: Any = 0) -> Node:
    parts = _one_dtype(arrays)
    if axis is None:
        parts, axis = [part.reshape((math.prod(part.shape),)) for part in parts], 0
    if not parts[0].ndim:
        raise BadValue("zero-dimensional arrays cannot be concatenated")
    return parts[0].builder.apply("concatenate", *parts, axis=axis_of(axis, parts[0].ndim))


@TABLE.function("stack")
def stack(arrays: Nodes, axis: Any = 0) -> Node:
    parts = _one_dtype(arrays)
    if any(part.shape != parts[0].shape for part in parts):
        raise BadValue("all input arrays must have the same shape")
    return parts[0].builder.apply("stack", *parts, axis=axis_of(axis, parts[0].ndim + 1))


@TABLE.function("hstack")
def hstack(tup: Nodes) -> Node:
    parts = [part.reshape(part.shape or (1,)) for part in tup]
    return concatenate(parts, 0 if parts and parts[0].ndim == 1 else 1)


@TABLE.function("vstack", "row_stack")
def vstack(tup: Nodes) -> Node:
    return concatenate([part.reshape((1,) * (2 - part.ndim) + part.shape) for part in tup], 0)


@TABLE.function("column_stack")
def column_stack(tup: Nodes) -> Node:
    return concatenate([part.reshape((*part.shape, 1)) if part.ndim == 1 else part for part in tup], 1)


@TABLE.function("append")
def append(arr: Node, values: Node, axis: Any = None) -> Node:
    return concatenate([arr, values], axis)


def _split(a: Node, sections: Any, axis: Any, equal: bool) -> list[View]:
    at = axis_of(axis, a.ndim)
    n = a.shape[at]
    if isinstance(sections, (int, np.integer)):
        if sections <= 0:
            raise BadValue("number sections must be larger than 0.")
        if equal and n % sections:
            raise BadValue("array split does not result in an equal division")
        a.builder.limits.need("parts of a split", int(sections), a.builder.limits.steps)
        each, more = divmod(n, int(sections))
        ends = np.cumsum([0] + [each + 1] * more + [each] * (int(sections) - more)).tolist()
    else:
        ends = [0, *[int(i) for i in sections], n]
    before = (slice(None),) * at
    return [index_view((*before, slice(i, j))) for i, j in itertools.pairwise(ends)]


@TABLE.function("split")
def split(ary: Node, indices_or_sections: Any, axis: Any = 0) -> list[View]:
    return _split(ary, indices_or_sections, axis, True)


@TABLE.function("array_split")
def array_split(ary: Node, indices_or_sections: Any, axis: Any = 0) -> list[View]:
    return _split(ary, indices_or_sections, axis, False)


@TABLE.function("hsplit")
def hsplit(ary: Node, indices_or_sections: Any) -> list[View]:
    return _split(ary, indices_or_sections, 1 if ary.ndim > 1 else 0, True)


@TABLE.function("vsplit")
def vsplit(ary: Node, indices_or_sections: Any) -> list[View]:
    return _split(ary, indices_or_sections, 0, True)


@TABLE.function("tile")
def tile(A: Node, reps: Any) -> Node:
    times = shape_of(reps)
    rank = max(A.ndim, len(times))
    times = (1,) * (rank - len(times)) + times
    node = A.reshape((1,) * (rank - A.ndim) + A.shape)
    A.builder.limits.need("entries of one array", math.prod(node.shape) * math.prod(times), A.builder.limits.entries)
    return node.apply("tile", reps=times)


@TABLE.function("repeat", method=True)
def repeat(a: Node, repeats: Any, axis: Any = None) -> Node:
    times = repeats if isinstance(repeats, (int, np.integer)) else tuple(int(n) for n in repeats)
    if axis is None:
        a, axis = a.reshape((math.prod(a.shape),)), 0
    at = axis_of(axis, a.ndim)
    if isinstance(times, tuple):
        if len(times) == 1:
            times = times[0]
        elif len(times) != a.shape[at]:
            raise BadValue(f"operands could not be broadcast together with shape ({a.shape[at]},) ({len(times)},)")
    many = sum(times) if isinstance(times, tuple) else int(times) * a.shape[at]
    rest = math.prod(size for i, size in enumerate(a.shape) if i != at)
    a.builder.limits.need("entries of one array", many * rest, a.builder.limits.entries)
    return a.apply("repeat", repeats=times if isinstance(times, tuple) else int(times), axis=at)


@TABLE.function("roll")
def roll(a: Node, shift: Any, axis: Any = None) -> Node:
    if axis is None:
        flat = a.reshape((math.prod(a.shape),)).apply("roll", shift=int(shift), axis=0)
        return flat.reshape(a.shape)
    return a.apply("roll", shift=int(shift), axis=axis_of(axis, a.ndim))


@TABLE.function("pad")
def pad(array: Node, pad_width: Any, mode: str = "constant", *, constant_values: float = 0) -> Node:
    if mode != "constant" or not isinstance(constant_values, (int, float)):
        raise Unsupported("np.pad is read with mode='constant' and one value")
    try:
        widths = np.broadcast_to(np.asarray(pad_width), (array.ndim, 2)).astype(int).tolist()
    except ValueError:
        raise BadValue(f"pad_width {pad_width} does not fit {array.ndim} axes") from None
    if any(n < 0 for pair in widths for n in pair):
        raise BadValue("index can't contain negative values")
    pairs = tuple((int(low), int(high)) for low, high in widths)
    room_for = tuple(size + low + high for size, (low, high) in zip(array.shape, pairs, strict=True))
    array.builder.limits.need("entries of one array", math.prod(room_for), array.builder.limits.entries)
    return array.apply("pad", widths=pairs, value=float(constant_values))


@TABLE.function("ravel_multi_index")
def ravel_multi_index(multi_index: Nodes, dims: Any) -> Node:
    """The flat number of a place, counted by rows."""
    sizes = shape_of(dims)
    if len(multi_index) != len(sizes):
        raise BadValue(f"parameter multi_index must be a sequence of length {len(sizes)}")
    flat = multi_index[0]
    for part, size in zip(multi_index[1:], sizes[1:], strict=True):
        flat = flat * size + part
    return flat


@TABLE.method("sort")
def sort_in_place(a: Node, axis: Any = -1) -> Wrote:
    return Wrote(a.apply("sort", axis=axis_of(axis, a.ndim)))


@TABLE.method("fill")
def fill(a: Node, value: Node) -> Wrote:
    return Wrote(value.cast(a.dtype).broadcast(a.shape))


@TABLE.function("copyto")
def copyto(dst: Node, src: Node) -> Wrote:
    return Wrote(src.cast(dst.dtype).broadcast(dst.shape))


@TABLE.function("fill_diagonal")
def fill_diagonal(a: Node, val: Node) -> Wrote:
    if a.ndim != 2:
        raise Unsupported("fill_diagonal is read on matrices")
    at = np.arange(min(a.shape))
    return Wrote(a.apply("set_index", val.cast(a.dtype).broadcast(at.shape), key=(at, at)))


__all__ = ["fitted", "room"]
