"""A reading as a document: title, what was given, the steps worked, the way back, findings, the vouching."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from unmagic.core.build import Constant, Input, marked
from unmagic.core.digits import READING, Style, exactly, shown, shown_array, shown_cells
from unmagic.core.document import (
    NO_CELLS,
    Block,
    Cells,
    Document,
    FindingBlock,
    Given,
    GivenItem,
    Heading,
    Listing,
    Note,
    Prose,
    StepBlock,
    Title,
    Worked,
)
from unmagic.core.errors import BadValue
from unmagic.core.graph import Array, Index
from unmagic.core.lines import Line, Relation, Working
from unmagic.core.notation import Infix, Name, Notation, Word
from unmagic.core.notation_text import text as spelled
from unmagic.idioms.show import notation

from .backward import result_name
from .narrate import narrate_text
from .reading import Gradient, Reading
from .view import ShownStep, View
from .working import Book

if TYPE_CHECKING:
    from unmagic.idioms.backward import Taught

FEW = 6
"""Entries of a step that are all worked; of a larger one the first row's are, and its value is printed whole."""

MOST_STEPS = 48
"""Steps shown of a long program: the first ones, and the last few."""

LAST_STEPS = 6

SHORT = 12
"""A taught gradient of at most this many characters is written into the next one: ``(p − y) xᵀ``."""

MOST_INSIDE = 120
"""Raw steps that a gradient's formula may be made of and still be written out."""

LANGUAGE = {"latex": "LaTeX", "python": "Python"}


def document(
    reading: Reading,
    *,
    grad: Sequence[str] = (),
    why: Sequence[str] = (),
    blame: Sequence[str] = (),
    everything: bool = False,
    only: str | None = None,
    cells: bool = False,
) -> Document:
    """The blocks of a reading. ``grad`` names, ``why`` and ``blame`` entries (``W[0,1]``) add what they ask for.

    With ``cells`` arrays stand entry by entry, to be pointed at, and a gradient's arithmetic waits to be asked for.
    """
    if only == "findings":
        return Document(tuple(_findings(reading)) or (Note("no findings"),))
    if reading.numberless:
        if grad or why or blame:
            reading.gradient()  # says that there are no numbers, and what would help
        return Document(tuple(_without_numbers(reading)))
    gradient = reading if isinstance(reading, Gradient) else None
    if gradient is None and grad:
        gradient = reading.gradient(*grad)
    page = Page(reading if gradient is None else gradient.reading, gradient, everything, cells)
    blocks = page.blocks()
    for entry in why:
        name, at = entry_of(entry)
        blocks.append(Worked(reading.why(name, *at).lines, f"why {entry}"))
    for entry in blame:
        name, at = entry_of(entry)
        blocks.extend(reading.blame(name, *at).document().blocks)
    blocks.extend(_findings(gradient or page.reading))
    if page.reading.program.failure is not None:
        blocks.append(Listing(tuple(page.reading.program.failure.report().split("\n")), "the program ended here"))
    blocks.append(Note(vouched(page.reading)))
    return Document(tuple(blocks))


def _without_numbers(reading: Reading) -> list[Block]:
    """Formula, shapes as letters, steps and what they mean: all that can be said before there are numbers."""
    program, view = reading.program, reading.view

    def shape(id: int) -> str:
        sizes = view.graph[id].shape
        return "×".join(program.letters.get(size, str(size)) for size in sizes) if sizes else "1"

    blocks: list[Block] = list(_titles(reading, shape))
    items = [step for step in view.graph.steps if step.op is Input and step.name is not None]
    given = tuple(GivenItem(Name(s.name or ""), shape(s.id) if s.shape else "a number") for s in items)
    blocks.append(Given(given))
    for step in view.steps[:MOST_STEPS]:
        formula = Infix("=", (Name(step.name), step.formula)) if step.name else step.formula
        blocks.append(StepBlock(str(step.number), formula, step.title, shape(step.id), step.words))
    said = narrate_text(program.source, program.language)  # by looks: numbers that nobody gave must not sway the words
    blocks.extend(Prose(paragraph) for paragraph in (said if any(said) else [reading.narrate()]))
    blocks.append(Note("no numbers were given: NAME=VALUE puts yours in, --example puts small ones of ours in"))
    return blocks


