"""What whole families of ops share: shape, dtype, readers and cost rules."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np

from unmagic.core.build import joint_shape
from unmagic.core.graph import Array, Index, Shape
from unmagic.core.op import Op, Readers, Sample, floating

MATRIX = (Sample(((2, 3),)), Sample(((),)), Sample(((0,),)))
"""Where a one-operand op is tried when it names no samples of its own: a matrix, a number, nothing."""

PAIR = (Sample(((2, 3), (2, 3))), Sample(((), ())), Sample(((0,), (0,))))


class Elementwise(Op, abstract=True):
    """Entry by entry: the result at an index reads each operand at that index alone.

    A subclass gives ``forward``, ``vjp``, ``entry`` and ``slope(operand, y, *values, **attrs)``: the local derivative
    with respect to operand number ``operand``, as a number (NumPy in, NumPy out).
    """

    elementwise = True
    dtype = staticmethod(floating)
    slope: ClassVar[Callable[..., Any]]

    def __init_subclass__(cls, abstract: bool = False) -> None:
        if not abstract and not hasattr(cls, "slope"):
            raise TypeError(f"op {cls.__name__} is not complete: no slope")
        if not abstract:
            cls.readers = staticmethod(_reads_itself(cls))
        super().__init_subclass__(abstract=abstract)

    @staticmethod
    def flops(y: Shape, *_shapes: Shape, **_attrs: Any) -> int:
        return math.prod(y)


def _reads_itself(op: type[Elementwise]) -> Callable[..., Readers]:
    def readers(operand: int, at: Index, y: Array, *values: Array, **attrs: Any) -> Readers:
        here = op.slope(operand, y[at], *[value[at] for value in values], **attrs)
        return Readers(tuple(np.array([i]) for i in at), np.atleast_1d(np.asarray(here)))

    return readers


class Unary(Elementwise, abstract=True):
    """An elementary function of one operand."""

    samples = MATRIX

    @staticmethod
    def shape(x: Shape) -> Shape:
        return x


class Binary(Elementwise, abstract=True):
    """Two operands of one shape (the builder has broadcast them)."""

    samples = PAIR

    @staticmethod
    def shape(a: Shape, b: Shape) -> Shape:
        return joint_shape(Op, (a, b)) if a != b else a
