"""What lies around a start: the stretch that is drawn, the minima in it, the ridges between them, how sharply it bends.

All of it is read off the engine's own slopes: a minimum is where they turn from down to up, found by halving.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache

import numpy as np

from unmagic.core.graph import Array

from .function import Function

POINTS = (65, 193)
"""Of the drawn curve: of a parabola, and of any other. Odd, so that the middle is one of them."""

GRID = 61
"""Places along each side of the grid that level lines are drawn from."""

_SEARCH = (1201, 241)  # places looked at, of a function that is replayed on all at once and of any other
_HALVINGS = 60
_NEAR = 1e-3  # of the drawn stretch: next to
_SAME = 1e-9  # second derivatives this close to each other, of their size, are one number


@dataclass(frozen=True)
class Landscape:
    """Around one start. ``minima`` and ``ridges`` are known for one axis, ``lowest`` for either."""

    function: Function
    low: tuple[float, ...]
    high: tuple[float, ...]
    lowest: tuple[float, ...] | None  # the minimum that the picture marks
    minima: tuple[float, ...]
    ridges: tuple[float, ...]
    bend: float | None  # the second derivative (along the steepest axis of the bowl), where it is the same everywhere
    steepest: float  # the largest slope in the drawn stretch

    @cached_property
    def sharpness(self) -> float | None:
        """How sharply f bends at the marked minimum, where it bends most; None where it does not."""
        if self.lowest is None:
            return None
        bends = np.array(self.function.bends(*(np.array([x]) for x in self.lowest))).ravel()
        if not np.isfinite(bends).all():
            return None
        found = float(np.linalg.eigvalsh(bends.reshape(len(self.lowest), -1))[-1])
        return found if found > 1e-9 * self.steepest / self.width else None

    @property
    def width(self) -> float:
        return max(b - a for a, b in zip(self.low, self.high, strict=True))

    def bottoms_out(self, at: Sequence[float]) -> bool:
        """Whether a minimum is next to a place: slopes on either side, or Newton's step, lead to it."""
        near = _NEAR * self.width
        if len(at) == 1:
            _, (slopes,) = self.function.slopes(np.array([at[0] - near, at[0] + near]))
            return bool(slopes[0] < 0 < slopes[1])
        places = [np.array([x]) for x in at]
        slope = np.array(self.function.slopes(*places)[1]).reshape(2)
        hessian = np.array(self.function.bends(*places)).reshape(2, 2)
        if not (np.isfinite(slope).all() and np.isfinite(hessian).all()):
            return False
        sizes = np.linalg.eigvalsh(hessian)
        if sizes[-1] <= 0 or sizes[0] < -1e-9 * sizes[-1]:
            return False
        step = np.linalg.lstsq(hessian, slope, rcond=1e-9)[0]
        return bool(np.abs(step).max() <= near)

    def basin(self, x: float) -> int:
        """How many of the known ridges lie to the left of x."""
        return int(np.searchsorted(self.ridges, x))

    def minimum_of(self, x: float) -> float | None:
        """The minimum of the basin that x is in, if there is one."""
        return next((m for m in self.minima if self.basin(m) == self.basin(x)), None)


@lru_cache(maxsize=256)
def landscape(function: Function, start: tuple[float, ...]) -> Landscape:
    """Look around."""
    return _line(function, start[0]) if len(start) == 1 else _plane(function, start)


def curve(function: Function, land: Landscape) -> tuple[Array, Array]:
    """Points of the drawn curve."""
    xs = np.linspace(land.low[0], land.high[0], POINTS[0 if land.bend is not None else 1])
    return xs, function.value(xs)


def heights(function: Function, land: Landscape) -> tuple[Array, Array, Array]:
    """f on the drawn square: row i, column j is f(xs[j], ys[i])."""
    xs, ys = (np.linspace(land.low[k], land.high[k], GRID) for k in (0, 1))
    return function.value(xs[None, :], ys[:, None]), xs, ys


# one axis ---------------------------------------------------------------------------------------------------------


def _line(function: Function, start: float) -> Landscape:
    reach = max(5.0, 1.25 * abs(start))
    minima: list[float] = []
    ridges: list[float] = []
    many = _SEARCH[0 if function.batched else 1]
    for _ in range(3):
        minima, ridges = _turns(function, np.linspace(start - reach, start + reach, many))
        if minima:
            break
        reach *= 10
    else:
        reach = max(5.0, 1.25 * abs(start))
    target = _downhill(function, start, minima)
    low, high = start - reach, start + reach
    if target is not None:
        near = sorted(minima, key=lambda m: abs(m - target))[:3]
        deepest = min(zip(function.value(np.array(minima)).tolist(), minima, strict=True))[1]
        near += [] if deepest in near else [deepest]
        if len(near) == 1:
            half = 1.25 * abs(start - target) or 1.0
            low, high = target - half, target + half
        else:
            ends = [*near, start]
            margin = 0.1 * (max(ends) - min(ends))
            low, high = min(ends) - margin, max(ends) + margin
    xs = np.linspace(low, high, POINTS[1])
    _, (slopes,) = function.slopes(xs)
    (bends,) = function.bends(xs)
    return Landscape(function, (low,), (high,), None if target is None else (target,), tuple(minima), tuple(ridges),
                     _constant(bends), _largest(slopes))  # fmt: skip


