"""A graph at the level people talk about: idioms and named steps shown, small steps written into what uses them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, count
from typing import NamedTuple

import numpy as np

from unmagic.core.build import LEAVES, Constant, marked
from unmagic.core.digits import READING, Style, shown
from unmagic.core.errors import Unsupported
from unmagic.core.graph import Array, Graph, Index, Step
from unmagic.core.lines import Working
from unmagic.core.notation import Fraction, Indexed, Infix, Name, Notation, Numeral, Power, Row, Word
from unmagic.core.notation_text import text
from unmagic.core.op import Operand
from unmagic.core.program import Program
from unmagic.core.scalar import SHOWN_TERMS, Entry, Expr, Number
from unmagic.idioms.match import Match
from unmagic.idioms.show import formula as idiom_formula

from .working import Book, inlined

LONGEST_FORMULA = 9
"""An expression of more steps than this is taken apart: its largest part gets a line of its own."""

LONGEST_LABEL = 12
"""An inner number is called by its formula where that is at most this long: ``‖a‖``."""

SUMS = frozenset({"sum", "mean", "max", "min"})
"""Reductions that are worked where they stand, inside an idiom."""

REDUCTIONS = SUMS | {"prod"}
"""Steps whose notation names an axis where there is more than one."""

SPARE_NAMES = ("u", "v", "w", "s", "t", "h", "r", "q", "k", "m")
"""Names for shown steps that neither the user nor the field has one for."""


class ShownStep(NamedTuple):
    """A step at the idiom's level."""

    id: int
    number: int
    name: str  # "" for a nameless result
    formula: Notation  # the right side
    title: str  # the idiom's, or ""
    words: str
    match: Match | None
    inside: tuple[int, ...]  # the raw steps it stands for, itself last


