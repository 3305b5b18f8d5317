"""Lines at the edge of what a dtype holds: what is infinite or none follows as written, or is shown as the machine's.

Where partial results leave the range the order of computing decides, and the machine's is not always the one that is
written: a fused product does not overflow, and a long sum is added in parts.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from unmagic.core.errors import Unsupported
from unmagic.core.lines import Relation

from . import nonfinite, printing

if TYPE_CHECKING:
    from .problem import Problem
    from .quantity import Quantity
    from .row import Row


def holds(row: Row, problem: Problem) -> bool:
    """Whether a line holds that has an infinity or a nan in it; sets its relation and rule."""
    r = row.result
    assert r is not None
    row.relation = Relation.NONFINITE
    operands = row.left.leaves
    values = [q.printed() for q in operands]
    wanted = nonfinite.kind(r.full)
    follows = nonfinite.outcome(row.left, values, r.dtype) == wanted
    rule = row.rule = nonfinite.rule(row.left, values, r.dtype)
    if not all(v.is_finite() for v in values):
        if not follows:
            raise _disordered(row)
        return True
    e, exact = row.on_printed()
    if follows and (not e.is_finite() or _too_large(e, r)):
        return True
    if any(q.may_grow() for q in operands) and _follows_in_full(row, r, wanted):
        return False
    if not e.is_finite():
        raise _disordered(row)
    if not row.machine_holds(problem, e, exact, r):
        return False
    row.rule = rule
    return True


def went_on(row: Row, r: Quantity) -> bool:
    """Whether a number follows as the machine computes, though arithmetic has none."""
    row.relation, row.rule = Relation.NONFINITE, "the machine went on where arithmetic ends"
    here = nonfinite.machine_values(row.left, [q.printed() for q in row.left.leaves], r.dtype)
    if float(here[row.left.root]) == float(r.printed()):
        return True
    if any(q.may_grow() for q in row.quantities):
        return False
    raise _disordered(row)


def _follows_in_full(row: Row, r: Quantity, wanted: str) -> bool:
    """Whether the result comes of the full digits as it does not of those that are printed now."""
    f = row.on_full()
    if f.is_finite() and not _too_large(f, r):
        return False
    return nonfinite.outcome(row.left, [q.full for q in row.left.leaves], r.dtype) == wanted


def _too_large(x: Decimal, r: Quantity) -> bool:
    return r.kind.largest is not None and x.copy_abs() >= r.kind.largest


def _disordered(row: Row) -> Unsupported:
    assert row.result is not None
    left = printing.text(row.left.nodes)
    return Unsupported(
        f"{left} gave {row.result.text()}, which does not follow from the numbers as they are written: "
        "the machine computed another way, and past the largest number and below the smallest ways differ"
    )


__all__ = ["holds", "went_on"]
