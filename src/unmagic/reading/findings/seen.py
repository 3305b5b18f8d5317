"""What was seen of one place of a program: each time it ran and was recorded, and how to say so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.graph import Array, Region, Step
from unmagic.idioms.match import Match

from .case import Case

NAMED = 4
"""So many rounds are named one by one."""


class Seen(NamedTuple):
    """One idiom at one place: its step each time, and what went in."""

    name: str
    roots: Sequence[Step]
    roles: Sequence[int]
    inputs: Sequence[Array]


def seen(case: Case, *names: str) -> Iterator[Seen]:
    """The functions of these names in the order of the text, each with all the times that it was recorded."""
    places: dict[Any, list[Match]] = {}
    times: Counter[Any] = Counter()
    for match in sorted(case.idioms(*names), key=lambda match: match.root):
        if "x" in match.roles and match.root not in case.backward:
            span, round = case.graph[match.root].span, _round(case, case.graph[match.root])
            place = span if span is not None else match.root
            here = (place, round.start if round is not None else -1)
            times[here] += 1  # a function is called for each layer: the first call of each round is one layer's
            places.setdefault((place, times[here]), []).append(match)
    for matches in places.values():
        kept = []
        for match in matches:
            x = np.asarray(case.values[match.roles["x"]])
            if x.dtype.kind == "f" and x.ndim and x.size and np.isfinite(x).all():
                kept.append((match, x))
        if kept:
            yield Seen(
                kept[0][0].name,
                [case.graph[match.root] for match, _ in kept],
                [match.roles["x"] for match, _ in kept],
                [x for _, x in kept],
            )


def told(case: Case, one: Seen) -> str:
    """``in this batch of 32``; ``each time that it was recorded: i = 1, 2, 4, 8``."""
    rows = one.inputs[0].shape[0] if one.inputs[0].ndim > 1 else 1
    batch = f"in this batch of {shown(np.int64(rows))}" if rows > 1 else "for this one example"
    if len(one.roots) == 1:
        return batch
    rounds = [round.label for round in (_round(case, step) for step in one.roots) if round is not None]
    if len(rounds) != len(one.roots):
        return f"in all of the {shown(np.int64(len(one.roots)))} times that were recorded"
    what = rounds[0].rpartition(" ")[0]
    numbers = list(dict.fromkeys(label.rpartition(" ")[2] for label in rounds))
    if len(numbers) == 1:
        return f"in {rounds[0]}"
    shown_ones = numbers if len(numbers) <= NAMED else [*numbers[:3], "…", numbers[-1]]
    return f"in every recorded round ({what} {', '.join(shown_ones)})"


def _round(case: Case, step: Step) -> Region | None:
    """The innermost iteration that a step stands in."""
    inside = [r for r in case.graph.regions if r.kind in ("iteration", "round") and r.start <= step.id < r.stop]
    return min(inside, key=lambda r: r.stop - r.start, default=None)
