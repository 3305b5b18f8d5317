"""A softmax along an axis that what follows does not sum over."""

from __future__ import annotations

from collections.abc import Iterator

from unmagic.core.finding import Finding
from unmagic.core.graph import Step

from .case import THROUGH, Case


def rule(case: Case) -> Iterator[Finding]:
    """High where another axis is mixed over, or the axis has one entry; medium where rows look like examples."""
    found = {m.root: m for m in case.matches if m.idiom.name in ("softmax", "log_softmax")}
    for step in case.graph.steps:
        match = found.get(step.id)
        if step.op.name in ("softmax", "log_softmax"):
            axis = step.attrs["axis"]
        elif match is not None and "axis" in match.attrs:
            axis = match.attrs["axis"]
        else:
            continue
        rank = len(step.shape)
        if rank == 0 or not isinstance(axis, int):
            continue
        axis %= rank
        if step.shape[axis] == 1:
            yield _finding(
                case,
                step,
                axis,
                "softmax along an axis of one entry",
                "A single score always gets the whole share: every entry is 1, whatever the scores.",
                "high",
            )
        elif rank >= 2 and axis != rank - 1:
            mixed = mixed_over(case, step)
            if mixed == axis:
                continue
            sure = mixed is not None
            yield _finding(
                case,
                step,
                axis,
                f"softmax along axis {axis}, not the last",
                (
                    f"The shares add up to 1 along axis {axis}, but what follows mixes along axis {mixed}: "
                    "the weights of one average do not add up to 1."
                    if sure
                    else f"Each column adds up to 1 along axis {axis}. Where a row is one example, its shares do not."
                ),
                "high" if sure else "medium",
            )


def _finding(case: Case, step: Step, axis: int, title: str, meaning: str, confidence: str) -> Finding:
    name = case.name(step.inputs[0])
    return Finding(
        code="softmax-axis",
        title=title,
        steps=(step.id,),
        span=step.span,
        where=case.place(step.id, (0,) * len(step.shape)),
        meaning=meaning,
        mend=(f"- softmax({name}, axis={axis})", f"+ softmax({name}, axis=-1)"),
        confidence=confidence,
    )


def mixed_over(case: Case, step: Step) -> int | None:
    """The axis of the shares that a later product sums over, if one does: the last of a left factor, say."""
    id, seen = step.id, 0
    while seen < 8:
        seen += 1
        for user in case.uses[id]:
            reader = case.graph[user]
            if reader.op.name in ("matmul", "matvec") and reader.inputs[0] == id:
                return len(step.shape) - 1
            if reader.op.name in ("matmul", "vecmat") and reader.inputs[-1] == id:
                return len(step.shape) - 2
        onward = [u for u in case.uses[id] if case.graph[u].op.name in ("multiply", "cast", *(THROUGH - {"transpose"}))]
        if not onward:
            return None
        id = onward[0]
    return None
