"""How a program ends: what Python does with the error that nobody caught, and the status it gives."""

from __future__ import annotations

import ast
import contextlib
import os
import sys
import threading
from typing import Any, NamedTuple

HERE = os.path.dirname(os.path.abspath(__file__))


class Ended(NamedTuple):
    """How a program ended: its exit status, and the error that nobody caught."""

    status: int
    error: BaseException | None = None
    interrupted: bool = False


def ended(error: BaseException) -> Ended:
    """What Python does at the end of a program that raised: it says so, and has a status for it."""
    _forget_our_frames(error)
    if isinstance(error, SystemExit):
        return Ended(_status(error))
    interrupted = isinstance(error, KeyboardInterrupt)
    status = _display(error)
    return Ended(130 if interrupted else status, error, interrupted)


def finish(ended: Ended) -> int:
    """The status; a program that Ctrl-C ended is ended by the signal, once what runs at exit has run. That is Python's
    own doing where nobody catches it: raises `KeyboardInterrupt`, which is not displayed again."""
    if ended.interrupted and threading.current_thread() is threading.main_thread():
        sys.excepthook = _quiet
        raise KeyboardInterrupt
    return ended.status


def _quiet(*error: Any) -> None: ...


def _status(error: SystemExit) -> int:
    """What ``sys.exit(…)`` means as a status; anything but a number goes to standard error, as Python has it."""
    code = error.code
    if code is None:
        return 0
    if isinstance(code, int):
        return (code & 0xFF if os.name == "posix" else code) if -(1 << 63) <= code < 1 << 63 else 255
    with contextlib.suppress(Exception):
        stream = getattr(sys, "stderr", None)
        if stream is None:
            os.write(2, f"{code}\n".encode())
        else:
            print(code, file=stream)
    return 1


def _display(error: BaseException) -> int:
    """Hand it to the program's ``sys.excepthook``; what that raises is Python's to show."""
    sys.last_type, sys.last_value, sys.last_traceback = type(error), error, error.__traceback__
    if sys.version_info >= (3, 12):
        sys.last_exc = error
    hook = getattr(sys, "excepthook", None)
    second: BaseException | None = None
    if hook is None:
        _write("sys.excepthook is missing\n")
        hook = sys.__excepthook__
    try:
        hook(type(error), error, error.__traceback__)
    except SystemExit as out:
        return _status(out)
    except BaseException as raised:
        second = raised
    if second is not None:  # no longer handled, so that it is not the context of what comes
        _forget_our_frames(second)
        _write("Error in sys.excepthook:\n")
        sys.__excepthook__(type(second), second, second.__traceback__)
        _write("\nOriginal exception was:\n")
        sys.__excepthook__(type(error), error, error.__traceback__)
    return 1


def _write(words: str) -> None:
    with contextlib.suppress(Exception):
        sys.stderr.write(words)


def _forget_our_frames(error: BaseException) -> None:
    """Tracebacks begin and end in the program: frames of ours are cut out of them."""
    seen: set[int] = set()
    todo: list[BaseException | None] = [error]
    while todo:
        one = todo.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        frames = []
        trace = one.__traceback__
        while trace is not None:
            frames.append(trace)
            trace = trace.tb_next
        kept = [t for before, t in zip([None, *frames], frames, strict=False) if not _ours(t, before)]
        for i, before in enumerate(kept):
            before.tb_next = kept[i + 1] if i + 1 < len(kept) else None
        one.__traceback__ = kept[0] if kept else None
        todo += [one.__cause__, one.__context__]
        if isinstance(one, BaseExceptionGroup):
            todo += list(one.exceptions)


def _ours(trace: Any, before: Any = None) -> bool:
    """A frame of this folder, or of `ast` that one of this folder called."""
    path = trace.tb_frame.f_code.co_filename
    if path == ast.__file__ and before is not None:
        return _ours(before)
    return os.path.dirname(path) == HERE


__all__ = ["Ended", "ended", "finish"]
