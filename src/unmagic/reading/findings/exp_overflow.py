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
    """A softmax takes the maximum out first; a mask comes before the exp; a sigmoid goes by its logarithm."""
    name = case.called(step.inputs[0])
    readers = list(case.onward(step.id))
    if _in_sigmoid(case, step):
        return (f"- 1 / (1 + exp({name}))", f"+ exp(-logaddexp(0, {name}))")
    if step.op.name != "exp" or not any(reader.op.name in ("divide", "sum") for reader in readers):
        return ("+ work with its logarithm, or in a wider dtype",)
    masks = [case.graph[user] for user in case.uses[step.id] if case.graph[user].op.name == "multiply"]
    if any(np.isnan(np.asarray(case.values[mask.id])).any() for mask in masks):
        return (f"- exp({name}) * mask", f"+ {name} = where(mask, {name}, -inf);  exp({name} - max({name}))")
    return (f"- exp({name})", f"+ exp({name} - max({name}))")


def _in_sigmoid(case: Case, step: Step) -> bool:
    """Whether 1 is added to it, and the sum divides."""
    for total in (case.graph[user] for user in case.uses[step.id]):
        others = [i for i in total.inputs if i != step.id]
        if total.op.name == "add" and others and np.all(np.asarray(case.values[others[0]]) == 1):
            return any(
                case.graph[user].op.name == "reciprocal"
                or (case.graph[user].op.name == "divide" and case.graph[user].inputs[1] == total.id)
                for user in case.uses[total.id]
            )
    return False
