"""From the numbers to the paper along one axis, and where its ticks stand."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import Decimal

HUGE = 1e300  # beyond, differences would overflow; such numbers are drawn at this place, which is off any paper


class Scale:
    """``low`` is drawn at ``start``, ``high`` at ``end``."""

    __slots__ = ("_first", "_most", "_reach", "end", "high", "low", "start")

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.high, self.start, self.end = low, high, start, end
        # as shares of the larger end: a difference of the numbers themselves may overflow
        self._most = max(abs(low), abs(high)) or 1.0
        self._first = low / self._most
        self._reach = high / self._most - self._first

    def __call__(self, value: float) -> float:
        if self.low == self.high:
            return (self.start + self.end) / 2
        share = (value / self._most - self._first) / self._reach
        return self.start + max(-HUGE, min(HUGE, share)) * (self.end - self.start)


def span(values: Iterable[float], *, zero: bool = False, air: float = 0.0) -> tuple[float, float]:
    """The least and the largest finite value, never equal; ``air`` is the share of it that is added at both ends."""
    finite = [v for v in values if math.isfinite(v)] + ([0.0] if zero else [])
    if not finite:
        return 0.0, 1.0
    low, high = min(finite), max(finite)
    if low == high:
        room = abs(low) / 2 if low else 1.0
        low, high = low - room, high + room
    more = air * (high / 4 - low / 4) * 4
    if math.isfinite(low - more) and math.isfinite(high + more):
        low, high = low - more, high + more
    return low, high


def ticks(low: float, high: float, about: int = 5) -> tuple[float, ...]:
    """At most ``about`` + 1 round numbers from ``low`` to ``high``, one, two or five times a power of ten apart."""
    a, b = Decimal(low), Decimal(high)
    if not (a.is_finite() and b.is_finite() and a < b):
        return ()
    rough = (b - a) / about
    power = Decimal(1).scaleb(rough.adjusted())
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= rough)
    first = math.ceil(a / step)
    found = tuple(float(step * k) for k in range(first, first + about + 2) if a <= step * k <= b)
    return tuple(sorted(set(found)))
