"""Run every rule over a reading; what the user has acknowledged is kept, and marked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from unmagic.core.finding import Finding
from unmagic.core.program import Program
from unmagic.core.span import Span
from unmagic.idioms.match import Match

from . import (
    division_by_zero,
    exp_overflow,
    identity_differs,
    log_of_zero,
    product_underflow,
    silent_broadcast,
    softmax_axis,
    softmax_twice,
)
from .case import Case

Rule = Callable[[Case], Iterable[Finding]]

RULES: tuple[Rule, ...] = (
    exp_overflow.rule,
    log_of_zero.rule,
    division_by_zero.rule,
    product_underflow.rule,
    softmax_twice.rule,
    softmax_axis.rule,
    silent_broadcast.rule,
    identity_differs.rule,
)

CONFIDENCE = {"high": 0, "medium": 1, "low": 2}


def check(program: Program, matches: Sequence[Match] = (), names: Mapping[int, str] | None = None) -> list[Finding]:
    """All findings, surest first, then in the order of the steps. ``names`` are those that a reading gave."""
    case = Case(program, matches, names)
    once: dict[tuple[str, str], Finding] = {}  # exp(z) / Σ exp(z) overflows once, though exp(z) stands twice
    for finding in (finding for rule in RULES for finding in rule(case)):
        once.setdefault((finding.code, finding.where), finding)
    found = [replace(f, acknowledged=acknowledged(f.span, f.code)) for f in once.values()]
    return sorted(found, key=lambda f: (f.acknowledged, CONFIDENCE[f.confidence], f.steps))


def acknowledged(span: Span | None, code: str) -> bool:
    """Whether the line a finding stands on says ``# unmagic: ok CODE`` (or its first word, or all)."""
    if span is None:
        return False
    line = span.source.text.splitlines()[span.line - 1]
    said = re.search(r"#\s*unmagic:\s*ok\b([\w\s,-]*)", line)
    if said is None:
        return False
    words = set(re.split(r"[\s,]+", said.group(1).strip())) - {""}
    return not words or code in words or code.split("-")[0] in words or bool(words & set(code.split("-")))
