"""What shown steps are called, and their formulas and sentences in the user's and the field's names."""

from __future__ import annotations

import ast
from functools import cached_property
from itertools import chain, count

import numpy as np

from unmagic.core.build import LEAVES, Constant, marked
from unmagic.core.digits import shown
from unmagic.core.graph import Index, Step
from unmagic.core.notation import Fraction, Indexed, Infix, Literal, Name, Notation, Numeral, Power, Row
from unmagic.core.notation_text import text
from unmagic.idioms.match import Match
from unmagic.idioms.show import formula as idiom_formula

from .chosen import LIGHT, Chosen

LONGEST_LABEL = 12
"""An inner number is called by its formula where that is at most this long: ``‖a‖``."""

LONGEST_CODE = 32
"""Numbers without a name that were taken as given are shown by their code where that is at most this long."""

TAKEN = "taken as given"

SUMS = frozenset({"sum", "mean", "max", "min"})
"""Reductions that are worked where they stand, inside an idiom."""

REDUCTIONS = SUMS | {"prod"}
"""Steps whose notation names an axis where there is more than one."""

SPARE_NAMES = ("u", "v", "w", "s", "t", "h", "r", "q", "k", "m")
"""Names for shown steps that neither the user nor the field has one for."""


class Formulas(Chosen):
    """The shown steps by name, and each step as it stands in a formula."""

    # names ------------------------------------------------------------------------------------------------

    @cached_property
    def names(self) -> dict[int, str]:
        """The user's own names, then the field's letters, then spare ones."""
        names: dict[int, str] = {id: step.name for id, step in enumerate(self.graph.steps) if step.name is not None}
        names.update(self.also)
        for name, id in self.graph.names.items():
            names.setdefault(id, name)
        taken = set(names.values()) | set(self.graph.names)
        spare = iter(name for name in SPARE_NAMES if name not in taken)
        for id in sorted(self.shown_ids):
            if id in names or id == self.graph.result:
                continue
            match, op = self.matches.get(id), self.graph[id].op
            letter = (match.idiom.letter if match is not None else "") or op.letter
            names_like_it = (letter, *(f"{letter}_{k}" for k in range(2, 9))) if letter else ()
            name = next((n for n in names_like_it if n not in taken), "")
            names[id] = name or next(spare, f"v_{id}")
            taken.add(names[id])
        return names

    @cached_property
    def inner(self) -> dict[int, str]:
        """Steps inside an idiom that get lines of their own: what its parts are made of, and what they give."""
        inner: dict[int, str] = {}
        for match in self.matches.values():
            roots = {part.root: part for part in match.parts}
            handed = {step for part in match.parts for step in part.roles.values()}
            for id in sorted(match.members - match.visible - {match.root} - self.shown_ids):
                step = self.graph[id]
                if step.op in LEAVES or step.implicit or step.op.movement or step.op.name in LIGHT:
                    continue
                if id in roots or id in handed or not (step.op.elementwise or step.op.name in SUMS):
                    inner[id] = self._inner_name(id, roots.get(id), set(inner.values()))
        return inner

    def _inner_name(self, id: int, part: Match | None, taken: set[str]) -> str:
        letter = (part.idiom.letter if part is not None else "") or self.graph[id].op.letter or "S"
        if self.graph[id].shape == ():
            spelled = text(self.formula(id))
            return spelled if len(spelled) <= LONGEST_LABEL else letter
        taken |= set(self.names.values())
        return next(n for n in chain((letter,), (f"{letter}_{k}" for k in count(2))) if n not in taken)

    def name(self, id: int) -> str:
        """What a step is called; a nameless one by its formula's place."""
        return self.names.get(id, "")

    def entry_name(self, id: int, at: Index) -> str:
        """An entry as printed: ``z[0]``; a scalar by its name alone."""
        name = self.names.get(id) or (self._origin_name(id) if self.graph[id].implicit else "")
        return f"{name}[{','.join(map(str, at))}]" if at and name else name

    def _origin_name(self, id: int) -> str:
        while self.graph[id].implicit and self.graph[id].inputs:
            id = self.graph[id].inputs[0]
        return self.names.get(id, "")

    def is_source(self, id: int) -> bool:
        """Whether a step's numbers are printed as they are, not worked again where it is used."""
        return id in self.shown_ids or self.graph[id].op in LEAVES

    # formulas ---------------------------------------------------------------------------------------------

    def notation(self, id: int) -> Notation:
        """A step as it stands in another's formula: its name if it has one, else its own formula."""
        step = self.graph[id]
        if step.op is Constant:
            value = step.attrs["value"]
            if id in self.names:
                return Name(self.names[id])
            return Numeral(shown(value)) if step.shape == () else Literal(_written(step) or f"[{marked(step.shape)}]")
        if id in self.names and self.is_source(id):
            return Name(self.names[id])
        return self.formula(id)

    def formula(self, id: int) -> Notation:
        """The right side of a step: its idiom's formula, or its op's over its operands' formulas."""
        step = self.graph[id]
        if step.op in LEAVES:
            return self.notation(id)
        if step.implicit and len(step.inputs) == 1:
            return self.notation(step.inputs[0])
        match = self.matches.get(id)
        if match is not None:
            return idiom_formula(match, self.roles(match))
        if step.op.name == "index" and len(step.inputs) == 1 + sum(hasattr(k, "_fields") for k in step.attrs["key"]):
            written = self._indexed(step)
            if written is not None:
                return written
        if step.op.name == "multiply" and any(self._plain(i).shape == () for i in step.inputs):
            return self._scaled(step)
        attrs = step.attrs
        if step.op.name in REDUCTIONS and len(self.graph[step.inputs[0]].shape) == 1:
            attrs = {**attrs, "axis": None}  # a vector has but one: Σ m, not Σ along axis 0 of m
        return step.op.notation(*[self.notation(i) for i in step.inputs], **attrs)

    def _plain(self, id: int) -> Step:
        """The step behind implicit copies and casts."""
        step = self.graph[id]
        while step.implicit and len(step.inputs) == 1:
            step = self.graph[step.inputs[0]]
        return step

    def _scaled(self, step: Step) -> Notation:
        """A product with a number: side by side, the number first; a dot where two numbers would run together."""
        a, b = (self.notation(i) for i in step.inputs)
        if isinstance(b, Numeral) and not isinstance(a, Numeral):
            a, b = b, a
        return Infix("·", (a, b)) if isinstance(b, Fraction) or _starts_with_numeral(b) else Row((a, b))

    def _indexed(self, step: Step) -> Notation | None:
        """``p[1]``: an entry picked by numbers, each printed as the number it is."""
        parts: list[Notation] = []
        for key in step.attrs["key"]:
            value = self.values[step.inputs[1 + key[0]]] if isinstance(key, tuple) else key
            if isinstance(value, slice) or value is None or value is Ellipsis or getattr(value, "shape", ()) != ():
                return None
            parts.append(Numeral(str(int(value))))
        return Indexed(self.notation(step.inputs[0]), tuple(parts))

    # idioms in words --------------------------------------------------------------------------------------

    def say(self, match: Match, template: str) -> str:
        """A sentence of an idiom, with the user's names in their places."""
        return template.format_map(_Spelled({role: text(part) for role, part in self.roles(match).items()}))

    def roles(self, match: Match) -> dict[str, Notation]:
        """What plays each role of an idiom, as it stands in formulas here."""
        roles = {role: self._played_by(step) for role, step in match.roles.items()}
        numbers = {role: value for role, value in match.attrs.items() if role in match.idiom.roles}
        return {**{role: Numeral(shown(value)) for role, value in numbers.items() if np.ndim(value) == 0}, **roles}

    def _played_by(self, id: int) -> Notation:
        """A role's part in a formula; a class number is printed as the number it is."""
        step = self.graph[id]
        if step.op in LEAVES and step.shape == () and step.dtype.kind in "iu":
            return Numeral(shown(self.values[id]))
        return self.notation(id)


def _written(step: Step) -> str:
    """The code of a leaf that was taken as given, where that is short: ``rng.normal(size=3)``."""
    if step.span is None or not step.note.startswith(TAKEN):
        return ""
    code = step.span.text
    if len(code) > LONGEST_CODE or "\n" in code:
        return ""
    try:
        call = ast.parse(code, mode="eval").body
    except SyntaxError:
        return ""
    return code if isinstance(call, ast.Call) else ""  # a call needs no brackets beside a sign


def _starts_with_numeral(node: Notation) -> bool:
    while isinstance(node, (Row, Power, Infix)):
        node = node.base if isinstance(node, Power) else node.parts[0] if isinstance(node, Row) else node.args[0]
    return isinstance(node, Numeral)


class _Spelled(dict[str, str]):
    """Names for a template; a role that nothing plays keeps its own letter."""

    def __missing__(self, key: str) -> str:
        return key
