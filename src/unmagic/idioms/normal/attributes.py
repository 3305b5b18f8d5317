"""Attributes of steps, so that equal ones compare equal."""

from __future__ import annotations

from typing import Any

import numpy as np


def axes_of(axis: Any, rank: int) -> tuple[int, ...]:
    """Axes counted from the front, in order; None is all."""
    if axis is None:
        return tuple(range(rank))
    given = axis if isinstance(axis, tuple | list) else (axis,)
    return tuple(sorted(int(a) % rank if rank else int(a) for a in given))


def hashable(value: Any) -> Any:
    """An attribute as something that can be compared and hashed."""
    if isinstance(value, np.ndarray):
        return (value.shape, str(value.dtype), value.tobytes())
    if isinstance(value, slice):
        return ("slice", value.start, value.stop, value.step)
    if isinstance(value, list | tuple):
        return tuple(hashable(part) for part in value)
    return value
