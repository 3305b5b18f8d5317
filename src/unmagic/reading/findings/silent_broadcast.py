"""Shapes that meet otherwise than entry by entry, without a word: (n) with (n,1), and a mean that lost its axis."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding
from unmagic.core.graph import NO_ATTRS, Step
from unmagic.core.lines import Line
from unmagic.core.op import OPS

from .case import REDUCING, Case
from .evidence import computed
from .mends import Mend, instead, written

MOST = 40
UNREAD = -1
"""The number of a step that is no step of the graph."""


class Meeting(NamedTuple):
    """A column and a vector that met entry by entry with entry, in a table."""

    step: Step
    high: Step  # the column
    low: Step
    reduced: bool  # the table comes to one number
    column_first: bool


def rule(case: Case) -> Iterator[Finding]:
    for one in (*_pairs(case), *_too_many(case)):
        n, m = one.low.shape[0], one.high.shape[0]
        if (n == m or one.reduced) and case.once("silent-broadcast", one.step):
            yield _met(case, one, n, m)
    yield from _lost_axis(case)


def _pairs(case: Case) -> Iterator[Meeting]:
    """Both operands were copied, one of them along a new axis, and the table they made is then averaged away."""
    for step in case.graph.steps:
        if not step.op.elementwise or len(step.inputs) != 2 or len(step.shape) < 2:
            continue
        if step.id in case.backward or not case.kept(step):
            continue
        sides = [case.graph[i] for i in step.inputs]
        if not all(side.op.name == "broadcast" and side.implicit for side in sides):
            continue
        met = _column_and_vector(*[case.graph[side.inputs[0]] for side in sides])
        if met is None or (met[0].implicit and met[0].op.name in ("reshape", "index")):
            continue  # lined up by the letters of a formula: the table is what it says
        yield Meeting(step, *met, _reduced(case, step), case.graph[step.inputs[0]].inputs[0] == met[0].id)


def _too_many(case: Case) -> Iterator[Meeting]:
    """The same where a run was read without the table, which is too large: its operands are there, and its shape."""
    for one in case.program.oversized:
        met = _column_and_vector(*[case.graph[id] for id in one.operands])
        if met is None:
            continue
        step = Step(UNREAD, OPS[one.op], one.operands, NO_ATTRS, one.shape, met[0].dtype, one.name, one.span)
        yield Meeting(step, *met, one.into in REDUCING, one.operands[0] == met[0].id)


def _column_and_vector(one: Step, other: Step) -> tuple[Step, Step] | None:
    low, high = sorted((one, other), key=lambda s: len(s.shape))
    if len(low.shape) != 1 or len(high.shape) != 2 or high.shape[1] != 1 or low.shape[0] < 2 or high.shape[0] < 2:
        return None
    return high, low


def _entry(case: Case, step: Step) -> tuple[str, tuple[Line, ...]]:
    """The entry at [0,1], and how it is worked; of a table that was not read, from the operands' first entries."""
    if step.id != UNREAD:
        return case.place(step.id, (0, 1)), case.worked(step, (0, 1))
    parts = np.broadcast_arrays(*[case.values[id][:2] for id in step.inputs])
    assert step.span is not None
    name, value = step.name or f"({' '.join(step.span.text.split())})", step.op.forward(np, *parts)[0, 1]
    return f"{name}[0,1] = {shown(value)}", computed(step.op.name, *parts, at=(0, 1), name=step.name or "")


def _met(case: Case, one: Meeting, n: int, m: int) -> Finding:
    meant = _new_axis(case, one.high, one.step) or case.source_of(one.low.id).id == case.source_of(one.high.id).id
    sure = n == m and one.reduced
    a, b = case.called(one.high.id), case.called(one.low.id)
    where, evidence = _entry(case, one.step)
    return Finding(
        code="silent-broadcast",
        title=f"{a} ({m}×1) meets {b} ({n}): {m * n} pairs, not {n}",
        steps=(one.step.id if one.step.id != UNREAD else max(one.step.inputs),),
        span=one.step.span,
        where=where,
        evidence=evidence,
        meaning=(
            f"The two shapes don't match entry by entry, so every entry of {a} meets every entry of {b}: "
            f"the entry at [0,1] pairs number 0 with number 1. "
            + ("The sum over it hides this." if sure else "It is right only where such a table is meant.")
        ),
        **_one_axis(case, one, a, b),
        confidence="low" if meant else "high" if sure else "medium" if n == m else "low",
    )


