"""A curve, its tangent at a point, and the secant through a second point Δx away."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from unmagic.core.digits import LESSON, Problem, Quantity, Style, shown
from unmagic.core.document import Table
from unmagic.core.scalar_eval import shortest

from .coordinates import Box, Point, Segment, clipped, trails
from .labels import Label, italic, lettered
from .marks import circle, drawing, hued, line, path
from .picture import Picture, not_finite, refused
from .scale import Scale, span, ticks

_BOX: Box = (16, 18, 344, 232)
_HEIGHT = 262.0


class _Secant(NamedTuple):
    """The second point, Δx, Δf and the slope through both; ``told``: the last three as printed, true as a quotient."""

    point: Point
    run: float
    rise: float
    slope: float
    told: tuple[str, str, str]


def tangent(
    xs: Sequence[float],
    fs: Sequence[float],
    point: Point,
    slope: float,
    second: Point | None = None,
    *,
    names: tuple[str, str] = ("x", "f"),
    hues: tuple[int, int, int] = (1, 5, 6),
    style: Style = LESSON,
) -> Picture:
    """``point`` is (x, f(x)), ``slope`` is f′ there, ``second`` is (x + Δx, f(x + Δx)). ``hues``: of x, slope and Δ."""
    for name, values in ((names[0], point), ("the slope", slope), (f"{names[0]} + Δ{names[0]}", second or ())):
        if (reason := not_finite(name, values)) is not None:
            return refused(reason)
    secant = None if second is None else _secant(point, second, style)
    marked = [point] if secant is None else [point, secant.point]
    across = Scale(*span([*xs, *(x for x, _ in marked)]), _BOX[0], _BOX[2])
    up = Scale(*span([*fs, *(f for _, f in marked)], air=0.08), _BOX[3], _BOX[1])

    def place(at: Point) -> Point:
        return (across(at[0]), up(at[1]))

    here = place(point)
    curve = trails(map(place, zip(xs, fs, strict=True)), _BOX)
    parts = [*_axes(across, up), *(path(piece, "curve") for piece in curve)]
    labels = [
        Label(
            f"{italic(names[0])} = {shown(point[0], style=style)}",
            (here[0], _BOX[3] + 5),
            "S",
            hues[0],
            gap=3,
            must=True,
        )
    ]
    lines: list[Segment] = [((_BOX[0], _BOX[3]), (_BOX[2], _BOX[3]))]
    for piece in curve:
        lines += itertools.pairwise(piece)
    touching = _through(point, slope, across, place)
    parts += [line(*piece, class_="tangent") for piece in touching]
    lines += touching
    if secant is not None:
        chord = _through(point, secant.slope, across, place)
        parts += [line(*piece, class_="ghost") for piece in chord]
        lines += chord
        there = place(secant.point)
        labels += _deltas(here, there, secant, names, hues[2])
        corner = (there[0], here[1])
        lines += [(here, corner), (corner, there)]
        parts.append(hued(hues[2], path([here, corner, there]), stroke="currentColor", stroke_width="1.5", fill="none"))
        parts.append(circle(there, 5, "hollow"))
    parts.append(hued(hues[0], circle(here, 5.5, "dot")))
    labels += [*_slope_labels(f"slope {shown(slope, style=style)}", here, touching, hues[1]), *_tick_labels(across)]
    says = _said(point, slope, secant, names, style)
    lettering = lettered(labels, (2, 2, 358, _HEIGHT - 2), [(here, 7.0)], lines)
    caption = "The tangent solid, the secant dashed. As Δ shrinks, the one turns into the other." if secant else ""
    table = _table(point, slope, secant, names, style)
    return Picture(drawing(360, _HEIGHT, says, *parts, lettering), says, table, caption)


def _secant(point: Point, second: Point, style: Style) -> _Secant | None:
    """None where Δx is nought, or the slope beyond any float."""
    run, rise = _from(point[0], second[0]), _from(point[1], second[1])
    if not run or not math.isfinite(run) or not math.isfinite(rise):
        return None
    slope = float(shortest(rise) / shortest(run))  # in decimals too: 0.21 over 0.1 is 2.1
    if not all(map(math.isfinite, (run, rise, slope))):
        return None
    problem = Problem(style)
    quantities = (Quantity(run, given=True), Quantity(rise, given=True), Quantity(slope))
    problem.line(quantities[1] / quantities[0], quantities[2])
    problem.solve()
    told = (problem.printed(quantities[0]), problem.printed(quantities[1]), problem.printed(quantities[2]))
    return _Secant(second, run, rise, slope, told)


def _deltas(here: Point, there: Point, secant: _Secant, names: tuple[str, str], hue: int) -> list[Label]:
    """Run and rise beside their sides of the triangle, where it is large enough for words."""
    flat, tall = ((here[0] + there[0]) / 2, here[1]), (there[0], (here[1] + there[1]) / 2)
    under = "S N" if there[1] < here[1] else "N S"
    beside = "E W" if there[0] > here[0] else "W E"
    must = abs(there[0] - here[0]) > 50
    labels = []
    if abs(there[0] - here[0]) > 3:
        labels.append(Label(f"Δ{italic(names[0])} {secant.told[0]}", flat, under, hue, gap=4, must=must))
    if abs(there[1] - here[1]) > 3:
        labels.append(Label(f"Δ{italic(names[1])} {secant.told[1]}", tall, beside, hue, gap=5, must=must))
    return labels


def _slope_labels(words: str, here: Point, touching: list[Segment], hue: int) -> list[Label]:
    """Places beside the tangent, one of which the words take."""
    if not touching:
        return [Label(words, here, "SE NW NE SW", hue, gap=12)]
    ((ax, ay), (bx, by)) = touching[0]
    return [
        Label(
            words, (ax + share * (bx - ax), ay + share * (by - ay)), "SE NW NE SW S N", hue, gap=9, once=True, must=last
        )
        for share, last in zip((0.85, 0.7, 0.15, 0.3, 0.5, 0.95, 0.05), (False,) * 6 + (True,), strict=True)
    ]


def _from(a: float, b: float) -> float:
    """b − a as decimals, as they are printed: from 1 to 1.1 it is 0.1 and not 0.10000000000000009."""
    return float(shortest(b) - shortest(a))


def _axes(across: Scale, up: Scale) -> list[str]:
    parts = [line((_BOX[0], _BOX[3]), (_BOX[2], _BOX[3]), "axis")]
    parts += [line((across(t), _BOX[3]), (across(t), _BOX[3] + 5), "axis") for t in ticks(across.low, across.high)]
    if up.low < 0 < up.high:
        parts.append(line((_BOX[0], up(0)), (_BOX[2], up(0)), "hair"))
    return parts


def _tick_labels(across: Scale) -> list[Label]:
    return [
        Label(shown(t), (across(t), _BOX[3] + 5), "S", class_="tick", gap=3) for t in ticks(across.low, across.high)
    ]


def _through(point: Point, slope: float, across: Scale, place: Callable[[Point], Point]) -> list[Segment]:
    """A straight line through a point, as far as it lies in the drawing."""
    x, f = point
    one, two = (place((end, f + slope * (end - x))) for end in (across.low, across.high))
    piece = clipped(one, two, _BOX) if all(map(math.isfinite, (*one, *two))) else None
    return [] if piece is None else [piece]


def _said(point: Point, slope: float, secant: _Secant | None, names: tuple[str, str], style: Style) -> str:
    x, f = names
    way = "rises" if slope > 0 else "falls" if slope < 0 else "is level"
    said = (
        f"The curve {f}({x}) with its tangent at {x} = {shown(point[0], style=style)}, where {f} is "
        f"{shown(point[1], style=style)} and {way}: slope {shown(slope, style=style)}"
    )
    if secant is None:
        return said + "."
    run, rise, steep = secant.told
    there = shown(secant.point[0], style=style)
    return f"{said}; the secant to {x} = {there} rises {rise} over {run}, slope {steep}."


def _table(point: Point, slope: float, secant: _Secant | None, names: tuple[str, str], style: Style) -> Table:
    x, f = names
    values = {x: point[0], f"{f}({x})": point[1], "slope of the tangent": slope}
    rows = [(name, shown(value, style=style)) for name, value in values.items()]
    if secant is not None:
        rows += zip((f"Δ{x}", f"Δ{f}", "slope of the secant"), secant.told, strict=True)
    return Table(("what", "is"), tuple(rows))
