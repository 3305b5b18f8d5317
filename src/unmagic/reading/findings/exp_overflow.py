"""exp of a number past where the dtype ends."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.finding import Finding
from unmagic.core.graph import Step

from .case import Case, first_entry

GROWING = ("exp", "exp2", "expm1", "sinh", "cosh", "power", "square")


def rule(case: Case) -> Iterator[Finding]:
    """A finite number in, ∞ out. In an exponential it is the classic naive softmax."""
    for step in case.steps(*GROWING):
        inputs = case.inputs(step)
        finite = np.logical_and.reduce([np.isfinite(value) for value in inputs])
        at = first_entry(np.isinf(case.values[step.id]) & finite)
        if at is None or (step.op.name == "power" and not np.all(inputs[0][at])):
            continue
        if not case.once("exp-overflow", step):
            continue
        yield Finding(
            code="exp-overflow" if step.op.name not in ("power", "square") else "power-overflow",
            title=f"{step.op.name.replace('_', ' ')} overflows",
            steps=(step.id,),
            span=step.span,
            where=case.place(step.inputs[0], at),
            evidence=case.worked(step, at),
            meaning=(
                f"The result is past the largest {step.dtype}, so it is ∞, and whatever divides by it or takes it away "
                "turns to 0 or nan."
            ),
            mend=_mend(case, step),
        )


def _mend(case: Case, step: Step) -> tuple[str, ...]:
    """In a softmax the maximum goes out first; a mask has to come before the exp."""
    name = case.called(step.inputs[0])
    readers = list(case.onward(step.id))
    if step.op.name != "exp" or not any(reader.op.name in ("divide", "sum") for reader in readers):
        return ("+ work with its logarithm, or in a wider dtype",)
    if any(r.op.name == "multiply" and np.isnan(np.asarray(case.values[r.id])).any() for r in readers):
        return (f"- exp({name}) * mask", f"+ {name} = where(mask, {name}, -inf);  exp({name} - max({name}))")
    return (f"- exp({name})", f"+ exp({name} - max({name}))")
