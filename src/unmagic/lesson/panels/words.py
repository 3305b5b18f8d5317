"""What panels share in telling what happened: numbers as text, nought up to rounding, places."""

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


Ribbon = tuple[tuple[str, str, int], ...]
"""Shapes that meet, as `Panel.ribbon` has them."""


def applied(shape: tuple[int, int], hues: tuple[int, int, int]) -> Ribbon:
    """A matrix meets a vector: (3×2) · (2) → (3)."""
    m, n = shape
    matrix, vector, out = hues
    meet = ((f"({m}×{n})", f"×{n}", matrix), ("·", "", 0), (f"({n})", str(n), vector))
    return (*meet, ("→", "", 0), (f"({m})", "", out))


def met(a: tuple[int, int, int], b: tuple[int, int, int], c: tuple[int, int, int]) -> Ribbon:
    """Two matrices meet, each with its hue: (2×3) · (3×2) → (2×2)."""
    left, right = (f"({a[0]}×{a[1]})", f"×{a[1]}", a[2]), (f"({b[0]}×{b[1]})", f"{b[0]}×", b[2])
    return (left, ("·", "", 0), right, *result(*c))


def result(rows: int, columns: int, hue: int) -> Ribbon:
    """What comes out: → (2×2)."""
    return (("→", "", 0), (f"({rows}×{columns})", "", hue))
