"""NumPy's floating-point traps in a block: who is told, and the program's own warnings as they would come."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from types import FrameType
from typing import Any

import numpy as np

KINDS = {"divide by zero": "divide", "overflow": "over", "invalid value": "invalid"}
"""What NumPy calls a trap in its message, and in `numpy.errstate`. Underflow is silent by default, and mostly meant."""

Heard = Callable[[str, FrameType], None]


class Trap:
    """What NumPy writes to in place of warning: it tells who listens, then warns where NumPy would have.

    Modes that are neither ``warn`` nor ``ignore`` are the program's own, and stay: ``raise`` raises. A trap inside
    another one tells both.
    """

    def __init__(self, heard: Heard) -> None:
        modes: dict[str, Any] = {**np.geterr()}
        theirs = np.geterrcall()
        self.listeners: tuple[Heard, ...] = (heard,)
        self.theirs: Any = theirs
        self.modes: dict[str, str] = {kind: mode for kind, mode in modes.items() if kind in KINDS.values()}
        if isinstance(theirs, Trap):
            self.listeners, self.theirs = (*theirs.listeners, heard), theirs.theirs
            self.modes = {kind: theirs.modes.get(kind, "log") if modes[kind] == "log" else modes[kind]
                          for kind in self.modes}  # fmt: skip

    def state(self) -> np.errstate:
        """The error state that tells this trap, to be entered once."""
        ours: dict[str, Any] = {kind: "log" for kind, mode in self.modes.items() if mode in ("warn", "ignore")}
        return np.errstate(**ours, call=self)

    def write(self, said: str) -> None:
        """NumPy's mode ``log`` calls this: unlike ``call``, it says which operation it was."""
        message = said.removeprefix("Warning: ").rstrip("\n")
        mode = self.modes.get(KINDS.get(message.partition(" encountered")[0], ""), "log")
        if mode not in ("warn", "ignore"):
            if self.theirs is not None:
                self.theirs.write(said)
            return
        for heard in self.listeners:
            heard(message, sys._getframe(1))
        if mode == "warn":
            warnings.warn(message, RuntimeWarning, stacklevel=2)  # where NumPy's own would point

    def __call__(self, kind: str, flag: int) -> None:
        """The program's own mode ``call``."""
        if self.theirs is not None:
            self.theirs(kind, flag)


__all__ = ["KINDS", "Trap"]
