"""Every recorded step computed again from its kept operands, also those that a run would let go.

Recording ends after so many events, or when there is no room for more values: what comes later is neither told nor
counted.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.limits import DEFAULT
from unmagic.record.entries import Event, Full, Ref, Segment
from unmagic.record.keep import Keeper
from unmagic.record.log import Log
from unmagic.record.rebuild import Rebuild

EACH, ALL = 8 << 20, 1 << 30  # bytes of one value, of all: the check is of what was recorded, not of what it costs
MOST_EVENTS = 15_000
LIMITS = replace(DEFAULT, steps=500_000, entries=1 << 24)


class CheckedLog(Log):
    """Stretches that go for want of room are checked first; of what is not kept after a write, a digest stays."""

    def __init__(self) -> None:
        super().__init__(Keeper(EACH, ALL), MOST_EVENTS)
        self.digests: dict[int, bytes] = {}
        self.steps = [0] * 5
        self.opaque: Counter[str] = Counter()
        self.mistakes: list[str] = []

    def _written(self, site: Any, target: Any, told: tuple[Any, ...], how: str, key: Any = None) -> None:
        super()._written(site, target, told, how, key)
        event = self.events[-1]
        if site.what != "followed" and event.kind == "write" and self.entries[event.out.number].kept is None:
            root = target
            while isinstance(root.base, np.ndarray):
                root = root.base
            self.digests[event.out.number] = digest(root)

    def _add(self, site: Any, out: Any, told: tuple[Any, ...], kind: str, more: Any = None) -> None:
        if self.keeper.bytes > ALL - EACH:
            raise Full
        super()._add(site, out, told, kind, more)

    def _drop(self, segment: Segment) -> None:
        self.check(segment)
        super()._drop(segment)

    def check(self, segment: Segment) -> None:
        read = Check(self, LIMITS).read([segment])
        self.steps = [a + b for a, b in zip(self.steps, read.checked, strict=True)]
        self.opaque += Counter(read.notes)
        self.mistakes += [
            f"{event.site.source.path}:{event.site.place[0]} {event.site}: {why}" for event, why in read.mistakes[:10]
        ]

    def result(self) -> dict[str, Any]:
        """What all stretches came to."""
        for segment in self.segments:
            self.check(segment)
        return {"checked": self.steps, "mistakes": self.mistakes[:10], "opaque": self.opaque, "events": self.count}


class Check(Rebuild):
    log: CheckedLog

    def _settle(self, event: Event, out: Ref, node: Node, start: int) -> None:
        super()._settle(event, out, node, start)
        told = self.log.digests.get(out.number)
        if told is None:
            return
        self._unseen -= 1
        if digest(np.asarray(node.value)) == told:
            self._equal += 1
        else:
            self._wrong += 1
            self.mistakes.append((event, "the content after a write is another"))


def digest(array: Any) -> bytes:
    """An array's bytes, row by row, in short."""
    return hashlib.blake2b(np.ascontiguousarray(array).view(np.ndarray).tobytes(), digest_size=16).digest()


__all__ = ["CheckedLog"]