class Ticket(NamedTuple):
    """Where a step's lines will be in the solved book."""

    step: int
    numbers: tuple[int, ...]
    whole: bool  # all of its entries are worked


class Page:
    """One reading laid out, forwards and, where a gradient was asked for, backwards, with one set of digits."""

    def __init__(
        self,
        reading: Reading,
        gradient: Gradient | None,
        everything: bool = False,
        cells: bool = False,
        style: Style = READING,
    ) -> None:
        self.reading = reading
        self.gradient = gradient
        self.everything = everything
        self.style = style
        self.cells = cells
        self.view: View = reading.view
        self.floors = reading.digits
        rounds = [region for region in self.view.graph.regions if region.kind in ("round", "iteration")]
        self._rounds = sorted(rounds, key=lambda region: (region.start, -region.stop))

    def blocks(self) -> list[Block]:
        """Every block above the findings."""
        reading = self.reading
        blocks: list[Block] = list(_titles(reading))
        if notes := _decisions(reading):
            blocks.append(Note(notes))
        if given := self._given():
            blocks.append(given)
        book = self.view.book(self.floors, self.style)
        steps, left_out = self._chosen(self.view.steps)
        tickets = {step.id: self._put(book, self.view, step.id) for step in steps}
        gradient = self.gradient
        back = _Back(gradient, self.view, self.everything, self.cells, self.style) if gradient is not None else None
        if back is not None:
            back.put(book)
        workings = book.solve()
        for position, step in enumerate(steps):
            if left_out and position == MOST_STEPS:
                blocks.append(Note(f"… {left_out:,} steps between are not shown"))
            if (round := self._opens_round(steps, position)) is not None:
                blocks.append(Heading(round))
            blocks.append(self._block(step, tickets[step.id], workings, book))
        if reading.printed:
            blocks.append(Listing(tuple(reading.printed.rstrip("\n").split("\n")), "printed"))
        if back is not None:
            blocks.extend(back.blocks(workings, book))
        return blocks

    def _opens_round(self, steps: Sequence[ShownStep], position: int) -> str | None:
        """The round or iteration that begins with a shown step; only outermost ones, and only if there are several."""
        starts = [region.start for region in self._rounds]
        before, here = steps[position - 1].id if position else -1, steps[position].id
        k = bisect_right(starts, here) - 1
        if len(starts) < 2 or k < 0 or not before < starts[k] <= here < self._rounds[k].stop:
            return None
        return self._rounds[k].label

    def _chosen(self, steps: Sequence[ShownStep]) -> tuple[list[ShownStep], int]:
        if self.everything or len(steps) <= MOST_STEPS + LAST_STEPS:
            return list(steps), 0
        return [*steps[:MOST_STEPS], *steps[-LAST_STEPS:]], len(steps) - MOST_STEPS - LAST_STEPS

    def _put(self, book: Book, view: View, id: int) -> Ticket:
        entries, whole = worked_entries(view.graph[id].shape, self.everything)
        numbers = [number for at in entries for number in view.put(book, id, at)]
        return Ticket(id, tuple(numbers), whole and bool(numbers))

    def _block(self, step: ShownStep, ticket: Ticket, workings: Sequence[Working], book: Book) -> StepBlock:
        view = self.view
        raw = view.graph[step.id]
        value: tuple[str, ...] = ()
        more = ""
        whole = bool(ticket.whole and ticket.numbers)
        cells = NO_CELLS
        if self.cells and whole:  # the entries as the lines have them, with the sign that those claim
            exact = all(workings[k].lines[-1].relation is Relation.EXACT for k in ticket.numbers if workings[k].lines)
            cells = cells_of(view.values[step.id], book, step.id)._replace(exact=exact)
        elif self.cells:
            cells = cells_of(view.values[step.id])
        if not whole:
            value = () if self.cells else value_rows(view.values[step.id], self.style)
            entries = len(worked_entries(raw.shape, self.everything)[0])
            more = f"{entries} of {math.prod(raw.shape):,} entries worked" if ticket.numbers else ""
        formula = Infix("=", (Name(step.name), step.formula)) if step.name else step.formula
        return StepBlock(
            str(step.number),
            self._as_written(step) or formula,
            step.title,
            shape_words(raw.shape),
            step.words,
            self._measured(step, lines_of(ticket.numbers, workings)),
            value,
            more,
            self._inner(step),
            raw.span,
            self._takes(step) if self.cells else "",
            step.name,
            cells,
        )

    def _as_written(self, step: ShownStep) -> Notation | None:
        """On a page with room for it, an idiom that is a whole formula of the text stands as the text has it."""
        if not (self.cells and step.title) or self.reading.program.language == "python":
            return None
        whole = [s for s in self.reading.program.statements if s.step == step.id]
        return whole[0].notation if len(whole) == 1 else None

    def _takes(self, step: ShownStep) -> str:
        """The shapes of what a step reads, scalars left out."""
        view = self.view
        read: dict[int, None] = {}
        for id in step.inside:
            for i in view.graph[id].inputs:
                if i not in step.inside and view.names.get(i) and view.graph[i].shape:
                    read.setdefault(i)
        return " · ".join(f"{spelled(Name(view.names[i]))} {shape_words(view.graph[i].shape)}" for i in read)

    def _measured(self, step: ShownStep, lines: tuple[Line, ...]) -> tuple[Line, ...]:
        """The lines, with what the result is measured by beside the last: what a mere guess would cost."""
        yardstick = step.match.idiom.yardstick if step.match is not None else None
        if yardstick is None or step.match is None or not lines:
            return lines
        by = yardstick(**{role: self.view.values[id] for role, id in step.match.roles.items()})
        return (*lines[:-1], replace(lines[-1], note=by.words.format(value=shown(by.value, style=self.style))))

    def _inner(self, step: ShownStep) -> tuple[StepBlock, ...]:
        """The raw steps that an idiom opens to."""
        if len(step.inside) < 2 or not step.title:
            return ()
        view = self.view
        inner = []
        for id in step.inside:
            raw = view.graph[id]
            if raw.implicit or raw.op in (Input, Constant):
                continue
            words = raw.op.words if "{" not in raw.op.words else ""
            formula = raw.op.notation(*[view.notation(i) for i in raw.inputs], **raw.attrs)
            rows = value_rows(view.values[id], self.style)
            inner.append(StepBlock(str(step.number), formula, "", shape_words(raw.shape), words, (), rows))
        return tuple(inner)

    def _given(self) -> Given | None:
        items = []
        program = self.reading.program
        for raw in program.graph.steps:
            if raw.op is Input and raw.name is not None:
                value = self.reading.values[raw.id]
                text = shown(value, style=self.style) if raw.shape == () else ""
                cells = cells_of(value) if self.cells and raw.shape else NO_CELLS
                items.append(GivenItem(Name(raw.name), shape_words(raw.shape) if raw.shape else "", text, cells))
        return Given(tuple(items), bool(program.ours) and not program.bindings) if items else None


