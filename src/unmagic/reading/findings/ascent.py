"""An update that goes up the loss."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Edit, Finding
from unmagic.core.graph import Step

from .case import Case
from .evidence import order
from .gradient_differs import wavers
from .learning import Update
from .mends import Mend, instead, written
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
        if not (surely or (bowl and _steady(case, one))) or not case.once("ascent", root):
            continue
        at = np.unravel_index(int(np.argmax(np.abs(one.gradient))), one.gradient.shape)
        place = tuple(int(i) for i in at)
        name, old = case.parameter(one.old, one.root), case.values[one.old]
        entry = f"[{','.join(map(str, place))}]" if place else ""
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
            **_turned(case, root, name),
            confidence="high",
        )


def _steady(case: Case, one: Update) -> bool:
    """Whether a single number went the same multiple of its slope each time: along some slope it goes in any case.

    Where the source itself derives the loss, once is enough.
    """
    if one.moved.size > 1 or any(derived.of == one.loss for derived in case.graph.passes):
        return True
    times = [float(np.sum(o.moved) / np.sum(o.gradient)) for o in case.learning.updates if o.first == one.first]
    return len(times) > 1 and bool(np.allclose(times, times[0], rtol=1e-6, atol=0.0))


def _turned(case: Case, root: Step, name: str) -> Mend:
    """The other sign in front of the step."""
    signs = ("+", "-") if root.op.name == "add" else ("-", "+")
    span = root.span
    said = re.fullmatch(r"([^=]*?)([-+])=([^=].*)", span.text.strip()) if span is not None else None
    if said is not None and span is not None and said[2] == signs[0]:
        return Mend(
            mend=(f"- {said[0]}", f"+ {said[1]}{signs[1]}={said[3]}"), edit=Edit(span, f"{said[1]}{signs[1]}={said[3]}")
        )
    one = written(case, root)
    sides = one.sides(ast.Add if root.op.name == "add" else ast.Sub) if one is not None else None
    if one is not None and sides is not None:
        return instead(one, f"{one.part(sides[0])} {signs[1]} {one.part(sides[1])}")
    if root.op.name == "add":
        return Mend(mend=(f"- {name} + η · gradient", f"+ {name} − η · gradient"))
    return Mend(mend=(f"- {name} − η · what points downhill", f"+ {name} + η · it"))


def goal_name(case: Case, loss: int) -> str:
    """What the loss is called, ``the loss`` without a name."""
    name = case.name(loss)
    return "the loss" if name.startswith("step ") else name
