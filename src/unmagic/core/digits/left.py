"""The left side of a Line, made ready to be computed many times: on printed digits, on full ones, and its slopes."""

from __future__ import annotations

import math
from decimal import Decimal, Inexact
from typing import TYPE_CHECKING, Any

import numpy as np

from unmagic.core import decimal_math as dm
from unmagic.core.scalar import (
    Call,
    Choose,
    Constant,
    Entry,
    Expr,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Where,
    postorder,
)
from unmagic.core.scalar_eval import _apply, _slopes, decimal_apply, shortest
from unmagic.core.scalar_functions import FUNCTIONS

from .quantity import Quantity

if TYPE_CHECKING:
    from fractions import Fraction

DIGITS, FEWER, MORE, ALL = 60, 34, 400, 4000
"""Digits that are computed with. Two products at both ends of float64 lie 1,900 digits apart."""
KEPT = 25
_EXACT = dm.context(DIGITS)

Terms = list[tuple[bool, tuple[int, ...]]]
"""A sum of products: for each term whether it is subtracted, and the places of its factors."""


class Left:
    """A compiled tree. ``values`` in all methods are decimals, one a place of `leaves`."""

    __slots__ = (
        "additive",
        "calls",
        "leaves",
        "nodes",
        "order",
        "places",
        "rational",
        "root",
        "simple",
        "terms",
    )

    def __init__(self, root: Expr) -> None:
        self.root = root
        self.leaves: list[Quantity] = []
        self.places: dict[Expr, int] = {}
        self.order: list[Expr] = []
        self.rational = True
        self.calls = 0
        self.nodes = postorder(root)
        for node in self.nodes:
            if isinstance(node, Quantity):
                self._leaf(node, node)
            elif isinstance(node, (Number, Entry)):
                self._leaf(node, Quantity(node.value, given=True))
            else:
                self.order.append(node)
                if isinstance(node, Call):
                    self.calls += 1
                    self.rational = False
                elif isinstance(node, Constant) or (isinstance(node, Power) and not _whole_power(node)):
                    self.rational = False
        self.terms = self._terms()
        self.additive = isinstance(root, Sum)
        inner = root.args[0] if isinstance(root, Negative) else root
        self.simple = isinstance(inner, Call) and all(arg in self.places for arg in inner.args)

    def _leaf(self, node: Expr, quantity: Quantity) -> None:
        if not isinstance(node, Quantity) and quantity.full.is_finite():
            quantity.become_whole(quantity.full)
        self.places[node] = len(self.leaves)
        self.leaves.append(quantity)

    def _terms(self) -> Terms | None:
        """The tree as a sum of products of leaves, if it is one."""
        terms: Terms = []
        for term in self.root.args if isinstance(self.root, Sum) else (self.root,):
            minus = False
            while isinstance(term, Negative):
                minus, term = not minus, term.args[0]
            factors: list[int] = []
            for factor in term.args if isinstance(term, Product) else (term,):
                while isinstance(factor, Negative):
                    minus, factor = not minus, factor.args[0]
                times = 1
                if isinstance(factor, Power) and isinstance(factor.args[1], Number) and factor.args[1].value in (2, 3):
                    times, factor = int(factor.args[1].value), factor.args[0]
                place = self.places.get(factor)
                if place is None:
                    return None
                factors.extend([place] * times)
            terms.append((minus, tuple(factors)))
        return terms

    # values -----------------------------------------------------------------------------------------------

    def may_be_exact(self, values: list[Decimal]) -> bool:
        """False where a lone function has no exact value at its operands, which is cheap to know."""
        if not self.simple:
            return True
        node = self.order[0]
        assert isinstance(node, Call)
        exact = FUNCTIONS[node.function].exact(*[values[self.places[arg]] for arg in node.args])
        return exact is not None

    def value(self, values: list[Decimal], p: int = DIGITS) -> tuple[Decimal, bool]:
        """The value to p digits, and whether it is exact. Where terms cancel to less than that, it takes more."""
        if self.terms is not None:
            total, exact = self._sum(values, p)
            if not exact and _cancelled(total, self.largest_term(values), p):
                return self._sum(values, ALL)
            return total, exact
        value, exact, cancelled = self._value(values, p)
        if cancelled:
            value, exact, _ = self._value(values, ALL if self.rational else MORE)
        return value, exact

    def _sum(self, values: list[Decimal], p: int) -> tuple[Decimal, bool]:
        assert self.terms is not None
        c = dm.context(p)
        c.flags[Inexact] = False
        total = dm.ZERO
        for minus, factors in self.terms:
            term = values[factors[0]]
            for k in factors[1:]:
                term = c.multiply(term, values[k])
            total = c.subtract(total, term) if minus else c.add(total, term)
        return total, not c.flags[Inexact]

    def _value(self, values: list[Decimal], p: int) -> tuple[Decimal, bool, bool]:
        """The value, whether it is exact, and whether a sum on the way lost nearly all its digits."""
        flags = dm.context(p).flags
        cancelled = False
        here: dict[Expr, Decimal] = {key: values[place] for key, place in self.places.items()}
        sure: dict[Expr, bool] = dict.fromkeys(self.places, True)
        for node in self.order:
            args = [here[arg] for arg in node.args]
            known = all(sure[arg] for arg in node.args)
            flags[Inexact] = False
            if isinstance(node, Call):
                function = FUNCTIONS[node.function]
                value = function.exact(*args)
                if value is None:
                    known = False
                    value = function.decimal(*args, p)
                elif not known and node.function in _STEPS:
                    known = _far_from_step(node.function, args[0])
            else:
                value = decimal_apply(node, args, p)
                broken = isinstance(node, Power) and args[1] != args[1].to_integral_value()
                known = known and not flags[Inexact] and not broken and not isinstance(node, Constant)
                if not known and not value and isinstance(node, (Product, Quotient)):
                    noughts = node.args if isinstance(node, Product) else node.args[:1]
                    known = any(not here[arg] and sure[arg] for arg in noughts)  # nought times anything
                if isinstance(node, Sum) and flags[Inexact] and not cancelled:
                    cancelled = _cancelled(value, max(args, key=Decimal.copy_abs), p)
            here[node], sure[node] = value, known
        return here[self.root], sure[self.root], cancelled

    def fraction(self, values: list[Decimal]) -> Fraction | None:
        """The value as a fraction, where it is rational for sure."""
        from fractions import Fraction

        if not self.rational or any(abs(v.adjusted()) > 2000 for v in values if v):
            return None
        here: dict[Expr, Fraction] = {key: Fraction(values[place]) for key, place in self.places.items()}
        try:
            for node in self.order:
                args = [here[arg] for arg in node.args]
                match node:
                    case Sum():
                        here[node] = sum(args, Fraction(0))
                    case Product():
                        here[node] = math.prod(args, start=Fraction(1))
                    case Negative():
                        here[node] = -args[0]
                    case Quotient():
                        here[node] = args[0] / args[1]
                    case Power():
                        here[node] = args[0] ** int(args[1])
                    case Choose(kind=kind):
                        here[node] = max(args) if kind == "max" else min(args)
                    case Where(truth=truth):
                        here[node] = args[1] if truth else args[2]
                    case _:
                        return None
        except ZeroDivisionError:
            return None
        return here[self.root]

    def largest_term(self, values: list[Decimal]) -> Decimal:
        """The largest |term| of a sum."""
        if self.terms is not None:
            c = dm.context(20)
            sizes = []
            for _, factors in self.terms:
                term = values[factors[0]]
                for k in factors[1:]:
                    term = c.multiply(term, values[k])
                sizes.append(term.copy_abs())
            return max(sizes)
        return max((v.copy_abs() for v in values), default=dm.ZERO)

    # slopes -----------------------------------------------------------------------------------------------

    def slopes(self, values: list[Decimal]) -> list[float]:
        """log₁₀ |∂value/∂leaf| for each leaf; nan where it cannot be said."""
        if self.terms is not None:
            c = dm.context(10)
            sums: list[Decimal] = [dm.ZERO] * len(values)
            for minus, factors in self.terms:
                for i, k in enumerate(factors):
                    part = dm.ONE.copy_negate() if minus else dm.ONE
                    for j, other in enumerate(factors):
                        if i != j:
                            part = c.multiply(part, values[other])
                    sums[k] = c.add(sums[k], part)
            return [_log10(s) for s in sums]
        with np.errstate(all="ignore"):
            try:
                return self._float_slopes(values)
            except (OverflowError, ValueError):
                return [math.nan] * len(values)

    def _float_slopes(self, values: list[Decimal]) -> list[float]:
        here: dict[Expr, Any] = {key: float(values[place]) for key, place in self.places.items()}
        for node in self.order:
            here[node] = _apply(node, [here[arg] for arg in node.args])
        slope: dict[Expr, Any] = {self.root: 1.0}
        for node in reversed(self.order):
            g = slope.get(node, 0.0)
            for arg, partial in zip(
                node.args, _slopes(node, [here[a] for a in node.args], here[node]), strict=True
            ):
                slope[arg] = slope.get(arg, 0.0) + (g * partial if g else 0.0)
        result = [0.0] * len(values)
        for key, place in self.places.items():
            result[place] = float(slope.get(key, 0.0))
        return [math.log10(abs(s)) if s and math.isfinite(s) else (-math.inf if s == 0 else math.nan) for s in result]


