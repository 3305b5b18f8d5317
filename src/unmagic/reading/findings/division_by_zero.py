"""A denominator that is 0."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.finding import Finding

from .case import Case, first_entry

DIVIDING = ("divide", "reciprocal", "floor_divide", "remainder", "fmod")


def rule(case: Case) -> Iterator[Finding]:
    """x / 0 is ±∞, 0 / 0 nan; in whole numbers NumPy gives 0."""
    for step in case.steps(*DIVIDING):
        inputs = case.inputs(step)
        at = first_entry(np.asarray(inputs[-1]) == 0)
        if at is None:
            continue
        bottom = case.source_of(step.inputs[-1])
        both = len(inputs) == 2 and not inputs[0][at]
        length = bottom.op.name in ("norm", "sqrt", "std") or any(
            case.graph[i].op.name == "norm" for i in bottom.inputs
        )
        name = case.name(bottom.id)
        yield Finding(
            code="division-by-zero",
            title="0 / 0" if both else "division by 0",
            steps=(step.id,),
            span=step.span,
            where=case.place(step.inputs[-1], at),
            evidence=case.worked(step, at),
            meaning=(
                "A vector of length 0 has no direction, so nothing can be divided by its length."
                if length
                else "The quotient is not a number."
                if both
                else "The quotient passes every bound."
            ),
            mend=(f"- … / {name}", f"+ … / ({name} + 1e-8)    # or treat the case of 0 by itself"),
        )
