"""Where the user's program raised: the sub-expression, and the operands that met there, with shapes and values."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from types import CodeType, TracebackType
from typing import Any

from unmagic.core.errors import Raised
from unmagic.record.log import Log

from .operands import described, operands
from .sites import Place, Source

MOST_CAUSES = 2


def failure(error: BaseException, sources: Mapping[str, Source], log: Log | None) -> Raised:
    """The program's own error, at the innermost place in the user's files, and what it was raised from."""
    raised = _raised(error, sources, log)
    notes = list(raised.notes)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    for _ in range(MOST_CAUSES):
        if cause is None:
            break
        first = _raised(cause, sources, log)
        notes.append(f"raised from {first.what}")
        if first.span is not None:
            notes.append(f"  {first.span.source.label}:{first.span.line}  {' '.join(first.span.text.split())}")
        notes += [f"  {note}" for note in first.notes]
        cause = cause.__cause__
    raised.notes = tuple(notes)
    return raised


def _raised(error: BaseException, sources: Mapping[str, Source], log: Log | None) -> Raised:
    raised = Raised(type(error).__name__, _message(error))
    found = _innermost(error.__traceback__, sources)
    if found is None:
        return raised
    trace, source = found
    place = place_at(trace.tb_frame.f_code, trace.tb_lasti)
    if place is None:
        return raised
    raised.span = source.span(place)
    names = {**trace.tb_frame.f_globals, **trace.tb_frame.f_locals}
    raised.notes = (*operands(source, place, names, log), *_near(error, names))
    return raised


def _message(error: BaseException) -> str:
    try:
        return " ".join(str(error).split())
    except Exception:  # the user's own, and it fails too
        return ""


def _near(error: BaseException, names: Mapping[str, Any]) -> list[str]:
    """A name that was meant, perhaps."""
    if type(error) is NameError and error.name is not None:
        near = difflib.get_close_matches(error.name, [name for name in names if not name.startswith("_")], n=1)
        value = described(names[near[0]]) if near else None
        return [f"there is {near[0]}{f': {value}' if value is not None else ''}"] if near else []
    if type(error) is KeyError and error.args and type(error.args[0]) is str:
        held = {key for one in names.values() if type(one) is dict for key in one if type(key) is str}
        near = difflib.get_close_matches(error.args[0], sorted(held), n=1, cutoff=0.5)
        return [f"there is {near[0]!r}"] if near else []
    return []


def _innermost(trace: TracebackType | None, sources: Mapping[str, Source]) -> tuple[TracebackType, Source] | None:
    found = None
    while trace is not None:
        source = sources.get(trace.tb_frame.f_code.co_filename)
        if source is not None:
            found = trace, source
        trace = trace.tb_next
    return found


def place_at(code: CodeType, last: int) -> Place | None:
    """The characters that the instruction stands for."""
    if last < 0:
        return None
    for i, (line, end_line, column, end_column) in enumerate(code.co_positions()):
        if i == last // 2:
            if line is None or end_line is None or column is None or end_column is None:
                return None
            return line, column, end_line, end_column
    return None


__all__ = ["failure", "operands", "place_at"]
