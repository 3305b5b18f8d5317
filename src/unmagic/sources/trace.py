"""How a function is traced: from its text where that has a reading, by a call where it has none.

The text first: nothing runs, and no file need be instrumented for it, which takes 90 ms a thousand lines. Where that is
done already, a call is traced in half the time of the text.
"""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import Any

from unmagic.core.errors import Ambiguous, LimitReached, SyntaxUnread, Unbound, UnmagicError, Unsupported
from unmagic.engine.fast import Given, Traced

READABLE = (Unsupported, Unbound, Ambiguous, SyntaxUnread, LimitReached)
"""Where the text has no reading, a call may have one; what the program itself raises, it would raise again."""


def trace(fn: Callable[..., Any], given: Given, wanted: tuple[int, ...]) -> Traced:
    """What ``fn`` computes on the arguments ``given``, as a graph. Raises what says most where both ways are barred."""
    from .text.trace import trace as from_text

    first: UnmagicError | None = None
    if type(fn) is FunctionType and not hasattr(fn, "__wrapped__"):
        try:
            return from_text(fn, given, wanted)
        except READABLE as error:
            first = error
    from .live.trace import trace as from_call

    try:
        return from_call(fn, given, wanted)
    except Unsupported as error:
        if first is not None and first.what != error.what:
            error.notes = (*error.notes, f"as a text it is not read either: {first.what}")
        raise


__all__ = ["trace"]