class _Back:
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


def worked_entries(shape: tuple[int, ...], everything: bool, few: int = FEW) -> tuple[list[Index], bool]:
    """The entries of a step that are worked, and whether these are all of them."""
    size = math.prod(shape)
    if everything or size <= few:
        return [tuple(int(i) for i in at) for at in np.ndindex(*shape)], True
    row = shape[-1] if len(shape) > 1 and shape[-1] <= few else 1
    first = (0,) * (len(shape) - 1)
    return [(*first, i) for i in range(row)], False


def lines_of(numbers: Sequence[int], workings: Sequence[Working]) -> tuple[Line, ...]:
    """The lines of several entries, what they share once."""
    return tuple({id(line): line for number in numbers for line in workings[number].lines}.values())


def value_rows(value: Array, style: Style = READING) -> tuple[str, ...]:
    """A value whole, as rows of text."""
    return shown_array(value, style=style)


def cells_of(value: Array, book: Book | None = None, step: int = -1) -> Cells:
    """A value entry by entry; as a solved book prints the entries, where it has them all."""
    rows = shown_cells(value)
    if book is not None:
        rows = tuple(tuple((at, book.printed(step, at) or text) for at, text in row) for row in rows)
    return Cells(rows, all(exactly(text, value[at]) for row in rows for at, text in row if text != "…"))


