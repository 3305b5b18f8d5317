"""An equation whose two sides came to different numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding
from unmagic.reading.compare import relative_gap

from .case import Case, first_entry

ROOM = 2.0**14
"""Two ways to the same number may part by this many units in the last place of their dtype."""


def rule(case: Case) -> Iterator[Finding]:
    """Both sides of ``=`` could be computed, and differ by more than rounding."""
    for statement in case.program.statements:
        for left, right in zip(statement.sides, statement.sides[1:], strict=False):
            x, y = case.values[left], case.values[right]
            if x.shape != y.shape:
                at, where = None, f"shapes {list(x.shape)} and {list(y.shape)}"
            else:
                scale = max(float(np.max(np.abs(y), initial=0.0)), float(np.max(np.abs(x), initial=0.0)), 1e-300)
                eps = float(np.finfo(x.dtype if x.dtype.kind == "f" else np.float64).eps)
                apart = (relative_gap(x, y) > ROOM * eps) & (np.abs(np.subtract(x, y, dtype=np.float64)) > eps * scale)
                at = first_entry(apart)
                if at is None:
                    continue
                entry = f"[{','.join(map(str, at))}]" if at else ""
                where = f"left{entry} = {shown(x[at])}, right{entry} = {shown(y[at])}"
            yield Finding(
                code="identity-differs",
                title="the two sides differ",
                steps=(left, right),
                span=statement.span,
                where=where,
                meaning="Both sides of the equation were computed on your numbers, and they are not the same.",
                mend=("+ change one side: an equation has to hold for your numbers too",),
                confidence="medium" if _update(case, left, right) else "high",
            )


def _update(case: Case, left: int, right: int) -> bool:
    """``v = v / ‖v‖``: a name that was handed in, and what it is to become."""
    return case.is_leaf(left) and left in case.graph.ancestors(right)
