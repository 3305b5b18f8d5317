"""Entries over their own sum, x / Σx: the gradient as people write it, (g − Σ g·y) / Σx, with one division less.

After an exponential that division goes too: what is left is the gradient of a softmax, y · (g − Σ g·y).
"""

from __future__ import annotations

from unmagic.core.build import Node
from unmagic.core.graph import Graph, Step
from unmagic.ops.elementwise import Divide


class Share(Divide, abstract=True):
    """A division whose second operand is the sum of the first, copied back: one gradient for both ways."""

    name = "divide"

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, Node]:
        copied = b.step
        whole = Node(b.builder, copied.inputs[0])
        axes = tuple(k for k, n in enumerate(whole.shape) if n == 1)
        mixed = (g * y).sum(axis=axes, keepdims=True) if whole.shape else (g * y).sum()
        return (g - mixed) / b, None  # type: ignore[return-value]


def with_shares(graph: Graph, result: int) -> Graph:
    """The graph with every division by the operand's own sum as a `Share`."""
    found = [step for step in graph.steps[: result + 1] if step.op.name == "divide" and _is_share(graph, step)]
    if not found:
        return graph
    graph = graph.copy()
    for step in found:
        graph.steps[step.id] = Step(step.id, Share, step.inputs, step.attrs, step.shape, step.dtype)
    return graph


def _is_share(graph: Graph, step: Step) -> bool:
    """Whether it is x / Σx along axes, the sum kept as an axis of size 1."""
    copied = graph[step.inputs[1]]
    if copied.op.name != "broadcast" or step.dtype.kind != "f":
        return False
    whole = graph[copied.inputs[0]]
    total = whole
    while total.op.name in ("reshape", "index") and len(total.inputs) == 1:
        total = graph[total.inputs[0]]
    if total.op.name != "sum" or total.inputs[0] != step.inputs[0]:
        return False
    if whole.shape == ():
        return total.shape == ()
    rank, axis = len(step.shape), total.attrs.get("axis")
    axes = range(rank) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    left = tuple(1 if k in {a % rank for a in axes} else n for k, n in enumerate(step.shape))
    return whole.shape == left and 1 not in step.shape  # an axis of size 1 could have come from elsewhere


__all__ = ["Share", "with_shares"]
