"""A dot product of vectors that have lengths, called a cosine."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from unmagic.core.finding import Finding
from unmagic.core.graph import Step

from .case import Case, first_entry
from .mends import Mend, instead, written
from .names import words

PRODUCTS = ("dot", "matvec", "vecmat", "matmul", "divide", "sum", "einsum")
ROOM = 1e-4


def rule(case: Case) -> Iterator[Finding]:
    """What is called a cosine, or has its angle taken, lies outside −1 to 1."""
    for step in case.steps(*PRODUCTS):
        y = np.asarray(case.values[step.id])
        if y.dtype.kind != "f" or not _cosine(case, step.id) or "distance" in words(case.name(step.id)):
            continue
        if any(case.source_of(i).op.name in ("cos", "sin") for i in step.inputs):
            continue  # a wave, projected on
        at = first_entry(np.abs(y) > 1 + ROOM)
        if at is None or not case.once("cosine-not-normalised", step):
            continue
        yield Finding(
            code="cosine-not-normalised",
            title="a cosine outside −1 to 1: the vectors are not of length 1",
            steps=(step.id,),
            span=step.span,
            where=case.place(step.id, at),
            evidence=case.worked(step, at),
            meaning=(
                "A dot product is the cosine times both lengths, so long vectors win whatever their direction. "
                "Only between vectors of length 1 is it the cosine."
            ),
            **_mend(case, step),
        )


def _cosine(case: Case, id: int) -> bool:
    """Whether a step is named a cosine, or its arccos is taken."""
    if any(word in ("cos", "cosine", "cossim") for word in words(case.name(id))):
        return True
    return any(case.graph[user].op.name == "arccos" for user in case.uses[id])


def _mend(case: Case, step: Step) -> Mend:
    """Both lengths under it: of vectors, or of a table's rows and a vector."""
    one = written(case, step)
    sides = one.sides(ast.MatMult) if one is not None else None
    call = one.called("dot") if one is not None else None
    if sides is None and call is not None and len(call.args) == 2:
        sides = call.args[0], call.args[1]
    if one is None or sides is None or step.op.name not in ("dot", "matvec"):
        return Mend(mend=("- a · b", "+ a · b / (‖a‖ ‖b‖)"))
    axis = ", axis=1" if step.op.name == "matvec" else ""
    a, b = one.bare(sides[0]), one.bare(sides[1])
    return instead(one, f"{one.text} / (np.linalg.norm({a}{axis}) * np.linalg.norm({b}))")
