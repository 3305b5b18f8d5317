"""Sigmoids and tanhs so far out that they are flat."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding
from unmagic.core.graph import Array, Step

from .case import THROUGH, Case
from .evidence import order
from .seen import seen, told

FLAT = {"sigmoid": 8.0, "tanh": 4.0}  # past this the slope is about a thousandth of the steepest
STEEPEST = {"sigmoid": 0.25, "tanh": 1.0}
LEAST, SHARE = 6, 0.95
INTO = ("matmul", "matvec", "vecmat", "dot", "einsum")


def rule(case: Case) -> Iterator[Finding]:
    """Nearly every entry of a hidden layer is past where the slope ends, each time that it was recorded."""
    for one in seen(case, "sigmoid", "tanh"):
        flat = FLAT[one.name]
        if one.inputs[0].size < LEAST or not all(np.mean(np.abs(x) > flat) >= SHARE for x in one.inputs):
            continue
        step, x = one.roots[-1], one.inputs[-1]
        if not _hidden(case, step):
            continue  # the last layer may be as sure as it likes
        past = int(np.sum(np.abs(x) > flat))
        at = tuple(int(i) for i in np.argwhere(np.abs(x) == _middle(x))[0])
        slope = float(_slope(one.name, x[at]))
        yield Finding(
            code="saturated",
            title=f"saturated {one.name}: {shown(np.int64(past))} of {shown(np.int64(x.size))} entries are on the "
            "flat part",
            steps=(step.id,),
            span=step.span,
            where=f"half of them are further out than {case.place(one.roles[-1], at)}",
            evidence=(*case.worked(step, at), *order(slope, STEEPEST[one.name], "slope there, slope at 0")),
            meaning=(
                f"It was so {told(case, one)}. A gradient that comes back through {one.name} is multiplied by its "
                "slope, and so far out that is next to 0: the weights before it hardly learn."
            ),
            mend=("+ smaller weights at the start (variance 1/n), inputs of mean 0 and spread 1, or ReLU",),
            confidence="high",
        )


def _hidden(case: Case, step: Step) -> bool:
    """Whether it goes into a next layer as it is: what is compared with the labels first goes into a gradient."""
    todo = [step.id]
    for id in todo:
        for user in (case.graph[user] for user in case.uses[id] if user not in case.backward):
            if user.op.name in INTO:
                return True
            if len(todo) < 12 and (user.implicit or user.op.name in THROUGH | {"concatenate", "stack", "set_index"}):
                todo.append(user.id)
    return False


def _middle(x: Array) -> float:
    """The median distance from 0, as one that is there."""
    far = np.sort(np.abs(x), axis=None)
    return float(far[len(far) // 2])


def _slope(name: str, x: float) -> float:
    x = abs(float(x))
    e = np.exp(-x)
    return float(e / (1 + e) ** 2 if name == "sigmoid" else 4 * np.exp(-2 * x) / (1 + np.exp(-2 * x)) ** 2)
