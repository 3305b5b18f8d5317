"""What NumPy warns of while a program runs plain: heard at that moment, unnoticed, and read where it happened.

Python's C code makes a `warnings.WarningMessage` of each warning that no filter takes away, the frame that caused it
still running, and then hands it to whatever shows warnings. Only the making is listened to: nothing of ours is on the
stack, or in any name, when the program's own ``showwarning`` is asked. What is heard costs nothing until it is heard.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Mapping
from inspect import signature
from threading import get_ident
from types import CodeType, FrameType
from typing import Any

import numpy as np

from .sites import Source
from .trap import KINDS
from .trip import Trip, in_numpy, trip

MOST = 8
"""Places that are read in one run: what went wrong first is what matters."""

ROOM = 500_000
"""Entries copied for all of them together: 4 MB of float64."""


class Sentinel:
    """Listens from `start` to `stop`, in the thread that started it, to what the files in ``sources`` do."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self.sources = sources
        self.trips: list[Trip] = []
        self.heard: Callable[[str, FrameType], None] | None = None  # told of each, a place once
        self._seen: dict[tuple[int, int], CodeType] = {}  # the code stays, so that its number stays its own
        self._room = ROOM
        self._thread = 0
        self._made: Any = None
        self._ours: Any = None

    def start(self) -> None:
        self._thread = get_ident()
        made = self._made = warnings.WarningMessage.__init__

        def __init__(self_: Any, *args: Any, **given: Any) -> None:
            made(self_, *args, **given)
            if self_.category is RuntimeWarning:
                self._told(self_.message, sys._getframe(1))

        for name in ("__module__", "__qualname__", "__doc__", "__signature__"):
            setattr(__init__, name, getattr(made, name, None) if name != "__signature__" else signature(made))
        warnings.WarningMessage.__init__ = self._ours = __init__  # type: ignore[method-assign, assignment]

    def stop(self) -> None:
        """Listen no more. Where somebody listens through us since, we stay in between, deaf."""
        self._thread = -1
        if warnings.WarningMessage.__init__ is self._ours:
            warnings.WarningMessage.__init__ = self._made  # type: ignore[method-assign]

    def _told(self, message: Any, frame: FrameType | None) -> None:
        """A warning is about to be shown; each place is read once."""
        if self._thread != get_ident() or len(self._seen) >= MOST:
            return
        try:
            said = str(message)
            if KINDS.get(said.partition(" encountered")[0]) is None:
                return
            while frame is not None and in_numpy(frame):
                frame = frame.f_back
            if frame is None or frame.f_code.co_filename not in self.sources:
                return
            key = id(frame.f_code), frame.f_lasti
            if key in self._seen:
                return
            self._seen[key] = frame.f_code
            with np.errstate(all="ignore"):
                found = trip(said, frame, frame.f_lasti, self.sources[frame.f_code.co_filename], self._room)
            if found.span is not None and "warn(" in found.span.text:
                return  # the program's own words
            self._room -= found.size
            self.trips.append(found)
            if self.heard is not None:
                self.heard(said, frame)
        except Exception:  # it is our mistake, and no reason to end the user's program
            return


__all__ = ["Sentinel"]
