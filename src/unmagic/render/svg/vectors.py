"""Two vectors of any length in the one plane that both share, so lengths and angle are true."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from unmagic.core.digits import LESSON, Style, shown
from unmagic.core.document import Table

from .coordinates import Point, Segment
from .labels import Label, italic, lettered
from .marks import arrow, circle, drawing, hued, line, path
from .picture import Picture, not_finite, refused
from .scale import ticks

DEGREES = Style(1, 4)
_TILT = math.radians(11)  # a leans a little, so that it isn't taken for an axis
_WIDE, _MOST = 360.0, 262.0


@dataclass(frozen=True, slots=True)
class Pair:
    """What two vectors are to each other. ``angle`` in degrees is None where one has no direction."""

    length_a: float
    length_b: float
    angle: float | None
    shadow: float | None  # of b on a


def pair(a: ArrayLike, b: ArrayLike) -> Pair:
    """Lengths, angle and shadow, without overflow, and exact where they are parallel or at right angles."""
    u, length_a = _direction(a)
    v, length_b = _direction(b)
    if not length_a or not length_b:
        return Pair(length_a, length_b, None, 0.0 if length_a else None)
    # of the two half angles the smaller is exact, where arccos would lose half of the digits
    angle = math.degrees(2 * math.atan2(float(np.linalg.norm(u - v)), float(np.linalg.norm(u + v))))
    for round_one in (0.0, 90.0, 180.0):
        if abs(angle - round_one) < 1e-6:
            angle = round_one
    shadow = {0.0: length_b, 90.0: 0.0, 180.0: -length_b}.get(angle, float(u @ v) * length_b)
    return Pair(length_a, length_b, angle, shadow)


def _direction(vector: ArrayLike) -> tuple[np.ndarray, float]:
    array = np.asarray(vector, dtype=np.float64)
    largest = float(np.abs(array).max(initial=0.0))
    if not largest:
        return array, 0.0
    small = array / largest
    norm = float(np.linalg.norm(small))
    return small / norm, norm * largest


def vectors(
    a: ArrayLike,
    b: ArrayLike,
    *,
    names: tuple[str, str] = ("a", "b"),
    hues: tuple[int, int, int] = (1, 2, 4),
    style: Style = LESSON,
) -> Picture:
    """Two arrows with their angle, and the shadow of the second on the first. ``hues``: of a, b and the angle."""
    one, other = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    for name, array in zip(names, (one, other), strict=True):
        if (reason := not_finite(name, array)) is not None:
            return refused(reason)
    if one.ndim != 1 or one.shape != other.shape:
        return refused(f"{names[0]} and {names[1]} must be two lists of one length.")
    found = pair(one, other)
    table = _table(found, names, style)
    if not math.isfinite(found.length_a) or not math.isfinite(found.length_b):
        return refused("a length is beyond what a float64 holds.", table)
    says = _said(found, names, style)
    return Picture(_drawn(found, names, hues, says, style), says, table, _caption(found, names))


def _said(found: Pair, names: tuple[str, str], style: Style) -> str:
    a, b = names
    lengths = f"{a} {shown(found.length_a, style=style)} long, {b} {shown(found.length_b, style=style)} long"
    if found.angle is None:
        none = [name for name, length in zip(names, (found.length_a, found.length_b), strict=True) if not length]
        missing = (
            f"{' and '.join(none)} {'are' if len(none) > 1 else 'is'} zero and {'have' if len(none) > 1 else 'has'}"
        )
        return f"Two vectors, {lengths}: {missing} no direction, so there is no angle."
    how = {0.0: "pointing the same way", 90.0: "at right angles", 180.0: "pointing opposite ways"}.get(
        found.angle, f"{shown(found.angle, style=DEGREES)} degrees apart"
    )
    assert found.shadow is not None
    return (
        f"Two arrows from one point, {lengths}, {how}; the shadow of {b} on {a} is {shown(found.shadow, style=style)}."
    )


def _caption(found: Pair, names: tuple[str, str]) -> str:
    if found.angle is None:
        return "A zero vector is only a point."
    return "Drawn in the one plane that both share, so lengths and angle are true."


def _table(found: Pair, names: tuple[str, str], style: Style) -> Table:
    a, b = names
    rows = [(f"|{a}|", shown(found.length_a, style=style)), (f"|{b}|", shown(found.length_b, style=style))]
    if found.angle is None:
        rows.append(("θ", "none"))
    else:
        rows.append(("θ", f"{shown(found.angle, style=DEGREES)}°"))
    if found.shadow is not None:
        rows.append((f"shadow of {b} on {a}", shown(found.shadow, style=style)))
    return Table(("what", "is"), tuple(rows))


@dataclass(frozen=True, slots=True)
class _Paper:
    """Where the plane lies: nought, how far a ``unit`` is drawn, the directions of a, of b, and down from a."""

    start: Point
    scale: float
    unit: float  # the longer of the two: a quotient by it neither overflows nor vanishes
    along: Point
    towards: Point
    below: Point
    height: float

    def far(self, length: float) -> float:
        return self.scale * (length / self.unit)

    def on_a(self, length: float, aside: float = 0.0) -> Point:
        (x, y), far = self.start, self.far(length)
        return (x + far * self.along[0] + aside * self.below[0], y + far * self.along[1] + aside * self.below[1])

    def on_b(self, length: float) -> Point:
        far = self.far(length)
        return (self.start[0] + far * self.towards[0], self.start[1] + far * self.towards[1])


def _paper(found: Pair, turn: float) -> _Paper:
    """Both arrows and the shadow as large as they fit."""
    unit = max(found.length_a, found.length_b) or 1.0
    along = (math.cos(_TILT), -math.sin(_TILT))
    towards = (math.cos(_TILT + turn), -math.sin(_TILT + turn))
    below = (math.sin(_TILT), math.cos(_TILT))  # to the side of a where b is not
    a, b, foot = (length / unit for length in (found.length_a, found.length_b, found.shadow or 0.0))
    xs = [0.0, a * along[0], b * towards[0], foot * along[0]]
    ys = [0.0, a * along[1], b * towards[1], foot * along[1]]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    # room for the names at the tips, and for the shadow and the ticks below
    scale = min((_WIDE - 76) / max(wide, 1e-9), (_MOST - 92) / max(high, 1e-9))
    above = 58 if turn > 0.9 * math.pi else 34  # half a circle stands above both arrows
    height = max(118.0, scale * high + 58 + above)
    start = (
        (_WIDE - scale * wide) / 2 - scale * min(xs),
        above + (height - 58 - above - scale * high) / 2 - scale * min(ys),
    )
    return _Paper(start, scale, unit, along, towards, below, height)


def _drawn(found: Pair, names: tuple[str, str], hues: tuple[int, int, int], says: str, style: Style) -> str:
    turn = math.radians(found.angle or 0.0)
    paper = _paper(found, turn)
    end_a, end_b = paper.on_a(found.length_a), paper.on_b(found.length_b)
    labels = [
        Label(_named(names[0], found.length_a), end_a, "N NE NW E S", hues[0], "big", must=True),
        Label(_named(names[1], found.length_b), end_b, _beyond(found, turn), hues[1], "big", must=True),
    ]
    segments: list[Segment] = [(paper.start, end_a), (paper.start, end_b)]
    arrows = [
        hued(hue, arrow(paper.start, end), stroke="currentColor", stroke_width="2.5", fill="none")
        for hue, end in zip(hues, (end_a, end_b), strict=False)
    ]
    if found.length_a < found.length_b:  # the shorter on top, in case that they lie on one line
        arrows.reverse()
    parts: list[str] = []
    if found.angle is not None and found.shadow is not None:
        parts += _shadow(found.shadow, end_b, paper, hues[2], segments)
        half = paper.on_a(found.shadow / 2, 13)
        arc, label = _arc(found.angle, turn, paper, paper.far(min(found.length_a, found.length_b)), hues[2])
        parts.append(arc)
        labels.append(label)
        labels.append(Label(f"shadow {shown(found.shadow, style=style)}", half, "S SE SW", hues[2], gap=8, must=True))
    marks = [t for t in ticks(0.0, found.length_a, 4) if t > 0] if found.length_a else []
    parts += [line(paper.on_a(t), paper.on_a(t, 7), "axis") for t in marks]
    labels += [Label(shown(t), paper.on_a(t, 12), "S", class_="tick", gap=4) for t in marks]
    lettering = lettered(labels, (2, 2, _WIDE - 2, paper.height - 2), lines=segments)
    dot = circle(paper.start, 3, fill="currentColor")
    return drawing(_WIDE, paper.height, says, *parts, *arrows, dot, lettering)


def _named(name: str, length: float) -> str:
    return italic(name) if length else f"{italic(name)} = {shown(0)}"


def _beyond(found: Pair, turn: float) -> str:
    """The sides of b's tip that are farthest from a."""
    if not found.length_b:
        return "S N W"
    return "NE N E SE" if math.cos(_TILT + turn) > -0.2 else "NW N W SW"


