"""Spread and length: variance, standard deviation, vector norms."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unmagic.core.build import Node, marked
from unmagic.core.errors import BadValue
from unmagic.core.graph import Array, Index, Shape
from unmagic.core.notation import Fence, Notation, Numeral, Subscript, apply
from unmagic.core.op import Operand, Readers, Sample, floating
from unmagic.core.scalar import Column, Compare, Expr, Number, Power, Slot, call, total

from .axes import Axis, axes_of, below, count, line, line_at, meets_in, one_reader, reduced, spread
from .extremes import best_of
from .reduce import AXES, Reduction

VARIATIONS = (
    *AXES,
    Sample(((2, 3),), {"axis": 1, "correction": 1}),
    Sample(((5,),), {"correction": 1.5}),
)


def mean_of(entries: Column) -> Expr:
    """The average of a line of entries."""
    return (total(Slot(0), entries) / Number(len(entries))).named("mean")


def variance_of(entries: Column, mean: Expr, correction: float = 0) -> Expr:
    """The squared distances from ``mean`` (a shared tree), averaged."""
    return total(Power(Slot(0) - mean, Number(2)), entries) / Number(max(len(entries) - correction, 0))


def undivided(g: Node, y: Node) -> tuple[Node, Node]:
    """``g`` and ``y`` for a quotient by ``y``: where y is 0 the quotient is 0."""
    zero = y.apply("equal", 0.0)
    return zero.apply("where", g * 0.0, g), zero.apply("where", 1.0 + y * 0.0, y)


class Var(Reduction):
    """The average squared distance from the mean, over count − ``correction``."""

    words = "average the squares of how far the entries of {x} lie from their average"
    source = "elementary; correction=1 is Bessel's"
    convention = "with no more entries than the correction the divisor is 0, as in NumPy: inf, or not a number"
    dtype = staticmethod(floating)
    samples = VARIATIONS

    @staticmethod
    def notation(x: Notation, *, axis: Axis = None, keepdims: bool = False, correction: float = 0) -> Notation:
        return apply("var", x, sub=below(axis))

    @staticmethod
    def shape(x: Shape, *, axis: Axis = None, keepdims: bool = False, correction: float = 0) -> Shape:
        return reduced(x, axis, keepdims)

    @staticmethod
    def forward(xp: Any, x: Array, *, axis: Axis = None, keepdims: bool = False, correction: float = 0) -> Array:
        if count(x.shape, axis) <= correction or not count(x.shape, axis):  # as NumPy's, without its warning
            away = xp.asarray(x, dtype=floating(x.dtype))
            away = away - xp.mean(away, axis=axis, keepdims=True) if count(x.shape, axis) else away
            with np.errstate(all="ignore"):
                return xp.sum(away * away, axis=axis, keepdims=keepdims) / floating(x.dtype).type(0)
        return xp.var(x, axis=axis, keepdims=keepdims, correction=correction)

    @staticmethod
    def vjp(
        g: Node, y: Node, x: Node, *, axis: Axis = None, keepdims: bool = False, correction: float = 0
    ) -> tuple[Node]:
        left = count(x.shape, axis) - correction
        away = x - x.apply("mean", axis=axis, keepdims=True)
        return (spread(g * (2.0 / left if left > 0 else math.nan), x.shape, axis, keepdims) * away,)

    @staticmethod
    def entry(at: Index, x: Operand, *, axis: Axis = None, keepdims: bool = False, correction: float = 0) -> Expr:
        entries = line(x, at, axis, keepdims)
        return variance_of(entries, mean_of(entries), correction)

    @staticmethod
    def readers(
        operand: int, at: Index, y: Array, x: Array, *, axis: Axis = None, keepdims: bool = False, correction: float = 0
    ) -> Readers:
        out = meets_in(at, x.shape, axis, keepdims)
        entries = np.asarray(x[line_at(out, x.shape, axis, keepdims)])
        left = entries.size - correction
        slope = 2.0 * (x[at] - entries.mean()) / left if left > 0 else math.nan
        return Readers(one_reader(out), np.full(1, slope))

    @staticmethod
    def flops(y: Shape, x: Shape, *, axis: Axis = None, keepdims: bool = False, correction: float = 0) -> int:
        return 4 * math.prod(x)


class Std(Reduction):
    """The square root of the variance: the spread in the entries' own unit."""

    words = "measure how far the entries of {x} lie from their average"
    source = "elementary"
    convention = "where all entries are equal, the gradient is taken as 0"
    dtype = staticmethod(floating)
    samples = tuple(sample for sample in VARIATIONS if sample.inputs != ((),) and sample.attrs != {"axis": ()})

    @staticmethod
    def notation(x: Notation, *, axis: Axis = None, keepdims: bool = False, correction: float = 0) -> Notation:
        return apply("std", x, sub=below(axis))

    @staticmethod
    def shape(x: Shape, *, axis: Axis = None, keepdims: bool = False, correction: float = 0) -> Shape:
        return reduced(x, axis, keepdims)

    @staticmethod
    def forward(xp: Any, x: Array, *, axis: Axis = None, keepdims: bool = False, correction: float = 0) -> Array:
        if count(x.shape, axis) <= correction or not count(x.shape, axis):
            return xp.sqrt(Var.forward(xp, x, axis=axis, keepdims=keepdims, correction=correction))
        return xp.std(x, axis=axis, keepdims=keepdims, correction=correction)

    @staticmethod
    def vjp(
        g: Node, y: Node, x: Node, *, axis: Axis = None, keepdims: bool = False, correction: float = 0
    ) -> tuple[Node]:
        left = count(x.shape, axis) - correction
        away = x - x.apply("mean", axis=axis, keepdims=True)
        g, y = undivided(g, y)
        return (spread(g / y * (1.0 / left if left > 0 else math.nan), x.shape, axis, keepdims) * away,)

    @staticmethod
    def entry(at: Index, x: Operand, *, axis: Axis = None, keepdims: bool = False, correction: float = 0) -> Expr:
        return call("sqrt", Var.entry(at, x, axis=axis, keepdims=keepdims, correction=correction))

    @staticmethod
    def readers(
        operand: int, at: Index, y: Array, x: Array, *, axis: Axis = None, keepdims: bool = False, correction: float = 0
    ) -> Readers:
        of_var = Var.readers(operand, at, y, x, axis=axis, keepdims=keepdims, correction=correction)
        here = y[of_var.at]
        return Readers(of_var.at, np.where(here == 0, 0.0, of_var.partial / np.where(here == 0, 1.0, 2.0 * here)))

    @staticmethod
    def flops(y: Shape, x: Shape, *, axis: Axis = None, keepdims: bool = False, correction: float = 0) -> int:
        return 4 * math.prod(x) + math.prod(y)


