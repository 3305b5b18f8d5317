"""The names of a frame that runs, read so that its function can't notice."""

from __future__ import annotations

import inspect
import sys
from types import FrameType
from typing import Any

from .scopes import FRAME_READERS

PYTEST = "@py_builtins"
"""Its ``locals()`` is what pytest puts into a test, to show operands: nothing of the user's reads the frame."""


def names_of(frame: FrameType) -> dict[str, Any] | None:
    """What its names stand for, locals over globals; None where looking would change what the function itself sees.

    Before Python 3.13 a function's frame answers with one dict that it keeps, and with it all that it found: emptied
    again, it holds nothing. A function that asks for that dict itself is left alone.
    """
    held = locals_of(frame)
    return None if held is None else {**frame.f_globals, **held}


def locals_of(frame: FrameType) -> dict[str, Any] | None:
    """The local names alone; a module's are its globals."""
    code = frame.f_code
    if not code.co_flags & inspect.CO_OPTIMIZED:
        return dict(frame.f_locals)
    if sys.version_info >= (3, 13):
        return dict(frame.f_locals)
    if not FRAME_READERS.isdisjoint(code.co_names) and PYTEST not in code.co_names:
        return None
    kept = frame.f_locals
    names = dict(kept)
    kept.clear()
    return names


__all__ = ["locals_of", "names_of"]
