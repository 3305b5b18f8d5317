"""The numbers that a program was handed: which stand for reals, and the same steps on others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

import numpy as np

from unmagic.core.build import Input
from unmagic.core.errors import BadValue
from unmagic.core.graph import Array, Graph
from unmagic.core.limits import Limits
from unmagic.core.program import Program
from unmagic.engine.evaluate import evaluate, rebuild

PICKING = ("index", "one_hot", "embedding", "take_along", "set_index", "scatter", "add_at")


def inputs_of(graph: Graph) -> dict[str, int]:
    """The steps that were handed in, by name."""
    return {step.name: step.id for step in graph.steps if step.op is Input and step.name is not None}


def stands_for_reals(graph: Graph, id: int) -> bool:
    """Whether whole numbers are used as numbers, not only to pick entries or count."""
    return any(
        graph[user].op.differentiable and not (graph[user].op.name in PICKING and graph[user].inputs[0] != id)
        for user in graph.uses()[id]
    )


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
    """The same steps on numbers of the same shapes and dtypes. Raises `BadValue` where one differs."""
    inputs = {}
    for name, id in inputs_of(program.graph).items():
        was = program.values[id]
        now = given.get(name, was)
        if np.shape(now) != was.shape or np.asarray(now).dtype != was.dtype:
            raise BadValue(f"{name} is {was.dtype} of shape {was.shape} in these steps")
        inputs[id] = np.asarray(now)[()]
    made = copy(program)
    made.values = evaluate(program.graph, inputs)
    return made
