"""A row of scores that is −∞ throughout."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.finding import Finding
from unmagic.core.graph import Index, Step

from .case import Case


def rule(case: Case) -> Iterator[Finding]:
    """Softmax (or its first step, scores − their maximum) of a row that the mask has emptied."""
    for step in case.steps("softmax", "log_softmax", "subtract"):
        at = _emptied(case, step)
        if at is None or not case.once("masked-row", step):
            continue
        scores = step.inputs[0]
        yield Finding(
            code="masked-row",
            title="a row is masked throughout: softmax has nothing to share out",
            steps=(step.id,),
            span=step.span,
            where=case.place(scores, at),
            evidence=case.worked(step, at),
            meaning=(
                "Every score of the row is −∞, so there is no largest one, and −∞ − (−∞) is nan. "
                "One such row is enough: the loss and all gradients that read it are nan."
            ),
            mend=(
                "- np.where(mask, scores, -np.inf)",
                "+ np.where(mask, scores, -1e9)    # and leave out what such rows (padding) come to",
            ),
        )


def _emptied(case: Case, step: Step) -> Index | None:
    x = np.asarray(case.values[step.inputs[0]])
    if x.dtype.kind != "f" or not x.ndim:
        return None
    if step.op.name == "subtract":
        if case.source_of(step.inputs[1]).op.name != "max":
            return None
        return case.first(step, np.isneginf(x) & np.isneginf(np.asarray(case.values[step.inputs[1]])))
    empty = np.isneginf(x).all(axis=step.attrs["axis"], keepdims=True)
    return case.first(step, np.broadcast_to(empty, x.shape))
