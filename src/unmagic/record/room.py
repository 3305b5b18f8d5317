"""Memory to read a long run in: values that nobody kept are computed again, some of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from .entries import Entry, Ref

ALL = 8 << 20
"""Bytes of all of them: their gradients take as much again, and more."""


class Room:
    """What is left of it."""

    def __init__(self, entries: Mapping[int, Entry]) -> None:
        self._entries = entries
        self._left = ALL

    def take(self, out: Any) -> bool:
        """Whether a result may be computed: its copy is there already, or it still finds room."""
        if not isinstance(out, Ref) or (entry := self._entries[out.number]).kept is not None or entry.place is None:
            return True
        size = math.prod(entry.place.shape) * entry.place.dtype.itemsize
        if size > self._left:
            return False
        self._left -= size
        return True


__all__ = ["Room"]
