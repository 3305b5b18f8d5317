"""A 2×2 matrix as what it does to the plane: the grid, the unit square and a vector, before and after."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from unmagic.core.digits import LESSON, Style, shown, shown_array
from unmagic.core.document import Table

from .coordinates import Box, Point, clipped
from .labels import Label, italic, lettered
from .marks import arrow, circle, drawing, hued, line, path, text
from .picture import Picture, not_finite, refused
from .scale import ticks

_SIDE, _TOP = 170.0, 30.0
_LINES = 12  # of a grid, at each side of nought
Array = np.ndarray


def plane(
    W: ArrayLike,
    x: ArrayLike | None = None,
    *,
    names: tuple[str, str, str] = ("W", "x", "y"),
    hues: tuple[int, int, int] = (2, 1, 3),
    style: Style = LESSON,
) -> Picture | None:
    """Left the plane as it was, right what W makes of it. None unless W is 2×2 (`detectors` draws any W)."""
    matrix = np.asarray(W, dtype=np.float64)
    if matrix.shape != (2, 2):
        return None
    vector = None if x is None else np.asarray(x, dtype=np.float64)
    for name, array in ((names[0], matrix), (names[1], vector)):
        if array is not None and (reason := not_finite(name, array)) is not None:
            return refused(reason)
    if vector is not None and vector.shape != (2,):
        return refused(f"{names[1]} must have 2 entries, as many as {names[0]} has columns.")
    with np.errstate(over="ignore", invalid="ignore"):
        after = None if vector is None else matrix @ vector
        area = determinant(matrix)
    if (after is not None and not np.isfinite(after).all()) or not math.isfinite(area):
        return refused(f"{names[0]} is too large for its results to be told.")
    says = _said(matrix, vector, after, area, names, style)
    before_reach = _reach(np.eye(2), vector)
    after_reach = _reach(matrix, after)
    same = max(before_reach, after_reach)
    if not math.isfinite(same):
        return refused(f"{names[0]} is too large for its results to be told.")
    alike = same <= 4 * min(before_reach, after_reach)
    if alike:
        before_reach = after_reach = same
    left = _panel(6.0, np.eye(2), vector, before_reach, (names[1], ("e₁", "e₂")), hues[1], hues)
    named = f"{names[0]}{names[1]}" if len(names[0] + names[1]) == 2 else names[2]
    moved = (f"{names[0]}e₁", f"{names[0]}e₂")
    right = _panel(354 - _SIDE, matrix, after, after_reach, (named, moved), hues[2], hues)
    heads = (("before", 6 + _SIDE / 2), (f"after {italic(names[0])}", 354 - _SIDE / 2))
    head = "".join(text(words, (x, 20), anchor="middle") for words, x in heads)
    caption = "Both sides have the same scale." if alike else "The two sides have different scales: mind the numbers."
    table = _table(matrix, vector, after, area, names, style)
    return Picture(drawing(360, _TOP + _SIDE + 8, says, left, right, head), says, table, caption)


def determinant(matrix: Array) -> float:
    """ad − bc, and nought where only rounding parts it from nought."""
    one, two = float(matrix[0, 0] * matrix[1, 1]), float(matrix[0, 1] * matrix[1, 0])
    return 0.0 if abs(one - two) <= 4 * np.finfo(np.float64).eps * (abs(one) + abs(two)) else one - two


def _reach(basis: Array, vector: Array | None) -> float:
    """How far from nought the drawing must go: to the far corner of the square, and to the vector."""
    with np.errstate(over="ignore"):
        points = [basis[:, 0], basis[:, 1], basis.sum(axis=1)]
    if vector is not None:
        points.append(vector)
    return 1.25 * float(max(np.abs(p).max() for p in points)) or 1.25


def _said(
    matrix: Array, x: Array | None, y: Array | None, area: float, names: tuple[str, str, str], style: Style
) -> str:
    first, second = (shown_array(matrix[:, k], style=style)[0] for k in (0, 1))
    if area == 0:
        square = "the unit square falls flat" if matrix.any() else "everything falls on the origin"
    else:
        turned = ", turned over" if area < 0 else ""
        square = f"the unit square gets area {shown(abs(area), style=style)}{turned}"
    moved = ""
    if x is not None and y is not None:
        moved = f"; {names[1]} = {shown_array(x, style=style)[0]} goes to {shown_array(y, style=style)[0]}"
    return f"What {names[0]} does to the plane: [1, 0] goes to {first}, [0, 1] to {second}; {square}{moved}."


def _table(
    matrix: Array, x: Array | None, y: Array | None, area: float, names: tuple[str, str, str], style: Style
) -> Table:
    rows = [(f"[{1 - k}, {k}]", shown_array(matrix[:, k], style=style)[0]) for k in (0, 1)]
    if x is not None and y is not None:
        rows.append((f"{names[1]} = {shown_array(x, style=style)[0]}", shown_array(y, style=style)[0]))
    rows.append(("area, with sign: 1", shown(area, style=style)))
    return Table(("before", "after"), tuple(rows))


def _panel(
    left: float, basis: Array, vector: Array | None, reach: float, names: tuple[str, tuple[str, str]], hue: int,
    hues: tuple[int, int, int],
) -> str:  # fmt: skip
    """One plane: ``basis`` has in its columns where the two unit vectors are."""
    box: Box = (left, _TOP, left + _SIDE, _TOP + _SIDE)
    middle: Point = (left + _SIDE / 2, _TOP + _SIDE / 2)
    basis = basis / reach  # the edge of the drawing is at one, so that nothing overflows
    half = _SIDE / 2

    def place(point: Array) -> Point:
        return (middle[0] + half * float(point[0]), middle[1] - half * float(point[1]))

    parts: list[str] = []
    span = np.linspace(-_LINES, _LINES, 2)
    dense = half * float(max(np.hypot(*basis[:, 0]), np.hypot(*basis[:, 1])))
    if dense > 4:  # a grid that is finer than that is only grey
        for k in range(-_LINES, _LINES + 1):
            for ends in ([(t, k) for t in span], [(k, t) for t in span]):
                one, two = (place(basis @ np.array(end, dtype=np.float64)) for end in ends)
                piece = clipped(one, two, box)
                if piece is not None and math.dist(*piece) > 1:
                    parts.append(line(*piece, class_="hair"))
    origin = np.zeros(2)
    parts += [
        line((box[0], middle[1]), (box[2], middle[1]), "axis"),
        line((middle[0], box[1]), (middle[0], box[3]), "axis"),
    ]
    labels: list[Label] = []
    corners = [place(p) for p in (origin, basis[:, 0], basis.sum(axis=1), basis[:, 1])]
    parts.append(hued(hues[0], path(corners, closed=True, fill="currentColor", fill_opacity="0.14", stroke="none")))
    for k in (0, 1):
        tip = place(basis[:, k])
        parts.append(hued(hues[0], arrow(middle, tip, 9), stroke="currentColor", stroke_width="2", fill="none"))
        name = "".join(italic(c) for c in names[1][k])
        labels.append(Label(name, tip, "E NE SE N S" if k == 0 else "N NW W NE E S", hues[0], gap=4))
    if vector is not None:
        tip = place(vector / reach)
        parts.append(hued(hue, arrow(middle, tip, 11), stroke="currentColor", stroke_width="2.5", fill="none"))
        name = "".join(italic(c) for c in names[0])
        labels.insert(0, Label(name, tip, "NE E N NW SE S W SW", hue, "big", gap=4, must=True))
    parts.append(circle(middle, 2.5, fill="currentColor"))
    scale_marks = [t for t in ticks(0.0, reach, 3) if t > 0][-1:]
    for t in scale_marks:
        spot = place(np.array([t / reach, 0.0]))
        parts.append(line(spot, (spot[0], spot[1] + 5), "axis"))
        labels.append(Label(shown(t), (spot[0], spot[1] + 5), "S SW N", class_="tick", gap=2))
    arrows = [(middle, place(basis[:, 0])), (middle, place(basis[:, 1]))] + (
        [(middle, place(vector / reach))] if vector is not None else []
    )
    return "".join(parts) + lettered(labels, (box[0], box[1] - 4, box[2], box[3] + 6), lines=arrows)
