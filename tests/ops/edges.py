"""What hand-written rows need: an op's value, its gradient and its second derivative at given numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

import unmagic.ops  # noqa: F401  (fills the registry)
from unmagic.core.build import Builder
from unmagic.core.graph import Array
from unmagic.core.op import OPS, Operand
from unmagic.core.scalar import Expr
from unmagic.engine.differentiate import differentiate


def value(op: str, *values: Any, **attrs: Any) -> Array:
    """The forward value."""
    return np.asarray(OPS[op].forward(np, *map(np.asarray, values), **attrs))


def slopes(op: str, *values: Any, g: Any = None, **attrs: Any) -> list[Array]:
    """The cotangents of all operands in floating point, for the cotangent ``g`` (ones, if none is given)."""
    builder = Builder(values=[])
    nodes = [builder.input(f"x{k}", np.asarray(one)) for k, one in enumerate(values)]
    y = builder.apply(op, *nodes, **attrs)
    seed = builder.input("g", np.asarray(np.ones(y.shape) if g is None else g, dtype=y.dtype))
    return [part.value for part in differentiate(builder, y, [n for n in nodes if n.dtype.kind == "f"], seed)]


def bends(op: str, x: Any, **attrs: Any) -> Array:
    """The second derivatives of a scalar result, as a table over the operand's entries laid out flat."""
    builder = Builder(values=[])
    node = builder.input("x", np.asarray(x, dtype=float))
    (slope,) = differentiate(builder, builder.apply(op, node, **attrs), [node])
    rows = []
    for k in range(node.value.size):
        at = np.unravel_index(k, node.shape)
        one = slope.apply("index", key=tuple(map(int, at)))
        rows.append(np.reshape(differentiate(builder, one, [node])[0].value, -1))
    return np.array(rows)


def tree(op: str, at: tuple[int, ...], *values: Any, **attrs: Any) -> Expr:
    """The entry tree at an index."""
    return OPS[op].entry(at, *(Operand(k, np.asarray(one)) for k, one in enumerate(values)), **attrs)
