"""What a visitor made of a panel: the text of every cell, from a URL and back into one.

In a canonical URL a field is one pair: ``dot.a=1,2,3``, ``layer.W=1,0;2,3``; a cell's own commas and semicolons are
escaped by a backslash; a choice is a pair like any field, ``layer.f=sigmoid``.
A form without script sends a pair a cell (``dot.a.0=1``) and the button that was pressed
(``dot.do=a.0+`` one step more, ``dot.do=n-`` one entry fewer); `PanelState.of` folds all of that into one state.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np

from unmagic.core.errors import BadValue, UnmagicError
from unmagic.lesson.numbers import LONGEST, typed

from .panel import Field, Option, Panel, Preset

Pairs = Sequence[tuple[str, str]]
"""A query string, in order."""

Cells = tuple[tuple[str, ...], ...]
"""Texts by row and column; a vector is one row, a number one cell."""

_ACTION = re.compile(
    r"(?P<field>[^.]+)\.(?P<row>\d+)(?:\.(?P<column>\d+))?(?P<sign>[+-])(?P<times>\d{1,2})?"
    r"|(?P<axis>\w+)(?P<grow>[+-])"
)
_SPLIT = {mark: re.compile(rf"(?<!\\){mark}") for mark in ",;"}


@dataclass(frozen=True, slots=True)
class Trouble:
    """A cell that can't be read: where, what is wrong, what works."""

    field: Field
    at: tuple[int, ...]
    error: UnmagicError


