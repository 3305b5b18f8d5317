"""Products of arrays of any rank, as NumPy takes them, in steps of the plain products and marked implicit ones.

What is lifted, folded or copied stands in the graph, so that it can be shown and derived like anything else.
"""

from __future__ import annotations

import math

import numpy as np

from unmagic.core.build import Node, clash, marked
from unmagic.core.errors import ShapeClash
from unmagic.core.graph import Shape


def _laid(node: Node, shape: Shape) -> Node:
    with node.builder.at(None, implicit=True):
        return node.reshape(shape)


def _turned(node: Node, axes: tuple[int, ...]) -> Node:
    if axes == tuple(range(node.ndim)):
        return node
    with node.builder.at(None, implicit=True):
        return node.apply("transpose", axes=axes)


def _meet(a: Node, b: Node) -> None:
    """Raise `ShapeClash` where the last axis of ``a`` and the summed axis of ``b`` differ, as the user wrote them."""
    axis = -1 if b.ndim == 1 else -2
    if a.shape[-1] != b.shape[axis]:
        m, n = a.shape[-1], b.shape[axis]
        left = f"each row wants {m} numbers" if a.ndim > 1 else f"the vector on the left has {m} numbers"
        right = f"each column has {n}" if b.ndim > 1 else f"the vector has {n}"
        raise clash("multiply", (a.shape, b.shape), (-1, axis), f"{left}, {right}")


def _numbers(a: Node, b: Node, doing: str) -> None:
    if not a.ndim or not b.ndim:
        raise ShapeClash(
            f"can't {doing}: one of the two is a number",
            notes=(marked(a.shape), marked(b.shape)),
            hint="a number scales with *",
        )


def numpy_matmul(a: Node, b: Node) -> Node:
    """``a @ b`` for every rank NumPy takes: vectors lifted, leading axes broadcast."""
    _numbers(a, b, "multiply with @")
    _meet(a, b)
    match a.ndim, b.ndim:
        case 1, 1:
            return a.apply("dot", b)
        case 2, 1:
            return a.apply("matvec", b)
        case 1, 2:
            return a.apply("vecmat", b)
        case 2, 2:
            return a.apply("matmul", b)
        case _, 1 | 2:  # one matrix or vector for all: fold the leading axes into the rows
            rows = _laid(a, (math.prod(a.shape[:-1]), a.shape[-1]))
            result = rows.apply("matvec" if b.ndim == 1 else "matmul", b)
            return _laid(result, (*a.shape[:-1], *b.shape[1:]))
    vector = a.ndim == 1
    a = _laid(a, (1, *a.shape)) if vector else a
    try:
        batch = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    except ValueError:
        rank = min(a.ndim, b.ndim)
        bad = next(i for i in range(-3, -rank - 1, -1) if len({a.shape[i], b.shape[i]} - {1}) > 1)
        raise clash("multiply", (a.shape, b.shape), (bad, bad), "the leading axes differ") from None
    product = a.broadcast((*batch, *a.shape[-2:])).apply("matmul", b.broadcast((*batch, *b.shape[-2:])))
    return _laid(product, (*batch, b.shape[-1])) if vector else product


def numpy_dot(a: Node, b: Node) -> Node:
    """``np.dot(a, b)`` for every rank: sums over a's last axis and b's last but one (its only one, for a vector)."""
    if not a.ndim or not b.ndim:
        return a.apply("multiply", b)
    if a.ndim <= 2 and b.ndim <= 2:
        return numpy_matmul(a, b)
    _meet(a, b)
    if b.ndim == 1:
        return numpy_matmul(a, b)
    n = b.shape[-2]
    order = (b.ndim - 2, *range(b.ndim - 2), b.ndim - 1)
    columns = _turned(b, order)
    rest = columns.shape[1:]
    table = _laid(columns, (n, math.prod(rest)))
    if a.ndim == 1:
        return _laid(a.apply("vecmat", table), rest)
    rows = _laid(a, (math.prod(a.shape[:-1]), n))
    return _laid(rows.apply("matmul", table), (*a.shape[:-1], *rest))
