"""What is said at the very end: after the program's threads and what it had run at exit, on standard error."""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
from typing import Any

HIGH = 200  # no number that a program's own files get, and below what a process may have open


class Last:
    """Made before the program runs: what is registered first runs last.

    It goes where standard error went at first, whatever the program does to its streams and descriptors.
    """

    def __init__(self) -> None:
        self.process = os.getpid()
        self.stream: Any = sys.stderr
        self.descriptor = _kept(self.stream)
        self.words = ""
        atexit.register(self._at_exit)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._close)  # who waits for the stream's end waits for no child

    def say(self, words: str) -> None:
        self.words = words

    def now(self) -> None:
        """Say it at once, where the process goes on."""
        atexit.unregister(self._at_exit)
        self._at_exit()
        self._close()

    def _at_exit(self) -> None:
        """The program may have closed any of this; then there is nobody to tell."""
        if os.getpid() != self.process or not self.words:
            return
        words, self.words = self.words, ""
        streams: list[Any] = [getattr(sys, "stdout", None), getattr(sys, "stderr", None), self.stream]
        for stream in streams:
            with contextlib.suppress(Exception):
                stream.flush()  # what it printed comes before
        with contextlib.suppress(Exception):
            if self.descriptor is None:
                self.stream.write(words)
                return
            data = words.encode(self.stream.encoding, "backslashreplace")
            while data:
                data = data[os.write(self.descriptor, data) :]

    def _close(self) -> None:
        if self.descriptor is not None:
            with contextlib.suppress(OSError):
                os.close(self.descriptor)
            self.descriptor = None


def _kept(stream: Any) -> int | None:
    """Another descriptor for a stream, if it is a file; no program that this one starts inherits it."""
    try:
        import fcntl

        return fcntl.fcntl(stream.fileno(), fcntl.F_DUPFD_CLOEXEC, HIGH)
    except (ImportError, OSError, AttributeError, ValueError):
        return None


__all__ = ["Last"]
