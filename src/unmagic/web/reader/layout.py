"""An answer laid out for the page: the trace down and back, what was asked of an entry, findings, the legend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import quote

from unmagic.core.brackets import walk
from unmagic.core.build import LEAVES
from unmagic.core.document import (
    Block,
    FindingBlock,
    Given,
    Heading,
    Listing,
    Note,
    Prose,
    StepBlock,
    Title,
)
from unmagic.core.errors import UnmagicError
from unmagic.core.graph import Index
from unmagic.core.notation import Indexed, Name, Notation, Numeral
from unmagic.reading.backward import result_name
from unmagic.reading.blame import Route
from unmagic.reading.laid_out import MOST_STEPS, entry_of
from unmagic.reading.reading import Gradient, Reading
from unmagic.reading.show import document, vouched
from unmagic.render.hues import hues as hues_of
from unmagic.render.notation_mathml import Hues
from unmagic.render.svg import Picture
from unmagic.render.svg.paths import Route as Drawn
from unmagic.render.svg.paths import paths
from unmagic.render.trace import Trace, spelled

from .answer import Answer
from .margin import margin
from .question import Question

LONGEST_QUERY = 1_500
"""An address longer than this is not written into every entry; entries are asked for in the field then."""


LONGEST_FORMULA = 400
"""Parts of a formula that is set above its trace; a longer one stands in the source alone."""


@dataclass(frozen=True, slots=True)
class Key:
    """A symbol in the legend."""

    name: str
    hue: int
    words: str


class Layout:
    """Everything that the template prints of a reading; HTML where the renderer made it."""

    def __init__(self, question: Question, answer: Answer, reading: Reading) -> None:
        self.question = question
        self.answer = answer
        self.reading = reading.reading if isinstance(reading, Gradient) else reading
        made = document(reading, cells=True)
        self.blocks = made.blocks
        self.hues: Hues = hues_of(made)
        self.base = question.link(why="", blame="")
        self._starts: dict[tuple[str, str], str] = {}  # of the links to one name's entries
        self.trace = Trace(self.hues, self.why_link, self.moves_link)

    # links ------------------------------------------------------------------------------------------------

    def why_link(self, name: str, at: Index) -> str:
        """Where the arithmetic of an entry stands."""
        return self._link("why", name, at) if name in self.worked_names else ""

    def moves_link(self, name: str, at: Index) -> str:
        """Where it stands how an entry moves the result."""
        return self._link("blame", name, at) if name in self.moving_names else ""

    def _link(self, key: str, name: str, at: Index) -> str:
        if len(self.base) > LONGEST_QUERY:
            return ""
        start = self._starts.get((key, name))
        if start is None:
            start = self._starts[key, name] = f"{self.base}&{key}={quote(name)}"
        return f"{start}[{','.join(map(str, at))}]#{key}" if at else f"{start}#{key}"

    @cached_property
    def worked_names(self) -> frozenset[str]:
        """Names whose entries have arithmetic."""
        if self.reading.numberless:
            return frozenset()
        view = self.reading.view
        return frozenset(name for id, name in view.names.items() if view.graph[id].op not in LEAVES)

    @cached_property
    def moving_names(self) -> frozenset[str]:
        """Names whose entries move the result."""
        gradient = self.answer.gradient
        if gradient is None:
            return frozenset()
        names = self.reading.view.names
        return frozenset(names[id] for id in gradient.backward.cotangents if id in names and id != gradient.backward.of)

    # the trace --------------------------------------------------------------------------------------------

    @cached_property
    def titles(self) -> list[Notation]:
        formulas = [block.formula for block in self.blocks if isinstance(block, Title)]
        return [formula for formula in formulas if sum(1 for _ in walk(formula)) <= LONGEST_FORMULA]

    @cached_property
    def decisions(self) -> str:
        """What was decided in reading the text."""
        first = next((block for block in self.blocks if not isinstance(block, Title)), None)
        if not isinstance(first, Note) or self.reading.numberless:
            return ""
        said = first.text.split("; ")
        return "; ".join(part for part in said if not part.startswith(("read as", "the numbers for")))

    @cached_property
    def parts(self) -> list[tuple[str, str]]:
        """The way down: a heading for each round, if there are rounds, and the steps under it as HTML."""
        given = next((block for block in self.blocks if isinstance(block, Given)), None)
        parts: list[tuple[str, str]] = []
        label, steps = "", list[StepBlock]()
        for block in self._down():
            if isinstance(block, StepBlock):
                steps.append(block)
            elif isinstance(block, Heading):
                if steps or given is not None:
                    parts.append((label, self.trace.forward(given, steps)))
                label, steps, given = block.text, [], None
        parts.append((label, self.trace.forward(given, steps)))
        return parts

    @cached_property
    def left_out(self) -> str:
        """How many steps between are not shown."""
        return next((b.text for b in self._down() if isinstance(b, Note) and b.text.startswith("…")), "")

    @cached_property
    def back(self) -> str:
        """The way back as HTML, or nothing."""
        steps = [block for block in self.blocks[self._turn() :] if isinstance(block, StepBlock)]
        return self.trace.backward(steps) if steps else ""

    def _turn(self) -> int:
        """Where the way back begins."""
        turns = (k for k, b in enumerate(self.blocks) if isinstance(b, Heading) and b.text.startswith("back up"))
        return next(turns, len(self.blocks))

    def _down(self) -> Sequence[Block]:
        return self.blocks[: self._turn()]

    @cached_property
    def told(self) -> list[str]:
        """What it means, in plain words."""
        if self.reading.numberless:
            return [block.text for block in self.blocks if isinstance(block, Prose)]
        if len(self.reading.steps) > MOST_STEPS:
            return []  # nobody reads a story of hundreds of steps
        return [part for part in self.reading.narrate().split("\n\n") if part]

    @cached_property
    def findings(self) -> list[str]:
        return [self.trace.finding(block.finding) for block in self.blocks if isinstance(block, FindingBlock)]

    @cached_property
    def listings(self) -> list[str]:
        """What the program printed, and where it ended."""
        return [self.trace.block(block) for block in self.blocks if isinstance(block, Listing)]

    @cached_property
    def vouched(self) -> str:
        """What the reading has to say for itself, its first word apart."""
        return "" if self.reading.numberless else vouched(self.reading).removeprefix("checked: ")

    @cached_property
    def keys(self) -> list[Key]:
        """The legend: each coloured symbol with what it is."""
        said: dict[str, str] = {}
        for block in self.blocks:
            if isinstance(block, Given):
                named = (part for part in block.items if isinstance(part.name, Name))
                said |= {spelling(part.name): part.shape or "a number" for part in named}
            elif isinstance(block, StepBlock) and not block.number.startswith("↑"):
                said[block.name] = ", ".join(part for part in (block.idiom, block.shape) if part and part != "1")
        return [Key(name, self.hues[name], said[name] or "a number") for name in said if name in self.hues]

    @cached_property
    def goal(self) -> str:
        """What the result is called."""
        gradient = self.answer.gradient
        return result_name(self.reading.graph, gradient.backward.of) if gradient is not None else ""

    @cached_property
    def entry(self) -> str:
        """An entry that can be asked about, to show how one is written."""
        steps = [step for step in self.reading.steps if step.name]
        if not steps:
            return "z[1]"
        shape = self.reading.graph[steps[-1].id].shape
        return spelled(steps[-1].name, (0,) * len(shape))

    @cached_property
    def figure(self) -> str:
        """The picture in the margin."""
        return "" if self.reading.numberless else margin(self.reading, self.hues)

    @cached_property
    def ribbons(self) -> Picture | None:
        """The paths of a blame as a drawing, where there are several."""
        routes = self.blame.routes if self.blame is not None else ()
        if len(routes) < 2:
            return None
        hues = {stop: hue for r in routes for stop in r.stops if (hue := self.hues.get(stop.partition("[")[0]))}
        return paths([Drawn(r.stops, r.weight) for r in routes], id="blame-hatch", hues=hues)

    # what was asked ---------------------------------------------------------------------------------------

    @cached_property
    def why(self) -> Asked | None:
        """The arithmetic of the entry that was asked for."""
        if not self.question.why:
            return None
        try:
            name, at = entry_of(self.question.why)
            reading: Reading = self.reading
            if name.startswith("∂"):
                if self.answer.gradient is None:
                    raise UnmagicError("there is no gradient here", hint="a way back starts from one number")
                reading, name = self.answer.gradient, name.partition("/∂")[2]
            working = reading.why(name, *at)
        except UnmagicError as error:
            return Asked(self.question.why, Name(self.question.why), error=error)
        lines = self.trace.lines(working.lines) if working.lines else ""
        title, other = entry_notation(self.question.why), self.moves_link(name, at)
        return Asked(self.question.why, title, lines, working.words, other)

    @cached_property
    def blame(self) -> Asked | None:
        """How the entry that was asked for moves the result."""
        if not self.question.blame:
            return None
        try:
            name, at = entry_of(self.question.blame)
            found = self.reading.blame(name, *at)
        except UnmagicError as error:
            return Asked(self.question.blame, Name(self.question.blame), error=error)
        lines = self.trace.lines(found.lines) if found.lines else ""
        words = f"{_sentence(found.words)} {_sentence(_pulls(found.routes) if found.routes else found.cancelling())}"
        title, other = entry_notation(self.question.blame), self.why_link(name, at)
        return Asked(
            self.question.blame, title, lines, words, other, found.of, found.rest, found.routes, found.spread
        )


def spelling(name: Notation) -> str:
    """What a name is called in links and hues."""
    return name.text if isinstance(name, Name) else ""


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."


def _pulls(routes: Sequence[Route]) -> str:
    """Which way whole paths pull."""
    against = sum(route.weight * routes[0].weight < 0 for route in routes)
    if not against:
        return "the paths below all pull the same way"
    return f"of the {len(routes)} paths below {against} {'pulls' if against == 1 else 'pull'} the other way"


def entry_notation(text: str) -> Notation:
    """``W[0,1]`` as it is set: the name in its hue."""
    name, at = entry_of(text)
    return Indexed(Name(name), tuple(Numeral(str(k)) for k in at)) if at else Name(name)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of one entry: ``lines`` as HTML, ``words``, a link to the other question about it."""

    text: str
    name: Notation
    lines: str = ""
    words: str = ""
    other: str = ""
    of: str = ""
    rest: str = ""
    routes: tuple[Route, ...] = ()
    spread: str = ""
    error: UnmagicError | None = None


__all__ = ["Asked", "Key", "Layout"]