@dataclass(frozen=True, slots=True)
class PanelState:
    """A panel with the visitor's texts in it; immutable, and equal states have equal URLs."""

    panel: Panel
    cells: Mapping[str, Cells]  # by slot
    pick: str = ""  # the key of the choice's option, where the panel has a choice

    @staticmethod
    def of(panel: Panel, query: Pairs) -> PanelState:
        """The state that a query asks for. Whatever is not the panel's is passed over; too much of anything is cut."""
        mine = [(key.removeprefix(f"{panel.id}."), text) for key, text in query if key.startswith(f"{panel.id}.")]
        cells = {field.slot: _default(field) for field in panel.fields}
        whole = {key: text for key, text in mine if key in cells}
        for field in panel.fields:
            if field.slot in whole:
                cells[field.slot] = _shaped(field, _split(whole[field.slot]))
        cells = _same_sizes(panel, cells, whole.keys())
        for key, text in mine:
            slot, _, place = key.partition(".")
            if slot in cells and place:
                cells[slot] = _with(cells[slot], place, text)
        state = PanelState(panel, cells, _pick(panel, mine))
        for key, text in mine:
            if key == "do":
                state = state.after(text)
        return state

    @staticmethod
    def preset(panel: Panel, preset: Preset) -> PanelState:
        """The panel as it came, but for what a preset changes."""
        slots = {field.name: field.slot for field in panel.fields}
        return PanelState.of(
            panel, [(f"{panel.id}.{slots.get(key, key)}", _text(value)) for key, value in preset.values.items()]
        )

    def after(self, action: str) -> PanelState:
        """The state after a button: ``a.0+10`` steps a cell, ``n-`` shortens an axis; others do nothing."""
        match = _ACTION.fullmatch(action)
        if match is None:
            return self
        if match["axis"]:
            return self._resized(match["axis"], 1 if match["grow"] == "+" else -1)
        field = next((f for f in self.panel.fields if f.slot == match["field"]), None)
        if field is None:
            return self
        rows = self.cells[field.slot]
        row, column = _place(field, [int(match["row"]), *([int(match["column"])] if match["column"] else [])])
        if row >= len(rows) or column >= len(rows[row]):
            return self
        stepped = _stepped(rows[row][column], field, int(f"{match['sign']}{match['times'] or 1}"))
        return self._with_cells(field.slot, _replaced(rows, row, column, stepped))

    def query(self) -> list[tuple[str, str]]:
        """The pairs of its canonical URL; fields that are as they came are left out."""
        pairs = []
        for field in self.panel.fields:
            cells = self.cells[field.slot]
            if cells != _default(field):
                rows = (",".join(map(_escaped, row)) for row in cells)
                pairs.append((f"{self.panel.id}.{field.slot}", ";".join(rows)))
        choice = self.panel.choice
        if choice is not None and self.pick != choice.options[0].key:
            pairs.append((f"{self.panel.id}.{choice.slot}", self.pick))
        return pairs

    @property
    def option(self) -> Option | None:
        """What is picked, where the panel has a choice."""
        return self.panel.choice.option(self.pick) if self.panel.choice is not None else None

    def values(self) -> tuple[dict[str, Any], list[Trouble]]:
        """What the engine is to read, by the engine's names, and the cells that can't be read."""
        values: dict[str, Any] = {}
        troubles: list[Trouble] = []
        for field in self.panel.fields:
            rows: list[list[float]] = []
            for i, texts in enumerate(self.cells[field.slot]):
                rows.append([])
                for j, text in enumerate(texts):
                    try:
                        rows[-1].append(_number(text, field))
                    except UnmagicError as error:
                        troubles.append(Trouble(field, index_of(field, i, j), error))
                        rows[-1].append(0.0)
            values[field.name] = _value(rows, field)
        return values, troubles

    def shape(self, field: Field) -> tuple[int, ...]:
        """The shape that a field has now."""
        rows = self.cells[field.slot]
        return ((), (len(rows[0]),), (len(rows), len(rows[0])))[rank(field)]

    def length(self, axis: str) -> int:
        """How long an axis is now."""
        return next(self.shape(f)[f.axes.index(axis)] for f in self.panel.fields if axis in f.axes)

    def has(self, field: Field, at: tuple[int, ...]) -> bool:
        """Whether a field has a cell there."""
        shape = self.shape(field)
        return len(at) == len(shape) and all(0 <= i < n for i, n in zip(at, shape, strict=True))

    def text(self, field: Field, at: tuple[int, ...]) -> str:
        """What stands in a cell."""
        row, column = _place(field, at)
        return self.cells[field.slot][row][column]

    def with_text(self, field: Field, at: tuple[int, ...], text: str) -> PanelState:
        """The state with another text in one cell."""
        row, column = _place(field, at)
        return self._with_cells(field.slot, _replaced(self.cells[field.slot], row, column, _kept(text)))

    # inside -----------------------------------------------------------------------------------------------

    def _with_cells(self, slot: str, cells: Cells) -> PanelState:
        return PanelState(self.panel, {**self.cells, slot: cells}, self.pick)

    def _resized(self, axis: str, by: int) -> PanelState:
        size = next((size for size in self.panel.sizes if size.axis == axis), None)
        if size is None or not size.least <= self.length(axis) + by <= size.most:
            return self
        fill = number_text(size.fill)
        cells = {
            field.slot: _fitted(field, self.cells[field.slot], {axis: self.length(axis) + by}, fill)
            for field in self.panel.fields
        }
        return PanelState(self.panel, cells, self.pick)


def rank(field: Field) -> int:
    """0, 1 or 2: a number, a vector, a matrix."""
    return len(field.axes)


def number_text(value: float) -> str:
    """A number as it stands in a field: shortest, without ``.0``."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def index_of(field: Field, row: int, column: int) -> tuple[int, ...]:
    """Where a cell is in its field."""
    return ((), (column,), (row, column))[rank(field)]


def _place(field: Field, at: Sequence[int]) -> tuple[int, int]:
    return (0, 0) if rank(field) == 0 else (0, at[0]) if rank(field) == 1 else (at[0], at[1] if len(at) > 1 else 0)


@cache
def _default(field: Field) -> Cells:
    return _texts(field.default)


def _texts(value: Any) -> Cells:
    array = np.atleast_2d(np.asarray(value, np.float64))
    return tuple(tuple(number_text(float(x)) for x in row) for row in array)


def _pick(panel: Panel, mine: Pairs) -> str:
    choice = panel.choice
    if choice is None:
        return ""
    return choice.option(next((text for key, text in reversed(mine) if key == choice.slot), "")).key


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ";".join(map(",".join, _texts(value)))


def _split(text: str) -> Cells:
    rows = _SPLIT[";"].split(text)[:16]
    return tuple(tuple(_kept(cell.replace("\\", "")) for cell in _SPLIT[","].split(row)[:16]) for row in rows)


def _escaped(text: str) -> str:
    return text.replace(",", "\\,").replace(";", "\\;")


def _kept(text: str) -> str:
    """A cell's text as it is kept: one line, of bounded length, with a plain minus."""
    return " ".join(text.replace("\\", "").replace("−", "-").split())[: LONGEST + 1]


