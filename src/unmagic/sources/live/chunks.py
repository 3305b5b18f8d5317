"""Loops in chunks: iterations 1, 2, 4, 8, … with the recorder listening, those between without.

A chunk iterator lives on the program's own stack where its iterator was: leaving the loop in any way closes it, and the
recorder listens again.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from time import perf_counter
from typing import Any

from .line import failed, line, listening, resume, switch


class Bare:
    """An iterator that has no ``__iter__`` of its own, which ``for`` does not ask for and `itertools` does."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __iter__(self) -> Bare:
        return self

    def __next__(self) -> Any:
        return self.inner.__next__()


def _over(ended: list[bool]) -> Iterator[Any]:
    """An empty iterator that notes it was asked: chained behind another, it says when that one ended.

    And a chain never asks an iterator again that has ended, as ``for`` does not.
    """
    return filter(None, map(ended.append, (True,)))


def loop(site: Any, inner: Any) -> Iterator[Any]:
    """Chunks of ``inner``, the program's own iterator: one item to record, then as many as before plain."""
    if not hasattr(type(inner), "__iter__"):
        inner = Bare(inner)
    if line.paused:
        resume(site)
    if not listening():
        return iter((inner,))
    if type(inner) is RANGE and line.twins and sys.getrefcount(inner) == 2:  # nobody else has it: no one is overtaken
        return _ranges(site, inner)
    return _chunks(site, inner)


RANGE = type(iter(range(0)))


BUDGET = 0.02
"""What recording may add to the time of a loop, beyond iterations 1, 2, 4, 8, …"""


class Pace:
    """How many iterations were done, and how many come plain before the next that is recorded.

    Iterations 1, 2, 4, 8, … are, and with ``line.dense`` as many between as the budget has time for: where an iteration
    takes long, all of them.
    """

    __slots__ = ("each", "number", "since", "spent")

    def __init__(self) -> None:
        self.number = 0
        self.each = 0.0  # seconds of a plain iteration
        self.spent = 0.0  # seconds of the last recorded one
        self.since = perf_counter()

    def recorded(self) -> int:
        """One was recorded; how many follow plain."""
        self.number += 1
        now = perf_counter()
        self.spent, self.since = now - self.since, now
        if not line.twins:
            return 0
        gap = (1 << self.number.bit_length()) - self.number - 1
        if line.dense and self.each:
            more = max(0.0, self.spent - self.each)
            gap = min(gap, int(more / (BUDGET * self.each)))
        return gap

    def plain(self, many: int) -> None:
        """``many`` have run plain."""
        self.number += many
        now = perf_counter()
        self.each, self.since = (now - self.since) / many, now


def _chunks(site: Any, inner: Any) -> Iterator[Any]:
    ended: list[bool] = []
    items = itertools.chain(inner, _over(ended))
    del inner
    pace, stale = Pace(), False
    try:
        while not ended:
            _turn(site, pace.number, stale)
            stale = False
            yield itertools.islice(items, 1)
            gap = pace.recorded()
            if gap and not ended:
                switch.on, stale = False, True
                yield itertools.islice(items, gap)
                pace.plain(gap)
    finally:
        _leave(site, stale)


def _ranges(site: Any, inner: Any) -> Iterator[Any]:
    """The same over a `range`, whose parts are ranges: the plain ones run at their own speed."""
    _, (whole,), *at = inner.__reduce__()
    whole = whole[at[0] if at else 0 :]
    pace, stale, size = Pace(), False, len(whole)
    try:
        while pace.number < size:
            _turn(site, pace.number, stale)
            stale = False
            yield whole[pace.number : pace.number + 1]
            gap = min(pace.recorded(), size - pace.number)
            if gap > 0:
                switch.on, stale = False, True
                yield whole[pace.number : pace.number + gap]
                pace.plain(gap)
    finally:
        _leave(site, stale)


def rounds(site: Any) -> Iterator[Any]:
    """The same for ``while``: numbers of rounds, without end."""
    if not listening():
        return iter((itertools.repeat(None),))
    return _rounds(site)


def _rounds(site: Any) -> Iterator[Any]:
    pace, stale = Pace(), False
    try:
        while True:
            _turn(site, pace.number, stale)
            stale = False
            yield itertools.repeat(None, 1)
            gap = pace.recorded()
            if gap:
                switch.on, stale = False, True
                yield itertools.repeat(None, gap)
                pace.plain(gap)
    finally:
        _leave(site, stale)


def _turn(site: Any, number: int, stale: bool) -> None:
    """A recorded iteration begins; ``stale`` if plain ones went before it."""
    try:
        if line.listener is not None and not line.full:
            stale, line.paused = stale or line.paused, False
            line.began = perf_counter()
            switch.on = True
            line.listener.iterate(site, number, stale)
    except Exception as error:
        failed(error)


def _leave(site: Any, stale: bool) -> None:
    """The loop is over, however it was left."""
    try:
        if line.listener is not None and not line.full:
            stale, line.paused = stale or line.paused, False
            switch.on = True
            line.listener.leave(site, stale)
    except Exception as error:
        failed(error)


def items(iterable: Any) -> Any:
    """What a comprehension runs over; items of an array are told, which no code of the program's can notice."""
    if listening() and line.listener is not None and _plain_array(iterable):
        return _items(iterable)
    return iterable


def _items(array: Any) -> Iterator[Any]:
    listener = line.listener
    for number, item in enumerate(array):
        if switch.on and listener is not None:
            try:
                listener.item(array, number, item)
            except Exception as error:
                failed(error)
        yield item


def _plain_array(value: Any) -> bool:
    kind = type(value)
    return kind.__name__ == "ndarray" and kind.__module__ == "numpy" and value.ndim > 0


__all__ = ["items", "loop", "rounds"]
