"""`Watch`: a block whose first bad numbers are explained; next to free until there are any."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import fields, replace
from types import CodeType, FrameType, TracebackType
from typing import Any

import numpy as np

from unmagic.core.finding import Finding
from unmagic.core.lines import Line
from unmagic.sources.live.trap import KINDS, Trap
from unmagic.sources.live.trip import DOT, Trip, in_numpy, trip

MOST = 8
"""Expressions that are explained in one block; what went wrong first is what matters."""

HANDED_IN = "handed-in"
"""The code where all that the expression did was to meet a nan or ∞ that came from elsewhere."""

CODES = {"divide": "division-by-zero", "over": "overflow", "invalid": "invalid-value"}

MEANINGS = {
    "divide": "The result is ∞, and every sum and gradient that reads it is lost.",
    "over": "A result is beyond the largest number that its dtype holds: it became ∞.",
    "invalid": "No number is the result of this: it became nan.",
}


class Watch:
    """``with um.watch() as w:`` NumPy's floating-point traps are read where they are sprung, in this thread.

    ``w.findings`` says what they came to. The block computes, warns and raises as it would; an ``errstate`` inside of
    it holds.
    """

    def __init__(self, show: Callable[[Sequence[Finding]], None] | None = None) -> None:
        self._show = show
        self._here = threading.local()  # an error state is left in the thread that entered it
        self._trips: dict[Any, Trip] = {}
        self._read: dict[Any, Finding] = {}
        self._seen: dict[Any, CodeType] = {}

    def __enter__(self) -> Watch:
        state = Trap(self._heard).state()
        state.__enter__()
        self._stack.append(state)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stack:
            with suppress(ValueError):  # a generator may end in another context, which has a state of its own
                self._stack.pop().__exit__(kind, error, trace)
        if isinstance(error, FloatingPointError):
            self._raised(error, trace)
        if self._show is not None and not self._stack:
            try:
                told = [finding for finding in self.findings if not finding.acknowledged]
                if told:
                    self._show(told)
            except Exception:  # it is our mistake, and no reason to end the user's program
                return

    @property
    def findings(self) -> list[Finding]:
        """What went wrong so far, in order; what a bad number went on to do is left to the one that made it."""
        told: dict[Any, Finding] = {}
        for key, one in list(self._trips.items()):
            if key not in self._read:
                self._read[key] = finding(one)
            found = self._read[key]
            if found.code != HANDED_IN or not told:
                told.setdefault((found.code, _line(found)), found)
        return list(told.values())

    @property
    def _stack(self) -> list[np.errstate]:
        if not hasattr(self._here, "stack"):
            self._here.stack = []
        stack: list[np.errstate] = self._here.stack
        return stack

    def _heard(self, message: str, frame: FrameType | None, last: int | None = None) -> None:
        """A trap was sprung; each place is read once."""
        try:
            while frame is not None and in_numpy(frame):
                frame, last = frame.f_back, None
            if frame is None:
                return
            code = frame.f_code
            key = id(code), frame.f_lasti if last is None else last  # not every code can be hashed
            if key in self._seen or len(self._seen) >= MOST:
                return
            self._seen[key] = code
            with np.errstate(all="ignore"):
                self._trips[key] = trip(message, frame, key[1])
        except Exception:  # see above
            return

    def _raised(self, error: FloatingPointError, trace: TracebackType | None) -> None:
        while trace is not None and trace.tb_next is not None:
            if in_numpy(trace.tb_next.tb_frame):
                break
            trace = trace.tb_next
        if trace is not None and " encountered in " in str(error):
            self._heard(str(error), trace.tb_frame, trace.tb_lasti)


def _line(found: Finding) -> Any:
    """One finding of a kind is enough for a line."""
    return (found.span.source.label, found.span.line) if found.span is not None else found.where


def finding(one: Trip) -> Finding:
    """What a trip says: the rule that explains it on its own numbers, else what NumPy said, and the operands."""
    try:
        found = _explained(one)
    except Exception:  # a rule or the walker stumbled: what NumPy said still stands
        found = None
    if found is None:
        found = _plain(one)
    from .findings.acknowledged import acknowledged

    return replace(found, acknowledged=acknowledged(found.span, found.code))


def _explained(one: Trip) -> Finding | None:
    """The finding of a rule at a step that is ∞ or nan."""
    program = one.program()
    if program is None:
        return None
    from .reading import Reading

    for found in Reading(program).findings:
        values = [np.asarray(program.values[id]) for id in found.steps if id < len(program.values)]
        if any(v.dtype.kind == "f" and not np.isfinite(v).all() for v in values):
            leaf = found.code == "non-finite" and not program.graph[found.steps[0]].inputs
            meaning = re.sub(r" It is in .* itself\.$", "", found.meaning)  # the expression is all there is to it
            code = HANDED_IN if leaf else found.code
            return _dotted(replace(found, code=code, meaning=meaning, span=one.place(found.span), steps=()))
    return None


def _plain(one: Trip) -> Finding:
    """What NumPy said."""
    said, _, where = one.message.partition(" encountered in ")
    kind = KINDS.get(said, "invalid")
    log = kind == "divide" and where.startswith("log")
    code = "log-of-zero" if log else CODES[kind]
    title = "log of 0" if log else "division by 0" if kind == "divide" else f"{said} in {where}"
    return Finding(
        code=code,
        title=title,
        steps=(),
        meaning=MEANINGS[kind],
        span=one.span,
        where="; ".join(one.operands),
    )


def _dotted(found: Finding) -> Finding:
    """With the user's dots again: ``self.W``."""

    def plain(value: Any) -> Any:
        if isinstance(value, str):
            return value.replace(DOT, ".")
        if isinstance(value, tuple):
            return tuple(plain(part) for part in value)
        if isinstance(value, Line):
            return replace(value, **{f.name: plain(getattr(value, f.name)) for f in fields(value)})
        return value

    said = {f.name: plain(getattr(found, f.name)) for f in fields(found) if f.name != "span"}
    return replace(found, **{**said, "where": re.sub(r"\s+", " ", said["where"])})


__all__ = ["Watch", "finding"]
