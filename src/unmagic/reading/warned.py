"""What NumPy warned of in a run, beside what was found in its recorded steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from unmagic.core.finding import Finding
from unmagic.sources.live.trip import Trip

from .watch import CODES, HANDED_IN, finding

GENERIC = frozenset(CODES.values())
"""What is said where no rule explains it."""


def told(found: Sequence[Finding], trips: Sequence[Trip]) -> list[Finding]:
    """``found``, and what the warnings come to on lines where nothing of the kind was found.

    Of an expression alone it is not known where its result goes: its numbers are bad unless that is meant.
    """
    out = list(found)
    known = {(one.code, _line(one)) for one in found}
    lines = {_line(one) for one in found if one.code not in GENERIC and _bad(one)}
    for trip in trips:
        one = finding(trip)
        line = _line(one)
        if (one.code, line) in known or (one.code in GENERIC and line in lines) or (one.code == HANDED_IN and out):
            continue
        known.add((one.code, line))
        out.append(replace(one, confidence="medium"))
    return out


def _bad(one: Finding) -> bool:
    """Whether it is about a bad number."""
    from .findings.check import NUMBERS

    return one.code in NUMBERS or one.code == "non-finite"


def _line(one: Finding) -> Any:
    return (one.span.source.label, one.span.line) if one.span is not None else one.where


__all__ = ["told"]
