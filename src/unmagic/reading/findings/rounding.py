"""Whether a gradient is 0 but for rounding: its terms, without their signs, add up to far more."""

from __future__ import annotations

import numpy as np

from unmagic.core.graph import Array
from unmagic.reading.backward import Backward

ROUNDING = 1e4
"""In units of the last place: a sum this much smaller than its terms is what rounding left of 0."""

ADDING = frozenset({"add", "subtract"})
LINEAR = frozenset({
    "broadcast", "cast", "detach", "divide", "dot", "matmul", "matvec", "mean", "multiply", "negative", "reshape",
    "sum", "transpose", "vecmat",
})  # fmt: skip
"""Ops that give the size of their terms when they are handed sizes."""


def is_rounding(made: Backward, of: int) -> bool:
    """Whether the gradient with respect to a step points anywhere."""
    id = made.cotangents[of]
    value = np.asarray(made.values[id])
    if value.dtype.kind != "f":
        return False
    with np.errstate(all="ignore"):
        return bool(np.all(np.abs(value) <= ROUNDING * np.finfo(value.dtype).eps * _size(made, id)))


def _size(made: Backward, target: int) -> Array:
    """What a step of the backward pass would come to if no term took anything away from another."""
    wanted = {target}
    for id in range(target, made.forward - 1, -1):
        if id in wanted:
            wanted.update(i for i in made.graph[id].inputs if i >= made.forward)
    sizes: dict[int, Array] = {}
    for id in sorted(wanted):
        step = made.graph[id]
        inputs = [sizes.get(i, np.abs(made.values[i])) for i in step.inputs]
        if step.op.name in ADDING:
            sizes[id] = np.add(*inputs)
        elif step.op.name in LINEAR and inputs:
            if step.op.name == "divide":
                inputs[1] = np.abs(made.values[step.inputs[1]])
            sizes[id] = np.abs(step.op.forward(np, *inputs, **step.attrs))
        else:
            sizes[id] = np.abs(made.values[id])
    return sizes[target]
