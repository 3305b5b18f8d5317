"""Numbers fed to an entropy, KL or cross-entropy that do not add up to 1; scores fed to it as probabilities."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding
from unmagic.core.graph import Array, Index, Step

from .case import Case, first_entry
from .evidence import total
from .names import words
from .weighted_logs import Weighted, sums_to_one, weighted_logs

PRODUCTS = ("matmul", "matvec", "vecmat", "dot", "einsum")
SHARING = ("softmax", "log_softmax", "sigmoid", "log_sigmoid", "logsumexp", "exp")


def rule(case: Case) -> Iterator[Finding]:
    yield from _weighted(case)
    yield from _picked(case)
    yield from _picked_scores(case)
    yield from _negative(case)


def _weighted(case: Case) -> Iterator[Finding]:
    """Σ p log q: in an entropy q is p, in a KL a quotient with p on top, else p is what was true."""
    complements = _complements(case)
    for one in weighted_logs(case):
        y, q = case.source_of(one.weights), case.source_of(one.inside)
        if not one.summed or q.id in complements or y.id in complements or not _floats(case, y, q):
            continue
        if y.id == q.id:
            yield from _checked(case, one, y, "the entropy")
        elif q.op.name == "divide" and case.source_of(q.inputs[0]).id == y.id:
            yield from _checked(case, one, y, "the divergence")
            yield from _checked(case, one, case.source_of(q.inputs[1]), "the divergence")
        elif sums_to_one(case.values[y.id], one.axis) and y.shape == q.shape and _turned(case, one):
            yield from _checked(case, one, q, "the cross-entropy")


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


def _floats(case: Case, *steps: Step) -> bool:
    values = [np.asarray(case.values[step.id]) for step in steps]
    return all(value.ndim and value.dtype.kind in "fiu" and np.isfinite(value).all() for value in values)


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


def _checked(case: Case, one: Weighted, p: Step, what: str) -> Iterator[Finding]:
    values = np.asarray(case.values[p.id], np.float64)
    if not values.ndim or values.size < 2 or sums_to_one(values, one.axis) or not np.isfinite(values).all():
        return
    axis = one.axis if one.axis is not None else values.ndim - 1
    if axis >= values.ndim:
        return
    row = _worst_row(values, axis)
    scores = what == "the cross-entropy" and (values > 1).any() and _raw(case, p)
    yield from (_scores if scores else _plain)(case, one.log if scores else one.product, p, row, what)


def _plain(case: Case, at: Step, p: Step, row: Array, what: str) -> Iterator[Finding]:
    if not case.once("not-a-distribution", at):
        return
    name = case.called(p.id)
    yield Finding(
        code="not-a-distribution",
        title=f"{name} is no distribution: it adds up to {shown(row.sum())}",
        steps=(at.id, p.id),
        span=at.span,
        where=f"{name} adds up to {shown(row.sum())}",
        evidence=total(row, "sum"),
        meaning=(
            f"{what[0].upper()}{what[1:]} weighs surprises by probabilities, and these do not add up to 1. "
            "The number that comes out has no bound below and can't be compared with any other."
        ),
        mend=(f"- {name}", f"+ {name} / {name}.sum()    # or softmax, if they are scores"),
    )


def _scores(case: Case, at: Step, p: Step, row: Array, what: str) -> Iterator[Finding]:
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
        mend=(f"- −log({name})[c]", f"+ −log(softmax({name}))[c]    # in code: logsumexp(z) − z[c]"),
    )


def _picked(case: Case) -> Iterator[Finding]:
    """−log p[c]: the entry of the right class is picked, before or after the log."""
    for log in case.steps("log", "log2"):
        pick = _pick_before(case, log) or _pick_after(case, log)
        if pick is None:
            continue
        p = case.source_of(pick.inputs[0] if pick.id < log.id else log.inputs[0])
        values = np.asarray(case.values[p.id])
        named = any(word.startswith(("p", "prob")) for word in words(case.name(p.id)))
        if case.makes_loss(log.id) is None or values.dtype.kind != "f" or values.ndim not in (1, 2):
            continue
        if not np.isfinite(values).all() or sums_to_one(values, values.ndim - 1) or values.size < 2:
            continue
        if p.op.name == "divide" and case.source_of(p.inputs[1]).op.name == "sum" and (values < 0).any():
            continue  # shares of scores: said there
        row = _worst_row(np.asarray(values, np.float64), values.ndim - 1)
        if _raw(case, p):
            yield from _scores(case, log, p, row, "")
        elif named and values.shape[-1] > 1 and not _two_ways(case, p):
            yield from _plain(case, log, p, row, "the cross-entropy")


def _picked_scores(case: Case) -> Iterator[Finding]:
    """−z[c]: no log anywhere, and no logsumexp that would make up for it."""
    for pick in case.steps("index", "take_along"):
        if len(pick.inputs) < 2 or len(pick.shape) >= len(case.graph[pick.inputs[0]].shape):
            continue
        z = case.behind(pick.inputs[0])
        loss = _plainly(case, pick) if case.once("picked", pick) else None
        if loss is None or z.dtype.kind != "f" or not _raw(case, z) or len(z.shape) not in (1, 2):
            continue
        values = np.asarray(case.values[z.id], np.float64)
        if not np.isfinite(values).all() or (values.max() < 50 and sums_to_one(np.exp(values), values.ndim - 1)):
            continue
        readers = {u for u in case.uses[z.id] if u not in case.backward and u in case.graph.ancestors(loss)}
        if not readers <= {pick.id}:
            continue
        row = values.reshape(-1, values.shape[-1])[0]
        yield from _scores(case, case.graph[loss], z, row, "")


def _negative(case: Case) -> Iterator[Finding]:
    """The log of a score below 0 on its way to a loss; scores over their sum, called probabilities."""
    for log in case.steps("log", "log2"):
        z = case.source_of(log.inputs[0], "index", "take_along")
        values = np.asarray(case.values[z.id], np.float64)
        if z.op.name == "subtract" and np.all(np.asarray(case.values[z.inputs[0]]) == 1):
            z = case.source_of(z.inputs[1])
        if not (np.asarray(case.values[log.inputs[0]]) < 0).any() or not np.isfinite(values).all():
            continue
        if _raw(case, z) and case.makes_loss(log.id) is not None:
            yield from _scores(case, log, z, np.ravel(np.asarray(case.values[z.id], np.float64))[:12], "")
    for step in case.steps("divide"):
        total_of = case.source_of(step.inputs[1])
        p = np.asarray(case.values[step.id])
        if total_of.op.name != "sum" or not step.shape or not np.isfinite(p).all() or not (p < 0).any():
            continue
        named = any(word in ("p", "probs", "prob", "probabilities", "weights") for word in words(case.name(step.id)))
        top = case.source_of(step.inputs[0])
        if named and case.source_of(total_of.inputs[0]).id == top.id and case.once("not-a-distribution", step):
            yield _below_zero(case, step, top, first_entry(p < 0) or ())


def _below_zero(case: Case, step: Step, scores: Step, at: Index) -> Finding:
    name, z = case.called(step.id), case.called(scores.id)
    return Finding(
        code="not-a-distribution",
        title=f"{name} has a share below 0",
        steps=(step.id, scores.id),
        span=step.span,
        where=case.place(step.id, at),
        evidence=case.worked(step, at),
        meaning=(
            "Divided by their sum, numbers add up to 1, but scores may be negative, and so then are their shares. "
            "exp makes them positive first: that is softmax."
        ),
        mend=(f"- {z} / sum({z})", f"+ exp({z}) / sum(exp({z}))"),
    )


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


def _raw(case: Case, step: Step) -> bool:
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


def _two_ways(case: Case, p: Step) -> bool:
    """Whether each entry is a probability of its own: a sigmoid's."""
    return p.op.name == "sigmoid" or case.idiom_at(p.id, "sigmoid") is not None


def _worst_row(values: Array, axis: int) -> Array:
    rows = np.moveaxis(values, axis, -1).reshape(-1, values.shape[axis])
    return np.asarray(rows[int(np.argmax(np.abs(rows.sum(axis=1) - 1)))])
