"""ReLUs that never fire: nothing flows forward, no gradient back."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.finding import Finding
from unmagic.core.graph import Array, Index

from .case import Case

LEAST = 4
FAR = 3.0
"""A unit counts as dead if even this many standard deviations above its mean it is below 0."""


def rule(case: Case) -> Iterator[Finding]:
    """A whole layer at 0; or one unit, far below 0 for every example."""
    for match in case.idioms("relu"):
        if "x" not in match.roles:
            continue
        x = np.asarray(case.values[match.roles["x"]])
        step = case.graph[match.root]
        if x.dtype.kind != "f" or x.size < LEAST or not x.ndim or not np.isfinite(x).all():
            continue
        if (x <= 0).all():
            what, at, sure = "every unit is", (0,) * x.ndim, True
        elif x.ndim == 2 and x.shape[0] >= LEAST:
            spread = x.std(axis=0)
            dead = (x <= 0).all(axis=0) & (x.mean(axis=0) + FAR * spread < 0)
            if not dead.any():
                continue
            unit = int(np.argmax(dead))
            what, at, sure = f"unit {unit} is", (int(np.argmax(x[:, unit])), unit), False
        else:
            continue
        if not case.once("dead-relu", step):
            continue
        yield Finding(
            code="dead-relu",
            title=f"dead ReLU: {what} 0 for every example",
            steps=(step.id,),
            span=step.span,
            where=f"its largest: {case.place(match.roles['x'], at if not sure else _largest(x))}",
            evidence=case.worked(step, at),
            meaning=(
                "Where ReLU cuts to 0 its slope is 0 too, so no gradient comes back to bring it to life again. "
                "A large step or a very negative bias gets it there."
            ),
            mend=("- relu(z)", "+ leaky_relu(z)    # or a smaller learning rate, and biases that start at 0"),
            confidence="high" if sure else "medium",
        )


def _largest(x: Array) -> Index:
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(x)), x.shape))
