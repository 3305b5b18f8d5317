"""Products entry by entry where rows were to meet columns."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.finding import Finding
from unmagic.core.graph import Step

from .case import Case
from .mends import Mend, instead, written
from .names import is_weight, words

DOTS = ("dot", "inner", "dotproduct")
BENDS = ("sigmoid", "tanh", "relu", "softmax", "step", "heaviside")
PREDICTED = ("z", "pred", "logit", "logits", "yhat", "hat", "score", "a")
BIASES = ("b", "bias", "c", "intercept", "w0", "b1", "b2")


def rule(case: Case) -> Iterator[Finding]:
    """A product of two arrays whose entries are then treated as if they had been added up."""
    for step in case.steps("multiply"):
        if not step.shape or step.dtype.kind != "f":
            continue
        a, b = (case.behind(i) for i in step.inputs)
        if not (a.shape and b.shape) or a.id == b.id or _mask(case, a) or _mask(case, b):
            continue
        why = (
            _named_dot(case, step)
            or _over_lengths(case, step, a, b)
            or _into_softmax(case, step, a, b)
            or _as_layer(case, step, a, b)
            or _as_neuron(case, step, a, b)
            or _as_mixture(case, step, a, b)
        )
        if not why or _summed(case, step) or not case.once("elementwise-for-dot", step):
            continue
        yield _finding(case, step, a, b, why)


def _finding(case: Case, step: Step, a: Step, b: Step, why: str) -> Finding:
    at = (0,) * len(step.shape)
    left, right = case.called(a.id), case.called(b.id)
    vectors = len(a.shape) == len(b.shape) == 1
    lines = case.worked(step, at)
    if vectors:
        from .evidence import computed

        lines = (*lines, *computed("dot", case.values[a.id], case.values[b.id], name=f"{left}·{right}"))
    return Finding(
        code="elementwise-for-dot",
        title=f"{left} times {right} entry by entry: nothing is added up",
        steps=(step.id,),
        span=step.span,
        where=f"{why}; it has shape {'×'.join(shown(np.int64(n)) for n in step.shape)}",
        evidence=lines,
        meaning=(
            "Entry by entry, each number meets only its partner, and what comes out is as large as what went in. "
            + (
                "A dot product adds these up to one number."
                if vectors
                else "A matrix product adds up: each row of the left meets each column of the right."
            )
        ),
        **_mend(case, step, left, right, why),
        confidence="high",
    )


def _mend(case: Case, step: Step, left: str, right: str, why: str) -> Mend:
    turned = ".T" if why.startswith("scores") else ""
    one = written(case, step)
    sides = one.sides(ast.Mult) if one is not None else None
    if one is None or sides is None:
        return Mend(mend=(f"- {left} * {right}", f"+ {left} @ {right}{turned}"))
    a, b = sides
    if len(case.behind(step.inputs[0]).shape) < len(case.behind(step.inputs[1]).shape):  # x * W: the table stands left
        a, b = b, a
    return instead(one, f"{one.part(a)} @ {one.part(b)}{turned}")


def _named_dot(case: Case, step: Step) -> str:
    return f"it is called {step.name}" if step.name and set(words(step.name)) & set(DOTS) else ""


def _over_lengths(case: Case, step: Step, a: Step, b: Step) -> str:
    """a ⊙ b / (‖a‖ ‖b‖): a cosine without its sum."""
    for user in case.onward(step.id):
        if user.op.name != "divide" or user.shape != step.shape:
            continue
        bottom = case.source_of(user.inputs[1])
        lengths = [case.source_of(i) for i in bottom.inputs] if bottom.op.name == "multiply" else []
        if len(lengths) == 2 and all(one.op.name == "norm" for one in lengths):
            of = {case.source_of(one.inputs[0]).id for one in lengths}
            if of == {case.source_of(a.id).id, case.source_of(b.id).id}:
                return "it is divided by both lengths, as a dot product is for the cosine"
    return ""


def _into_softmax(case: Case, step: Step, a: Step, b: Step) -> str:
    """Q ⊙ K / √d into a softmax."""
    if len(step.shape) < 2 or a.shape != step.shape or b.shape != step.shape:
        return ""
    scaled = step
    for user in case.onward(step.id):
        if user.op.name in ("divide", "multiply") and user.shape == step.shape:
            number = np.asarray(case.values[user.inputs[1]]).ravel()
            d = float(step.shape[-1])
            if number.size and any(np.allclose(number, root) for root in (np.sqrt(d), 1 / np.sqrt(d))):
                scaled = user
    if scaled is step:
        return ""
    roots = {m.roles.get("z") for m in case.idioms("softmax")} | {s.inputs[0] for s in case.steps("softmax", "exp")}
    reached = {scaled.id, *(user.id for user in case.onward(scaled.id))}
    return "scores over √d go into softmax" if roots & reached else ""


def _as_layer(case: Case, step: Step, a: Step, b: Step) -> str:
    """W ⊙ x + b with a table and a vector, each as it was handed in."""
    table, vector = (a, b) if len(a.shape) > len(b.shape) else (b, a)
    if len(table.shape) != 2 or len(vector.shape) != 1:
        return ""
    plain = case.is_leaf(table.id) and case.is_leaf(vector.id)
    weighted = is_weight(case.name(table.id)) or is_weight(case.name(vector.id))
    return "a bias is added to it" if plain and weighted and _plus_bias(case, step) else ""


def _as_neuron(case: Case, step: Step, a: Step, b: Step) -> str:
    """w ⊙ x + b of two vectors and one number, called z, or bent by a sigmoid."""
    handed_in = all(case.is_leaf(case.source_of(one.id, "index").id) for one in (a, b))
    if len(a.shape) != 1 or a.shape != b.shape or a.shape[0] < 2 or not handed_in:
        return ""
    bias = _plus_bias(case, step)
    left, right = _said(case, step, a, b)
    if is_weight(left) == is_weight(right) or bias is None or bias[1].shape:
        return ""
    after = bias[0]
    readers = list(case.onward(after.id))
    bent = any(user.op.name in BENDS or case.idiom_at(user.id, "sigmoid", "relu", "tanh") for user in readers)
    named = set(words(case.name(after.id))) & set(PREDICTED)
    return "one bias is added to all of it, as to a neuron's sum" if bent or named else ""


def _said(case: Case, step: Step, a: Step, b: Step) -> tuple[str, str]:
    """What the two factors are called where they are multiplied: ``self.w``, ``x``."""
    one = written(case, step)
    sides = one.sides(ast.Mult) if one is not None else None
    return (one.bare(sides[0]), one.bare(sides[1])) if one and sides else (case.name(a.id), case.name(b.id))


def _as_mixture(case: Case, step: Step, a: Step, b: Step) -> str:
    """Attention weights times values, entry by entry."""
    for weights, values in ((a, b), (b, a)):
        square = len(weights.shape) == 2 and weights.shape == values.shape and weights.shape[0] == weights.shape[1]
        softmax = weights.op.name == "softmax" or case.idiom_at(weights.id, "softmax") is not None
        if not square or not softmax or not (case.is_leaf(values.id) or values.op.name == "matmul"):
            continue
        match = case.idiom_at(weights.id, "softmax")
        scores = weights.inputs[0] if weights.op.name == "softmax" else match.roles.get("z", -1) if match else -1
        if scores >= 0 and case.source_of(scores, "divide", "multiply").op.name == "matmul":
            return "rows of shares, to mix the rows of values by"
    return ""


def _plus_bias(case: Case, step: Step) -> tuple[Step, Step] | None:
    """The sum with a bias, and the bias."""
    for user in case.uses[step.id]:
        one = case.graph[user]
        if one.op.name != "add" or user in case.backward:
            continue
        left = case.behind(one.inputs[0]).id == step.id
        other = case.behind(one.inputs[1] if left else one.inputs[0])
        said = written(case, one)
        sides = said.sides(ast.Add) if said is not None else None
        text = said.bare(sides[1 if left else 0]) if said and sides else case.name(other.id)
        named = set(words(text)) & set(BIASES)
        if named and case.is_leaf(other.id) and len(other.shape) < max(len(step.shape), 2):
            return one, other
    return None


def _mask(case: Case, step: Step) -> bool:
    """0s and 1s, or one number throughout."""
    values = np.asarray(case.values[step.id])
    return values.dtype.kind == "b" or bool(np.isin(values, (0, 1)).all()) or step.op.name in ("greater", "less")


def _summed(case: Case, step: Step) -> bool:
    """Whether the products are added up after all."""
    sums = (user for user in case.onward(step.id, 12) if user.op.name in ("sum", "cumsum", "einsum"))
    return any(_before_exp(case, step, user) for user in sums)


def _before_exp(case: Case, step: Step, user: Step) -> bool:
    """Whether a sum reads the products themselves, not a softmax's exponentials or a loss's squares of them."""
    source = case.source_of(user.inputs[0])
    for _ in range(4):
        if source.id == step.id:
            return True
        if source.op.name not in ("add", "subtract", "multiply", "divide", "negative") or not source.inputs:
            return False
        source = case.source_of(source.inputs[0])
    return False
