"""Graph to Graph: the chain rule from right to left over the list of steps (reverse-mode differentiation)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from unmagic.core.build import Builder, Node
from unmagic.core.errors import UnmagicError
from unmagic.core.graph import DType, Pass, Step

ADDED_UP = "added up, because it is used {times} times"


def differentiate(builder: Builder, output: Node, wrt: Sequence[Node], seed: Node | None = None) -> list[Node]:
    """The gradient of ``output`` with respect to each of ``wrt``, as steps appended to the builder's graph.

    ``seed`` is the cotangent of ``output`` and has its shape; without it ``output`` must be a scalar and the seed is 1.
    What ``output`` does not depend on gets zeros. The steps are ordinary ones: they can be read, worked and
    differentiated again.
    """
    start = len(builder.graph)
    cotangents = all_cotangents(builder, output, wrt, seed)
    found = [cotangents[node.id] if node.id in cotangents else zeros_like(builder, node) for node in wrt]
    builder.graph.passes.append(Pass(output.id, start, len(builder.graph)))
    return found


def all_cotangents(builder: Builder, output: Node, wrt: Sequence[Node], seed: Node | None = None) -> dict[int, Node]:
    """The cotangent of every step that lies between ``wrt`` and ``output``, by step number."""
    if seed is None:
        if output.shape != ():
            raise UnmagicError(
                "a gradient needs one number to start from",
                notes=(f"what is derived has shape {'×'.join(map(str, output.shape))}",),
                hint="sum it, take one entry of it, or name the scalar that is meant",
            )
        seed = builder.constant(1.0, _real(output))
    before, builder.simplify = builder.simplify, True
    try:
        return _backwards(builder, output, [node.id for node in wrt], seed)
    finally:
        builder.simplify = before


def _backwards(builder: Builder, output: Node, wrt: Sequence[int], seed: Node) -> dict[int, Node]:
    steps = builder.graph.steps
    there = between(steps, output.id, wrt)
    waiting: dict[int, list[Node]] = {output.id: [seed]}
    total: dict[int, Node] = {}
    for id in range(output.id, min(there, default=output.id) - 1, -1):
        parts = waiting.pop(id, None)
        if parts is None or id not in there:
            continue
        step = steps[id]
        with builder.at(step.span):
            g = parts[0]
            for part in parts[1:]:
                g = g + part
            if len(parts) > 1:
                g.step.note = ADDED_UP.format(times=len(parts))
            total[id] = g
            if not any(i in there for i in step.inputs):
                continue
            # a rule may leave out what nobody asks for only by None; the steps of unwanted operands are dropped below
            inputs = [Node(builder, i) for i in step.inputs]
            parts_of_inputs = step.op.vjp(g, Node(builder, id), *inputs, **step.attrs)
            if len(parts_of_inputs) != len(inputs):
                raise AssertionError(
                    f"vjp of {step.op.name} gives {len(parts_of_inputs)} parts for {len(inputs)} operands"
                )
            for i, node, part in zip(step.inputs, inputs, parts_of_inputs, strict=True):
                if part is None or i not in there:
                    continue
                if part.shape != node.shape:
                    raise AssertionError(f"vjp of {step.op.name}: cotangent {part.shape} for an operand {node.shape}")
                waiting.setdefault(i, []).append(builder.cast(part, node.dtype))
    return total


def zeros_like(builder: Builder, node: Node) -> Node:
    """Zeros of a node's shape, in the dtype that its gradient would have."""
    return builder.broadcast(builder.constant(0.0, _real(node)), node.shape)


def _real(node: Node) -> DType:
    return node.dtype if node.dtype.kind in "fc" else np.dtype(np.float64)


def between(steps: Sequence[Step], output: int, wrt: Sequence[int]) -> set[int]:
    """Steps that depend on one of ``wrt`` through differentiable ops in floating point, and that ``output`` needs."""
    moves = reached(steps, wrt, output)
    first = min(moves, default=output)
    needed = {output}
    for id in range(output, first - 1, -1):
        if id in needed:
            needed.update(steps[id].inputs)
    return moves & needed


def reached(steps: Sequence[Step], wrt: Sequence[int], last: int | None = None) -> set[int]:
    """Steps up to ``last`` that depend on one of ``wrt`` through differentiable ops in floating point."""
    last = len(steps) - 1 if last is None else last
    found = {i for i in wrt if i <= last}
    for id in range(min(found, default=last), last + 1):  # a training loop derives each round anew: only its own steps
        step = steps[id]
        smooth = step.op.differentiable and step.dtype.kind in "fc"
        if smooth and id not in found and any(i in found for i in step.inputs):
            found.add(id)
    return found
