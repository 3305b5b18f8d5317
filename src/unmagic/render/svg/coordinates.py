"""Where a mark stands. A coordinate is a place on the paper, not a number that is shown, so tenths are enough."""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache

Point = tuple[float, float]
Segment = tuple[Point, Point]
Box = tuple[float, float, float, float]  # left, top, right, bottom

FAR = 100_000  # no drawing is wider; what lies farther is clipped before it gets here


def at(x: float) -> str:
    """A coordinate in whole tenths: ``12``, ``12.5``, ``-0.3``."""
    if not abs(x) <= FAR:
        raise ValueError(f"a coordinate of a picture must lie within ±{FAR}, not {x}")
    return _spelled(math.floor(x * 10 + 0.5))


@lru_cache(maxsize=16384)  # the places on one sheet of paper
def _spelled(tenths: int) -> str:
    whole, part = divmod(abs(tenths), 10)
    sign = "-" if tenths < 0 else ""
    return f"{sign}{whole}.{part}" if part else f"{sign}{whole}"


def trail(points: Iterable[Point], closed: bool = False) -> str:
    """The ``d`` of a path through points."""
    way = "M" + " L".join([f"{at(x)} {at(y)}" for x, y in points])
    return f"{way} Z" if closed else way


def clipped(start: Point, end: Point, box: Box) -> Segment | None:
    """The part of a segment that lies in a box (Liang and Barsky), or None."""
    (x0, y0), (x1, y1) = start, end
    left, top, right, bottom = box
    if left <= x0 <= right and left <= x1 <= right and top <= y0 <= bottom and top <= y1 <= bottom:
        return start, end
    enter, leave = 0.0, 1.0
    for step, room in ((x0 - x1, x0 - left), (x1 - x0, right - x0), (y0 - y1, y0 - top), (y1 - y0, bottom - y0)):
        if step == 0:
            if room < 0:
                return None
            continue
        t = room / step
        if step < 0:
            enter = max(enter, t)
        else:
            leave = min(leave, t)
    if not enter <= leave:
        return None
    # held to the box once more: far ends leave only few of the digits
    return _held((x0 + enter * (x1 - x0), y0 + enter * (y1 - y0)), box), _held(
        (x0 + leave * (x1 - x0), y0 + leave * (y1 - y0)), box
    )


def _held(point: Point, box: Box) -> Point:
    return (min(max(point[0], box[0]), box[2]), min(max(point[1], box[1]), box[3]))


def within(point: Point, box: Box) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


def trails(points: Iterable[Point], box: Box) -> list[list[Point]]:
    """A line through points as the runs of it that lie in a box. A point that is not finite breaks it."""
    runs: list[list[Point]] = []
    before: Point | None = None
    for point in points:
        if not (math.isfinite(point[0]) and math.isfinite(point[1])):
            before = None
            continue
        piece = clipped(before, point, box) if before is not None else None
        if piece is not None:
            if not runs or runs[-1][-1] != piece[0]:
                runs.append([piece[0]])
            runs[-1].append(piece[1])
        before = point
    return runs
