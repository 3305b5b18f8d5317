"""Class numbers and one-hot rows taken for each other."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding
from unmagic.core.graph import Array, Step

from .case import Case, first_entry
from .mends import Mend, instead, written
from .weighted_logs import weighted_logs


def rule(case: Case) -> Iterator[Finding]:
    yield from _numbers_as_one_hot(case)
    yield from _one_hot_as_numbers(case)
    yield from _compared(case)


def _numbers_as_one_hot(case: Case) -> Iterator[Finding]:
    """Class numbers as weights of log-probabilities: class 0 counts nothing, class 2 twice."""
    for one in weighted_logs(case):
        y = case.source_of(one.weights)
        values, weights = np.asarray(case.values[y.id]), np.asarray(case.values[one.weights])
        if not _class_numbers(values) or weights.ndim < 2 or values.size == weights.size:
            continue
        if not _same_in_row(weights) or not case.once("one-hot-mismatch", one.product):
            continue
        at = first_entry(values > 1) or (0,)
        yield Finding(
            code="one-hot-mismatch",
            title=f"{case.called(y.id)} holds class numbers, used as weights",
            steps=(one.product.id, y.id),
            span=one.product.span,
            where=case.place(y.id, at),
            evidence=case.worked(one.product, (int(at[0]), 0)),
            meaning=(
                "A class number is a name, not an amount: here class 0 counts nothing, and class 2 twice as much as "
                "class 1, in every column. What is meant is a row with 1 at the class and 0 elsewhere, or its entry."
            ),
            mend=("- (y · log p).sum()", "+ log p[arange(n), y].sum()    # or (one_hot(y) · log p).sum()"),
        )


def _one_hot_as_numbers(case: Case) -> Iterator[Finding]:
    """A table of 0 and 1 as an index: it picks the first two columns, over and over."""
    for step in case.steps("index", "take_along", "embedding"):
        columns = case.graph[step.inputs[0]].shape
        for i in step.inputs[1:]:
            y = np.asarray(case.values[i])
            if not _one_hot(y) or not columns or y.shape[-1] != columns[-1] or not case.once("one-hot-mismatch", step):
                continue
            yield Finding(
                code="one-hot-mismatch",
                title=f"{case.called(i)} is one-hot, used as class numbers",
                steps=(step.id,),
                span=step.span,
                where=case.place(i, (0,) * y.ndim),
                evidence=case.worked(step, (0,) * len(step.shape)),
                meaning=(
                    "The 0s and 1s of a one-hot row are taken for classes 0 and 1, so every row picks those two. "
                    "The class is the position of the 1."
                ),
                **_positions(case, step, case.called(i)),
            )


def _compared(case: Case) -> Iterator[Finding]:
    """Predicted class numbers against one-hot rows."""
    for step in case.steps("equal", "not_equal"):
        sides = [(case.source_of(i), np.asarray(case.values[i])) for i in step.inputs]
        for (numbers, _), (rows, table) in (sides, sides[::-1]):
            picked = numbers.op.name == "argmax" and len(numbers.shape) == 1
            if not picked or not _one_hot(table) or rows.shape != step.shape:
                continue
            if not case.once("one-hot-mismatch", step):
                continue
            yield Finding(
                code="one-hot-mismatch",
                title=f"class numbers are compared with one-hot rows: {shown(np.int64(table.size))} answers for "
                f"{shown(np.int64(numbers.shape[0]))} examples",
                steps=(step.id,),
                span=step.span,
                where=case.place(rows.id, (0,) * len(rows.shape)),
                evidence=case.worked(step, (0,) * len(step.shape)),
                meaning=(
                    "Each class number meets every 0 and 1 of a row, and the share of equal pairs means nothing. "
                    "Compare class with class."
                ),
                **_positions(case, step, case.called(rows.id)),
            )


def _class_numbers(y: Array) -> bool:
    """Whole numbers from 0 up, some past 1."""
    return bool(y.size > 1 and y.dtype.kind in "iu" and y.min() >= 0 and y.max() > 1)


def _one_hot(y: Array) -> bool:
    """Rows of one 1 and else 0s, of three or more classes."""
    if y.ndim != 2 or y.shape[1] < 3 or not y.size or y.dtype.kind not in "iuf":
        return False
    return bool(np.isin(y, (0, 1)).all() and (y.sum(axis=1) == 1).all() and len(np.unique(y.argmax(axis=1))) > 1)


def _same_in_row(weights: Array) -> bool:
    return bool((weights == weights[..., :1]).all())


def _positions(case: Case, step: Step, name: str) -> Mend:
    """``.argmax(axis=1)`` behind the one-hot table's name in the expression."""
    one = written(case, step)
    if one is None or not name.isidentifier() or len(re.findall(rf"\b{name}\b", one.text)) != 1:
        return Mend(mend=(f"- {name}", f"+ {name}.argmax(axis=1)"))
    return instead(one, re.sub(rf"\b{name}\b", f"{name}.argmax(axis=1)", one.text))