def _cancelled(total: Decimal, term: Decimal, p: int) -> bool:
    """Whether a sum is so much smaller than a term that few of p digits are left."""
    if not total.is_finite() or not term:
        return False
    return not total or total.adjusted() < term.adjusted() - p + KEPT


_STEPS = frozenset({"floor", "ceil", "trunc", "rint", "sign"})


def _far_from_step(function: str, x: Decimal) -> bool:
    """Whether a step function gives the same at any number that rounds to x."""
    if not x.is_finite():
        return False
    c = dm.context(80)
    shifted = c.add(x, Decimal("0.5")) if function == "rint" else x
    nearest = dm.ZERO if function == "sign" else shifted.to_integral_value()
    return c.subtract(shifted, nearest).copy_abs() > Decimal("1e-30")


def _log10(x: Decimal) -> float:
    if not x:
        return -math.inf
    return x.adjusted() + math.log10(abs(float(x.scaleb(-x.adjusted()))))


def _whole_power(node: Power) -> bool:
    exponent = node.args[1]
    if isinstance(exponent, Number):
        return float(exponent.value).is_integer() and abs(exponent.value) < 1000
    return (
        isinstance(exponent, Quantity) and exponent.whole and exponent.longest <= 0 and exponent.full.copy_abs() < 1000
    )


__all__ = ["DIGITS", "FEWER", "Left", "shortest"]
