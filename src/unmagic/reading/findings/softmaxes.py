"""Every softmax of a program, however it is spelled: its shares, its scores, its axis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from unmagic.core.graph import Step

from .case import Case


class Softmax(NamedTuple):
    """``root`` holds the shares (or their logs), ``scores`` what they are made of."""

    root: Step
    scores: int
    axis: int
    log: bool = False


def softmaxes(case: Case) -> Iterator[Softmax]:
    """In order of the steps: calls, idioms, and exponentials over their own sum."""
    seen: set[int] = set()
    for one in sorted([*_calls(case), *_idioms(case), *_quotients(case)], key=lambda one: one.root.id):
        if one.root.id not in seen and one.root.shape and one.root.id not in case.backward:
            seen.add(one.root.id)
            yield one


def _calls(case: Case) -> Iterator[Softmax]:
    for step in case.steps("softmax", "log_softmax"):
        axis = step.attrs["axis"]
        if isinstance(axis, int) and step.shape:
            yield Softmax(step, step.inputs[0], axis % len(step.shape), step.op.name == "log_softmax")


def _idioms(case: Case) -> Iterator[Softmax]:
    for match in case.idioms("softmax", "log_softmax"):
        axis, step = match.attrs.get("axis"), case.graph[match.root]
        axis = axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis
        if "z" in match.roles and isinstance(axis, int) and step.shape:
            yield Softmax(step, match.roles["z"], axis % len(step.shape), match.name == "log_softmax")


def _quotients(case: Case) -> Iterator[Softmax]:
    """exp(z) / Σ exp(z), with or without the maximum taken out, also where values are no longer finite."""
    for step in case.steps("divide"):
        top, bottom = case.behind(step.inputs[0]), case.source_of(step.inputs[1])
        if top.op.name != "exp" or bottom.op.name != "sum" or not step.shape:
            continue
        again, axis = case.source_of(bottom.inputs[0]), bottom.attrs.get("axis")
        if again.op.name != "exp" or not _same(case, top, again):
            continue
        axis = axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis
        if axis is None and len(step.shape) == 1:
            axis = 0
        if isinstance(axis, int):
            scores = case.behind(top.inputs[0])
            stable = scores.op.name == "subtract" and case.source_of(scores.inputs[1]).op.name == "max"
            yield Softmax(step, scores.inputs[0] if stable else scores.id, axis % len(step.shape))


def _same(case: Case, a: Step, b: Step) -> bool:
    x, y = case.values[a.id], case.values[b.id]
    return a.id == b.id or (np.shape(x) == np.shape(y) and bool(np.array_equal(x, y, equal_nan=True)))
