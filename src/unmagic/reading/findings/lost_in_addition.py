"""A running total so large that what is added no longer counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from unmagic.core.finding import Finding
from unmagic.core.graph import Step

from .case import Case
from .evidence import computed

LEAST = 3


def rule(case: Case) -> Iterator[Finding]:
    """Several rounds of ``total = total + x`` leave the total as it was, and x does not die away."""
    stuck: dict[Any, list[tuple[Step, float]]] = {}
    for step in case.steps("add"):
        if step.dtype.kind != "f" or step.shape or not step.name or step.span is None:
            continue
        for k in (0, 1):
            total, x = case.behind(step.inputs[k]), case.values[step.inputs[1 - k]]
            goes_on = total.name == step.name or case.carried(total.id)
            if not goes_on or not x or not np.isfinite(case.values[step.id]):
                continue
            if case.values[step.id] == case.values[step.inputs[k]] and not _feeds(case, total.id, step.inputs[1 - k]):
                stuck.setdefault((step.span.start, step.name), []).append((step, abs(float(x))))
    for found in stuck.values():
        step, first = found[0]
        if len(found) < LEAST or found[-1][1] < 0.5 * first or not case.once("lost-in-addition", step):
            continue
        yield Finding(
            code="lost-in-addition",
            title=f"{step.name} is so large that what is added is lost",
            steps=(step.id,),
            span=step.span,
            where=f"{case.place(step.id, ())}, before and after",
            evidence=computed("add", *(np.float64(value) for value in case.inputs(step)), name="exactly"),
            meaning=(
                f"{step.dtype} has so few digits that the sum rounds back to what it was: from here on the total "
                "stands still. Add up in a wider dtype."
            ),
            mend=(f"+ {step.name} = np.float64(0)    # narrow numbers, wide total",),
        )


def _feeds(case: Case, total: int, x: int) -> bool:
    """Whether what is added was computed from the total: a step that has come to rest, not a sum."""
    reached = {total}
    for id in range(total + 1, x + 1):
        if any(i in reached for i in case.graph[id].inputs):
            reached.add(id)
    return x in reached
