"""Gradients written by hand with another factor in front of each."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding
from unmagic.core.graph import Step

from .case import Case
from .gradient_differs import slopes
from .learning import Update, parallel, tolerance_of
from .names import is_loss, is_slope

EVEN = 1e-4


def rule(case: Case) -> Iterator[Finding]:
    """One parameter's gradient is the loss's, another's a multiple of it: only one was divided by the examples."""
    for group in case.learning.rounds():
        if not is_loss(case.name(group[0].loss)):
            continue
        factors: list[tuple[float, Step, Update]] = []
        for one in group:
            slope = next((s for s in reversed(slopes(case, one)) if is_slope(s.name or "")), None)
            k = parallel(case.values[slope.id], one.gradient, tolerance_of(case.values[one.old])) if slope else None
            if slope is not None and k:
                factors.append((k, slope, one))
        right = next((found for found in factors if abs(found[0] - 1) < EVEN), None)
        for k, slope, one in factors:
            if right is None or abs(k - 1) < EVEN or k < 0 or not case.once("gradient-differs", slope):
                continue
            at = tuple(int(i) for i in np.unravel_index(int(np.argmax(np.abs(one.gradient))), one.gradient.shape))
            name, other = case.called(slope.id), case.called(right[1].id)
            yield Finding(
                code="gradient-differs",
                title=f"{name} is {shown(np.float64(k).round(6))} times the gradient, {other} is the gradient",
                steps=(slope.id, right[1].id),
                span=slope.span,
                where=f"theirs = {shown(np.asarray(case.values[slope.id])[at])}, ours = {shown(one.gradient[at])}",
                evidence=case.worked(slope, at),
                meaning=(
                    "One factor in front of all gradients only makes the learning rate another; a factor in front of "
                    "one of them turns the step away from the way down. A mean in the loss divides every gradient."
                ),
                mend=(f"- {name}", f"+ {name} / {shown(np.float64(k).round(6))}"),
            )
