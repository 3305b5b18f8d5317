"""Gradients of another time: those of earlier steps still in it, or one taken before the parameter moved."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding
from unmagic.core.graph import Array, Index

from .case import Case
from .evidence import computed
from .learning import Update, parallel, tolerance_of


def rule(case: Case) -> Iterator[Finding]:
    """Two updates of one parameter in a row: the second's gradient is new + old, or the old one."""
    by_old = {one.old: one for one in case.learning.updates}
    for first in case.learning.updates:
        second = by_old.get(first.new)
        if second is None:
            continue
        tolerance = tolerance_of(case.values[first.old])
        k = parallel(first.moved, first.gradient, tolerance)
        again = parallel(second.moved, second.gradient, tolerance)
        if not k or (again is not None and (first.gradient.shape != () or abs(again - k) <= tolerance * abs(k))):
            continue  # one number always lies along another: there the rate has to be the same
        root = case.graph[second.root]
        at = _largest(first.gradient)
        if close(second.moved, k * (first.gradient + second.gradient), tolerance):
            case.learning.explained.add(second.root)
            if case.once("doubled-gradient", root):
                yield _doubled(case, first, second, at)
        elif close(second.moved, k * first.gradient, tolerance):
            case.learning.explained.add(second.root)
            if case.once("stale-gradient", root):
                yield _stale(case, first, second, at)


def _doubled(case: Case, first: Update, second: Update, at: Index) -> Finding:
    name = case.parameter(second.old, second.root)
    entry = f"[{','.join(map(str, at))}]" if at else ""
    return Finding(
        code="doubled-gradient",
        title=f"{name}'s gradient still holds that of the step before",
        steps=(second.root,),
        span=case.graph[second.root].span,
        where=f"the slope at {name}{entry} is {shown(second.gradient[at])}, the step used "
        f"{shown(first.gradient[at] + second.gradient[at])}",
        evidence=computed("add", first.gradient[at], second.gradient[at], name="used"),
        meaning=(
            "Gradients are added to what is there, and nothing set it to 0 between two steps. So each step goes along "
            "the sum of all gradients so far, most of them taken elsewhere."
        ),
        mend=("+ grad = 0 (optimizer.zero_grad()) before each backward pass",),
    )


def _stale(case: Case, first: Update, second: Update, at: Index) -> Finding:
    name = case.parameter(second.old, second.root)
    entry = f"[{','.join(map(str, at))}]" if at else ""
    return Finding(
        code="stale-gradient",
        title=f"{name} moved, its gradient did not",
        steps=(second.root,),
        span=case.graph[second.root].span,
        where=f"the slope at {name}{entry} is now {shown(second.gradient[at])}, the step used "
        f"{shown(first.gradient[at])}, from before",
        evidence=case.worked(case.graph[second.root], at),
        meaning=(
            "The gradient says which way is down at one place, and this step uses the one of the place before. "
            "Compute it anew in every round, from the parameters as they are."
        ),
        mend=("+ compute the gradient inside the loop, after the loss",),
    )


def close(a: Array, b: Array, tolerance: float) -> bool:
    """Equal to within a tolerance of the larger."""
    scale = float(max(np.abs(a).max(initial=0.0), np.abs(b).max(initial=0.0)))
    return bool(np.abs(a - b).max(initial=0.0) <= tolerance * scale)


def _largest(values: Array) -> Index:
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(np.abs(values))), values.shape))
