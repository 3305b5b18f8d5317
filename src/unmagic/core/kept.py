"""Results that are kept for the next who asks, up to a bound on what they weigh together."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")


class Kept(Generic[V]):
    """Results by their key; the least recently used ones go when all weigh more than ``most``. Threads share it."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.weight = 0
        self._found: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable) -> V | None:
        with self._lock:
            found = self._found.get(key)
            if found is None:
                return None
            self._found.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: V, weight: int) -> None:
        """Keep a result, in place of an earlier one; what alone weighs a tenth of the bound is not kept."""
        with self._lock:
            _, before = self._found.pop(key, (None, 0))
            self.weight -= before
            if weight * 10 > self.most:
                return
            self._found[key] = value, weight
            self.weight += weight
            while self.weight > self.most:
                _, (_, gone) = self._found.popitem(last=False)
                self.weight -= gone

    def clear(self) -> None:
        with self._lock:
            self._found.clear()
            self.weight = 0

    def __len__(self) -> int:
        return len(self._found)
