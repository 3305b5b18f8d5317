"""Steps downhill on a curve: where each one stood, the leaps between them, and a second run beside it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from unmagic.core.digits import LESSON, Style, shown

from .coordinates import Box, Point, Segment, at, clipped, trails, within
from .labels import Label, italic, lettered
from .marks import circle, drawing, hued, line, path, tag
from .picture import Picture, refused, several, steps
from .scale import Scale, span, ticks

_WIDE, _HIGH, _GROUND = 720.0, 420.0, 310.0
_BOX: Box = (24, 48, 696, _GROUND)
_DEEPEST = 94.0  # of a leap under the ground
_LEAPS = 16  # drawn; of a longer run the last ones
_LONG = 40  # steps; a longer run is drawn finer
_SPOKEN = 8  # places that the sentence names


class _Paper(NamedTuple):
    across: Scale
    up: Scale

    def place(self, point: Point) -> Point:
        x, f = point
        return (self.across(x), self.up(f)) if math.isfinite(x) and math.isfinite(f) else (math.nan, math.nan)


def descent(
    xs: Sequence[float],
    fs: Sequence[float],
    run: Sequence[Point],
    *,
    kept: Sequence[Sequence[Point]] = (),
    minimum: float | None = None,
    guess: float | None = None,
    slope: float | None = None,
    names: tuple[str, str] = ("x", "f"),
    style: Style = LESSON,
) -> Picture:
    """The curve through (xs, fs); ``run`` and ``kept`` are (x, f(x)) by step; ``slope`` is f′ where the run stands."""
    table = steps(run, ("step", names[0], f"{names[1]}({names[0]})"), style)
    curve = [(x, f) for x, f in zip(xs, fs, strict=True) if math.isfinite(x) and math.isfinite(f)]
    if len(curve) < 2:
        return refused(f"{names[1]} has no value on the stretch that would be drawn.", table)
    low, high = span([x for x, _ in curve])
    bottom, top = span([f for _, f in curve])
    if bottom >= 0 and bottom < 0.25 * (top - bottom):
        bottom = 0.0  # a loss stands on its ground
    paper = _paper((low, high), (bottom, top))
    lowest = minimum if minimum is not None and low <= minimum <= high else None
    exits = _exits(run, paper, style)
    seen = _seen(run, paper)

    parts, labels = _ground(paper, lowest, guess, style)
    drawn, pieces = _curve(tuple(curve), (low, high), (bottom, top))
    parts.append(drawn)
    lines = [((_BOX[0], _GROUND), (_BOX[2], _GROUND)), *pieces]
    for other in kept:
        parts += [*_leaps(other, paper, "ghost"), *_trail(other, paper, "ghost")]
        parts += [circle(p, 4, "hollow") for p in _seen(other, paper).values()]
    parts += [*_leaps(run, paper, "hop"), *_trail(run, paper, "path" if len(run) <= _LONG else "path long")]
    last = len(run) - 1
    if last in seen and slope is not None and math.isfinite(slope):
        touching = _tangent(run[last], slope, paper)
        parts += [line(*piece, class_="tangent") for piece in touching]
        lines += touching
        labels.append(Label(f"slope {shown(slope, style=style)}", seen[last], "W E NW NE N", 5, gap=34, spare=True))
    parts += [circle(p, 6 if len(run) <= _LONG else 4, "dot") for p in seen.values()]
    parts += [circle(seen[last], 11, "cur")] if last in seen else []
    parts += [mark for mark, _ in exits]
    labels = [*(label for _, label in exits), *_numbers(seen, last, lowest, paper), *labels]
    if not exits:
        name = f"{italic(names[1])}({italic(names[0])})"
        labels.append(Label(name, paper.place(curve[-1]), "NW W SW", class_="tick", gap=12, spare=True))
    spots = [(p, 8.0) for p in seen.values()][-40:] + ([(seen[last], 14.0)] if last in seen else [])
    lettering = lettered(labels, (2, 2, _WIDE - 2, _HIGH - 2), spots, _sparse(lines), broad=True)
    says = _said(run, kept, minimum, guess, slope, exits, names, style)
    return Picture(drawing(_WIDE, _HIGH, says, *parts, lettering, class_="sheet broad"), says, table)


def _paper(across: tuple[float, float], up: tuple[float, float]) -> _Paper:
    return _Paper(Scale(*across, _BOX[0], _BOX[2]), Scale(*up, _GROUND, _BOX[1]))


@lru_cache(maxsize=32)  # the curve stays while a run on it changes
def _curve(
    curve: tuple[Point, ...], across: tuple[float, float], up: tuple[float, float]
) -> tuple[str, list[Segment]]:
    """The curve drawn, and its pieces."""
    runs = trails(map(_paper(across, up).place, curve), _BOX)
    drawn = "".join(path(run, "curve") for run in runs)
    return drawn, [piece for run in runs for piece in itertools.pairwise(run)]


def _ground(paper: _Paper, lowest: float | None, guess: float | None, style: Style) -> tuple[list[str], list[Label]]:
    """The axis with its ticks, where the minimum is, and where the visitor said that the step would end."""
    across = paper.across
    marks = ticks(across.low, across.high, 6)
    parts = [line((_BOX[0] - 8, _GROUND), (_BOX[2] + 8, _GROUND), "axis")]
    parts += [line((across(t), _GROUND - 3), (across(t), _GROUND + 3), "axis") for t in marks]
    labels: list[Label] = []
    if lowest is not None:
        top = (across(lowest), _BOX[1])
        parts.insert(0, line(top, (top[0], _GROUND), "hair"))
        labels.append(Label(f"minimum, {shown(lowest, style=style)}", top, "N E W", class_="tick", gap=5))
    if guess is not None and math.isfinite(guess) and across.low <= guess <= across.high:
        foot = across(guess)
        triangle = [(foot, _GROUND + 3), (foot - 6, _GROUND + 14), (foot + 6, _GROUND + 14)]
        parts.append(path(triangle, "guess", closed=True))
        said = f"you said {shown(guess, style=style)}"
        labels.append(Label(said, (foot, _GROUND + 12), "S SE SW", class_="tick", gap=6, must=True))
    labels += [Label(shown(t), (across(t), _GROUND + 3), "S", class_="tick", gap=5) for t in marks]
    return parts, labels


def _sparse(lines: list[Segment], most: int = 160) -> list[Segment]:
    """Fewer pieces of the curve, end to end, for the lettering to keep off."""
    if len(lines) <= most:
        return lines
    every = math.ceil(len(lines) / most)
    return [(lines[k][0], lines[min(k + every, len(lines)) - 1][1]) for k in range(0, len(lines), every)]


def _seen(run: Sequence[Point], paper: _Paper) -> dict[int, Point]:
    """The steps that stand in the picture, by number."""
    placed = {k: paper.place(point) for k, point in enumerate(run)}
    return {k: p for k, p in placed.items() if within(p, (_BOX[0] - 1, _BOX[1] - 1, _BOX[2] + 1, _BOX[3] + 1))}


def _trail(run: Sequence[Point], paper: _Paper, class_: str) -> list[str]:
    return [path(piece, class_) for piece in trails(map(paper.place, run), _BOX)]


def _leaps(run: Sequence[Point], paper: _Paper, class_: str) -> list[str]:
    """The way along the ground, as bows under it: the longer a leap, the deeper."""
    bows: list[str] = []
    edge = (_BOX[0] - 8, _BOX[2] + 8)
    for (x, _), (next_x, _) in list(itertools.pairwise(run))[-_LEAPS:]:
        if not (math.isfinite(x) and math.isfinite(next_x)):
            continue
        a, b = (min(max(paper.across(v), edge[0]), edge[1]) for v in (x, next_x))
        if abs(b - a) < 1:
            continue
        deep = _GROUND + min(_DEEPEST / 0.75, 6 + 0.25 * abs(b - a))
        third = 0.12 * (b - a)
        bows.append("M" + " ".join(map(_pair, [(a, _GROUND)])) + " C" + " ".join(
            map(_pair, [(a + third, deep), (b - third, deep), (b, _GROUND)])))  # fmt: skip
    return [tag("path", class_=class_, d="".join(bows))] if bows else []


def _pair(point: Point) -> str:
    return f"{at(point[0])} {at(point[1])}"


def _tangent(point: Point, slope: float, paper: _Paper, half: float = 70.0) -> list[Segment]:
    """A piece of the tangent about as long as a finger, in units of the paper."""
    x, y = paper.place(point)
    dx = paper.across(point[0] + 1e-3 * (paper.across.high - paper.across.low)) - x
    dy = paper.up(point[1] + slope * 1e-3 * (paper.across.high - paper.across.low)) - y
    length = math.hypot(dx, dy)
    if not length or not math.isfinite(length):
        return []
    ux, uy = half * dx / length, half * dy / length
    piece = clipped((x - ux, y - uy), (x + ux, y + uy), (_BOX[0], _BOX[1] - 20, _BOX[2], _BOX[3] + 20))
    return [piece] if piece is not None else []


def _numbers(seen: dict[int, Point], last: int, lowest: float | None, paper: _Paper) -> list[Label]:
    """Steps' numbers: where it stands, where it began, then in order as far as there is room."""
    middle = None if lowest is None else paper.across(lowest)
    labels: list[Label] = []
    for k in [last, 0, *(k for k in range(1, last) if k < 9 or k % 10 == 0)]:
        if k not in seen or (k == 0 and k == last and labels):
            continue
        left = middle is not None and seen[k][0] < middle
        sides = "W SW S NW E N" if left else "E SE S NE W N"
        labels.append(Label(str(k), seen[k], sides, 1, gap=16 if k == last else 10))
        if len(labels) >= 24:
            break
    return list({label.words: label for label in labels}.values())


