"""Variance as mean of squares less square of mean: two large numbers, and little left."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding
from unmagic.core.graph import Shape, Step

from .case import Case
from .mends import Mend, argument, function, instead, written

LOST, SOME = 1e-3, 1e-6


def rule(case: Case) -> Iterator[Finding]:
    """Measured: the same variance, taken around the mean, in float64 or better."""
    for step in case.steps("subtract"):
        if step.dtype.kind != "f":
            continue
        x = _squared(case, step.inputs[0])
        if x is None or not _mean_of(case, step.inputs[1], x):
            continue
        values = np.asarray(case.values[x], np.longdouble)
        y = np.asarray(case.values[step.id])
        axes = _axes(values.shape, y.shape)
        if not axes or not values.size or not np.isfinite(values).all():
            continue
        true = np.asarray(values.var(axis=axes, keepdims=y.ndim == values.ndim), np.float64)
        if true.shape != y.shape:
            continue
        with np.errstate(all="ignore"):
            gap = np.abs(y - true) / np.maximum(np.abs(true), np.finfo(float).tiny)
        at = tuple(int(i) for i in np.unravel_index(int(np.argmax(gap)), gap.shape))
        if not gap[at] > SOME or not case.once("cancellation", step):
            continue
        yield Finding(
            code="cancellation",
            title="the variance is lost between two large numbers",
            steps=(step.id,),
            span=step.span,
            where=f"{case.place(step.id, at)}, around the mean it is {shown(true[at])}",
            evidence=case.worked(step, at),
            meaning=(
                f"Both numbers are rounded to the digits that {step.dtype} has, and what they share cancels: the "
                "rounding is what is left, and it may even be negative. Take the mean out first, then square."
            ),
            **_mend(case, step),
            confidence="high" if gap[at] > LOST else "medium",
        )


def _axes(whole: Shape, left: Shape) -> tuple[int, ...]:
    """The axes that a reduction of ``whole`` to ``left`` ran over; none if it is no such reduction."""
    if left == ():
        return tuple(range(len(whole)))
    for axis in range(len(whole)):
        if left in (whole[:axis] + whole[axis + 1 :], (*whole[:axis], 1, *whole[axis + 1 :])):
            return (axis,)
    return ()


def _reduced(case: Case, id: int) -> Step | None:
    """What a mean is taken of, as ``mean`` or as a sum over a count; None if it is no mean."""
    step = case.behind(id)
    if step.op.name == "divide":
        step = case.behind(step.inputs[0])
        return case.source_of(step.inputs[0]) if step.op.name == "sum" else None
    return case.source_of(step.inputs[0]) if step.op.name == "mean" else None


def _squared(case: Case, id: int) -> int | None:
    """The x of mean(x²)."""
    inner = _reduced(case, id)
    return None if inner is None else _square_of(case, inner)


def _square_of(case: Case, step: Step) -> int | None:
    if step.op.name == "square":
        return case.source_of(step.inputs[0]).id
    if step.op.name == "power" and np.all(np.asarray(case.values[step.inputs[1]]) == 2):
        return case.source_of(step.inputs[0]).id
    if step.op.name == "multiply":
        a, b = (case.source_of(i).id for i in step.inputs)
        return a if a == b else None
    return None


def _mean_of(case: Case, id: int, x: int) -> bool:
    """Whether a step is mean(x)²."""
    of = _square_of(case, case.behind(id))
    inner = None if of is None else _reduced(case, of)
    return inner is not None and inner.id == x


def _mend(case: Case, step: Step) -> Mend:
    """np.var of what is averaged, along the same axis."""
    words = Mend(mend=("- mean(x²) − mean(x)²", "+ mean((x − mean(x))²)    # or np.var(x)"))
    one = written(case, step)
    sides = one.sides(ast.Sub) if one is not None else None
    inner = sides[1] if sides is not None else None
    if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Pow):
        inner = inner.left
    if one is None or not isinstance(inner, ast.Call) or function(inner) != "mean":
        return words
    x = argument(inner)
    if x is None:
        return words
    more = "".join(f", {keyword.arg}={ast.unparse(keyword.value)}" for keyword in inner.keywords)
    return instead(one, f"np.var({one.bare(x)}{more})")
