"""Class numbers that start at 1, or that 1 was taken off once too often."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import numpy as np

from unmagic.core.finding import Finding
from unmagic.core.graph import Step

from .case import Case, first_entry
from .mends import Mend, instead, written


def rule(case: Case) -> Iterator[Finding]:
    yield from _from_one(case)
    yield from _shifted(case)


def _from_one(case: Case) -> Iterator[Finding]:
    """The program stopped at a class that is not there, and the labels go from 1 to it."""
    failure = case.program.failure
    said = re.search(r"no entry (\d+) along|Target (\d+) is out of bounds|index (\d+) is out of bounds", str(failure))
    if failure is None or said is None or failure.span is None:
        return
    past = int(next(group for group in said.groups() if group))
    for step in case.graph.steps:
        y = np.asarray(case.values[step.id])
        if y.dtype.kind in "iu" and y.ndim and y.size > 1 and y.max() == past and y.min() == 1:
            yield Finding(
                code="labels-off-by-one",
                title=f"the classes are numbered from 1 to {past}, entries from 0",
                steps=(step.id,),
                span=failure.span,
                where=case.place(step.id, first_entry(y == past) or ()),
                meaning=(
                    f"Of {past} classes the last has number {past - 1} when counting starts at 0. "
                    "Where labels start at 1, every example is trained towards its neighbour, and the last has none."
                ),
                mend=(f"- {case.called(step.id)}", f"+ {case.called(step.id)} - 1"),
            )
            return


def _shifted(case: Case) -> Iterator[Finding]:
    """1 was taken off labels that start at 0: −1 is the last class."""
    for step in case.steps("index"):
        for i in step.inputs[1:]:
            at = first_entry(np.asarray(case.values[i]) == -1)
            less = case.source_of(i)
            if at is None or less.op.name != "subtract" or not less.shape:
                continue
            y = np.asarray(case.values[less.inputs[0]])
            if not np.all(np.asarray(case.values[less.inputs[1]]) == 1) or y.dtype.kind not in "iu" or y.min() != 0:
                continue
            if not case.once("labels-off-by-one", step):
                continue
            name = case.called(less.inputs[0])
            yield Finding(
                code="labels-off-by-one",
                title=f"{name} starts at 0 already: entry −1 is the last class",
                steps=(step.id, less.id),
                span=step.span,
                where=case.place(less.inputs[0], at),
                evidence=case.worked(less, at),
                meaning=(
                    "An index of −1 counts from the end, so class 0 is taken for the last class, and no error is "
                    "raised. Every example is trained towards its neighbour."
                ),
                **_as_it_is(case, less, name),
            )


def _as_it_is(case: Case, less: Step, name: str) -> Mend:
    one = written(case, less)
    sides = one.sides(ast.Sub) if one is not None else None
    if one is None or sides is None:
        return Mend(mend=(f"- {name} - 1", f"+ {name}"))
    return instead(one, one.bare(sides[0]))
