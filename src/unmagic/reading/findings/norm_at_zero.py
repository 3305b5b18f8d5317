"""The length of a vector that is 0, on the way to a gradient."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from unmagic.core.finding import Finding
from unmagic.core.graph import Step

from .case import Case, first_entry
from .mends import Mend, instead, written


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
            **_mend(case, step, name),
            confidence="medium",
        )


def _mend(case: Case, step: Step, name: str) -> Mend:
    one = written(case, step)
    call = one.called("norm") if one is not None else None
    simple = call is not None and len(call.args) == 1 and all(k.arg in ("axis", "keepdims") for k in call.keywords)
    if (
        one is None
        or call is None
        or not simple
        or not ast.unparse(call.func).startswith(("np.linalg", "numpy.linalg"))
    ):
        return Mend(mend=(f"- ‖{name}‖", f"+ √(Σ {name}² + 1e-12)    # smooth at 0"))
    more = "".join(f", {keyword.arg}={ast.unparse(keyword.value)}" for keyword in call.keywords)
    return instead(one, f"np.sqrt(np.sum({one.part(call.args[0])} ** 2{more}) + 1e-12)", "smooth at 0")
