"""A softmax along an axis that what follows does not sum over."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from unmagic.core.finding import Finding
from unmagic.core.graph import Step

from .case import THROUGH, Case
from .evidence import total
from .mends import Mend, instead, written
from .softmaxes import Softmax, softmaxes


def rule(case: Case) -> Iterator[Finding]:
    """High where another axis is mixed over or picked along, or the axis has one entry; medium where rows look like
    examples."""
    for one in softmaxes(case):
        step, axis, rank = one.root, one.axis, len(one.root.shape)
        if step.shape[axis] == 1:
            if case.once("softmax-axis", step):
                yield _finding(
                    case,
                    one,
                    "softmax along an axis of one entry",
                    "A single score always gets the whole share: every entry is 1, whatever the scores.",
                    "high",
                )
        elif rank >= 2 and axis != rank - 1:
            mixed = mixed_over(case, step)
            picked = mixed is None and _picked(case, step)
            if mixed == axis or not case.once("softmax-axis", step):
                continue
            yield _finding(
                case,
                one,
                f"softmax along axis {axis}, not the last",
                (
                    f"The shares add up to 1 along axis {axis}, but what follows mixes along axis {mixed}: "
                    "the weights of one average do not add up to 1."
                    if mixed is not None
                    else f"The shares add up to 1 along axis {axis}, over all examples, and then one class of each "
                    "example is picked: the classes of one example do not add up to 1."
                    if picked
                    else f"Each column adds up to 1 along axis {axis}. Where a row is one example, its shares do not."
                ),
                "high" if mixed is not None or picked else "medium",
            )


def _finding(case: Case, one: Softmax, title: str, meaning: str, confidence: str) -> Finding:
    name = case.called(one.scores)
    values = np.asarray(case.values[one.root.id], np.float64)
    row = np.exp(values.reshape(-1, values.shape[-1])[0]) if one.log else values.reshape(-1, values.shape[-1])[0]
    lonely = one.root.shape[one.axis] == 1
    return Finding(
        code="softmax-axis",
        title=title,
        steps=(one.root.id,),
        span=one.root.span,
        where=case.place(one.root.id, (0,) * len(one.root.shape)),
        evidence=case.worked(one.root, (0,) * len(one.root.shape)) if lonely else total(row, "a row sums to"),
        meaning=meaning,
        **_mend(case, one, name, lonely),
        confidence=confidence,
    )


def _mend(case: Case, one: Softmax, name: str, lonely: bool) -> Mend:
    """The last axis in place of the one that is written; of a single score there is a sigmoid."""
    last = len(one.root.shape) - 1
    if lonely and one.axis == last:
        return Mend(mend=(f"- softmax({name}, axis={one.axis})", f"+ sigmoid({name})"))
    whole = written(case, one.root)
    axes = re.findall(r"axis=(-?\d)", whole.text) if whole is not None else []
    if whole is None or not axes or any(int(a) % (last + 1) != one.axis for a in axes):
        return Mend(mend=(f"- softmax({name}, axis={one.axis})", f"+ softmax({name}, axis=-1)"))
    kept = "keepdims" in whole.text or whole.called("softmax", "log_softmax") is not None
    return instead(whole, re.sub(r"axis=-?\d", "axis=-1" if kept else "axis=-1, keepdims=True", whole.text))


def mixed_over(case: Case, step: Step) -> int | None:
    """The axis of the shares that a later product sums over, if one does: the last of a left factor, say."""
    id = step.id
    for _ in range(8):
        for user in case.uses[id]:
            reader = case.graph[user]
            if user in case.backward:
                continue
            if reader.op.name in ("matmul", "matvec") and reader.inputs[0] == id:
                return len(step.shape) - 1
            if reader.op.name in ("matmul", "vecmat") and reader.inputs[-1] == id:
                return len(step.shape) - 2
        onward = [u for u in case.uses[id] if case.graph[u].op.name in ("multiply", "cast", *(THROUGH - {"transpose"}))]
        if not onward:
            return None
        id = onward[0]
    return None


def _picked(case: Case, step: Step) -> bool:
    """Whether one entry of each row is picked, as the right class is."""
    for user in (step, *case.onward(step.id)):
        for reader in (case.graph[u] for u in case.uses[user.id]):
            keys = reader.attrs.get("key", ()) if reader.op.name == "index" and len(reader.inputs) == 3 else ()
            if len(keys) == 2 and user.shape == step.shape and reader.shape == step.shape[:1]:
                return True
    return False
