"""What a reading costs: floating-point operations and bytes, counted from shapes."""

from __future__ import annotations

from typing import NamedTuple

from unmagic.core.build import LEAVES
from unmagic.core.graph import Graph


class Cost(NamedTuple):
    """Floating-point operations done, and bytes read and written, if nothing were fused."""

    flops: int
    bytes: int


def step_cost(graph: Graph, id: int) -> Cost:
    """The cost of one step; a leaf costs nothing."""
    step = graph[id]
    if step.op in LEAVES:
        return Cost(0, 0)
    inputs = [graph[i] for i in step.inputs]
    flops = step.op.flops(step.shape, *[i.shape for i in inputs], **step.attrs)
    moved = [step, *inputs]
    return Cost(flops, sum(_size(s.shape) * s.dtype.itemsize for s in moved))


def total_cost(graph: Graph) -> Cost:
    """The cost of all steps."""
    costs = [step_cost(graph, step.id) for step in graph.steps]
    return Cost(sum(c.flops for c in costs), sum(c.bytes for c in costs))


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for n in shape:
        size *= n
    return size
