"""The gradients that people teach, shown where they are the ones that the steps gave."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from unmagic.core.graph import Array, Graph

from .record import Back, Match
from .verify import agree


class Taught(NamedTuple):
    """A taught gradient of one step.

    ``formula`` is over the idiom's roles, its result's letter and ``g``, the gradient that arrives at the result;
    ``names`` says which step each of these is. ``upstream`` is that gradient's step, or None where it is the number 1
    that every gradient starts from: then ``g`` is left out.
    """

    of: int  # the step whose gradient it is
    value: int  # the step of the gradient graph with the same numbers
    match: Match
    role: str
    formula: str
    sentence: str
    names: Mapping[str, int]
    upstream: int | None

    @property
    def title(self) -> str:
        return self.match.idiom.title


def taught(
    graph: Graph, values: Sequence[Array], matches: Sequence[Match], grad_of: Mapping[int, int]
) -> dict[int, Taught]:
    """For each step with a gradient, the taught form that gives the same numbers, if an idiom has one.

    ``grad_of`` maps a forward step to the step of its gradient. Of several forms the one that reaches furthest wins:
    softmax with cross-entropy before softmax.
    """
    found: dict[int, Taught] = {}
    reach: dict[int, int] = {}
    for match in flat(matches):
        arrives = grad_of.get(match.root)
        if arrives is None:
            continue
        for back in match.idiom.backward:
            step = match.roles.get(back.role)
            raw = grad_of.get(step) if step is not None else None
            if step is None or raw is None or reach.get(step, -1) >= len(match.members):
                continue
            if back.role in match.attrs.get("negated", ()):
                continue
            if agree(values[raw], computed(back, match, values, values[arrives])):
                start = bool(np.all(values[arrives] == 1)) and not graph[arrives].inputs
                names = {**match.roles, **({match.idiom.letter: match.root} if match.idiom.letter else {})}
                upstream = None if start else arrives
                formula = without_g(back.formula) if start else back.formula
                found[step] = Taught(step, raw, match, back.role, formula, back.sentence, names, upstream)
                reach[step] = len(match.members)
    return found


def flat(matches: Sequence[Match]) -> list[Match]:
    """The matches and all that are inside them."""
    every = list(matches)
    for match in every:
        every.extend(match.parts)
    return every


def computed(back: Back, match: Match, values: Sequence[Array], g: Any) -> Any:
    """What the taught form makes of the values; None if it can't."""
    given: dict[str, Any] = {**match.attrs, **{role: values[step] for role, step in match.roles.items()}}
    try:
        with np.errstate(all="ignore"):
            return back.value(g=np.asarray(g), **{"y": values[match.root], **given})
    except (ValueError, IndexError, TypeError, KeyError, AttributeError):
        return None  # a shape or spelling that the form was not written for


def without_g(formula: str) -> str:
    """A taught form where the gradient that arrives is 1: ``−g y / p`` is ``−y / p``."""
    formula = re.sub(r"(^|− ?)g /", r"\g<1>1 /", formula)
    for text in ("g ⊙ ", "g · ", "g "):
        if formula.startswith(text):
            return formula.removeprefix(text)
        formula = formula.replace(f"−{text}", "−").replace(f"2 {text}", "2 ")
    return formula if formula != "g" else "1"