def shape_words(shape: tuple[int, ...]) -> str:
    """A shape as the right margin has it: ``3×3``, ``3``, ``1`` for one number."""
    return marked(shape) if shape else "1"


def entry_of(text: str) -> tuple[str, Index]:
    """``W[0,1]`` as a name and an index; a bare name is a scalar. Raises `BadValue`."""
    name, bracket, rest = text.partition("[")
    if not bracket:
        return text.strip(), ()
    try:
        return name.strip(), tuple(int(part) for part in rest.rstrip().removesuffix("]").split(","))
    except ValueError as error:
        raise BadValue(f"can't read {text!r} as an entry", hint="for example  W[0,1]") from error


def _titles(reading: Reading, shape: Callable[[int], str] | None = None) -> list[Title]:
    titles = []
    once = {(s.span.start, s.span.end): s for s in reading.program.statements if s.notation is not None}
    statements = list(once.values())  # an update is one statement, however many rounds it runs
    for statement in statements[:8]:
        last = statement is statements[-1]
        aside = ""
        if last:
            aside = marked(reading.graph[statement.step].shape if statement.step >= 0 else ())
            aside = shape(statement.step) if shape is not None and statement.step >= 0 else aside
        titles.append(Title(statement.notation, aside))
    return titles


def _decisions(reading: Reading) -> str:
    program = reading.program
    words = [] if program.language == "formula" else [f"read as {LANGUAGE[program.language]}"]
    words += list(dict.fromkeys(decision.words for decision in program.decisions))
    if program.passed_over:
        words.append(f"passed over: {', '.join(repr(span.text) for span in program.passed_over[:4])}")
    if program.ours and program.bindings:
        words.append(f"the numbers for {', '.join(program.ours)} are ours")
    if reading.flipped:
        words.append(f"a branch went the other way: {', '.join(reading.flipped)}")
    return "; ".join(words)


def _findings(reading: Reading) -> list[Block]:
    """Those that nobody acknowledged, in their order: what reaches the result, and the rest apart."""
    open_ones = [finding for finding in reading.findings if not finding.acknowledged]
    blocks: list[Block] = []
    for before, finding in zip([None, *open_ones], open_ones, strict=False):
        if finding.apart and not (before and before.apart):
            blocks.append(Heading("elsewhere, not reaching the result"))
        elif before and before.apart and not finding.apart:
            blocks.append(Heading("reaching the result"))
        blocks.append(FindingBlock(finding))
    return blocks


def vouched(reading: Reading) -> str:
    """What a reading has to say for itself."""
    verdict = reading.verdict
    words = "checked: replay equal" if verdict.replayed else f"checked: the replay differs at step {verdict.differing}"
    if verdict.gap is not None:
        gap = "nothing" if verdict.gap == 0 else shown(float(f"{verdict.gap:.0e}"))
        words += f"; along a random direction the gradient and a central difference part by {gap}"
    return words + "."
