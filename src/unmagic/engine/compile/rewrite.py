"""Steps to fewer steps of the same value: equal ones shared, constants worked out, rules applied, dead ones dropped."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from unmagic.core.build import Constant, Input
from unmagic.core.graph import NO_ATTRS, Array, DType, Graph, Shape, Step
from unmagic.core.op import Op

from .rules import RULES

LARGEST_FOLDED = 1 << 24
"""Constants are worked out ahead up to so many entries."""

_LARGEST_COMPARED = 1 << 12
"""Constant arrays up to so many entries are told apart by what is in them, larger ones by identity."""


class Rewriter:
    """Takes steps in order and appends what is left of each to ``steps``. ``uses`` counts their readers before."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.uses: list[int] = []
        self.loose = False  # a gradient's steps: what rules may do there, `Step.note` remembers
        self._known: dict[Any, int] = {}

    def __getitem__(self, id: int) -> Step:
        return self.steps[id]

    def leaf(self, op: type[Op], attrs: Mapping[str, Any], shape: Shape, dtype: DType, key: Any) -> int:
        """An input or constant; equal keys are one step."""
        return self._shared(key, op, (), attrs, shape, dtype)

    def constant(self, value: Any) -> int:
        array = np.asarray(value)[()]
        content = array.tobytes() if array.size <= _LARGEST_COMPARED else id(value)
        return self.leaf(
            Constant, {"value": array}, array.shape, array.dtype, (Constant, array.dtype, array.shape, content)
        )

    def add(self, op: type[Op], inputs: tuple[int, ...], **attrs: Any) -> int:
        """A step that a rule asks for: shape and dtype are worked out."""
        shape = op.shape(*[self.steps[i].shape for i in inputs], **attrs)
        dtype = op.dtype(*[self.steps[i].dtype for i in inputs], **attrs)
        return self.put(op, inputs, attrs, shape, dtype)

    def put(self, op: type[Op], inputs: tuple[int, ...], attrs: Mapping[str, Any], shape: Shape, dtype: DType) -> int:
        """The number of a step that has this value: one that is there, or a new one."""
        for rule in RULES.get(op.name, ()):
            found = rule(self, op, inputs, attrs, shape, dtype)
            if found is not None:
                return int(found)
        folded = self._folded(op, inputs, attrs, shape)
        if folded is not None:
            return self.constant(folded)
        key = (op, inputs, tuple((name, _key(attrs[name])) for name in sorted(attrs)))
        return self._shared(key, op, inputs, attrs, shape, dtype)

    def there(self, op: type[Op], inputs: tuple[int, ...]) -> int | None:
        """The step that ``op`` on ``inputs`` is, if there is one already."""
        return self._known.get((op, inputs, ()))

    def _shared(
        self, key: Any, op: type[Op], inputs: tuple[int, ...], attrs: Mapping[str, Any], shape: Shape, dtype: DType
    ) -> int:
        id = self._known.get(key)
        if id is None:
            id = self._known[key] = len(self.steps)
            self.steps.append(Step(id, op, inputs, attrs or NO_ATTRS, shape, dtype, note="loose" if self.loose else ""))
            self.uses.append(0)
        return id

    def _folded(self, op: type[Op], inputs: tuple[int, ...], attrs: Mapping[str, Any], shape: Shape) -> Array | None:
        """The value of a step on constants alone. A broadcast stays, and a scatter: fewer numbers are kept that way."""
        size = math.prod(shape)
        copied = op.name == "scatter" or (op.name == "broadcast" and size != math.prod(self.steps[inputs[0]].shape))
        if not inputs or copied or size > LARGEST_FOLDED:
            return None
        if any(self.steps[i].op is not Constant for i in inputs):
            return None
        with np.errstate(all="ignore"):
            return np.asarray(op.forward(np, *[self.steps[i].attrs["value"] for i in inputs], **attrs))[()]


def _key(value: Any) -> Any:
    """An attribute as a dictionary's key: equal keys mean the same."""
    if isinstance(value, np.ndarray):
        return (value.dtype.str, value.shape, value.tobytes())
    if isinstance(value, slice):
        return (slice, value.start, value.stop, value.step)
    if isinstance(value, (tuple, list)):
        return (type(value), *map(_key, value))
    return (type(value), repr(value) if isinstance(value, float) else value)  # −0.0 is not 0.0


def rewritten(
    graph: Graph, outputs: Sequence[int], constants: Mapping[int, Any], forward: int
) -> tuple[list[Step], list[int]]:
    """What is left of ``graph`` for ``outputs``, and their new numbers.

    ``constants`` are the inputs that stay as they are; steps from number ``forward`` on belong to a gradient.
    """
    alive = needed(graph.steps, outputs)
    counts = [0] * len(graph.steps)
    for step in graph.steps:
        if step.id in alive:
            for i in step.inputs:
                counts[i] += 1
    for i in outputs:
        counts[i] += 1
    work = Rewriter()
    new: dict[int, int] = {}
    for step in graph.steps:
        if step.id not in alive:
            continue
        work.loose = step.id >= forward
        if step.op is Constant:
            id = work.constant(step.attrs["value"])
        elif step.op is Input:
            if step.id in constants:
                id = work.constant(constants[step.id])
            else:
                id = work.leaf(Input, {"of": step.id}, step.shape, step.dtype, (Input, step.id))
        else:
            id = work.put(step.op, tuple(new[i] for i in step.inputs), step.attrs, step.shape, step.dtype)
        new[step.id] = id
        work.uses[id] += counts[step.id]
    return compacted(work.steps, [new[i] for i in outputs])


def needed(steps: Sequence[Step], outputs: Sequence[int]) -> set[int]:
    """``outputs`` and all that they depend on."""
    alive = set(outputs)
    for step in reversed(steps):
        if step.id in alive:
            alive.update(step.inputs)
    return alive


def early(steps: Sequence[Step], outputs: Sequence[int]) -> list[Step]:
    """A gradient's steps that set memory free, moved up to where their operands are.

    Those are its tests (a mask is kept through the program, and not the numbers) and what is handed out and read by
    nobody else; with them go the views they look through.
    """
    read = {i for step in steps for i in step.inputs}
    ends = set(outputs) - read
    keys: dict[int, tuple[int, int, int]] = {}
    for step in steps:
        test = step.dtype == bool and step.op.elementwise
        view = step.op.movement and len(step.inputs) == 1
        key = (step.id, 0, 0)
        if step.note and step.inputs and (test or view or step.id in ends):
            key = (max(keys[i] for i in step.inputs)[0], 1, step.id)
        keys[step.id] = key
    return sorted(steps, key=lambda step: keys[step.id])


def compacted(steps: Sequence[Step], outputs: Sequence[int]) -> tuple[list[Step], list[int]]:
    """Dead steps dropped, the others put in order and numbered anew."""
    alive = needed(steps, outputs)
    new: dict[int, int] = {}
    left: list[Step] = []
    for step in early([step for step in steps if step.id in alive], outputs):
        new[step.id] = len(left)
        inputs = tuple(new[i] for i in step.inputs)
        left.append(Step(len(left), step.op, inputs, step.attrs, step.shape, step.dtype, note=step.note))
    return left, [new[i] for i in outputs]


__all__ = ["Rewriter", "compacted", "early", "needed", "rewritten"]
