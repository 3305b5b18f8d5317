"""What a log is made of: values by number, looks into memory, and events in order."""

from __future__ import annotations

from typing import Any, NamedTuple

from .geometry import Place, address


class Ref(NamedTuple):
    """A value that was recorded: the number of its entry."""

    number: int


class Look(NamedTuple):
    """An array that looks into memory: the version of its owner's content, the owner, and its place there."""

    number: int
    owner: int
    at: Place


class Several(NamedTuple):
    """A list or tuple of operands."""

    items: tuple[Any, ...]
    list: bool


class Range(NamedTuple):
    """A slice."""

    start: Any
    stop: Any
    step: Any


class Thing(NamedTuple):
    """An object that is no number: what it is called."""

    name: str


class Entry(NamedTuple):
    """What is known of a value: its copy (None: not kept), shape and dtype."""

    kept: Any
    place: Place | None


class Owner:
    """An array's memory while the program runs: how its content is laid out, and its current version."""

    __slots__ = ("at", "number", "ref", "start", "version", "written")

    def __init__(self, number: int, ref: Any, at: Place, version: Ref) -> None:
        self.number = number
        self.ref = ref
        self.start: int | None = None
        self.at = at
        self.version = version
        self.written = False


    def first(self, root: Any) -> int:
        """The address of the owner's first entry; asked for when something looks into it."""
        if self.start is None:
            self.start = address(root)
        return self.start


class Full(Exception):
    """The log holds as much as it may: recording ends, the program goes on."""


class Event(NamedTuple):
    """One thing that happened. ``out`` is a `Ref`, `Look` or `Several`; ``told`` the operands."""

    kind: str  # leaf, value, view, write, name, branch, iterate, leave
    site: Any
    out: Any
    told: tuple[Any, ...]
    more: Any = None


class Segment:
    """What was recorded between two points at which the program ran unseen: nothing of it is known by others."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.bytes = 0
        self.pinned = False


__all__ = ["Entry", "Event", "Full", "Look", "Owner", "Range", "Ref", "Segment", "Several", "Thing"]
