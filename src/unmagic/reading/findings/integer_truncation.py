"""Fractions cut off by a write into an array of whole numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding

from .case import Case, first_entry

WRITES = ("set_index", "add_at")


def rule(case: Case) -> Iterator[Finding]:
    """Fractions written into an array of whole numbers, which keeps its dtype and says nothing."""
    for step in case.steps("cast"):
        x = np.asarray(case.values[step.inputs[0]])
        if not step.implicit or step.dtype.kind not in "iu" or x.dtype.kind != "f" or not np.isfinite(x).all():
            continue
        writes = [case.graph[user] for user in case.uses[step.id] if case.graph[user].op.name in WRITES]
        at = first_entry(x != np.trunc(x))
        if at is None or not writes or not case.once("integer-truncation", step):
            continue
        into = case.called(writes[0].id)
        yield Finding(
            code="integer-truncation",
            title=f"{into} holds whole numbers: the fraction is cut off",
            steps=(step.id, writes[0].id),
            span=step.span,
            where=f"{shown(x[at])} is kept as {shown(np.asarray(case.values[step.id])[at])}",
            evidence=case.worked(step, at),
            meaning=(
                f"An array keeps its dtype when it is written into, and {into} was made of whole numbers. "
                f"What is written becomes {step.dtype} and loses its fraction, without a word."
            ),
            mend=(f"+ {into} = {into}.astype(float) before it is written into",),
        )
