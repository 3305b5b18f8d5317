"""A sum whose terms are added up in a dtype that cannot hold it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding
from unmagic.core.graph import Step

from .case import Case
from .mends import Mend, instead, written

SUMS = ("sum", "mean", "cumsum", "dot", "matvec", "matmul", "vecmat", "norm", "prod")
MOST = 1_000_000
"""Entries that are added up again in float64."""

ROOM = {"float16": 2e-2, "float32": 1e-4}
"""By how much a sum may be off, as a part of its terms' sizes added up."""


def rule(case: Case) -> Iterator[Finding]:
    """Measured against the same sum in float64."""
    for step in case.steps(*SUMS):
        room = ROOM.get(str(step.dtype))
        inputs = case.inputs(step)
        if room is None or sum(value.size for value in inputs) > MOST or not case.now_and_then("sum", step):
            continue
        if not all(np.isfinite(value).all() for value in inputs):
            continue
        wide = [np.asarray(value, np.float64) for value in inputs]
        y = np.asarray(case.values[step.id], np.float64)
        with np.errstate(all="ignore"):
            true = np.asarray(step.op.forward(np, *wide, **step.attrs))
            scale = np.asarray(step.op.forward(np, *[np.abs(value) for value in wide], **step.attrs))
            gap = np.where(np.isfinite(y), np.abs(y - true), np.inf) / np.maximum(scale, np.finfo(float).tiny)
        if not gap.size or not float(gap.max()) > room:
            continue
        at = tuple(int(i) for i in np.unravel_index(int(np.argmax(gap)), gap.shape))
        if not case.once("low-precision-sum", step):
            continue
        ends = not np.isfinite(y[at])
        yield Finding(
            code="low-precision-sum",
            title=f"{step.op.name} in {step.dtype} " + ("passes its end" if ends else "loses its terms"),
            steps=(step.id,),
            span=step.span,
            where=f"{case.place(step.id, at)}, in float64 {shown(true[at])}",
            evidence=case.worked(step, at),
            meaning=(
                f"{step.dtype} ends here, so the total is ∞."
                if ends
                else f"Once the total is large, {step.dtype} rounds each further term up, down or away."
            )
            + " Terms may be narrow, but they are to be added up in a wider dtype.",
            **_mend(case, step),
        )


def _mend(case: Case, step: Step) -> Mend:
    one = written(case, step)
    call = one.called("sum", "mean", "cumsum", "prod") if one is not None else None
    if one is None or call is None or any(keyword.arg == "dtype" for keyword in call.keywords):
        return Mend(mend=(f"- {step.op.name}(x)", f"+ {step.op.name}(x.astype(np.float64))"))
    more = ", " if call.args or call.keywords else ""
    return instead(one, f"{one.text[:-1]}{more}dtype=np.float64)")
