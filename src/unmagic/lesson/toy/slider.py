"""The slider of η: how far it goes, in what steps, and where on it the bowl's behaviour changes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from unmagic.core.digits import Style, shown

from .landscape import Landscape

_TWO = Style(2, 3)
_STOPS = 120  # at least


@dataclass(frozen=True, slots=True)
class Zone:
    """From ``start`` on (a share of the slider's length, and a number as text) steps do what ``words`` say."""

    start: float
    text: str
    words: tuple[str, str]
    room: float  # the share of the length that it takes
    here: bool

    @property
    def percent(self) -> str:
        """Where it starts, as drawings take it."""
        return f"{min(self.start, 1.0):.2%}"


@dataclass(frozen=True, slots=True)
class Slider:
    """From 0 to ``high`` by ``step``; ``place`` is the stop nearest to η."""

    high: Decimal
    step: Decimal
    place: Decimal
    zones: tuple[Zone, ...]

    @property
    def stops(self) -> int:
        return int(self.high / self.step)


def slider(land: Landscape, eta: float) -> Slider:
    """For a bowl of one bend it ends somewhat behind the rate at which runs fly off; η itself is always on it."""
    wanted = 2.34 / land.bend if land.bend and land.bend > 0 else _guessed(land)
    high = max(wanted, eta, 1e-9)
    rough = Decimal(repr(high / _STOPS))
    unit = Decimal(10) ** rough.adjusted()
    step = max((unit * k for k in (1, 2, 5) if unit * k <= rough), default=unit)
    stops = (Decimal(repr(high)) / step).to_integral_value(ROUND_CEILING if eta >= wanted else ROUND_HALF_UP)
    top = stops * step
    place = min(max((Decimal(repr(eta)) / step).to_integral_value(ROUND_HALF_UP), Decimal(0)), stops) * step
    return Slider(top, step, place, _zones(land, float(top), eta))


def _guessed(land: Landscape) -> float:
    """Different bends: by the one at the minimum, or the steepest slope in sight steps as wide as the picture."""
    if sharpness := land.sharpness:
        return 2.34 / sharpness
    if not land.steepest or not math.isfinite(land.steepest):
        return 1.0
    found = land.width / land.steepest
    return min(max(found, 1e-6), 100.0)


def _zones(land: Landscape, high: float, eta: float) -> tuple[Zone, ...]:
    if not land.bend or land.bend <= 0:
        return ()
    marks = [0.0, 1 / land.bend, 2 / land.bend]
    ends = [*marks[1:], max(high, marks[2])]
    texts = ["0", *(shown(mark, style=_TWO) for mark in marks[1:])]
    words = (("walks", "straight in"), ("steps over,", "comes back"), ("flies", "off"))
    return tuple(
        Zone(a / high, text, said, (b - a) / high, a <= eta < b or (k == 2 and eta >= a))
        for k, (a, b, text, said) in enumerate(zip(marks, ends, texts, words, strict=True))
    )


def said_of(land: Landscape) -> str:
    """Where the zones come from, each line of it true as printed."""
    if not land.bend or land.bend <= 0:
        return "No one number parts slow rates from wild ones here: how sharply it bends depends on where one stands."
    bend = shown(land.bend, style=_TWO if land.bend >= 0.1 else Style(4, 3))
    marks = [(k, *_quotient(k, bend)) for k in (1, 2)]
    past, off = (f"{k}/{bend} {sign} {text}" for k, sign, text in marks)
    where = "everywhere:" if len(land.low) == 1 else "where it bends most; along there,"
    how = f"It bends by {bend} {where}"
    return f"{how} past {past} a step leaps over the lowest point, past {off} it ends farther off than it began."


def _quotient(k: int, bend: str) -> tuple[str, str]:
    whole = k / float(bend)
    text = shown(whole, style=_TWO)
    return ("=" if Decimal(text) * Decimal(bend) == k else "≈"), text
