"""The Recorder: a front end tells it what was computed, written, decided and repeated; it keeps the Graph.

The safe walker drives it with values that are computed here, or that Python's own arithmetic gave. The live front ends
tell it afterwards what the program's own bytecode computed: the same `value`, with ``out`` given.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from unmagic.core.build import Builder, Constant, Node, weak
from unmagic.core.errors import LimitReached
from unmagic.core.graph import NO_ATTRS, Branch, DType, Graph, Region, Step
from unmagic.core.limits import DEFAULT, Limits
from unmagic.core.op import OPS, Op
from unmagic.core.span import Span
from unmagic.ops.movement import Ref  # importing any op fills the registry

from .alias import Cell

F8 = np.dtype(np.float64)
I8 = np.dtype(np.int64)
B1 = np.dtype(np.bool_)
INT_LOW, INT_HIGH = -(2**63), 2**63 - 1


class Num:
    """A Python number that is a step: Python's own value, and the step's number.

    Compares and hashes as the number does, so that lists and dicts of numbers behave as Python's.
    """

    __slots__ = ("id", "value")

    def __init__(self, value: Any, id: int) -> None:
        self.value = value
        self.id = id

    def __eq__(self, other: object) -> bool:
        return bool(self.value == (other.value if isinstance(other, Num) else other))

    def __lt__(self, other: Any) -> bool:
        return bool(self.value < (other.value if isinstance(other, Num) else other))

    def __gt__(self, other: Any) -> bool:
        return bool(self.value > (other.value if isinstance(other, Num) else other))

    def __hash__(self) -> int:
        return hash(self.value)

    def __repr__(self) -> str:
        return repr(self.value)


class Recorder:
    """Keeps the Graph of one run. ``span`` of the builder is the site that steps are recorded for."""

    def __init__(self, limits: Limits = DEFAULT) -> None:
        self.limits = limits
        self.graph = Graph()
        self.values: list[Any] = []
        self.builder = Builder(self.graph, values=self.values, limits=limits)
        self.most_steps = limits.steps
        self.entries = 0  # of all arrays kept so far
        self.iterations = 0
        self.written = 0  # writes into memory so far
        self.deadline = time.monotonic() + limits.seconds

    # what was computed ------------------------------------------------------------------------------------

    def node(self, id: int) -> Node:
        return Node(self.builder, id)

    def value(self, op: type[Op], operands: tuple[int, ...], out: Any, site: Span | None) -> Num:
        """A scalar step with the value ``out`` that Python's own arithmetic gave: the fast way, nothing is recomputed.

        ``out`` is a Python float, bool, or an int that fits int64.
        """
        steps = self.graph.steps
        kind = out.__class__
        dtype: DType
        kept: Any
        if kind is float:
            dtype, kept = F8, np.float64(out)
        elif kind is bool:
            dtype, kept = B1, np.bool_(out)
        else:
            dtype, kept = I8, np.int64(out)
        id = len(steps)
        if id >= self.most_steps:
            self._check_steps(id)
        steps.append(Step(id, op, operands, NO_ATTRS, (), dtype, None, site))
        self.values.append(kept)
        return Num(out, id)

    def cast(self, number: Num, out: Any, site: Span | None) -> Num:
        """``number`` as another Python type, which gave ``out``."""
        step = self.graph.steps[number.id]
        kept = np.asarray(out)[()]
        if step.dtype == kept.dtype:
            return Num(out, number.id)
        steps = self.graph.steps
        steps.append(Step(len(steps), OPS["cast"], (number.id,), {"to": kept.dtype}, (), kept.dtype, None, site))
        self.values.append(kept)
        return Num(out, len(steps) - 1)

    def number(self, value: Any, site: Span | None = None) -> Num:
        """A Python number that stands in the text, as a constant step."""
        kind = value.__class__
        dtype, kept = (
            (F8, np.float64(value))
            if kind is float
            else (B1, np.bool_(value))
            if kind is bool
            else (
                I8,
                np.int64(value),
            )
        )
        steps = self.graph.steps
        id = len(steps)
        if id >= self.most_steps:
            self._check_steps(id)
        steps.append(Step(id, Constant, (), {"value": kept}, (), dtype, None, site))
        self.values.append(kept)
        return Num(value, id)

    def _check_steps(self, id: int) -> None:
        if id >= 2 * self.limits.steps:  # as Builder counts: leaves and implicit steps have room too
            self.limits.need("steps", id // 2 + 1, self.limits.steps)

    def operand(self, value: Num | Node | float, *strong: DType) -> Node:
        """A node for ``value``; a Python number takes the dtype NumPy gives it beside arrays of dtypes ``strong``."""
        if isinstance(value, Node):
            return value
        if isinstance(value, Num):
            node = Node(self.builder, value.id)
            return self.builder.cast(node, weak(value.value, *strong)) if strong else node
        return self.builder.constant(value, weak(value, *strong))

    def operands(self, values: Sequence[Num | Node | float]) -> list[Node]:
        """Nodes for ``values``, Python numbers among them weak."""
        strong = [value.dtype for value in values if isinstance(value, Node)]
        return [self.operand(value, *strong) for value in values]

    # writes and views -------------------------------------------------------------------------------------

    def about_to_write(self, cell: Cell) -> Node:
        """The version of ``cell`` that a write reads: operands that share its memory are read at this one."""
        return Node(self.builder, cell.id)

    def wrote(self, cell: Cell, version: Node) -> None:
        """``cell`` now holds ``version``; views of it are stale."""
        self.written += 1
        cell.id = version.id
        cell.version += 1

    def release(self, value: Any) -> None:
        """The program dropped ``value``. The walker keeps all values; a live recorder lets its copy go here."""

    # decisions and repetitions ----------------------------------------------------------------------------

    def branch(self, site: Span | None, step: int, taken: bool) -> None:
        """The program decided on the truth value of ``step``."""
        self.graph.branches.append(Branch(step, taken, site))

    def iterate(self, kind: str, label: str, start: int) -> None:
        """Steps from ``start`` on were one iteration, round or call; nothing is kept if there are none."""
        stop = len(self.graph.steps)
        if stop > start:
            self.graph.regions.append(Region(kind, label, start, stop))

    def tick(self) -> None:
        """Once an iteration or call: time and count are still within limits."""
        self.iterations += 1
        if self.iterations > 10 * self.limits.steps:
            self.limits.need("iterations", self.iterations, 10 * self.limits.steps)
        if time.monotonic() > self.deadline:
            raise LimitReached(
                f"the program takes longer than {self.limits.seconds:g} seconds",
                notes=(f"limit: seconds ≤ {self.limits.seconds:g}",),
            )

    def keep(self, entries: int) -> None:
        """Count the entries of an array that stays."""
        self.entries += entries
        if self.entries > 20 * self.limits.entries:
            self.limits.need("entries of all arrays together", self.entries, 20 * self.limits.entries)


__all__ = ["INT_HIGH", "INT_LOW", "Num", "Recorder", "Ref"]
