"""Events in stretches between which the program ran unseen: the oldest go, those in which something tripped stay."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from .entries import Entry, Event, Full, Look, Ref, Segment, Several
from .keep import EVENT, OPERAND, Keeper

MOST_IN_A_ROW = 2_000
MOST_IN_A_STRETCH = 2_500
MOST_PINNED = 3
READ_WHOLE = 600
"""Events that are all read; of more than that, what happened again and again is read twice."""

ASKED = 63
"""At each 64th event it is asked whether a line goes on filling stretches."""
AGAIN = frozenset({0, *(4**k for k in range(32))})
"""How often a line has filled one when it may fill another."""

new: Any = tuple.__new__
"""What a NamedTuple's own ``__new__`` calls, at a third of the time."""


class Stretches:
    """What happened, in order, within a number of events and the keeper's memory."""

    def __init__(self, keeper: Keeper, most: int, windows: bool) -> None:
        self.keeper = keeper
        self.most = most
        self.windows = windows  # a long run: the oldest stretches may go
        self.stretch = min(MOST_IN_A_STRETCH, most)
        self.count = 0
        self.entries: dict[int, Entry] = {}
        self.segments: list[Segment] = [Segment()]
        self.events = self.segments[0].events
        self.pinned = 0  # segments that stay: in them something finite became inf or NaN
        self.dropped = 0  # segments that had to go
        self.filled: dict[Any, int] = {}  # by line: how often a stretch ended there for want of room
        self.closed = 0  # bytes of the segments before the last
        self._make_room()

    def chosen(self, most: int) -> list[Segment]:
        """The segments to read, up to ``most`` events: the first, those in which something tripped, then the latest.

        Where the same happened again, in a loop's iterations, the first and the latest stand for all.
        """
        if sum(len(segment.events) for segment in self.segments) <= min(most, READ_WHOLE):
            return self.segments
        wanted = {0}
        room = most - len(self.segments[0].events)
        tripping = [i for i, one in enumerate(self.segments) if i and (one.pinned or self._trips(one))][:MOST_PINNED]
        for i in (*tripping, *self._telling()):
            if i not in wanted and len(self.segments[i].events) <= room:
                wanted.add(i)
                room -= len(self.segments[i].events)
        return [self.segments[i] for i in sorted(wanted)]

    def _telling(self) -> Iterator[int]:
        """Numbers of segments, latest first; of those that went through the same sites the first and the latest."""
        ways = [hash(tuple([id(event.site) for event in segment.events])) for segment in self.segments]
        first = {way: i for i, way in reversed(list(enumerate(ways)))}
        latest = {way: i for i, way in enumerate(ways)}
        for i in range(len(ways) - 1, 0, -1):
            if i in (first[ways[i]], latest[ways[i]]):
                yield i

    def _make_room(self) -> None:
        """In a long run a stretch may copy up to a share of the memory, so that the next ones find some too."""
        most = self.keeper.most
        if self.windows:
            self.keeper.ceiling = min(self.keeper.bytes + most * 3 // 8, most - most // 8)

    def _add(self, site: Any, out: Any, told: tuple[Any, ...], kind: str, more: Any = None) -> None:
        self.count += 1
        self.keeper.bytes += EVENT + OPERAND * len(told)
        if self.count > self.most or (
            self.windows
            and (
                len(self.events) > self.stretch
                or self.keeper.bytes > self.keeper.most
                or (not self.count & ASKED and self._filled_before(site))
            )
        ):
            if site is not None:
                self.filled[_line(site)] = self.filled.get(_line(site), 0) + 1
            raise Full
        self.events.append(new(Event, (kind, site, out, told, more)))

    def _filled_before(self, site: Any) -> bool:
        """Whether this line filled stretches again and again: it may for the 1st, 2nd, 5th, 17th, … time."""
        return site is not None and self.filled.get(_line(site), 0) not in AGAIN

    def _unseen(self) -> None:
        """The program ran without telling: another stretch begins, and old ones go where room is short."""
        segment = self.segments[-1]
        if segment.events:
            segment.bytes = self.keeper.bytes - self.closed
            self.closed = self.keeper.bytes
            self.segments.append(Segment())
            self.events = self.segments[-1].events
        while self._too_much() and len(self.segments) > 4:
            oldest = next((i for i, one in enumerate(self.segments[1:-2], 1) if not one.pinned), 1)
            if self.pinned < MOST_PINNED and not self.segments[oldest].pinned and self._trips(self.segments[oldest]):
                self.segments[oldest].pinned = True
                self.pinned += 1
                continue
            self._drop(self.segments.pop(oldest))
        if self.windows and self.count > self.most // 2:
            for one in self.segments:
                self._shorten(one)
        self._make_room()

    def _shorten(self, segment: Segment) -> None:
        """One stretch took all the room: its first events stay."""
        room = min(MOST_IN_A_ROW, self.most // 8)
        cut = segment.events[room:]
        del segment.events[room:]
        if cut:
            rest = Segment()
            rest.events = cut
            rest.bytes = segment.bytes * len(cut) // (len(cut) + room)
            segment.bytes -= rest.bytes
            self._drop(rest)

    def _too_much(self) -> bool:
        return self.keeper.bytes > self.keeper.most // 2 or (self.windows and self.count > self.most // 2)

    def _trips(self, segment: Segment) -> bool:
        """Whether something finite became inf or NaN in there."""
        for event in segment.events:
            ref = event.out
            if event.kind not in ("value", "write") or not isinstance(ref, Ref):
                continue
            if not _finite(self.entries[ref.number].kept):
                told = [self.entries[one.number].kept for one in event.told if isinstance(one, (Ref, Look))]
                if all(_finite(kept) for kept in told):
                    return True
        return False

    def _drop(self, segment: Segment) -> None:
        """The oldest but one goes: its copies make room for what comes."""
        self.dropped += 1
        self.count -= len(segment.events)
        for event in segment.events:
            for ref in event.out.items if isinstance(event.out, Several) else (event.out,):
                if isinstance(ref, Ref):
                    self.entries.pop(ref.number, None)
        self.keeper.give_back(segment.bytes)
        self.closed -= segment.bytes


def _line(site: Any) -> tuple[Any, int]:
    return site.source, site.place[0]


def _finite(kept: Any) -> bool:
    if kept is None or isinstance(kept, (bool, int)):
        return True
    return math.isfinite(kept) if kept.__class__ is float else bool(np.isfinite(kept).all())


__all__ = ["MOST_IN_A_ROW", "Stretches", "new"]
