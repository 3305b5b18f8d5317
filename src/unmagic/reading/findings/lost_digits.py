"""A difference of nearly equal numbers: what is left is their rounding. Measured, not guessed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding
from unmagic.core.graph import Array, Step

from .case import Case
from .mends import Mend, argument, function, instead, numpy, written

LOST = {"float64": 1e-4, "float32": 1e-1}
"""So much of a result has to be rounding."""

STEADY, DRAWS = 1e-2, 3
"""So little of what is lost may come of moving all that was handed in by rounding, each time that it is tried."""

SURELY = 100.0
"""The true result stands this far above the rounding of the extended precision that it is computed in."""

MOST_STEPS, MOST_ENTRIES = 3_000, 200_000
MOST_LOOKED_AT = 24


def rule(case: Case) -> Iterator[Finding]:
    """a − b, computed again in more digits from all that was handed in: the two part, though the true difference is
    steady. Where it is not (what is left of an error at the end of training), nobody's arithmetic would do better."""
    looked_at = 0
    for step in case.steps("subtract", "add"):
        if str(step.dtype) not in LOST or looked_at >= MOST_LOOKED_AT:
            continue
        if not _cancels(case, step) or not case.now_and_then("lost digits", step):
            continue
        looked_at += 1
        true = _lost(case, step)
        if true is None or not case.once("cancellation", step):
            continue
        y = np.asarray(case.values[step.id], np.float64)
        at = tuple(int(i) for i in np.unravel_index(int(np.argmax(np.abs(y - true))), y.shape))
        yield Finding(
            code="cancellation",
            title=f"two nearly equal numbers cancel: {_left(y, true)}",
            steps=(step.id,),
            span=step.span,
            where=f"{case.place(step.id, at)}, in more digits {shown(true[at])}",
            evidence=case.worked(step, at),
            meaning=(
                f"Each of the two is rounded to the digits that {step.dtype} has, the digits that they share cancel, "
                "and their rounding stays. Another way to the same difference keeps it."
            ),
            **_mend(case, step),
            confidence="medium",
        )


def _left(y: Array, true: Array) -> str:
    """How many digits of the largest are right."""
    part = float(np.abs(y - true).max()) / float(np.abs(true).max())
    digits = max(0, int(-np.log10(part))) if part > 0 else 0
    return (
        "no digit of what is left is right" if not digits else f"only {shown(np.int64(digits))} of its digits are right"
    )


def _cancels(case: Case, step: Step) -> bool:
    """Whether the whole of it is far below what it was taken from."""
    a, b = (np.abs(np.asarray(value, np.float64)) for value in case.inputs(step))
    y = np.abs(np.asarray(case.values[step.id], np.float64))
    size = max(float(a.max(initial=0.0)), float(b.max(initial=0.0)))
    largest = float(y.max(initial=0.0))
    near = float(np.finfo(step.dtype).eps) / LOST[str(step.dtype)]
    return bool(np.isfinite(size) and largest < near * size)


def _lost(case: Case, step: Step) -> Array | None:
    """The difference in more digits, where it is steady and the program's is not near it."""
    behind = sorted(case.graph.ancestors(step.id))
    steps = [case.graph[id] for id in behind]
    if len(steps) > MOST_STEPS or not all(case.kept(one) for one in steps):
        return None
    if sum(np.size(case.values[id]) for id in behind) > MOST_ENTRIES:
        return None
    true = _again(case, steps, {})
    if true is None:
        return None
    rng = np.random.default_rng(0)
    eps = float(np.finfo(step.dtype).eps)
    y = np.asarray(case.values[step.id], np.longdouble)
    size = float(np.abs(true).max(initial=0.0))
    scale = max(float(np.abs(value).max(initial=0.0)) for value in case.inputs(step))
    if true.shape != y.shape or size <= SURELY * float(np.finfo(np.longdouble).eps) * scale:
        return None
    gap = float(np.abs(y - true).max(initial=0.0))
    if gap <= LOST[str(step.dtype)] * size:
        return None
    given = [s for s in steps if not s.inputs and s.dtype.kind == "f" and not _whole(case.values[s.id])]
    for _ in range(DRAWS):
        same: dict[bytes, Array] = {}  # a number that is read twice moves together with itself
        for s in given:
            value = np.asarray(case.values[s.id])
            same.setdefault(value.tobytes(), 1 + eps * rng.normal(size=value.shape))
        moved = _again(case, steps, {s.id: same[np.asarray(case.values[s.id]).tobytes()] for s in given})
        if moved is None or float(np.abs(moved - true).max(initial=0.0)) > STEADY * gap:
            return None
    return np.asarray(true, np.float64)


def _again(case: Case, steps: Sequence[Step], factors: Mapping[int, Array]) -> Array | None:
    """The last of the steps computed in extended precision, what was handed in times ``factors``."""
    values: dict[int, Array] = {}
    try:
        with np.errstate(all="ignore"):
            for step in steps:
                if not step.inputs:
                    value = np.asarray(case.values[step.id])
                    wide = value.astype(np.longdouble) if value.dtype.kind == "f" else value
                    values[step.id] = wide * factors[step.id] if step.id in factors else wide
                elif step.dtype.kind != "f":
                    values[step.id] = np.asarray(case.values[step.id])  # a decision stays as it was taken
                elif step.op.name in ("cast", "detach"):
                    values[step.id] = values[step.inputs[0]]
                else:
                    made = step.op.forward(np, *(values[i] for i in step.inputs), **step.attrs)
                    values[step.id] = np.asarray(made)
                    if values[step.id].dtype != np.longdouble:
                        return None
    except Exception:  # an op that has no way in this dtype
        return None
    last = values[steps[-1].id]
    return last if np.isfinite(last).all() else None


def _whole(value: Array) -> bool:
    """Whole numbers stand for themselves."""
    return bool(np.all(np.asarray(value) == np.round(value)))


def _mend(case: Case, step: Step) -> Mend:
    """exp(x) − 1 and 1 − cos(x) have ways of their own."""
    one = written(case, step)
    sides = one.sides(ast.Sub) if one is not None else None
    if one is not None and sides is not None:
        left, right = sides
        if isinstance(left, ast.Call) and _is_one(right) and function(left) == "exp" and (x := argument(left)):
            return instead(one, f"{numpy(left)}expm1({one.bare(x)})")
        if isinstance(right, ast.Call) and _is_one(left) and function(right) == "cos" and (x := argument(right)):
            return instead(one, f"2 * {numpy(right)}sin({one.part(x)} / 2) ** 2")
    return Mend(
        mend=("- a − b", "+ another way: expm1, log1p, (a − b)(a + b), a longer step for a difference quotient")
    )


def _is_one(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 1
