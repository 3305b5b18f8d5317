"""Arithmetic, entry by entry."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core import notation as n
from unmagic.core.build import Node
from unmagic.core.emit import ufunc
from unmagic.core.errors import BadValue
from unmagic.core.graph import Array, Index
from unmagic.core.notation import Notation, infix
from unmagic.core.op import Operand
from unmagic.core.scalar import Expr

from .families import Binary, Function, Unary, as_numpy, known, pick, within


class Add(Binary):
    """Add entry by entry."""

    words = "add {a} and {b}"
    source = "elementary"
    linear_in = ("a", "b")
    dtype = staticmethod(as_numpy(np.add))
    emit = ufunc(np.add, "+")

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        return infix("+", a, b)

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        return xp.add(a, b)

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, Node]:
        return g, g

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        return a[at] + b[at]

    @staticmethod
    def slope(operand: int, y: Any, a: Any, b: Any) -> Any:
        return np.ones(np.shape(y))


class Subtract(Binary):
    """Subtract entry by entry."""

    words = "subtract {b} from {a}"
    source = "elementary"
    linear_in = ("a", "b")
    dtype = staticmethod(as_numpy(np.subtract))
    emit = ufunc(np.subtract, "-")

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        return infix("−", a, b)

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        return xp.subtract(a, b)

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, Node]:
        return g, -g

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        return a[at] - b[at]

    @staticmethod
    def slope(operand: int, y: Any, a: Any, b: Any) -> Any:
        return np.full(np.shape(y), -1.0 if operand else 1.0)


class Multiply(Binary):
    """Multiply entry by entry."""

    words = "multiply {a} by {b}, entry by entry"
    source = "product rule"
    linear_in = ("a", "b")
    dtype = staticmethod(as_numpy(np.multiply))
    emit = ufunc(np.multiply, "*")

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        by_number = isinstance(a, n.Numeral) or isinstance(b, n.Numeral)
        return infix("·" if by_number else "⊙", a, b)

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        return xp.multiply(a, b)

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, Node]:
        return g * b, g * a

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        return a[at] * b[at]

    @staticmethod
    def slope(operand: int, y: Any, a: Any, b: Any) -> Any:
        return a if operand else b


class Divide(Binary):
    """Divide entry by entry."""

    words = "divide {a} by {b}"
    source = "quotient rule"
    linear_in = ("a",)
    samples = within(0.3, 2.5, operands=2)
    dtype = staticmethod(as_numpy(np.divide))
    emit = ufunc(np.divide, "/")

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        return n.Fraction(a, b)

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        return xp.divide(a, b)

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, Node]:
        share = g / b
        return share, -(share * y)

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        return a[at] / b[at]

    @staticmethod
    def slope(operand: int, y: Any, a: Any, b: Any) -> Any:
        return -a / b**2 if operand else 1 / b


class Negative(Unary):
    """Turn the sign of each entry."""

    words = "turn the sign of {x}"
    source = "elementary"
    linear_in = ("x",)
    dtype = staticmethod(as_numpy(np.negative))
    emit = ufunc(np.negative, "-")

    @staticmethod
    def notation(x: Notation) -> Notation:
        return n.Prefix("−", x)

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return xp.negative(x)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (-g,)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        return -x[at]

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return np.full(np.shape(y), -1.0)


class Absolute(Function):
    """The size of each entry, its sign dropped."""

    words = "drop the sign of {x}"
    source = "|x|′ = sign x"
    convention = "at 0 the slope of |x| is taken as 0"
    ufunc = np.absolute
    function, standard = "abs", "abs"

    @staticmethod
    def notation(x: Notation) -> Notation:
        return n.Fence("|", x, "|")

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g * x.apply("sign"),)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return np.where(x > 0, 1.0, np.where(x < 0, -1.0, x * 0.0))


class Square(Function):
    """Each entry times itself."""

    words = "square {x}"
    source = "d/dx x² = 2x"
    ufunc = np.square

    @staticmethod
    def notation(x: Notation) -> Notation:
        return n.Power(x, n.Numeral("2"))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g * (2 * x),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        return x[at] ** 2

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return x + x


class Reciprocal(Function):
    """One over each entry."""

    words = "take one over {x}"
    source = "d/dx 1/x = −1/x²"
    samples = within(0.3, 2.5)
    ufunc = np.reciprocal

    @staticmethod
    def notation(x: Notation) -> Notation:
        return n.Fraction(n.Numeral("1"), x)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (-(g * y.apply("square")),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        return 1 / x[at]

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return -1 / (x * x)


class Sqrt(Function):
    """The square root of each entry."""

    words = "take the square root of {x}"
    source = "d/dx √x = 1 / (2√x)"
    convention = "at 0 the slope is +∞; below 0 the result is NaN"
    samples = within(0.2, 3.0)
    ufunc = np.sqrt

    @staticmethod
    def notation(x: Notation) -> Notation:
        return n.Root(x)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g / (2 * y),)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return 0.5 / np.sqrt(x)


class Cbrt(Function):
    """The cube root of each entry."""

    words = "take the cube root of {x}"
    source = "d/dx ∛x = 1 / (3∛x²)"
    convention = "at 0 the slope is +∞; of a negative number the root is negative"
    samples = within(0.2, 3.0)
    ufunc = np.cbrt

    @staticmethod
    def notation(x: Notation) -> Notation:
        return n.Root(x, n.Numeral("3"))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g / (3 * y.apply("square")),)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return 1 / (3 * np.cbrt(x) ** 2)


class Power(Binary):
    """The first operand to the power of the second, entry by entry."""

    words = "raise {a} to the power of {b}"
    source = "∂aᵇ/∂a = b aᵇ⁻¹, ∂aᵇ/∂b = aᵇ log a"
    convention = "0⁰ is 1; at a = 0 the slope along an exponent b ≥ 0 is taken as 0; for a < 0 it is NaN"
    samples = within(0.2, 2.5, operands=2)
    dtype = staticmethod(as_numpy(np.power))
    emit = staticmethod(lambda y, a, b: ufunc(np.power) if y.dtype.kind == "f" else None)  # whole numbers may refuse

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        return n.Power(a, b)

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        try:
            return xp.pow(a, b)
        except ValueError:  # NumPy's own rule for whole numbers
            raise BadValue(
                "a whole number to a negative power is a fraction, and the result must be whole here",
                hint="make the base a float: 2.0 instead of 2",
            ) from None

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node | None, Node | None]:
        exponent = known(b)
        if exponent is not None:  # as people write it: 3x² rather than b·xᵇ⁻¹
            if exponent == 0:
                return None, None
            less = float(exponent) - 1
            inner = a if less == 1 else a.apply("power", less)
            return g * (float(exponent) * inner) if less else g, None
        base_slope = pick(b.apply("equal", 0), 0.0, b * a.apply("power", b - 1))
        hole = a.apply("equal", 0).apply("logical_and", b.apply("greater_equal", 0))
        safe = pick(hole, 1.0, a)  # log 1 = 0: the slope by convention where log 0 would stand
        return g * base_slope, g * (y * safe.apply("log"))

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        return a[at] ** b[at]

    @staticmethod
    def slope(operand: int, y: Any, a: Any, b: Any) -> Any:
        with np.errstate(all="ignore"):  # the branches not taken
            if operand:
                return np.where((a == 0) & (b >= 0), 0.0, y * np.log(a))
            a = np.asarray(a, np.result_type(a, np.float16))
            return np.where(b == 0, 0.0, b * a ** (b - 1))
