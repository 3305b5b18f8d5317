"""Lettering that never overlaps: each label takes the first free place beside what it names, or is left out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .coordinates import Box, Point, Segment, clipped
from .marks import hued, tag, text

WORD, TICK, BIG = 17.0, 15.5, 25.0  # in a drawing 360 wide; pictures.css sets the same
# A broad drawing (720 wide) is lettered three times, and the style sheet shows the one that suits its width.
TYPES = (("type1", WORD, TICK), ("type2", 25.0, 22.0), ("type3", 35.0, 31.0))

_SIDES: dict[str, Point] = {
    "E": (1, 0), "W": (-1, 0), "N": (0, -1), "S": (0, 1),
    "NE": (0.75, -0.75), "NW": (-0.75, -0.75), "SE": (0.75, 0.75), "SW": (-0.75, 0.75),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Label:
    """Words at a point. ``sides`` are the places it may take, best first; ``must`` keeps it even where none is free.

    ``once`` is another place for words that may have found theirs already; ``spare`` is left out where a broad drawing
    is drawn small.
    """

    words: str
    at: Point
    sides: str = "NE E SE N S W NW SW"
    hue: int | None = None
    class_: str = ""
    gap: float = 8.0
    must: bool = False
    once: bool = False
    spare: bool = False


Spot = tuple[Point, float]  # a dot and its radius
Wall = tuple[Box, Segment]  # a line that lettering keeps off, and the box around it


def italic(name: str) -> str:
    """A one-letter symbol as a mathematical italic, as the formulas have it."""
    if len(name) != 1 or not name.isalpha():
        return name
    if name == "h":
        return "ℎ"
    wanted = unicodedata.name(name, "")
    for prefix in ("LATIN", "GREEK"):
        if wanted.startswith((f"{prefix} SMALL LETTER ", f"{prefix} CAPITAL LETTER ")):
            kind, letter = wanted.split()[1], wanted.split(" LETTER ")[1]
            try:
                return unicodedata.lookup(f"MATHEMATICAL ITALIC {kind} {letter}")
            except KeyError:
                return name
    return name


@lru_cache(maxsize=4096)  # a label tries several sides of its point, and most labels stand on the next picture too
def width(words: str, size: float) -> float:
    """About how wide the words are set: on the safe side for STIX Two and its kin."""
    return size * sum(_advance(c) for c in words)


def _advance(c: str) -> float:
    if c in "il.,'|:;!j":
        return 0.3
    if c in " ft()[]r":
        return 0.36
    if c in "mwMW%→←↑↓≈=+−°½":
        return 0.8
    return 0.68 if c.isupper() else 0.53


def lettered(
    labels: Iterable[Label], box: Box, spots: Sequence[Spot] = (), lines: Sequence[Segment] = (), *, broad: bool = False
) -> str:
    """The labels as SVG, first come first served: they keep to ``box`` and off each other, dots and ``lines``."""
    wanted = list(labels)
    walls = [(_around(segment), segment) for segment in lines]
    if not broad:
        return _lettered(wanted, box, spots, walls, WORD, TICK)
    return "".join(
        tag("g", _lettered(wanted, box, spots, walls, word, tick), class_=name) for name, word, tick in TYPES
    )


def _lettered(
    labels: list[Label], box: Box, spots: Sequence[Spot], walls: Sequence[Wall], word: float, tick: float
) -> str:
    grown = (word / WORD) ** 0.7  # dots and distances grow with the lettering, as pictures.css has it
    used: list[Box] = [(x - r * grown, y - r * grown, x + r * grown, y + r * grown) for (x, y), r in spots]
    parts: list[str] = []
    done: set[str] = set()
    for label in labels:
        if (label.once and label.words in done) or (label.spare and word > WORD):
            continue
        size = tick if "tick" in label.class_ else BIG * word / WORD if "big" in label.class_ else word
        places = [_place(label, side, size, grown, box) for side in label.sides.split()]
        chosen = next((p for p in places if _free(p, box, used, walls)), None)
        if chosen is None and label.must:
            chosen = next((p for p in places if _free(p, box, used, ())), places[0])
        if chosen is None:
            continue
        used.append(chosen)
        done.add(label.words)
        # the baseline stands so that the middle of the lower-case letters is the middle of the box
        where = ((chosen[0] + chosen[2]) / 2, (chosen[1] + chosen[3]) / 2 + 0.32 * size)
        drawn = text(label.words, where, label.class_ or None, "middle")
        parts.append(hued(label.hue, drawn) if label.hue else drawn)
    return "".join(parts)


def _place(label: Label, side: str, size: float, grown: float, box: Box) -> Box:
    """Where the words stand on a side, pushed along the edge of the drawing where they would leave it."""
    dx, dy = _SIDES[side]
    wide, high = width(label.words, size), 1.05 * size
    x = label.at[0] + dx * label.gap * grown + (wide / 2 if dx > 0 else -wide / 2 if dx < 0 else 0)
    y = label.at[1] + dy * label.gap * grown + (high / 2 if dy > 0 else -high / 2 if dy < 0 else 0)
    if dx == 0 or label.must:
        x = max(box[0] + wide / 2, min(box[2] - wide / 2, x))
    if dy == 0 or label.must:
        y = max(box[1] + high / 2, min(box[3] - high / 2, y))
    return (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)


def _free(place: Box, box: Box, used: Sequence[Box], walls: Sequence[Wall]) -> bool:
    if place[0] < box[0] - 0.5 or place[1] < box[1] - 0.5 or place[2] > box[2] + 0.5 or place[3] > box[3] + 0.5:
        return False
    if any(meet(place, other) for other in used):
        return False
    x0, y0, x1, y1 = place
    # most segments are nowhere near, which their own boxes tell quickly
    near = [segment for (a, b, c, d), segment in walls if c >= x0 and a <= x1 and d >= y0 and b <= y1]
    return not any(clipped(*segment, place) for segment in near)


def _around(segment: Segment) -> Box:
    (x0, y0), (x1, y1) = segment
    return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def meet(a: Box, b: Box) -> bool:
    """Whether two boxes overlap."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
