"""A reading as a document: title, what was given, the steps worked, the way back, findings, the vouching."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import replace

from unmagic.core.build import Constant, Input, marked
from unmagic.core.digits import READING, Style, shown
from unmagic.core.document import (
    NO_CELLS,
    Block,
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
from unmagic.core.lines import Line, Relation, Working
from unmagic.core.notation import Infix, Name, Notation
from unmagic.core.notation_text import text as spelled

from .laid_out import (
    LAST_STEPS,
    MOST_STEPS,
    Ticket,
    cells_of,
    entry_of,
    lines_of,
    shape_words,
    value_rows,
    worked_entries,
)
from .narrate import narrate_text
from .reading import Gradient, Reading
from .view import ShownStep, View
from .way_back import Back
from .working import Book

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
        back = Back(gradient, self.view, self.everything, self.cells, self.style) if gradient is not None else None
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
