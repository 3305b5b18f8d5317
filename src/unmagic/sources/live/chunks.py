"""Loops in chunks: iterations 1, 2, 4, 8, … with the recorder listening, those between without.

A chunk iterator lives on the program's own stack where its iterator was: leaving the loop in any way closes it, and the
recorder listens again.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

import numpy as np

from .ahead import RANGE, Ahead, Together, ahead
from .iterated import places, told
from .line import failed, line, listening, resume, switch, too_often


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
    if not listening() or too_often(site):
        return iter((inner,))
    known = ahead(inner)
    if type(inner) is RANGE and line.twins and sys.getrefcount(inner) == 2:  # nobody else has it: no one is overtaken
        return _ranges(site, inner, known)
    return _chunks(site, inner, known)


def rounds(site: Any) -> Iterator[Any]:
    """The same for ``while``: numbers of rounds, without end."""
    if not listening() or too_often(site):
        return iter((itertools.repeat(None),))
    return _parts(site, lambda start, many: itertools.repeat(None, many), None, None, None)


def _chunks(site: Any, inner: Any, known: Ahead | Together | None) -> Iterator[Any]:
    ended: list[bool] = []
    items = itertools.chain(inner, _over(ended))
    traced = inner if places(inner) else None

    def take(start: int, many: int) -> Any:
        return itertools.islice(told(traced, items) if traced is not None and switch.on else items, many)

    return _parts(site, take, ended, None if known is None else len(known), known)


def _ranges(site: Any, inner: Any, known: Ahead | Together | None) -> Iterator[Any]:
    """The same over a `range`, whose parts are ranges: the plain ones run at their own speed."""
    _, (whole,), *at = inner.__reduce__()
    whole = whole[at[0] if at else 0 :]
    return _parts(site, lambda start, many: whole[start : start + many], None, len(whole), known)


WHOLE = 32
"""Iterations of a loop of known length, or of such loops inside one another, that are all recorded."""


MANY = 10_000
"""Values that such a loop's iterations may come to: after those it goes on as any other."""


def _gap(number: int) -> int:
    """After how many plain iterations the next is recorded: the 1st, 2nd, 4th, 8th, … are, however long they take."""
    return (1 << number.bit_length()) - number - 1


def _parts(
    site: Any, take: Callable[[int, int], Any], ended: list[bool] | None, size: int | None, known: Any
) -> Iterator[Any]:
    """``take(start, many)`` gives iterations ``start`` to ``start + many``: until ``ended``, else exactly ``size``."""
    around = line.whole
    whole = around * size if size is not None and around * size <= WHOLE else 0
    line.whole = whole
    last = size if size is not None and ended is None else sys.maxsize
    guard = line.watcher.loop(site, known) if line.watcher is not None and not whole else None
    number, stale, starts, made = 0, False, line.starts, _made()
    try:
        while not ended and number < last:
            _turn(site, number, stale)
            stale, line.starts = False, {}
            if guard is not None:
                guard.recorded()
            yield take(number, 1)
            number += 1
            if whole and _made() - made > MANY:
                whole = line.whole = 0
                guard = line.watcher.loop(site, known) if line.watcher is not None else None
            gap = 0 if number < whole or not line.twins else min(_gap(number), last - number)
            if guard is not None and guard.more:
                guard.more, gap = guard.more - 1, 0
            if gap and not ended:
                switch.on, stale = False, True
                if guard is None:
                    yield take(number, gap)
                    number += gap
                    continue
                guard.begin(sys._getframe(1), number)
                while gap and not ended:
                    many = guard.length(gap)
                    number, gap = number + many, gap - many
                    chunk = take(number - many, many)
                    yield chunk if ended is None or known is not None else guard.heard(chunk)
                    guard.edge(sys._getframe(1), number, bool(gap) and not ended)
                    if guard.more:
                        gap = 0
    finally:
        if guard is not None and guard.state is not None:
            guard.leave(number)
        line.whole, line.starts = around, starts
        _leave(site, stale)


def _made() -> int:
    """Values told so far of a run."""
    return int(line.watcher.log.made) if line.watcher is not None else 0


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
    if listening() and line.listener is not None:
        asked: Any = getattr(line.listener, "iterates", None)
        if asked is not None and type(iterable) is not np.ndarray:
            asked(iterable)
        if type(iterable) in TRACED:
            inner = iter(iterable)
            return told(inner, inner)
    return iterable


TRACED = frozenset({np.ndarray, np.flatiter, zip, enumerate, reversed})


__all__ = ["items", "loop", "rounds"]
