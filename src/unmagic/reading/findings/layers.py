"""Gradients that vanish or explode on their way back through the layers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding
from unmagic.core.graph import Array, Step

from .case import Case
from .evidence import order
from .rounding import is_rounding

LAYERS = ("matmul", "matvec", "vecmat")
LEAST = 4
VANISHED, FADING = 1e-5, 1e-4
EXPLODED, GROWING = 1e5, 1e4


def rule(case: Case) -> Iterator[Finding]:
    """The mean size of the loss's gradient at the first layer's output, against that at the last one's."""
    loss = next((id for id in reversed(case.losses) if case.learning.surely(id)), None)
    if loss is None:
        return
    chain = _chain(case, loss)
    if len(chain) < LEAST:
        return
    made = case.learning.derived(loss, chain[0].id)
    if made is None:
        return
    sizes = [(step, _size(made.values[made.cotangents[step.id]])) for step in chain if step.id in made.cotangents]
    if len(sizes) < LEAST or not all(np.isfinite(size) for _, size in sizes):
        return
    (first, early), (last, late) = sizes[0], sizes[-1]
    if not early or not late or is_rounding(made, last.id):
        return  # at the bottom there is no gradient to speak of
    ratio = early / late
    vanishes = ratio < FADING
    if not vanishes and ratio < GROWING:
        return
    sure = ratio < VANISHED or ratio > EXPLODED
    word = "vanishes" if vanishes else "explodes"
    yield Finding(
        code="vanishing-gradient" if vanishes else "exploding-gradient",
        title=f"the gradient {word} on its way back through {len(sizes)} layers",
        steps=(first.id, last.id),
        span=first.span,
        where=f"mean size at the last layer {_brief(late)}, at the first {_brief(early)}",
        evidence=order(early, late, "first, last") if vanishes else order(late, early, "last, first"),
        meaning=(
            "Each layer multiplies the gradient that comes back by its weights and its activation's slope, and here "
            + (
                "that is mostly below 1. The first layers learn next to nothing."
                if vanishes
                else "that is mostly above 1. One step throws the first layers far off."
            )
        ),
        mend=("+ h = h + f(h W): a way past each layer, ReLU in place of sigmoid, weights of variance 1/n",)
        if vanishes
        else ("+ clip the gradient's norm, start from smaller weights (variance 1/n), or normalise each layer",),
        confidence="high" if sure else "medium",
    )


def _chain(case: Case, loss: int) -> list[Step]:
    """Matrix products, each reading what the one before came to, the longest such row that ends in the loss."""
    behind = case.graph.ancestors(loss)
    depth: dict[int, tuple[int, int]] = {}  # step -> products on the longest way to it, and the last of them
    before: dict[int, int] = {}
    for id in sorted(behind - case.learning.roots):  # the rounds of a training loop are no layers
        step = case.graph[id]
        best = max((depth[i] for i in step.inputs if i in depth), default=None)
        if step.op.name in LAYERS and step.dtype.kind == "f":
            if best is not None:
                before[id] = best[1]
            depth[id] = ((best[0] if best else 0) + 1, id)
        elif best is not None and step.op.differentiable:
            depth[id] = best
    if loss not in depth:
        return []
    row = [depth[loss][1]]
    while row[-1] in before:
        row.append(before[row[-1]])
    chain = [case.graph[id] for id in reversed(row)]
    return [] if _by_hand(case, chain) else chain


def _brief(size: float) -> str:
    return shown(float(f"{size:.4g}"))


def _by_hand(case: Case, chain: list[Step]) -> bool:
    """Whether some of the products are a backward pass written out: they read what others read, turned over."""
    factors = [_unscaled(case, i) for step in chain for i in step.inputs]
    plain = {factor.id for factor in factors}
    return any(case.source_of(factor.id).id in plain for factor in factors if factor.op.name == "transpose")


def _unscaled(case: Case, id: int) -> Step:
    """What a factor is without a number in front of it: X.T of ``0.1 * X.T``."""
    step = case.behind(id)
    while step.op.name in ("multiply", "divide"):
        arrays = [i for i in step.inputs if np.size(case.values[case.behind(i).id]) > 1]
        if len(arrays) != 1:
            break
        step = case.behind(arrays[0])
    return step


def _size(values: Array) -> float:
    with np.errstate(all="ignore"):
        return float(np.sqrt(np.mean(np.square(np.asarray(values, np.float64)))))
