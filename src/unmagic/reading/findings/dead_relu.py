"""ReLUs that never fire: nothing flows forward, no gradient back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding
from unmagic.core.graph import Array, Index

from .case import Case
from .seen import Seen, seen, told

LEAST = 4
FAR = 3.0
"""A unit counts as dead if even this many standard deviations above its mean it is below 0."""


def rule(case: Case) -> Iterator[Finding]:
    """A whole layer at 0; or one unit, far below 0. Each time that it was recorded has to agree."""
    for one in seen(case, "relu"):
        if sum(x.size for x in one.inputs) < LEAST or case.graph[one.roles[0]].shape == ():
            continue
        if all((x <= 0).all() for x in one.inputs):
            yield _finding(case, one, None)
            continue
        units = one.inputs[0].shape[-1]
        if not all(x.ndim == 2 and x.shape[1] == units for x in one.inputs):
            continue
        examples = np.concatenate(one.inputs)
        if len(examples) < LEAST:
            continue
        far = examples.mean(axis=0) + FAR * examples.std(axis=0) < 0
        dead = (examples <= 0).all(axis=0) & far
        if dead.any():
            yield _finding(case, one, dead)


def _finding(case: Case, one: Seen, dead: Array | None) -> Finding:
    k = len(one.inputs) - 1  # the last time is told
    x, step = one.inputs[k], one.roots[k]
    examples = sum(len(each) if each.ndim > 1 else 1 for each in one.inputs)
    unit = None if dead is None else int(np.argmax(dead))
    count = 0 if dead is None else int(dead.sum())
    if unit is None:
        what = "every unit gives 0"
        at = _largest(x)
    else:
        what = f"unit {unit} gives 0" if count == 1 else f"{shown(np.int64(count))} of {dead.size} units give 0"  # type: ignore[union-attr]
        at = (int(np.argmax(x[:, unit])), unit)
    whose = f"unit {unit}'s" if count > 1 else "the"
    return Finding(
        code="dead-relu",
        title=f"dead ReLU: {what} for every example that was seen",
        steps=(step.id,),
        span=step.span,
        where=f"{whose} largest of {shown(np.int64(examples))} examples: {case.place(one.roles[k], at)}",
        evidence=case.worked(step, at),
        meaning=(
            f"It was so {told(case, one)}. "
            "Where ReLU cuts to 0 its slope is 0 too, so no gradient comes back that could change it. "
            "One step that was too long, or a bias far below 0, gets it there."
        ),
        mend=("- relu(z)", "+ leaky_relu(z)    # or a smaller learning rate, and biases that start at 0"),
        confidence="high" if dead is None and examples >= LEAST else "medium" if examples > LEAST else "low",
    )


def _largest(x: Array) -> Index:
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(x)), x.shape))
