"""One statement of a text, parsed: what it defines or updates, and the trees of its sides."""

from __future__ import annotations

from .left import Left
from .lowering.values import Value
from .tree import Tree


class Planned:
    """One statement, parsed: its left side, the trees of its sides, and what came of it."""

    __slots__ = ("alias", "busy", "done", "end", "kind", "left", "role", "sides", "start", "steps", "trees", "value")

    def __init__(self, left: Left, trees: list[Tree], kind: str, role: str, start: int, end: int) -> None:
        self.left = left
        self.trees = trees  # the sides that are computed; the last one gives the value
        self.kind = kind  # "define", "update", "value", "function"
        self.role = role
        self.start = start
        self.end = end
        self.alias = ""  # the left side as a name, where it is a side that is computed: "Hardswish(x)"
        self.value: Value | None = None
        self.steps: tuple[int, ...] = ()
        self.done = False
        self.busy = False
