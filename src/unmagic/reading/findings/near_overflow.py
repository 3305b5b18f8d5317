"""A softmax without the maximum taken out, close to where exp ends."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding

from .case import Case
from .exp_overflow import without_largest
from .softmaxes import softmaxes

NEAR, SURE = 0.7, 0.9
"""How near the largest score may come, as a part of the largest that exp can take."""


def rule(case: Case) -> Iterator[Finding]:
    """Finite yet: the largest score that stands in an exp under a sum it is divided by."""
    for step in case.steps("exp"):
        z = np.asarray(case.values[step.inputs[0]])
        if z.dtype.kind != "f" or not z.size or not np.isfinite(z.max()):
            continue
        end = float(np.log(np.finfo(z.dtype).max))
        largest = float(z.max())
        if not NEAR * end < largest <= end:
            continue
        readers = list(case.onward(step.id))
        shares = next((user for user in readers if user.op.name == "divide"), None)
        summed = any(user.op.name == "sum" for user in readers) or any(
            one.root is shares and one.scores == step.inputs[0] for one in softmaxes(case)
        )
        if shares is None or not summed or not case.once("softmax-near-overflow", shares):
            continue
        at = tuple(int(i) for i in np.unravel_index(int(np.argmax(z)), z.shape))
        yield Finding(
            code="softmax-near-overflow",
            title=f"softmax as it is written overflows past {shown(np.floor(end * 100) / 100)}",
            steps=(shares.id, step.id),
            span=shares.span,
            where=case.place(step.inputs[0], at),
            evidence=case.worked(step, at),
            meaning=(
                f"It is still finite, but a score a little larger makes exp ∞ in {z.dtype}, and ∞ / ∞ is nan. "
                "Taking the same number out of all scores changes no share; take out the largest."
            ),
            **without_largest(case, step),
            confidence="high" if largest > SURE * end else "medium",
        )