def _turns(function: Function, xs: Array) -> tuple[list[float], list[float]]:
    """Where the slope goes from down to up, and from up to down."""
    _, (slopes,) = function.slopes(xs)
    with np.errstate(all="ignore"):
        level = slopes == 0
        there = np.isfinite(slopes)
        down, up = slopes[:-1] < 0, slopes[:-1] > 0
        between = there[:-1] & there[1:]
        valley = between & down & (slopes[1:] > 0)
        ridge = between & up & (slopes[1:] < 0)
        flat = level[1:-1] & there[:-2] & there[2:]
    minima = _halved(function, xs[:-1][valley], xs[1:][valley], rising=True)
    ridges = _halved(function, xs[:-1][ridge], xs[1:][ridge], rising=False)
    minima += [float(x) for x in xs[1:-1][flat & (slopes[:-2] < 0) & (slopes[2:] > 0)]]
    ridges += [float(x) for x in xs[1:-1][flat & (slopes[:-2] > 0) & (slopes[2:] < 0)]]
    return sorted(minima), sorted(ridges)


def _halved(function: Function, low: Array, high: Array, rising: bool) -> list[float]:
    """The turn in each bracket; a pole, where the slope grows without end, is none."""
    if not low.size:
        return []
    sign = 1.0 if rising else -1.0
    edge = np.maximum(np.abs(function.slopes(low)[1][0]), np.abs(function.slopes(high)[1][0]))
    for _ in range(_HALVINGS):
        middle = low / 2 + high / 2
        before = sign * function.slopes(middle)[1][0] < 0
        low, high = np.where(before, middle, low), np.where(before, high, middle)
    found = [_neat(function, float(x)) for x in low / 2 + high / 2]
    with np.errstate(all="ignore"):
        turned = np.abs(function.slopes(low)[1][0]) <= edge
        ends = np.isfinite(function.value(np.array(found)))
    return [x for x, good, there in zip(found, turned, ends, strict=True) if good and (there or not rising)]


def _neat(function: Function, x: float) -> float:
    """3 for 2.9999999999999996, and 0 for 4e−21, if the slope there is no farther from 0."""
    for digits in (3, 9):
        near = float(Decimal(repr(x)).quantize(Decimal(10) ** -digits)) + 0.0
        a, b = (abs(float(g)) for g in function.slopes(np.array([near, x]))[1][0])
        if abs(near - x) <= 1e-9 * max(1.0, abs(x)) and a <= b + 1e-12 * abs(b):
            return near
    return x


def _downhill(function: Function, start: float, minima: list[float]) -> float | None:
    """The first minimum on the way down."""
    slope = float(function.slopes(np.array([start]))[1][0][0])
    if slope > 0:
        return max((m for m in minima if m <= start), default=None)
    if slope < 0:
        return min((m for m in minima if m >= start), default=None)
    return min(minima, key=lambda m: abs(m - start), default=None)


# two axes ---------------------------------------------------------------------------------------------------------


def _plane(function: Function, start: tuple[float, ...]) -> Landscape:
    reach = max(5.0, 1.25 * max(map(abs, start)))
    lowest = _bottom(function, start, reach) or _bottom(function, start, 10 * reach)
    half = 1.25 * max(abs(a - b) for a, b in zip(start, lowest, strict=True)) if lowest else reach
    half = half or 1.0
    centre = lowest or start
    low, high = tuple(c - half for c in centre), tuple(c + half for c in centre)
    xs, ys = (np.linspace(a, b, 13) for a, b in zip(low, high, strict=True))
    _, slopes = function.slopes(xs[None, :], ys[:, None])
    bends = [_constant(bend) for bend in function.bends(xs[None, :], ys[:, None])]
    bend = None
    if lowest and all(b is not None for b in bends):
        sizes = np.linalg.eigvalsh(np.array(bends, np.float64).reshape(2, 2))
        bend = float(sizes[-1]) if sizes[0] > 0 else None
    with np.errstate(all="ignore"):
        steepest = _largest(np.hypot(*slopes))
    return Landscape(function, low, high, lowest, (), (), bend, steepest)


def _bottom(function: Function, start: tuple[float, ...], reach: float) -> tuple[float, ...] | None:
    """The minimum that Newton's method finds from the lowest place of a grid, if that is one."""
    xs, ys = (np.linspace(c - reach, c + reach, 41) for c in start)
    values = function.value(xs[None, :], ys[:, None])
    if not np.isfinite(values).any():
        return None
    row, column = np.unravel_index(np.nanargmin(np.where(np.isfinite(values), values, np.nan)), values.shape)
    at = np.array([xs[column], ys[row]])
    for _ in range(40):
        _, slopes = function.slopes(*at[:, None])
        slope = np.array(slopes).reshape(2)
        hessian = np.array(function.bends(*at[:, None])).reshape(2, 2)
        if not (np.isfinite(slope).all() and np.isfinite(hessian).all()):
            return None
        try:
            sizes = np.linalg.eigvalsh(hessian)
            step = np.linalg.solve(hessian, slope)
        except np.linalg.LinAlgError:
            return None
        if sizes[0] <= 1e-12 * max(1.0, sizes[-1]):
            return None
        at = at - step
        if np.abs(step).max() <= 1e-13 * max(1.0, np.abs(at).max()):
            break
    else:
        return None
    if any(abs(a - c) > reach for a, c in zip(at, start, strict=True)):
        return None
    return tuple(float(f"{x:.9g}") + 0.0 if abs(x) > 1e-9 else 0.0 for x in at)


# both -------------------------------------------------------------------------------------------------------------


def _constant(bends: Array) -> float | None:
    """The one number that all of them are, to rounding; None where they differ, or bend no way or downwards."""
    if not np.isfinite(bends).all():
        return None
    low, high = float(bends.min()), float(bends.max())
    if high - low > _SAME * max(abs(low), abs(high)):
        return None
    return float(f"{(low + high) / 2:.9g}")


def _largest(slopes: Array) -> float:
    finite = np.abs(slopes[np.isfinite(slopes)])
    return float(finite.max()) if finite.size else 0.0
