"""What whole families of ops share: shape, dtype, readers and cost rules."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np

from unmagic.core.build import Constant, Node, joint_shape
from unmagic.core.emit import ufunc
from unmagic.core.errors import Unsupported
from unmagic.core.graph import Array, DType, Index, Shape
from unmagic.core.notation import Apply, Notation, Word
from unmagic.core.op import Op, Operand, Readers, Sample, floating
from unmagic.core.scalar import Call, Expr

MATRIX = (Sample(((2, 3),)), Sample(((),)), Sample(((0,),)))
"""Where a one-operand op is tried when it names no samples of its own: a matrix, a number, nothing."""

PAIR = (Sample(((2, 3), (2, 3))), Sample(((), ())), Sample(((0,), (0,))))


def within(low: float, high: float, operands: int = 1) -> tuple[Sample, ...]:
    """The usual samples, values drawn between ``low`` and ``high``."""
    return tuple(Sample((shape,) * operands, low=low, high=high) for shape in ((2, 3), (), (0,)))


class Elementwise(Op, abstract=True):
    """Entry by entry: the result at an index reads each operand at that index alone.

    A subclass gives ``forward``, ``vjp``, ``entry`` and ``slope(operand, y, *values, **attrs)``: the local derivative
    with respect to operand number ``operand``, entry by entry (NumPy in, NumPy out).
    """

    elementwise = True
    dtype: ClassVar[Callable[..., DType]] = staticmethod(floating)
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


class Meeting(Op, abstract=True):
    """Stands for an elementwise op where its shape rule, which knows no name, has to say that shapes clash."""

    name = "combine entry by entry"


def _same(x: Shape) -> Shape:
    return x


def _joint(a: Shape, b: Shape) -> Shape:
    return a if a == b else joint_shape(Meeting, (a, b))


class Unary(Elementwise, abstract=True):
    """An elementary function of one operand."""

    samples: ClassVar[Sequence[Sample]] = MATRIX
    shape: ClassVar[Callable[..., Shape]] = staticmethod(_same)


class Binary(Elementwise, abstract=True):
    """Two operands of one shape (the builder has broadcast them)."""

    samples: ClassVar[Sequence[Sample]] = PAIR
    shape: ClassVar[Callable[..., Shape]] = staticmethod(_joint)


class Function(Unary, abstract=True):
    """A function that NumPy, the Array API and the table of scalar functions all know.

    ``ufunc`` is NumPy's, ``function`` its name among scalar trees and in print, ``standard`` its Array API name.
    """

    ufunc: ClassVar[np.ufunc]
    function: ClassVar[str] = ""
    standard: ClassVar[str] = ""

    def __init_subclass__(cls, abstract: bool = False) -> None:
        if not abstract:
            function = cls.function or cls.ufunc.__name__
            standard = cls.standard or cls.ufunc.__name__
            cls.dtype = staticmethod(as_numpy(cls.ufunc))

            def forward(xp: Any, x: Array) -> Array:
                return getattr(xp, standard)(x)

            def entry(at: Index, x: Operand) -> Expr:
                return Call(function, x[at])

            def notation(x: Notation) -> Notation:
                return Apply(Word(function), (x,))

            given = cls.__dict__
            if "forward" not in given:
                cls.emit = ufunc(cls.ufunc)
            cls.forward = given["forward"] if "forward" in given else staticmethod(forward)
            cls.entry = given["entry"] if "entry" in given else staticmethod(entry)
            cls.notation = given["notation"] if "notation" in given else staticmethod(notation)
        super().__init_subclass__(abstract=abstract)


class Flat(Op, abstract=True):
    """Mixin: steps and truth values. They jump or stand still; no gradient comes through, by design."""

    differentiable = False

    @staticmethod
    def vjp(g: Node, y: Node, *operands: Node, **_: Any) -> tuple[None, ...]:
        return (None,) * len(operands)

    @staticmethod
    def slope(operand: int, y: Any, *values: Any, **_: Any) -> Any:
        return np.zeros(np.shape(y))


def as_numpy(ufunc: np.ufunc) -> Callable[..., DType]:
    """Dtype rule: the loop that NumPy picks for ``ufunc``."""

    @lru_cache(maxsize=256)
    def loop(dtypes: tuple[DType, ...]) -> DType:
        try:
            return ufunc.resolve_dtypes((*dtypes, None))[-1]
        except TypeError:
            given = " and ".join(map(str, dtypes))
            raise Unsupported(
                f"{ufunc.__name__.replace('_', ' ')} has no rule for {given}", hint="convert it to a number type first"
            ) from None

    def rule(*dtypes: DType, **_: Any) -> DType:
        return loop(dtypes)

    return rule


def floats(xp: Any, *values: Array) -> tuple[Array, ...]:
    """``values`` in their joint floating dtype (whole numbers and truth values become float64)."""
    if xp is np:
        dtype = floating(*[value.dtype for value in values])
        return tuple(value if value.dtype == dtype else value.astype(dtype) for value in values)
    real = ("real floating", "complex floating")
    values = tuple(value if xp.isdtype(value.dtype, real) else xp.astype(value, xp.float64) for value in values)
    joint = xp.result_type(*values)
    return tuple(value if value.dtype == joint else xp.astype(value, joint) for value in values)


def pick(test: Node, then: Node | float, other: Node | float) -> Node:
    """``then`` where ``test`` holds, else ``other``: what is not taken never enters, not even as 0·∞."""
    dtype = next(node.dtype for node in (then, other) if isinstance(node, Node))
    parts = [node if isinstance(node, Node) else test.builder.constant(node, dtype) for node in (then, other)]
    return test.builder.apply("where", test, *parts)


def known(node: Node) -> Any:
    """The number that stands in the text, if ``node`` is one (copied out to a shape or not), else None."""
    step = node.step
    while step.op.name in ("broadcast", "cast") and step.inputs:
        step = node.builder.graph.steps[step.inputs[0]]
    return step.attrs["value"] if step.op is Constant and step.shape == () else None
