"""Perplexity as the mean of exponentials, in place of the exponential of the mean."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding
from unmagic.core.graph import Step

from .case import Case
from .evidence import order
from .mends import Mend, argument, function, instead, numpy, written
from .names import words


def rule(case: Case) -> Iterator[Finding]:
    """Something called perplexity is a mean over exps."""
    for step in case.steps("mean", "divide"):
        if not any(word.startswith(("perplexity", "ppl")) for word in words(case.name(step.id))):
            continue
        exp = _exp_inside(case, step)
        if exp is None or not case.once("perplexity-mean-of-exp", step):
            continue
        nats = np.asarray(case.values[exp.inputs[0]], np.float64)
        right = np.exp(nats.mean()) if exp.op.name == "exp" else np.exp2(nats.mean())
        got = np.mean(np.asarray(case.values[step.id], np.float64))
        yield Finding(
            code="perplexity-mean-of-exp",
            title="perplexity is exp of the mean, not the mean of exp",
            steps=(step.id, exp.id),
            span=step.span,
            where=f"{case.place(step.id, (0,) * len(step.shape))}, exp of the mean is {shown(right)}",
            evidence=order(right, got, "exp of the mean, mean of exp"),
            meaning=(
                "exp blows up the largest losses, so a few of them rule this mean, and it is always too large. "
                "Average the losses first: the result is the number of equal choices that would be as hard."
            ),
            **_mend(case, step),
        )


def _exp_inside(case: Case, step: Step) -> Step | None:
    inner = case.source_of(step.inputs[0])
    if step.op.name == "divide":
        if inner.op.name != "sum":
            return None
        inner = case.source_of(inner.inputs[0])
    return inner if inner.op.name in ("exp", "exp2") and inner.shape else None


def _mend(case: Case, step: Step) -> Mend:
    one = written(case, step)
    mean = one.called("mean") if one is not None else None
    exp = argument(mean) if mean is not None else None
    nll = argument(exp) if isinstance(exp, ast.Call) and function(exp) in ("exp", "exp2") else None
    if one is None or mean is None or not isinstance(exp, ast.Call) or nll is None or mean.keywords:
        return Mend(mend=("- mean(exp(nll))", "+ exp(mean(nll))"))
    short = numpy(exp)
    return instead(one, f"{short}{function(exp)}({short}mean({one.bare(nll)}))")