def _lost_axis(case: Case) -> Iterator[Finding]:
    """``x − x.mean(axis=1)`` of a square table: row i loses the mean of row j."""
    for step in case.steps("subtract", "divide", "multiply", "add"):
        if len(step.shape) != 2 or step.shape[0] != step.shape[1] or step.shape[0] < 2:
            continue
        for one, other in (step.inputs, step.inputs[::-1]):
            copied = case.graph[one]
            if copied.op.name != "broadcast" or not copied.implicit or len(case.graph[copied.inputs[0]].shape) != 1:
                continue
            reduced = _reduction_behind(case, copied.inputs[0])
            axis = reduced.attrs.get("axis") if reduced is not None else None
            axis = axis[0] if isinstance(axis, tuple) and len(axis) == 1 else axis
            if reduced is None or not isinstance(axis, int) or axis % 2 != 1:
                continue
            if not _same_table(case, reduced.inputs[0], other) or not case.once("silent-broadcast", step):
                continue
            name = case.called(reduced.id)
            yield Finding(
                code="silent-broadcast",
                title=f"{name} has one number a row, and meets the columns",
                steps=(step.id, reduced.id),
                span=step.span,
                where=case.place(step.id, (0, 1)),
                evidence=case.worked(step, (0, 1)),
                meaning=(
                    f"A vector is lined up with the last axis, so the entry at [0,1] meets the {reduced.op.name} of "
                    "row 1, not of row 0. Only because the table is square does it fit at all."
                ),
                **_kept_axis(case, reduced),
            )
            break


def _one_axis(case: Case, met: Meeting, a: str, b: str) -> Mend:
    """The column's second axis taken off."""
    one = written(case, met.step)
    if one is None or not isinstance(one.tree, ast.BinOp):
        return Mend(mend=(f"- {a} … {b}", f"+ {a}[:, 0] … {b}    # both of one axis"))
    left = met.column_first
    column, other = (one.tree.left, one.tree.right) if left else (one.tree.right, one.tree.left)
    between = SIGNS.get(type(one.tree.op), "")
    if not between:
        return Mend(mend=(f"- {a} … {b}", f"+ {a}[:, 0] … {b}    # both of one axis"))
    first, second = f"{one.part(column)}[:, 0]", one.part(other)
    return instead(one, f"{first} {between} {second}" if left else f"{second} {between} {first}")


SIGNS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


def _kept_axis(case: Case, reduced: Step) -> Mend:
    one, name = written(case, reduced), reduced.op.name
    call = one.tree if one is not None and isinstance(one.tree, ast.Call) else None
    if one is None or call is None or any(keyword.arg == "keepdims" for keyword in call.keywords):
        return Mend(mend=(f"- {name}(axis=1)", f"+ {name}(axis=1, keepdims=True)"))
    return instead(one, f"{one.text[:-1]}, keepdims=True)")


def _reduction_behind(case: Case, id: int) -> Step | None:
    """The reduction that a vector is, a root or a small number added aside."""
    step = case.behind(id)
    for _ in range(4):
        if step.op.name in REDUCING:
            return step
        if step.op.name not in ("sqrt", "add", "maximum", "clip", "negative", "reciprocal") or not step.inputs:
            return None
        step = case.behind(step.inputs[0])
    return None


def _same_table(case: Case, reduced: int, other: int) -> bool:
    """Whether what was reduced is what it is now combined with, or was made from it entry by entry."""
    table = case.source_of(other).id
    step = case.source_of(reduced)
    for _ in range(4):
        if step.id == table:
            return True
        if not step.op.elementwise or not step.inputs:
            return False
        step = case.source_of(step.inputs[0])
    return False


def _new_axis(case: Case, high: Step, meeting: Step) -> bool:
    """Whether the column was made of a vector on purpose: by ``[:, None]``, or reshaped right where they meet."""
    column = case.behind(high.id)
    if column.op.name == "index":
        return any(part is None for part in column.attrs["key"])
    here, whole = column.span, meeting.span
    return column.op.name == "reshape" and here is not None and whole is not None and (
        whole.start <= here.start and here.end <= whole.end
    )  # fmt: skip


def _reduced(case: Case, step: Step) -> bool:
    """Whether the table comes to one number by entry-wise steps and a reduction over all of it."""
    seen, todo = {step.id}, [step.id]
    while todo and len(seen) < MOST:
        for user in case.uses[todo.pop(0)]:
            reader = case.graph[user]
            if user in seen or user in case.backward:
                continue
            seen.add(user)
            if reader.op.name in REDUCING and reader.shape == ():
                return True
            if (reader.op.elementwise or reader.op.name == "cast") and reader.shape == step.shape:
                todo.append(user)
    return False
