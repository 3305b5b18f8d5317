"""What stays of a run: copies of values, never a reference to what the program may drop; within a budget."""

from __future__ import annotations

from typing import Any

import numpy as np

MEGABYTE = 1 << 20


class Keeper:
    """Copies values while there is room: each at most ``each`` bytes, all together at most ``most``."""

    def __init__(self, each: int = MEGABYTE, most: int = 48 * MEGABYTE) -> None:
        self.each = each
        self.most = most
        self.bytes = 0
        self.passed = 0  # values that were too large, or came too late

    def copy(self, value: Any) -> Any:
        """A copy in the same memory order (sums depend on it); None if it is not kept."""
        if not isinstance(value, np.ndarray):
            self.bytes += 32
            return value  # numbers cannot change
        size = value.nbytes
        if size > self.each or self.bytes + size > self.most:
            self.passed += 1
            return None
        self.bytes += size + 128
        return np.array(value, order="K", subok=False)

    def give_back(self, size: int) -> None:
        self.bytes -= size


__all__ = ["MEGABYTE", "Keeper"]
