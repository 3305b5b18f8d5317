"""0 · ∞: a mask that comes too late."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from unmagic.core.finding import Finding
from unmagic.core.graph import Step

from .case import Case
from .mends import Mend, instead, written


def rule(case: Case) -> Iterator[Finding]:
    """A factor of 0 does not take out what is infinite already."""
    for step in case.steps("multiply"):
        a, b = (np.asarray(value) for value in case.inputs(step))
        if step.dtype.kind != "f":
            continue
        at = case.first(step, (np.isinf(a) & (b == 0)) | (np.isinf(b) & (a == 0)))
        if at is None or not case.once("zero-times-infinity", step):
            continue
        infinite = step.inputs[0] if np.isinf(a[at]) else step.inputs[1]
        name = case.called(infinite)
        yield Finding(
            code="zero-times-infinity",
            title="0 · ∞",
            steps=(step.id,),
            span=step.span,
            where=case.place(infinite, at),
            evidence=case.worked(step, at),
            meaning=(
                "The entry is to count nothing, but it is infinite already, and 0 · ∞ is nan, not 0. "
                "Take it out before the step that makes it infinite."
            ),
            **_mend(case, step, infinite, name),
        )


def _mend(case: Case, step: Step, infinite: int, name: str) -> Mend:
    one = written(case, step)
    sides = one.sides(ast.Mult) if one is not None else None
    if one is None or sides is None:
        return Mend(
            mend=(f"- mask · {name}", f"+ where(mask, x, a harmless number) first, then what makes {name} of it")
        )
    mask, bad = (sides[1], sides[0]) if step.inputs[0] == infinite else sides
    zero = f"{one.part(mask)} == 0"
    return instead(one, f"{one.part(mask)} * np.where({zero}, 0, {one.bare(bad)})", f"better: before {name} is made")
