"""A graph at the level people talk about: the shown steps, and the arithmetic of their entries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import NamedTuple

from unmagic.core.build import LEAVES, Constant
from unmagic.core.digits import READING, Style, shown
from unmagic.core.errors import Unsupported
from unmagic.core.graph import Index
from unmagic.core.lines import Working
from unmagic.core.notation import Notation
from unmagic.core.op import Operand
from unmagic.core.scalar import Entry, Expr, Number
from unmagic.idioms.match import Match

from .formulas import Formulas
from .working import Book, inlined


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


class View(Formulas):
    """Which steps of a graph are shown, what they are called, and how their entries are worked."""

    @cached_property
    def steps(self) -> list[ShownStep]:
        """The shown steps in order, each with what it stands for."""
        return [self._shown(number, id) for number, id in enumerate(sorted(self.shown_ids), 1)]

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

    @cached_property
    def _trees(self) -> dict[tuple[int, Index], Expr]:
        return {}

    @cached_property
    def _needs(self) -> dict[tuple[int, Index], dict[tuple[int, Index], None]]:
        """The inner entries that each tree speaks of."""
        return {}

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
