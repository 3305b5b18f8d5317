"""What a panel shows while one of its numbers is dragged: a frame for each value of a grid, all with the same decimals.

The engine answers for the whole grid at once, so that dragging is drawing: no frame is guessed between two readings.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from unmagic.core.errors import BadValue, UnmagicError
from unmagic.lesson.numbers import typed

from .panel import Field
from .show import Shown, completed, worked
from .state import PanelState, number_text

MOST_FRAMES = 61
"""Frames of one answer; a hand that goes farther asks for the next."""


def sweep(state: PanelState, slot: str, at: tuple[int, ...], step: str, low: int, high: int) -> list[tuple[str, Shown]]:
    """The frames from ``low`` to ``high`` steps of size ``step`` around the cell's number, as (text, what is shown).

    Numbers keep one count of decimals over the whole grid, the longest that any frame needs. Raises `BadValue`.
    """
    field = next((field for field in state.panel.fields if field.slot == slot), None)
    if field is None or not state.has(field, at):
        raise BadValue(f"no cell {slot} at {at}")
    if not low <= high < low + MOST_FRAMES:
        raise BadValue(f"{high - low + 1} frames at once", hint=f"at most {MOST_FRAMES}")
    texts = list(_grid(state, field, at, step, range(low, high + 1)))
    states = {text: state.with_text(field, at, text) for text in texts}  # where the bounds clamp, several share one
    frames = {text: worked(one) for text, one in states.items()}
    if floors := _floors(frames.values()):
        frames = {text: worked(one, floors) for text, one in states.items()}
    frames = {text: completed(frame) for text, frame in frames.items()}
    return [(text, frames[text]) for text in texts]


def _grid(state: PanelState, field: Field, at: tuple[int, ...], step: str, counts: Iterable[int]) -> Iterable[str]:
    try:
        start, size = Decimal(repr(typed(state.text(field, at)))), Decimal(repr(typed(step)))
    except UnmagicError as error:
        raise BadValue("a cell that is no number can't be dragged") from error
    for count in counts:
        value = min(max(float(start + count * size), field.low), field.high)
        yield number_text(round(value) if field.whole else value)


def _floors(frames: Iterable[Shown]) -> dict[str, int]:
    """For every step whose decimals differ from frame to frame, the most that any has."""
    found: dict[str, set[int]] = {}
    for frame in frames:
        for step in frame.steps:
            for line in step.lines:
                name = line.label.partition("[")[0]
                if name and line.value:
                    found.setdefault(name, set()).add(_decimals(line.value))
    return {name: max(counts) for name, counts in found.items() if len(counts) > 1}


def _decimals(value: str) -> int:
    return len(value.partition(".")[2]) if "e" not in value else 0

