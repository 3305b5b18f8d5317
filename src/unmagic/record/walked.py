"""An iteration that was walked again: its steps, numbered from 0, and their values."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from unmagic.core.graph import Branch, Graph, Region, Step


class Walked(NamedTuple):
    """What one iteration came to; its leaves are what it read from before."""

    steps: list[Step]
    values: list[Any]
    names: dict[str, int]
    branches: list[Branch]
    carried: list[int]  # values that are not finite and that later iterations read
    label: str

    @property
    def size(self) -> int:
        """Bytes of its values."""
        return sum(int(getattr(value, "nbytes", 32)) + 200 for value in self.values)

    def copied(self) -> Walked:
        """With values of its own: leaves may be the program's arrays."""
        values = [np.array(value, order="K") if type(value) is np.ndarray and not step.inputs else value
                  for step, value in zip(self.steps, self.values, strict=True)]  # fmt: skip
        for step, value in zip(self.steps, values, strict=True):
            if not step.inputs and "value" in step.attrs:
                step.attrs = {"value": value}
        return self._replace(values=values)

    def join(self, graph: Graph, values: list[Any]) -> list[int]:
        """Put the steps behind those of ``graph``; what was carried on, by its number there."""
        start = len(graph.steps)
        for step, value in zip(self.steps, self.values, strict=True):
            made = Step(
                start + step.id, step.op, tuple(start + i for i in step.inputs), step.attrs, step.shape, step.dtype,
                step.name, step.span, step.implicit, step.note,
            )  # fmt: skip
            graph.steps.append(made)
            values.append(value)
        graph.names.update({name: start + id for name, id in self.names.items()})
        graph.branches += [Branch(start + one.step, one.taken, one.span) for one in self.branches]
        if self.steps:
            graph.regions.append(Region("iteration", self.label, start, len(graph.steps)))
        return [start + id for id in self.carried]


__all__ = ["Walked"]
