"""A gradient written by hand that is not the gradient: ours against theirs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.errors import UnmagicError
from unmagic.core.finding import Finding
from unmagic.core.graph import Array, Index, Step
from unmagic.core.lines import Line
from unmagic.core.op import Operand
from unmagic.engine.differentiate import between
from unmagic.reading.backward import Backward
from unmagic.reading.working import worked

from .case import Case
from .learning import Update, parallel, tolerance_of
from .names import derived_from, is_loss, is_slope, words

ROUGHLY, WAVERS = 0.2, 0.05

MOST_BACK = 4_000
"""Steps behind an update that are looked at for gradients with a name."""


def rule(case: Case) -> Iterator[Finding]:
    """No gradient behind the step is the loss's, up to one factor: neither what is used, nor what it was made from."""
    given = set(case.program.gradients.values())
    for group in case.learning.rounds():
        for one in sorted(group, key=lambda one: one.root):
            if (abs(one.cosine) > 0.9999 and not wavers(case, one)) or _explained(case, one):
                continue
            theirs = slopes(case, one)
            if any(step.id in given for step in theirs):
                continue  # a framework took it: it is right, if not of this time
            tolerance = tolerance_of(case.values[one.old])
            if not theirs or not _likely(case, one, theirs) or (not wavers(case, one) and _fits(case, one, tolerance)):
                continue
            if not _same_data(case, one, theirs[-1].id):
                continue
            early = _moved_early(case, group, one, theirs[-1])
            if early is not None:
                if case.once("stale-gradient", theirs[-1]):
                    yield _early(case, one, theirs[-1], early)
                continue
            yield from _differs(case, one, theirs, tolerance)


def wavers(case: Case, one: Update) -> bool:
    """Of a parameter that is one number: whether its slope is the gradient times another factor in each round."""
    if one.gradient.shape != ():
        return False
    given = set(case.program.gradients.values())
    factors = []
    for other in case.learning.updates:
        if other.first != one.first:
            continue
        slope = next((s for s in reversed(slopes(case, other)) if is_slope(s.name or "") and s.id not in given), None)
        if slope is None:
            return False
        factors.append(float(case.values[slope.id]) / float(other.gradient))
    return max(factors) - min(factors) > WAVERS * max(map(abs, factors))


def _likely(case: Case, one: Update, theirs: list[Step]) -> bool:
    """Whether it is meant as this loss's gradient: by its name, or by going at least roughly down a named loss."""
    return any(is_slope(step.name or "") for step in theirs) or (
        is_loss(case.name(one.loss)) and abs(one.cosine) > ROUGHLY
    )


def _fits(case: Case, one: Update, tolerance: float) -> bool:
    """Whether anything behind the step is the gradient, up to a factor: what came after (clipping, Adam) is meant."""
    shape = one.gradient.shape
    made = (case.graph[id] for id in since(case, one.step, one.old))
    return any(
        parallel(case.values[step.id], one.gradient, tolerance) for step in made
        if step.shape == shape and step.dtype.kind == "f"
    )  # fmt: skip


def _explained(case: Case, one: Update) -> bool:
    """Whether another rule has said what is wrong with the updates of this line."""
    span = case.graph[one.root].span
    others = (case.graph[root].span for root in case.learning.explained)
    return one.root in case.learning.explained or (span is not None and span in others)


