"""What panels share in telling what happened: numbers as text, nought up to rounding, entries counted as math counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from unmagic.core.digits import LESSON, shown

ROUNDING = 1e-12


def number(value: Any) -> str:
    """A number in a sentence."""
    return shown(value, style=LESSON)


def nought(value: Any, scale: Any = 1.0) -> bool:
    """Whether a number is zero, but for what rounding leaves beside numbers of size ``scale``."""
    return bool(abs(float(value)) <= ROUNDING * max(abs(float(scale)), 1e-300))


def alike(a: Any, b: Any) -> bool:
    """Whether two numbers are equal, but for rounding."""
    return bool(a == b) or nought(float(a) - float(b), max(abs(float(a)), abs(float(b))))


def finite(*values: Any) -> bool:
    """Whether all of these are finite."""
    return all(bool(np.isfinite(value).all()) for value in values)


def winners(values: Any) -> tuple[int, ...]:
    """The places of the largest entries, counted from 1: several where there is a tie."""
    array = np.asarray(values, np.float64)
    top = array.max()
    return tuple(k for k, x in enumerate(array, 1) if alike(x, top))


def listed(places: Iterable[int]) -> str:
    """``1``, ``1 and 3``, ``1, 2 and 3``."""
    *front, last = map(str, places)
    return f"{', '.join(front)} and {last}" if front else last
