"""A denominator that is 0."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.finding import Finding
from unmagic.core.graph import Step

from .case import Case, first_entry

DIVIDING = ("divide", "reciprocal", "floor_divide", "remainder", "fmod")


def rule(case: Case) -> Iterator[Finding]:
    """x / 0 is ±∞, 0 / 0 nan; in whole numbers NumPy gives 0."""
    for step in case.steps(*DIVIDING):
        inputs = case.inputs(step)
        at = first_entry(np.asarray(inputs[-1]) == 0)
        if at is None:
            continue
        if not case.once("division-by-zero", step):
            continue
        bottom = case.source_of(step.inputs[-1])
        both = len(inputs) == 2 and not inputs[0][at]
        length = bottom.op.name in ("norm", "sqrt", "std") or any(
            case.graph[i].op.name == "norm" for i in bottom.inputs
        )
        name = case.called(bottom.id)
        spread = bottom.op.name in ("std", "var") or (bottom.op.name == "sqrt" and _variance(case, bottom))
        count = bottom.op.name in ("sum", "count_nonzero")
        yield Finding(
            code="division-by-zero",
            title="0 / 0" if both else "division by 0",
            steps=(step.id,),
            span=step.span,
            where=case.place(step.inputs[-1], at),
            evidence=case.worked(step, at),
            meaning=(
                "All entries are equal, so their spread is 0, and nothing can be measured by it."
                if spread
                else "There is nothing to divide by: all that was added up is 0, a mask perhaps that lets nothing pass."
                if count
                else "A vector of length 0 has no direction, so nothing can be divided by its length."
                if length
                else "The quotient is not a number."
                if both
                else "The quotient passes every bound."
            ),
            mend=(f"- … / {name}", f"+ … / ({name} + 1e-8)    # or treat the case of 0 by itself"),
        )


def _variance(case: Case, root: Step) -> bool:
    """Whether a root is taken of a variance."""
    return case.source_of(root.inputs[0]).op.name == "var" or case.idiom_at(root.id, "standard_deviation") is not None
