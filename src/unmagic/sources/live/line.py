"""Who listens: the recorder, the thread it listens to, and the one switch that twins ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import get_ident
from time import perf_counter
from typing import Any, Protocol

from unmagic.record.entries import Full


class Listener(Protocol):
    """The recorder, as the hooks see it."""

    def value(self, site: Any, out: Any, operands: tuple[Any, ...]) -> None: ...
    def about_to_write(self, array: Any) -> None: ...
    def wrote(self, site: Any, operands: tuple[Any, ...]) -> None: ...
    def updated(self, site: Any, operands: tuple[Any, ...]) -> None: ...
    def branch(self, site: Any, test: Any) -> None: ...
    def bound(self, site: Any, value: Any) -> None: ...
    def item(self, source: Any, number: int, item: Any) -> None: ...
    def release(self, array: Any) -> None: ...
    def iterate(self, site: Any, number: int, stale: bool) -> None: ...
    def leave(self, site: Any, stale: bool) -> None: ...


class Switch:
    """Whether a recorder listens now: what twins ask. It stands in the constants of code, which programs may hash."""

    __slots__ = ("on",)

    def __init__(self) -> None:
        self.on = False


switch = Switch()
"""One for ever: compiled code has it."""


class Line:
    """The recorder that listens, the thread it listens to, how loops are recorded, and what went wrong in it."""

    listener: Listener | None = None
    thread = 0
    twins = True
    deep: Callable[[Any], Any] | None = None  # gives a function's twin, where one function is read
    whole = 1  # iterations that the loops around, recorded whole, have together; 0 inside of one that is not
    watcher: Any = None  # takes snapshots of loops, and walks them again
    starts: dict[Any, int]  # how often each loop began in the iteration around it
    paused = False  # a stretch took all its room: the next iteration, or a pause long enough, begins another
    pauses = 0
    began = 0.0  # when this stretch did
    wake = 0.0  # when a pause is long enough for what the stretch before it cost
    full = False  # the log holds what it may: nothing is told any more
    elsewhere = False  # another thread ran code that tells
    errors: int = 0
    first: BaseException | None = None


line = Line()


def connect(listener: Listener, twins: bool = True) -> None:
    """From now on ``listener`` hears this thread."""
    line.listener, line.thread, line.twins, line.whole = listener, get_ident(), twins, 1
    line.began, line.watcher = perf_counter(), None
    line.errors, line.first, line.full, line.paused = 0, None, False, False
    line.pauses, line.elsewhere, line.starts = 0, False, {}
    switch.on = True


def disconnect() -> None:
    switch.on = False
    line.listener = line.watcher = None


@contextmanager
def apart(listener: Listener) -> Iterator[None]:
    """``listener`` hears this thread alone and everything; afterwards all is as it was, whoever listened before."""
    before, was = vars(line).copy(), switch.on
    connect(listener, twins=False)
    try:
        yield
    finally:
        vars(line).clear()
        vars(line).update(before)
        switch.on = was


def failed(error: BaseException) -> None:
    """A recorder's error is counted, and never seen by the program."""
    if isinstance(error, Full):
        line.pauses += 1
        _pause()
        return
    if isinstance(error, RecursionError):  # the program is at its limit: this event goes untold
        return
    line.errors += 1
    if line.first is None:
        line.first = error


PAUSE = 0.05
"""How much of the time a program without loops of its own may be recorded."""

OFTEN = 16
"""How often a loop may begin in one iteration of that around it before only its 32nd, 64th, … time is recorded."""


def _pause() -> None:
    """Nothing is told for a while; for good where the log can't let go of what is old."""
    switch.on = False
    line.paused = bool(getattr(line.listener, "windows", False))
    line.full = not line.paused
    now = perf_counter()
    line.wake = now + (now - line.began) / PAUSE


def too_often(site: Any) -> bool:
    """Whether a loop begins again and again, where no loop of the program's around it spaces it out: in a function that
    a comprehension calls, or a library. Then there is a pause."""
    if not (line.twins and getattr(line.listener, "windows", False) and site.scope):
        return False
    times = line.starts[site] = line.starts.get(site, 0) + 1
    if times <= OFTEN or times & (times - 1) == 0:
        return False
    _pause()
    return True


def resume(site: Any) -> None:
    """Another stretch begins: with the module's next statement, or after a long enough pause."""
    now = perf_counter()
    if (site.scope and now < line.wake) or line.thread != get_ident() or line.listener is None:
        return
    line.paused, line.began = False, now
    switch.on = True
    line.listener.leave(site, True)


def listening() -> bool:
    """Whether what this thread does now is told."""
    return switch.on and line.thread == get_ident()


__all__ = ["Listener", "apart", "connect", "disconnect", "failed", "line", "listening", "resume", "switch", "too_often"]
