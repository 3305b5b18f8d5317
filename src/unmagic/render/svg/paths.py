"""Blame: the paths from an entry to the result as ribbons, wide as what they carry, hatched where they pull down."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from unmagic.core.digits import READING, Problem, Quantity, Style, shown
from unmagic.core.document import Table
from unmagic.core.scalar import Sum

from .coordinates import at
from .labels import Label, lettered
from .marks import drawing, line, rect, tag
from .picture import Picture, refused

_WIDE, _TOP, _NODE, _GAP, _FULL = 720.0, 44.0, 10.0, 62.0, 150.0
MOST = 24


@dataclass(frozen=True, slots=True)
class Route:
    """One path: the names it passes, from the entry to the result, and its share of the gradient, with sign."""

    through: tuple[str, ...]
    carries: float


def paths(
    routes: Sequence[Route],
    *,
    id: str,
    hues: dict[str, int] | None = None,
    rest: float | None = None,
    style: Style = READING,
) -> Picture:
    """``id`` must be the picture's own on its page: the hatch is named after it. ``rest`` is what other paths carry."""
    if not routes or any(len(route.through) < 2 for route in routes):
        return refused("no path leads from the one to the other.")
    start, end = routes[0].through[0], routes[0].through[-1]
    if any(r.through[0] != start or r.through[-1] != end for r in routes):
        return refused("the paths must have one start and one end.")
    table = _table(routes, rest, style)
    if not all(math.isfinite(r.carries) for r in routes):
        return refused("a path carries more than can be drawn.", table)
    widths = _widths(routes)
    if not any(widths):
        return refused("the paths carry nothing.", table)
    if len(routes) > MOST:
        return refused(f"{len(routes)} paths are more than {MOST}; read them in the table.", table)
    says = _said(routes, start, end, rest, style)
    nodes = _nodes(routes, widths)
    height = max(node.y + node.high for node in nodes.values()) + 18
    parts = [_hatch(id)]
    used: dict[tuple[str, str], float] = {}
    for route, wide in sorted(zip(routes, widths, strict=True), key=lambda pair: _course(pair[0], nodes)):
        for one, two in itertools.pairwise(route.through):
            parts.append(_ribbon(nodes[one], nodes[two], used, one, two, wide, route.carries < 0, id))
    labels: list[Label] = []
    for name, node in nodes.items():
        parts.append(rect(node.x, node.y - 1, _NODE, node.high + 2, "node"))
        labels.append(
            Label(
                name, (node.x + _NODE / 2, node.y - 3), "N S", (hues or {}).get(name), gap=3, must=name in (start, end)
            )
        )
    lettering = lettered(labels, (2, 2, _WIDE - 2, height - 2), broad=True)
    caption = "Filled: pushes the result up. Hatched: pulls it down. Width is what a path carries."
    drawn = drawing(_WIDE, height, says, *parts, lettering, class_="sheet broad blame")
    return Picture(drawn, says, table, caption)


@dataclass(slots=True)
class _Node:
    x: float
    y: float
    high: float


def _nodes(routes: Sequence[Route], widths: list[float]) -> dict[str, _Node]:
    """Each name in its column, the columns centred on one line."""
    column: dict[str, int] = {}
    carried: dict[str, float] = {}
    for route, wide in zip(routes, widths, strict=True):
        for k, name in enumerate(route.through):
            column[name] = max(column.get(name, 0), k)
            carried[name] = carried.get(name, 0.0) + wide
    last = max(column.values())
    column[routes[0].through[-1]] = last
    stacks: dict[int, list[str]] = {}
    for name, k in column.items():
        stacks.setdefault(k, []).append(name)
    tallest = max(_GAP * (len(stack) - 1) + sum(carried[n] for n in stack) for stack in stacks.values())
    nodes: dict[str, _Node] = {}
    for k, stack in sorted(stacks.items()):
        full = _GAP * (len(stack) - 1) + sum(carried[n] for n in stack)
        y = _TOP + (tallest - full) / 2
        x = 14 + (_WIDE - 28 - _NODE) * k / last
        for name in stack:
            high = carried[name]
            nodes[name] = _Node(x, y, high)
            y += high + _GAP
    return nodes


