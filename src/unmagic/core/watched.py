"""Values that remember which of them were looked at.

Most of a reading depends on a text and on shapes alone: its steps, its idioms, its gradient. Where a decision looked
at a number, that number is part of what it depends on. So what was decided once holds again where those numbers are
the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, overload

from .graph import Array


class Watched(Sequence[Array]):
    """``values``, one a step; ``seen`` holds those that somebody looked at."""

    def __init__(self, values: Sequence[Array]) -> None:
        self.values = values
        self.seen: dict[int, Array] = {}

    @overload
    def __getitem__(self, id: int) -> Array: ...
    @overload
    def __getitem__(self, id: slice) -> Sequence[Array]: ...
    def __getitem__(self, id: Any) -> Any:
        assert isinstance(id, int)
        found = self.seen[id] = self.values[id]
        return found

    def __len__(self) -> int:
        return len(self.values)


def unchanged(seen: Mapping[int, Array], values: Sequence[Array]) -> bool:
    """Whether the values that were looked at are these, bit for bit."""
    return all(same(value, values[id]) for id, value in seen.items())


def same(a: Array, b: Array) -> bool:
    """Bit for bit: 0 and −0 differ, nan is itself."""
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
