"""Products added up over shared letters (matrix products, einsum): their local derivatives as one array."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from unmagic.core.graph import Array, Step

CHUNK = 1 << 17
"""Products that (max, ×) forms at a time: they stay in the cache."""

WELL_KNOWN = {"dot": ("i", "i", ""), "matvec": ("ij", "j", "i"), "vecmat": ("i", "ij", "j"), "outer": ("i", "j", "ij")}


class Contraction(NamedTuple):
    """The letters of the operands' axes and of the result's; a letter stands once in each."""

    labels: tuple[str, ...]
    out: str
    size: dict[str, int]

    def work(self, operand: int) -> int:
        """How many pairs of an entry of ``operand`` and a reader there are."""
        return math.prod(self.size[k] for k in self._all(operand))

    def factor(self, operand: int, inputs: Sequence[Array]) -> Array:
        """∂result/∂operand over the letters `_met`: the other operands multiplied, summed over what nobody shows."""
        rest = [k for k in range(len(inputs)) if k != operand]
        met = self._met(operand)
        if len(rest) == 1 and self.labels[rest[0]] == met:
            return inputs[rest[0]]
        if not rest:
            return np.ones(())
        spelled = ",".join(self.labels[k] for k in rest) + "->" + met
        return np.asarray(np.einsum(spelled, *(inputs[k] for k in rest), optimize=len(rest) > 2))

    def total(self, operand: int, factor: Array, w: Array) -> Array:
        """For each entry of ``operand`` the sum over its readers of factor times ``w``."""
        own = self.labels[operand]
        offered = self._met(operand) + self.out
        shown = "".join(k for k in own if k in offered)
        big = self.work(operand) > 4096  # below, planning costs more than it saves
        part = np.einsum(f"{self._met(operand)},{self.out}->{shown}", factor, w, optimize=big)
        part = part.reshape([self.size[k] if k in shown else 1 for k in own])
        return np.broadcast_to(part, [self.size[k] for k in own])

    def most(self, operand: int, factor: Array, w: Array) -> Array:
        """For each entry of ``operand`` the largest over its readers of factor times ``w``, chunk by chunk."""
        own, every = self.labels[operand], self._all(operand)
        first = max(own, key=lambda k: self.size[k], default="")
        order = first + "".join(k for k in every if k != first)
        left, right = self._lifted(self._met(operand), factor, order), self._lifted(self.out, w, order)
        summed = tuple(range(len(own), len(order)))
        if not first:
            return np.asarray((left * right).max(initial=0.0))
        n = self.size[first]
        rows = max(1, CHUNK // max(1, self.work(operand) // max(1, n)))
        found = np.empty([self.size[k] for k in order[: len(own)]])
        for start in range(0, n, rows):
            here = slice(start, start + rows)
            a = left[here] if left.shape[0] > 1 else left
            b = right[here] if right.shape[0] > 1 else right
            met = a * b
            found[here] = met.max(axis=summed, initial=0.0) if summed else met
        return found.transpose([order.index(k) for k in own])

    def _met(self, operand: int) -> str:
        """Letters of the other operands that this one or the result has."""
        rest = "".join(row for k, row in enumerate(self.labels) if k != operand)
        return "".join(k for k in dict.fromkeys(rest) if k in self.labels[operand] or k in self.out)

    def _all(self, operand: int) -> str:
        own = self.labels[operand]
        return own + "".join(k for k in self.out if k not in own)

    def _lifted(self, letters: str, x: Array, order: str) -> Array:
        """``x`` with its axes in ``order``, of size 1 where it has none."""
        here = [k for k in order if k in letters]
        turned = np.ascontiguousarray(x.transpose([letters.index(k) for k in here]))
        return turned.reshape([self.size[k] if k in here else 1 for k in order])


def contraction_of(step: Step, inputs: Sequence[Array]) -> Contraction | None:
    """How ``step`` contracts its operands; None if it does not, or reads a diagonal or copies along an axis."""
    name = step.op.name
    if name in WELL_KNOWN:
        *labels, out = WELL_KNOWN[name]
    elif name == "matmul":
        batch = "abcdefgh"[: len(step.shape) - 2]
        labels, out = [f"{batch}ij", f"{batch}jk"], f"{batch}ik"
    elif name == "einsum" and "->" in step.attrs["subscripts"] and "." not in step.attrs["subscripts"]:
        left, _, out = step.attrs["subscripts"].replace(" ", "").partition("->")
        labels = left.split(",")
    else:
        return None
    size: dict[str, int] = {}
    for row, x in zip(labels, inputs, strict=True):
        if len(set(row)) < len(row) or any(size.setdefault(k, n) != n for k, n in zip(row, x.shape, strict=True)):
            return None
    return Contraction(tuple(labels), out, size)
