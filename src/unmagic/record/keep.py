"""What stays of a run: copies of values, never a reference to what the program may drop; within a budget.

``bytes`` is all that a log holds: the copies, and the objects that events and values are made of, which outweigh small
arrays. They are counted as CPython lays them out, rounded up, when they are made.
"""

from __future__ import annotations

from typing import Any

import numpy as np

MEGABYTE = 1 << 20
A_RUN = 24 * MEGABYTE
"""What a log holds of a run that may take days."""
EVENT, OPERAND = 256, 24
"""An event in its list, with the tuple of its operands; and each operand in there."""
SCALAR, PLACED, LOOK, OWNER = 384, 640, 416, 320
"""A number's entry with its reference; an array's with its place; a view's place; an array known by its memory."""
ITEM = 48
"""A number in a list that was an operand."""


class Keeper:
    """Copies values while there is room: each at most ``each`` bytes, all that is held together at most ``most``."""

    def __init__(self, each: int = MEGABYTE, most: int = 48 * MEGABYTE) -> None:
        self.each = each
        self.most = most
        self.bytes = 0
        self.ceiling = most  # where copying ends for now: part of the room is for what comes later
        self.passed = 0  # values that were too large, or came too late

    def copy(self, value: Any) -> Any:
        """A copy in the same memory order (sums depend on it); None if it is not kept."""
        if not isinstance(value, np.ndarray):
            return value  # numbers cannot change
        size = value.nbytes
        if size > self.each or self.bytes + size > self.ceiling:
            self.passed += 1
            return None
        self.bytes += size + 128
        return np.array(value, order="K", subok=False)

    def give_back(self, size: int) -> None:
        self.bytes -= size


__all__ = ["A_RUN", "EVENT", "ITEM", "LOOK", "MEGABYTE", "OPERAND", "OWNER", "PLACED", "SCALAR", "Keeper"]
