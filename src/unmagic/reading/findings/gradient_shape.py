"""A hand-written gradient of another shape than its parameter."""

from __future__ import annotations

from collections.abc import Iterator

from unmagic.core.build import marked
from unmagic.core.finding import Finding
from unmagic.core.graph import Step

from .case import Case
from .gradient_differs import since
from .mends import Mend, instead, written
from .names import derived_from


def rule(case: Case) -> Iterator[Finding]:
    """``b − η · db`` has another shape than b: db was not added up over the examples."""
    for step in case.steps("add", "subtract"):
        old = case.behind(step.inputs[0])
        if not old.name or step.name != old.name or old.shape == step.shape or case.behind(step.id).shape == old.shape:
            continue
        before = since(case, step.inputs[1], old.id)
        slopes = [case.graph[id] for id in sorted(before) if old.name in derived_from(case.graph[id].name or "")]
        slope = next((s for s in slopes if s.shape == step.shape), None)
        if slope is None or not case.once("gradient-differs", slope):
            continue
        name = case.called(slope.id)
        yield Finding(
            code="gradient-differs",
            title=f"{name} is not of {old.name}'s shape",
            steps=(slope.id, step.id),
            span=slope.span,
            where=f"{name} has shape {marked(slope.shape)}, {old.name} {marked(old.shape)}",
            evidence=case.worked(slope, (0,) * len(slope.shape)),
            meaning=(
                f"{old.name} is read by every example, so its gradient is the sum over them all. "
                f"As it is, the step turns {old.name} into one number an example."
            ),
            **_mend(case, slope, name),
        )


def _mend(case: Case, slope: Step, name: str) -> Mend:
    one = written(case, slope)
    if one is None:
        return Mend(mend=(f"- {name}", f"+ {name}.sum(axis=0)"))
    return instead(one, f"{one.part(one.tree)}.sum(axis=0)")
