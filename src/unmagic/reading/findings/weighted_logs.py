"""Where a program adds up p log q: what the p is, what the q is, along which axis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from unmagic.core.graph import Array, Step

from .case import Case

ROOM = 1e-2
"""By how much a distribution may miss 1: people type two decimals."""


class Weighted(NamedTuple):
    """``Σ y log q``: the product, what stands in the log, the weights, and the axis of the sum (None if over all)."""

    product: Step
    log: Step
    weights: int
    inside: int  # the step whose log is taken
    axis: int | None
    summed: bool


def weighted_logs(case: Case) -> Iterator[Weighted]:
    """Every product with a log as a factor, in order; a difference of logs counts twice."""
    for log in case.steps("log", "log2", "log10", "xlogy"):
        if log.op.name == "xlogy":
            yield Weighted(log, log, log.inputs[0], log.inputs[1], *_sum_of(case, log))
            continue
        for product in _products(case, log):
            if product.op.name in ("dot", "multiply"):
                other = [i for i in product.inputs if not _is(case, i, log)]
                if len(other) == 1 and case.graph[other[0]].shape == case.graph[product.inputs[0]].shape:
                    axis = (0, True) if product.op.name == "dot" else _sum_of(case, product)
                    yield Weighted(product, log, other[0], log.inputs[0], *axis)


def _products(case: Case, log: Step) -> Iterator[Step]:
    """Products that read a log as it is, turned in sign, or less another log."""
    todo, seen = [log.id], {log.id}
    while todo and len(seen) < 20:
        for user in case.uses[todo.pop(0)]:
            step = case.graph[user]
            if user in seen or user in case.backward:
                continue
            seen.add(user)
            if step.op.name in ("multiply", "dot"):
                yield step
            elif step.op.name in ("negative", "subtract", "broadcast", "cast", "detach"):
                todo.append(user)


def _is(case: Case, id: int, log: Step) -> bool:
    """Whether a factor is the log, as it is, turned in sign, or less another one."""
    step = case.behind(id)
    while step.id != log.id and step.op.name in ("negative", "subtract"):
        inner = [case.behind(i) for i in step.inputs]
        if log in inner:
            return True
        step = inner[0]
    return step.id == log.id


def _sum_of(case: Case, product: Step) -> tuple[int | None, bool]:
    """The axis along which products are added up, and whether they are at all."""
    todo, seen = [product.id], {product.id}
    while todo and len(seen) < 20:
        for user in case.uses[todo.pop(0)]:
            step = case.graph[user]
            if user in seen or user in case.backward:
                continue
            seen.add(user)
            if step.op.name == "sum":
                axis = step.attrs.get("axis")
                if isinstance(axis, tuple):
                    axis = axis[0] if len(axis) == 1 else None
                again = any(case.graph[u].op.name == "sum" for u in case.uses[user])  # over the whole table, one by one
                return (None if axis is None or again else int(axis) % len(product.shape)), True
            if step.op.name in ("negative", "cast", "detach", "multiply"):
                todo.append(user)
    return None, False


def sums_to_one(p: Array, axis: int | None) -> bool:
    """None negative, and 1 along the axis (along any, or over all, where none is given)."""
    q = np.asarray(p, np.float64)
    if not q.ndim or (axis is not None and axis >= q.ndim) or not np.isfinite(q).all() or (q < 0).any():
        return False
    sums = [q.sum(axis=axis)] if axis is not None else [q.sum(), *(q.sum(axis=k) for k in range(q.ndim))]
    return any(np.allclose(s, 1.0, atol=ROOM) for s in sums)
