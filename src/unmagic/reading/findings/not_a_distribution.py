"""Numbers fed to an entropy, a divergence or a cross-entropy that do not add up to 1."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding
from unmagic.core.graph import Array, Index, Step

from .case import Case, first_entry
from .evidence import total
from .names import words
from .scores import amiss, picked, raw, weighted
from .softmaxes import softmaxes


def rule(case: Case) -> Iterator[Finding]:
    """Raw scores are left to `logits`; a sigmoid's entries are each a probability of its own."""
    for one, p, what in weighted(case):
        row = amiss(case, one, p)
        scores = what == "the cross-entropy" and bool((np.asarray(case.values[p.id]) > 1).any()) and raw(case, p)
        if row is not None and not scores and not _shared(case, p) and case.once("not-a-distribution", one.product):
            yield _finding(case, one.product, p, row, what)
    for read in picked(case):
        named = any(word.startswith(("p", "prob")) for word in words(case.name(read.p.id)))
        shares = named and not raw(case, read.p) and read.p.shape[-1] > 1 and not _two_ways(case, read.p)
        if shares and not _shared(case, read.p) and case.once("not-a-distribution", read.log):
            yield _finding(case, read.log, read.p, read.row, "the cross-entropy")
    yield from _negative(case)


def _finding(case: Case, at: Step, p: Step, row: Array, what: str) -> Finding:
    name = case.called(p.id)
    return Finding(
        code="not-a-distribution",
        title=f"{name} is no distribution: it adds up to {shown(row.sum())}",
        steps=(at.id, p.id),
        span=at.span,
        where=f"{name} adds up to {shown(row.sum())}",
        evidence=total(row, "sum"),
        meaning=(
            f"{what[0].upper()}{what[1:]} takes numbers for probabilities that do not add up to 1. "
            "What comes out has no meaning as such, and can't be compared with any other."
        ),
        mend=(f"- {name}", f"+ {name} / {name}.sum()    # or softmax, if they are scores"),
    )


def _negative(case: Case) -> Iterator[Finding]:
    """Scores over their sum, called probabilities."""
    for step in case.steps("divide"):
        total_of = case.source_of(step.inputs[1])
        p = np.asarray(case.values[step.id])
        if total_of.op.name != "sum" or not step.shape or not np.isfinite(p).all() or not (p < 0).any():
            continue
        named = any(word in ("p", "probs", "prob", "probabilities", "weights") for word in words(case.name(step.id)))
        top = case.source_of(step.inputs[0])
        if named and case.source_of(total_of.inputs[0]).id == top.id and case.once("not-a-distribution", step):
            yield _below_zero(case, step, top, first_entry(p < 0) or ())


def _below_zero(case: Case, step: Step, scores: Step, at: Index) -> Finding:
    name, z = case.called(step.id), case.called(scores.id)
    return Finding(
        code="not-a-distribution",
        title=f"{name} has a share below 0",
        steps=(step.id, scores.id),
        span=step.span,
        where=case.place(step.id, at),
        evidence=case.worked(step, at),
        meaning=(
            "Divided by their sum, numbers add up to 1, but scores may be negative, and so then are their shares. "
            "exp makes them positive first: that is softmax."
        ),
        mend=(f"- {z} / sum({z})", f"+ exp({z}) / sum(exp({z}))"),
    )


def _shared(case: Case, p: Step) -> bool:
    """Whether it comes from a softmax: along another axis, which is said there."""
    return any(one.root.id == p.id for one in softmaxes(case))


def _two_ways(case: Case, p: Step) -> bool:
    """Whether each entry is a probability of its own: a sigmoid's."""
    return p.op.name == "sigmoid" or case.idiom_at(p.id, "sigmoid") is not None
