"""``::: exit``: narrate the formulas yourself, then compare with the engine's own narration, idea by idea."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from unmagic.core.errors import UnmagicError
from unmagic.core.span import SourceText
from unmagic.lesson.clean import clean
from unmagic.lesson.ideas import LONGEST, Idea
from unmagic.lesson.links import reader
from unmagic.lesson.markdown import Widget, sentence
from unmagic.reading.narrate import narrate_text

from .body import Body
from .kind import Kind, Pairs


class Told(NamedTuple):
    """A sentence of the engine's narration, and whether the visitor's text touches its idea."""

    words: str
    named: bool


class Task(NamedTuple):
    """A formula to narrate: its field, what was typed, and the narration once something was."""

    key: str
    formulas: list[str]
    text: str
    told: list[Told]
    link: str


class Exit(NamedTuple):
    """What the widget shows."""

    ask: str
    tasks: list[Task]
    open: bool
    longest: int = LONGEST


class ExitKind(Kind):
    """``question``, and ``formula`` lines, each with an ``idea: terms`` line for every sentence of its narration."""

    kind = "exit"

    def query(self, widget: Widget, own: Pairs) -> Pairs:
        given = dict(own)
        keys = _keys(widget)
        return [(key, clean(given.get(key, ""), LONGEST)) for key in keys] if any(key in given for key in keys) else []

    def shown(self, widget: Widget, own: Pairs) -> Exit:
        typed = dict(own)
        tasks = []
        for key, (formula, terms) in zip(_keys(widget), _formulas(widget), strict=True):
            text = typed.get(key, "")
            told = narrated(formula)
            if len(told) != len(terms):
                raise UnmagicError(f"line {widget.line}: {formula} is told in {len(told)} ideas, not {len(terms)}")
            ideas = [Idea(*pair) for pair in zip(told, terms, strict=True)]
            shown = [Told(idea.text, idea.named_in(text)) for idea in ideas] if own else []
            tasks.append(Task(key, formula.split(" with "), text, shown, reader(formula)))
        return Exit(sentence(Body(widget).one("question")), tasks, bool(own))


@lru_cache(maxsize=64)
def narrated(formula: str) -> tuple[str, ...]:
    """The engine's own narration of a formula, a sentence an idea."""
    text = " ".join(narrate_text(SourceText(formula), "formula"))
    return tuple(re.split(r"(?<=\.)\s+", text)) if text else ()


def _formulas(widget: Widget) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for name, value in Body(widget).lines:
        if name == "formula":
            found.append((value, []))
        elif name == "idea" and found:
            found[-1][1].append(value)
    if not found:
        raise UnmagicError(f"line {widget.line}: exit {widget.id} has no formula to narrate")
    return found


def _keys(widget: Widget) -> list[str]:
    return [f"{widget.id}.{i}" for i, _ in enumerate(_formulas(widget), 1)]
