"""A panel on a visitor's numbers, laid out: everything a page prints, with no HTML of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from unmagic.core.digits import LESSON
from unmagic.core.document import Block, Heading, StepBlock
from unmagic.core.errors import UnmagicError
from unmagic.core.notation import Notation, spelled
from unmagic.core.notation_text import text
from unmagic.reading.reading import Reading, canonical

from .panel import NO_FLOORS, CodeRow, Field, Panel, Preset, Symbol
from .state import Pairs, PanelState, Trouble, number_text

if TYPE_CHECKING:
    from unmagic.render.svg.picture import Picture


class Part(NamedTuple):
    """Steps under one heading: a round of an update, the way back; the first part often has none."""

    heading: str
    steps: tuple[StepBlock, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in a panel for one state. Without a Reading (a cell can't be read) only the fields and errors do."""

    state: PanelState
    symbols: tuple[Symbol, ...]
    reading: Reading | None = None
    parts: tuple[Part, ...] = ()
    notes: tuple[Block, ...] = ()
    picture: Picture | None = None
    table: str = ""
    now: str = ""
    code: tuple[CodeRow, ...] = ()
    ribbon: tuple[tuple[str, str, int], ...] = ()
    troubles: tuple[Trouble, ...] = ()
    error: UnmagicError | None = None

    @property
    def panel(self) -> Panel:
        return self.state.panel

    @property
    def steps(self) -> tuple[StepBlock, ...]:
        """All steps, whatever heading they stand under."""
        return tuple(step for part in self.parts for step in part.steps)

    @property
    def formula(self) -> str:
        """What stands large at the top."""
        option = self.state.option
        own = self.panel.formula or self.panel.source
        return own if option is None else option.formula or self.panel.formula or option.source

    @property
    def say(self) -> str:
        """The formula read aloud."""
        option = self.state.option
        return (option.say if option is not None else "") or self.panel.say

    @property
    def own(self) -> list[tuple[str, str]]:
        """The canonical pairs of the state."""
        return self.state.query()

    @property
    def reader(self) -> list[tuple[str, str]]:
        """The pairs by which the Reader opens the same source on the same numbers."""
        cells, option = self.state.cells, self.state.option
        numbers = [(f"n.{f.name}", ";".join(",".join(row) for row in cells[f.slot])) for f in self.panel.fields]
        beside = self.panel.beside(self.state.values()[0])
        source = self.panel.source if option is None else option.source
        return [("src", source), *numbers, *((f"n.{name}", number_text(value)) for name, value in beside.items())]

    @property
    def presets(self) -> Sequence[tuple[Preset, Pairs]]:
        """The questions, each with the state that answers it."""
        return _presets(self.panel)

    @property
    def hues(self) -> Mapping[str, int]:
        """The hue of each symbol of the legend, by its name as it stands there and as the engine spells it."""
        return _hues(self.panel)

    def wrong(self, field: Field) -> frozenset[tuple[int, ...]]:
        """The cells of a field that can't be read."""
        return frozenset(trouble.at for trouble in self.troubles if trouble.field is field)


@cache
def _presets(panel: Panel) -> Sequence[tuple[Preset, Pairs]]:
    return tuple((preset, tuple(PanelState.preset(panel, preset).query())) for preset in panel.presets)


@cache
def _hues(panel: Panel) -> Mapping[str, int]:
    return {name: symbol.hue for symbol in panel.symbols for name in (symbol.name, canonical(symbol.name))}


def show(state: PanelState, digits: Mapping[str, int] = NO_FLOORS) -> Shown:
    """Lay a panel out on its state, with floors of decimals by what lines are called.

    Never raises for what a visitor typed.
    """
    return completed(worked(state, digits))


def worked(state: PanelState, digits: Mapping[str, int] = NO_FLOORS) -> Shown:
    """The steps alone: what decimals the other frames of a sweep need is read off them."""
    panel = state.panel
    values, troubles = state.values()
    symbols = tuple(_filled(symbol, state) for symbol in panel.symbols)
    if troubles:
        return Shown(state, symbols, troubles=tuple(troubles))
    try:
        reading = panel.read(values, state.option, _by_name(digits, panel))
        return Shown(state, symbols, reading, *_laid_out(reading, panel))
    except UnmagicError as error:
        return Shown(state, symbols, error=error)


def completed(shown: Shown) -> Shown:
    """All that stands beside the steps."""
    panel, reading = shown.panel, shown.reading
    if reading is None:
        return shown
    try:
        return replace(
            shown,
            picture=panel.picture(reading),
            table=panel.table(reading),
            now=panel.happened(reading),
            code=tuple(panel.code(reading)),
            ribbon=panel.ribbon(reading),
        )
    except UnmagicError as error:
        return Shown(shown.state, shown.symbols, error=error)


def _by_name(digits: Mapping[str, int], panel: Panel) -> Mapping[str, int]:
    """Floors by the engine's names, where lines are called otherwise."""
    names = {text(notation): name for name, notation in panel.spelled.items()} if digits else {}
    return {names.get(name, name): floor for name, floor in digits.items()}


def _laid_out(reading: Reading, panel: Panel) -> tuple[tuple[Part, ...], tuple[Block, ...]]:
    """The worked steps, forwards and where asked backwards; a panel has no room for title, given and vouching."""
    from unmagic.reading.show import Page

    back = reading.gradient(*panel.gradient) if panel.gradient else None
    page = Page(reading if back is None else back.reading, back, everything=True, style=LESSON)
    written = _written(reading, panel)
    parts: list[tuple[str, list[StepBlock]]] = [("", [])]
    notes: list[Block] = []
    for block in page.blocks():
        if isinstance(block, StepBlock):
            parts[-1][1].append(_respelled(block, panel, written.get(block.number)))
        elif isinstance(block, Heading):
            parts.append((block.text, []))
        else:
            notes.append(block)
    return tuple(Part(heading, tuple(steps)) for heading, steps in parts if steps), tuple(notes)


def _written(reading: Reading, panel: Panel) -> dict[str, Notation]:
    """By step number, what the source itself says of a step."""
    if not panel.written:
        return {}
    said = {statement.step: statement.notation for statement in reading.program.statements}
    wanted = {canonical(name) for name in panel.written}
    steps = (step for step in reading.view.steps if step.name in wanted and step.id in said)
    return {str(step.number): said[step.id] for step in steps}


def _respelled(block: StepBlock, panel: Panel, written: Notation | None) -> StepBlock:
    """A step as the source writes it, the panel's stand-ins as what they stand for."""
    names = panel.spelled
    if written is not None:
        block = replace(block, formula=written)
    if not names:
        return block
    lines = []
    for line in block.lines:
        name, bracket, index = line.label.partition("[")
        lines.append(replace(line, label=text(names[name]) + bracket + index) if name in names else line)
    return replace(block, formula=_spelled(panel, block.formula), lines=tuple(lines))


@lru_cache(maxsize=1024)  # the steps of a panel are the same for all numbers of one shape
def _spelled(panel: Panel, formula: Notation) -> Notation:
    return spelled(formula, panel.spelled)


def _filled(symbol: Symbol, state: PanelState) -> Symbol:
    field = next((field for field in state.panel.fields if field.name == symbol.name), None)
    if field is None or "{shape}" not in symbol.words:
        return symbol
    shape = state.shape(field)
    words = "×".join(map(str, shape)) if len(shape) == 2 else f"{shape[0]} numbers" if shape else "one number"
    return Symbol(symbol.name, symbol.words.format(shape=words), symbol.hue)
