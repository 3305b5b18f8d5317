"""Where an array lies: its owner's memory, and its place in it by pointer and strides. No table of view functions."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided

from unmagic.core.graph import Array, DType, Shape


class Place(NamedTuple):
    """An array's place: bytes from its owner's first byte, shape, strides in bytes, dtype."""

    offset: int
    shape: Shape
    strides: tuple[int, ...]
    dtype: DType


def owner_of(array: Array) -> Array:
    """The array that holds the memory ``array`` looks into: itself, if it holds its own."""
    base: Any = array.base
    while base is not None:
        if issubclass(type(base), np.ndarray):  # never isinstance: that asks the object, which may be the user's
            array, base = base, base.base
        elif type(base).__name__ == "DummyArray":  # what as_strided puts between
            base = base.base
        else:  # foreign memory: a buffer, a file
            break
    return array


def address(array: Array) -> int:
    """The first entry's address."""
    return int(array.__array_interface__["data"][0])


def place(array: Array, start: int) -> Place:
    return Place(address(array) - start, array.shape, array.strides, array.dtype)


def dense(shape: Shape, strides: tuple[int, ...], itemsize: int) -> bool:
    """Whether the entries fill one block of memory, each once, in some order of the axes."""
    expected = itemsize
    for stride, size in sorted(zip(strides, shape, strict=True)):
        if size == 1:
            continue
        if stride != expected:
            return False
        expected *= size
    return True


def entries(owner: Place, view: Place) -> np.ndarray[Any, Any] | None:
    """For each entry of ``view`` the flat number, in row order, of the owner's entry; None if it is none of them."""
    size = int(np.prod(owner.shape, dtype=np.int64))
    step = owner.dtype.itemsize
    if view.dtype == owner.dtype and 0 in view.shape:
        return np.empty(view.shape, np.int64)
    if view.dtype != owner.dtype or not dense(owner.shape, owner.strides, step):
        return None
    numbers = np.empty(size, np.int64)
    scaled = tuple(stride // step * 8 for stride in owner.strides)
    as_strided(numbers, owner.shape, scaled)[...] = np.arange(size).reshape(owner.shape)
    first = view.offset - owner.offset
    at = np.full(view.shape, first, np.int64)
    for axis, (n, stride) in enumerate(zip(view.shape, view.strides, strict=True)):
        at += (np.arange(n) * stride).reshape((n,) + (1,) * (len(view.shape) - axis - 1))
    if at.size and (at.min() < 0 or at.max() >= size * step or (at % step).any()):
        return None
    found: np.ndarray[Any, Any] = numbers[at // step]
    return found


def content(owner: Array, at: Place) -> Array:
    """What lies at a place of the owner's memory, as an array that looks into it."""
    if owner.shape == at.shape and owner.strides == at.strides and owner.dtype == at.dtype:
        return owner
    flat = owner.reshape(-1, order="A").view(np.uint8) if owner.flags.contiguous or owner.flags.f_contiguous else None
    if flat is None:
        return owner
    part: Array = np.ndarray(at.shape, at.dtype, flat, at.offset, at.strides)
    return part


__all__ = ["Place", "address", "content", "dense", "entries", "owner_of", "place"]
