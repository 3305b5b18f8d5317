"""Whole numbers that wrap around at the end of their dtype."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding
from unmagic.core.graph import Array, Index, Step

from .case import Case, first_entry
from .mends import Mend, instead, written
from .names import words
from .silent_broadcast import SIGNS

WRAPPING = ("add", "subtract", "multiply", "negative", "square", "power", "sum", "cumsum", "prod", "cumprod",
            "dot", "matmul", "matvec", "vecmat", "absolute", "cast")  # fmt: skip
MEANT = ("hash", "seed", "state", "rng", "lcg", "crc", "checksum", "key")


def rule(case: Case) -> Iterator[Finding]:
    """The exact result does not fit, and the bits that do not fit are dropped."""
    for step in case.steps(*WRAPPING):
        if step.dtype.kind not in "iu":
            continue
        at = _wraps(case, step)
        if at is None:
            continue
        exact = _exact(case, step)[at]
        meant = step.dtype.kind == "u" and step.dtype.itemsize >= 4
        named = any(word.startswith(MEANT) for word in words(case.name(step.id)))
        if named or not case.once("integer-wrap", step):
            continue
        limit = np.iinfo(step.dtype)
        yield Finding(
            code="integer-wrap",
            title=f"{step.dtype} wraps around",
            steps=(step.id,),
            span=step.span,
            where=f"{case.place(step.id, at)}, exactly {shown(np.float64(exact))}",
            evidence=case.worked(step, at),
            meaning=(
                f"{step.dtype} holds {shown(limit.min)} to {shown(limit.max)}; what lies beyond comes in again at the "
                "other end. NumPy says nothing about it in arrays."
            ),
            **_mend(case, step),
            confidence="medium" if meant else "high",
        )


def _mend(case: Case, step: Step) -> Mend:
    one = written(case, step)
    if one is None or not isinstance(one.tree, ast.BinOp) or type(one.tree.op) not in SIGNS:
        return Mend(mend=(f"+ {case.called(step.inputs[0])}.astype(float) first, or a wider dtype",))
    left, right = one.part(one.tree.left), one.part(one.tree.right)
    if case.behind(step.inputs[0]).op.name == "constant":
        right = f"{right}.astype(float)"
    else:
        left = f"{left}.astype(float)"
    return instead(one, f"{left} {SIGNS[type(one.tree.op)]} {right}", "or a wider integer")


def _exact(case: Case, step: Step) -> Array:
    wide = [np.asarray(value, np.float64) for value in case.inputs(step)]
    if step.op.name == "cast":
        return np.trunc(wide[0])
    with np.errstate(all="ignore"):
        return np.asarray(step.op.forward(np, *wide, **step.attrs), np.float64)


def _wraps(case: Case, step: Step) -> Index | None:
    inputs = [np.asarray(value) for value in case.inputs(step)]
    if any(value.dtype.kind not in "iubf" for value in inputs):
        return None
    if step.op.name == "cast" and (inputs[0].dtype.kind == "b" or not np.isfinite(inputs[0]).all()):
        return None
    exact, y = _exact(case, step), np.asarray(case.values[step.id], np.float64)
    if exact.shape != y.shape:
        return None
    return first_entry(np.abs(exact - y) > 0.5 + 1e-9 * np.abs(exact))
