"""PyTorch's tensors as values of a walked program, and how they print."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unmagic.record.alias import Memory
from unmagic.record.spell.torch.base import NAMES

WIDTH = 80
DIGITS = 4
MANY = 1000
EDGE = 3


class Tensor:
    """A tensor: its memory, and what autograd knows of it.

    ``tainted``: it does not require a gradient, but its steps go back to some that do (made under no_grad): before it
    is used where gradients flow, a detach step is put in. ``unset`` names a layer's weight that nobody set yet.
    """

    __slots__ = ("base", "grad", "grad_fn", "keeps", "leaf", "memory", "parameter", "requires_grad", "shape_of",
                 "tainted", "unset")  # fmt: skip

    def __init__(self, memory: Memory | None) -> None:
        self.memory = memory
        self.requires_grad = False
        self.grad: Tensor | None = None
        self.grad_fn = ""
        self.leaf = True
        self.keeps = False
        self.parameter = False
        self.tainted = False
        self.base: Tensor | None = None
        self.unset = ""
        self.shape_of: tuple[int, ...] = ()

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.memory.layout.shape) if self.memory is not None else self.shape_of


def text(array: Any, *, requires_grad: bool, grad_fn: str, parameter: bool) -> str:
    """A tensor as PyTorch prints it, 4 digits and 80 columns."""
    before = "tensor("
    indent = len(before)
    ends: list[str] = []
    if array.size == 0:
        body = "[]"
        if array.ndim != 1:
            ends.append(f"size=({', '.join(map(str, array.shape))})")
        if array.dtype != np.float32:
            ends.append(f"dtype={NAMES[array.dtype]}")
    else:
        if array.dtype not in (np.dtype(np.float32), np.dtype(np.int64), np.dtype(np.bool_)):
            ends.append(f"dtype={NAMES[array.dtype]}")
        short = array.size > MANY
        shown = _Numbers(_edges(array) if short else array)
        body = shown.text(array.item()) if not array.ndim else _nested(array, indent, short, shown)
    if grad_fn:
        ends.append(f"grad_fn=<{grad_fn}>")
    elif requires_grad:
        ends.append("requires_grad=True")
    out = before + body
    column = len(out) - out.rfind("\n") + 1
    for end in ends:
        if column + len(end) + 2 > WIDTH:
            out += ",\n" + " " * indent + end
            column = indent + len(end)
        else:
            out += ", " + end
            column += len(end) + 2
    return ("Parameter containing:\n" if parameter else "") + out + ")"


class _Numbers:
    """One format for all numbers of a tensor: whole, with 4 decimals, or scientific."""

    def __init__(self, array: Any) -> None:
        self.floats = array.dtype.kind == "f"
        self.whole, self.scientific, self.width = True, False, 1
        values = array.reshape(-1).tolist()
        if not self.floats:
            self.width = max(len(str(value)) for value in values)
            return
        counted = [value for value in values if math.isfinite(value) and value != 0]
        if not counted:
            return
        low, high = min(map(abs, counted)), max(map(abs, counted))
        self.whole = all(value == math.ceil(value) for value in counted)
        self.scientific = high / low > 1000.0 or high > 1.0e8 or (not self.whole and low < 1.0e-4)
        more = 1 if self.whole and not self.scientific else 0  # the point after a whole number
        self.width = max(1, *(len(self._digits(value)) + more for value in counted))

    def _digits(self, value: float) -> str:
        if self.scientific:
            return f"{value:.{DIGITS}e}"
        return f"{value:.0f}" if self.whole else f"{value:.{DIGITS}f}"

    def text(self, value: Any) -> str:
        if not self.floats:
            out = str(value)
        else:
            out = self._digits(value)
            if self.whole and not self.scientific and math.isfinite(value):
                out += "."
        return out.rjust(self.width)


def _nested(array: Any, indent: int, short: bool, shown: _Numbers) -> str:
    if array.ndim == 1:
        return _row(array, indent, short, shown)
    cut = short and len(array) > 2 * EDGE
    parts = [_nested(part, indent + 1, short, shown) for part in (array[:EDGE] if cut else array)]
    if cut:
        parts += ["...", *(_nested(part, indent + 1, short, shown) for part in array[-EDGE:])]
    gap = "," + "\n" * (array.ndim - 1) + " " * (indent + 1)
    return "[" + gap.join(parts) + "]"


def _row(array: Any, indent: int, short: bool, shown: _Numbers) -> str:
    each = max(1, (WIDTH - indent) // (shown.width + 2))
    values = array.tolist()
    if short and len(values) > 2 * EDGE:
        parts = [*map(shown.text, values[:EDGE]), " ...", *map(shown.text, values[-EDGE:])]
    else:
        parts = [shown.text(value) for value in values]
    lines = [", ".join(parts[i : i + each]) for i in range(0, len(parts), each)]
    return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"


def _edges(array: Any) -> Any:
    """The entries that are shown of a long tensor."""
    for axis in range(array.ndim):
        if array.shape[axis] > 2 * EDGE:
            at = [*range(EDGE), *range(array.shape[axis] - EDGE, array.shape[axis])]
            array = np.take(array, at, axis=axis)
    return array
