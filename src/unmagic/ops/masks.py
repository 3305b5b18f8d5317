"""Choosing entries by a mask without a branch: a truth value becomes a word of ones or zeros, bits are and-ed.

A branch for each entry costs ten times a product, and a product with the mask would make 0 · ∞ of what was not taken.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.emit import Emit, Term, Writer
from unmagic.core.graph import Array, DType, Shape
from unmagic.core.op import Op

I1 = np.dtype(np.int8)
_ONE = np.ones((), I1)


def word(dtype: DType) -> DType:
    """The whole numbers that are as wide as the floats of ``dtype``."""
    return np.dtype(f"i{dtype.itemsize}")


def bits(w: Writer, x: Term) -> str:
    """``x`` as whole numbers."""
    to = word(x.dtype)
    if x.value is not None:
        return w.bind(np.asarray(x.value).view(to))
    return w.view(x, f".view({w.bind(to)})", x.shape, to).name


def ones_where(w: Writer, test: Term, holds: bool = True) -> str:
    """−1, which is all ones, where the test holds (or where it does not), else 0."""
    if test.value is not None:
        truth = np.asarray(test.value)
        return w.bind(-(truth if holds else ~truth).astype(I1))
    mask = w.scratch(test.shape, I1)
    byte = w.view(test, f".view({w.bind(I1)})", test.shape, I1).name
    if holds:
        w.line(f"{w.bind(np.negative)}({byte}, {mask.name})")
    else:
        w.line(f"{w.bind(np.subtract)}({byte}, {w.bind(_ONE)}, {mask.name})")
    return mask.name


def is_zero(x: Term) -> bool:
    """Whether ``x`` is the constant 0, without a sign."""
    return x.value is not None and not np.shape(x.value) and x.value == 0 and not np.signbit(x.value)


def choose(y: Term, test: Term, a: Term, b: Term) -> Emit | None:
    """How ``where(test, a, b)`` is written."""
    if not y.shape:
        return _NUMBER if a.dtype == b.dtype else None
    if not (test.shape and y.dtype.kind == "f" and y.dtype.itemsize <= 8 and a.dtype == b.dtype and test.dtype == bool):
        return None
    if is_zero(b):
        return _KEEP
    if is_zero(a):
        return _DROP
    return _MIX


def _number(w: Writer, y: Term | None, test: Term, a: Term, b: Term) -> str:
    return f"{a.name} if {test.name} else {b.name}"


def _keep(w: Writer, y: Term | None, test: Term, a: Term, b: Term) -> str:
    assert y is not None
    return f"{w.bind(np.bitwise_and)}({bits(w, a)}, {ones_where(w, test)}, {bits(w, y)})"


def _drop(w: Writer, y: Term | None, test: Term, a: Term, b: Term) -> str:
    assert y is not None
    return f"{w.bind(np.bitwise_and)}({bits(w, b)}, {ones_where(w, test, holds=False)}, {bits(w, y)})"


def _mix(w: Writer, y: Term | None, test: Term, a: Term, b: Term) -> str:
    """b ^ ((a ^ b) & mask)"""
    assert y is not None
    first, second, out, mask = bits(w, a), bits(w, b), bits(w, y), ones_where(w, test)
    xor = w.bind(np.bitwise_xor)
    w.line(f"{xor}({first}, {second}, {out})")
    w.line(f"{w.bind(np.bitwise_and)}({out}, {mask}, {out})")
    return f"{xor}({out}, {second}, {out})"


_NUMBER = Emit(_number, fills=False, lifts=True)
_KEEP = Emit(_keep, makes=False, over=(1,), lifts=True)
_DROP = Emit(_drop, makes=False, over=(2,), lifts=True)
_MIX = Emit(_mix, makes=False, over=(1,), lifts=True)


class HalvedAtTies(Op, abstract=True):
    """The gradient of one operand of a maximum or minimum: all of it where it was taken, half of it at a tie, else 0.

    Compiled graphs have it in place of two choices. Ties are rare: they are looked for, and cost nothing else.
    """

    name = "halved_at_ties"
    operands = ("taken", "tie", "g")
    attributes = ()
    variadic = False
    elementwise = True

    @staticmethod
    def shape(taken: Shape, tie: Shape, g: Shape) -> Shape:
        return taken

    @staticmethod
    def dtype(taken: DType, tie: DType, g: DType) -> DType:
        return g

    @staticmethod
    def forward(xp: Any, taken: Array, tie: Array, g: Array) -> Array:
        half = g * np.asarray(0.5, g.dtype)[()]
        return xp.where(taken, g, xp.where(tie, half, g.dtype.type(0)))

    @staticmethod
    def vjp(g: Node, y: Node, *operands: Node) -> tuple[None, ...]:
        raise AssertionError("stands in compiled graphs alone")

    @staticmethod
    def emit(y: Term, taken: Term, tie: Term, g: Term) -> Emit | None:
        if not (y.shape == taken.shape == tie.shape == g.shape and y.shape and y.dtype.kind == "f"):
            return None
        return _HALVED if y.dtype.itemsize <= 8 else None


def _halved(w: Writer, y: Term | None, taken: Term, tie: Term, g: Term) -> str:
    assert y is not None
    halves = w.local()  # taken first: the result may take over the memory of g
    half = w.bind(np.asarray(0.5, y.dtype)[()])
    w.line(f"{halves} = {g.name}[{tie.name}] * {half} if {tie.name}.any() else None")
    w.line(f"{w.bind(np.bitwise_and)}({bits(w, g)}, {ones_where(w, taken)}, {bits(w, y)})")
    w.line(f"if {halves} is not None: {y.name}[{tie.name}] = {halves}")
    return y.name


_HALVED = Emit(_halved, makes=False, over=(2,))

__all__ = ["HalvedAtTies", "bits", "choose", "is_zero", "ones_where"]
