"""Level lines of a function of two numbers, and a run of steps across them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from unmagic.core.digits import LESSON, Style, shown

from .coordinates import Box, Point, Segment, trails, within
from .labels import Label, italic, lettered
from .marks import circle, drawing, line, path
from .picture import Picture, refused, several, steps
from .scale import Scale, ticks

_BOX: Box = (34, 12, 348, 272)
_HEIGHT = 304.0


def contours(
    grid: ArrayLike,
    xs: Sequence[float],
    ys: Sequence[float],
    *,
    run: Sequence[Point] = (),
    kept: Sequence[Sequence[Point]] = (),
    minimum: Point | None = None,
    levels: Sequence[float] | None = None,
    names: tuple[str, str, str] = ("x", "y", "f"),
    style: Style = LESSON,
) -> Picture:
    """``grid[i, j]`` is f(xs[j], ys[i]). Without ``levels`` they are chosen: closer together where f is low."""
    values = np.asarray(grid, dtype=np.float64)
    table = steps(run, ("step", names[0], names[1]), style) if run else None
    if values.shape != (len(ys), len(xs)) or min(values.shape) < 2:
        return refused("the grid needs a value for each x and y, and two of each at least.", table)
    if not np.isfinite([*xs, *ys]).all() or xs[0] >= xs[-1] or ys[0] >= ys[-1]:
        return refused("the grid's places must rise and be finite.", table)
    finite = values[np.isfinite(values)]
    if not finite.size:
        return refused(f"{names[2]} has no finite value here.", table)
    heights = chosen(finite) if levels is None else tuple(levels)
    across, up = _scales(xs, ys)

    def place(point: Point) -> Point:
        return (
            (across(point[0]), up(point[1])) if math.isfinite(point[0]) and math.isfinite(point[1]) else (math.nan,) * 2
        )

    parts: list[str] = [
        line((_BOX[0], _BOX[3]), (_BOX[2], _BOX[3]), "axis"),
        line((_BOX[0], _BOX[1]), (_BOX[0], _BOX[3]), "axis"),
    ]
    labels: list[Label] = []
    for height, lines, spot in _levels(values.tobytes(), tuple(xs), tuple(ys), heights):
        parts.append(lines)
        labels.append(Label(shown(height, style=style), spot, "E NE N W S", class_="tick", gap=-7))
    for other in kept:
        parts += [path(piece, "ghost") for piece in trails(map(place, other), _BOX)]
        parts += [circle(p, 3.5, "hollow") for p in map(place, other) if within(p, _BOX)]
    if minimum is not None and within(place(minimum), _BOX):
        x, y = place(minimum)
        parts += [line((x - 6, y), (x + 6, y), "cross"), line((x, y - 6), (x, y + 6), "cross")]
        labels.insert(0, Label("minimum", (x, y), "S N E W", class_="tick", gap=9))
    parts += [path(piece, "path") for piece in trails(map(place, run), _BOX)]
    seen = {k: p for k, p in enumerate(map(place, run)) if within(p, _BOX)}
    parts += [circle(p, 4.5, "dot") for p in seen.values()]
    last = len(run) - 1
    if last in seen:
        parts.append(circle(seen[last], 9, "cur"))
    numbers = [
        Label(str(k), seen[k], "NW W N NE E S", 1, gap=13 if k == last else 8)
        for k in dict.fromkeys((last, 0, *range(1, min(last, 6))))
        if k in seen
    ]
    spots = [(p, 5.0) for p in seen.values()][-40:] + ([(seen[last], 10.0)] if last in seen else [])
    ends = list(map(place, run))
    way: list[Segment] = [(a, b) for a, b in itertools.pairwise(ends) if within(a, _BOX) and within(b, _BOX)]
    for t in ticks(xs[0], xs[-1], 4):
        parts.append(line((across(t), _BOX[3]), (across(t), _BOX[3] + 4), "axis"))
        labels.append(Label(shown(t), (across(t), _BOX[3] + 4), "S", class_="tick", gap=3))
    for t in ticks(ys[0], ys[-1], 4):
        parts.append(line((_BOX[0] - 4, up(t)), (_BOX[0], up(t)), "axis"))
        labels.append(Label(shown(t), (_BOX[0] - 4, up(t)), "W", class_="tick", gap=3))
    axes = [
        Label(italic(names[0]), (_BOX[2], _BOX[3]), "N", gap=2),
        Label(italic(names[1]), (_BOX[0], _BOX[1]), "E", gap=6),
    ]
    lettering = lettered([*numbers[:20], *axes, *labels], (1, 1, 359, _HEIGHT - 1), spots, way)
    says = _said(run, kept, minimum, heights, len(run) - len(seen), names, style)
    return Picture(drawing(360, _HEIGHT, says, *parts, lettering), says, table)


def chosen(values: np.ndarray, count: int = 7) -> tuple[float, ...]:
    """Round heights, at squares of even steps, as a bowl has them evenly far apart."""
    low, high = float(values.min()), float(values.max())
    if low == high:
        return ()
    if low < 0 < high:  # no bowl that stands on its ground
        return tuple(t for t in ticks(low, high, count) if low < t < high)
    found: dict[float, None] = {}
    for k in range(1, count + 1):
        wanted = low + (high - low) * (k / (count + 1)) ** 2
        marks = ticks(low, high, 4 * (count + 1) ** 2 // (2 * k + 1))
        if marks:
            found[min(marks, key=lambda t: abs(t - wanted))] = None
    return tuple(sorted(h for h in found if low < h < high))


def _scales(xs: Sequence[float], ys: Sequence[float]) -> tuple[Scale, Scale]:
    return Scale(xs[0], xs[-1], _BOX[0], _BOX[2]), Scale(ys[0], ys[-1], _BOX[3], _BOX[1])


@lru_cache(maxsize=32)  # the ground stays while a run on it changes
def _levels(
    grid: bytes, xs: tuple[float, ...], ys: tuple[float, ...], heights: tuple[float, ...]
) -> list[tuple[float, str, Point]]:
    """The lines at each height that f has here, drawn, and where their label stands: at their right."""
    values = np.frombuffer(grid).reshape(len(ys), len(xs))
    across, up = _scales(xs, ys)
    found = []
    for height in heights:
        lines = [[(across(x), up(y)) for x, y in points] for points in level(values, xs, ys, height)]
        if lines:
            drawn = "".join(path(points, "level", closed=points[0] == points[-1]) for points in lines)
            longest = max(lines, key=len)
            found.append((height, drawn, max(longest, key=lambda p: p[0] - 0.6 * p[1])))
    return found


def level(grid: np.ndarray, xs: Sequence[float], ys: Sequence[float], height: float) -> list[list[Point]]:
    """The line at a height, by marching squares: chains of points, the first again at the end where one is closed."""
    above = (grid >= height).astype(np.int8)
    around = above[:-1, :-1] + 2 * above[:-1, 1:] + 4 * above[1:, 1:] + 8 * above[1:, :-1]
    rows, columns = np.nonzero((around > 0) & (around < 15))
    corners = np.stack([grid[rows + i, columns + j] for i in (0, 1) for j in (0, 1)])
    middles = (np.where(np.isfinite(corners), corners, np.nan) / 4).sum(axis=0)  # nan where a corner has no value
    cells = zip(rows.tolist(), columns.tolist(), around[rows, columns].tolist(), middles.tolist(), strict=True)
    pieces: list[tuple[Edge, Edge]] = []
    for i, j, kind, middle in cells:
        if math.isfinite(middle):
            edges = ((i, j, False), (i, j + 1, True), (i + 1, j, False), (i, j, True))
            pieces += [(edges[a], edges[b]) for a, b in _JOINED[kind, middle >= height]]
    values = grid.tolist()
    return [[_point(edge, values, xs, ys, height) for edge in chain] for chain in _chained(pieces)]


Edge = tuple[int, int, bool]  # row and column of where it starts; whether it runs up, along y


def _joined(kind: int, middle: bool) -> tuple[tuple[int, int], ...]:
    """The pairs of a cell's edges (bottom, right, top, left) that the line joins.

    A bit of ``kind`` says for each corner whether it lies above the line, from the lower left one round against the
    clock; where two lines cross the cell, its middle tells which.
    """
    around = [bool(kind >> k & 1) for k in range(4)]
    edges = [k for k in range(4) if around[k] != around[(k + 1) % 4]]
    if len(edges) == 4:
        return ((0, 1), (2, 3)) if around[0] == middle else ((3, 0), (1, 2))
    return tuple(itertools.pairwise(edges))


_JOINED = {(kind, middle): _joined(kind, middle) for kind in range(16) for middle in (False, True)}


def _point(
    edge: Edge, values: Sequence[Sequence[float]], xs: Sequence[float], ys: Sequence[float], height: float
) -> Point:
    i, j, upwards = edge
    a, b = values[i][j], values[i + 1][j] if upwards else values[i][j + 1]
    most = max(abs(a), abs(b))  # as `Scale` does
    t = (height / most - a / most) / (b / most - a / most)
    if upwards:
        return (xs[j], ys[i] + t * (ys[i + 1] - ys[i]))
    return (xs[j] + t * (xs[j + 1] - xs[j]), ys[i])


def _chained(pieces: list[tuple[Edge, Edge]]) -> list[list[Edge]]:
    """Pieces that share an edge, joined end to end; open chains first, as rings have no end to begin at."""
    next_to: dict[Edge, list[Edge]] = {}
    for a, b in pieces:
        next_to.setdefault(a, []).append(b)
        next_to.setdefault(b, []).append(a)
    starts = [edge for edge, others in next_to.items() if len(others) == 1] + list(next_to)
    chains: list[list[Edge]] = []
    for start in starts:
        if not next_to[start]:
            continue
        chain = [start]
        while next_to[chain[-1]]:
            here = chain[-1]
            there = next_to[here].pop(0)
            next_to[there].remove(here)
            chain.append(there)
        chains.append(chain)
    return chains


def _said(
    run: Sequence[Point], kept: Sequence[Sequence[Point]], minimum: Point | None, heights: Sequence[float],
    outside: int, names: tuple[str, str, str], style: Style,
) -> str:  # fmt: skip
    x, y, f = names
    if heights:
        said = [f"Level lines of {f} over {x} and {y} at {several(shown(h, style=style) for h in heights)}"]
    else:
        said = [f"{f} over {x} and {y} is level: there are no level lines"]
    if minimum is not None:
        said.append(f"the minimum is at {_pair(minimum, style)}")
    if run:
        said.append(f"the run goes from {_pair(run[0], style)} to {_pair(run[-1], style)} in {_steps(len(run) - 1)}")
    said += [f"a kept run ends at {_pair(other[-1], style)}" for other in kept if other]
    if outside:
        said.append(f"{outside} of its places {'lies' if outside == 1 else 'lie'} outside the picture")
    return "; ".join(said) + "."


def _pair(point: Point, style: Style) -> str:
    return f"({shown(point[0], style=style)}, {shown(point[1], style=style)})"


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count} steps"
