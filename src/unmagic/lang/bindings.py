"""What the user handed in, as arrays under canonical names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from unmagic.core.errors import BadValue, UnmagicError
from unmagic.core.graph import Array
from unmagic.core.limits import Limits

from .names import canonical


def arrays(bindings: Mapping[str, Any], limits: Limits) -> dict[str, Array]:
    """Numbers and lists as float64 (formulas mean real numbers), arrays and NumPy scalars in their own dtype."""
    out: dict[str, Array] = {}
    for name, value in bindings.items():
        try:
            key = canonical(name)
        except UnmagicError as error:
            raise BadValue(f"{name!r} is no name", notes=(error.what,)) from None
        if not key:
            raise BadValue("a value without a name")
        if key in out:
            raise BadValue(f"{name} is bound twice")
        out[key] = array_of(name, value, limits)
    return out


def array_of(name: str, value: Any, limits: Limits) -> Array:
    """One value; raises `BadValue` for what is no number or array of numbers."""
    if isinstance(value, str | bytes) or value is None or isinstance(value, dict | set):
        raise BadValue(f"{name} is {type(value).__name__}, not a number or an array of numbers")
    own = hasattr(value, "dtype") and hasattr(value, "shape")
    if own:
        size = 1
        for length in value.shape:
            size *= int(length)
        limits.need(f"entries of {name}", size, limits.entries)
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, RuntimeError, OverflowError) as error:
        raise BadValue(f"{name} is no array: its rows differ in length, or hold more than numbers") from error
    if array.dtype.kind not in "biuf":
        what = "complex numbers" if array.dtype.kind == "c" else f"{array.dtype} values"
        raise BadValue(f"{name} holds {what}, not real numbers")
    limits.need(f"entries of {name}", array.size, limits.entries)
    if array.size == 0:
        raise BadValue(f"{name} is empty")
    if not own and array.dtype.kind in "iu":
        return array.astype(np.float64)
    return array[()] if array.ndim == 0 else array


def as_index(array: Array) -> Array:
    """Whole numbers as int64, where a name stands in an index."""
    if array.dtype.kind in "iub" or not np.all(np.isfinite(array)) or np.any(array != np.floor(array)):
        return array
    return array.astype(np.int64)
