"""The backward half of a page: from the result to what it was derived by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from unmagic.core.digits import Style
from unmagic.core.document import NO_CELLS, Block, Heading, Note, StepBlock
from unmagic.core.lines import Working
from unmagic.core.notation import Infix, Name, Notation, Word
from unmagic.idioms.show import notation

from .backward import result_name
from .laid_out import LAST_STEPS, MOST_STEPS, Ticket, cells_of, lines_of, shape_words, value_rows, worked_entries
from .reading import Gradient
from .view import View
from .working import Book

if TYPE_CHECKING:
    from unmagic.idioms.backward import Taught

SHORT = 12
"""A taught gradient of at most this many characters is written into the next one: ``(p − y) xᵀ``."""

MOST_INSIDE = 120
"""Raw steps that a gradient's formula may be made of and still be written out."""


class Back:
    """The backward half of a page: taught forms where the field has them, else the chain rule's own steps."""

    def __init__(self, gradient: Gradient, forward: View, everything: bool, cells: bool, style: Style) -> None:
        from unmagic.idioms.backward import taught

        self.cells = cells
        self.gradient = gradient
        self.forward = forward
        self.everything = everything
        self.style = style
        back = gradient.backward
        self.top = result_name(gradient.reading.graph, back.of)
        ids = [id for id in back.cotangents if id in forward.shown_ids or id in back.wrt]
        names = {back.cotangents[id]: f"∂{self.top}/∂{forward.name(id)}" for id in ids if forward.name(id)}
        self.view = View(
            gradient.program,
            gradient.matches,
            also={**{id: forward.name(id) for id in forward.shown_ids}, **names},
            values=back.values,
            graph=back.graph,
            chosen=True,
        )
        self.taught = taught(back.graph, back.values, gradient.matches, back.cotangents)
        hidden = {id for t in self.taught.values() for id in t.match.members if id != t.match.root}
        asked = {id for id in ids if id != back.of and back.cotangents[id] in names}
        order = sorted((id for id in asked if id in back.wrt or id not in hidden), reverse=True)
        self.left_out = 0 if everything else max(0, len(order) - MOST_STEPS - LAST_STEPS)
        self.order = order if not self.left_out else [*order[:MOST_STEPS], *order[-LAST_STEPS:]]
        self.tickets: dict[int, Ticket] = {}

    def put(self, book: Book) -> None:
        """Put the entries to be worked into the book that the forward steps are in."""
        for id in self.order:
            target = self.gradient.backward.cotangents[id]
            joined = id in self.taught and self.taught[id].match.idiom.joined  # its raw steps are not the form shown
            if joined or self.cells:
                self.tickets[id] = Ticket(target, (), False)
                continue
            shape = self.view.graph[target].shape
            entries, whole = worked_entries(shape, self.everything, few=3)
            numbers = [number for at in entries for number in self.view.put(book, target, at)]
            self.tickets[id] = Ticket(target, tuple(numbers), whole)

    def blocks(self, workings: Sequence[Working], book: Book) -> list[Block]:
        """The way back, from the result to what it was derived by."""
        blocks: list[Block] = [Heading(f"back up, from {self.top}")]
        numbers = {step.id: str(step.number) for step in self.forward.steps}
        for position, id in enumerate(self.order):
            if self.left_out and position == MOST_STEPS:
                blocks.append(Note(f"… {self.left_out:,} steps between are not shown"))
            ticket = self.tickets[id]
            taught = self.taught.get(id)
            name = Name(f"∂{self.top}/∂{self.forward.name(id)}")
            right: Notation = Word("…")  # a number used thousands of times has a formula that nobody reads
            if taught is not None:
                right = self._taught_formula(taught)
            elif len(self.view.inside(ticket.step)) <= MOST_INSIDE:
                right = self.view.formula(ticket.step)
            lines = lines_of(ticket.numbers, workings)
            whole = bool(ticket.whole and ticket.numbers)
            value = self.view.values[ticket.step]
            fused = taught.match.members if taught is not None and taught.match.idiom.joined else ()
            users = sorted({numbers[u] for u in {*self._readers(id), *fused} if u in numbers}, key=int, reverse=True)
            again = taught is None or any(m is taught.match for m in self.forward.matches.values())
            blocks.append(
                StepBlock(
                    "↑" + "·".join(users),
                    Infix("=", (name, right)),
                    taught.title if taught is not None and not again else "",
                    shape_words(self.view.graph[ticket.step].shape),
                    self._sentence(taught) if taught is not None else self.view.graph[ticket.step].note,
                    lines,
                    () if whole or self.cells else value_rows(value, self.style),
                    name=self.forward.name(id),
                    cells=cells_of(value) if self.cells else NO_CELLS,
                )
            )
        return blocks

    def _taught_formula(self, taught: Taught) -> Notation:
        """A taught form with the user's symbols; the gradient that arrives is written out where that is short."""
        named = {name: self.forward.notation(id) for name, id in taught.names.items()}
        roles = {**self.forward.roles(taught.match), **named}
        for id in taught.match.members & self.forward.shown_ids:  # p − y speaks of shares inside what was fused
            inner = self.forward.matches.get(id)
            if inner is not None and inner.idiom.letter == "p":
                roles["p"] = self.forward.notation(id)
        if taught.upstream is not None:
            source = next(id for id, node in self.gradient.backward.cotangents.items() if node == taught.upstream)
            above = self.taught.get(source)
            short = above is not None and above.upstream is None and len(above.formula) <= SHORT
            roles["g"] = self._taught_formula(above) if short and above is not None else self._arriving(source)
        return notation(taught.formula, roles)

    def _arriving(self, source: int) -> Notation:
        name = self.forward.name(source)
        return Name(f"∂{self.top}/∂{name}") if name else self.view.notation(self.gradient.backward.cotangents[source])

    def _sentence(self, taught: Taught) -> str:
        return self.forward.say(taught.match, taught.sentence)

    def _readers(self, id: int) -> set[int]:
        """The shown forward steps that read a step, what is written into them looked through."""
        found: set[int] = set()
        waiting = [id]
        while waiting:
            for user in self.forward.uses[waiting.pop()]:
                if user in self.forward.shown_ids:
                    found.add(user)
                else:
                    waiting.append(user)
        return found
