"""Slots: where a temporary can be no local name, and where nothing may live a moment longer than it did."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from unmagic.record.callees import called_name

from .line import listening


class Missing:
    """What a slot holds when nothing is in it."""

    def __repr__(self) -> str:
        return "<nothing kept>"


class Unheld:
    """Stands for an object of the program's that is never held: what it is."""

    def __init__(self, name: str) -> None:
        self.__name__ = name


MISSING = Missing()


class Slot:
    """A place for one temporary. It stands in the constants of code, which programs may hash."""

    __slots__ = ("held",)

    def __init__(self) -> None:
        self.held: Any = MISSING


slots: list[Slot] = []
"""Every slot of every instrumented file."""

_SAFE = frozenset({
    int, float, complex, bool, str, bytes, slice, type(None), type(...), range, ModuleType, type, type(len),
    type(lambda: None),
})  # fmt: skip
_NESTED = (list, tuple)


def new_slot() -> Slot:
    slot = Slot()
    slots.append(slot)
    return slot


def let_go(value: Any) -> None:
    """No slot holds ``value`` any more: somebody counts its references."""
    for slot in slots:
        if slot.held is value:
            slot.held = MISSING


def put(slot: Slot, value: Any) -> Any:
    if listening():
        slot.held = value if _safe(value) else Unheld(called_name(value))
    return value


def hold(slot: Slot, value: Any) -> Any:
    """What it is, whatever it is: where objects are followed too."""
    slot.held = value
    return value


def take(slot: Slot) -> Any:
    value, slot.held = slot.held, MISSING
    return value


def forget() -> None:
    """An error was caught: what the failed operation had kept goes."""
    for slot in slots:
        slot.held = MISSING


def _safe(value: Any) -> bool:
    """Whether nobody notices that ``value`` lives a little longer: numbers, arrays, and lists of them.

    Of a long or deep list the first items are asked: it may be handed on in every round of a loop.
    """
    todo, room = [value], ITEMS
    while todo:
        one = todo.pop()
        kind = type(one)
        if kind in _SAFE or kind.__module__ == "numpy":
            continue
        if kind not in _NESTED:
            return False
        first = one[:room]
        kinds = set(map(type, first))
        if not kinds <= _SAFE:
            todo += first
        room -= len(first)
    return True


ITEMS = 200

__all__ = ["MISSING", "Unheld", "forget", "hold", "let_go", "new_slot", "put", "take"]
