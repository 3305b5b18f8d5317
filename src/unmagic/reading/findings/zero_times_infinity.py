"""0 · ∞: a mask that comes too late."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.finding import Finding

from .case import Case, first_entry


def rule(case: Case) -> Iterator[Finding]:
    """A factor of 0 does not take out what is infinite already."""
    for step in case.steps("multiply"):
        a, b = (np.asarray(value) for value in case.inputs(step))
        if step.dtype.kind != "f":
            continue
        at = first_entry((np.isinf(a) & (b == 0)) | (np.isinf(b) & (a == 0)))
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
            mend=(f"- mask · {name}", f"+ where(mask, x, a harmless number) first, then what makes {name} of it"),
        )
