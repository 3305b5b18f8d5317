"""A progress line on the terminal while a program prints nothing: written where loops are heard anyway, by no thread.

While a line is to be written or stands there, the streams that the terminal shows have a ``write`` of ours in their own
dictionary: the first thing that the program writes takes it out again, and the line off the screen. That is also how
it is known that nothing was printed. What goes to the terminal past both streams does not clear the line.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from time import perf_counter
from typing import Any

from unmagic.record.log import Log

QUIET = 4.0
"""Seconds without output before a line is written."""

EVERY = 1.0
"""Seconds between two."""

CLEAR = b"\r\x1b[K"
METHODS = ("write", "flush", "writelines")


class Progress:
    """The line, on a terminal; nothing anywhere else."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.began = perf_counter()
        self.next = self.began
        self.shown = False
        self.streams: list[Any] = []  # those that wait for the program's first word
        self.terminal = _terminal()

    def tick(self, site: Any, number: int) -> None:
        """Iteration ``number`` of a loop begins."""
        now = perf_counter()
        if self.terminal is None or now < self.next:
            return
        with contextlib.suppress(Exception):
            self._tick(site, number, now)

    def _tick(self, site: Any, number: int, now: float) -> None:
        assert self.terminal is not None
        if os.getpid() != self.process or os.tcgetpgrp(self.terminal) != os.getpgrp():
            self.terminal = None  # a forked child's, or in the background: the terminal is another's
            return
        if not self.streams:  # something was printed since: from here on nothing may be
            self.streams = [one for one in (sys.__stdout__, sys.__stderr__) if _on_terminal(one)]
            for stream in self.streams:
                for name in METHODS:
                    stream.__dict__[name] = Once(self, stream, name)
            self.next = now + QUIET
            return
        span = site.span
        words = f"unmagic: {now - self.began:.0f} s, {span.source.label}:{span.line}, iteration {number + 1:,}"
        width = (os.get_terminal_size(self.terminal).columns or 80) - 1
        os.write(self.terminal, CLEAR + words[:width].encode("ascii", "replace") + b"\r")
        self.shown = True
        self.next = now + EVERY

    def clear(self) -> None:
        """Take the line away, and give the streams their own methods back."""
        for stream in self.streams:
            for name in METHODS:
                if type(stream.__dict__.get(name)) is Once:
                    del stream.__dict__[name]
        self.streams = []
        if self.shown and self.terminal is not None and os.getpid() == self.process:
            with contextlib.suppress(OSError):
                os.write(self.terminal, CLEAR)
        self.shown = False
        self.next = perf_counter()


class Once:
    """A stream's method: clears the line when it is first called, and is gone."""

    def __init__(self, progress: Progress, stream: Any, name: str) -> None:
        self.progress = progress
        self.stream = stream
        self.name = name

    def __call__(self, *given: Any, **named: Any) -> Any:
        self.progress.clear()
        return getattr(self.stream, self.name)(*given, **named)


def _terminal() -> int | None:
    """Where the line goes: the terminal that standard error is; None if it is none."""
    with contextlib.suppress(Exception):
        if _on_terminal(sys.__stderr__) and os.environ.get("TERM") != "dumb":
            return sys.__stderr__.fileno() if sys.__stderr__ is not None else None
    return None


def _on_terminal(stream: Any) -> bool:
    return type(stream) is io.TextIOWrapper and not stream.closed and stream.isatty()


class Heard(Log):
    """A log that says where a long run is."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.progress = Progress()

    def iterate(self, site: Any, number: int, stale: bool) -> None:
        self.progress.tick(site, number)
        super().iterate(site, number, stale)


__all__ = ["Heard", "Progress"]
