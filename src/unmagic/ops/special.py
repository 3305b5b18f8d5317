"""Functions of probability and counting, entry by entry."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from unmagic.core import notation as n
from unmagic.core.build import Node
from unmagic.core.graph import Array, Index
from unmagic.core.notation import Notation, apply
from unmagic.core.op import Operand
from unmagic.core.scalar import Expr, call

from .families import Unary, floats


def entrywise(function: Callable[[float], float], x: Array) -> Array:
    """``function`` of Python floats at each entry, rounded to the dtype of ``x`` (NumPy itself has no such one)."""
    given = np.asarray(x)
    out = np.fromiter(map(function, given.ravel().tolist()), np.float64, given.size)
    return out.reshape(given.shape).astype(given.dtype)[()]


def erf(xp: Any, x: Array) -> Array:
    """The error function, by the namespace's own where it has one."""
    return xp.erf(x) if hasattr(xp, "erf") else entrywise(math.erf, x)


def erfc(xp: Any, x: Array) -> Array:
    """1 − erf, without its cancellation."""
    return xp.erfc(x) if hasattr(xp, "erfc") else entrywise(math.erfc, x)


def normal_cdf(xp: Any, x: Array) -> Array:
    """Φ(x), exact in the lower tail too."""
    if xp is not np:
        return 0.5 * erfc(xp, x * -math.sqrt(0.5))
    wide = np.asarray(x, np.float64)
    t, lost = _over_root_two(-wide)
    density = np.where(np.abs(t) < 30, np.exp(-t * t), 0.0)  # beyond, nothing is left to mend, and ∞·0 is no number
    mend = density * np.where(density == 0, 0.0, lost) * (2 / math.sqrt(math.pi))
    return (0.5 * (entrywise(math.erfc, t) - mend)).astype(np.asarray(x).dtype)[()]


def _over_root_two(x: Array) -> tuple[Array, Array]:
    """x/√2 as a float64, and what rounding it lost: far out, Φ moves by x² times what its argument is off."""
    root, root_lost = math.sqrt(0.5), -4.833646656726457e-17
    t = x * root
    high = x * 134217729.0  # 2²⁷ + 1: Veltkamp's split into halves whose products are exact
    high = high - (high - x)
    low, top = x - high, 134217729.0 * root
    top -= top - root
    rest = root - top
    lost = ((high * top - t) + high * rest + low * top) + low * rest
    return t, lost + x * root_lost


class Erf(Unary):
    """The error function of each entry."""

    words = "take the error function of {x}"
    source = "2/√π ∫₀ˣ exp(−t²) dt"

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("erf", x)

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return erf(xp, *floats(xp, x))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g * ((-x.apply("square")).apply("exp") * (2 / math.sqrt(math.pi))),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        return call("erf", x[at])

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return 2 / np.sqrt(np.pi) * np.exp(-x * x)


class Erfc(Unary):
    """1 less the error function of each entry."""

    words = "take 1 less the error function of {x}"
    source = "2/√π ∫ₓ^∞ exp(−t²) dt"

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("erfc", x)

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return erfc(xp, *floats(xp, x))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g * ((-x.apply("square")).apply("exp") * (-2 / math.sqrt(math.pi))),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        return call("erfc", x[at])

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return -2 / np.sqrt(np.pi) * np.exp(-x * x)


class NormalCdf(Unary):
    """The share of a standard normal that lies below each entry."""

    words = "take the share of a standard normal below {x}"
    source = "Φ(x) = erfc(−x/√2)/2; slope φ(x) = exp(−x²/2)/√(2π)"

    @staticmethod
    def notation(x: Notation) -> Notation:
        return n.Apply(n.Name("Φ"), (x,))

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return normal_cdf(xp, *floats(xp, x))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g * ((x.apply("square") * -0.5).apply("exp") * (1 / math.sqrt(2 * math.pi))),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        return call("normal_cdf", x[at])

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return np.exp(-x * x / 2) / np.sqrt(2 * np.pi)
