"""The numbers that a program was handed: which stand for reals, and the same steps on others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

import numpy as np

from unmagic.core.build import Constant, Input
from unmagic.core.errors import BadValue
from unmagic.core.graph import Array, Graph
from unmagic.core.limits import Limits
from unmagic.core.program import Program
from unmagic.core.watched import same
from unmagic.engine.evaluate import OtherSteps, evaluate, rebuild

PLACES = {"index": 1, "one_hot": 0, "embedding": 1, "take_along": 1, "set_index": 2, "scatter": 1, "add_at": 2}
"""Ops that pick entries, and the first of their inputs that say which."""


def inputs_of(graph: Graph) -> dict[str, int]:
    """The steps that were handed in, by name."""
    return {step.name: step.id for step in graph.steps if step.op is Input and step.name is not None}


def stands_for_reals(graph: Graph, id: int) -> bool:
    """Whether whole numbers are used as numbers, and never to pick entries."""
    return any(graph[user].op.differentiable for user in graph.uses()[id]) and not picks(graph, id)


def picks(graph: Graph, id: int) -> bool:
    """Whether a whole input says which entries are picked, by itself or through others (``s[y + 1]``)."""
    if graph[id].dtype.kind == "f":  # an order of reals has no slope, but the entries that it picks have
        return False
    uses, todo, seen = graph.uses(), [id], {id}
    while todo:
        i = todo.pop()
        for step in (graph[user] for user in uses[i]):
            if i in step.inputs[PLACES.get(step.op.name, len(step.inputs)) :]:
                return True
            if step.id not in seen and (step.dtype.kind in "iu" or (step.op.movement and step.dtype.kind == "b")):
                seen.add(step.id)
                todo.append(step.id)
    return False


def counts(program: Program, id: int, of: int) -> bool:
    """Whether ``of`` depends on an input where a number counts: it picks entries, or it made steps (a range)."""
    return picks(program.graph, id) or any(one.between(program.graph, id, of) for one in program.fixed)


def whole_reals(graph: Graph) -> list[str]:
    """Inputs of whole numbers that stand for reals."""
    return [
        name for name, id in inputs_of(graph).items() if graph[id].dtype.kind in "iu" and stands_for_reals(graph, id)
    ]


def in_reals(program: Program, names: Sequence[str], limits: Limits) -> Program:
    """The same steps with some whole inputs as float64."""
    inputs = {
        id: np.asarray(program.values[id], np.float64)[()] if name in names else program.values[id]
        for name, id in inputs_of(program.graph).items()
    }
    return _rebuilt(program, inputs, None, limits)


def in_dtype(program: Program, dtype: np.dtype[Any], limits: Limits) -> Program:
    """The same steps with all real inputs in another dtype."""
    if dtype.kind != "f":
        raise BadValue(f"no reading in {dtype}", hint="float16, float32 or float64")
    values = program.values
    with np.errstate(all="ignore"):
        inputs = {
            id: values[id].astype(dtype) if values[id].dtype.kind == "f" else values[id]
            for id in inputs_of(program.graph).values()
        }
    return _rebuilt(program, inputs, dtype, limits)


def _rebuilt(program: Program, inputs: Mapping[int, Array], dtype: np.dtype[Any] | None, limits: Limits) -> Program:
    builder = rebuild(program.graph, inputs, dtype, limits)
    made = copy(program)
    made.graph, made.values = builder.graph, builder.values
    return made


def on_other_numbers(program: Program, given: Mapping[str, Any]) -> Program:
    """The same steps on numbers of the same shapes and dtypes. Raises `BadValue` where one differs, `OtherSteps` where
    these numbers would have made other steps.
    """
    inputs = {}
    for name, id in inputs_of(program.graph).items():
        was = program.values[id]
        now = given.get(name, was)
        if np.shape(now) != was.shape or np.asarray(now).dtype != was.dtype:
            raise BadValue(f"{name} is {was.dtype} of shape {was.shape} in these steps")
        inputs[id] = np.asarray(now)[()]
    made = copy(program)
    made.values = evaluate(program.graph, inputs)
    for branch in program.graph.branches:
        if bool(made.values[branch.step]) != branch.taken:
            raise OtherSteps("this branch goes the other way now", span=branch.span)
    for id in _looked_at(program):
        if not same(program.values[id], made.values[id]):
            raise OtherSteps("this number made the steps, and is another now", span=program.graph[id].span)
    return made


def _looked_at(program: Program) -> list[int]:
    """Steps whose numbers may have made the steps: in a program any lone whole number may end a slice or a loop."""
    lone = [
        step.id
        for step in program.graph.steps
        if step.shape == () and step.dtype.kind in "biu" and step.op is not Constant
    ]
    return [*program.read_out, *(lone if program.language == "python" else [])]
