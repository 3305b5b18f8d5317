"""The backward pass of a Reading: its gradient as more steps of the same Graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from unmagic.core.build import Builder, Input, Node
from unmagic.core.errors import Unbound, UnmagicError
from unmagic.core.graph import Array, Graph, Step
from unmagic.core.limits import Limits
from unmagic.core.watched import unchanged
from unmagic.engine.differentiate import all_cotangents, zeros_like
from unmagic.engine.evaluate import evaluate

MOST_CHAINS = 8
"""Gradients of one graph that are kept."""


class Backward(NamedTuple):
    """A graph that goes on after its forward steps: ``cotangents`` maps a forward step to its gradient step."""

    graph: Graph
    values: list[Array]
    forward: int  # how many of the steps are forward ones
    of: int  # the step that was derived
    wrt: tuple[int, ...]
    cotangents: dict[int, int]


class Chain(NamedTuple):
    """A gradient's steps, and the values that decided something on the way."""

    backward: Backward  # without values
    seen: Mapping[int, Array]

    def again(self, values: Sequence[Array]) -> Backward | None:
        """The same steps on other numbers; None where those would have made other ones."""
        try:
            every = evaluate(self.backward.graph, {}, values)
        except Exception:  # whatever it is, walking afresh says it with its place
            return None
        return self.backward._replace(values=every) if unchanged(self.seen, every) else None


def backward(graph: Graph, values: Sequence[Array], of: int, wrt: Sequence[int], limits: Limits) -> Backward:
    """The gradient of the scalar step ``of`` with respect to the steps ``wrt``, and to all that lies between.

    Where readings share their graph the chain rule is walked once, and its steps are computed on each one's numbers.
    """
    if graph.memo is None:
        return _walked(graph, values, of, wrt, limits)[0]
    chains: dict[Any, Chain] = graph.memo.setdefault("backward", {})
    key = of, tuple(wrt), limits
    again = chains[key].again(values) if key in chains else None
    if again is not None:
        return again
    found, seen = _walked(graph, values, of, wrt, limits)
    if seen is not None and len(chains) < MOST_CHAINS:
        found.graph.memo = {}
        chains[key] = Chain(found._replace(values=[]), seen)
    return found


def _walked(
    graph: Graph, values: Sequence[Array], of: int, wrt: Sequence[int], limits: Limits
) -> tuple[Backward, dict[int, Array] | None]:
    together = graph.copy()
    builder = Builder(together, values=list(values), limits=limits)
    builder.seen = {}
    with np.errstate(all="ignore"):
        nodes = all_cotangents(builder, Node(builder, of), [Node(builder, i) for i in wrt])
        for i in wrt:
            if i not in nodes:
                nodes[i] = zeros_like(builder, Node(builder, i))
    top = result_name(graph, of)
    for id, node in nodes.items():
        name, step = graph[id].name, node.step
        if name and id != of and step.name is None and step.id >= len(graph):
            step.name = f"∂{top}/∂{name}"
    for i in wrt:
        if (name := graph[i].name) is not None:
            together.names[f"∂{top}/∂{name}"] = nodes[i].id
    if wrt:
        together.result = nodes[wrt[0]].id
    cotangents = {id: node.id for id, node in nodes.items()}
    return Backward(together, builder.values, len(graph), of, tuple(wrt), cotangents), builder.seen


def result_name(graph: Graph, of: int) -> str:
    """What the derived step is called."""
    return graph[of].name or next((name for name, id in graph.names.items() if id == of), "result")


def differentiable_inputs(graph: Graph, of: int) -> list[int]:
    """The inputs in floating point, or in whole numbers that stand for reals, on which ``of`` depends."""
    needed = graph.ancestors(of)
    return [step.id for step in graph.steps if step.id in needed and step.op is Input and step.dtype.kind in "fc"]


def named_step(graph: Graph, name: str) -> Step:
    """The step that a name stands for now; raises `Unbound` with the names there are."""
    if name not in graph.names:
        known = ", ".join(graph.names) or "none"
        raise Unbound(f"no {name} in this reading", notes=(f"its names: {known}",))
    return graph[graph.names[name]]


def need_scalar(graph: Graph, of: int) -> None:
    """Raise if what is to be derived is not one number."""
    shape = graph[of].shape
    if shape != ():
        raise UnmagicError(
            f"the gradient of {result_name(graph, of)} needs one number to start from",
            notes=(f"its shape is {'×'.join(map(str, shape))}",),
            hint="sum it or take one entry of it first",
        )
