"""Factorials, binomial coefficients and the gamma functions behind their derivatives, entry by entry."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unmagic.core import notation as n
from unmagic.core.build import Node
from unmagic.core.graph import Array, Index, Shape
from unmagic.core.notation import Notation, apply
from unmagic.core.op import Operand, Sample
from unmagic.core.scalar import Expr, Number, call

from .families import Binary, Unary, floats, pick, within
from .special import entrywise

# ------------------------------------------------------------------------------------------- on Python floats


def factorial(x: float) -> float:
    """x!, which is Γ(x + 1) between the whole numbers; NaN where that has a pole."""
    try:
        if x == math.floor(x) and 0 <= x <= 170:
            return float(math.factorial(int(x)))  # exact, then rounded once
        return math.gamma(x + 1)
    except OverflowError:
        return math.inf
    except ValueError:  # a pole, or −∞
        return math.nan


def log_gamma(x: float) -> float:
    """log |Γ(x)|; +∞ at the poles."""
    try:
        return math.lgamma(x)
    except (ValueError, OverflowError):
        return math.inf


def binomial(top: float, bottom: float) -> float:
    """How many ways to pick ``bottom`` of ``top``; between whole numbers by the gamma function."""
    rest = top - bottom
    if _whole(top) and _whole(bottom) and top >= 0:
        try:
            return float(math.comb(int(top), int(bottom))) if bottom >= 0 else 0.0
        except OverflowError:
            return math.inf
    if min(top, bottom, rest) <= -1:
        poles = (_whole(bottom) and bottom < 0) or (_whole(rest) and rest < 0)
        return 0.0 if poles and not _whole(top) else factorial(top) / (factorial(bottom) * factorial(rest))
    if max(top, bottom, rest) < 100:
        return math.gamma(top + 1) / (math.gamma(bottom + 1) * math.gamma(rest + 1))
    return math.exp(math.lgamma(top + 1) - math.lgamma(bottom + 1) - math.lgamma(rest + 1))


def _whole(x: float) -> bool:
    return math.isfinite(x) and x == math.floor(x)


_BERNOULLI = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510)


def polygamma(order: int, x: float) -> float:
    """The ``order``-th derivative of ψ(x) = d/dx log Γ(x); NaN at the poles 0, −1, −2, …"""
    if math.isnan(x) or x == -math.inf or (x <= 0 and x == math.floor(x)):
        return math.nan
    if order == 0:
        if x < 0:
            return polygamma(0, 1 - x) - math.pi / math.tan(math.pi * (x - math.floor(x)))
        return _digamma(x)
    sign = -1.0 if order % 2 == 0 else 1.0
    return sign * math.factorial(order) * _powers(order + 1, x)


def _digamma(x: float) -> float:
    steps = max(0, 12 - math.floor(x)) if x < 12 else 0
    below = [-1 / (x + k) for k in range(steps)]
    z = x + steps
    if math.isinf(z):
        return z
    tail = [-b / (2 * k * z ** (2 * k)) for k, b in enumerate(_BERNOULLI, 1)]
    return math.fsum([math.log(z), -0.5 / z, *tail, *below])


def _powers(m: int, x: float) -> float:
    """Σ 1/(x + k)ᵐ over k = 0, 1, 2, …: added up to x + k = 12 + m, the rest by Euler and Maclaurin."""
    if x < 0:  # the sum over all whole k has period 1; what lies left of x is taken off again
        part = x - math.floor(x)
        return _powers(m, part) + (-1) ** m * (_powers(m, 1 - part) - _powers(m, 1 - x))
    if math.isinf(x):
        return 0.0
    steps = max(0, 12 + m - math.floor(x)) if x < 12 + m else 0
    z = x + steps
    tail = [z ** (1 - m) / (m - 1), 0.5 * z**-m]
    factor = m * z ** (-m - 1)
    for k, b in enumerate(_BERNOULLI, 1):
        tail.append(b / math.factorial(2 * k) * factor)
        factor *= (m + 2 * k - 1) * (m + 2 * k) / (z * z)
    return math.fsum([*tail, *[(x + k) ** -m for k in range(steps)]])


# ---------------------------------------------------------------------------------------------------- ops


class Factorial(Unary):
    """n! of each entry, Γ(x + 1) between the whole numbers."""

    words = "take the factorial of {x}"
    source = "x! = Γ(x + 1); slope x! ψ(x + 1)"
    convention = "at a negative whole number it is NaN"
    samples = (Sample((np.array([[0.0, 1.0, 2.0], [3.0, 5.0, 10.0]]),)), *within(0.2, 4.0))

    @staticmethod
    def notation(x: Notation) -> Notation:
        return n.Postfix(x, "!")

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return entrywise(factorial, *floats(np, np.asarray(x)[()]))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g * (y * (x + 1).apply("polygamma", order=0)),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        return call("factorial", x[at])

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        (x,) = floats(np, x)
        return y * entrywise(lambda v: polygamma(0, v + 1), x)


class Gammaln(Unary):
    """The log of the size of Γ at each entry."""

    words = "take the log of the gamma function of {x}"
    source = "log |Γ(x)|; slope ψ(x)"
    convention = "at 0 and the negative whole numbers it is +∞"
    samples = (*within(0.3, 4.0), Sample((np.array([-0.4, -1.7, 20.0]),)))

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("log", apply("Γ", x))

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return entrywise(log_gamma, *floats(np, np.asarray(x)[()]))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g * x.apply("polygamma", order=0),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        return call("gammaln", x[at])

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return entrywise(lambda v: polygamma(0, v), *floats(np, x))


class Polygamma(Unary):
    """ψ, the slope of log Γ, or its derivative of the given order."""

    words = "take a derivative of log Γ at {x}"
    source = "ψ(x) = d/dx log Γ(x); ψ⁽ⁿ⁾(x) = (−1)ⁿ⁺¹ n! Σ 1/(x + k)ⁿ⁺¹"
    convention = "at 0 and the negative whole numbers it is NaN"
    samples = (
        Sample(((2, 3),), {"order": 0}, low=0.3, high=5.0),
        Sample((np.array([0.4, 3.0, -0.6, -2.3]),), {"order": 1}),
        Sample(((),), {"order": 2}, low=0.5, high=2.0),
        Sample(((0,),), {"order": 0}),
    )

    @staticmethod
    def shape(x: Shape, *, order: int) -> Shape:
        return x

    @staticmethod
    def notation(x: Notation, *, order: int) -> Notation:
        return n.Apply(n.Power(n.Name("ψ"), n.Word(f"({order})")) if order else n.Name("ψ"), (x,))

    @staticmethod
    def forward(xp: Any, x: Array, *, order: int) -> Array:
        return entrywise(lambda v: polygamma(order, v), *floats(np, np.asarray(x)[()]))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, order: int) -> tuple[Node]:
        return (g * x.apply("polygamma", order=order + 1),)

    @staticmethod
    def entry(at: Index, x: Operand, *, order: int) -> Expr:
        return call("polygamma", Number(order), x[at]) if order else call("digamma", x[at])

    @staticmethod
    def slope(operand: int, y: Any, x: Any, *, order: int) -> Any:
        return entrywise(lambda v: polygamma(order + 1, v), *floats(np, x))


class Binomial(Binary):
    """How many ways to pick k of n things."""

    words = "count the ways to pick {k} of {n}"
    source = "n! / (k! (n − k)!); slopes by ψ"
    convention = "0 for whole k below 0 or above a whole n; where it is 0 the slopes are taken as 0"
    samples = (
        Sample((np.array([[4.0, 5.0, 10.0], [6.0, 1.0, 52.0]]), np.array([[2.0, 0.0, 3.0], [6.0, 1.0, 5.0]]))),
        Sample((np.array([4.5, 3.2]), np.array([2.0, 1.1]))),
        Sample((np.float64(6.0), np.float64(2.0))),
        Sample((np.zeros(0), np.zeros(0))),
    )

    @staticmethod
    def shape(n: Shape, k: Shape) -> Shape:
        return Binary.shape(n, k)

    @staticmethod
    def notation(n_: Notation, k: Notation) -> Notation:
        return n.Grid(((n_,), (k,)), fence="(")

    @staticmethod
    def forward(xp: Any, n: Array, k: Array) -> Array:
        n, k = floats(np, np.asarray(n)[()], np.asarray(k)[()])
        out = np.fromiter(map(binomial, np.ravel(n).tolist(), np.ravel(k).tolist()), np.float64, np.size(n))
        return out.reshape(np.shape(n)).astype(n.dtype)[()]

    @staticmethod
    def vjp(g: Node, y: Node, n: Node, k: Node) -> tuple[Node, Node]:
        nothing = y.apply("equal", 0)
        whole = (n + 1).apply("polygamma", order=0)
        rest = (n - k + 1).apply("polygamma", order=0)
        part = (k + 1).apply("polygamma", order=0)
        return pick(nothing, 0.0, g * (y * (whole - rest))), pick(nothing, 0.0, g * (y * (rest - part)))

    @staticmethod
    def entry(at: Index, n: Operand, k: Operand) -> Expr:
        top, bottom = n[at], k[at]
        if binomial(float(top.value), float(bottom.value)) == 0:
            return Number(0)
        return call("factorial", top) / (call("factorial", bottom) * call("factorial", top - bottom))

    @staticmethod
    def slope(operand: int, y: Any, n: Any, k: Any) -> Any:
        n, k = floats(np, n, k)
        rest = entrywise(lambda v: polygamma(0, v + 1), n - k)
        other = entrywise(lambda v: polygamma(0, v + 1), k if operand else n)
        return np.where(y == 0, 0.0, y * (rest - other if operand else other - rest))
