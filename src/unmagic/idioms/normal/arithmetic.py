"""Arithmetic and functions entry by entry, as sums, products and calls."""

from __future__ import annotations

import math

from unmagic.core.graph import Step

from ..terms import Leaf
from .normal import Normal

NATURAL = {"log2": math.log(2), "log10": math.log(10)}


def leaf(n: Normal, step: Step) -> int:
    return n.terms.put(Leaf(step.id))


def added(n: Normal, step: Step) -> int:
    a, b = (n.seen(i, step) for i in step.inputs)
    return n.terms.total(0.0, ((a, 1.0), (b, 1.0 if step.op.name == "add" else -1.0)))


def negated(n: Normal, step: Step) -> int:
    return n.product(-1.0, ((n.of[step.inputs[0]], 1.0),))


def multiplied(n: Normal, step: Step) -> int:
    a, b = (n.seen(i, step) for i in step.inputs)
    return n.product(1.0, ((a, 1.0), (b, 1.0 if step.op.name == "multiply" else -1.0)))


def fixed_power(n: Normal, step: Step) -> int:
    power = {"reciprocal": -1.0, "square": 2.0, "sqrt": 0.5}[step.op.name]
    return n.product(1.0, ((n.of[step.inputs[0]], power),))


def power(n: Normal, step: Step) -> int:
    base, exponent = (n.seen(i, step) for i in step.inputs)
    power, number = n.terms.value(exponent), n.terms.value(base)
    if power is not None:
        return n.product(1.0, ((base, power),))
    if number is not None and math.isclose(number, math.e):
        return n.terms.call("exp", exponent)
    return n.terms.call("power", base, exponent)


def ordered(n: Normal, step: Step) -> int:
    """All orders as ``<``: at a tie idioms don't tell them apart, and if the numbers do, the match is refused."""
    a, b = (n.seen(i, step) for i in step.inputs)
    return n.terms.call("less", a, b) if step.op.name.startswith("less") else n.terms.call("less", b, a)


def other_log(n: Normal, step: Step) -> int:
    inner = n.terms.call("log", n.of[step.inputs[0]])
    return n.product(1.0 / NATURAL[step.op.name], ((inner, 1.0),))


def log_of_one_more(n: Normal, step: Step) -> int:
    return n.terms.call("log", n.terms.total(1.0, ((n.of[step.inputs[0]], 1.0),)))


def exp_less_one(n: Normal, step: Step) -> int:
    return n.terms.total(-1.0, ((n.terms.call("exp", n.of[step.inputs[0]]), 1.0),))


def times_log(n: Normal, step: Step) -> int:
    a, b = (n.seen(i, step) for i in step.inputs)
    return n.product(1.0, ((a, 1.0), (n.terms.call("log", b), 1.0)))


def softplus(n: Normal, step: Step) -> int:
    if step.attrs.get("beta", 1) == 1:
        return n.terms.call("softplus", n.of[step.inputs[0]])
    return n.default(step)


def gelu(n: Normal, step: Step) -> int:
    name = "gelu" if step.attrs.get("approximate", "none") == "none" else "gelu_tanh"
    return n.terms.call(name, n.of[step.inputs[0]])


def clipped(n: Normal, step: Step) -> int:
    low, high = step.attrs.get("low"), step.attrs.get("high")
    if high is None and low is not None:
        return n.terms.call("maximum", n.of[step.inputs[0]], n.terms.number(float(low)))
    return n.default(step)