def order_notation(order: float) -> Notation:
    """``2``, ``∞``, ``−∞``."""
    return Numeral(("−" if order < 0 else "") + ("∞" if math.isinf(order) else f"{abs(order):g}"))


class Norm(Reduction):
    """The length of the vectors along ``axis`` (None: of all entries): (Σ |x|ᵖ)^(1/p) for ``order`` p.

    ``inf`` and ``−inf`` take the largest and smallest absolute value, 0 counts the entries that are not 0.
    """

    words = "take the length of {x}"
    source = "Hölder; NumPy, linalg.norm"
    convention = "at a vector of zeros the gradient is taken as 0; at ties of order ±inf it is shared equally"
    dtype = staticmethod(floating)
    samples = (
        *(sample for sample in AXES if sample.inputs != ((),)),
        Sample(((2, 3),), {"order": 1, "axis": 1}),
        Sample(((3,),), {"order": math.inf}),
        Sample(((2, 3),), {"order": -math.inf, "axis": 0, "keepdims": True}),
        Sample(((4,),), {"order": 3}, low=0.2),
        Sample(((4,),), {"order": 2.5}, low=-2.0, high=-0.2),
        Sample(((2, 2),), {"order": 1.5, "axis": (0, 1)}, low=0.2),
        Sample((np.array([0.0, 2.0, 0.0, -1.0]),), {"order": 0}, smooth=False),
        Sample(((0,),)),
    )

    @staticmethod
    def notation(x: Notation, *, order: float = 2, axis: Axis = None, keepdims: bool = False) -> Notation:
        bars = Fence("‖", x, "‖")
        return bars if order == 2 else Subscript(bars, order_notation(order))

    @staticmethod
    def shape(x: Shape, *, order: float = 2, axis: Axis = None, keepdims: bool = False) -> Shape:
        if math.isinf(order) and not count(x, axis):
            raise BadValue("nothing has no largest entry", notes=(f"{marked(x)} has no entries there",))
        return reduced(x, axis, keepdims)

    @staticmethod
    def forward(xp: Any, x: Array, *, order: float = 2, axis: Axis = None, keepdims: bool = False) -> Array:
        if axis is None and order == 2:  # NumPy's short way, to the last bit
            return xp.linalg.norm(x, keepdims=keepdims)
        axes = axes_of(axis, x.shape)
        if not axes:
            away = xp.abs(xp.asarray(x, dtype=floating(x.dtype)))
            return (away != 0) * xp.ones_like(away) if order == 0 else away
        return xp.linalg.vector_norm(x, axis=axes if len(axes) > 1 else axes[0], keepdims=keepdims, ord=order)

    @staticmethod
    def vjp(
        g: Node, y: Node, x: Node, *, order: float = 2, axis: Axis = None, keepdims: bool = False
    ) -> tuple[Node | None]:
        if order == 0:
            return (None,)
        if order == 1:
            return (spread(g, x.shape, axis, keepdims) * x.apply("sign"),)
        if math.isinf(order):
            best = x.apply("absolute").apply("equal", spread(y, x.shape, axis, keepdims)).cast(g.dtype)
            ties = best.sum(axis=axis, keepdims=keepdims)
            return (best * spread(g / ties, x.shape, axis, keepdims) * x.apply("sign"),)
        g, y = undivided(g, y)
        if order == 2:
            return (spread(g / y, x.shape, axis, keepdims) * x,)
        ratio = x.apply("absolute") / spread(y, x.shape, axis, keepdims)
        return (spread(g, x.shape, axis, keepdims) * x.apply("sign") * ratio ** float(order - 1),)

    @staticmethod
    def entry(at: Index, x: Operand, *, order: float = 2, axis: Axis = None, keepdims: bool = False) -> Expr:
        entries = line(x, at, axis, keepdims)
        size = call("abs", Slot(0))
        if order == 0:
            return total(Compare("!=", Slot(0), Number(0)), entries)
        if order == 1:
            return total(size, entries)
        if order == 2:
            return call("sqrt", total(Power(Slot(0), Number(2)), entries))
        if math.isinf(order):
            return best_of("max" if order > 0 else "min", entries, np.abs(entries.values), lambda one: call("abs", one))
        return Power(total(Power(size, Number(order)), entries), Number(1) / Number(order))

    @staticmethod
    def readers(
        operand: int, at: Index, y: Array, x: Array, *, order: float = 2, axis: Axis = None, keepdims: bool = False
    ) -> Readers:
        out = meets_in(at, x.shape, axis, keepdims)
        here, length = float(x[at]), float(y[out])
        sign = math.copysign(1.0, here) if here else 0.0
        if order == 0 or (length == 0 and order != 1):
            slope = 0.0
        elif order == 1:
            slope = sign
        elif math.isinf(order):
            entries = np.abs(x[line_at(out, x.shape, axis, keepdims)])
            slope = sign / np.count_nonzero(entries == y[out]) if abs(here) == length else 0.0
        else:
            slope = here / length if order == 2 else sign * (abs(here) / length) ** (order - 1)
        return Readers(one_reader(out), np.full(1, slope))

    @staticmethod
    def flops(y: Shape, x: Shape, *, order: float = 2, axis: Axis = None, keepdims: bool = False) -> int:
        return 2 * math.prod(x)


__all__ = ["Norm", "Std", "Var", "mean_of", "order_notation", "undivided", "variance_of"]