def _differs(case: Case, one: Update, theirs: list[Step], tolerance: float) -> Iterator[Finding]:
    made = case.learning.derived(one.loss, one.old)
    if made is None or _clipped(case, one):
        return
    wrong, of = _first_wrong(case, one, theirs[-1], made, tolerance)
    if not case.once("gradient-differs", wrong):
        return
    ours = np.asarray(made.values[made.cotangents[of]])
    used = np.asarray(case.values[wrong.id], np.float64)
    gap = np.abs(used - ours) if used.shape == ours.shape else None
    at: Index = () if gap is None else tuple(int(i) for i in np.unravel_index(int(np.argmax(gap)), gap.shape))
    named = case.parameter(of, one.root) if of == one.old else case.graph[of].name or case.called(of)
    entry = f"[{','.join(map(str, at))}]" if at else ""
    loss = case.name(one.loss)
    loss = "loss" if loss.startswith("step ") else loss
    yield Finding(
        code="gradient-differs",
        title=f"{case.called(wrong.id)} is not ∂{loss}/∂{named}",
        steps=(wrong.id,),
        span=wrong.span,
        where=f"theirs{entry} = {shown(used[at])}, ours{entry} = {shown(ours[at])}",
        evidence=(*case.worked(wrong, at), *_ours(made, made.cotangents[of], at, f"∂{loss}/∂{named}")),
        meaning=(
            f"The chain rule on your {loss}, step by step, gives other numbers, and no factor in front makes up for "
            "it. Everything that is computed from it goes astray from here on."
        ),
        mend=(f"- {case.called(wrong.id)}", f"+ ∂{loss}/∂{named}, as it is worked here (--grad {named})"),
        confidence="high" if is_loss(case.name(one.loss)) and is_slope(wrong.name or "") else "medium",
    )


def _clipped(case: Case, one: Update) -> bool:
    """Whether the loss holds something off the edge, ``log(max(p, 1e-12))``, and some entries are at it: by hand nobody
    derives that."""
    for id in between(case.graph.steps, one.loss, [one.old]):
        step = case.graph[id]
        if step.op.name not in ("maximum", "minimum", "clip") or not case.kept(step):
            continue
        y, x = np.asarray(case.values[id]), np.asarray(case.values[step.inputs[0]])
        edge = all(np.asarray(case.values[i]).size == 1 or case.behind(i).shape == () for i in step.inputs[1:])
        if edge and x.shape == y.shape and (x != y).any() and not np.all(y[x != y] == 0):
            return True
    return False


def _first_wrong(case: Case, one: Update, last: Step, made: Backward, tolerance: float) -> tuple[Step, int]:
    """The earliest step behind the update whose name says what it is the gradient of, and which is not; and of what."""
    behind = since(case, last.id, one.old)
    for id in sorted(behind):
        step = case.graph[id]
        for name in derived_from(step.name or ""):
            of = _latest(case, name, id, made)
            if of is None or case.graph[of].shape != step.shape or of == one.old:
                continue
            if parallel(case.values[id], made.values[made.cotangents[of]], tolerance) is None:
                return step, of
            break
    return last, one.old


def _latest(case: Case, name: str, before: int, made: Backward) -> int | None:
    """The last step of a name before another, if the loss depends on it."""
    found = [s.id for s in case.graph.steps[:before] if s.name == name and s.id in made.cotangents]
    return found[-1] if found else None


def since(case: Case, id: int, old: int) -> set[int]:
    """What a step depends on that was computed after the parameter had its value."""
    wanted = {id}
    for k in range(id, max(old, id - MOST_BACK), -1):
        if k in wanted:
            wanted.update(i for i in case.graph[k].inputs if i > old)
    return wanted


def slopes(case: Case, one: Update) -> list[Step]:
    """Gradients behind an update, in order: by their names, and what is left when factors are taken off."""
    shape = one.gradient.shape
    behind = since(case, one.step, one.old)
    of = case.graph[one.old].name or ""
    named = [case.graph[id] for id in sorted(behind) if _slope_of(case.graph[id].name or "", of)]
    given = set(case.program.gradients.values())
    named += [case.graph[i] for id in sorted(behind) for i in case.graph[id].inputs if i in given]
    named = [step for step in named if step.shape == shape]
    if named:
        return named
    step = case.behind(one.step)
    while step.op.name in ("multiply", "divide", "negative") and step.inputs:
        factors = [case.behind(i) for i in step.inputs]
        arrays = [f for f in factors if f.shape == shape and f.op.name != "constant"]
        if len(arrays) != 1 or (len(factors) > 1 and shape == ()):
            break
        step = arrays[0]
    return [step] if step.shape == shape and not case.is_leaf(step.id) else []