def _with(cells: Cells, place: str, text: str) -> Cells:
    numbers = [int(part) for part in place.split(".") if part.isdecimal() and len(part) < 3]
    row, column = (numbers[0], numbers[1]) if len(numbers) == 2 else (0, numbers[0] if numbers else 0)
    if row >= len(cells) or column >= len(cells[row]):
        return cells
    return _replaced(cells, row, column, _kept(text))


def _replaced(cells: Cells, row: int, column: int, text: str) -> Cells:
    changed = (*cells[row][:column], text, *cells[row][column + 1 :])
    return (*cells[:row], changed, *cells[row + 1 :])


def _shaped(field: Field, cells: Cells) -> Cells:
    """Rows of one length, as many as the field's rank allows."""
    cells = cells if rank(field) == 2 else cells[:1]
    width = max(map(len, cells)) if rank(field) else 1
    return tuple((*row[:width], *("0",) * (width - len(row))) for row in cells)


def _fitted(field: Field, cells: Cells, lengths: Mapping[str, int], fill: str) -> Cells:
    """A field cut or filled up along the axes that have a new length."""
    if not field.axes:
        return cells
    columns = lengths.get(field.axes[-1], len(cells[0]))
    rows = lengths.get(field.axes[0], len(cells)) if len(field.axes) == 2 else 1
    wide = [(*row[:columns], *(fill,) * (columns - len(row))) for row in cells[:rows]]
    return (*wide, *((fill,) * columns,) * (rows - len(wide)))


def _same_sizes(panel: Panel, cells: dict[str, Cells], given: Iterable[str]) -> dict[str, Cells]:
    """Fields that share an axis have one length on it: the first given field's, within the panel's bounds."""
    lengths: dict[str, int] = {}
    bounds = {size.axis: size for size in panel.sizes}
    given = set(given)
    for field in sorted(panel.fields, key=lambda field: field.slot not in given):
        rows = cells[field.slot]
        sizes = (len(rows), len(rows[0])) if rank(field) == 2 else (len(rows[0]),)
        for axis, length in zip(field.axes, sizes, strict=False):
            if axis in bounds:
                bound = bounds[axis]
                lengths.setdefault(axis, min(max(length, bound.least), bound.most))
            else:
                default = _default(field)
                lengths.setdefault(axis, len(default) if axis != field.axes[-1] else len(default[0]))
    return {f.slot: _fitted(f, cells[f.slot], lengths, "0") for f in panel.fields}


def _number(text: str, field: Field) -> float:
    value = typed(text)
    if field.whole and not value.is_integer():
        raise BadValue(f"{text!r} is no whole number", hint="0, 1, 2 …")
    if not field.low <= value <= field.high:
        raise BadValue(
            f"{text} is out of range", hint=f"from {number_text(field.low)} to {number_text(field.high)}"
        )
    return value


def _value(rows: list[list[float]], field: Field) -> Any:
    dtype = np.int64 if field.whole else np.float64
    array = np.asarray(rows, dtype)
    return array if rank(field) == 2 else array[0] if rank(field) == 1 else array[0, 0]


def _stepped(text: str, field: Field, times: int) -> str:
    try:
        value = Decimal(repr(_number(text, field))) + times * Decimal(repr(field.step))
    except UnmagicError:
        return text
    return number_text(min(max(float(value), field.low), field.high))


def pairs_of(states: Iterable[PanelState]) -> Iterator[tuple[str, str]]:
    """The canonical pairs of several panels, in order."""
    for state in states:
        yield from state.query()
