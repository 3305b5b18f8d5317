"""Where gradients stop by the program's wish."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core.graph import Array, Index, Shape
from unmagic.core.notation import Notation
from unmagic.core.op import Op, Operand, Readers, Sample, promoted
from unmagic.core.scalar import Expr


class Detach(Op):
    """The same numbers, taken as given from here on: no gradient goes further back."""

    words = "take {x} as given: no gradient goes further back"
    source = "PyTorch, Tensor.detach; the result of an update under no_grad"
    convention = "the slope is not zero, it is not asked for"
    differentiable = False
    dtype = staticmethod(promoted)
    samples = (Sample(((2, 3),)), Sample(((),)), Sample(((0,),)))

    @staticmethod
    def notation(x: Notation) -> Notation:
        return x

    @staticmethod
    def shape(x: Shape) -> Shape:
        return x

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return xp.asarray(x, copy=True)  # no result is a view of an operand

    @staticmethod
    def vjp(g: Any, y: Any, x: Any) -> tuple[None]:
        return (None,)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        return x[at]

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array) -> Readers:
        return Readers(tuple(np.array([i]) for i in at), np.zeros(1))

    @staticmethod
    def flops(y: Shape, x: Shape) -> int:
        return 0
