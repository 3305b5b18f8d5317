"""exp of a number past where the dtype ends."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.finding import Finding
from unmagic.core.graph import Step

from .case import Case
from .mends import Mend, argument, instead, numpy, written

GROWING = ("exp", "exp2", "expm1", "sinh", "cosh", "power", "square")


def rule(case: Case) -> Iterator[Finding]:
    """A finite number in, ∞ out. In an exponential it is the classic naive softmax."""
    for step in case.steps(*GROWING):
        inputs = case.inputs(step)
        finite = np.logical_and.reduce([np.isfinite(value) for value in inputs])
        at = case.first(step, np.isinf(case.values[step.id]) & finite)
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
            **_mend(case, step),
        )


def _mend(case: Case, step: Step) -> Mend:
    """A softmax takes the maximum out first; a mask comes before the exp; a sigmoid goes by its logarithm."""
    name = case.called(step.inputs[0])
    readers = list(case.onward(step.id))
    quotient = _sigmoid(case, step)
    if quotient is not None:
        return _by_logarithm(case, step, quotient)
    if step.op.name != "exp" or not any(reader.op.name in ("divide", "sum") for reader in readers):
        return Mend(mend=("+ work with its logarithm, or in a wider dtype",))
    masks = [case.graph[user] for user in case.uses[step.id] if case.graph[user].op.name == "multiply"]
    if any(np.isnan(np.asarray(case.values[mask.id])).any() for mask in masks):
        return Mend(mend=(f"- exp({name}) * mask", f"+ {name} = where(mask, {name}, -inf);  exp({name} - max({name}))"))
    return without_largest(case, step)


def without_largest(case: Case, step: Step) -> Mend:
    """The largest score taken out of an exp, in the numerator and the sum alike."""
    name = case.called(step.inputs[0])
    words = Mend(mend=(f"- exp({name})", f"+ exp({name} - max({name}))"))
    one = written(case, step)
    call = one.called("exp") if one is not None else None
    z = argument(call) if call is not None else None
    shares = next((user for user in case.onward(step.id) if user.op.name == "divide"), None)
    if one is None or call is None or z is None or shares is None:
        return words
    summed = case.source_of(shares.inputs[1])
    if summed.op.name != "sum":
        return words
    axis = summed.attrs.get("axis")
    axis = axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis
    where = "" if axis is None else f", axis={axis}, keepdims=True"
    largest = f"{numpy(call)}max({one.bare(z)}{where})"
    stable = f"{numpy(call)}exp({one.bare(z)} - {largest})"
    if case.source_of(summed.inputs[0]).id == step.id:  # one exp, read twice
        return instead(one, stable)
    whole = written(case, shares)
    if whole is None or whole.text.count(one.text) < 2:
        return words
    return instead(whole, whole.text.replace(one.text, stable))


def _by_logarithm(case: Case, step: Step, quotient: Step) -> Mend:
    name = case.called(step.inputs[0])
    one, whole = written(case, step), written(case, quotient)
    call = one.called("exp") if one is not None else None
    z = argument(call) if call is not None else None
    if one is None or whole is None or call is None or z is None:
        return Mend(mend=(f"- 1 / (1 + exp({name}))", f"+ exp(-logaddexp(0, {name}))"))
    short = numpy(call)
    return instead(whole, f"{short}exp(-{short}logaddexp(0, {one.bare(z)}))")


def _sigmoid(case: Case, step: Step) -> Step | None:
    """1 / (1 + exp(z)), if it is that."""
    for total in (case.graph[user] for user in case.uses[step.id]):
        others = [i for i in total.inputs if i != step.id]
        if total.op.name != "add" or not others or not np.all(np.asarray(case.values[others[0]]) == 1):
            continue
        for user in (case.graph[user] for user in case.uses[total.id]):
            top = user.op.name == "divide" and user.inputs[1] == total.id
            if user.op.name == "reciprocal" or (top and np.all(np.asarray(case.values[user.inputs[0]]) == 1)):
                return user
    return None
