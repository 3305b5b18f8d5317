"""The toy's picture: the curve with its run, or level lines with the path across them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from unmagic.core.digits.numerals import half_up
from unmagic.core.graph import Array
from unmagic.render.svg.contours import contours
from unmagic.render.svg.descent import descent

from .landscape import Landscape, curve, heights
from .predict import guessed
from .state import KeptRun, Run, ToyState, traced
from .trace import Row

if TYPE_CHECKING:
    from unmagic.render.svg.picture import Picture

_WALLED = 0.12  # of the drop, the median height above the lowest
_PARTS = (0.05, 0.12, 0.22, 0.35, 0.5, 0.7, 0.88)


def drawn(state: ToyState, run: Run) -> Picture:
    """The picture of a run and of those that were kept. Its table is the run's own, which stands below it."""
    return replace(_picture(state, run), table=None)


def _picture(state: ToyState, run: Run) -> Picture:
    rows = run.trace.rows[: state.count + 1]
    kept = [kept_rows(run, one) for one in fitting(state, run)]
    if len(run.start) == 2:
        grid, columns, rows_of_grid = _heights(run.land)
        lowest = run.land.lowest
        return contours(
            grid,
            columns.tolist(),
            rows_of_grid.tolist(),
            run=_places(rows),
            kept=[_places(one) for one in kept],
            minimum=(lowest[0], lowest[1]) if lowest is not None else None,
            levels=_levels(run.land),
        )
    xs, fs = _curve(run.land)
    guess = guessed(state)
    here = rows[-1]
    return descent(
        xs,
        fs,
        _points(run, rows),
        kept=[_points(run, one) for one in kept],
        minimum=run.land.lowest[0] if run.land.lowest is not None else None,
        guess=None if guess is None else float(guess),
        slope=float(here.slope[0]) if here.slope[0].is_finite() else None,
    )


def fitting(state: ToyState, run: Run) -> list[KeptRun]:
    """The kept runs that are runs of this function."""
    return [one for one in state.kept if len(one.start) == len(run.start)]


def kept_rows(run: Run, one: KeptRun) -> tuple[Row, ...]:
    """The rows of a kept run, walked again."""
    return traced(run.function, one.start, one.eta, max(1, one.count)).rows[: one.count + 1]


@lru_cache(maxsize=64)
def _curve(land: Landscape) -> tuple[Sequence[float], Sequence[float]]:
    xs, fs = curve(land.function, land)
    return xs.tolist(), fs.tolist()


@lru_cache(maxsize=32)
def _heights(land: Landscape) -> tuple[Array, Array, Array]:
    return heights(land.function, land)


@lru_cache(maxsize=32)
def _levels(land: Landscape) -> tuple[float, ...] | None:
    """Heights that part the picture evenly, for walls so high that even heights would leave the valley bare."""
    grid, _, _ = _heights(land)
    finite = grid[np.isfinite(grid)]
    if not finite.size or np.median(finite) - finite.min() > _WALLED * np.ptp(finite):
        return None
    found = {_round(float(height)) for height in np.quantile(finite, _PARTS)}
    return tuple(sorted(height for height in found if finite.min() < height < finite.max()))


def _round(height: float) -> float:
    """To its first digit."""
    whole = Decimal(repr(height))
    return float(half_up(whole, -whole.adjusted())) if whole else 0.0


def _points(run: Run, rows: Sequence[Row]) -> list[tuple[float, float]]:
    """Where steps stand on the curve: at f itself, not at the loss as it is printed."""
    xs = np.array([float(row.at[0]) for row in rows])
    return list(zip(xs.tolist(), run.function.value(xs).tolist(), strict=True))


def _places(rows: Sequence[Row]) -> list[tuple[float, float]]:
    return [(float(row.at[0]), float(row.at[1])) for row in rows]