def _slope_of(name: str, of: str) -> bool:
    """Whether a name says that it is the gradient of a parameter, or of no one in particular."""
    if not is_slope(name):
        return False
    plain = all(part.startswith(("grad", "nabla")) or part in ("g", "d", "delta") for part in words(name))
    return plain or not of or of in derived_from(name) or name.startswith(("∇", "∂"))


def _same_data(case: Case, one: Update, slope: int) -> bool:
    """Whether a slope was computed from what the loss was computed from, and not from one batch of it."""
    ours, theirs = _data(case, one.loss, one.old), _data(case, slope, one.old)
    return theirs <= ours | {one.old}


def _data(case: Case, id: int, old: int) -> set[tuple[int, bool]]:
    """The arrays that a step depends on, and whether they were indexed on the way."""
    touched = {old}
    for k in range(old + 1, id + 1):
        if any(i in touched for i in case.graph[k].inputs):
            touched.add(k)
    found: set[tuple[int, bool]] = set()
    seen: set[tuple[int, bool]] = set()
    todo = [(id, False)]
    while todo and len(seen) < MOST_BACK:
        here = todo.pop()
        if here in seen or here[0] == old:
            continue
        seen.add(here)
        step = case.graph[here[0]]
        if not step.inputs:
            if step.shape and step.dtype.kind == "f" and step.op.name == "input":
                found.add(here)
            continue
        picks = step.op.name in ("index", "embedding", "take_along") and step.inputs[0] not in touched
        picks = picks and not (step.op.name == "index" and _whole(step))
        todo += [(i, here[1] or (picks and k == 0)) for k, i in enumerate(step.inputs)]
    return found


def _whole(step: Step) -> bool:
    """Whether an index only adds axes."""
    return all(k is None or k is Ellipsis or (isinstance(k, slice) and k == slice(None)) for k in step.attrs["key"])


def _moved_early(case: Case, group: list[Update], one: Update, slope: Step) -> Update | None:
    """Another parameter that had moved already when this gradient was taken, and whose old value makes it right."""
    behind = since(case, slope.id, min(other.old for other in group))
    moved: Mapping[int, Array] = {o.new: case.values[o.old] for o in group if o.new in behind and o is not one}
    if not moved:
        return None
    again = case.learning.replay(slope.id, moved)
    if again is None or parallel(again, one.gradient, tolerance_of(case.values[one.old])) is None:
        return None
    return next(other for other in group if other.new in moved)


def _early(case: Case, one: Update, slope: Step, other: Update) -> Finding:
    name, moved = case.called(slope.id), case.parameter(other.old, other.root)
    gap = np.abs(np.asarray(case.values[slope.id], np.float64) - one.gradient)
    at = tuple(int(i) for i in np.unravel_index(int(np.argmax(gap)), gap.shape))
    return Finding(
        code="stale-gradient",
        title=f"{name} is taken after {moved} has moved",
        steps=(slope.id, other.root),
        span=slope.span,
        where=f"{case.entry_name(slope.id, at)} = {shown(case.values[slope.id][at])}, with {moved} as it was "
        f"{shown(one.gradient[at])}",
        evidence=case.worked(slope, at),
        meaning=(
            f"The loss was computed with the old {moved}, and its gradient reads the new one. "
            "Take all gradients first, then move all parameters."
        ),
        mend=(f"+ move the update of {moved} below {name}",),
        confidence="high" if is_slope(slope.name or "") else "medium",  # one by one, on purpose: coordinate descent
    )


def _ours(made: Backward, id: int, at: Index, name: str) -> tuple[Line, ...]:
    """The last step of our gradient, worked."""
    step = made.graph[id]
    operands = [Operand(k, np.asarray(made.values[i])) for k, i in enumerate(step.inputs)]
    try:
        return worked(
            step.op, at, operands, made.values[id], step.attrs, name=name, given=[False] * len(operands)
        ).lines
    except UnmagicError:
        return ()
