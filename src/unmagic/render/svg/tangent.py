"""A curve, its tangent at a point, and the secant through a second point Δx away."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence

from unmagic.core.digits import LESSON, Style, shown
from unmagic.core.document import Table
from unmagic.core.scalar_eval import shortest

from .coordinates import Box, Point, Segment, clipped, trails
from .labels import Label, italic, lettered
from .marks import circle, drawing, hued, line, path
from .picture import Picture, not_finite, refused
from .scale import Scale, span, ticks

_BOX: Box = (16, 18, 344, 232)
_HEIGHT = 262.0


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
    x, f = point
    rise, run = (_from(f, second[1]), _from(x, second[0])) if second is not None else (0.0, 0.0)
    steep = _over(rise, run) if run else None
    low, high = span([*xs, x, *([second[0]] if second else [])])
    bottom, top = span([*fs, f, *([second[1]] if second else [])], air=0.08)
    across, up = Scale(low, high, _BOX[0], _BOX[2]), Scale(bottom, top, _BOX[3], _BOX[1])

    def place(a: float, b: float) -> Point:
        return (across(a), up(b))

    here = place(x, f)
    parts = _axes(across, up)
    parts += [path(run_, "curve") for run_ in trails((place(a, b) for a, b in zip(xs, fs, strict=True)), _BOX)]
    labels: list[Label] = []
    segments: list[Segment] = [((_BOX[0], _BOX[3]), (_BOX[2], _BOX[3]))]
    straight = _through(x, f, slope, low, high, place)
    if straight is not None:
        parts.append(line(*straight, class_="tangent"))
        segments.append(straight)
    if second is not None and steep is not None:
        there = place(*second)
        chord = _through(x, f, steep, low, high, place)
        if chord is not None:
            parts.append(line(*chord, class_="ghost"))
            segments.append(chord)
        corner = (there[0], here[1])
        parts.append(hued(hues[2], path([here, corner, there]), stroke="currentColor", stroke_width="1.5", fill="none"))
        segments += [(here, corner), (corner, there)]
        flat, tall = ((here[0] + corner[0]) / 2, here[1]), (there[0], (here[1] + there[1]) / 2)
        under = "S N" if there[1] < here[1] else "N S"
        beside = "E W" if there[0] > here[0] else "W E"
        if abs(corner[0] - here[0]) > 3:
            labels.append(
                Label(
                    f"Δ{italic(names[0])} {shown(run, style=style)}",
                    flat,
                    under,
                    hues[2],
                    gap=4,
                    must=abs(corner[0] - here[0]) > 50,
                )
            )
        if abs(there[1] - here[1]) > 3:
            labels.append(
                Label(
                    f"Δ{italic(names[1])} {shown(rise, style=style)}",
                    tall,
                    beside,
                    hues[2],
                    gap=5,
                    must=abs(corner[0] - here[0]) > 50,
                )
            )
        parts.append(circle(there, 5, "hollow"))
    parts.append(hued(hues[0], circle(here, 5.5, "dot")))
    foot = (here[0], _BOX[3] + 5)
    labels.insert(0, Label(f"{italic(names[0])} = {shown(x, style=style)}", foot, "S", hues[0], gap=3, must=True))
    slope_words = f"slope {shown(slope, style=style)}"
    if straight is not None:
        (ax, ay), (bx, by) = straight
        # beside the tangent, wherever along it there is room
        for share in (0.85, 0.7, 0.15, 0.3, 0.5, 0.95, 0.05):
            where = (ax + share * (bx - ax), ay + share * (by - ay))
            labels.append(Label(slope_words, where, "SE NW NE SW S N", hues[1], gap=9, once=True, must=share == 0.05))
    else:
        labels.append(Label(slope_words, here, "SE NW NE SW", hues[1], gap=12))
    labels += _tick_labels(across)
    curve = list(trails((place(a, b) for a, b in zip(xs, fs, strict=True)), _BOX))
    segments += [(p, q) for run_ in curve for p, q in itertools.pairwise(run_)]
    says = _said(point, slope, second, steep, names, style)
    lettering = lettered(labels, (2, 2, 358, _HEIGHT - 2), [(here, 7.0)], segments)
    caption = "The tangent solid, the secant dashed. As Δ shrinks, the one turns into the other." if second else ""
    table = _table(point, slope, second, steep, names, style)
    return Picture(drawing(360, _HEIGHT, says, *parts, lettering), says, table, caption)


def _from(a: float, b: float) -> float:
    """b − a as decimals, as they are printed: from 1 to 1.1 it is 0.1 and not 0.10000000000000009."""
    return float(shortest(b) - shortest(a))


def _over(rise: float, run: float) -> float | None:
    """The slope, likewise: 0.21 over 0.1 is 2.1."""
    steep = float(shortest(rise) / shortest(run))
    return steep if math.isfinite(steep) else None


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


def _through(
    x: float, f: float, slope: float, low: float, high: float, place: Callable[[float, float], Point]
) -> Segment | None:
    """A straight line through a point, as far as it lies in the drawing."""
    one, two = place(low, f + slope * (low - x)), place(high, f + slope * (high - x))
    if not all(map(math.isfinite, (*one, *two))):
        return None
    return clipped(one, two, _BOX)


def _said(
    point: Point, slope: float, second: Point | None, steep: float | None, names: tuple[str, str], style: Style
) -> str:
    x, f = names
    way = "rises" if slope > 0 else "falls" if slope < 0 else "is level"
    said = (
        f"The curve {f}({x}) with its tangent at {x} = {shown(point[0], style=style)}, where {f} is "
        f"{shown(point[1], style=style)} and {way}: slope {shown(slope, style=style)}"
    )
    if second is None or steep is None:
        return said + "."
    rise, run, there, slope_of_secant = (
        shown(value, style=style)
        for value in (_from(point[1], second[1]), _from(point[0], second[0]), second[0], steep)
    )
    return f"{said}; the secant to {x} = {there} rises {rise} over {run}, slope {slope_of_secant}."


def _table(
    point: Point, slope: float, second: Point | None, steep: float | None, names: tuple[str, str], style: Style
) -> Table:
    x, f = names
    rows = [(x, point[0]), (f"{f}({x})", point[1]), ("slope of the tangent", slope)]
    if second is not None and steep is not None:
        rows += [
            (f"Δ{x}", _from(point[0], second[0])),
            (f"Δ{f}", _from(point[1], second[1])),
            ("slope of the secant", steep),
        ]
    return Table(("what", "is"), tuple((name, shown(value, style=style)) for name, value in rows))
