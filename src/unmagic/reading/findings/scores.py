"""Where probabilities are read, and what stands there: shares, or the raw scores of a linear layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from unmagic.core.graph import Array, Step

from .case import Case
from .weighted_logs import Weighted, sums_to_one, weighted_logs

PRODUCTS = ("matmul", "matvec", "vecmat", "dot", "einsum")
SHARING = ("softmax", "log_softmax", "sigmoid", "log_sigmoid", "logsumexp", "exp")


class Read(NamedTuple):
    """``log`` reads ``p`` as the probabilities of a loss; ``row`` is the one that adds up worst."""

    log: Step
    p: Step
    row: Array


def weighted(case: Case) -> Iterator[tuple[Weighted, Step, str]]:
    """What is read as a distribution in Σ p log q, and in what: of an entropy p, of a KL both, else q."""
    complements = _complements(case)
    for one in weighted_logs(case):
        y, q = case.source_of(one.weights), case.source_of(one.inside)
        if not one.summed or q.id in complements or y.id in complements or not _floats(case, y, q):
            continue
        if y.id == q.id:
            yield one, y, "the entropy"
        elif q.op.name == "divide" and case.source_of(q.inputs[0]).id == y.id:
            yield one, y, "the divergence"
            yield one, case.source_of(q.inputs[1]), "the divergence"
        elif sums_to_one(case.values[y.id], one.axis) and y.shape == q.shape and _turned(case, one):
            yield one, q, "the cross-entropy"


def amiss(case: Case, one: Weighted, p: Step) -> Array | None:
    """The row of ``p`` that adds up worst, if it does not add up along the axis of the sum."""
    values = np.asarray(case.values[p.id], np.float64)
    if not values.ndim or values.size < 2 or sums_to_one(values, one.axis) or not np.isfinite(values).all():
        return None
    axis = one.axis if one.axis is not None else values.ndim - 1
    return worst_row(values, axis) if axis < values.ndim else None


def picked(case: Case) -> Iterator[Read]:
    """−log p[c] in a loss, picked before or after the log, where p does not add up."""
    for log in case.steps("log", "log2"):
        pick = _pick_before(case, log) or _pick_after(case, log)
        if pick is None:
            continue
        p = case.source_of(pick.inputs[0] if pick.id < log.id else log.inputs[0])
        values = np.asarray(case.values[p.id])
        if case.makes_loss(log.id) is None or values.dtype.kind != "f" or values.ndim not in (1, 2):
            continue
        if not np.isfinite(values).all() or sums_to_one(values, values.ndim - 1) or values.size < 2:
            continue
        if p.op.name == "divide" and case.source_of(p.inputs[1]).op.name == "sum" and (values < 0).any():
            continue  # scores over their sum: said where they are divided
        yield Read(log, p, worst_row(np.asarray(values, np.float64), values.ndim - 1))


def raw(case: Case, step: Step) -> bool:
    """Whether a step is a linear layer's output, bent perhaps, but nowhere made into shares."""
    for _ in range(8):
        if case.idiom_at(step.id, "softmax", "sigmoid", "log_softmax") or step.op.name in SHARING:
            return False
        if step.op.name in PRODUCTS:
            return True
        if step.op.name == "divide" or not step.inputs or not (step.op.elementwise or step.op.name in ("cast",)):
            return False
        arrays = [case.source_of(i) for i in step.inputs if case.source_of(i).op.name != "constant"]
        if not arrays:
            return False
        step = next((a for a in arrays if a.shape == step.shape and not case.is_leaf(a.id)), arrays[0])
    return False


def worst_row(values: Array, axis: int) -> Array:
    rows = np.moveaxis(values, axis, -1).reshape(-1, values.shape[axis])
    return np.asarray(rows[int(np.argmax(np.abs(rows.sum(axis=1) - 1)))])


def _floats(case: Case, *steps: Step) -> bool:
    values = [np.asarray(case.values[step.id]) for step in steps]
    return all(value.ndim and value.dtype.kind in "fiu" and np.isfinite(value).all() for value in values)


def _turned(case: Case, one: Weighted) -> bool:
    """Whether it becomes a loss: its sign is turned. Without that, Σ w log p may be the log of a weighted mean."""
    if case.makes_loss(one.product.id) is not None:
        return True
    id = one.product.id
    for _ in range(4):
        users = [case.graph[u] for u in case.uses[id] if u not in case.backward]
        if any(user.op.name == "negative" for user in users):
            return True
        if len(users) != 1:
            return False
        id = users[0].id
    return False


def _complements(case: Case) -> set[int]:
    """The p of every log(1 − p), and that 1 − p: probabilities of yes and no, each entry a distribution of its own."""
    found: set[int] = set()
    for log in case.steps("log", "log1p", "log2"):
        inner = case.source_of(log.inputs[0])
        if log.op.name == "log1p" and inner.op.name == "negative":
            found |= {inner.id, case.source_of(inner.inputs[0]).id}
        elif inner.op.name == "subtract" and np.all(np.asarray(case.values[inner.inputs[0]]) == 1):
            found |= {inner.id, case.source_of(inner.inputs[1]).id}
        elif inner.op.name == "add" and any(np.all(np.asarray(case.values[i]) >= 1) for i in inner.inputs):
            turned = [case.source_of(i) for i in inner.inputs]
            found |= {case.source_of(t.inputs[0]).id for t in turned if t.op.name == "negative"}
    return found


def _pick_before(case: Case, log: Step) -> Step | None:
    step = case.behind(log.inputs[0])
    return step if step.op.name in ("index", "take_along") and _one_each(case, step) else None


def _pick_after(case: Case, log: Step) -> Step | None:
    for user in case.uses[log.id]:
        step = case.graph[user]
        if user not in case.backward and step.op.name in ("index", "take_along") and _one_each(case, step):
            return step
    return None


def _one_each(case: Case, pick: Step) -> bool:
    """Whether one entry of each row (or of the vector) is picked."""
    return len(pick.shape) < len(case.graph[pick.inputs[0]].shape) and not any(
        isinstance(key, slice) for key in pick.attrs.get("key", ())
    )
