"""Reading a drawing back: its elements, and the numbers that its marks stand for."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

Point = tuple[float, float]


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)


def of_class(root: ET.Element, name: str, tag: str | None = None) -> list[ET.Element]:
    return [e for e in root.iter(tag) if name in (e.get("class") or "").split()]


def points(element: ET.Element) -> list[Point]:
    """The corners of a path, or the ends of a line."""
    if element.tag == "line":
        return [(num(element, "x1"), num(element, "y1")), (num(element, "x2"), num(element, "y2"))]
    return [(float(x), float(y)) for x, y in re.findall(r"[ML ](-?[\d.]+) (-?[\d.]+)", element.get("d") or "")]


def num(element: ET.Element, name: str) -> float:
    return float(element.get(name) or "nan")


def centre(element: ET.Element) -> Point:
    return num(element, "cx"), num(element, "cy")


def words(root: ET.Element) -> list[str]:
    return [e.text or "" for e in root.iter("text")]


def arrow_tips(root: ET.Element) -> Iterator[tuple[str, Point]]:
    """The class of each arrow's group and where it points: the first corner of its filled head."""
    for group in root.iter("g"):
        for child in group:
            if child.tag == "path" and child.get("stroke") == "none" and len(points(child)) == 3:
                yield group.get("class") or "", points(child)[0]


def mirrored(svg: str, height: float) -> str:
    """The drawing upside down: a fault for the tests to find."""

    def flip(match: re.Match[str]) -> str:
        return f'{match[1]}="{height - float(match[2])}"'

    upside = re.sub(r'\b(y1|y2|cy)="(-?[\d.]+)"', flip, svg)
    return re.sub(r"([ML])(-?[\d.]+) (-?[\d.]+)", lambda m: f"{m[1]}{m[2]} {height - float(m[3])}", upside)
