"""A Finding: a confusion or a numeric hazard seen in a Reading."""

from __future__ import annotations

from dataclasses import dataclass

from .lines import Line
from .span import Span


@dataclass(frozen=True, slots=True)
class Finding:
    """Where, the evidence, what it means, the mend.

    ``code`` is stable (``log-of-zero``) and is what ``# unmagic: ok CODE`` acknowledges. ``evidence`` is the arithmetic
    that shows it, true as printed. ``meaning`` is two sentences at most. ``mend`` lists changed lines, each starting
    with ``- `` or ``+ ``. ``confidence`` is ``high`` (it is so), ``medium`` (it is so unless meant), ``low``.
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
