"""What to call a value in a sentence: the user's own name or words for it, else its formula, else what made it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from unmagic.core.digits.shown import shown
from unmagic.core.graph import Array, Graph, Step
from unmagic.core.notation import Name, Notation, Numeral, Row, Word
from unmagic.core.notation_text import text
from unmagic.core.symbols import unicode_name
from unmagic.idioms.record import Match
from unmagic.idioms.show import formula

if TYPE_CHECKING:
    from unmagic.core.program import Program

SHORT = 22  # characters that a sentence can carry in a value's place
HIDDEN = frozenset({"broadcast", "cast"})


class Called:
    """Names for the steps of one graph."""

    def __init__(
        self, graph: Graph, values: Sequence[Array] | None, matches: Sequence[Match], program: Program | None
    ) -> None:
        self.graph = graph
        self.values = values
        self.at = {match.root: match for match in matches if not match.joined}
        self.language = program.language if program is not None else "formula"
        self.uses = graph.uses()
        self.slopes = _slopes(program)
        self._written: dict[int, Notation | None] = {}

    def seen(self, id: int) -> Step:
        """The step that a copy along axes, or a cast that the reader put in, copies."""
        step = self.graph[id]
        while step.op.name in HIDDEN and step.implicit and not step.name:
            step = self.graph[step.inputs[0]]
        return step

    def __getitem__(self, id: int) -> str:
        """What a sentence calls step ``id``."""
        step = self.seen(id)
        short = self.short(step.id)
        if short:
            return short
        match = self.at.get(step.id)
        if match is not None:
            return f"the {match.idiom.title.partition(',')[0]}"
        if step.op.name == "constant":
            return f"the given {('number', 'vector', 'matrix')[len(step.shape)] if len(step.shape) < 3 else 'array'}"
        return "the result so far"

    def short(self, id: int) -> str:
        """Its name, the user's words or its formula; empty where all of them are too long for a sentence."""
        step = self.seen(id)
        if step.id in self.slopes:
            return self.slopes[step.id]
        if step.name:
            return step.name if self.language == "python" else unicode_name(step.name)
        spoken = self._span(step)
        if spoken:
            return spoken
        written = self.written(step.id)
        line = text(written) if written is not None else ""
        return line if 0 < len(line) <= SHORT else ""

    def _span(self, step: Step) -> str:
        """The user's own words for a step, where they are short and one line."""
        if self.language == "latex" or step.span is None or step.op.name in HIDDEN:
            return ""
        if any(self.graph[reader].span == step.span for reader in self.uses[step.id]):
            return ""  # the words stand for more than this step
        words = _unbracketed(step.span.text.strip())
        if "\n" in words or "\\" in words or "=" in words or len(words) > SHORT:
            return ""
        return words.replace("np.", "").replace("torch.", "").replace("jnp.", "")

    def number(self, value: Any) -> str:
        """A number in a sentence."""
        return shown(np.float64(value) if isinstance(value, float) else value)

    def written(self, id: int, depth: int = 4) -> Notation | None:
        """A step's formula over named steps; None where it goes too deep."""
        step = self.seen(id)
        if step.name:
            return Name(step.name)
        if step.id not in self._written:
            self._written[step.id] = self._formula(step, depth)
        return self._written[step.id]

    def _formula(self, step: Step, depth: int) -> Notation | None:
        if step.op.name == "constant":
            value = step.attrs["value"]
            return Numeral(shown(value)) if not np.shape(value) else None
        match = self.at.get(step.id)
        if depth == 0 or step.op.name == "input":
            return None
        if match is not None:
            roles = {role: self.written(id, depth - 1) for role, id in match.roles.items()}
            return None if None in roles.values() else formula(match, {**self.numbers(match), **_given(roles)})
        parts = [self.written(i, depth - 1) for i in step.inputs]
        if any(part is None for part in parts):
            return None
        if step.op.name == "multiply" and any(not self.seen(i).shape for i in step.inputs):
            return Row(tuple(part for part in parts if part is not None))  # a number scales: 3x
        try:
            return step.op.notation(*parts, **step.attrs)
        except TypeError:  # a rule that wants more than its operands' notation
            return None

    def numbers(self, match: Match) -> dict[str, Notation]:
        """The roles of a match that are numbers in the text."""
        return {
            role: Numeral(self.number(value))
            for role, value in match.attrs.items()
            if role in match.idiom.roles and np.ndim(value) == 0 and not isinstance(value, str)
        }

    def roles(self, match: Match) -> dict[str, str]:
        """What the user calls each role of a match."""
        called = {role: text(number) for role, number in self.numbers(match).items()}
        called |= {
            role: "the labels" for role, value in match.attrs.items() if np.ndim(value) and role in match.idiom.roles
        }
        for role, id in match.roles.items():
            called[role] = self[id]
            if role in match.attrs.get("negated", ()):
                called[role] = f"−({called[role]})"
        scale = self.scale(match)
        if scale:
            called["c"], called["by"] = scale
        return called

    def scale(self, match: Match) -> tuple[str, str] | None:
        """What a match's interior divides or multiplies by, where a role of it is a scale: its words, and which."""
        if "c" not in match.idiom.numbers or match.attrs.get("c") == 1:
            return None
        for id in sorted(match.members):
            step = self.graph[id]
            if step.op.name not in {"divide", "multiply"} or not step.shape:
                continue
            for place in (1, 0) if step.op.name == "multiply" else (1,):
                operand = self.seen(step.inputs[place])
                if not operand.shape and operand.id not in match.roles.values():
                    return self.short(operand.id) or "a scale", step.op.name
        return None


def _slopes(program: Program | None) -> dict[int, str]:
    """The user's words for a gradient, ``∇f``, where the text asks for one only."""
    if program is None or len(set(program.gradients.values())) != 1:
        return {}
    words = set(re.findall(r"∇(?:_\w)?\w+(?:\(\w+\))?", program.source.text))
    return dict.fromkeys(program.gradients.values(), words.pop()) if len(words) == 1 else {}


def _unbracketed(words: str) -> str:
    """Without brackets that hold all of it."""
    if words[:1] == "(" and words[-1:] == ")" and "(" not in words[1:-1]:
        return words[1:-1]
    return re.sub(r"\s+", " ", words)


def _given(roles: Mapping[str, Notation | None]) -> dict[str, Notation]:
    return {role: part if part is not None else Word(role) for role, part in roles.items()}
