"""An update that goes up the loss."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding

from .case import Case
from .evidence import order
from .gradient_differs import wavers
from .names import is_goal


def rule(case: Case) -> Iterator[Finding]:
    """It moved along the gradient of what is to be small (or of a bowl, whatever it is called)."""
    # momentum overshoots and climbs, but it starts downhill
    level = {one.first for one in case.learning.updates if one.cosine < 0.99}
    for one in case.learning.updates:
        if one.first in level or is_goal(case.name(one.loss)) or wavers(case, one):
            continue
        before = float(case.values[one.loss])
        after = case.learning.replay(one.loss, {one.old: case.values[one.new]})
        if after is None:
            continue
        line = float(np.sum(one.gradient * one.moved))
        bowl = float(after) - before > line * (1 + 1e-9)  # it bends upwards: there is no top to arrive at
        surely = case.learning.surely(one.loss)
        root = case.graph[one.root]
        if not (surely or bowl) or not case.once("ascent", root):
            continue
        at = np.unravel_index(int(np.argmax(np.abs(one.gradient))), one.gradient.shape)
        place = tuple(int(i) for i in at)
        name, old = case.parameter(one.old, one.root), case.values[one.old]
        entry = f"[{','.join(map(str, place))}]" if place else ""
        adds = root.op.name == "add"
        yield Finding(
            code="ascent",
            title=f"the step goes up {goal_name(case, one.loss)}",
            steps=(one.root,),
            span=root.span,
            where=f"{name}{entry} goes from {shown(old[place])} to "
            f"{shown(case.values[one.new][place])}, and the slope there is {shown(one.gradient[place])}",
            evidence=(*case.worked(root, place), *order(before, float(after), "before, after")),
            meaning=(
                "The gradient points to where the loss grows fastest, and the step goes along it: on the same data "
                "the loss is larger afterwards. Going down means going against the gradient."
            ),
            mend=(f"- {name} + η · gradient", f"+ {name} − η · gradient")
            if adds
            else (f"- {name} − η · what points downhill", f"+ {name} + η · it, or turn its sign where it is computed"),
            confidence="high" if surely or bowl else "medium",
        )


def goal_name(case: Case, loss: int) -> str:
    """What the loss is called, ``the loss`` without a name."""
    name = case.name(loss)
    return "the loss" if name.startswith("step ") else name