def _shadow(shadow: float, tip: Point, paper: _Paper, hue: int, segments: list[Segment]) -> list[str]:
    """The bar beside a, and how the light falls: from the tip of b at right angles to a."""
    foot = paper.on_a(shadow)
    bar = (paper.on_a(0, 9), paper.on_a(shadow, 9))
    parts = [hued(hue, path(bar, stroke_width="4"), stroke="currentColor", fill="none")]
    segments.append(bar)
    if shadow < 0:
        parts.append(line(paper.start, foot, "axis", stroke_dasharray="3 4"))
    drop = math.dist(tip, foot)
    if drop > 1:
        parts.append(line(tip, foot, "axis", stroke_dasharray="3 4"))
        segments.append((tip, foot))
    if drop > 16:
        inward = -1.0 if shadow > 0 else 1.0
        along = (inward * paper.along[0], inward * paper.along[1])
        parts.append(_corner(foot, along, (-paper.below[0], -paper.below[1])))
    return parts


def _arc(angle: float, turn: float, paper: _Paper, room: float, hue: int) -> tuple[str, Label]:
    """The angle's arc and its number; no arc where it would be too small to see."""
    words = f"{shown(angle, style=DEGREES)}°"
    radius = max(22.0, min(50.0, 0.4 * room))
    if turn * radius < 5 or room < 18:
        return "", Label(words, paper.start, "NW W N SW", hue, must=True)

    def out(direction: float) -> Point:
        return (paper.start[0] + radius * math.cos(direction), paper.start[1] - radius * math.sin(direction))

    steps = max(2, math.ceil(turn / 0.1))
    arc = path((out(_TILT + turn * k / steps) for k in range(steps + 1)), stroke_width="1.5")
    middle = _TILT + turn / 2
    sides = "E NE SE" if middle < 0.6 else "NE E N" if middle < 1.2 else "N NW NE" if middle < 1.9 else "NW W"
    label = Label(words, out(middle), sides, hue, gap=6, must=True)
    return hued(hue, arc, stroke="currentColor", fill="none"), label


def _corner(foot: Point, along: Point, up: Point, size: float = 11.0) -> str:
    """The mark of a right angle."""
    one = (foot[0] + size * along[0], foot[1] + size * along[1])
    two = (one[0] + size * up[0], one[1] + size * up[1])
    three = (foot[0] + size * up[0], foot[1] + size * up[1])
    return path([one, two, three], "axis")
