"""The code twin of a panel: lines of NumPy that run from top to bottom, each with the step it makes and its result."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.reading.reading import Reading, canonical

from .panel import CodeRow

_SAFE_INTEGER = 1e6  # NumPy's integers wrap around in silence: larger numbers are written as floats


class Twin:
    """Rows of a listing, written from a Reading: its numbers go in, its steps' numbers and values come out."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.rows: list[CodeRow] = []
        self._numbers = {step.name: step.number for step in reading.view.steps if step.name}

    def given(self, **names: str) -> Twin:
        """A line of assignments: each variable with the value that a name of the source has."""
        parts = (f"{variable} = {literal(self.reading[name])}" for variable, name in names.items())
        return self.line("; ".join(parts))

    def line(self, code: str) -> Twin:
        """A line that makes no step."""
        self.rows.append(CodeRow("", code))
        return self

    def step(self, code: str, name: str) -> Twin:
        """The line that makes a step, and the value that the Reading has for it."""
        return self.part(code, self.number(name), self.reading[name])

    def part(self, code: str, number: str, value: Any) -> Twin:
        """A line that makes part of a step, or a step of the way back."""
        self.rows.append(CodeRow(number, code, result(value)))
        return self

    def number(self, name: str) -> str:
        """The gutter number of a step."""
        return str(self._numbers[canonical(name)])


def literal(value: Any) -> str:
    """A value as NumPy source, to the last digit: ``np.array([1, 2.5])``, ``np.float64(0.1)``, ``1`` for a class."""
    array = np.asarray(value)
    if array.dtype.kind in "iu":
        return str(array.tolist())
    if array.shape == ():
        return f"np.float64({_digits(float(array))})"  # Python's own floats raise where NumPy's give inf
    return f"np.array({_nested(array, plain=_whole(array))})"


def result(value: Any) -> str:
    """A value as a comment, to the last digit: ``5``, ``[1, 8, 2]``."""
    array = np.asarray(value)
    return _digits(float(array)) if array.shape == () else _nested(array, plain=True)


def _whole(array: np.ndarray) -> bool:
    return bool(np.all(np.abs(array) <= _SAFE_INTEGER))


def _nested(array: np.ndarray, plain: bool) -> str:
    if array.ndim > 1:
        return f"[{', '.join(_nested(row, plain) for row in array)}]"
    return f"[{', '.join(_digits(float(x)) if plain else repr(float(x)) for x in array)}]"


def _digits(x: float) -> str:
    """The shortest digits that read back as the same float; whole numbers without a point."""
    return str(int(x)) if x.is_integer() and abs(x) < 1e15 else repr(x)
