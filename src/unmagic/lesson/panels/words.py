"""What panels share in telling what happened: numbers as text, nought up to rounding, entries counted as math counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from unmagic.core.digits import LESSON, Style, shown

ROUNDING = 1e-12
_WHOLE = 6
_DEGREES = Style(1, 4)


def number(value: Any) -> str:
    """A number in a sentence: one of few digits whole, whatever rounding left behind them, as lines print it."""
    short = float(f"{float(value):.9g}")
    return shown(short if len(f"{short:.9g}".lstrip("-0.").replace(".", "")) <= _WHOLE else value, style=LESSON)


def degrees(value: Any) -> str:
    """An angle in a sentence."""
    return f"{shown(value, style=_DEGREES)}°"


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


def listed(places: Iterable[int | str]) -> str:
    """``1``, ``1 and 3``, ``1, 2 and 3``."""
    *front, last = map(str, places)
    return f"{', '.join(front)} and {last}" if front else last


def ordinal(place: int) -> str:
    """``second`` for 2."""
    return ("first", "second", "third", "fourth", "fifth", "sixth")[place - 1]


def entries(letter: str, places: Iterable[int]) -> str:
    """Entries as lines print them, counted from 0: ``p[0]``, ``p[0] and p[2]``."""
    return listed(f"{letter}[{place - 1}]" for place in places)
