"""What all paths to a result weigh: one backward sweep with absolute local derivatives, in array code.

A path goes from an entry through one reader after the other to a scalar result; its weight is the product of the local
derivatives on it. The sum over all paths needs no path: carried back with |J| instead of J, the cotangent of the result
becomes the absolute mass of all paths from each entry. Carried back with ones it counts them; carried back in
(max, ×) it is the weight of the heaviest. The three are swept together.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from unmagic.core.build import Builder
from unmagic.core.graph import Array, Shape, Step
from unmagic.core.limits import Limits
from unmagic.ops.axes import axes_of, axis_of, reduced
from unmagic.ops.reduce import Reduction

from .contraction import Contraction, contraction_of

MOST_COUNTED = 1e300
"""A count of paths stops here; below 2⁵³ it is exact."""

BLOCK = 1 << 20
"""Entries of local Jacobians that are held at a time."""


class Flow(NamedTuple):
    """For each entry of a step, over all its paths to the result."""

    mass: Array  # Σ |product of local derivatives|
    many: Array  # how many of them are not 0
    best: Array | None  # the largest |product|; None: too much work

    def __or__(self, other: Flow) -> Flow:
        """Of two groups of paths from the same entries."""
        best = None if self.best is None or other.best is None else np.maximum(self.best, other.best)
        return Flow(self.mass + other.mass, np.minimum(self.many + other.many, MOST_COUNTED), best)

    def map(self, pull: Callable[[Array], Array], most: Callable[[Array], Array]) -> Flow:
        """``pull`` on what adds up, ``most`` on what competes."""
        many = np.minimum(pull(self.many), MOST_COUNTED)
        return Flow(pull(self.mass), many, None if self.best is None else most(self.best))

    def times(self, slope: Array) -> Flow:
        """Each entry read once, at ``slope``."""
        size = np.abs(slope)
        best = None if self.best is None else self.best * size
        return Flow(self.mass * size, np.where(size != 0, self.many, 0.0), best)


Rule = Callable[[Step, int, Array, Sequence[Array], Flow], Flow]


def carried(step: Step, operand: int, y: Array, inputs: Sequence[Array], flow: Flow) -> Flow:
    """What comes back to one operand of ``step``: for each of its entries, over the paths through this step."""
    if not y.size or not inputs[operand].size:
        nothing = np.zeros(inputs[operand].shape)
        return Flow(nothing, nothing, None if flow.best is None else nothing)
    return _rule(step, inputs)(step, operand, y, inputs, flow)


def work(step: Step, operand: int, inputs: Sequence[Array]) -> tuple[int, int]:
    """How many products (max, ×) takes at one operand of ``step``, and how many entries are read one by one."""
    rule = _rule(step, inputs)
    shape = inputs[operand].shape
    size = math.prod(shape)
    if rule is _contracted:
        told = contraction_of(step, inputs)
        return (told.work(operand) if told else size), 0
    if rule is _normed:
        return size * math.prod(shape[a] for a in axes_of(step.attrs["axes"], shape)), 0
    return max(size, math.prod(step.shape)), size if rule is _one_by_one else 0


def _rule(step: Step, inputs: Sequence[Array]) -> Rule:
    op = step.op
    if op.elementwise:
        return _sloped
    if op.name in NAMED:
        return NAMED[op.name]
    if op.movement:
        return _copied
    if issubclass(op, Reduction):
        return _reduced
    return _contracted if contraction_of(step, inputs) is not None else _one_by_one


def _sloped(step: Step, operand: int, y: Array, inputs: Sequence[Array], flow: Flow) -> Flow:
    """Entry by entry."""
    return flow.times(step.op.slope(operand, y, *inputs, **step.attrs))  # type: ignore[attr-defined]


def _passed(step: Step, operand: int, y: Array, inputs: Sequence[Array], flow: Flow) -> Flow:
    """Unchanged: a float stored in another float dtype."""
    return flow


def _copied(step: Step, operand: int, y: Array, inputs: Sequence[Array], flow: Flow) -> Flow:
    """Each entry of the result is one of the operand's, or none: numbered entries sent through the op tell which."""
    op, shape = step.op, inputs[operand].shape
    size = math.prod(shape)
    numbers: list[Array] = []
    for k, given in enumerate(inputs):
        if op.linear_in and op.operands[min(k, len(op.operands) - 1)] not in op.linear_in:
            numbers.append(given)  # where to, not what
        elif k == operand:
            numbers.append(np.arange(1, size + 1).reshape(shape))
        else:
            numbers.append(np.zeros(given.shape, np.int64))
    attrs = dict(step.attrs)
    if "value" in attrs:  # what a border is filled with
        attrs["value"] = 0
    source = np.asarray(op.forward(np, *numbers, **attrs)).reshape(-1)

    def pull(w: Array) -> Array:
        return np.bincount(source, w.reshape(-1), size + 1)[1:].reshape(shape)

    def most(w: Array) -> Array:
        found = np.zeros(size + 1)
        np.maximum.at(found, source, w.reshape(-1))
        return found[1:].reshape(shape)

    return flow.map(pull, most)


