"""Rewritings of one step on what its operands are. The program's own values stay what they are, bit for bit.

A rule gets the rewriter, then op, operands, attributes, shape and dtype of the step that is about to be made, and
returns the number of a step that has its value, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from unmagic.core.build import Constant, joint_shape
from unmagic.core.graph import DType, Shape
from unmagic.core.op import OPS, Op
from unmagic.ops.masks import HalvedAtTies

from .shares import Share

if TYPE_CHECKING:
    from .rewrite import Rewriter

Inputs = tuple[int, ...]
Rule = Callable[["Rewriter", type[Op], Inputs, Mapping[str, Any], Shape, DType], int | None]


def source(r: Rewriter, id: int) -> int:
    """What a broadcast copies; the step itself if it is none."""
    while r[id].op.name == "broadcast":
        id = r[id].inputs[0]
    return id


def number(r: Rewriter, id: int) -> Any:
    """The number that a step is, copied out to a shape or not; None if it is none."""
    step = r[source(r, id)]
    if step.op is not Constant or any(n != 1 for n in step.shape):
        return None
    return np.reshape(step.attrs["value"], ())[()]


def same(r: Rewriter, op: type[Op], inputs: Inputs, attrs: Any, shape: Shape, dtype: DType) -> int | None:
    """A step that changes nothing is its operand."""
    x = r[inputs[0]]
    return x.id if x.shape == shape and x.dtype == dtype else None


def of_the_same(r: Rewriter, op: type[Op], inputs: Inputs, attrs: Any, shape: Shape, dtype: DType) -> int | None:
    """A reshape of a reshape, a broadcast of a broadcast: the first one is not seen."""
    x = r[inputs[0]]
    return r.put(op, x.inputs, attrs, shape, dtype) if x.op is op else None


def of_a_number(r: Rewriter, op: type[Op], inputs: Inputs, attrs: Any, shape: Shape, dtype: DType) -> int | None:
    """A broadcast of a number that was given axes before: NumPy copies the number itself."""
    x = r[inputs[0]]
    if x.op.name == "reshape" and r[x.inputs[0]].shape == ():
        return r.put(op, x.inputs, attrs, shape, dtype)
    return None


def detached(r: Rewriter, op: type[Op], inputs: Inputs, attrs: Any, shape: Shape, dtype: DType) -> int | None:
    """Where gradients stop nothing is computed."""
    return inputs[0]


def turned(r: Rewriter, op: type[Op], inputs: Inputs, attrs: Any, shape: Shape, dtype: DType) -> int | None:
    """A transpose that is none, of a transpose, or of a product: (A B)ᵀ = Bᵀ Aᵀ."""
    x, rank = r[inputs[0]], len(shape)
    axes = tuple(a % rank for a in attrs["axes"]) if rank else ()
    if axes == tuple(range(rank)):
        return x.id
    if x.op is op:
        inner = tuple(a % rank for a in x.attrs["axes"])
        return r.put(op, x.inputs, {"axes": tuple(inner[a] for a in axes)}, shape, dtype)
    last = (*range(rank - 2), rank - 1, rank - 2)
    if x.op.name == "matmul" and axes == last and r.uses[x.id] <= 1 and x.note:
        a, b = x.inputs
        return r.put(x.op, (r.add(op, (b,), axes=last), r.add(op, (a,), axes=last)), {}, shape, dtype)
    return None


def times_one(r: Rewriter, op: type[Op], inputs: Inputs, attrs: Any, shape: Shape, dtype: DType) -> int | None:
    """A product with 1 is the other factor; a quotient by 1 the numerator."""
    pairs = (inputs,) if op.name == "divide" else (inputs, inputs[::-1])
    for kept, one in pairs:
        value = number(r, one)
        if value is not None and value == 1 and r[kept].dtype == dtype and dtype.kind == "f":
            return r.put(OPS["broadcast"], (kept,), {"shape": shape}, shape, dtype)
    return None


def share(r: Rewriter, op: type[Op], inputs: Inputs, attrs: Any, shape: Shape, dtype: DType) -> int | None:
    """(x / b) · e is x · (e / b), where e / b is there already: a gradient may round otherwise."""
    for divided, e in (inputs, inputs[::-1]) if r.loose else ():
        step = r[divided]
        if step.op.name == "divide" and step.note and r.uses[divided] <= 1:
            x, b = step.inputs
            y = r.there(Share, (e, b))
            if y is not None:
                return r.put(op, (x, y), attrs, shape, dtype)
    return None


def smaller(r: Rewriter, op: type[Op], inputs: Inputs, attrs: Any, shape: Shape, dtype: DType) -> int | None:
    """What is the same along an axis is computed once and copied."""
    sources = tuple(source(r, i) for i in inputs)
    if sources == inputs:
        return None
    joint = joint_shape(op, [r[i].shape for i in sources])
    if len(joint) == len(shape) and joint == shape:
        return None
    lifted = tuple(r.put(OPS["broadcast"], (i,), {"shape": joint}, joint, r[i].dtype) for i in sources)
    small = r.put(op, lifted, attrs, joint, dtype)
    return r.put(OPS["broadcast"], (small,), {"shape": shape}, shape, dtype)


def _negated(r: Rewriter, id: int) -> int | None:
    """x, if the step is −x, copied along axes or not; else None."""
    inner = r[source(r, id)]
    if inner.op.name != "negative":
        return None
    x, step = inner.inputs[0], r[id]
    return r.put(OPS["broadcast"], (x,), {"shape": step.shape}, step.shape, step.dtype)


def sign_into_sum(r: Rewriter, op: type[Op], inputs: Inputs, attrs: Any, shape: Shape, dtype: DType) -> int | None:
    """a + (−b) is a − b, and a − (−b) is a + b."""
    if dtype.kind != "f":
        return None
    a, b = inputs
    plus = op.name == "add"
    x = _negated(r, b)
    if x is not None:
        return r.put(OPS["subtract" if plus else "add"], (a, x), {}, shape, dtype)
    x = _negated(r, a) if plus else None
    return r.put(OPS["subtract"], (b, x), {}, shape, dtype) if x is not None else None


def sign_outwards(r: Rewriter, op: type[Op], inputs: Inputs, attrs: Any, shape: Shape, dtype: DType) -> int | None:
    """The sum (the reshaping, the scattering) of −x is − that of x, which has fewer entries or a use for the sign."""
    x = r[inputs[0]]
    if x.op.name != "negative" or dtype.kind != "f" or x.dtype != dtype:
        return None
    inner = r.put(op, (x.inputs[0], *inputs[1:]), attrs, shape, dtype)
    return r.put(OPS["negative"], (inner,), {}, shape, dtype)


def sign(r: Rewriter, op: type[Op], inputs: Inputs, attrs: Any, shape: Shape, dtype: DType) -> int | None:
    """−(−x) is x; what is scattered turns its sign before, while it is small."""
    x = r[inputs[0]]
    if x.op is op and dtype.kind == "f":
        return x.inputs[0]
    if x.op.name == "scatter" and r.uses[x.id] <= 1 and dtype.kind == "f":
        g = r[x.inputs[0]]
        return r.put(x.op, (r.put(op, (g.id,), {}, g.shape, g.dtype), *x.inputs[1:]), x.attrs, shape, dtype)
    return None


def into_place(r: Rewriter, op: type[Op], inputs: Inputs, attrs: Any, shape: Shape, dtype: DType) -> int | None:
    """What is scattered over zeros and then added is added in its place."""
    for x, other in (inputs, inputs[::-1]):
        step = r[x]
        if step.op.name == "scatter" and r[other].dtype == step.dtype and step.shape == shape and r.uses[x] <= 1:
            kept = {name: value for name, value in step.attrs.items() if name != "shape"}
            whole = r.put(OPS["broadcast"], (other,), {"shape": shape}, shape, dtype)
            return r.put(OPS["add_at"], (whole, *step.inputs), kept, shape, dtype)
    return None


def halved_at_ties(r: Rewriter, op: type[Op], inputs: Inputs, attrs: Any, shape: Shape, dtype: DType) -> int | None:
    """where(a > b, g, where(a = b, g/2, 0)): the gradient of a maximum."""
    test, g, rest = (r[i] for i in inputs)
    if rest.op is not op or test.op.name not in ("greater", "less"):
        return None
    tie, half, zero = rest.inputs
    halves = r[half].op.name == "multiply" and r[half].inputs[0] == g.id and number(r, r[half].inputs[1]) == 0.5
    if halves and r[tie].op.name == "equal" and set(r[tie].inputs) == set(test.inputs) and number(r, zero) == 0:
        return r.put(HalvedAtTies, (test.id, tie, g.id), {}, shape, dtype)
    return None


RULES: dict[str, tuple[Rule, ...]] = {name: (smaller,) for name, op in OPS.items() if op.elementwise}
RULES |= {
    "detach": (detached,),
    "cast": (same, smaller),
    "broadcast": (same, of_the_same, of_a_number),
    "reshape": (same, of_the_same, sign_outwards),
    "transpose": (turned, sign_outwards),
    "sum": (sign_outwards,),
    "multiply": (times_one, smaller, share),
    "divide": (times_one, smaller),
    "add": (smaller, into_place, sign_into_sum),
    "subtract": (smaller, sign_into_sum),
    "negative": (sign, smaller),
    "where": (halved_at_ties, smaller),
}

__all__ = ["RULES", "number", "source"]
