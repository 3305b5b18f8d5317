"""A run downhill, kept in decimals: every step is taken from the numbers as they are printed.

x is a decimal, its slope there is rounded, η times it is rounded, and the next x is their exact sum. So whoever follows
the table with a calculator walks the same run, however long it is; against float64 only the roundings differ.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import Enum
from typing import NamedTuple

import numpy as np

from unmagic.core.digits.numerals import half_up, length

from .function import Function

MOST = 200
"""Steps of one run."""

FAR = Decimal(10) ** 6
"""A run that is this many times farther out than it began (or than 1) has flown off."""

AT_REST = 10
"""Units of the last decimal: a run whose next move is no more stands still."""

_KEPT = 6  # digits behind the first one of the start or of its first leap, whichever is larger
_MOST_DECIMALS = 12
_SURE = 15  # significant digits of a float64 that are its own

Place = tuple[Decimal, ...]


class End(Enum):
    """Why a run ends."""

    GOING = "going"  # it does not, yet
    STILL = "still"  # the next move is `AT_REST` at most
    FAR = "far"
    LOST = "lost"  # f or its slope is no number there
    LONG = "long"  # `MOST` steps


class Row(NamedTuple):
    """Where a step stands, and the move that leads on; ``rounded`` names what is not exact in print."""

    at: Place
    loss: Decimal
    slope: Place
    move: Place | None  # None: there is no next step
    rounded: frozenset[str]


class Trace(NamedTuple):
    """A run from its start on: row k is after k steps."""

    eta: Decimal
    rows: tuple[Row, ...]
    end: End
    decimals: int

    @property
    def length(self) -> int:
        """How many steps it takes."""
        return len(self.rows) - 1

    def up_to(self, count: int) -> Trace:
        """The first steps of it."""
        return self if count >= self.length else self._replace(rows=self.rows[: count + 1], end=End.GOING)


def trace(function: Function, start: Place, eta: Decimal, most: int = MOST) -> Trace:
    """The run from ``start`` with rate ``eta``, to its end or for ``most`` steps."""
    return traces(function, start, [eta], most)[0]


def traces(function: Function, start: Place, etas: Sequence[Decimal], most: int = MOST) -> list[Trace]:
    """A run for each rate, all of them a step at a time: one replay of the function a step."""
    with localcontext() as context:
        context.prec = 60
        context.rounding = ROUND_HALF_UP
        runs = [_Run(start, eta) for eta in etas]
        for count in range(most + 1):
            going = [run for run in runs if run.end is End.GOING]
            if not going:
                break
            places = [np.array([float(run.at[k]) for run in going]) for k in range(len(start))]
            value, slopes = function.slopes(*places)
            for k, run in enumerate(going):
                run.step(float(value[k]), [float(slope[k]) for slope in slopes], last=count == most)
    return [run.trace(most) for run in runs]


class _Run:
    """A run that is under way."""

    def __init__(self, start: Place, eta: Decimal) -> None:
        self.eta = eta
        self.at = start
        self.rows: list[Row] = []
        self.end = End.GOING
        self.decimals = -1
        self.far = FAR * max(Decimal(1), *map(abs, start))

    def step(self, value: float, slopes: Sequence[float], last: bool) -> None:
        """Write down where it stands, and go on from there."""
        finite = math.isfinite(value) and all(map(math.isfinite, slopes))
        if self.decimals < 0:
            self.decimals = _decimals(self.at, self.eta, slopes) if finite else _KEPT
        far = any(abs(x) > self.far for x in self.at)
        at = tuple(_significant(x, 7) for x in self.at) if far else self.at
        rounded = {"x"} if at != self.at else set()
        loss, inexact = _loss(value)
        rounded |= {"f"} if inexact else set()
        if not finite:
            self._write(Row(at, loss, tuple(map(_decimal, slopes)), None, frozenset(rounded)), End.LOST)
            return
        fine = self.decimals + max(self.eta.adjusted() + 1, 0 if self.decimals >= 4 else 4 - self.decimals)
        slope = tuple(_rounded(_decimal(g), fine) for g in slopes)
        rounded |= {"slope"} if slope != tuple(map(_decimal, slopes)) else set()
        exact = tuple(-self.eta * g for g in slope)
        move = tuple(half_up(m, self.decimals) + 0 for m in exact)
        if far:
            self._write(Row(at, loss, slope, None, frozenset(rounded)), End.FAR)
            return
        if last:
            self.end = End.LONG
        if all(abs(m) <= AT_REST * Decimal(10) ** -self.decimals for m in move):
            self.end = End.STILL
        rounded |= {"move"} if move != exact else set()
        self.rows.append(Row(at, loss, slope, move, frozenset(rounded)))
        self.at = tuple(x + m for x, m in zip(self.at, move, strict=True))

    def trace(self, most: int) -> Trace:
        """What it came to."""
        end = End.GOING if self.end is End.LONG and most < MOST else self.end
        return Trace(self.eta, tuple(self.rows), end, self.decimals)

    def _write(self, row: Row, end: End) -> None:
        self.rows.append(row)
        self.end = end


def number(value: float) -> Decimal:
    """What a visitor typed, as the decimal that the run starts from: at most nine digits."""
    return _significant(_decimal(value), 9)


def _decimals(start: Place, eta: Decimal, slopes: Sequence[float]) -> int:
    """How many decimals x is kept to: the start's own at least, and five digits of the first move."""
    leap = [abs(eta * _decimal(g)) for g in slopes]
    scale = max(*map(abs, start), *leap)
    wanted = _KEPT - (scale.adjusted() if scale else 0)
    if smallest := max(leap):
        wanted = max(wanted, 5 - smallest.adjusted())
    return max(min(max(wanted, 2), _MOST_DECIMALS), *map(length, start))


def _decimal(value: float) -> Decimal:
    """A float64 to the digits that are its own: 3.8088 for 3.8087999999999993."""
    return _significant(Decimal(repr(value)), _SURE)


def _significant(x: Decimal, digits: int) -> Decimal:
    if not x.is_finite() or not x:
        return x + 0 if x.is_finite() else x
    return half_up(x, digits - 1 - x.adjusted())


def _rounded(x: Decimal, decimals: int) -> Decimal:
    """Rounded to decimals, but never to 0, and never to more digits than twelve."""
    if not x:
        return x
    found = half_up(x, min(decimals, 11 - x.adjusted()))
    return found if found else _significant(x, 3)


def _loss(value: float) -> tuple[Decimal, bool]:
    """f to four decimals, or four digits where it is small or huge; whether that rounded it."""
    whole = _decimal(value)
    if not whole.is_finite() or not whole:
        return whole, False
    places = 4 if -1 <= whole.adjusted() < 8 else 3 - whole.adjusted()
    found = half_up(whole, places)
    return found, found != whole
