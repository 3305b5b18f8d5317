"""The product of entries along axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.graph import Array, Index
from unmagic.core.notation import Big, Notation
from unmagic.core.op import Operand, Readers
from unmagic.core.scalar import Expr, Slot, product

from .axes import Axis, axes_of, below, count, line, line_at, meets_in, one_reader, spread
from .cumulative import others
from .reduce import AXES, EMPTY, Reduction


class Prod(Reduction):
    """Multiply entries together. The product of nothing is 1."""

    words = "multiply the entries of {x} together"
    source = "product rule; the factors besides one are multiplied, never divided out"
    convention = "exact at zeros, however many"
    samples = (*AXES, *EMPTY)

    @staticmethod
    def notation(x: Notation, *, axis: Axis = None, keepdims: bool = False) -> Notation:
        return Big("Π", below(axis), None, x)

    @staticmethod
    def forward(xp: Any, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        return xp.prod(x, axis=axis, keepdims=keepdims)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, axis: Axis = None, keepdims: bool = False) -> tuple[Node]:
        axes = axes_of(axis, x.shape)
        g = spread(g, x.shape, axis, keepdims)
        if not axes:
            return (g,)
        if len(axes) == 1:
            return (g * others(x, axes[0]),)
        # several axes: lay them out as one, last; and back
        order = (*(i for i in range(x.ndim) if i not in axes), *axes)
        with g.builder.at(None, implicit=True):
            turned = x.apply("transpose", axes=order)
            flat = turned.reshape((*turned.shape[: x.ndim - len(axes)], count(x.shape, axis)))
        rest = others(flat, flat.ndim - 1)
        with g.builder.at(None, implicit=True):
            back = tuple(order.index(i) for i in range(x.ndim))
            rest = rest.reshape(turned.shape).apply("transpose", axes=back)
        return (g * rest,)

    @staticmethod
    def entry(at: Index, x: Operand, *, axis: Axis = None, keepdims: bool = False) -> Expr:
        return product(Slot(0), line(x, at, axis, keepdims))

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Readers:
        out = meets_in(at, x.shape, axis, keepdims)
        factors = np.array(x[line_at(out, x.shape, axis, keepdims)], dtype=np.float64)  # the one line only
        factors[tuple(at[i] for i in axes_of(axis, x.shape))] = 1.0
        return Readers(one_reader(out), np.full(1, factors.prod()))
