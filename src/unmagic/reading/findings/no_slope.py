"""A loss made of decisions: accuracy, argmax, rounding. Nothing can go down it."""

from __future__ import annotations

from collections.abc import Iterator

from unmagic.core.finding import Finding
from unmagic.core.graph import Step

from .case import Case
from .names import is_label, is_loss, words

PRODUCTS = frozenset({"matmul", "matvec", "vecmat", "dot", "einsum", "outer"})
METRIC = ("acc", "accuracy", "zero", "01", "hamming", "error", "rate")


def rule(case: Case) -> Iterator[Finding]:
    """All ways from the model to the loss lead through a comparison, an argmax or a rounding."""
    losses = set(case.losses)
    for loss in case.graph.steps:
        if loss.shape or not loss.inputs:
            continue
        id, name = loss.id, case.name(loss.id)
        counted = loss.dtype.kind in "iu" and id not in case.backward
        if not (counted or id in losses) or not is_loss(name) or not case.once("slope", loss):
            continue  # of a loop the first round tells
        smooth, behind = _smooth(case, id), case.graph.ancestors(id)
        model = {i for i in behind if case.graph[i].op.name in PRODUCTS} or {
            i
            for i in behind
            if case.is_leaf(i) and case.graph[i].dtype.kind == "f" and case.graph[i].shape
            and not is_label(case.name(i))
        }  # fmt: skip
        if not model or model & smooth:
            continue
        flat = _flat(case, behind, model)
        if flat is None or not case.once("no-slope", loss):
            continue
        metric = any(word in METRIC for word in words(name))
        used = _used(case, id)
        at = (0,) * len(flat.shape)
        yield Finding(
            code="no-slope",
            title=f"{name} has no slope: it is made of decisions",
            steps=(id, flat.id),
            span=loss.span,
            where=case.place(flat.id, at),
            evidence=case.worked(flat, at),
            meaning=(
                f"{flat.op.name} gives whole steps: move a weight a little and nothing changes, so the gradient is 0 "
                + ("everywhere. " if used else f"everywhere. That it is to be trained on only its name says, {name}. ")
                + "Train on a smooth loss (cross-entropy), and keep this number to watch."
            ),
            mend=(f"- {name} = share of wrong decisions", f"+ {name} = −log(the share that the right class got)"),
            confidence="low" if metric and not used else "high" if used else "medium",
        )


def _used(case: Case, id: int) -> bool:
    """Whether something is derived from it: a backward pass, or a difference of two of its values over a short step."""
    if any(one.of == id for one in case.graph.passes):
        return True
    differences = (case.graph[user] for user in case.uses[id] if case.graph[user].op.name == "subtract")
    return any(case.graph[user].op.name == "divide" for step in differences for user in case.uses[step.id])


def _smooth(case: Case, id: int) -> set[int]:
    """The steps from which a change flows on to ``id``."""
    found = {id}
    for k in range(id, -1, -1):
        step = case.graph[k]
        if k in found and step.dtype.kind == "f" and (step.op.differentiable or step.op.name == "detach"):
            found.update(i for i in step.inputs if case.graph[i].dtype.kind == "f")
    return found


def _flat(case: Case, behind: set[int], model: set[int]) -> Step | None:
    """The first step without a slope on the way from the model."""
    reached = set(model)
    for id in range(min(model), max(behind) + 1):
        step = case.graph[id]
        if id in behind and any(i in reached for i in step.inputs):
            if not step.op.differentiable or step.dtype.kind in "iub":
                return case.source_of(id) if step.implicit else step
            reached.add(id)
    return None
