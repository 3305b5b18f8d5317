"""Running a script as ``python SCRIPT`` does: its own ``__main__``, arguments, path and way to end."""

from __future__ import annotations

import ast
import os
import signal
import sys
import threading
import types
from collections.abc import Sequence
from importlib.machinery import SourceFileLoader
from typing import Any, NamedTuple

from .finder import Files, Finder, mentions_frames


class Ended(NamedTuple):
    """How a program ended: its exit status, and the error that nobody caught."""

    status: int
    error: BaseException | None = None


class Script:
    """One run. ``files`` holds what was instrumented of it."""

    def __init__(self, path: str, arguments: Sequence[str]) -> None:
        self.path = path
        self.absolute = os.path.abspath(path)
        self.arguments = list(arguments)
        self.files = Files([os.path.dirname(self.absolute)])
        self.interrupted = False

    def run(self) -> Ended:
        """Run it: what it prints, how it ends and what it leaves are its own. Raises `OSError` if there is none."""
        with open(self.absolute, "rb") as file:
            text = file.read()
        self.files.frames = mentions_frames(text)
        module = self._module()
        sys.argv = [self.path, *self.arguments]
        sys.path[0] = os.path.dirname(os.path.realpath(self.absolute))
        sys.modules["__main__"] = module
        Finder(self.files).install()
        try:
            code = self.files.code(self.absolute, text)
            exec(code, module.__dict__)  # the program itself
        except SystemExit as error:
            return Ended(_status(error))
        except BaseException as error:
            self.interrupted = isinstance(error, KeyboardInterrupt)
            _forget_our_frames(error)
            sys.excepthook(type(error), error, error.__traceback__)
            return Ended(130 if self.interrupted else 1, error)
        return Ended(0)

    def _module(self) -> types.ModuleType:
        module = types.ModuleType("__main__")
        loader = SourceFileLoader("__main__", self.absolute)
        module.__dict__.update(
            __loader__=loader, __builtins__=sys.modules["builtins"], __file__=self.absolute, __cached__=None,
            __annotations__={},
        )  # fmt: skip
        return module


def _status(error: SystemExit) -> int:
    """What ``sys.exit(…)`` means as a status; a text goes to standard error, as Python does."""
    code = error.code
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF if os.name == "posix" else code
    print(code, file=sys.stderr)
    return 1


HERE = os.path.dirname(os.path.abspath(__file__))


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
    return os.path.dirname(os.path.abspath(path)) == HERE


def end(script: Script, ended: Ended) -> int:
    """What the process does last: Ctrl-C ends it by the signal, as Python does."""
    if script.interrupted and threading.current_thread() is threading.main_thread() and os.name == "posix":
        sys.stdout.flush()
        sys.stderr.flush()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    return ended.status


__all__ = ["Ended", "Script", "end"]
