"""Exponentials and logarithms, entry by entry."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unmagic.core import notation as n
from unmagic.core.build import Node
from unmagic.core.graph import Array, Index
from unmagic.core.notation import Notation, apply, infix
from unmagic.core.op import Operand
from unmagic.core.scalar import Expr, Number, call

from .families import Binary, Function, as_numpy, floats, pick, within

LN2, LN10 = math.log(2), math.log(10)


class Exp(Function):
    """e to the power of each entry."""

    words = "raise e to the power of {x}"
    source = "d/dx eˣ = eˣ"
    ufunc = np.exp

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g * y,)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return np.exp(x)


class Expm1(Function):
    """e to the power of each entry, less 1, exact near 0."""

    words = "raise e to the power of {x} and take 1 off"
    source = "d/dx (eˣ − 1) = eˣ"
    ufunc = np.expm1

    @staticmethod
    def notation(x: Notation) -> Notation:
        return infix("−", apply("exp", x), n.Numeral("1"))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g * (y + 1),)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return np.exp(x)


class Exp2(Function):
    """2 to the power of each entry."""

    words = "raise 2 to the power of {x}"
    source = "d/dx 2ˣ = 2ˣ log 2"
    ufunc = np.exp2

    @staticmethod
    def notation(x: Notation) -> Notation:
        return n.Power(n.Numeral("2"), x)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g * (y * LN2),)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return np.log(2.0) * 2.0**x


class Log(Function):
    """The natural logarithm of each entry."""

    words = "take the natural log of {x}"
    source = "d/dx log x = 1/x"
    convention = "log 0 is −∞ with slope +∞; below 0 the result is NaN"
    samples = within(0.2, 3.0)
    ufunc = np.log

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g / x,)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return 1 / x


class Log1p(Function):
    """The natural logarithm of 1 plus each entry, exact near 0."""

    words = "take the natural log of 1 plus {x}"
    source = "d/dx log(1 + x) = 1 / (1 + x)"
    convention = "at −1 the result is −∞; below it is NaN"
    samples = within(-0.7, 2.0)
    ufunc = np.log1p

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("log", infix("+", n.Numeral("1"), x))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g / (1 + x),)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return 1 / (x + 1)


class Log2(Function):
    """The logarithm to base 2 of each entry."""

    words = "take the log of {x} to base 2"
    source = "d/dx log₂ x = 1 / (x log 2)"
    convention = "log 0 is −∞; below 0 the result is NaN"
    samples = within(0.2, 3.0)
    ufunc = np.log2

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("log", x, sub=n.Numeral("2"))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g / (x * LN2),)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return 1 / (np.log(2.0) * x)


class Log10(Function):
    """The logarithm to base 10 of each entry."""

    words = "take the log of {x} to base 10"
    source = "d/dx log₁₀ x = 1 / (x log 10)"
    convention = "log 0 is −∞; below 0 the result is NaN"
    samples = within(0.2, 3.0)
    ufunc = np.log10

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("log", x, sub=n.Numeral("10"))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g / (x * LN10),)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return 1 / (np.log(10.0) * x)


def _gap(a: Node, b: Node) -> Node:
    """a − b, and 0 where both are the same infinity."""
    same = a.apply("isinf").apply("logical_and", a.apply("equal", b))
    return pick(same, 0.0, a - b)


class Logaddexp(Binary):
    """The log of the sum of two exponentials, without overflow."""

    words = "take the log of the sum of e to the power of {a} and of {b}"
    source = "∂/∂a log(eᵃ + eᵇ) = σ(a − b)"
    convention = "of two equal infinities each takes half of the gradient"
    dtype = staticmethod(as_numpy(np.logaddexp))

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        return apply("log", infix("+", apply("exp", a), apply("exp", b)))

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        return xp.logaddexp(a, b)

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, Node]:
        gap = _gap(a, b)
        return g * gap.apply("sigmoid"), g * (-gap).apply("sigmoid")

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        return call("log", call("exp", a[at]) + call("exp", b[at]))

    @staticmethod
    def slope(operand: int, y: Any, a: Any, b: Any) -> Any:
        return np.where(np.isinf(a) & (a == b), 0.5, 1 / (1 + np.exp(a - b if operand else b - a)))


class Logaddexp2(Binary):
    """The log to base 2 of the sum of two powers of 2, without overflow."""

    words = "take the log to base 2 of the sum of 2 to the power of {a} and of {b}"
    source = "∂/∂a log₂(2ᵃ + 2ᵇ) = σ((a − b) log 2)"
    convention = "of two equal infinities each takes half of the gradient"
    dtype = staticmethod(as_numpy(np.logaddexp2))

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        two = n.Numeral("2")
        return apply("log", infix("+", n.Power(two, a), n.Power(two, b)), sub=two)

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        return xp.logaddexp2(a, b)

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, Node]:
        gap = _gap(a, b) * LN2
        return g * gap.apply("sigmoid"), g * (-gap).apply("sigmoid")

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        return call("log2", Number(2) ** a[at] + Number(2) ** b[at])

    @staticmethod
    def slope(operand: int, y: Any, a: Any, b: Any) -> Any:
        return np.where(np.isinf(a) & (a == b), 0.5, 1 / (1 + np.exp2(a - b if operand else b - a)))


class Xlogy(Binary):
    """a log b, and 0 where a is 0 whatever b is."""

    words = "multiply {a} by the natural log of {b}, 0 where {a} is 0"
    source = "limit of a log b as a → 0 is 0; scipy.special.xlogy"
    convention = "0 where a is 0, even at log 0, and there both slopes are taken as 0"
    samples = within(0.2, 3.0, operands=2)

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        return n.Row((a, n.Apply(n.Word("log"), (b,))))

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        a, b = floats(xp, a, b)
        return a * xp.log(xp.where((a == 0) & (b <= 0), 1.0, b))

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, Node]:
        hole = a.apply("equal", 0).apply("logical_and", b.apply("less_equal", 0))
        safe = pick(hole, 1.0, b)
        return g * safe.apply("log"), g * (a / safe)

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        left, right = a[at], b[at]
        return Number(0) if left.value == 0 and right.value <= 0 else left * call("log", right)

    @staticmethod
    def slope(operand: int, y: Any, a: Any, b: Any) -> Any:
        hole = (a == 0) & (b <= 0)
        return np.where(hole, 0.0, a / b if operand else np.log(b))
