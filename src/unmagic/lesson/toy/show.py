"""The toy laid out: everything a page prints of one state, with no HTML of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from unmagic.core.errors import BadValue, UnmagicError
from unmagic.core.notation import Notation

from .drawing import drawn, fitting, kept_rows
from .landscape import landscape
from .predict import guessed, predicted, question
from .presets import PRESETS, Preset
from .printed import parted, printed
from .slider import Slider, said_of
from .state import DEFAULTS, KeptRun, Pairs, Run, ToyState, plain, traced
from .trace import MOST, End, Place, Row, traces
from .words import WORDS, Said, loss_text, words

if TYPE_CHECKING:
    from unmagic.render.svg.picture import Picture

LAST_ROWS = 12
"""Rows of a longer run's table, unless all are asked for."""

MOST_FRAMES = 31
"""Frames of one answer."""


ALONE = "rate"
"""What the toy is called on its own page."""


class Cell(NamedTuple):
    """A number of the table, parted at the point; ``about``: it is rounded."""

    head: str
    tail: str
    about: bool


class TableRow(NamedTuple):
    """A row of the run: cells for x, loss, slope and move."""

    step: int
    cells: tuple[Cell | None, ...]


class OneRun(NamedTuple):
    """A line of the list of runs. ``kept`` is its number among the kept ones, −1 for the run at hand."""

    eta: str
    loss: str
    steps: str
    word: str
    start: str
    kept: int


_NOTHING = Said("", "", "")


@dataclass(frozen=True)
class Shown:
    """What stands in the toy. Without ``run`` (something can't be read) only the fields and the errors do."""

    state: ToyState
    troubles: dict[str, UnmagicError] = field(default_factory=dict)
    run: Run | None = None
    formula: Notation | None = None
    said: Said = _NOTHING
    label: str = ""
    picture: Picture | None = None
    runs: tuple[OneRun, ...] = ()
    compared: str = ""
    question: str = ""
    predicted: str = ""
    slider: Slider | None = None
    rows: tuple[TableRow, ...] = ()
    hidden_rows: int = 0
    sum_line: str = ""
    rounding: str = ""
    at_end: bool = False
    presets: Sequence[tuple[Preset, Pairs]] = ()

    @property
    def own(self) -> Pairs:
        """The canonical pairs of the state."""
        return self.state.query()

    @property
    def whole(self) -> Pairs:
        """The pairs of the state with nothing left to defaults, for an address that knows none."""
        return [*((f"{self.state.id}.{name}", getattr(self.state, name)) for name in DEFAULTS),
                (f"{self.state.id}.k", str(self.state.count))]  # fmt: skip

    @property
    def alone(self) -> Pairs:
        """The pairs of the same state on the toy's own page."""
        return replace(self.state, id=ALONE, defaults=DEFAULTS).query()

    @property
    def has_y(self) -> bool:
        """Whether the start has a second number."""
        return "y" in self.troubles or (self.run is not None and len(self.run.start) == 2)

    @property
    def bends(self) -> str:
        """Where the zones of the slider come from."""
        return said_of(self.run.land) if self.run is not None else ""

    @property
    def decimals(self) -> Sequence[int]:
        """The longest tail of each column, in digits."""
        tails = [[len(cell.tail) for row in self.rows if (cell := row.cells[k]) is not None] for k in range(4)]
        return [max(max(lengths, default=0) - 1, 0) for lengths in tails]

    @property
    def words(self) -> Sequence[tuple[str, bool]]:
        """What a run can be, and which of it this one is; basins are known along one axis only."""
        known = WORDS if self.run is None or len(self.run.start) == 1 else WORDS[:-1]
        return [(word, word == self.said.word) for word in known]

    @property
    def eta(self) -> str:
        """η as it is printed."""
        return printed(self.run.eta) if self.run is not None else self.state.eta

    @property
    def reader(self) -> Pairs:
        """The pairs by which the Reader opens f where the run stands."""
        if self.run is None:
            return [("src", self.state.f)]
        places = zip(self.run.function.axes, self.run.trace.rows[self.state.count].at, strict=True)
        return [("src", self.state.f), *((f"n.{axis}", plain(x)) for axis, x in places)]


def show(state: ToyState) -> Shown:
    """Lay the toy out. Never raises for what a visitor typed."""
    presets = _presets(state.id, tuple(state.defaults.items()))
    troubles = state.troubles()
    try:
        return _shown(state, state.run(), presets) if not troubles else Shown(state, troubles, presets=presets)
    except UnmagicError as error:
        return Shown(state, {"f": error}, presets=presets)


@lru_cache(maxsize=16)
def _presets(id: str, defaults: tuple[tuple[str, str], ...]) -> Sequence[tuple[Preset, Pairs]]:
    return tuple((preset, tuple(preset.pairs(id, dict(defaults)))) for preset in PRESETS)


def frames(state: ToyState, over: str, low: int, high: int) -> list[tuple[str, Shown]]:
    """The toy for each rate that the slider stops at (``over`` is ``eta``), or after each count of steps (``k``).

    All rates are run together: one replay of the function a step. Raises `UnmagicError`.
    """
    if not 0 <= low <= high < low + MOST_FRAMES:
        raise BadValue(f"frames {low} to {high}", hint=f"from 0 on, at most {MOST_FRAMES} at once")
    run = state.run()
    if over == "k":
        whole = traced(run.function, run.start, run.eta, MOST)
        counts = range(low, min(high, whole.length) + 1)
        return [
            (str(k), _shown(replace(state, count=k), replace(run, trace=whole.up_to(max(1, k))))) for k in counts
        ]
    if over != "eta":
        raise BadValue(f"no frames over {over!r}", hint="eta or k")
    etas = [run.slider.step * k for k in range(low, min(high, run.slider.stops) + 1)]
    made = traces(run.function, run.start, etas, max(1, state.count))
    return [
        (plain(eta), _shown(state.rated(plain(eta), trace), replace(run, eta=eta, trace=trace)))
        for eta, trace in zip(etas, made, strict=True)
    ]


