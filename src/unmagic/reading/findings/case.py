"""What a rule is given: a graph with its values, the idioms found in it, and helpers to give evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from unmagic.core.build import LEAVES
from unmagic.core.digits import shown
from unmagic.core.graph import Array, Graph, Index, Step
from unmagic.core.lines import Line
from unmagic.core.op import Operand
from unmagic.core.program import Program
from unmagic.idioms.match import Match
from unmagic.reading.working import worked


class Case:
    """A reading as the rules see it. Steps that do not reach the result are looked at last and said to be apart."""

    def __init__(self, program: Program, matches: Sequence[Match] = (), names: Mapping[int, str] | None = None) -> None:
        self.program = program
        self.names = names or {}
        self.graph: Graph = program.graph
        self.values: Sequence[Array] = program.values
        self.matches = matches

    @cached_property
    def uses(self) -> list[list[int]]:
        return self.graph.uses()

    @cached_property
    def reaching(self) -> set[int]:
        """The steps that the result depends on."""
        return self.graph.ancestors(self.graph.result) if self.graph.result >= 0 else set()

    def steps(self, *ops: str) -> Iterator[Step]:
        """Every step of one of these ops, those that reach the result first."""
        wanted = [step for step in self.graph.steps if step.op.name in ops]
        yield from sorted(wanted, key=lambda step: step.id not in self.reaching)

    def inputs(self, step: Step) -> list[Array]:
        return [self.values[i] for i in step.inputs]

    def name(self, id: int) -> str:
        """What a step is called in a message: its own name, or that of what it copies, or its number."""
        step = self.graph[id]
        while step.name is None and step.implicit and step.inputs:
            step = self.graph[step.inputs[0]]
        return self._given_name(step.id) or f"step {step.id}"

    def _given_name(self, id: int) -> str:
        named = self.graph[id].name or next((n for n, i in self.graph.names.items() if i == id), None)
        return named or self.names.get(id, "")

    def entry_name(self, id: int, at: Index) -> str:
        """An entry as printed: ``s[1,3]``; a scalar's name alone."""
        return f"{self.name(id)}[{','.join(map(str, at))}]" if at else self.name(id)

    def place(self, id: int, at: Index) -> str:
        """The entry and its value: ``s[1,3] = 712.3``."""
        value = self.values[id]
        return f"{self.entry_name(id, at)} = {shown(value[at])}"

    def worked(self, step: Step, at: Index) -> tuple[Line, ...]:
        """The arithmetic of one entry of a step, as evidence."""
        operands = [Operand(k, value) for k, value in enumerate(self.inputs(step))]
        names = [self.name(i) for i in step.inputs]
        return worked(
            step.op,
            at,
            operands,
            self.values[step.id],
            step.attrs,
            name=self._given_name(step.id) or step.op.name,
            operand_names=names,
        ).lines

    def source_of(self, id: int) -> Step:
        """The step behind copies, casts and reshapes: what the user wrote."""
        step = self.graph[id]
        while step.inputs and (step.implicit or step.op.name in THROUGH or self._relabels(step)):
            step = self.graph[step.inputs[0]]
        return step

    def _relabels(self, step: Step) -> bool:
        """Whether indexing keeps every entry: ``p[None]``."""
        return (
            step.op.name == "index" and len(step.inputs) == 1 and self.values[step.id].size == self.inputs(step)[0].size
        )


THROUGH = frozenset({"broadcast", "cast", "reshape", "transpose"})
"""Steps that keep every entry as it is: a rule looks through them."""


def first_entry(mask: Any) -> Index | None:
    """The first index at which a truth array holds, in row order; None if nowhere."""
    flat = np.ravel(np.asarray(mask))
    if not flat.any():
        return None
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(flat)), np.shape(mask)))


__all__ = ["LEAVES", "THROUGH", "Case", "first_entry"]
