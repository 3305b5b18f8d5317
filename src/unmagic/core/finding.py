"""A Finding: a confusion or a numeric hazard seen in a Reading."""

from __future__ import annotations

from dataclasses import dataclass

from .lines import Line
from .span import Span


@dataclass(frozen=True, slots=True)
class Stop:
    """A step that a bad number went through on its way: the entry as it is there, worked where ∞ turns into nan."""

    step: int
    where: str  # "loss = nan"
    span: Span | None = None
    line: Line | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """The mend where it is one expression: what to put in place of the text of a span."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Where, the evidence, what it means, the mend.

    ``code`` is stable (``log-of-zero``) and is what ``# unmagic: ok CODE`` acknowledges. ``evidence`` is the arithmetic
    that shows it, true as printed. ``meaning`` is two sentences at most. ``mend`` lists changed lines, each starting
    with ``- `` or ``+ ``. ``confidence`` is ``high`` (it is so), ``medium`` (it is so unless meant), ``low``.
    ``path`` is the way of a bad number from its first entry to the result; where it comes to none, it is ``apart``.
    """

    code: str
    title: str
    steps: tuple[int, ...]
    meaning: str
    span: Span | None = None
    evidence: tuple[Line, ...] = ()
    mend: tuple[str, ...] = ()
    confidence: str = "high"
    acknowledged: bool = False
    where: str = ""  # the value that did it: "s[1,3] = 712.3", from digits
    path: tuple[Stop, ...] = ()
    apart: bool = False
    edit: Edit | None = None
