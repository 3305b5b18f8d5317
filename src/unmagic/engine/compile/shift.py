"""A maximum taken out of scores before their exponential changes no result: its gradient adds up to 0 and is left out.

Whether that is so is followed through the graph: from ``z − c`` on, each step is moved by a multiple of c (the scores,
a logarithm of their sum), scaled by a power of e to the c (exponentials and sums of those), or free of c again
(shares, differences of two that are moved alike). If all that reads c is free of it before the result, c is detached.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from unmagic.core.build import Node
from unmagic.core.graph import Array, Graph, Step
from unmagic.ops.elementwise import Subtract

Values = Sequence[Array]


class Moved(NamedTuple):
    """How a step depends on c: by which entry of it (``by``, broadcast to the step's shape), and how often."""

    by: np.ndarray[Any, Any]
    times: float
    scaled: bool  # by e to the c, and not moved by c


FREE = None
"""c cancels: nothing that reads this step depends on it."""


class _Bound(Exception):
    """The step depends on c in another way."""


class TakenOut(Subtract, abstract=True):
    """A subtraction whose second operand changes no result: no gradient goes there."""

    name = "subtract"

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, Node]:
        return g, None  # type: ignore[return-value]


def without_shifts(graph: Graph, result: int, values: Values, varies: set[int]) -> Graph:
    """The graph with no gradient through a maximum where it adds up to 0. Steps ``varies`` depend on what is given."""
    taken_out = [
        step
        for step in graph.steps[: result + 1]
        if step.op.name == "subtract" and _is_shift(graph, step) and _cancels(graph, step, result, values, varies)
    ]
    if not taken_out:
        return graph
    graph = graph.copy()
    for step in taken_out:
        graph.steps[step.id] = Step(step.id, TakenOut, step.inputs, step.attrs, step.shape, step.dtype)
    return graph


def _is_shift(graph: Graph, step: Step) -> bool:
    """Whether it is ``z − max(z)``."""
    top = graph[step.inputs[1]]
    while top.op.movement and len(top.inputs) == 1:  # axes put back, copies along them
        top = graph[top.inputs[0]]
    return top.op.name == "max" and top.inputs[0] == step.inputs[0] and step.dtype.kind == "f"


def _cancels(graph: Graph, start: Step, result: int, values: Values, varies: set[int]) -> bool:
    shift = graph[start.inputs[1]]
    while shift.op.name == "broadcast":
        shift = graph[shift.inputs[0]]
    size = int(np.prod(shift.shape, dtype=np.int64))
    by = np.arange(size).reshape((1,) * (len(start.shape) - len(shift.shape)) + shift.shape)
    states: dict[int, Moved] = {start.id: Moved(by, -1.0, False)}
    last = start.id
    for step in graph.steps[start.id + 1 : result + 1]:
        if not any(i in states for i in step.inputs):
            continue
        try:
            state = _next(step, [states.get(i) for i in step.inputs], graph, values, varies)
        except _Bound:
            return False
        if state is not FREE:
            states[step.id] = state
            last = step.id
    return result not in states and last < result


def _next(step: Step, given: list[Moved | None], graph: Graph, values: Values, varies: set[int]) -> Moved | None:
    """How ``step`` depends on c, from how its operands do; raises `_Bound` where it is told by no rule."""
    name, first = step.op.name, given[0]
    if name in ("cast", "detach"):
        return first
    if name == "exp" and first is not None and not first.scaled:
        return first._replace(scaled=True)
    if name == "log" and first is not None and first.scaled:
        return first._replace(scaled=False)
    if name == "negative" and first is not None:
        return first if first.scaled else first._replace(times=-first.times)
    if name in ("add", "subtract", "multiply", "divide"):
        return _met(name, given[0], given[1])
    if name in ("sum", "mean", "logsumexp") and first is not None and first.scaled == (name != "logsumexp"):
        return first._replace(by=_reduced(first.by, step))
    if name in ("softmax", "log_softmax") and first is not None and not first.scaled:
        _reduced(first.by, step)  # of one c along the axis, shares are free
        return FREE
    if step.op.movement and first is not None and all(one is None for one in given[1:]):
        return first._replace(by=_carried(first.by, step, graph, values, varies))
    raise _Bound


def _met(name: str, a: Moved | None, b: Moved | None) -> Moved | None:
    """Two operands of arithmetic, one at least depending on c."""
    scaling = name in ("multiply", "divide")
    for one in (a, b):
        if one is not None and one.scaled != scaling:
            raise _Bound
    sign = -1.0 if name in ("subtract", "divide") else 1.0
    if a is None or b is None:
        if b is not None:
            return b._replace(times=sign * b.times)
        return a
    first, second = np.broadcast_arrays(a.by, b.by)
    if not np.array_equal(first, second):
        raise _Bound
    times = a.times + sign * b.times
    return FREE if times == 0 else a._replace(times=times)


def _reduced(by: np.ndarray[Any, Any], step: Step) -> np.ndarray[Any, Any]:
    """Along the axes taken together there must be one entry of c."""
    axis = step.attrs.get("axis")
    axes = range(by.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if any(by.shape[a] != 1 for a in axes):
        raise _Bound
    if step.attrs.get("keepdims") or step.op.name in ("softmax", "log_softmax"):
        return by
    return by.reshape(tuple(n for a, n in enumerate(by.shape) if a not in {x % by.ndim for x in axes}))


def _carried(
    by: np.ndarray[Any, Any], step: Step, graph: Graph, values: Values, varies: set[int]
) -> np.ndarray[Any, Any]:
    """Entries moved: c's entries go with them. Where to may not depend on numbers that can differ the next time."""
    if step.op.name == "broadcast":
        return by.reshape((1,) * (len(step.shape) - by.ndim) + by.shape)
    if step.op.name == "transpose":
        return by.transpose(step.attrs["axes"])
    whole = np.broadcast_to(by, graph[step.inputs[0]].shape)
    found = []
    for end in (0, -1):  # the first and the last entry: equal only if all along the axis are
        at = [np.full_like(values[i], end) if i in varies else values[i] for i in step.inputs[1:]]
        if any(i in varies and values[i].dtype == bool for i in step.inputs[1:]):
            raise _Bound
        found.append(step.op.forward(np, whole, *at, **step.attrs))
    if not np.array_equal(*found):
        raise _Bound
    return np.asarray(found[0])


__all__ = ["without_shifts"]
