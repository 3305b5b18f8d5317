"""Raw scores (logits) where probabilities are read."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding
from unmagic.core.graph import Array, Step

from .case import Case
from .evidence import total
from .scores import amiss, picked, raw, weighted
from .weighted_logs import sums_to_one

MOST = 12


def rule(case: Case) -> Iterator[Finding]:
    """Logs of what a linear layer gives, weighted or picked; the pick itself as a loss; logs of negative scores."""
    for one, p, what in weighted(case):
        row = amiss(case, one, p) if what == "the cross-entropy" else None
        if row is not None and (np.asarray(case.values[p.id]) > 1).any() and raw(case, p):
            yield from _found(case, one.log, p, row)
    for read in picked(case):
        if raw(case, read.p):
            yield from _found(case, read.log, read.p, read.row)
    yield from _picked_scores(case)
    yield from _negative(case)


def _found(case: Case, at: Step, p: Step, row: Array) -> Iterator[Finding]:
    if not case.once("logits-as-probabilities", at):
        return
    name = case.called(p.id)
    yield Finding(
        code="logits-as-probabilities",
        title=f"{name} holds scores, not probabilities",
        steps=(at.id, p.id),
        span=at.span,
        where=f"the scores of one example add up to {shown(row.sum())}",
        evidence=total(row, "sum"),
        meaning=(
            "What a linear layer gives are scores: they may be negative, pass 1 and add up to anything. "
            "Softmax makes shares of them, and the loss is −log of the share that the right class gets."
        ),
        mend=(f"- -log({name}[c])", f"+ -log(softmax({name})[c])    # in code: logsumexp({name}) - {name}[c]"),
    )


def _picked_scores(case: Case) -> Iterator[Finding]:
    """−z[c]: no log anywhere, and no logsumexp that would make up for it."""
    for pick in case.steps("index", "take_along"):
        if len(pick.inputs) < 2 or len(pick.shape) >= len(case.graph[pick.inputs[0]].shape):
            continue
        z = case.behind(pick.inputs[0])
        loss = _plainly(case, pick) if case.once("picked", pick) else None
        if loss is None or z.dtype.kind != "f" or not raw(case, z) or len(z.shape) not in (1, 2):
            continue
        values = np.asarray(case.values[z.id], np.float64)
        if not np.isfinite(values).all() or (values.max() < 50 and sums_to_one(np.exp(values), values.ndim - 1)):
            continue
        readers = {u for u in case.uses[z.id] if u not in case.backward and u in case.graph.ancestors(loss)}
        if not readers <= {pick.id}:
            continue
        row = values.reshape(-1, values.shape[-1])[0]
        yield from _found(case, case.graph[loss], z, row)


def _plainly(case: Case, pick: Step) -> int | None:
    """The loss that is minus the picked scores, averaged or added up, and nothing else."""
    id, turned = pick.id, False
    for _ in range(6):
        if id in case.losses and turned:
            return id
        users = [u for u in case.uses[id] if u not in case.backward]
        if len(users) != 1:
            return None
        step = case.graph[users[0]]
        if step.op.name not in ("negative", "mean", "sum", "cast", "detach", "reshape"):
            return None
        turned |= step.op.name == "negative"
        id = step.id
    return None


def _negative(case: Case) -> Iterator[Finding]:
    """The log of a score below 0 on its way to a loss."""
    for log in case.steps("log", "log2"):
        z = case.source_of(log.inputs[0], "index", "take_along")
        values = np.asarray(case.values[z.id], np.float64)
        if z.op.name == "subtract" and np.all(np.asarray(case.values[z.inputs[0]]) == 1):
            z = case.source_of(z.inputs[1])
        if not (np.asarray(case.values[log.inputs[0]]) < 0).any() or not np.isfinite(values).all():
            continue
        if raw(case, z) and case.makes_loss(log.id) is not None:
            yield from _found(case, log, z, np.ravel(np.asarray(case.values[z.id], np.float64))[:MOST])
