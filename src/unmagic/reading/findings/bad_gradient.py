"""A gradient that is nan or ∞ where the loss is finite: the first bad entry of the backward pass."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding, Stop
from unmagic.core.graph import Array, Graph, Index, Step
from unmagic.core.lines import Line

from .case import Case, first_entry
from .mends import Mend, argument, function, instead, numpy, written
from .origin import Origin, origin
from .way import MOST

SHARP = ("sqrt", "power", "log", "norm", "reciprocal", "divide", "std", "arccos", "arcsin", "cbrt", "log1p")


def rule(case: Case) -> Iterator[Finding]:
    """Where a backward pass stands in the source, that one; else the gradient of the result, if it is a loss."""
    graph, values, asked = case.graph, case.values, [*case.program.gradients.values()]
    forward = case.graph.result
    if not asked:
        if forward not in case.losses:
            return
        wrt = [s.id for s in graph.steps[:forward] if not s.inputs and s.dtype.kind == "f" and s.name and s.shape]
        made = case.learning.derived(forward, *wrt) if wrt else None
        if made is None:
            return
        graph, values, asked = made.graph, made.values, [made.cotangents[i] for i in wrt]
    sound = all(np.isfinite(case.values[one.of]).all() for one in case.graph.passes) and (
        case.graph.passes or np.isfinite(case.values[forward]).all()
    )
    bad = next((id for id in asked if not np.isfinite(np.asarray(values[id])).all()), None)
    if bad is None or not sound:
        return
    found = origin(graph, values, bad)
    if found is None:
        return
    step = graph[found.step]
    made_by = _forward(case, step)
    if made_by is None or not case.once("bad-gradient", step):
        return
    around = _where_around(case, made_by, found.at)
    if around is None and not np.isfinite(np.asarray(case.values[made_by.id])).all():
        return  # the value is bad as well, which is said there
    told = _masked(case, made_by, around, found.at) if around is not None else _sharp(case, made_by, found.at)
    yield replace(
        told, evidence=_worked(graph, values, step, found.at), path=_way(graph, values, found),
        confidence="high" if case.program.gradients else "medium",
    )  # fmt: skip


def _way(graph: Graph, values: Sequence[Array], found: Origin) -> tuple[Stop, ...]:
    """The gradients that it spoiled, from the back to the front: those with a name, and where ∞ turned into nan."""
    stops = []
    for place in found.path:
        step = graph[place.step]
        if not step.name and place not in (found.turn, found.path[-1]):
            continue
        name = step.name or f"the gradient at {step.span.text if step.span is not None else step.op.name}"
        entry = f"[{','.join(map(str, place.at))}]" if place.at else ""
        lines = _worked(graph, values, step, place.at) if place == found.turn else ()
        where = f"{name}{entry} = {shown(np.asarray(values[place.step])[place.at])}"
        stops.append(Stop(place.step, where, step.span, lines[-1] if lines else None))
    return tuple(stops if len(stops) <= MOST else [*stops[:2], *stops[-3:]])


def _masked(case: Case, step: Step, where: Step, at: Index) -> Finding:
    x = step.inputs[0]
    fits = len(at) == np.ndim(case.values[x])
    return Finding(
        code="where-nan-gradient",
        title="where hides a bad value, not its gradient",
        steps=(where.id, step.id),
        span=where.span,
        where=f"{case.place(x, at)}, which where does not take" if fits else "at an entry that where does not take",
        meaning=(
            f"The entry is not taken, so the gradient that comes back to it is 0; but the slope of "
            f"{case.called(step.id)} there is infinite, and 0 · ∞ is nan. Give such entries a harmless input first."
        ),
        **_harmless(case, step, where),
    )


def _sharp(case: Case, step: Step, at: Index) -> Finding:
    x = case.values[step.inputs[0]]
    place = at if len(at) == np.ndim(x) else (0,) * np.ndim(x)
    return Finding(
        code="infinite-slope",
        title=f"{step.op.name} has no finite slope here",
        steps=(step.id,),
        span=step.span,
        where=case.place(step.inputs[0], place),
        meaning=(
            f"The value is fine, its gradient is not: {step.op.name} rises infinitely steeply at 0. "
            "Everything before it gets ∞, or nan where that meets a 0."
        ),
        **_above_zero(case, step),
    )


def _harmless(case: Case, step: Step, where: Step) -> Mend:
    """A harmless input for the entries that are not taken: inside the function, by the same condition."""
    outer, inner = written(case, where), written(case, step)
    call = outer.called("where") if outer is not None else None
    sharp = inner.tree if inner is not None and isinstance(inner.tree, ast.Call) else None
    x = argument(sharp) if sharp is not None else None
    if outer is None or inner is None or call is None or x is None or len(call.args) != 3:
        return Mend(mend=(f"- where(c, {case.called(step.id)}, …)", "+ safe = where(c, x, 1);  where(c, f(safe), …)"))
    test, text = outer.bare(call.args[0]), inner.bare(x)
    taken = outer.bare(call.args[1]).count(inner.text) > 0
    safe = f"{numpy(call)}where({test}, {text}, 1.0)" if taken else f"{numpy(call)}where({test}, 1.0, {text})"
    return instead(outer, outer.text.replace(inner.text, inner.text.replace(text, safe, 1)))


def _above_zero(case: Case, step: Step) -> Mend:
    one, name = written(case, step), step.op.name
    call = one.called("sqrt", "cbrt") if one is not None else None
    x = argument(call) if call is not None else None
    if one is None or call is None or x is None or not call.args:
        return Mend(mend=(f"- {name}(x)", f"+ {name}(x + 1e-12)    # a small number inside, not outside"))
    return instead(one, f"{numpy(call)}{function(call)}({one.bare(x)} + 1e-12)", "inside, not outside")


def _forward(case: Case, bad: Step) -> Step | None:
    """The forward step that a backward step belongs to: it stands for the same text."""
    if bad.id < len(case.graph) and bad.id not in case.backward:
        return bad
    if bad.span is None:
        return None
    here = [
        step
        for step in case.graph.steps[: bad.id]
        if step.id not in case.backward and step.inputs and step.span is not None
        and (step.span.start, step.span.end) == (bad.span.start, bad.span.end)
    ]  # fmt: skip
    return next((step for step in reversed(here) if step.op.name in SHARP), here[-1] if here else None)


def _where_around(case: Case, step: Step, at: Index) -> Step | None:
    """A `where` that reads the step and does not take the entry."""
    reached = {step.id}
    for user in case.onward(step.id):
        if user.op.name == "where":
            test = np.asarray(case.values[user.inputs[0]])
            taken = test if user.inputs[1] in reached else ~test
            if test.ndim == len(at) and not taken[at]:
                return user
            if test.ndim != len(at) and first_entry(~taken) is not None:
                return user
        reached.add(user.id)
    return None


def _worked(graph: Graph, values: Sequence[Array], step: Step, at: Index) -> tuple[Line, ...]:
    from unmagic.core.errors import UnmagicError
    from unmagic.core.op import Operand
    from unmagic.reading.working import worked

    operands = [Operand(k, np.asarray(values[i])) for k, i in enumerate(step.inputs)]
    try:
        return worked(step.op, at, operands, values[step.id], step.attrs, name="gradient").lines
    except UnmagicError:
        return ()
