"""A (n,) and a (n,1) that meet as (n,n)."""

from __future__ import annotations

from collections.abc import Iterator

from unmagic.core.finding import Finding
from unmagic.core.graph import Step

from .case import Case

REDUCING = ("sum", "mean", "norm", "std", "var", "max", "min", "prod")
KEEPING = (
    "square",
    "absolute",
    "power",
    "multiply",
    "negative",
    "log",
    "exp",
    "sqrt",
    "add",
    "subtract",
    "divide",
    "where",
)


def rule(case: Case) -> Iterator[Finding]:
    """Both operands were copied, one of them along a new axis, and the table they made is then averaged away."""
    for step in case.graph.steps:
        if not step.op.elementwise or len(step.inputs) != 2 or len(step.shape) < 2:
            continue
        sides = [case.graph[i] for i in step.inputs]
        if not all(side.op.name == "broadcast" and side.implicit for side in sides):
            continue
        low, high = sorted((case.graph[side.inputs[0]] for side in sides), key=lambda s: len(s.shape))
        if len(low.shape) != 1 or len(high.shape) != 2 or high.shape[1] != 1 or low.shape[0] < 2 or high.shape[0] < 2:
            continue
        n, m = low.shape[0], high.shape[0]
        if n != m and not _reduced(case, step):
            continue
        sure = n == m and _reduced(case, step)
        a, b = case.name(high.id), case.name(low.id)
        yield Finding(
            code="silent-broadcast",
            title=f"{a} ({m}×1) meets {b} ({n}): {m * n} pairs, not {n}",
            steps=(step.id,),
            span=step.span,
            where=case.place(step.id, (0, 1)),
            evidence=case.worked(step, (0, 1)),
            meaning=(
                f"The two shapes don't match entry by entry, so every entry of {a} meets every entry of {b}: "
                f"the entry at [0,1] pairs number 0 with number 1. "
                + ("The sum over it hides this." if sure else "It is right only where such a table is meant.")
            ),
            mend=(f"- {a} … {b}", f"+ {a}[:, 0] … {b}    # both of shape {n}"),
            confidence="high" if sure else "medium" if n == m else "low",
        )


def _reduced(case: Case, step: Step) -> bool:
    """Whether the table comes to one number by entry-wise steps and a reduction over all of it."""
    id = step.id
    for _ in range(6):
        users = [case.graph[u] for u in case.uses[id]]
        if any(u.op.name in REDUCING and u.shape == () for u in users):
            return True
        onward = [u for u in users if u.op.name in KEEPING and u.shape == step.shape]
        if not onward:
            return False
        id = onward[0].id
    return False
