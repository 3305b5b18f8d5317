"""What a loop's iterator will give: known of Python's own iterators without asking them for an item."""

from __future__ import annotations

from typing import Any

import numpy as np

RANGE = type(iter(range(0)))
_LIST: Any = type(iter([]))
_TUPLE = type(iter(()))
SEQUENCE = type(iter(np.empty(0)))  # by index, as arrays are gone through


class Ahead:
    """Items by number, counted from the loop's start, of a `range` or of something that is gone through by index."""

    __slots__ = ("of", "start")

    def __init__(self, of: Any, start: int) -> None:
        self.of = of
        self.start = start

    def __len__(self) -> int:
        return max(0, len(self.of) - self.start)

    def item(self, number: int) -> Any:
        return self.of[self.start + number]


class Together:
    """What `zip` and `enumerate` make of others."""

    __slots__ = ("count", "parts")

    def __init__(self, parts: list[Ahead | Together], count: int | None = None) -> None:
        self.parts = parts
        self.count = count  # `enumerate` started there

    def __len__(self) -> int:
        return min((len(part) for part in self.parts), default=0)

    def item(self, number: int) -> Any:
        items = tuple([part.item(number) for part in self.parts])
        return items if self.count is None else (self.count + number, *items)


def ahead(inner: Any, depth: int = 0) -> Ahead | Together | None:
    """What ``inner`` goes on to give; None where only asking would tell. It is told by Python's own ``__reduce__``."""
    kind = type(inner)
    if kind in (RANGE, _LIST, _TUPLE, SEQUENCE):
        _, (of, *_), *at = inner.__reduce__()
        if kind is SEQUENCE and type(of) is not np.ndarray:
            return None  # the user's own
        return Ahead(of, at[0] or 0 if at else 0)
    if kind in (zip, enumerate) and depth < 4:
        _, given, *strict = inner.__reduce__()
        if strict:
            return None
        inner_ones = given if kind is zip else given[:1]
        parts = [ahead(one, depth + 1) for one in inner_ones]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts) or len({id(one) for one in inner_ones}) < len(parts):
            return None  # one iterator twice gives by turns
        return Together(known, None if kind is zip else given[1])
    return None


__all__ = ["RANGE", "SEQUENCE", "Ahead", "Together", "ahead"]
