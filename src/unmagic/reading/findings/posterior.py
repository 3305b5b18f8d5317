"""Prior times likelihood, not yet divided by the evidence, called a posterior."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding
from unmagic.core.graph import Array, Step
from unmagic.core.lines import Line

from .case import Case
from .evidence import total
from .mends import Mend, instead, written
from .names import words

POSTERIOR = ("posterior", "post", "posteriors")
OTHER = ("log", "mean", "var", "std", "alpha", "beta", "mu", "sigma", "unnorm", "unnormalised", "unnormalized", "joint",
         "score", "samples", "norm", "sum", "odds")  # fmt: skip


def rule(case: Case) -> Iterator[Finding]:
    yield from _tables(case)
    yield from _formulas(case)


def _tables(case: Case) -> Iterator[Finding]:
    """A table named posterior, none of it negative, that does not add up to 1 and is not divided by its own sum."""
    for step in case.steps("multiply", "divide"):
        parts = words(case.name(step.id))
        p = np.asarray(case.values[step.id], np.float64)
        if not any(part in POSTERIOR for part in parts) or any(part in OTHER for part in parts) or not p.ndim:
            continue
        if p.size < 2 or not np.isfinite(p).all() or (p < 0).any() or _adds_up(p) or _divided(case, step):
            continue
        if not case.once("unnormalised-posterior", step):
            continue
        row = p.reshape(-1, p.shape[-1])[0]
        yield _finding(case, step, f"{case.name(step.id)} adds up to {shown(row.sum())}", total(row))


def _formulas(case: Case) -> Iterator[Finding]:
    """P(H|D) as P(D|H) P(H): the names say which is which."""
    for step in case.steps("multiply"):
        said = re.fullmatch(r"[Pp]\((\w+)\|(\w+)\)", (step.name or "").replace(" ", ""))
        factors = {(case.name(i) or "").replace(" ", "")[1:] for i in step.inputs}
        if said is None or factors != {f"({said[2]}|{said[1]})", f"({said[1]})"}:
            continue
        at = (0,) * len(step.shape)
        if case.once("unnormalised-posterior", step):
            yield _finding(case, step, case.place(step.id, at), ())


def _finding(case: Case, step: Step, where: str, evidence: tuple[Line, ...]) -> Finding:
    name = case.name(step.id)
    return Finding(
        code="unnormalised-posterior",
        title=f"{name} is not divided by the evidence",
        steps=(step.id,),
        span=step.span,
        where=where,
        evidence=evidence or case.worked(step, (0,) * len(step.shape)),
        meaning=(
            "Prior times likelihood is how likely hypothesis and data are together, and that adds up to the "
            "probability of the data, not to 1. Divide by that sum, and it is what to believe after seeing the data."
        ),
        **_mend(case, step, name),
    )


def _adds_up(p: Array) -> bool:
    sums = [p.sum(), *(p.sum(axis=axis) for axis in range(p.ndim))]
    return any(np.allclose(s, 1.0, atol=1e-3) for s in sums)


def _divided(case: Case, step: Step) -> bool:
    """Whether it is itself a quotient by its own sum (times a width), or is divided so later on."""
    for one in (step, *case.onward(step.id)):
        if one.op.name == "divide" and one.inputs[0] != one.inputs[1]:
            top, bottom = case.source_of(one.inputs[0]).id, one.inputs[1]
            if top in case.graph.ancestors(bottom):
                return True
    return False


def _mend(case: Case, step: Step, name: str) -> Mend:
    one = written(case, step)
    if one is None or one.sides(ast.Mult) is None or not step.shape:
        return Mend(mend=(f"- {name} = likelihood · prior", f"+ {name} = likelihood · prior / Σ likelihood · prior"))
    axis = ", axis=-1, keepdims=True" if len(step.shape) > 1 else ""
    return instead(one, f"{one.text} / np.sum({one.text}{axis})")