def _reduced(step: Step, operand: int, y: Array, inputs: Sequence[Array], flow: Flow) -> Flow:
    """Each entry goes into one entry of the result, so the op's own vjp of ones is the local derivative."""
    x = inputs[operand]
    wide = reduced(x.shape, step.attrs.get("axis"), True)
    spread = flow.map(*[lambda w: np.broadcast_to(w.reshape(wide), x.shape)] * 2)
    if step.op.name == "sum":
        return spread
    return spread.times(_slopes(step, operand, y, inputs))


def _slopes(step: Step, operand: int, y: Array, inputs: Sequence[Array]) -> Array:
    builder = Builder(values=[], limits=Limits(entries=sys.maxsize))  # no larger than what the reading holds already
    nodes = [builder.leaf(value) for value in (np.ones(step.shape), y, *inputs)]
    part = step.op.vjp(*nodes, **step.attrs)[operand]
    return np.zeros(inputs[operand].shape) if part is None else np.asarray(part.value)


def _contracted(step: Step, operand: int, y: Array, inputs: Sequence[Array], flow: Flow) -> Flow:
    """Products added up over shared letters: the other operands' product is the local derivative."""
    told: Contraction | None = contraction_of(step, inputs)
    assert told is not None
    factor = told.factor(operand, inputs)
    size = np.abs(factor)
    there = (factor != 0).astype(np.float64)
    count = np.minimum(told.total(operand, there, flow.many), MOST_COUNTED)
    best = None if flow.best is None else told.most(operand, size, flow.best)
    return Flow(told.total(operand, size, flow.mass), count, best)


def _running(step: Step, operand: int, y: Array, inputs: Sequence[Array], flow: Flow) -> Flow:
    """A running sum: each entry is read by its own place and all later ones."""
    axis = axis_of(step.attrs["axis"], y.shape)

    def pull(w: Array) -> Array:
        return np.flip(np.cumsum(np.flip(w, axis), axis), axis)

    return flow.map(pull, lambda w: np.flip(np.maximum.accumulate(np.flip(w, axis), axis), axis))


# lines of entries that are worked together ------------------------------------------------------------------------


class _Lines:
    """Entries along axes laid out as rows, and back."""

    def __init__(self, shape: Shape, axis: Any) -> None:
        axes = axes_of(axis, shape)
        self.order = (*(i for i in range(len(shape)) if i not in axes), *axes)
        self.turned = tuple(shape[i] for i in self.order)
        self.n = math.prod(shape[i] for i in axes)

    def rows(self, x: Array) -> Array:
        return x.transpose(self.order).reshape(-1, self.n)

    def back(self, rows: Array) -> Array:
        return rows.reshape(self.turned).transpose(np.argsort(self.order))


def _others(rows: Array, take: np.ufunc) -> Array:
    """For each entry of a row all others added up, or the largest of them; 0 where there are none."""
    if rows.shape[1] < 2:
        return np.zeros(rows.shape)
    up = take.accumulate(rows, axis=1)
    down = take.accumulate(rows[:, ::-1], axis=1)[:, ::-1]  # nothing is subtracted: what is small stays exact
    edge = np.zeros((len(rows), 1))
    result: Array = take(np.hstack((edge, up[:, :-1])), np.hstack((down[:, 1:], edge)))
    return result


