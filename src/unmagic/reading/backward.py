"""The backward pass of a Reading: its gradient as more steps of the same Graph."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from unmagic.core.build import Builder, Input, Node
from unmagic.core.errors import Unbound, UnmagicError
from unmagic.core.graph import Array, Graph, Step
from unmagic.core.limits import Limits
from unmagic.engine.differentiate import all_cotangents, zeros_like


class Backward(NamedTuple):
    """A graph that goes on after its forward steps: ``cotangents`` maps a forward step to its gradient step."""

    graph: Graph
    values: list[Array]
    forward: int  # how many of the steps are forward ones
    of: int  # the step that was derived
    wrt: tuple[int, ...]
    cotangents: dict[int, int]


def backward(graph: Graph, values: Sequence[Array], of: int, wrt: Sequence[int], limits: Limits) -> Backward:
    """The gradient of the scalar step ``of`` with respect to the steps ``wrt``, and to all that lies between."""
    together = graph.copy()
    builder = Builder(together, values=list(values), limits=limits)
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
    return Backward(together, builder.values, len(graph), of, tuple(wrt), {id: node.id for id, node in nodes.items()})


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
