"""A computation as a graph, at one moment: values revealed forwards up to a step, gradients coming back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from unmagic.core.digits import LESSON, Style, shown
from unmagic.core.document import Table

from .coordinates import Point
from .labels import TICK, WORD, italic, width
from .marks import arrow, drawing, hued, rect, tag, text
from .picture import Picture, refused

_HIGH, _ROW, _EDGE = 74.0, 112.0, 10.0
_WIDE, _COLUMN = 96.0, 150.0
_ACROSS = 6  # layers; more would be too small to read from left to right
MOST = 40

Direction = Literal["forward", "backward"]


@dataclass(frozen=True, slots=True)
class Node:
    """A step: its name, what made it (``""``: it is given), its number and ∂result/∂it. Long values come as text."""

    name: str
    op: str = ""
    value: float | str | None = None
    gradient: float | str | None = None
    hue: int | None = None


def network(
    nodes: Sequence[Node],
    edges: Sequence[tuple[str, str]],
    *,
    at: int | None = None,
    direction: Direction = "forward",
    down: bool = False,
    style: Style = LESSON,
) -> Picture:
    """Layers from left to right, or from top to bottom: with ``down``, for narrow places, and where there are many.

    Forward, nodes 0 to ``at`` show their value; backward all do, and nodes from the last to ``at`` their gradient.
    Without ``at`` the walk is over and all is shown.
    """
    reason = _wrong(nodes, edges, at)
    if reason:
        return refused(reason)
    layers = _layers(nodes, edges)
    down = down or len(layers) > _ACROSS
    places, size = _places(layers, down)
    last = len(nodes) - 1
    forward_to = last if direction == "backward" or at is None else at
    back_to = (0 if at is None else at) if direction == "backward" else last + 1
    order = {node.name: k for k, node in enumerate(nodes)}
    known = [k <= forward_to or not node.op for k, node in enumerate(nodes)]  # what is given is known from the start
    wide = _WIDE if not down else max(_WIDE, min(160.0, (size[0] - 16) / max(len(layer) for layer in layers) - 14))
    parts: list[str] = []
    for source, target in edges:
        start, end = _edge(places[source], places[target], wide, down)
        lit = order[target] <= forward_to
        back = order[target] >= back_to
        drawn = arrow(start, end, 10, class_="wire" if lit else "wire ahead")
        parts.append(hued(5, drawn) if back else tag("g", drawn, class_="ink"))
    for k, node in enumerate(nodes):
        current = at is not None and k == at
        parts.append(_drawn(node, places[node.name], wide, known[k], k >= back_to, current, style))
    says = _said(nodes, at, direction, known, back_to, style)
    shape = "sheet network" if down else "sheet network across"
    return Picture(drawing(*size, says, *parts, class_=shape), says, _table(nodes, edges, known, back_to, style))


def _wrong(nodes: Sequence[Node], edges: Sequence[tuple[str, str]], at: int | None) -> str:
    names = [node.name for node in nodes]
    if not nodes or len(nodes) > MOST:
        return f"a graph of {len(nodes)} nodes; 1 to {MOST} can be drawn."
    if len(set(names)) != len(names):
        return "two nodes have one name."
    order = {name: k for k, name in enumerate(names)}
    for a, b in edges:
        if a not in order or b not in order:
            return f"the edge {a} → {b} has no such node."
        if order[a] >= order[b]:
            return f"{b} is computed from {a} and must stand after it."
    if at is not None and not 0 <= at < len(nodes):
        return f"there is no step {at}."
    return ""


def _layers(nodes: Sequence[Node], edges: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Each node one layer after the last that it reads; what is only given, just before its first reader."""
    depth: dict[str, int] = {node.name: 0 for node in nodes}
    for node in nodes:
        depth[node.name] = max((depth[a] + 1 for a, b in edges if b == node.name), default=0)
    for node in reversed(nodes):
        readers = [depth[b] for a, b in edges if a == node.name]
        if readers and not any(b == node.name for _, b in edges):
            depth[node.name] = min(readers) - 1
    layers: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
    for node in nodes:
        layers[depth[node.name]].append(node.name)
    return [_ordered(layer, layers[k - 1] if k else [], edges) for k, layer in enumerate(layers)]


def _ordered(layer: list[str], before: list[str], edges: Sequence[tuple[str, str]]) -> list[str]:
    """A layer in the order of the middles of what its nodes read, so that few edges cross."""

    def middle(name: str) -> float:
        read = [before.index(a) for a, b in edges if b == name and a in before]
        return sum(read) / len(read) if read else float(len(before))

    return sorted(layer, key=middle)


