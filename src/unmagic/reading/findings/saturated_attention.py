"""Attention scores that grew with the length of the vectors: no 1/√d."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding
from unmagic.core.graph import Array, Step

from .case import Case
from .evidence import order
from .mends import Mend, instead, written
from .softmax_axis import mixed_over
from .softmaxes import softmaxes

SURE, LESS, LEAST = 0.8, 0.7, 8


def rule(case: Case) -> Iterator[Finding]:
    """Raw products of queries and keys, softmax puts nearly all on one key, and with 1/√d it would not."""
    for one in softmaxes(case):
        step, scores = one.root, one.scores
        if one.log or len(step.shape) < 2 or one.axis != len(step.shape) - 1 or mixed_over(case, step) != one.axis:
            continue
        product = _product(case, scores)
        if product is None:
            continue
        d = case.graph[product.inputs[0]].shape[-1]
        z = np.asarray(case.values[scores], np.float64)
        if d < LEAST or z.shape[-1] < 2 or not np.isfinite(z.max(axis=-1)).all():
            continue
        raw, scaled = _largest_share(z), _largest_share(z / np.sqrt(d))
        if raw < SURE or scaled > LESS or not case.once("saturated-attention", step):
            continue
        yield Finding(
            code="saturated-attention",
            title=f"attention scores without 1/√{d}: each query sees one key",
            steps=(step.id, product.id),
            span=step.span,
            where=f"the largest weight of a row is {shown(raw)} on average; with 1/√{d} it is {shown(scaled)}",
            evidence=order(scaled, raw, "largest weight"),
            meaning=(
                f"A dot product over {d} numbers has a spread of about √{d}, and softmax of such scores puts all on "
                "one key, where its slope is next to 0. Divided by √d the spread is about 1."
            ),
            **_mend(case, product),
            confidence="high",
        )


def _product(case: Case, scores: int) -> Step | None:
    """The matrix product that the scores are, with nothing but masks between."""
    step = case.source_of(scores)
    for _ in range(6):
        if step.op.name == "matmul":
            return step
        if step.op.name == "where":
            step = case.source_of(step.inputs[1])
        elif step.op.name in ("add", "subtract"):  # a mask that is added; the maximum that is taken out
            step = case.source_of(step.inputs[0])
        else:
            return None
    return None


def _largest_share(z: Array) -> float:
    with np.errstate(all="ignore"):
        e = np.exp(z - z.max(axis=-1, keepdims=True))
        return float(np.mean(1.0 / e.sum(axis=-1)))


def _mend(case: Case, product: Step) -> Mend:
    one = written(case, product)
    sides = one.sides(ast.MatMult) if one is not None else None
    if one is None or sides is None:
        return Mend(mend=("- softmax(Q Kᵀ)", "+ softmax(Q Kᵀ / √d)"))
    return instead(one, f"{one.text} / np.sqrt({one.part(sides[0])}.shape[-1])")
