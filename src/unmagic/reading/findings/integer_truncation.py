"""Fractions cut off: by a write into an array of whole numbers, or a hair below the next one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding
from unmagic.core.graph import Array, Step

from .case import Case, first_entry
from .mends import Mend, function, instead, written
from .names import words

WRITES = ("set_index", "add_at")


ULPS = 4
"""So near a whole number a fraction is rounding."""

FRACTIONS = frozenset({"mean", "avg", "average", "ratio", "rate", "share", "prob", "accuracy", "acc", "fraction"})


def rule(case: Case) -> Iterator[Finding]:
    yield from _written_into(case)
    yield from _cut_below(case)
    yield from _named_mean(case)


def _written_into(case: Case) -> Iterator[Finding]:
    """Fractions written into an array of whole numbers, which keeps its dtype and says nothing."""
    for step in case.steps("cast"):
        x = np.asarray(case.values[step.inputs[0]])
        if not step.implicit or step.dtype.kind not in "iu" or x.dtype.kind != "f" or not np.isfinite(x).all():
            continue
        writes = [case.graph[user] for user in case.uses[step.id] if case.graph[user].op.name in WRITES]
        at = first_entry(x != np.trunc(x))
        if at is None or not writes or not case.once("integer-truncation", step):
            continue
        into = case.called(writes[0].id)
        yield Finding(
            code="integer-truncation",
            title=f"{into} holds whole numbers: the fraction is cut off",
            steps=(step.id, writes[0].id),
            span=step.span,
            where=f"{shown(x[at])} is kept as {shown(np.asarray(case.values[step.id])[at])}",
            evidence=case.worked(step, at),
            meaning=(
                f"An array keeps its dtype when it is written into, and {into} was made of whole numbers. "
                f"What is written becomes {step.dtype} and loses its fraction, without a word."
            ),
            mend=(f"+ {into} = {into}.astype(float) before it is written into",),
        )


def _cut_below(case: Case) -> Iterator[Finding]:
    """28.999999999999996, which was to be 29, becomes 28."""
    for step in case.steps("cast", "floor", "trunc", "floor_divide"):
        x = _before(case, step)
        if x is None or (step.op.name == "cast" and step.dtype.kind not in "iu"):
            continue
        whole = np.round(x)
        y = np.asarray(case.values[step.id], np.float64)
        room = ULPS * float(np.finfo(np.float64).eps) * np.abs(whole)
        at = first_entry((whole != y) & (np.abs(x - whole) <= room) & (whole != 0))
        if at is None or not case.once("integer-truncation", step):
            continue
        yield Finding(
            code="integer-truncation",
            title=f"a number just beside {shown(whole[at])} is cut to {shown(y[at])}",
            steps=(step.id,),
            span=step.span,
            where=f"{case.entry_name(step.id, at)} = {shown(y[at])} of {float(x[at])!r}",
            evidence=case.worked(step, at),
            meaning=(
                f"Without rounding it would be {shown(whole[at])}; in binary it came out a hair beside that, and what "
                "is behind the point is cut off. Round first, and then make a whole number of it."
            ),
            **_rounded(case, step),
            confidence="medium",
        )


def _before(case: Case, step: Step) -> Array | None:
    """The number that a fraction is cut off of."""
    inputs = [np.asarray(value) for value in case.inputs(step)]
    if not all(value.dtype == np.float64 and value.size and np.isfinite(value).all() for value in inputs):
        return None
    if step.op.name == "floor_divide":
        return None if not inputs[1].all() else np.asarray(inputs[0] / inputs[1])
    return inputs[0]


def _rounded(case: Case, step: Step) -> Mend:
    one = written(case, step)
    call = one.called("astype", "int", "floor", "trunc") if one is not None else None
    if one is not None and call is not None and function(call) == "astype" and isinstance(call.func, ast.Attribute):
        given = ", ".join(one.bare(part) for part in call.args)
        return instead(one, f"np.round({one.bare(call.func.value)}).astype({given})")
    sides = one.sides(ast.FloorDiv) if one is not None else None
    if one is not None and sides is not None:
        return instead(one, f"np.round({one.part(sides[0])} / {one.part(sides[1])})")
    if one is not None and call is not None and call.args:
        inner = one.bare(call.args[0])
        return instead(one, f"round({inner})" if function(call) == "int" else f"np.round({inner})")
    return Mend(mend=("- int(x)", "+ round(x)"))


def _named_mean(case: Case) -> Iterator[Finding]:
    """``mean = total // n`` of whole numbers: only its name says that a fraction was meant."""
    for step in case.steps("floor_divide"):
        if step.dtype.kind not in "iu" or not set(words(case.name(step.id))) & FRACTIONS:
            continue
        a, b = (np.asarray(value) for value in case.inputs(step))
        at = first_entry((b != 0) & (np.remainder(a, np.where(b == 0, 1, b)) != 0))
        if at is None or not case.once("integer-truncation", step):
            continue
        one = written(case, step)
        sides = one.sides(ast.FloorDiv) if one is not None else None
        mend = Mend(mend=("- a // b", "+ a / b"))
        if one is not None and sides is not None:
            mend = instead(one, f"{one.part(sides[0])} / {one.part(sides[1])}")
        yield Finding(
            code="integer-truncation",
            title=f"{case.name(step.id)} is divided down to a whole number",
            steps=(step.id,),
            span=step.span,
            where=case.place(step.id, at),
            evidence=case.worked(step, at),
            meaning=("Two slashes cut the fraction off. That it was wanted is only read from the name."),
            **mend,
            confidence="low",
        )
