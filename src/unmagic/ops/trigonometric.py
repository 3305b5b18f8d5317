"""Circular and hyperbolic functions and their inverses, entry by entry; angles are radians."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unmagic.core import notation as n
from unmagic.core.build import Node
from unmagic.core.graph import Array, Index
from unmagic.core.notation import Notation, apply
from unmagic.core.op import Operand
from unmagic.core.scalar import Constant, Expr, Number, call

from .families import Binary, Function, Unary, as_numpy, floats, pick, within


class Sin(Function):
    """The sine of each entry."""

    words = "take the sine of {x}"
    source = "d/dx sin x = cos x"
    ufunc = np.sin

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g * x.apply("cos"),)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return np.cos(x)


class Cos(Function):
    """The cosine of each entry."""

    words = "take the cosine of {x}"
    source = "d/dx cos x = −sin x"
    ufunc = np.cos

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (-(g * x.apply("sin")),)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return -np.sin(x)


class Tan(Function):
    """The tangent of each entry."""

    words = "take the tangent of {x}"
    source = "d/dx tan x = 1 + tan² x"
    samples = within(-1.2, 1.2)
    ufunc = np.tan

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g * (1 + y.apply("square")),)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return 1 / np.cos(x) ** 2


class Arcsin(Function):
    """The angle whose sine is the entry."""

    words = "take the angle whose sine is {x}"
    source = "d/dx arcsin x = 1 / √(1 − x²)"
    convention = "at ±1 the slope is +∞; outside −1 to 1 the result is NaN"
    samples = within(-0.9, 0.9)
    ufunc, standard = np.arcsin, "asin"

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g / ((1 - x) * (1 + x)).apply("sqrt"),)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return 1 / np.cos(y)


class Arccos(Function):
    """The angle whose cosine is the entry."""

    words = "take the angle whose cosine is {x}"
    source = "d/dx arccos x = −1 / √(1 − x²)"
    convention = "at ±1 the slope is −∞; outside −1 to 1 the result is NaN"
    samples = within(-0.9, 0.9)
    ufunc, standard = np.arccos, "acos"

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (-(g / ((1 - x) * (1 + x)).apply("sqrt")),)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return -1 / np.sin(y)


class Arctan(Function):
    """The angle whose tangent is the entry."""

    words = "take the angle whose tangent is {x}"
    source = "d/dx arctan x = 1 / (1 + x²)"
    ufunc, standard = np.arctan, "atan"

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g / (1 + x.apply("square")),)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return np.cos(y) ** 2


class Sinh(Function):
    """The hyperbolic sine of each entry."""

    words = "take the hyperbolic sine of {x}"
    source = "d/dx sinh x = cosh x"
    ufunc = np.sinh

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g * x.apply("cosh"),)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return (np.exp(x) + np.exp(-x)) / 2


class Cosh(Function):
    """The hyperbolic cosine of each entry."""

    words = "take the hyperbolic cosine of {x}"
    source = "d/dx cosh x = sinh x"
    ufunc = np.cosh

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g * x.apply("sinh"),)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return np.sinh(x)


class Tanh(Function):
    """The hyperbolic tangent of each entry: everything squashed between −1 and 1."""

    words = "squash {x} between −1 and 1 by tanh"
    source = "d/dx tanh x = 1 − tanh² x"
    letter = "h"
    ufunc = np.tanh

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g * (1 - y.apply("square")),)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return 1 / np.cosh(x) ** 2


class Arcsinh(Function):
    """The number whose hyperbolic sine is the entry."""

    words = "take the number whose hyperbolic sine is {x}"
    source = "d/dx arcsinh x = 1 / √(x² + 1)"
    ufunc, standard = np.arcsinh, "asinh"

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g / (x.apply("square") + 1).apply("sqrt"),)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return 1 / np.cosh(y)


class Arccosh(Function):
    """The number, at least 0, whose hyperbolic cosine is the entry."""

    words = "take the number whose hyperbolic cosine is {x}"
    source = "d/dx arccosh x = 1 / √(x² − 1)"
    convention = "at 1 the slope is +∞; below 1 the result is NaN"
    samples = within(1.2, 3.0)
    ufunc, standard = np.arccosh, "acosh"

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g / ((x - 1) * (x + 1)).apply("sqrt"),)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return 1 / np.sinh(y)


class Arctanh(Function):
    """The number whose hyperbolic tangent is the entry."""

    words = "take the number whose hyperbolic tangent is {x}"
    source = "d/dx arctanh x = 1 / (1 − x²)"
    convention = "at ±1 the result is ±∞; outside it is NaN"
    samples = within(-0.9, 0.9)
    ufunc, standard = np.arctanh, "atanh"

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g / ((1 - x) * (1 + x)),)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return np.cosh(y) ** 2


class Degrees(Unary):
    """Radians as degrees."""

    words = "turn {x} from radians into degrees"
    source = "π radians are 180°"
    linear_in = ("x",)
    dtype = staticmethod(as_numpy(np.degrees))

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("degrees", x)

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return np.degrees(x) if xp is np else x * (180 / math.pi)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g.apply("degrees"),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        return x[at] * 180 / Constant("pi")

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return np.full(np.shape(y), 180 / np.pi)


class Radians(Unary):
    """Degrees as radians."""

    words = "turn {x} from degrees into radians"
    source = "180° are π radians"
    linear_in = ("x",)
    dtype = staticmethod(as_numpy(np.radians))

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("radians", x)

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return np.radians(x) if xp is np else x * (math.pi / 180)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g.apply("radians"),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        return x[at] * Constant("pi") / 180

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return np.full(np.shape(y), np.pi / 180)


class Sinc(Unary):
    """sin(πx) / (πx), and 1 at 0."""

    words = "take sin(π{x}) over π{x}, 1 at 0"
    source = "normalised sinc; d/dx = (cos πx − sinc x) / x"
    convention = "at 0 the value is 1 and the slope 0"

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("sinc", x)

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        (x,) = floats(xp, x)
        turn = xp.where(x == 0, 1.0, x) * math.pi
        return xp.where(x == 0, 1.0, xp.sin(turn) / turn)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        near = x.apply("absolute").apply("less", 1e-3)  # there cos πx − sinc x loses its digits: the series keeps them
        safe = pick(near, 1.0, x)
        series = x * (-(math.pi**2) / 3) * (1 - (x * math.pi).apply("square") * 0.1)
        return (g * pick(near, series, ((safe * math.pi).apply("cos") - y) / safe),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        here = x[at]
        if here.value == 0:
            return Number(1)
        turn = Constant("pi") * here
        return call("sin", turn) / turn

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        turn = np.pi * np.asarray(x)
        with np.errstate(all="ignore"):  # the branch not taken at 0
            far = np.pi * (turn * np.cos(turn) - np.sin(turn)) / turn**2
        return np.where(np.abs(x) < 1e-3, np.pi * (turn**3 / 30 - turn / 3), far)


class Arctan2(Binary):
    """The angle of the point with height a and width b, from −π to π."""

    words = "take the angle of the point with height {a} and width {b}"
    source = "∂/∂a = b / (a² + b²), ∂/∂b = −a / (a² + b²)"
    convention = "at the origin both slopes are taken as 0"
    dtype = staticmethod(as_numpy(np.arctan2))

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        return apply("arctan2", a, b)

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        return xp.atan2(a, b)

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, Node]:
        r = a.apply("hypot", b)
        origin = r.apply("equal", 0)
        r = pick(origin, 1.0, r)
        share = pick(origin, 0.0, g / r)
        return share * (b / r), -(share * (a / r))

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        return call("arctan2", a[at], b[at])

    @staticmethod
    def slope(operand: int, y: Any, a: Any, b: Any) -> Any:
        r = np.hypot(a, b)
        r = np.where(r == 0, np.inf, r)
        return (-a if operand else b) / r / r


class Hypot(Binary):
    """The length of the slanted side over legs a and b."""

    words = "take the length of the slanted side over legs {a} and {b}"
    source = "√(a² + b²); ∂/∂a = a / √(a² + b²)"
    convention = "at the origin both slopes are taken as 0"
    dtype = staticmethod(as_numpy(np.hypot))

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        return n.Root(n.infix("+", n.Power(a, n.Numeral("2")), n.Power(b, n.Numeral("2"))))

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        return xp.hypot(a, b)

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, Node]:
        safe = pick(y.apply("equal", 0), 1.0, y)
        return g * (a / safe), g * (b / safe)

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        return call("sqrt", a[at] ** 2 + b[at] ** 2)

    @staticmethod
    def slope(operand: int, y: Any, a: Any, b: Any) -> Any:
        angle = np.arctan2(b, a)
        return np.where(y == 0, 0.0, np.sin(angle) if operand else np.cos(angle))