def _shares(step: Step, operand: int, y: Array, inputs: Sequence[Array], flow: Flow) -> Flow:
    """Softmax, ∂y_b/∂x_a = y_a(δ − y_b), and its log, δ − y_a: own place, and all others of the line, in O(n)."""
    lines = _Lines(y.shape, step.attrs.get("axis", -1))
    logs = step.op.name == "log_softmax"
    share = lines.rows(np.exp(y) if logs else y)
    mass, count = lines.rows(flow.mass), lines.rows(flow.many)
    best = None if flow.best is None else lines.rows(flow.best)
    own = 1.0 - share if logs else share - share * share
    reach = np.ones(share.shape) if logs else share  # how strongly another entry of the line reads this one

    there = (reach != 0).astype(np.float64)
    total = own * mass + share * _others(reach * mass, np.add)
    many = np.where(own != 0, count, 0.0) + np.where(share != 0, _others(there * count, np.add), 0.0)
    top = None if best is None else np.maximum(own * best, share * _others(reach * best, np.maximum))
    many = np.minimum(many, MOST_COUNTED)
    return Flow(lines.back(total), lines.back(many), None if top is None else lines.back(top))


def _normed(step: Step, operand: int, y: Array, inputs: Sequence[Array], flow: Flow) -> Flow:
    """Layer and root-mean-square norm: (δ − 1/n − y_a y_b/n)/scale, without the 1/n where no mean is taken out."""
    lines = _Lines(y.shape, step.attrs["axes"])
    x, shown, n = lines.rows(inputs[operand]), lines.rows(y), lines.n
    centred = step.op.name == "layer_norm"
    spread = x.var(axis=1) if centred else np.square(x).mean(axis=1)
    scale = np.sqrt(spread + step.attrs["eps"])
    flows = [None if w is None else lines.rows(w) for w in flow]
    found = [None if w is None else np.zeros(x.shape) for w in flow]
    many = max(1, BLOCK // max(1, n * n))
    for start in range(0, len(x), many):
        here = slice(start, start + many)
        rows = shown[here]
        local = np.eye(n) - (1.0 / n if centred else 0.0) - rows[:, :, None] * (rows[:, None, :] / n)
        local = np.abs(local / scale[here, None, None])
        for k, (w, into) in enumerate(zip(flows, found, strict=True)):
            if w is not None and into is not None:
                by = (local != 0) if k == 1 else local
                met = w[here, :, None] * by
                into[here] = met.max(axis=1, initial=0.0) if k == 2 else met.sum(axis=1)
    mass, count, best = (None if w is None else lines.back(w) for w in found)
    assert mass is not None
    assert count is not None
    return Flow(mass, np.minimum(count, MOST_COUNTED), best)


def _one_by_one(step: Step, operand: int, y: Array, inputs: Sequence[Array], flow: Flow) -> Flow:
    """No rule in array code: the readers of each entry of the operand in turn."""
    shape = inputs[operand].shape
    mass, count = np.zeros(shape), np.zeros(shape)
    best = None if flow.best is None else np.zeros(shape)
    for at in np.ndindex(shape):
        where, partial = step.op.readers(operand, at, y, *inputs, **step.attrs)
        size = np.abs(partial)
        mass[at] = (flow.mass[where] * size).sum()
        count[at] = (flow.many[where] * (size != 0)).sum()
        if best is not None and flow.best is not None:
            best[at] = (flow.best[where] * size).max(initial=0.0)
    return Flow(mass, np.minimum(count, MOST_COUNTED), best)


NAMED: dict[str, Rule] = {
    "cast": _passed,
    "cumsum": _running,
    "softmax": _shares,
    "log_softmax": _shares,
    "layer_norm": _normed,
    "rms_norm": _normed,
    "sort": _one_by_one,  # numbered entries would be put in order
    **dict.fromkeys(("pad", "diag", "tril", "triu"), _copied),  # what is not copied is new
}
