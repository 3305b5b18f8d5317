"""log of 0, or of a negative number."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.finding import Finding
from unmagic.core.graph import Index, Step

from .case import Case, first_entry
from .mends import Mend, argument, function, instead, numpy, written
from .softmaxes import softmaxes

EDGE = {"log": 0.0, "log2": 0.0, "log10": 0.0, "log1p": -1.0}


def rule(case: Case) -> Iterator[Finding]:
    """−∞ where a probability is 0; nan where the number is negative. After softmax it is an underflow."""
    for step in case.steps(*EDGE):
        x = case.inputs(step)[0]
        edge = EDGE[step.op.name]
        at = case.first(step, np.asarray(x) <= edge)
        if at is None:
            continue
        below = first_entry(np.asarray(x) < edge)
        negative = np.asarray(x)[at] < edge or (below is not None and step.id not in case.firsts)
        at = below if negative and below is not None and not np.asarray(x)[at] < edge else at
        if not case.once("log-of-zero", step):
            continue
        source = case.source_of(step.inputs[0], "index", "take_along")
        shares = any(one.root.id == source.id for one in softmaxes(case))
        name = case.called(step.inputs[0])
        if negative:
            title, meaning = "log of a negative number", "No real number has this logarithm: the result is nan."
            mend = Mend(mend=(f"+ find out why {name} is negative before its log is taken",))
        elif shares:
            title = "log of a softmax that underflowed"
            meaning = (
                "The share is so small that it became 0, and its log is −∞. "
                "Taken together, log and softmax never leave the range."
            )
            mend = Mend(mend=("- log(softmax(z))", "+ log_softmax(z)    # z − logsumexp(z)"))
        else:
            title, meaning = "log of 0", "The logarithm of 0 is −∞, and every sum and gradient that reads it is lost."
            if _one_less(case, step, at):
                title, meaning = "log of 0: 1 − 1", f"What is taken from 1 has rounded to 1 itself. {meaning}"
            mend = _kept_above(case, step, name)
        yield Finding(
            code="log-of-negative" if negative else "log-of-zero",
            title=title,
            steps=(step.id,),
            span=step.span,
            where=case.place(step.inputs[0], at),
            evidence=case.worked(step, at),
            meaning=meaning,
            **mend,
            confidence="low" if case.is_literal(step.inputs[0]) else "high",
        )


def _one_less(case: Case, step: Step, at: Index) -> bool:
    """Whether it is log(1 − p) with a p of 1."""
    inner = case.source_of(step.inputs[0])
    if inner.op.name != "subtract" or inner.shape != step.shape:
        return False
    one, p = (np.asarray(case.values[i]) for i in inner.inputs)
    return bool(one.shape == p.shape == step.shape and one[at] == 1 and p[at] == 1)


def _kept_above(case: Case, step: Step, name: str) -> Mend:
    one = written(case, step)
    call = one.called("log", "log2", "log10") if one is not None else None
    x = argument(call) if call is not None else None
    if one is None or call is None or x is None or numpy(call) not in ("np.", "numpy."):
        return Mend(mend=(f"- log({name})", f"+ log(max({name}, 1e-12))    # or leave out what has no share"))
    short = numpy(call)
    return instead(one, f"{short}{function(call)}({short}maximum({one.bare(x)}, 1e-12))", "or leave such entries out")