def _widths(routes: Sequence[Route]) -> list[float]:
    """How wide each is drawn; all together as wide as the ends are high. Shares of the heaviest: no overflow."""
    most = max(abs(r.carries) for r in routes) or 1.0
    shares = [abs(r.carries) / most for r in routes]
    return [_FULL * share / max(math.fsum(shares), 1.0) for share in shares]


def _course(route: Route, nodes: dict[str, _Node]) -> tuple[float, ...]:
    """Its places from top to bottom: in this order ribbons cross as little as they can."""
    return tuple(nodes[name].y for name in route.through)


def _ribbon(
    one: _Node, two: _Node, used: dict[tuple[str, str], float], a: str, b: str, wide: float, down: bool, id: str
) -> str:
    """From the right edge of one node to the left edge of the next, each ribbon under the one before."""
    y0 = one.y + used.get((a, "out"), 0.0)
    y1 = two.y + used.get((b, "in"), 0.0)
    used[a, "out"] = used.get((a, "out"), 0.0) + wide
    used[b, "in"] = used.get((b, "in"), 0.0) + wide
    x0, x1 = one.x + _NODE, two.x
    half = (x0 + x1) / 2

    def point(x: float, y: float) -> str:
        return f"{at(x)} {at(y)}"

    d = (
        f"M{point(x0, y0)} C{point(half, y0)} {point(half, y1)} {point(x1, y1)} "
        f"V{at(y1 + wide)} C{point(half, y1 + wide)} {point(half, y0 + wide)} {point(x0, y0 + wide)} Z"
    )
    return tag("path", d=d, fill=f"url(#{id}-hatch)") if down else tag("path", d=d, class_="plus")


def _hatch(id: str) -> str:
    stripe = line((0, 0), (0, 6), "hatchline")
    turned = {"patternUnits": "userSpaceOnUse", "patternTransform": "rotate(45)"}
    return tag("defs", tag("pattern", stripe, id=f"{id}-hatch", width=6, height=6, **turned))


def signed(value: float, style: Style) -> str:
    """With its sign in any case, as what adds and what takes away stand in one column."""
    told = shown(value, style=style)
    return told if told.startswith("−") or not value else f"+{told}"


def _said(routes: Sequence[Route], start: str, end: str, rest: float | None, style: Style) -> str:
    up, down = sum(r.carries > 0 for r in routes), sum(r.carries < 0 for r in routes)
    total = math.fsum(r.carries for r in routes) + (rest or 0.0)
    count = "One path" if len(routes) == 1 else f"{len(routes)} paths"
    kinds = [f"{n} {how}" for n, how in ((up, "pushing it up"), (down, "pulling it down")) if n]
    others = f"; other paths carry {signed(rest, style)}" if rest else ""
    return (
        f"{count} from {start} to {end}, drawn as ribbons as wide as what they carry, {' and '.join(kinds)}{others}; "
        f"together {signed(total, style)}."
    )


def _table(routes: Sequence[Route], rest: float | None, style: Style) -> Table:
    ordered = sorted(routes, key=lambda r: -abs(r.carries))
    values = [r.carries for r in ordered] + ([rest] if rest is not None else [])
    values.append(math.fsum(values) if all(map(math.isfinite, values)) else math.nan)
    problem = Problem(style)
    parts, whole = [Quantity(v, column="") for v in values[:-1]], Quantity(values[-1])
    problem.line(Sum(tuple(parts)) if len(parts) > 1 else parts[0], whole)  # so that the column adds up as printed
    problem.solve()
    told = [problem.printed(q) for q in (*parts, whole)]
    told = [t if t.startswith("−") or not v else f"+{t}" for t, v in zip(told, values, strict=True)]
    names = [" → ".join(r.through[1:-1]) or "directly" for r in ordered]
    names += (["the rest"] if rest is not None else []) + ["together"]
    return Table(("through, heaviest first", "carries"), tuple(zip(names, told, strict=True)))