def _shown(state: ToyState, run: Run, presets: Sequence[tuple[Preset, Pairs]] = ()) -> Shown:
    count = state.count
    said = words(run.trace, count, run.land)
    kept = fitting(state, run)
    rows = run.trace.rows[: count + 1]
    first = 0 if state.all_rows or len(rows) <= LAST_ROWS else len(rows) - LAST_ROWS
    end = run.trace.end
    troubles: dict[str, UnmagicError] = {}
    if state.guess and not count and guessed(state) is None:
        troubles["guess"] = BadValue(f"{state.guess} is no number to compare with", hint="for example 2.5")
    return Shown(
        state,
        troubles,
        run,
        run.function.notation,
        said,
        f"After {count} step{'' if count == 1 else 's'}" if count else "Before the first step",
        drawn(state, run),
        tuple(_runs(state, run, said, kept)),
        _compared(state, run, kept[-1]) if kept else "",
        question(run),
        predicted(state, run),
        run.slider,
        tuple(_row(first + k, row, count) for k, row in enumerate(rows[first:])),
        first,
        _sum_line(rows),
        _rounding(rows[first:]),
        count == run.trace.length and end is not End.GOING,
        presets,
    )


def table(state: ToyState) -> list[tuple[str, ...]]:
    """The run as rows of ASCII texts under their names, every step of it, for a spreadsheet. Raises `UnmagicError`."""
    run = state.run()
    axes = run.function.axes
    head = ("step", *axes, "f", *(f"df/d{axis}" for axis in axes), *(f"moves {axis} by" for axis in axes))
    body = [
        (str(k), *(plain(x) for x in (*row.at, row.loss, *row.slope, *(row.move or ()))))
        for k, row in enumerate(run.trace.rows[: state.count + 1])
    ]
    return [head, *body]


# the parts --------------------------------------------------------------------------------------------------------


def _row(step: int, row: Row, count: int) -> TableRow:
    return TableRow(
        step,
        (
            _cell(row.at, "x" in row.rounded),
            _cell((row.loss,), "f" in row.rounded),
            _cell(row.slope, "slope" in row.rounded),
            _cell(row.move, "move" in row.rounded) if row.move is not None else None,
        ),
    )


def _cell(place: Place, about: bool) -> Cell:
    if len(place) == 1:
        return Cell(*parted(printed(place[0], about)), about)
    return Cell(f"({', '.join(map(printed, place))})", "", about)


def _sum_line(rows: Sequence[Row]) -> str:
    """−1.6 + 8.28 = 6.68: the last move that was made."""
    if len(rows) < 2:
        return ""
    before, after = rows[-2:]
    if before.move is None or "x" in after.rounded:
        return ""
    where = "" if len(after.at) == 1 else "in x "
    x, move, end = (printed(place[0]) for place in (before.at, before.move, after.at))
    return f"{where}{x} {'+' if before.move[0] >= 0 else '−'} {move.lstrip('−')} = {end}"


def _rounding(rows: Sequence[Row]) -> str:
    """What ≈ in the table means, where it stands."""
    rounded = frozenset[str]().union(*(row.rounded for row in rows))
    names = [word for key, word in (("f", "losses"), ("slope", "slopes"), ("move", "moves")) if key in rounded]
    if not names:
        return "Nothing here is rounded."
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    steps = " Each step starts from the numbers as printed, so the columns add up." if "move" in rounded else ""
    return f"≈ marks {listed} that are rounded; the rest is exact.{steps}"


def _runs(state: ToyState, run: Run, said: Said, kept: Sequence[KeptRun]) -> list[OneRun]:
    if not kept:
        return []
    found = [_one(run, state.count, run.trace.rows[state.count], said, run.start, run.eta, -1)]
    for one in kept:
        rows = kept_rows(run, one)
        count = len(rows) - 1
        trace = traced(run.function, one.start, one.eta, max(1, count))
        land = landscape(run.function, tuple(map(float, one.start)))
        found.append(
            _one(run, count, rows[-1], words(trace, count, land), one.start, one.eta, state.kept.index(one))
        )
    return found


def _one(run: Run, count: int, row: Row, said: Said, start: Place, eta: Decimal, kept: int) -> OneRun:
    place = "" if start == run.start else ", ".join(map(printed, start))
    return OneRun(printed(eta), loss_text(row), _steps(count), said.word, place, kept)


def _compared(state: ToyState, run: Run, one: KeptRun) -> str:
    """Which of two runs is lower, as far as the printed losses tell."""
    here, there = run.trace.rows[state.count].loss, kept_rows(run, one)[-1].loss
    if not (here.is_finite() and there.is_finite()):
        return ""
    if here == there:
        return "They stand level, as far as the digits tell."
    counts = state.count, len(kept_rows(run, one)) - 1
    if one.start != run.start or one.eta == run.eta:
        ahead = "this run" if here < there else "the kept run"
    else:
        ahead = f"the {'smaller' if (run.eta < one.eta) == (here < there) else 'larger'} rate"
    if counts[0] == counts[1]:
        return f"Same number of steps; {ahead} stands lower."
    return f"{_steps(counts[0])} against {_steps(counts[1])}; {ahead} stands lower."


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count} steps"
