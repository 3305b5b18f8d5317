"""SVG elements as text. Colour comes from classes of the style sheet; nothing here names one."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from html import escape

from .coordinates import Point, at, trail

Attribute = str | float | None


def tag(name: str, inside: str | None = None, /, **attributes: Attribute) -> str:
    """An element; ``class_`` and ``stroke_width`` are spelled as Python lets them, numbers are coordinates."""
    marks = "".join(
        [
            f' {_spelled(key)}="{escape(value) if isinstance(value, str) else at(value)}"'
            for key, value in attributes.items()
            if value is not None
        ]
    )
    return f"<{name}{marks}/>" if inside is None else f"<{name}{marks}>{inside}</{name}>"


@cache
def _spelled(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def line(start: Point, end: Point, class_: Attribute = None, **more: Attribute) -> str:
    return tag("line", class_=class_, x1=start[0], y1=start[1], x2=end[0], y2=end[1], **more)


def path(points: Iterable[Point], class_: str | None = None, closed: bool = False, **more: Attribute) -> str:
    return tag("path", class_=class_, d=trail(points, closed), **more)


def rect(x: float, y: float, width: float, height: float, class_: str | None = None, **more: Attribute) -> str:
    return tag("rect", class_=class_, x=x, y=y, width=width, height=height, **more)


def circle(at: Point, r: float, class_: str | None = None, **more: Attribute) -> str:
    return tag("circle", class_=class_, cx=at[0], cy=at[1], r=r, **more)


def text(words: str, at: Point, class_: str | None = None, anchor: str | None = None, **more: Attribute) -> str:
    return tag("text", escape(words), class_=class_, x=at[0], y=at[1], text_anchor=anchor, **more)


def hued(hue: int | None, *parts: str, **more: Attribute) -> str:
    """Marks of one symbol: what they draw with ``currentColor`` has its hue."""
    return tag("g", "".join(parts), class_=f"s{hue}" if hue else None, **more)


def arrow(start: Point, end: Point, head: float = 13.0, **more: Attribute) -> str:
    """A line with a filled head; a line too short for one is drawn bare."""
    (x0, y0), (x1, y1) = start, end
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    if length < 2:
        return ""
    head = min(head, length)
    ux, uy = (x1 - x0) / length, (y1 - y0) / length
    neck = (x1 - head * ux, y1 - head * uy)
    half = 0.3 * head
    tip = path(
        [end, (neck[0] - half * uy, neck[1] + half * ux), (neck[0] + half * uy, neck[1] - half * ux)],
        closed=True,
        fill="currentColor",
        stroke="none",
    )
    shaft = (x1 - 0.7 * head * ux, y1 - 0.7 * head * uy)
    return line(start, shaft, **more) + tip


def drawing(width: float, height: float, says: str, *parts: str, class_: str = "sheet") -> str:
    """The whole ``<svg>``. ``broad`` in its class: 720 units wide, with lettering in three sizes (see labels)."""
    box = f"0 0 {at(width)} {at(height)}"
    return tag("svg", "".join(parts), viewBox=box, class_=class_, role="img", aria_label=says)
