"""Signs, steps, rounding and what division leaves over, entry by entry."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core import notation as n
from unmagic.core.build import Node
from unmagic.core.errors import Unsupported
from unmagic.core.graph import Array, DType, Index, Shape
from unmagic.core.notation import Notation, apply, infix
from unmagic.core.op import Operand, Sample
from unmagic.core.scalar import Compare, Expr, Number, call
from unmagic.core.scalar import Where as Choice

from .families import Binary, Flat, Function, Unary, as_numpy, pick, within


class Jump(Flat, Function, abstract=True):
    """A staircase."""

    source = "elementary"
    convention = "flat between its jumps: the slope is 0 everywhere, and no gradient comes through"


class Sign(Jump):
    """−1, 0 or 1 for each entry."""

    words = "take the sign of {x}: −1, 0 or 1"
    ufunc = np.sign


class Floor(Jump):
    """The largest whole number that is not above the entry."""

    words = "round {x} down to whole numbers"
    ufunc = np.floor

    @staticmethod
    def notation(x: Notation) -> Notation:
        return n.Fence("⌊", x, "⌋")


class Ceil(Jump):
    """The smallest whole number that is not below the entry."""

    words = "round {x} up to whole numbers"
    ufunc = np.ceil

    @staticmethod
    def notation(x: Notation) -> Notation:
        return n.Fence("⌈", x, "⌉")


class Trunc(Jump):
    """The entry with what follows the point dropped."""

    words = "drop what follows the point in {x}"
    ufunc = np.trunc


class Rint(Flat, Unary):
    """The nearest number with so many decimals, halves to the even one."""

    words = "round {x}, halves to even"
    source = "IEEE 754 round half to even"
    convention = Jump.convention
    samples = (
        Sample(((2, 3),), {"decimals": 0}),
        Sample((np.array([0.5, 1.5, 2.5, -0.5]),), {"decimals": 0}),
        Sample(((),), {"decimals": 1}),
        Sample(((0,),), {"decimals": 0}),
    )

    @staticmethod
    def shape(x: Shape, *, decimals: int = 0) -> Shape:
        return x

    @staticmethod
    def dtype(x: DType, *, decimals: int = 0) -> DType:
        if x.kind == "b" and decimals:
            raise Unsupported("NumPy rounds no truth values to decimals", hint="convert them to numbers first")
        return np.dtype(np.float16) if x.kind == "b" else x

    @staticmethod
    def notation(x: Notation, *, decimals: int = 0) -> Notation:
        return apply("round", x, *([n.Numeral(str(decimals))] if decimals else []))

    @staticmethod
    def forward(xp: Any, x: Array, *, decimals: int = 0) -> Array:
        if xp is np:
            return np.round(x, decimals)
        return xp.round(x) if decimals == 0 else xp.round(x * 10**decimals) / 10**decimals

    @staticmethod
    def entry(at: Index, x: Operand, *, decimals: int = 0) -> Expr:
        if decimals == 0:
            return call("rint", x[at])
        return call("rint", x[at] * 10**decimals) / 10**decimals


class FloorDivide(Flat, Binary):
    """How many whole times b goes into a, rounded down."""

    words = "divide {a} by {b} and round down"
    source = "⌊a/b⌋"
    convention = Jump.convention
    samples = within(0.3, 4.0, operands=2)
    dtype = staticmethod(as_numpy(np.floor_divide))

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        return n.Fence("⌊", n.Fraction(a, b), "⌋")

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        return xp.floor_divide(a, b)

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        return call("floor", a[at] / b[at])


class Remainder(Binary):
    """What is left of a after taking b whole times, with the sign of b."""

    words = "take what is left of {a} after whole times {b}"
    source = "a − b ⌊a/b⌋"
    convention = "at a jump the slope is the one of the piece that it lies on"
    linear_in = ("a",)
    samples = within(0.3, 4.0, operands=2)
    dtype = staticmethod(as_numpy(np.remainder))

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        return infix("mod", a, b)

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        return xp.remainder(a, b)

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, Node]:
        return g, -(g * a.apply("floor_divide", b))

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        left, right = a[at], b[at]
        return left - right * call("floor", left / right)

    @staticmethod
    def slope(operand: int, y: Any, a: Any, b: Any) -> Any:
        return np.rint((y - a) / b) if operand else np.ones(np.shape(y))


class Fmod(Binary):
    """What is left of a after taking b whole times, with the sign of a."""

    words = "take what is left of {a} after whole times {b}, with the sign of {a}"
    source = "a − b trunc(a/b)"
    convention = "at a jump the slope is the one of the piece that it lies on"
    linear_in = ("a",)
    samples = (*within(0.3, 4.0, operands=2), Sample((np.array([-3.7, 3.7]), np.array([1.5, -1.5]))))
    dtype = staticmethod(as_numpy(np.fmod))

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        return apply("fmod", a, b)

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        return xp.fmod(a, b)

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, Node]:
        return g, -(g * (a / b).apply("trunc"))

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        left, right = a[at], b[at]
        return left - right * call("trunc", left / right)

    @staticmethod
    def slope(operand: int, y: Any, a: Any, b: Any) -> Any:
        return np.rint((y - a) / b) if operand else np.ones(np.shape(y))


class Copysign(Binary):
    """The size of a with the sign of b."""

    words = "give {a} the sign of {b}"
    source = "|a| sign b; the sign of −0 counts"
    convention = "at a = 0 the slope is taken as 0; along b it is 0"
    dtype = staticmethod(as_numpy(np.copysign))

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        return apply("copysign", a, b)

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        return xp.copysign(a, b)

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, None]:
        return g * (a.apply("sign") * y.apply("sign")), None

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        size, right = call("abs", a[at]), b[at]
        return Choice(Compare("<", right, Number(0)), -size, size, bool(np.signbit(right.value)))

    @staticmethod
    def slope(operand: int, y: Any, a: Any, b: Any) -> Any:
        flipped = np.signbit(a) != np.signbit(b)
        return np.zeros(np.shape(y)) if operand else np.where(a == 0, 0.0, np.where(flipped, -1.0, 1.0))


class Heaviside(Binary):
    """0 below 0, 1 above it, and b exactly at 0."""

    words = "take 0 where {a} is negative, 1 where it is positive, and {b} at 0"
    source = "unit step"
    convention = "along a the slope is 0; along b it is 1 where a is 0"
    samples = (*Binary.samples, Sample((np.array([-1.0, 0.0, 2.0]), (3,)), smooth=False))
    dtype = staticmethod(as_numpy(np.heaviside))

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        return apply("heaviside", a, b)

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        return np.heaviside(a, b) if xp is np else xp.where(a == 0, b, xp.where(a > 0, a / a, 0 * a))

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[None, Node]:
        return None, pick(a.apply("equal", 0), g, 0.0)

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        left = a[at]
        step = Choice(Compare("<", left, Number(0)), Number(0), Number(1), bool(left.value < 0))
        return Choice(Compare("==", left, Number(0)), b[at], step, bool(left.value == 0))

    @staticmethod
    def slope(operand: int, y: Any, a: Any, b: Any) -> Any:
        return np.where((a == 0) & (operand == 1), 1.0, 0.0)
