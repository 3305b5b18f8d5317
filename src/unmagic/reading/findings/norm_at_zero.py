"""The length of a vector that is 0, on the way to a gradient."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.finding import Finding

from .case import Case, first_entry


def rule(case: Case) -> Iterator[Finding]:
    """A length has a kink at 0: it grows in every direction, so no gradient is the gradient."""
    derived = {one.of for one in case.graph.passes} | set(case.losses)
    if not derived:
        return
    wanted = set(derived)
    for step in reversed(case.graph.steps):
        if step.id in wanted:
            wanted.update(step.inputs)
    for step in case.steps("norm"):
        readers = [case.graph[user] for user in case.uses[step.id] if user not in case.backward]
        if readers and all(reader.op.name in ("square", "power") for reader in readers):
            continue  # its square is smooth
        at = first_entry(np.asarray(case.values[step.id]) == 0)
        if at is None or step.id not in wanted or not case.once("norm-at-zero", step):
            continue
        name = case.called(step.inputs[0])
        yield Finding(
            code="norm-at-zero",
            title=f"the length of {name} is 0: it has no slope there",
            steps=(step.id,),
            span=step.span,
            where=case.place(step.id, at),
            evidence=case.worked(step, at),
            meaning=(
                "From 0 a length grows whichever way one goes, so there is no direction of steepest growth. "
                "Here, as in PyTorch, its gradient is then taken as 0; elsewhere it is nan."
            ),
            mend=(f"- ‖{name}‖", f"+ √(Σ {name}² + 1e-12)    # smooth at 0"),
            confidence="medium",
        )