def _places(layers: list[list[str]], down: bool) -> tuple[dict[str, Point], tuple[float, float]]:
    """The middle of each node, and the size of the paper."""
    most = max(len(layer) for layer in layers)
    if down:
        wide = max(360.0, 118.0 * most)
        return {
            name: (wide * (k + 0.5) / len(layer), _EDGE + _HIGH / 2 + _ROW * depth)
            for depth, layer in enumerate(layers)
            for k, name in enumerate(layer)
        }, (wide, 2 * _EDGE + _HIGH + _ROW * (len(layers) - 1))
    step = min((720 - 2 * _EDGE - _WIDE) / max(1, len(layers) - 1), 200.0)
    high = 2 * _EDGE + (_HIGH + 24) * most - 24
    return {
        name: (_EDGE + _WIDE / 2 + step * depth, high * (k + 0.5) / len(layer))
        for depth, layer in enumerate(layers)
        for k, name in enumerate(layer)
    }, (max(720.0, 2 * _EDGE + _WIDE + step * (len(layers) - 1)), high)


def _edge(a: Point, b: Point, wide: float, down: bool) -> tuple[Point, Point]:
    if down:
        return (a[0], a[1] + _HIGH / 2), (b[0], b[1] - _HIGH / 2 - 1)
    return (a[0] + wide / 2, a[1]), (b[0] - wide / 2 - 1, b[1])


def _drawn(node: Node, middle: Point, wide: float, known: bool, back: bool, current: bool, style: Style) -> str:
    """A box: name and op, the value below, the gradient under a rule."""
    x, y = middle[0] - wide / 2, middle[1] - _HIGH / 2
    parts = [rect(x, y, wide, _HIGH, "node" if known else "node ahead")]
    if current:
        parts.append(rect(x - 4, y - 4, wide + 8, _HIGH + 8, "cur"))
    title = _fit(italic(node.name), wide - 12, WORD)
    if node.op:
        op = _fit(node.op, wide - width(title, WORD) - 18, TICK)
        parts.append(hued(node.hue, text(title, (x + 7, y + 19))))
        parts.append(text(op, (x + wide - 6, y + 19), "tick", "end"))
    else:
        parts.append(hued(node.hue, text(title, (middle[0], y + 19), anchor="middle")))
    if known and node.value is not None:
        parts.append(text(_fit(_told(node.value, style), wide - 8, WORD), (middle[0], y + 43), anchor="middle"))
    if back and node.gradient is not None:
        parts.append(
            hued(
                5, text(_fit(f"↑ {_told(node.gradient, style)}", wide - 8, WORD), (middle[0], y + 66), anchor="middle")
            )
        )
    return "".join(parts)


def _told(value: float | str, style: Style) -> str:
    return value if isinstance(value, str) else shown(value, style=style)


def _fit(words: str, room: float, size: float) -> str:
    if width(words, size) <= room:
        return words
    while words and width(words + "…", size) > room:
        words = words[:-1]
    whole_numbers, comma, _ = words.rpartition(", ")
    return (whole_numbers + comma if comma else words) + "…" if words else ""


def _said(
    nodes: Sequence[Node], at: int | None, direction: Direction, known: list[bool], back_to: int, style: Style
) -> str:
    values = [f"{n.name} = {_told(n.value, style)}" for k, n in enumerate(nodes) if known[k] and n.value is not None]
    said = [f"A graph of {len(nodes)} steps" if len(nodes) > 1 else "A graph of one step"]
    if at is not None:
        said.append(f"{'back' if direction == 'backward' else 'forwards'} at {nodes[at].name}")
    if values:
        said.append("values " + ", ".join(values))
    back = [
        f"{n.name} {_told(n.gradient, style)}" for k, n in enumerate(nodes) if k >= back_to and n.gradient is not None
    ]
    if back:
        said.append("gradients " + ", ".join(reversed(back)))
    return "; ".join(said) + "."


def _table(
    nodes: Sequence[Node], edges: Sequence[tuple[str, str]], known: list[bool], back_to: int, style: Style
) -> Table:
    rows = []
    for k, node in enumerate(nodes):
        read = ", ".join(a for a, b in edges if b == node.name)
        value = _told(node.value, style) if known[k] and node.value is not None else ""
        gradient = _told(node.gradient, style) if k >= back_to and node.gradient is not None else ""
        rows.append((node.name, node.op or "given", read, value, gradient))
    head = ("step", "op", "reads", "value", "gradient ↑")
    if back_to > len(nodes) - 1:
        return Table(head[:4], tuple(row[:4] for row in rows))
    return Table(head, tuple(rows))
