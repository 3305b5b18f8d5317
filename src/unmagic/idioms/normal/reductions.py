"""Sums, means and what else makes one number of an axis."""

from __future__ import annotations

import math

from unmagic.core.graph import Step

from ..terms import Call
from .attributes import axes_of, hashable
from .normal import Normal


def summed(n: Normal, step: Step) -> int:
    source = n.graph[step.inputs[0]]
    axis = axes_of(step.attrs.get("axis"), len(source.shape))
    name = step.op.name
    if name == "sum":
        before = len(n.terms.nodes)
        plain = n.linear("sum", [n.of[source.id]], axis=axis)
        count = math.prod(source.shape[a] for a in axis)
        for term, _ in n.terms.factors(plain)[1]:
            node = n.terms.nodes[term]
            if isinstance(node, Call) and node.name == "sum" and (term >= before or term not in n.counts):
                n.counts[term] = count
                if not step.shape:
                    n.terms.scalars.add(term)
        return plain
    term = n.linear("mean", [n.of[source.id]], axis=axis)
    if not step.shape:
        for inner, _ in n.terms.factors(term)[1]:
            n.terms.scalars.add(inner)
    return term


def reduced(n: Normal, step: Step) -> int:
    source = n.graph[step.inputs[0]]
    attrs = {key: hashable(value) for key, value in step.attrs.items() if key not in {"keepdims", "axis"} and value}
    return n.terms.call(step.op.name, n.of[source.id], axis=axes_of(step.attrs.get("axis"), len(source.shape)), **attrs)


def norm(n: Normal, step: Step) -> int:
    source = n.graph[step.inputs[0]]
    order = step.attrs.get("order", 2)
    name = "norm" if order == 2 else "norm_of_order"
    extra = {} if order == 2 else {"order": float(order)}
    return n.terms.call(name, n.of[source.id], axis=axes_of(step.attrs.get("axis"), len(source.shape)), **extra)


def normalised(n: Normal, step: Step) -> int:
    source = n.graph[step.inputs[0]]
    name = "standardise" if step.op.name == "layer_norm" else "rms_norm"
    return n.terms.call(
        name, n.of[source.id], n.terms.number(float(step.attrs["eps"])),
        axis=axes_of(step.attrs["axes"], len(source.shape)),
    )  # fmt: skip
