"""The computation as a list of steps in order, each one op on earlier steps (static single assignment)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .span import Span

if TYPE_CHECKING:
    from .op import Op

Shape = tuple[int, ...]
Index = tuple[int, ...]
Array = np.ndarray[Any, Any]  # NumPy's scalars stand for rank 0 too; they share all that is used here
DType = np.dtype[Any]
Attrs = Mapping[str, Any]

NO_ATTRS: Attrs = MappingProxyType({})


class Fixed(NamedTuple):
    """A step whose number went into another as a plain value (the end of a range): no derivative comes through it."""

    step: int
    made: int = -1  # the step that was made with it; −1: it counts, whatever was made

    def between(self, graph: Graph, input: int, of: int) -> bool:
        """Whether ``of`` depends on ``input`` by way of it."""
        if self.made < 0:
            return input in graph.ancestors(self.step)
        if self.made >= len(graph) or self.made not in graph.ancestors(of):
            return False
        found = {input}  # what a slope reaches: not through an order, a comparison, a whole number
        for step in graph.steps[input + 1 : self.step + 1]:
            if step.op.differentiable and step.dtype.kind in "fc" and not found.isdisjoint(step.inputs):
                found.add(step.id)
        return self.step in found


class Step:
    """One line of a Graph: number, op, inputs (numbers of earlier steps), attributes, shape, dtype, span.

    ``name`` is what the user calls it, if anything. An ``implicit`` step was put in by the reader (a broadcast, a cast,
    a lifted rank): renderers may hide it. ``note`` says why a gradient step exists (added up, because it was copied).
    Steps are compared by identity.
    """

    __slots__ = ("attrs", "dtype", "id", "implicit", "inputs", "name", "note", "op", "shape", "span")

    def __init__(
        self,
        id: int,
        op: type[Op],
        inputs: tuple[int, ...],
        attrs: Attrs,
        shape: Shape,
        dtype: DType,
        name: str | None = None,
        span: Span | None = None,
        implicit: bool = False,
        note: str = "",
    ) -> None:
        self.id = id
        self.op = op
        self.inputs = inputs
        self.attrs = attrs
        self.shape = shape
        self.dtype = dtype
        self.name = name
        self.span = span
        self.implicit = implicit
        self.note = note

    def __repr__(self) -> str:
        given = ", ".join([*(f"#{i}" for i in self.inputs), *(f"{k}={v!r}" for k, v in self.attrs.items())])
        return f"#{self.id} {self.name or ''}={self.op.name}({given}) {self.dtype}{list(self.shape)}"


@dataclass(frozen=True, slots=True)
class Region:
    """Steps ``start`` up to ``stop`` belong together: a round of an update, an iteration of a loop, a call."""

    kind: str  # "round", "iteration", "call"
    label: str  # "round 1", "i = 3", "layer(x)"
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Branch:
    """A decision that the program took on a value: re-reading with other numbers may take the other way."""

    step: int  # the boolean step
    taken: bool
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Pass:
    """Steps ``start`` up to ``stop`` are a backward pass that the source asked for: from step ``of``."""

    of: int
    start: int
    stop: int


@dataclass(slots=True)
class Graph:
    """Steps in order (position is id is a topological order), the names bound to them, and the step of the result."""

    steps: list[Step] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=dict)
    result: int = -1
    regions: list[Region] = field(default_factory=list)
    branches: list[Branch] = field(default_factory=list)
    passes: list[Pass] = field(default_factory=list)
    memo: dict[Hashable, Any] | None = field(default=None, compare=False, repr=False)
    """What readings that share these steps found out about them; None unless they do, and so never change again."""

    def __getitem__(self, id: int) -> Step:
        return self.steps[id]

    def __len__(self) -> int:
        return len(self.steps)

    def copy(self) -> Graph:
        """A graph that can be appended to without changing this one; the steps themselves are shared."""
        return Graph(
            list(self.steps),
            dict(self.names),
            self.result,
            list(self.regions),
            list(self.branches),
            list(self.passes),
        )

    def uses(self) -> list[list[int]]:
        """For each step the later steps that read it, in order."""
        uses: list[list[int]] = [[] for _ in self.steps]
        for step in self.steps:
            for i in dict.fromkeys(step.inputs):
                uses[i].append(step.id)
        return uses

    def ancestors(self, id: int) -> set[int]:
        """``id`` and every step that it depends on."""
        wanted = {id}
        for step in reversed(self.steps[: id + 1]):
            if step.id in wanted:
                wanted.update(step.inputs)
        return wanted
