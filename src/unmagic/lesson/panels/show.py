"""A panel on a visitor's numbers, laid out: everything a page prints, with no HTML of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from unmagic.core.document import Block, StepBlock
from unmagic.core.errors import UnmagicError
from unmagic.reading.reading import Reading

from .panel import NO_FLOORS, CodeRow, Panel, Preset, Symbol
from .state import PanelState, Trouble

if TYPE_CHECKING:
    from unmagic.render.svg.picture import Picture


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in a panel for one state. Without a Reading (a cell can't be read) only the fields and errors do."""

    state: PanelState
    symbols: tuple[Symbol, ...]
    reading: Reading | None = None
    steps: tuple[StepBlock, ...] = ()
    notes: tuple[Block, ...] = ()
    picture: Picture | None = None
    now: str = ""
    code: tuple[CodeRow, ...] = ()
    ribbon: tuple[tuple[str, str, int], ...] = ()
    troubles: tuple[Trouble, ...] = ()
    error: UnmagicError | None = None

    @property
    def panel(self) -> Panel:
        return self.state.panel

    @property
    def hues(self) -> dict[str, int]:
        """The hue of each symbol of the legend."""
        return {symbol.name: symbol.hue for symbol in self.symbols}

    @property
    def own(self) -> list[tuple[str, str]]:
        """The canonical pairs of the state."""
        return self.state.query()

    @property
    def reader(self) -> list[tuple[str, str]]:
        """The pairs by which the Reader opens the same source on the same numbers."""
        cells = self.state.cells
        numbers = [(f"n.{f.name}", ";".join(",".join(row) for row in cells[f.slot])) for f in self.panel.fields]
        return [("src", self.panel.source), *numbers]

    @property
    def presets(self) -> list[tuple[Preset, list[tuple[str, str]]]]:
        """The questions, each with the state that answers it."""
        return [(preset, PanelState.preset(self.panel, preset).query()) for preset in self.panel.presets]

    @property
    def wrong(self) -> set[tuple[str, tuple[int, ...]]]:
        """The cells that can't be read, by slot and index."""
        return {(trouble.field.slot, trouble.at) for trouble in self.troubles}


def show(state: PanelState, digits: Mapping[str, int] = NO_FLOORS) -> Shown:
    """Lay a panel out on its state, with floors of decimals by name. Never raises for what a visitor typed."""
    panel = state.panel
    values, troubles = state.values()
    symbols = tuple(_filled(symbol, state) for symbol in panel.symbols)
    if troubles:
        return Shown(state, symbols, troubles=tuple(troubles))
    try:
        reading = panel.read(values, digits)
        blocks = _blocks(reading, panel.gradient)
        return Shown(
            state,
            symbols,
            reading,
            tuple(block for block in blocks if isinstance(block, StepBlock)),
            tuple(block for block in blocks if not isinstance(block, StepBlock)),
            panel.picture(reading),
            panel.happened(reading),
            tuple(panel.code(reading)),
            panel.ribbon(reading),
        )
    except UnmagicError as error:
        return Shown(state, symbols, error=error)


def _blocks(reading: Reading, gradient: Sequence[str]) -> Sequence[Block]:
    """The worked steps, forwards and where asked backwards; a panel has no room for title, given and vouching."""
    from unmagic.reading.show import Page

    back = reading.gradient(*gradient) if gradient else None
    page = Page(reading if back is None else back.reading, back, everything=True)
    return page.blocks()


def _filled(symbol: Symbol, state: PanelState) -> Symbol:
    field = next((field for field in state.panel.fields if field.name == symbol.name), None)
    if field is None or "{shape}" not in symbol.words:
        return symbol
    shape = state.shape(field)
    words = "×".join(map(str, shape)) if len(shape) == 2 else f"{shape[0]} numbers" if shape else "one number"
    return Symbol(symbol.name, symbol.words.format(shape=words), symbol.hue)
