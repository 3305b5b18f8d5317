"""log of 0, or of a negative number."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.finding import Finding

from .case import Case, first_entry
from .softmaxes import softmaxes

EDGE = {"log": 0.0, "log2": 0.0, "log10": 0.0, "log1p": -1.0}


def rule(case: Case) -> Iterator[Finding]:
    """−∞ where a probability is 0; nan where the number is negative. After softmax it is an underflow."""
    for step in case.steps(*EDGE):
        x = case.inputs(step)[0]
        edge = EDGE[step.op.name]
        negative = first_entry(np.asarray(x) < edge)
        at = negative if negative is not None else first_entry(np.asarray(x) == edge)
        if at is None:
            continue
        if not case.once("log-of-zero", step):
            continue
        source = case.source_of(step.inputs[0], "index", "take_along")
        shares = any(one.root.id == source.id for one in softmaxes(case))
        name = case.called(step.inputs[0])
        if negative is not None:
            title, meaning = "log of a negative number", "No real number has this logarithm: the result is nan."
            mend: tuple[str, ...] = (f"+ find out why {name} is negative before its log is taken",)
        elif shares:
            title = "log of a softmax that underflowed"
            meaning = (
                "The share is so small that it became 0, and its log is −∞. "
                "Taken together, log and softmax never leave the range."
            )
            mend = ("- log(softmax(z))", "+ log_softmax(z)    # z − logsumexp(z)")
        else:
            title, meaning = "log of 0", "The logarithm of 0 is −∞, and every sum and gradient that reads it is lost."
            mend = (f"- log({name})", f"+ log({name} + 1e-12)    # or leave out what has no share")
        yield Finding(
            code="log-of-negative" if negative is not None else "log-of-zero",
            title=title,
            steps=(step.id,),
            span=step.span,
            where=case.place(step.inputs[0], at),
            evidence=case.worked(step, at),
            meaning=meaning,
            mend=mend,
        )
