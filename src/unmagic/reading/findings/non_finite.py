"""A nan or ∞ in the result that no other rule explains."""

from __future__ import annotations

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding

from .case import Case
from .origin import Origin
from .way import stops


def first_bad(case: Case, start: Origin, target: int) -> Finding | None:
    """The finding about the first bad entry behind a bad result; None where missing numbers stay where they were."""
    step = case.graph[start.step]
    if case.carried(start.step):
        return _carried(case, start)
    leaf = case.is_leaf(step.id)
    reader = next((case.graph[one.step] for one in start.path if case.graph[one.step].span is not None), step)
    at = step if not leaf or step.span is not None else reader
    bad = np.asarray(case.values[step.id])[start.at]
    kind = "nan" if np.isnan(bad) else "∞"
    name = case.called(target)
    made = f"{case.called(step.id)} brings {kind} with it" if leaf else f"{step.op.name.replace('_', ' ')} gives {kind}"
    return Finding(
        code="non-finite",
        title=f"{made}: the first bad entry behind {name}",
        steps=(step.id,),
        span=at.span,
        where=f"{case.entry_name(step.id, start.at)} = {shown(bad)}",
        evidence=() if leaf else case.worked(step, start.at),
        meaning=(
            "It was handed in so, and whatever is computed from it is bad as well."
            if leaf
            else "All that it was computed from is finite: it went wrong here, and nowhere before."
        ),
        mend=("+ look at what is handed in: leave such entries out, or fill them",)
        if leaf
        else (f"+ keep what {case.called(step.id)} is computed from in the range that it can take",),
        confidence="high" if not leaf or (step.op.name == "input" and _spread(case, target)) else "medium",
        path=stops(case, start),
    )


def _carried(case: Case, start: Origin) -> Finding:
    """It was bad already when a round of a loop was recorded."""
    step = case.graph[start.path[0].step] if start.path else case.graph[start.step]
    bad = np.asarray(case.values[start.step])[start.at]
    return Finding(
        code="non-finite",
        title=f"{shown(bad)} comes in here, from a round that was not recorded",
        steps=(start.step,),
        span=step.span,
        where=f"an operand is {shown(bad)}",
        meaning=(
            "Of a long loop only some rounds are recorded, and it went wrong in one of the others. "
            "With --all every round is recorded, and the first bad entry is found."
        ),
        mend=("+ unmagic run --all …",),
        confidence="medium",
        path=stops(case, start),
    )


def _spread(case: Case, target: int) -> bool:
    """Whether missing numbers took all of the result with them, and did not stay where they were."""
    return not np.isfinite(np.asarray(case.values[target])).any()
