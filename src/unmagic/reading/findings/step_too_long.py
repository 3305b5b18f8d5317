"""A learning rate past what the curvature bears."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding

from .ascent import goal_name
from .case import Case
from .evidence import order
from .learning import Update

SLIGHTLY = 1e-2
"""By so much a loss may grow now and then."""


def rule(case: Case) -> Iterator[Finding]:
    """It goes straight down, and yet the loss on the same data is larger after the step, every time it was measured."""
    rounds = [group for group in case.learning.rounds() if all(one.down for one in group)]
    grown = [_growth(case, group) for group in rounds]
    for group, (before, after) in zip(rounds, grown, strict=True):
        if not after > before * (1 + 1e-9) + 1e-12 * abs(before):
            continue
        always = all(b < a for b, a in grown)
        if not always and after < before + SLIGHTLY * abs(before):
            continue  # to and fro at the bottom
        alone = [_growth(case, [one]) for one in group]
        one = group[int(np.argmax([a - b for b, a in alone]))]
        root = case.graph[one.root]
        if not case.once("step-too-long", root):
            continue
        before, after = _growth(case, [one]) if len(group) > 1 and max(a - b for b, a in alone) > 0 else (before, after)
        line = float(np.sum(one.gradient * one.moved))
        bend = after - before - line  # ½ δᵀHδ: what the curvature adds to the straight line
        factor = -line / bend / 2 if bend > 0 else 0.25  # the shortest step to the bottom, as a part of this one
        yield Finding(
            code="step-too-long",
            title=f"the step is too long: {goal_name(case, one.loss)} grows",
            steps=(one.root,),
            span=root.span,
            where=f"{goal_name(case, one.loss)} goes from {shown(before)} to {shown(after)} on the same data",
            evidence=order(before, after, "before, after"),
            meaning=(
                "The step goes downhill, but over the bottom and up the other side. Along this way the slope changes "
                f"so fast that a step {shown(round_(factor))} times as long would stop at the bottom; past twice that "
                "it climbs."
            ),
            mend=(f"- η · {case.parameter(one.old, one.root)}'s gradient", f"+ {shown(round_(factor))} · η, or less"),
            confidence="high" if always else "medium",
        )


def _growth(case: Case, group: list[Update]) -> tuple[float, float]:
    """The loss before the updates and after them, on the same data."""
    loss = group[0].loss
    before = float(case.values[loss])
    after = case.learning.replay(loss, {one.old: case.values[one.new] for one in group})
    if after is None or not np.isfinite(before):
        return before, -np.inf
    return before, float(after) if np.isfinite(after) else -np.inf


def round_(x: float) -> float:
    """Two digits: a rate is no finer than that."""
    return float(np.float64(x).round(1 - int(np.floor(np.log10(x))))) if x > 0 and np.isfinite(x) else 0.5
