"""A softmax of what is a distribution already."""

from __future__ import annotations

from collections.abc import Iterator

from unmagic.core.finding import Finding

from .case import Case

AGAIN = ("softmax", "log_softmax", "logsumexp")


def rule(case: Case) -> Iterator[Finding]:
    """Shares lie between 0 and 1, so a second softmax can barely tell them apart."""
    roots = {m.root: m for m in case.matches if m.idiom.name in ("softmax", "log_softmax", "sigmoid")}
    for id, step in enumerate(case.graph.steps):
        match = roots.get(id)
        if match is not None and match.idiom.name != "sigmoid":
            scores = match.roles.get("z")
        elif step.op.name in AGAIN:
            scores = step.inputs[0]
        else:
            continue
        if scores is None:
            continue
        first = case.source_of(scores)
        before = roots.get(first.id)
        shares = first.op.name in ("softmax", "sigmoid") or (before is not None and before.idiom.name != "log_softmax")
        if not shares or first.id == id:
            continue
        sigmoid = first.op.name == "sigmoid" or (before is not None and before.idiom.name == "sigmoid")
        classes = max(case.values[first.id].shape or (1,))
        first_name = "sigmoid" if sigmoid else "softmax"
        yield Finding(
            code="softmax-twice",
            title=f"softmax of a {first_name}: the scores are shares already",
            steps=(first.id, id),
            span=step.span,
            where=case.place(first.id, (0,) * case.values[first.id].ndim),
            meaning=(
                f"The first {first_name} leaves numbers between 0 and 1, and a second softmax can hardly tell "
                f"those apart: even a perfect prediction among {classes} keeps a loss well above 0. "
                "Hand the raw scores (logits) over."
            ),
            mend=(f"- softmax({first_name}(z))", "+ softmax(z)"),
            confidence="high" if not sigmoid else "medium",
        )
