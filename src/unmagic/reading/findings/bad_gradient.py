"""A gradient that is nan or ∞ where the loss is finite: the first bad entry of the backward pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from unmagic.core.finding import Finding
from unmagic.core.graph import Array, Graph, Index, Step
from unmagic.core.lines import Line

from .case import Case, first_entry
from .origin import origin

SHARP = ("sqrt", "power", "log", "norm", "reciprocal", "divide", "std", "arccos", "arcsin", "cbrt", "log1p")


def rule(case: Case) -> Iterator[Finding]:
    """Where a backward pass stands in the source, that one; else the gradient of the result, if it is a loss."""
    graph, values, asked = case.graph, case.values, [*case.program.gradients.values()]
    forward = case.graph.result
    if not asked:
        if forward not in case.losses:
            return
        wrt = [s.id for s in graph.steps[:forward] if not s.inputs and s.dtype.kind == "f" and s.name and s.shape]
        made = case.learning.derived(forward, *wrt) if wrt else None
        if made is None:
            return
        graph, values, asked = made.graph, made.values, [made.cotangents[i] for i in wrt]
    sound = all(np.isfinite(case.values[one.of]).all() for one in case.graph.passes) and (
        case.graph.passes or np.isfinite(case.values[forward]).all()
    )
    bad = next((id for id in asked if not np.isfinite(np.asarray(values[id])).all()), None)
    if bad is None or not sound:
        return
    found = origin(graph, values, bad)
    if found is None:
        return
    step = graph[found.step]
    made_by = _forward(case, step)
    if made_by is None or not case.once("bad-gradient", step):
        return
    around = _where_around(case, made_by, found.at)
    evidence = _worked(graph, values, step, found.at)
    sure = "high" if case.program.gradients else "medium"
    yield _masked(case, made_by, around, evidence, sure) if around is not None else _sharp(
        case, made_by, found.at, evidence, sure
    )  # fmt: skip


def _masked(case: Case, step: Step, where: Step, evidence: Sequence[Line], sure: str) -> Finding:
    return Finding(
        code="where-nan-gradient",
        title="where hides a bad value, not its gradient",
        steps=(where.id, step.id),
        span=where.span,
        where=f"{case.called(step.id)} has no finite slope at an entry that where does not take",
        evidence=tuple(evidence),
        meaning=(
            "The entry is not taken, so its gradient is 0; but on the way back that 0 is multiplied by the slope of "
            "what was not taken, which is infinite: 0 · ∞ is nan. Give the bad entries a harmless input first."
        ),
        mend=(f"- where(c, {case.called(step.id)}, …)", "+ safe = where(c, x, 1);  where(c, f(safe), …)"),
        confidence=sure,
    )


def _sharp(case: Case, step: Step, at: Index, evidence: Sequence[Line], sure: str) -> Finding:
    x = case.values[step.inputs[0]]
    place = at if len(at) == np.ndim(x) else (0,) * np.ndim(x)
    return Finding(
        code="infinite-slope",
        title=f"{step.op.name} has no finite slope here",
        steps=(step.id,),
        span=step.span,
        where=case.place(step.inputs[0], place),
        evidence=tuple(evidence),
        meaning=(
            f"The value is fine, its gradient is not: {step.op.name} rises infinitely steeply at 0. "
            "Everything before it gets ∞, or nan where that meets a 0."
        ),
        mend=(f"- {step.op.name}(x)", f"+ {step.op.name}(x + 1e-12)    # a small number inside, not outside"),
        confidence=sure,
    )


def _forward(case: Case, bad: Step) -> Step | None:
    """The forward step that a backward step belongs to: it stands for the same text."""
    if bad.id < len(case.graph) and bad.id not in case.backward:
        return bad
    if bad.span is None:
        return None
    here = [
        step
        for step in case.graph.steps[: bad.id]
        if step.id not in case.backward and step.inputs and step.span is not None
        and (step.span.start, step.span.end) == (bad.span.start, bad.span.end)
    ]  # fmt: skip
    return next((step for step in reversed(here) if step.op.name in SHARP), here[-1] if here else None)


def _where_around(case: Case, step: Step, at: Index) -> Step | None:
    """A `where` that reads the step and does not take the entry."""
    reached = {step.id}
    for user in case.onward(step.id):
        if user.op.name == "where":
            test = np.asarray(case.values[user.inputs[0]])
            taken = test if user.inputs[1] in reached else ~test
            if test.ndim == len(at) and not taken[at]:
                return user
            if test.ndim != len(at) and first_entry(~taken) is not None:
                return user
        reached.add(user.id)
    return None


def _worked(graph: Graph, values: Sequence[Array], step: Step, at: Index) -> tuple[Line, ...]:
    from unmagic.core.errors import UnmagicError
    from unmagic.core.op import Operand
    from unmagic.reading.working import worked

    operands = [Operand(k, np.asarray(values[i])) for k, i in enumerate(step.inputs)]
    try:
        return worked(step.op, at, operands, values[step.id], step.attrs, name="gradient").lines
    except UnmagicError:
        return ()
