"""Sigmoids and tanhs so far out that they are flat."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.finding import Finding

from .case import Case

FLAT = {"sigmoid": 8.0, "tanh": 4.0}  # past this the slope is under a thousandth of the steepest
LEAST, SHARE = 6, 0.95
INTO = ("matmul", "matvec", "vecmat", "dot")


def rule(case: Case) -> Iterator[Finding]:
    """Nearly every entry of a hidden layer is past where the slope ends."""
    for match in case.idioms("sigmoid", "tanh"):
        if "x" not in match.roles:
            continue
        x = np.asarray(case.values[match.roles["x"]])
        step = case.graph[match.root]
        if x.dtype.kind != "f" or x.size < LEAST or not np.isfinite(x).all():
            continue
        if np.mean(np.abs(x) > FLAT[match.name]) < SHARE:
            continue
        if not any(user.op.name in INTO for user in case.onward(step.id)):
            continue  # the last layer may be as sure as it likes
        if not case.once("saturated", step):
            continue
        at = tuple(int(i) for i in np.unravel_index(int(np.argmin(np.abs(x))), x.shape))
        yield Finding(
            code="saturated",
            title=f"saturated {match.name}: the layer is flat",
            steps=(step.id,),
            span=step.span,
            where=f"the nearest to 0: {case.place(match.roles['x'], at)}",
            evidence=case.worked(step, at),
            meaning=(
                f"So far out {match.name} is level: its slope is next to 0, and so is every gradient that comes back "
                "through it. The scores before it are too large."
            ),
            mend=("+ smaller weights at the start (variance 1/n), inputs of mean 0 and spread 1, or ReLU",),
            confidence="high",
        )
