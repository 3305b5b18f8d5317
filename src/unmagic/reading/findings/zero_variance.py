"""A spread that is only rounding, divided by."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from unmagic.core.finding import Finding
from unmagic.core.graph import Step

from .case import Case, first_entry
from .mends import Mend, instead, written

NOISE = 64.0
"""A spread of so many units in the last place of the numbers themselves is none."""


def rule(case: Case) -> Iterator[Finding]:
    """Divided by a standard deviation that rounding alone made."""
    for step in case.steps("divide"):
        bottom = case.source_of(step.inputs[1])
        x = _spread_of(case, bottom)
        if x is None:
            continue
        size = np.abs(np.asarray(case.values[x], np.float64)).max(initial=0.0)
        dtype = case.graph[x].dtype
        eps = float(np.finfo(dtype if dtype.kind == "f" else np.float64).eps)
        spread = np.asarray(case.values[step.inputs[1]], np.float64)
        at = first_entry((spread > 0) & (spread < NOISE * eps * size))
        if at is None or not case.once("zero-variance", step):
            continue
        yield Finding(
            code="zero-variance",
            title="the spread is rounding, nothing else",
            steps=(step.id, bottom.id),
            span=step.span,
            where=case.place(step.inputs[1], at),
            evidence=case.worked(step, at),
            meaning=(
                "All entries are equal, and only rounding keeps their spread from being 0. "
                "Divided by it, that rounding is blown up to the size of a signal."
            ),
            **_mend(case, step, case.called(bottom.id)),
        )


def _mend(case: Case, step: Step, name: str) -> Mend:
    one = written(case, step)
    sides = one.sides(ast.Div) if one is not None else None
    if one is None or sides is None:
        return Mend(mend=(f"- … / {name}", f"+ … / ({name} + 1e-8)    # or drop the column"))
    return instead(one, f"{one.part(sides[0])} / ({one.part(sides[1])} + 1e-8)", "or drop the column")


def _spread_of(case: Case, step: Step) -> int | None:
    """What a standard deviation is taken of."""
    if step.op.name == "std":
        return case.source_of(step.inputs[0]).id
    if step.op.name == "sqrt":
        inner = case.source_of(step.inputs[0])
        return case.source_of(inner.inputs[0]).id if inner.op.name == "var" else None
    return None
