"""Smooth activations, entry by entry; each is written so that no exponential can overflow."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unmagic.core import notation as n
from unmagic.core.build import Node
from unmagic.core.graph import Array, Index, Shape
from unmagic.core.notation import Notation, apply
from unmagic.core.op import Operand, Sample
from unmagic.core.scalar import Compare, Constant, Expr, Number, call
from unmagic.core.scalar import Where as Choice

from .families import Unary, floats, pick
from .special import normal_cdf

SELU_SCALE, SELU_ALPHA = 1.0507009873554805, 1.6732632423543772
"""The λ and α that keep mean 0 and variance 1 from layer to layer (Klambauer et al. 2017)."""


def sigmoid(xp: Any, x: Array) -> Array:
    """1 / (1 + exp(−x)); the exponent is never positive."""
    small = xp.exp(-xp.abs(x))
    return xp.where(x >= 0, 1.0, small) / (1 + small)


def softplus(xp: Any, x: Array) -> Array:
    """log(1 + exp(x)); the exponent is never positive."""
    return xp.log1p(xp.exp(-xp.abs(x))) + xp.where(x > 0, x, 0 * x if xp is not np else x.dtype.type(0))


class Sigmoid(Unary):
    """Each entry squashed between 0 and 1."""

    words = "squash {x} between 0 and 1 by the sigmoid"
    source = "1 / (1 + e⁻ˣ); σ′ = σ (1 − σ)"
    letter = "p"

    @staticmethod
    def notation(x: Notation) -> Notation:
        return n.Apply(n.Name("σ"), (x,))

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return sigmoid(xp, *floats(xp, x))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g * (y * (1 - y)),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        return 1 / (1 + call("exp", -x[at]))

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return 0.25 / np.cosh(0.5 * x) ** 2


class LogSigmoid(Unary):
    """The log of the sigmoid of each entry."""

    words = "take the log of the sigmoid of {x}"
    source = "log σ(x) = −log(1 + e⁻ˣ); slope σ(−x)"

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("log", n.Apply(n.Name("σ"), (x,)))

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        (x,) = floats(xp, x)
        return -softplus(xp, -x)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g * (-x).apply("sigmoid"),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        return -call("log", 1 + call("exp", -x[at]))

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return 1 / (1 + np.exp(x))


class Softplus(Unary):
    """A relu without its kink: log(1 + exp(βx)) / β."""

    words = "take the softplus of {x}, a relu without its kink"
    source = "log(1 + e^(βx)) / β; slope σ(βx)"
    letter = "h"
    samples = (Sample(((2, 3),), {"beta": 1.0}), Sample(((),), {"beta": 2.0}), Sample(((0,),), {"beta": 1.0}))

    @staticmethod
    def shape(x: Shape, *, beta: float) -> Shape:
        return x

    @staticmethod
    def notation(x: Notation, *, beta: float) -> Notation:
        return apply("softplus", x)

    @staticmethod
    def forward(xp: Any, x: Array, *, beta: float) -> Array:
        (x,) = floats(xp, x)
        return softplus(xp, x) if beta == 1 else softplus(xp, x * beta) / beta

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, beta: float) -> tuple[Node]:
        return (g * (x if beta == 1 else x * beta).apply("sigmoid"),)

    @staticmethod
    def entry(at: Index, x: Operand, *, beta: float) -> Expr:
        here = x[at]
        if beta == 1:
            return call("log", 1 + call("exp", here))
        return call("log", 1 + call("exp", Number(beta) * here)) / Number(beta)

    @staticmethod
    def slope(operand: int, y: Any, x: Any, *, beta: float) -> Any:
        return 1 / (1 + np.exp(-beta * x))


class Silu(Unary):
    """Each entry times its own sigmoid."""

    words = "scale {x} by its own sigmoid"
    source = "x σ(x) = x / (1 + e⁻ˣ)"
    letter = "h"

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("silu", x)

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        (x,) = floats(xp, x)
        return x * sigmoid(xp, x)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        s = x.apply("sigmoid")
        return (g * (s + y * (1 - s)),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        here = x[at]
        return here / (1 + call("exp", -here))

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return sigmoid(np, x) * (1 + x * sigmoid(np, -x))


class Gelu(Unary):
    """Each entry times the share of a standard normal that lies below it."""

    words = "scale {x} by the share of a standard normal below it"
    source = "x Φ(x); Hendrycks and Gimpel 2016, with their tanh approximation"
    letter = "h"
    samples = (
        Sample(((2, 3),), {"approximate": "none"}),
        Sample(((2, 3),), {"approximate": "tanh"}),
        Sample(((),), {"approximate": "none"}),
        Sample(((0,),), {"approximate": "tanh"}),
    )

    @staticmethod
    def shape(x: Shape, *, approximate: str) -> Shape:
        return x

    @staticmethod
    def notation(x: Notation, *, approximate: str) -> Notation:
        return apply("gelu", x)

    @staticmethod
    def forward(xp: Any, x: Array, *, approximate: str) -> Array:
        (x,) = floats(xp, x)
        if approximate == "tanh":
            return 0.5 * x * (1 + xp.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))
        return x * normal_cdf(xp, x)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, approximate: str) -> tuple[Node]:
        if approximate == "tanh":
            c, square = math.sqrt(2 / math.pi), x.apply("square")
            t = (c * (x + 0.044715 * (square * x))).apply("tanh")
            inner = c * (1 + 3 * 0.044715 * square)
            return (g * (0.5 * (1 + t) + 0.5 * x * ((1 - t.apply("square")) * inner)),)
        density = (x.apply("square") * -0.5).apply("exp") * (1 / math.sqrt(2 * math.pi))
        return (g * (x.apply("normal_cdf") + x * density),)

    @staticmethod
    def entry(at: Index, x: Operand, *, approximate: str) -> Expr:
        here = x[at]
        if approximate == "tanh":
            inner = call("sqrt", 2 / Constant("pi")) * (here + Number(0.044715) * here**3)
            return Number(0.5) * here * (1 + call("tanh", inner))
        return here * call("normal_cdf", here)

    @staticmethod
    def slope(operand: int, y: Any, x: Any, *, approximate: str) -> Any:
        if approximate == "tanh":
            c = np.sqrt(2 / np.pi)
            u = c * x * (1 + 0.044715 * x**2)
            return 1 / (1 + np.exp(-2 * u)) + 0.5 * x * c * (1 + 0.134145 * x**2) / np.cosh(u) ** 2
        return normal_cdf(np, x) + x * np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)


class Mish(Unary):
    """Each entry times the tanh of its softplus."""

    words = "scale {x} by the tanh of its softplus"
    source = "x tanh(log(1 + eˣ)); Misra 2019"
    letter = "h"

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("mish", x)

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        (x,) = floats(xp, x)
        return x * xp.tanh(softplus(xp, x))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        t = x.apply("softplus", beta=1.0).apply("tanh")
        return (g * (t + x * ((1 - t.apply("square")) * x.apply("sigmoid"))),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        here = x[at]
        return here * call("tanh", call("log", 1 + call("exp", here)))

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        e = np.exp(-np.abs(x))  # tanh(softplus x) = (1 + 2e)/(1 + 2e + 2e²) with e = e⁻ˣ, and likewise below 0
        up = np.where(x > 0, 1 + 2 * e, e * e + 2 * e)
        down = np.where(x > 0, 1 + 2 * e + 2 * e * e, e * e + 2 * e + 2)
        t = up / down
        return t + x * (1 - t * t) / (1 + np.exp(-x))


class Softsign(Unary):
    """Each entry over 1 plus its size."""

    words = "divide {x} by 1 plus its size"
    source = "x / (1 + |x|); slope 1 / (1 + |x|)²"
    letter = "h"

    @staticmethod
    def notation(x: Notation) -> Notation:
        return n.Fraction(x, n.infix("+", n.Numeral("1"), n.Fence("|", x, "|")))

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        (x,) = floats(xp, x)
        return x / (1 + xp.abs(x))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g / (1 + x.apply("absolute")).apply("square"),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        here = x[at]
        return here / (1 + call("abs", here))

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return (1 - np.abs(y)) ** 2


def _bent(here: Any, below: Expr) -> Expr:
    return Choice(Compare(">", here, Number(0)), here, below, bool(here.value > 0))


class Elu(Unary):
    """Each entry where it is positive, else α(eˣ − 1)."""

    words = "keep {x} where it is positive, and let it level off below 0"
    source = "Clevert et al. 2015; slope 1 above 0, αeˣ below"
    convention = "at 0 the slope is the one below 0, α"
    letter = "h"
    samples = (Sample(((2, 3),), {"alpha": 1.0}), Sample(((),), {"alpha": 0.5}), Sample(((0,),), {"alpha": 1.0}))

    @staticmethod
    def shape(x: Shape, *, alpha: float) -> Shape:
        return x

    @staticmethod
    def notation(x: Notation, *, alpha: float) -> Notation:
        return apply("elu", x)

    @staticmethod
    def forward(xp: Any, x: Array, *, alpha: float) -> Array:
        (x,) = floats(xp, x)
        return xp.where(x > 0, x, alpha * xp.expm1(xp.where(x > 0, 0 * x, x)))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, alpha: float) -> tuple[Node]:
        return (pick(x.apply("greater", 0), g, g * (y + alpha)),)

    @staticmethod
    def entry(at: Index, x: Operand, *, alpha: float) -> Expr:
        here = x[at]
        return _bent(here, Number(alpha) * (call("exp", here) - 1))

    @staticmethod
    def slope(operand: int, y: Any, x: Any, *, alpha: float) -> Any:
        return np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0)))


class Selu(Unary):
    """An elu scaled so that layers keep mean 0 and variance 1."""

    words = "keep {x} where it is positive, let it level off below 0, and stretch it all a little"
    source = "Klambauer et al. 2017: λ = 1.0507…, α = 1.6733…"
    convention = "at 0 the slope is the one below 0, λα"
    letter = "h"

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("selu", x)

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        (x,) = floats(xp, x)
        return SELU_SCALE * xp.where(x > 0, x, SELU_ALPHA * xp.expm1(xp.where(x > 0, 0 * x, x)))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (pick(x.apply("greater", 0), g * SELU_SCALE, g * (y + SELU_SCALE * SELU_ALPHA)),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        here = x[at]
        return Number(SELU_SCALE) * _bent(here, Number(SELU_ALPHA) * (call("exp", here) - 1))

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return SELU_SCALE * np.where(x > 0, 1.0, SELU_ALPHA * np.exp(np.minimum(x, 0)))


class Celu(Unary):
    """Each entry where it is positive, else α(exp(x/α) − 1): no kink for any α."""

    words = "keep {x} where it is positive, and let it level off below 0, without a kink"
    source = "Barron 2017; slope 1 above 0, exp(x/α) below"
    letter = "h"
    samples = (Sample(((2, 3),), {"alpha": 1.0}), Sample(((),), {"alpha": 0.5}), Sample(((0,),), {"alpha": 1.0}))

    @staticmethod
    def shape(x: Shape, *, alpha: float) -> Shape:
        return x

    @staticmethod
    def notation(x: Notation, *, alpha: float) -> Notation:
        return apply("celu", x)

    @staticmethod
    def forward(xp: Any, x: Array, *, alpha: float) -> Array:
        (x,) = floats(xp, x)
        return xp.where(x > 0, x, alpha * xp.expm1(xp.where(x > 0, 0 * x, x) / alpha))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, alpha: float) -> tuple[Node]:
        return (pick(x.apply("greater", 0), g, g * (y / alpha + 1)),)

    @staticmethod
    def entry(at: Index, x: Operand, *, alpha: float) -> Expr:
        here = x[at]
        return _bent(here, Number(alpha) * (call("exp", here / Number(alpha)) - 1))

    @staticmethod
    def slope(operand: int, y: Any, x: Any, *, alpha: float) -> Any:
        return np.where(x > 0, 1.0, np.exp(np.minimum(x, 0) / alpha))
