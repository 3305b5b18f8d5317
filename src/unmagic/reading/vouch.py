"""A Reading vouches for itself: its graph replayed, its gradient against a difference in numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from unmagic.core.build import Input
from unmagic.core.errors import UnmagicError
from unmagic.core.graph import Array, Graph
from unmagic.engine.evaluate import evaluate, rebuild

STEP = 2.0**-13
"""Relative step of the fourth-order central difference: its error and float64's rounding meet near here."""


class Verdict(NamedTuple):
    """What vouching found. ``gap`` is relative: the difference over the larger of the two directional derivatives."""

    replayed: bool  # every step, computed again, gave the same bits
    differing: int | None = None  # the first step that did not
    gap: float | None = None  # None: there is no gradient, or it is not finite
    kink: bool = False  # a difference could not be taken: a branch or a kink lies within the step


def replay(graph: Graph, values: Sequence[Array]) -> int | None:
    """The first step whose value, computed again from the inputs, differs from ``values``; None if all agree."""
    inputs = {step.id: values[step.id] for step in graph.steps if step.op is Input}
    for step, again in zip(graph.steps, evaluate(graph, inputs), strict=True):
        before = values[step.id]
        if before is not again and not _same(before, again):
            return step.id
    return None


def _same(a: Array, b: Array) -> bool:
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def scattered(shape: tuple[int, ...], seed: int) -> Array:
    """Numbers spread over (−1, 1), the same for the same seed (SplitMix64; Steele, Lea and Flood 2014).

    NumPy's own generators would do, but importing them costs a cold start more than all else that vouching does.
    """
    size = int(np.prod(shape, dtype=np.int64))
    with np.errstate(over="ignore"):
        state = (np.arange(1, size + 1, dtype=np.uint64) + np.uint64(seed * 1_000_003)) * np.uint64(0x9E3779B97F4A7C15)
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        state ^= state >> np.uint64(31)
    return ((state >> np.uint64(11)) / 2.0**52 - 1.0).reshape(shape)


@np.errstate(all="ignore")  # where inputs are inf or nan there is nothing to compare, and that is no news
def directional_gap(
    graph: Graph, values: Sequence[Array], output: int, gradients: Mapping[int, Array], seed: int = 0
) -> float | None:
    """How far the gradient and a central difference part along one random direction of all inputs together.

    Both are taken in float64, whatever the program's dtype. None where one of them is not finite.
    """
    wide = np.dtype(np.float64)
    inputs = {
        step.id: np.asarray(values[step.id], wide) if values[step.id].dtype.kind == "f" else values[step.id]
        for step in graph.steps
        if step.op is Input
    }
    moved = [id for id in gradients if id in inputs and inputs[id].dtype.kind == "f"]
    if not moved:
        return None
    direction = {id: scattered(np.shape(inputs[id]), seed + id) for id in moved}
    size = math.sqrt(sum(float(np.sum(d * d)) for d in direction.values()))
    scale = max([1.0, *(float(np.max(np.abs(inputs[id]), initial=0.0)) for id in moved)])
    h = STEP * scale / size

    def along(t: float) -> float:
        there = {id: inputs[id] + t * direction[id] if id in direction else value for id, value in inputs.items()}
        return float(rebuild(graph, there, dtype=wide).values[output])

    try:
        difference = (8 * (along(h) - along(-h)) - (along(2 * h) - along(-2 * h))) / (12 * h)
    except UnmagicError:
        return None
    slope = sum(float(np.sum(np.asarray(gradients[id], wide) * direction[id])) for id in moved)
    if not (math.isfinite(difference) and math.isfinite(slope)):
        return None
    largest = max(abs(difference), abs(slope))
    return abs(difference - slope) / largest if largest > 0 else 0.0
