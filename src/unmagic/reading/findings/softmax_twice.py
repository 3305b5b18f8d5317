"""A softmax of what is a distribution already."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding

from .case import Case
from .evidence import computed, total
from .softmaxes import softmaxes


def rule(case: Case) -> Iterator[Finding]:
    """Shares lie between 0 and 1, so a second softmax (or sigmoid, inside a loss on scores) can't tell them apart."""
    first_ones = {one.root.id for one in softmaxes(case) if not one.log}
    bent = {step.id for step in case.steps("sigmoid")} | {m.root for m in case.idioms("sigmoid")}
    again = [(one.root.id, one.scores, "softmax") for one in softmaxes(case)]
    again += [(step.id, step.inputs[0], "softmax") for step in case.steps("logsumexp")]
    again += [(step.id, step.inputs[0], "sigmoid") for step in case.steps("log_sigmoid")]
    for id, scores, second in sorted(again):
        first, step = case.source_of(scores), case.graph[id]
        if first.op.name == "negative" and second == "sigmoid":  # log σ(−z), the other half of the loss on scores
            first = case.source_of(first.inputs[0])
        if first.id == id or first.id not in first_ones | bent or not case.once("softmax-twice", step):
            continue
        name = "sigmoid" if first.id in bent else "softmax"
        p = np.asarray(case.values[first.id], np.float64)
        if not p.ndim or not np.isfinite(p).all():
            continue
        row = p.reshape(-1, p.shape[-1])[0]
        if name == second == "softmax":
            perfect = computed("softmax", np.eye(row.size)[0], at=(0,), name="of a perfect share", axis=0)
            lines = (*total(row, "softmax sums to"), *perfect)
            told = f"even a perfect prediction among {shown(np.int64(row.size))} keeps a loss well above 0."
        else:
            lines = computed("sigmoid", np.float64(1.0), name="of a perfect share")
            told = f"even a perfect 1 counts as {shown(1 / (1 + np.exp(-1.0)))}."
        yield Finding(
            code="softmax-twice",
            title=f"{second} of a {name}: the scores are shares already",
            steps=(first.id, id),
            span=step.span,
            where=case.place(first.id, (0,) * p.ndim),
            evidence=lines,
            meaning=(
                f"The first {name} leaves numbers between 0 and 1, and a second {second} can hardly tell those apart: "
                f"{told} Hand the raw scores (logits) over."
            ),
            mend=(f"- {second}({name}(z))", f"+ {second}(z)"),
            confidence="medium" if name == "sigmoid" and second == "softmax" else "high",
        )
