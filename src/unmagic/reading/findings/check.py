"""Run every rule over a reading; what the user has acknowledged is kept, and marked."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from unmagic.core.finding import Finding
from unmagic.core.graph import Array
from unmagic.core.program import Decision, Program
from unmagic.idioms.match import Match

from . import (
    ascent,
    bad_gradient,
    cancellation,
    cosine_raw,
    dead_relu,
    division_by_zero,
    elementwise_for_dot,
    exp_overflow,
    gradient_differs,
    gradient_scale,
    gradient_shape,
    identity_differs,
    integer_truncation,
    integer_wrap,
    labels,
    layers,
    log_of_zero,
    logits,
    lost_digits,
    lost_in_addition,
    low_precision_sum,
    masked_row,
    near_overflow,
    no_slope,
    norm_at_zero,
    not_a_distribution,
    old_gradient,
    one_hot,
    perplexity,
    posterior,
    product_underflow,
    saturated,
    saturated_attention,
    silent_broadcast,
    softmax_axis,
    softmax_twice,
    step_too_long,
    way,
    zero_count,
    zero_times_infinity,
    zero_variance,
)
from .acknowledged import acknowledged, unknown
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
    near_overflow.rule,
    masked_row.rule,
    zero_times_infinity.rule,
    cancellation.rule,
    lost_digits.rule,
    lost_in_addition.rule,
    low_precision_sum.rule,
    integer_truncation.rule,
    integer_wrap.rule,
    zero_variance.rule,
    zero_count.rule,
    labels.rule,
    one_hot.rule,
    logits.rule,
    not_a_distribution.rule,
    posterior.rule,
    perplexity.rule,
    cosine_raw.rule,
    elementwise_for_dot.rule,
    no_slope.rule,
    ascent.rule,
    old_gradient.rule,
    gradient_shape.rule,
    gradient_scale.rule,
    gradient_differs.rule,
    step_too_long.rule,
    layers.rule,
    dead_relu.rule,
    saturated.rule,
    saturated_attention.rule,
    bad_gradient.rule,
    norm_at_zero.rule,
)

NUMBERS = frozenset({"exp-overflow", "power-overflow", "log-of-zero", "log-of-negative", "division-by-zero",
                     "product-underflow", "zero-times-infinity", "masked-row", "zero-count"})  # fmt: skip
"""Findings about one bad number: what they do depends on where it goes."""

CONFIDENCE = {"high": 0, "medium": 1, "low": 2}


def check(program: Program, matches: Sequence[Match] = (), names: Mapping[int, str] | None = None) -> list[Finding]:
    """All findings, surest first, then in the order of the steps. ``names`` are those that a reading gave."""
    case = Case(program, matches, names)
    found: list[Finding] = []
    said: set[tuple[str, object]] = set()
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the numbers looked at are bad ones
        for finding in (finding for rule in RULES for finding in _findings(rule, case)):
            places = {(finding.code, finding.where), (finding.code, _place(program, finding))}
            if not places & said:
                found.append(finding)
            said |= places
        found = _without_what_follows(found)
        found = _findings(lambda case: way.told(case, found), case) or found
    found += unknown(
        {s.span.source: None for s in program.graph.steps if s.span} if program.language == "python" else ()
    )
    marked = [replace(_apart(case, f), acknowledged=acknowledged(f.span, f.code)) for f in found]
    return sorted(marked, key=lambda f: (f.acknowledged, f.apart, CONFIDENCE[f.confidence], f.steps))


CONFUSED = frozenset(
    {"softmax-twice", "softmax-axis", "silent-broadcast", "logits-as-probabilities", "one-hot-mismatch"}
)
"""Findings that make the loss another one than its writer has in mind, and derives by hand."""


def _without_what_follows(found: list[Finding]) -> list[Finding]:
    """A gradient that differs, because the loss is not the one that was meant, is no finding of its own."""
    if not any(one.code in CONFUSED and one.confidence == "high" for one in found):
        return found
    return [one for one in found if one.code != "gradient-differs" or one.confidence == "high"]


def _findings(rule: Rule, case: Case) -> list[Finding]:
    """What a rule finds. One that stumbles over numbers nobody thought of finds nothing, and that is said."""
    try:
        return list(rule(case))
    except Exception as error:  # our mistake, not the user's: the reading still stands
        name = rule.__module__.rpartition(".")[2].replace("_", "-")
        what = f"{type(error).__name__}: {error}".rstrip(": ")
        said = Decision(f"the rule {name} could not look at this, by a mistake of unmagic's ({what})")
        if said not in case.program.decisions:
            case.program.decisions.append(said)
        return []


def _place(program: Program, finding: Finding) -> object:
    """Where one finding of a code is enough: a line of a program (of a loop, the first round), a part of a formula."""
    if finding.span is None:
        return finding.steps
    return finding.span.line if program.language == "python" else (finding.span.start, finding.span.end)


def _apart(case: Case, finding: Finding) -> Finding:
    """A bad number that reaches neither the result nor a loss is said to be apart; so is one that is not taken up."""
    if finding.code not in NUMBERS or finding.path:
        return finding
    if not any(step in case.reaching for step in finding.steps):
        if case.sampled and (
            not case.uses[finding.steps[0]] or any(case.carried(o.step) for o in case.origins.values())
        ):
            return replace(finding, confidence="medium")  # who reads it may not have been recorded
        return replace(finding, confidence="low", apart=True)
    if finding.confidence != "high" or finding.code == "product-underflow" or _taken_up(case, finding.steps[0]):
        return finding
    return replace(finding, confidence="medium", meaning=f"{finding.meaning} What it comes to in the end is finite.")


def _taken_up(case: Case, bad: int) -> bool:
    """Whether a bad number is still bad in what the program comes to; a decision taken on nan is no better."""
    named = {id for id in case.graph.names.values() if not case.uses[id]}
    ends = ({*named, case.graph.result, *case.losses, *case.program.carried} - {-1}) - case.backward
    for id in ends:
        value = np.asarray(case.values[id])
        if id < bad or not case.graph[id].inputs:
            continue
        if value.dtype.kind in "fc":
            if not np.isfinite(value).all():
                return True
        elif any(_has_nan(case.values[i]) for i in case.graph[id].inputs):
            return True
    return False


def _has_nan(value: Array) -> bool:
    return value.dtype.kind in "fc" and bool(np.isnan(value).any())
