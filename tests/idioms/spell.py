"""A few NumPy-like functions on nodes, so that a spelling in a test reads as the program would."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

import unmagic.ops  # noqa: F401
from unmagic.core.build import Builder, Node
from unmagic.core.graph import Array, Graph
from unmagic.idioms.match import match
from unmagic.idioms.record import Match

Axis = int | tuple[int, ...] | None


def unary(name: str) -> Callable[[Node], Node]:
    return lambda x: x.apply(name)


exp, log, sqrt, tanh, erf, absolute = map(unary, ("exp", "log", "sqrt", "tanh", "erf", "absolute"))
log1p, square, relu, sigmoid, log2 = map(unary, ("log1p", "square", "relu", "sigmoid", "log2"))


def softplus(x: Node) -> Node:
    return x.apply("softplus", beta=1.0)


def total(x: Node, axis: Axis = None, keepdims: bool = False) -> Node:
    return x.apply("sum", axis=axis, keepdims=keepdims)


def mean(x: Node, axis: Axis = None, keepdims: bool = False) -> Node:
    return x.apply("mean", axis=axis, keepdims=keepdims)


def largest(x: Node, axis: Axis = None, keepdims: bool = False) -> Node:
    return x.apply("max", axis=axis, keepdims=keepdims)


def var(x: Node, axis: Axis = None, keepdims: bool = False, correction: int = 0) -> Node:
    return x.apply("var", axis=axis, keepdims=keepdims, correction=correction)


def softmax(x: Node, axis: int = -1) -> Node:
    return x.apply("softmax", axis=axis)


def T(x: Node) -> Node:
    return x.mT


def dot(a: Node, b: Node) -> Node:
    return a.apply("dot", b)


def mv(a: Node, x: Node) -> Node:
    return a.apply("matvec", x)


def vm(x: Node, a: Node) -> Node:
    return x.apply("vecmat", a)


def where(test: Node, a: Any, b: Any) -> Node:
    return test.builder.apply("where", test, a, b)


def at(x: Node, *key: Any) -> Node:
    return x.apply("index", key=key)


def program(write: Callable[..., Any], **inputs: Any) -> tuple[Graph, list[Array]]:
    """The graph of ``write`` on ``inputs``; a dictionary that it returns names steps."""
    b = Builder(values=[])
    given = {name: b.input(name, np.asarray(value)) for name, value in inputs.items()}
    out = write(**given)
    for name, node in (out if isinstance(out, Mapping) else {}).items():
        b.name(name, node)
    b.graph.result = len(b.graph.steps) - 1
    return b.graph, b.values


def found(write: Callable[..., Any], **inputs: Any) -> list[Match]:
    """The idioms of ``write`` on ``inputs``."""
    return match(*program(write, **inputs))


def names(matches: list[Match]) -> list[str]:
    return [one.name for one in matches]
