"""Two readings side by side: where they part first, by how much, what moved and which branches flipped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unmagic.core.digits import Style, shown
from unmagic.core.notation_text import text
from unmagic.reading.laid_out import MOST_STEPS, value_rows
from unmagic.reading.reading import Reading, flipped, moved

from .answer import Answer, answer
from .layout import Layout
from .question import Question

LONGEST_LABEL = 40
"""A nameless step is called by its formula where that is at most this long."""

FULL = Style(16, 17)
"""Digits that tell any two machine numbers apart."""


@dataclass(frozen=True, slots=True)
class Row:
    """A name with what it is in each reading."""

    name: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    moved: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """The second answer, and how it differs; ``words`` are empty where one of the two has no numbers."""

    answer: Answer
    words: str = ""
    rows: tuple[Row, ...] = ()
    flipped: tuple[str, ...] = ()


def beside(question: Question, first: Answer, layout: Layout) -> Beside | None:
    """The second reading that a question asks for, compared with the first."""
    if question.second is None:
        return None
    other = answer(question, question.second)
    a, b = layout.reading, other.gradient.reading if other.gradient is not None else other.reading
    if b is None or b.numberless or a.numberless or other.error is not None:
        return Beside(other)
    changed = set(moved(a.program, b.program))
    rows = tuple(
        Row(name, value_rows(a.values[id]), value_rows(b.values[b.graph.names[name]]), name in changed)
        for name, id in list(a.graph.names.items())[:MOST_STEPS]
        if name in b.graph.names
    )
    return Beside(other, parting(a, b), rows, flipped(a.program, b.program))


def parting(a: Reading, b: Reading) -> str:
    """Where two readings part first, in words."""
    found = a.compare(b)
    if found.step is None or found.other is None:
        return "They do not part: every step has the same value in both."
    number = next((step.number for step in a.steps if found.step in step.inside), None)
    place = f"at step {number}" if number is not None else "at the start"
    name = a.view.entry_name(found.step, found.at)
    if not name and len(formula := text(a.view.formula(found.step))) <= LONGEST_LABEL:
        name = formula
    if found.shapes is not None:
        first, second = ("×".join(map(str, shape)) or "one number" for shape in found.shapes)
        name = a.view.name(found.step) or "the value"
        return f"They part first {place}: {name} is {first} in one, {second} in the other."
    assert found.values is not None
    x, y = (shown(value) for value in found.values)
    if x == y:  # they differ past the digits that are printed for each alone
        x, y = (shown(value, style=FULL) for value in found.values)
    gap = shown(float(f"{found.gap:.1g}"))
    size = f"{gap} of the larger" if np.isfinite(found.gap) else "more than can be said"
    return f"They part first {place}: {name or 'the value'} is {x} in one, {y} in the other; a gap of {size}."


__all__ = ["Beside", "Row", "beside"]
