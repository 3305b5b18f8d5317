"""Graph to values, one step after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from unmagic.core.build import Builder, Constant, Input, Node
from unmagic.core.errors import BadValue
from unmagic.core.graph import Array, DType, Graph, Step
from unmagic.core.limits import DEFAULT, Limits
from unmagic.ops.indexing import Ref


class OtherSteps(BadValue):
    """The steps were made by numbers that are others now: a branch, a loop count, how many entries a mask picks."""


def evaluate(graph: Graph, inputs: Mapping[int, Array], known: Sequence[Array] = ()) -> list[Array]:
    """The value of every step, given the values of the input steps.

    ``known`` are values of the first steps, taken as they are: a gradient's graph goes on after its forward graph.
    Floating-point warnings are silent: what they would say, the findings say with place and operands. Raises
    `OtherSteps` where a mask picks another number of entries than the steps were made for.
    """
    values = list(known)
    with np.errstate(all="ignore"):
        for step in graph.steps[len(values) :]:
            if step.op is Input:
                values.append(inputs[step.id])
            elif step.op is Constant:
                values.append(step.attrs["value"])
            else:
                operands = [values[i] for i in step.inputs]
                _same_count(step, operands)
                values.append(step.op.forward(np, *operands, **step.attrs))
    return values


def _same_count(step: Step, operands: Sequence[Array]) -> None:
    count = step.attrs.get("count")
    if count is None:
        return
    by = sum(isinstance(part, Ref) for part in step.attrs["key"])
    for mask in operands[len(operands) - by :]:
        if mask.dtype.kind == "b" and mask.ndim and (now := np.count_nonzero(mask)) != count:
            raise OtherSteps(f"this mask picks {now} entries now, and picked {count}", span=step.span)


def rebuild(graph: Graph, inputs: Mapping[int, Array], dtype: DType | None = None, limits: Limits = DEFAULT) -> Builder:
    """The same steps on other inputs, with shapes and dtypes worked out anew; numbers keep their place in the list.

    With ``dtype`` every floating constant takes it too: the program as it would run at that precision. Casts in the
    graph to another floating dtype follow suit.
    """
    builder = Builder(values=[], limits=limits)
    with np.errstate(all="ignore"):
        for step in graph.steps:
            builder.span, builder.implicit = step.span, step.implicit
            if step.op is Input:
                node = builder.input(step.name or f"#{step.id}", inputs[step.id])
            elif step.op is Constant:
                value = step.attrs["value"]
                to = dtype if dtype is not None and value.dtype.kind == "f" else value.dtype
                node = builder.leaf(value.astype(to))
            else:
                attrs = step.attrs
                if dtype is not None and step.op.name == "cast" and attrs["to"].kind == "f":
                    attrs = {"to": dtype}
                _same_count(step, [builder.values[i] for i in step.inputs])
                node = builder.step(step.op, [Node(builder, i) for i in step.inputs], **attrs)
            node.step.name, node.step.note = step.name, step.note
    builder.graph.names = dict(graph.names)
    builder.graph.result = graph.result
    builder.graph.regions = list(graph.regions)
    builder.graph.branches = list(graph.branches)
    builder.graph.passes = list(graph.passes)
    return builder
