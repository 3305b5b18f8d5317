"""A traceback that any tool can show: our code holds hooks, which can't be hashed, and some want to count frames."""

from __future__ import annotations

from types import CodeType, FrameType, TracebackType
from typing import Any


def plain_trace(trace: TracebackType | None) -> TracebackType | None:
    """The same lines, such frames by stand-ins: the same file, name, line and variables."""
    frames = []
    while trace is not None:
        frames.append(trace)
        trace = trace.tb_next
    made: TracebackType | None = None
    for one in reversed(frames):
        frame, last = one.tb_frame, one.tb_lasti
        if not _hashable(frame.f_code):
            frame, last = _stand_in(frame, one.tb_lineno)
        made = TracebackType(made, frame, last, one.tb_lineno)
    return made


def _hashable(code: CodeType) -> bool:
    try:
        hash(code)
    except TypeError:
        return False
    return True


class _Stop(Exception):
    pass


def _stand_in(frame: FrameType, line: int) -> tuple[FrameType, int]:
    """A frame that ended on ``line``. What it ran is one ``raise`` of ours."""
    code = frame.f_code
    text = "\n" * (line - 1) + f"raise {STOP}"
    ours = compile(text, code.co_filename, "exec").replace(co_name=code.co_name, co_qualname=code.co_qualname)
    names: dict[str, Any] = {**frame.f_globals, STOP: _Stop}
    try:
        exec(ours, names, dict(frame.f_locals))
    except _Stop as stop:
        trace = stop.__traceback__
        assert trace is not None
        assert trace.tb_next is not None
        return trace.tb_next.tb_frame, trace.tb_next.tb_lasti
    raise AssertionError("a raise raises")


STOP = "__unmagic_stop__"

__all__ = ["plain_trace"]