def _exits(run: Sequence[Point], paper: _Paper, style: Style) -> list[tuple[str, Label]]:
    """For each side that the run leaves at: an arrow at the edge, and which step stands where out there."""
    found: list[tuple[str, Label]] = []
    out: dict[str, list[int]] = {"left": [], "right": [], "up": []}
    lost: list[int] = []
    for k, (x, f) in enumerate(run):
        if not math.isfinite(x) or not math.isfinite(f):
            lost.append(k)
        elif x < paper.across.low:
            out["left"].append(k)
        elif x > paper.across.high:
            out["right"].append(k)
        elif f > paper.up.high:
            out["up"].append(k)
    ways = {"left": ((_BOX[0] - 14, 18.0), (-1, 0), "E"), "right": ((_BOX[2] + 14, 18.0), (1, 0), "W"),
            "up": ((_WIDE / 2, 22.0), (0, -1), "E")}  # fmt: skip
    for side, gone in out.items():
        if not gone:
            continue
        (x, y), (dx, dy), words = ways[side]
        tip = [
            (x + 9 * dx, y + 9 * dy),
            (x - 6 * dx - 8 * dy, y - 6 * dy + 8 * dx),
            (x - 6 * dx + 8 * dy, y - 6 * dy - 8 * dx),
        ]
        k = gone[-1]
        label = Label(f"{k}: {shown(run[k][0], style=style)}", (x, y), words, 1, gap=12, must=True)
        found.append((hued(1, path(tip, closed=True, fill="currentColor")), label))
    if lost:
        k = lost[0]
        label = Label(f"{k}: {shown(run[k][0], style=style)}", (_WIDE / 2, 60), "N S", 5, must=True)
        found.append(("", label))
    return found


def _said(
    run: Sequence[Point], kept: Sequence[Sequence[Point]], minimum: float | None, guess: float | None,
    slope: float | None, exits: list[tuple[str, Label]], names: tuple[str, str], style: Style,
) -> str:  # fmt: skip
    x, f = names
    said = [f"The curve {f}({x})" + (f", lowest at {shown(minimum, style=style)}" if minimum is not None else "")]
    for what, points in [("this run", run), *(("the kept run", other) for other in kept)]:
        if not points:
            continue
        many = len(points) > _SPOKEN
        stops = [shown(x, style=style) for x, _ in (points[: _SPOKEN - 2] if many else points)]
        said.append(f"{what} stands at {', '.join(stops) if many else several(stops)}")
        if many:
            said[-1] += f" and so on, after {len(points) - 1} steps at {shown(points[-1][0], style=style)}"
    if slope is not None and run:
        said.append(f"its slope there is {shown(slope, style=style)}")
    if exits:
        said.append(
            "it leaves the picture: " + several(f"step {label.words.replace(': ', ' is at ')}" for _, label in exits)
        )
    if guess is not None:
        said.append(f"you said {shown(guess, style=style)}")
    return "; ".join(said) + "."