class View:
    """Which steps of a graph are shown, what they are called, and how their entries are worked."""

    def __init__(
        self,
        program: Program,
        matches: Sequence[Match] = (),
        *,
        also: Mapping[int, str] | None = None,
        values: Sequence[Array] | None = None,
        graph: Graph | None = None,
        wanted: Iterable[int] = (),
        chosen: bool = False,
    ) -> None:
        self.program = program
        self.graph = graph if graph is not None else program.graph
        self.values = values if values is not None else program.values
        self.also = dict(also or {})
        self._needed = self._all_needed([*wanted, *self.also])
        self.uses = self._uses_needed()
        self.matches = {m.root: m for m in matches if m.root in self._needed and not m.idiom.joined}
        self._inside: dict[int, int] = {}  # interior step -> root of its idiom
        for match in self.matches.values():
            for id in match.members - match.visible:
                if id != match.root:
                    self._inside.setdefault(id, match.root)
        # a way back shows what it was told to: whatever else it chose would be a name that its page never explains
        self.shown_ids = set(self.also) if chosen else self._choose()
        self.names = self._name_all()
        self.inner = self._name_inner()
        self._weights: dict[int, int] = {}
        self._steps: list[ShownStep] | None = None
        self._trees: dict[tuple[int, Index], Expr] = {}
        self._needs: dict[tuple[int, Index], dict[tuple[int, Index], None]] = {}  # inner entries a tree speaks of

    # which steps are shown --------------------------------------------------------------------------------

    def _all_needed(self, more: Iterable[int]) -> set[int]:
        """What some statement, name or the result depends on."""
        wanted = {*self.graph.names.values(), *(s.step for s in self.program.statements), *more}
        wanted |= {side for s in self.program.statements for side in s.sides}
        wanted.add(self.graph.result)
        for step in reversed(self.graph.steps):
            if step.id in wanted:
                wanted.update(step.inputs)
        return {id for id in wanted if id >= 0}

    def _uses_needed(self) -> list[list[int]]:
        uses: list[list[int]] = [[] for _ in self.graph.steps]
        for step in self.graph.steps:
            if step.id in self._needed:
                for i in dict.fromkeys(step.inputs):
                    uses[i].append(step.id)
        return uses

    def _choose(self) -> set[int]:
        """Steps with a line of their own: named ones, idioms, results, what is used twice or is too much to inline."""
        shown = set(self.also)
        weight: dict[int, int] = {}  # how many steps a formula ending here is made of
        named = {id for name, id in self.graph.names.items()}
        ends = {self.graph.result, *(s.step for s in self.program.statements)}
        ends |= {side for s in self.program.statements for side in s.sides}
        for step in self.graph.steps:
            id = step.id
            if id not in self._needed or step.op in LEAVES:
                continue
            own = 0 if step.implicit or step.op.name in LIGHT else 1
            weight[id] = own + sum(0 if i in shown else weight.get(i, 0) for i in dict.fromkeys(step.inputs))
            root = self._inside.get(id)
            if id in shown:
                continue
            if step.implicit and id not in ends:
                continue
            if (
                id in ends
                or id in named
                or step.name is not None
                or (root is None and id in self.matches)
                or (root is None and self._stands_alone(step, weight[id]))
            ):
                shown.add(id)
        return shown

    def _stands_alone(self, step: Step, weight: int) -> bool:
        users = self._real_users(step.id)
        if not users:
            return False
        if any(step.id in match.roles.values() for user in users if (match := self.matches.get(self._owner(user)))):
            return step.op.name not in LIGHT
        if step.op.movement or step.op.name in LIGHT:
            return False
        if len(users) > 1 or weight > LONGEST_FORMULA:
            return True
        if step.shape == ():
            return False
        if not step.op.elementwise:
            return True
        user = self.graph[users[0]]
        return not user.op.elementwise and step.shape[-1] > SHOWN_TERMS

    def _owner(self, id: int) -> int:
        return self._inside.get(id, id)

    def _real_users(self, id: int) -> list[int]:
        """Who reads a step, implicit copies looked through."""
        users: list[int] = []
        waiting = list(self.uses[id])
        while waiting:
            user = waiting.pop()
            if self.graph[user].implicit:
                waiting.extend(self.uses[user])
            else:
                users.append(user)
        return sorted(set(users))

    # names and formulas -----------------------------------------------------------------------------------

    def _name_all(self) -> dict[int, str]:
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

    def _name_inner(self) -> dict[int, str]:
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

    def notation(self, id: int) -> Notation:
        """A step as it stands in another's formula: its name if it has one, else its own formula."""
        step = self.graph[id]
        if step.op is Constant:
            value = step.attrs["value"]
            if id in self.names:
                return Name(self.names[id])
            return Numeral(shown(value)) if step.shape == () else Word(f"[{marked(step.shape)}]")
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

    @property
    def steps(self) -> list[ShownStep]:
        """The shown steps in order, each with what it stands for."""
        if self._steps is None:
            self._steps = [self._shown(number, id) for number, id in enumerate(sorted(self.shown_ids), 1)]
        return self._steps

    def _shown(self, number: int, id: int) -> ShownStep:
        step, match = self.graph[id], self.matches.get(id)
        inside = self.inside(id)
        return ShownStep(
            id,
            number,
            self.names.get(id, ""),
            self.formula(id),
            match.idiom.title if match is not None else "",
            self.say(match, match.idiom.sentence) if match is not None else step.note,
            match,
            tuple(inside),
        )

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

    def say(self, match: Match, template: str) -> str:
        """A sentence of an idiom, with the user's names in their places."""
        return template.format_map(_Spelled({role: text(part) for role, part in self.roles(match).items()}))

    def inside(self, id: int) -> list[int]:
        """The raw steps that a shown step stands for, itself last."""
        found, waiting = {id}, [id]
        while waiting:
            for i in self.graph[waiting.pop()].inputs:
                if i not in found and not self.is_source(i):
                    found.add(i)
                    waiting.append(i)
        return sorted(found)

    # arithmetic -------------------------------------------------------------------------------------------

    def tree(self, id: int, at: Index) -> Expr:
        """One entry of a step as arithmetic over entries of shown and inner steps and of leaves, by step number."""
        key = (id, at)
        if key not in self._trees:
            self._needs[key] = {}
            self._trees[key] = self._worked_tree(id, at, self._needs[key])
        return self._trees[key]

    def _worked_tree(self, id: int, at: Index, needs: dict[tuple[int, Index], None]) -> Expr:
        step = self.graph[id]
        if all(self._printed_as_it_is(i) for i in step.inputs):
            return step.op.entry(at, *[Operand(i, self.values[i]) for i in step.inputs], **step.attrs)
        operands = [Operand(k, self.values[i]) for k, i in enumerate(step.inputs)]
        own = step.op.entry(at, *operands, **step.attrs)

        def part(i: int) -> Callable[[Entry], Expr]:
            def of(entry: Entry) -> Expr:
                if self.is_source(i):
                    return self._leaf(i, entry.at)
                if i in self.inner:
                    needs[i, entry.at] = None
                    return self._leaf(i, entry.at)
                key = (i, entry.at)
                if key not in self._trees:
                    self._trees[key] = self._worked_tree(i, entry.at, self._needs.setdefault(key, {}))
                needs.update(self._needs[key])
                return self._trees[key]

            return of

        sources = dict(enumerate(step.inputs))
        return inlined(own, {k: part(i) for k, i in sources.items()}, sources)

    def _leaf(self, id: int, at: Index) -> Expr:
        value = self.values[id][at]
        return Number(value) if self._is_number(id) else Entry(id, at, value)

    def _is_number(self, id: int) -> bool:
        """A number of the text, which nobody named."""
        step = self.graph[id]
        return step.op is Constant and step.shape == () and id not in self.names

    def _printed_as_it_is(self, id: int) -> bool:
        """Whether an entry of a step is a leaf of any arithmetic over it."""
        return self.is_source(id) and not self._is_number(id)

    def book(self, floors: Mapping[str, int] | None = None, style: Style = READING) -> Book:
        """An empty book for this view's entries."""
        given = frozenset(step.id for step in self.graph.steps if step.op in LEAVES)
        return Book(floors, given=given, style=style)

    def put(self, book: Book, id: int, at: Index) -> list[int]:
        """Put an entry into a book, the inner steps that it needs first; nothing where no calculator gets there."""
        if self.graph[id].op in LEAVES:  # as a gradient that is one of the numbers handed in
            return []
        order: dict[tuple[int, Index], None] = {}
        seen: set[tuple[int, Index]] = set()
        waiting = [((id, at), False)]
        while waiting:
            key, ready = waiting.pop()
            if ready:
                order.setdefault(key)
            elif key not in seen:
                seen.add(key)
                try:
                    self.tree(*key)
                except Unsupported:
                    return self._put_check(book, id, at)
                waiting.append((key, True))
                waiting.extend((need, False) for need in reversed(self._needs[key]))
        return [
            book.add_tree(self.tree(i, there), there, self.values[i][there], step=i, name=self._label(i))
            for i, there in order
        ]

    def _put_check(self, book: Book, id: int, at: Index) -> list[int]:
        """Where no calculator gets to an entry: what it can check instead, as Σⱼ Aᵢⱼ xⱼ for a solution x."""
        step = self.graph[id]
        operands = [self.values[i] for i in step.inputs]
        try:
            number = book.add(
                step.op, at, operands, self.values[id], step.attrs, step=id, sources=step.inputs, name=self._label(id)
            )
        except Unsupported:
            return []
        return [number]

    def _label(self, id: int) -> str:
        return self.names.get(id) or self.inner.get(id, "")

    def working(self, id: int, at: Index, floors: Mapping[str, int] | None = None) -> Working:
        """The arithmetic of one entry alone; a leaf has none. Raises `Unsupported` where no calculator gets there."""
        if self.graph[id].op in LEAVES:
            given = f"{self.entry_name(id, at)} = {shown(self.values[id][at])}, given"
            return Working(self.names.get(id, ""), at, (), given)
        book = self.book(floors)
        numbers = self.put(book, id, at)
        if not numbers:
            raise Unsupported(f"no calculator gets to an entry of {self.graph[id].op.name.replace('_', ' ')}")
        workings = book.solve()
        lines = tuple(line for number in numbers for line in workings[number].lines)
        return Working(self.names.get(id, ""), at, lines)


def _starts_with_numeral(node: Notation) -> bool:
    while isinstance(node, (Row, Power, Infix)):
        node = node.base if isinstance(node, Power) else node.parts[0] if isinstance(node, Row) else node.args[0]
    return isinstance(node, Numeral)


class _Spelled(dict[str, str]):
    """Names for a template; a role that nothing plays keeps its own letter."""

    def __missing__(self, key: str) -> str:
        return key


LIGHT = frozenset({"broadcast", "cast", "reshape", "transpose", "index", "negative"})
"""Steps that need no line of their own: they are read at a glance inside what uses them."""
