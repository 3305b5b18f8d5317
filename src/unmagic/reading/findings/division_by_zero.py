"""A denominator that is 0."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from unmagic.core.finding import Finding
from unmagic.core.graph import Step

from .case import Case
from .mends import Mend, instead, written

DIVIDING = ("divide", "reciprocal", "floor_divide", "remainder", "fmod")


def rule(case: Case) -> Iterator[Finding]:
    """x / 0 is ±∞, 0 / 0 nan; in whole numbers NumPy gives 0."""
    for step in case.steps(*DIVIDING):
        inputs = case.inputs(step)
        at = case.first(step, np.asarray(inputs[-1]) == 0)
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
            **_mend(case, step, name, spread),
            confidence="low" if case.is_literal(step.inputs[-1]) else "high",
        )


def _mend(case: Case, step: Step, name: str, spread: bool) -> Mend:
    one = written(case, step)
    sides = one.sides(ast.Div) if one is not None else None
    if one is None or sides is None or step.dtype.kind != "f" or (np.asarray(case.values[step.inputs[-1]]) < 0).any():
        return Mend(mend=(f"- … / {name}", f"+ … / ({name} + 1e-8)    # or treat the case of 0 by itself"))
    top, bottom = one.part(sides[0]), one.bare(sides[1])
    below = f"({one.part(sides[1])} + 1e-8)" if spread else f"np.maximum({bottom}, 1e-12)"
    return instead(one, f"{top} / {below}", "or treat the case of 0 by itself")


def _variance(case: Case, root: Step) -> bool:
    """Whether a root is taken of a variance."""
    return case.source_of(root.inputs[0]).op.name == "var" or case.idiom_at(root.id, "standard_deviation") is not None
