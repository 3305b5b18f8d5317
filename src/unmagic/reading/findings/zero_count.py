"""A mean over no entries."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.finding import Finding

from .case import Case, first_entry


def rule(case: Case) -> Iterator[Finding]:
    """A mean over an axis of size 0."""
    for step in case.steps("mean", "var", "std"):
        shape = case.graph[step.inputs[0]].shape
        y = np.asarray(case.values[step.id])
        at = first_entry(np.isnan(y)) if 0 in shape and y.dtype.kind == "f" else None
        if at is None or not case.once("zero-count", step):
            continue
        name = case.called(step.inputs[0])
        yield Finding(
            code="zero-count",
            title=f"{step.op.name} of no entries",
            steps=(step.id,),
            span=step.span,
            where=f"{name} is empty",
            evidence=case.worked(step, at),
            meaning="A mean divides by the number of entries, and there are none: 0 / 0. The result is nan.",
            mend=(f"+ if {name}.size: …    # say what the mean of nothing is to be",),
        )
