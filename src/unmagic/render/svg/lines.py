"""Curves over steps: a loss, or two of them to compare. Dash and name tell them apart, not colour alone."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from unmagic.core.digits import LESSON, Style, shown
from unmagic.core.document import Table

from .coordinates import Box, Point, Segment, trails
from .labels import Label, lettered
from .marks import circle, drawing, hued, line, path
from .picture import Picture, refused, several
from .scale import Scale, span, ticks

_BOX: Box = (52, 20, 346, 214)
_HEIGHT = 248.0
_DASHES = (None, "7 4", "2 4")


@dataclass(frozen=True, slots=True)
class Series:
    """``values[k]`` was measured at step ``at[k]``; without ``at``, at step k."""

    name: str
    values: Sequence[float]
    at: Sequence[float] | None = None
    hue: int = 5

    def points(self) -> list[Point]:
        places = range(len(self.values)) if self.at is None else self.at
        return [(float(x), float(y)) for x, y in zip(places, self.values, strict=True)]


def lines(
    series: Sequence[Series], *, log: bool = False, names: tuple[str, str] = ("step", "loss"), style: Style = LESSON
) -> Picture:
    """One to three curves. ``log``: each step up multiplies; what is not positive has no place there."""
    if not 1 <= len(series) <= len(_DASHES):
        return refused(f"{len(series)} curves; one to {len(_DASHES)} can be told apart.")
    table = _table(series, names, style)
    shown_points = [[(x, _height(y, log)) for x, y in one.points()] for one in series]
    good = [(x, y) for points in shown_points for x, y in points if math.isfinite(x) and math.isfinite(y)]
    if not good:
        return refused(f"no {names[1]} is finite{' and positive' if log else ''}.", table)
    low, high = span([x for x, _ in good])
    if len({x for x, _ in good}) == 1:
        low, high = good[0][0], good[0][0] + 1
    heights = [y for _, y in good]
    ground = not log and min(heights) >= 0
    bottom, top = span(heights, zero=ground, air=0.0 if ground else 0.06)
    across, up = Scale(low, high, _BOX[0], _BOX[2]), Scale(bottom, top, _BOX[3], _BOX[1])
    parts = [line((_BOX[0], _BOX[3]), (_BOX[2], _BOX[3]), "axis"), line((_BOX[0], _BOX[1]), (_BOX[0], _BOX[3]), "axis")]
    labels: list[Label] = []
    segments: list[Segment] = [((_BOX[0], _BOX[3]), (_BOX[2], _BOX[3]))]
    for one, points, dash in zip(series, shown_points, _DASHES, strict=False):
        placed = [
            (across(x), up(y)) if math.isfinite(x) and math.isfinite(y) else (math.nan, math.nan) for x, y in points
        ]
        runs = trails(placed, _BOX)
        seen = [p for p in placed if math.isfinite(p[0])]
        drawn = [path(run, stroke_dasharray=dash) for run in runs]
        if seen:
            drawn.append(circle(seen[-1], 3.5, fill="currentColor"))
        parts.append(hued(one.hue, *drawn, stroke="currentColor", fill="none", stroke_width="2"))
        for run in runs:
            segments += itertools.pairwise(run)
        # a name beside its curve: where it ends, or else somewhere along it
        for share in (8, 6, 4, 2, 7, 5, 3, 1, 0) if seen else ():
            where = seen[(len(seen) - 1) * share // 8]
            last_try = share == 0
            labels.append(Label(one.name, where, "N NW NE S SW SE W E", one.hue, gap=6, must=last_try, once=True))
    parts += _axis(across, up, all(x == math.floor(x) for x, _ in good), log, labels, names)
    lettering = lettered(labels, (1, 1, 359, _HEIGHT - 1), lines=segments)
    caption = "The scale is logarithmic: each step up multiplies." if log else ""
    return Picture(
        drawing(360, _HEIGHT, _said(series, log, names, style), *parts, lettering),
        _said(series, log, names, style),
        table,
        caption,
    )


def _height(y: float, log: bool) -> float:
    if not log:
        return y
    return math.log10(y) if y > 0 and math.isfinite(y) else math.nan


def _axis(across: Scale, up: Scale, whole: bool, log: bool, labels: list[Label], names: tuple[str, str]) -> list[str]:
    parts = []
    for t in ticks(across.low, across.high, 5):
        if whole and t != math.floor(t):
            continue
        parts.append(line((across(t), _BOX[3]), (across(t), _BOX[3] + 4), "axis"))
        labels.append(Label(shown(t), (across(t), _BOX[3] + 4), "S", class_="tick", gap=3))
    for t in ticks(up.low, up.high, 4):
        if log and (t != math.floor(t) or t > 308):
            continue
        parts.append(line((_BOX[0] - 4, up(t)), (_BOX[0], up(t)), "axis"))
        value = 10.0**t if log else t
        labels.append(Label(shown(value), (_BOX[0] - 4, up(t)), "W", class_="tick", gap=3))
    labels.append(Label(names[1], (_BOX[0], _BOX[1]), "NE E", class_="tick", gap=2))
    labels.append(Label(names[0], (_BOX[2], _BOX[3]), "N NW", class_="tick", gap=3))
    return parts


def _said(series: Sequence[Series], log: bool, names: tuple[str, str], style: Style) -> str:
    told = []
    for one in series:
        points = one.points()
        ends = (
            f"from {shown(points[0][1], style=style)} to {shown(points[-1][1], style=style)}" if points else "is empty"
        )
        gaps = sum(1 for _, y in points if not math.isfinite(_height(y, log)))
        missing = f" ({gaps} of its {len(points)} values cannot be drawn)" if gaps else ""
        told.append(f"{one.name} {'goes ' if points else ''}{ends}{missing}")
    scale = ", on a logarithmic scale" if log else ""
    return f"{names[1].capitalize()} over {names[0]}s{scale}: {several(told)}."


def _table(series: Sequence[Series], names: tuple[str, str], style: Style, most: int = 12) -> Table:
    """The values at a dozen of the steps, evenly spread, the first and the last among them."""
    places = sorted({x for one in series for x, _ in one.points()})
    if len(places) > most:
        places = [places[k * (len(places) - 1) // (most - 1)] for k in range(most)]
    by_place = [dict(one.points()) for one in series]
    rows = [
        (shown(x, style=style), *(shown(one[x], style=style) if x in one else "" for one in by_place)) for x in places
    ]
    return Table((names[0], *(one.name for one in series)), tuple(rows))
