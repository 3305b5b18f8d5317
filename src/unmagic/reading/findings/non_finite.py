"""A nan or ∞ in the result that no other rule explains, and the way on of those that one does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding
from unmagic.core.lines import Line

from .case import Case
from .origin import Origin, origin


def told(case: Case, found: list[Finding]) -> list[Finding]:
    """``found`` with the way on added to the finding at the first bad entry, or with a finding of its own for it."""
    target = _target(case)
    if target is None:
        return found
    start = origin(case.graph, case.values, target)
    if start is None or _meant(case, start, target):
        return found
    name = case.called(target)
    for k, finding in enumerate(found):
        if start.step in finding.steps and finding.confidence == "high":
            more = (*finding.evidence, *_turned(case, start, finding))
            way = _way(case, start, target)
            return [*found[:k], replace(finding, meaning=f"{finding.meaning} {way}", evidence=more), *found[k + 1 :]]
    if any(finding.code == "masked-row" for finding in found):
        return found
    return [*found, _finding(case, start, target, name)]


def _target(case: Case) -> int | None:
    """The step whose value must be finite and is not: the result, else a loss."""
    for id in (case.graph.result, *case.losses):
        forward = 0 <= id < len(case.values) and id not in case.backward
        if forward and case.graph[id].dtype.kind == "f" and not np.isfinite(np.asarray(case.values[id])).all():
            return id
    return None


def _meant(case: Case, start: Origin, target: int) -> bool:
    """A −∞ that stands in the text and is all that is bad: a mask that was made, a score that was masked."""
    values = np.asarray(case.values[target])
    return case.is_leaf(start.step) and case.graph[start.step].op.name == "constant" and not np.isnan(values).any()


def _finding(case: Case, start: Origin, target: int, name: str) -> Finding:
    step = case.graph[start.step]
    leaf = case.is_leaf(step.id)
    reader = next((case.graph[i] for i in start.path if case.graph[i].span is not None), step)
    at = step if not leaf or step.span is not None else reader
    bad = np.asarray(case.values[step.id])[start.at]
    kind = "nan" if np.isnan(bad) else "∞"
    made = f"{case.called(step.id)} brings {kind} with it" if leaf else f"{step.op.name.replace('_', ' ')} gives {kind}"
    evidence = () if leaf else case.worked(step, start.at)
    return Finding(
        code="non-finite",
        title=f"{made}: the first bad entry behind {name}",
        steps=(step.id, *start.path),
        span=at.span,
        where=f"{case.entry_name(step.id, start.at)} = {shown(bad)}",
        evidence=(*evidence, *_turned(case, start, None)),
        meaning=("It was handed in so. " if leaf else "All that it was computed from is finite. ")
        + _way(case, start, target),
        mend=("+ look at what is handed in: leave such entries out, or fill them",)
        if leaf
        else (f"+ keep what {case.called(step.id)} is computed from in the range that it can take",),
        confidence="high" if not leaf or (step.op.name == "input" and _spread(case, target)) else "medium",
    )


def _spread(case: Case, target: int) -> bool:
    """Whether missing numbers took all of the result with them, and did not stay where they were."""
    return not np.isfinite(np.asarray(case.values[target])).any()


def _way(case: Case, start: Origin, target: int) -> str:
    """The steps that carried it on, in the user's words."""
    name = case.called(target)
    if start.step == target:
        return f"It is in {name} itself."
    ways = [case.called(i) for i in start.path if not case.graph[i].implicit and i != target]
    ways = list(dict.fromkeys(way for way in ways if not way.startswith("step ")))
    if not ways:
        return f"It reaches {name}."
    middle = ", ".join(ways if len(ways) <= 3 else [*ways[:2], "…", ways[-1]])
    return f"It reaches {name} by way of {middle}."


def _turned(case: Case, start: Origin, finding: Finding | None) -> tuple[Line, ...]:
    """Where ∞ became nan on the way, worked."""
    if start.turn is None or start.turn == start.step:
        return ()
    step = case.graph[start.turn]
    nan = np.isnan(np.asarray(case.values[step.id]))
    at = tuple(int(i) for i in np.unravel_index(int(np.argmax(nan)), nan.shape))
    lines = case.worked(step, at)
    said = {line.text for line in finding.evidence} if finding is not None else set()
    return tuple(line for line in lines[-2:] if line.text not in said)
