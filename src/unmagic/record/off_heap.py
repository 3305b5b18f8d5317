"""Large arrays looked at and copied without a trace in the program's own heap, where its arrays come to lie by turns.

What an allocator gives back and takes again, page by page, depends on what lies between: a copy of 8 MB there for a
while has made a loop over arrays of 8 MB a quarter slower to its end.
"""

from __future__ import annotations

import mmap
from typing import Any

import numpy as np

LARGE = 128 << 10
"""Bytes from which an allocator gives memory pages of its own, at first."""

CHUNK = 1 << 16


def copied(array: Any) -> Any:
    """A copy in the same memory order, on pages of its own if it is large."""
    if array.nbytes < LARGE:
        return np.array(array, order="K", subok=False)
    strides, step = [0] * array.ndim, array.itemsize
    for axis in sorted(range(array.ndim), key=lambda k: (abs(array.strides[k]), -k)):
        strides[axis], step = step, step * array.shape[axis]
    copy: Any = np.ndarray(array.shape, array.dtype, mmap.mmap(-1, array.nbytes), 0, tuple(strides))
    copy[...] = array
    return copy


def all_finite(array: Any) -> bool:
    """Whether all entries are."""
    flat = array.reshape(-1) if array.flags.c_contiguous else array.T.reshape(-1) if array.flags.f_contiguous else None
    if flat is None or flat.size <= CHUNK:
        return bool(np.isfinite(array).all())
    return all(bool(np.isfinite(flat[k : k + CHUNK]).all()) for k in range(0, flat.size, CHUNK))


__all__ = ["all_finite", "copied"]
