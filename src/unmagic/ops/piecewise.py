"""Activations and bounds made of straight pieces, entry by entry."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core import notation as n
from unmagic.core.build import Node
from unmagic.core.emit import Emit, Term, Writer
from unmagic.core.graph import Array, DType, Index
from unmagic.core.notation import Notation, apply
from unmagic.core.op import Operand, Sample, promoted
from unmagic.core.scalar import Choose, Compare, Expr, Number
from unmagic.core.scalar import Where as Choice

from .families import Unary, floats, pick


def clamped(here: Expr, value: Any, low: float | None, high: float | None) -> Expr:
    """The tree of ``min(high, max(low, here))``, a missing bound left out."""
    if low is not None:
        here = Choose("max", (Number(low), here), 0 if value <= low else 1)
        value = max(value, low)
    if high is not None:
        here = Choose("min", (Number(high), here), 0 if value >= high else 1)
    return here


def gate(g: Node, *tests: Node) -> Node:
    """``g`` where all ``tests`` hold, else 0."""
    test = tests[0]
    for other in tests[1:]:
        test = test.apply("logical_and", other)
    return pick(test, g, 0.0)


class Relu(Unary):
    """Each entry where it is positive, else 0."""

    words = "keep {x} where it is positive, else 0"
    source = "max(0, x); slope 1 above 0, 0 below"
    convention = "at 0 the slope is taken as 0"
    letter = "h"
    dtype = staticmethod(promoted)

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("relu", x)

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return xp.maximum(x, x.dtype.type(0)) if xp is np else xp.where(x <= 0, xp.zeros_like(x), x)

    @staticmethod
    def emit(y: Term, x: Term) -> Emit | None:
        def write(w: Writer, y: Term | None, x: Term) -> str:  # two arrays meet more quickly than array and number
            zero = w.bind(np.zeros(x.shape, x.dtype))
            return f"{w.bind(np.maximum)}({x.name}, {zero}{f', out={y.name}' if y else ''})"

        return Emit(write, over=(0,))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (gate(g, x.apply("greater", 0)),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        here = x[at]
        return clamped(here, here.value, 0, None)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return np.heaviside(x, 0.0)


class Relu6(Unary):
    """Each entry held between 0 and 6."""

    words = "hold {x} between 0 and 6"
    source = "min(6, max(0, x))"
    convention = "at 0 and at 6 the slope is taken as 0"
    letter = "h"
    samples = (*Unary.samples, Sample((np.array([-3.0, 0.5, 5.9, 8.0]),)))

    @staticmethod
    def dtype(x: DType) -> DType:
        return np.result_type(x, 0)  # truth values become whole numbers

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("relu6", x)

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return _clip(xp, x, 0, 6)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (gate(g, x.apply("greater", 0), x.apply("less", 6)),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        here = x[at]
        return clamped(here, here.value, 0, 6)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return np.where(abs(x - 3.0) < 3, 1.0, 0.0)


class LeakyRelu(Unary):
    """Each entry where it is positive, else a small part of it."""

    words = "keep {x} where it is positive, else a small part of it"
    source = "x above 0, slope·x below"
    convention = "at 0 the slope is the one below 0"
    letter = "h"
    samples = (Sample(((2, 3),), {"slope": 0.01}), Sample(((),), {"slope": 0.2}), Sample(((0,),), {"slope": 0.2}))

    @staticmethod
    def shape(x: tuple[int, ...], *, slope: float) -> tuple[int, ...]:
        return x

    @staticmethod
    def notation(x: Notation, *, slope: float) -> Notation:
        return apply("leaky_relu", x)

    @staticmethod
    def forward(xp: Any, x: Array, *, slope: float) -> Array:
        (x,) = floats(xp, x)
        return xp.where(x > 0, x, x * slope)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, slope: float) -> tuple[Node]:
        return (pick(x.apply("greater", 0), g, g * slope),)

    @staticmethod
    def entry(at: Index, x: Operand, *, slope: float) -> Expr:
        here = x[at]
        return Choice(Compare(">", here, Number(0)), here, Number(slope) * here, bool(here.value > 0))

    @staticmethod
    def slope(operand: int, y: Any, x: Any, *, slope: float) -> Any:
        return np.where(x > 0, 1.0, slope)


class Hardtanh(Unary):
    """Each entry held between two bounds."""

    words = "hold {x} within its bounds"
    source = "min(high, max(low, x))"
    convention = "at the bounds the slope is taken as 0"
    letter = "h"
    samples = (
        Sample(((2, 3),), {"low": -1.0, "high": 1.0}),
        Sample(((),), {"low": -0.5, "high": 2.0}),
        Sample(((0,),), {"low": -1.0, "high": 1.0}),
    )

    @staticmethod
    def shape(x: tuple[int, ...], *, low: float, high: float) -> tuple[int, ...]:
        return x

    @staticmethod
    def notation(x: Notation, *, low: float, high: float) -> Notation:
        return apply("hardtanh", x)

    @staticmethod
    def dtype(x: DType, *, low: float, high: float) -> DType:
        return np.result_type(x, low, high)

    @staticmethod
    def forward(xp: Any, x: Array, *, low: float, high: float) -> Array:
        return _clip(xp, x, low, high)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, low: float, high: float) -> tuple[Node]:
        return (gate(g, x.apply("greater", low), x.apply("less", high)),)

    @staticmethod
    def entry(at: Index, x: Operand, *, low: float, high: float) -> Expr:
        here = x[at]
        return clamped(here, here.value, low, high)

    @staticmethod
    def slope(operand: int, y: Any, x: Any, *, low: float, high: float) -> Any:
        return np.where((x > low) & (x < high), 1.0, 0.0)


class Hardsigmoid(Unary):
    """A sigmoid of three straight pieces: (x + 3)/6 held between 0 and 1."""

    words = "hold ({x} + 3)/6 between 0 and 1"
    source = "min(1, max(0, (x + 3)/6))"
    convention = "at −3 and at 3 the slope is taken as 0"
    samples = (*Unary.samples, Sample((np.array([-4.0, -2.5, 2.5, 3.5]),)))

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("hardsigmoid", x)

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        (x,) = floats(xp, x)
        return _clip(xp, x + 3, 0, 6) / 6

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (gate(g / 6, x.apply("greater", -3), x.apply("less", 3)),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        here = x[at]
        return clamped((here + 3) / 6, (here.value + 3) / 6, 0, 1)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return np.where(abs(x) < 3, 1 / 6, 0.0)


class Hardswish(Unary):
    """Each entry times its hardsigmoid."""

    words = "scale {x} by ({x} + 3)/6 held between 0 and 1"
    source = "x · min(1, max(0, (x + 3)/6))"
    convention = "at −3 the slope is taken as 0, at 3 as 1"
    letter = "h"
    samples = (*Unary.samples, Sample((np.array([-4.0, -2.5, 2.5, 3.5]),)))

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("hardswish", x)

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        (x,) = floats(xp, x)
        return x * _clip(xp, x + 3, 0, 6) / 6

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        above, below = x.apply("greater_equal", 3), x.apply("less_equal", -3)
        return (pick(above, g, pick(below, 0.0, g * (x / 3 + 0.5))),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        here = x[at]
        return here * clamped((here + 3) / 6, (here.value + 3) / 6, 0, 1)

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return np.where(abs(x) < 3, (2 * x + 3) / 6, np.where(x > 0, 1.0, 0.0))


class Clip(Unary):
    """Each entry held between bounds; None leaves a side open."""

    words = "hold {x} within its bounds"
    source = "min(high, max(low, x))"
    convention = "an entry exactly on a bound still passes its gradient"
    samples = (
        Sample(((2, 3),), {"low": -1.0, "high": 1.0}),
        Sample(((2, 3),), {"low": None, "high": 0.5}),
        Sample(((),), {"low": 0.5, "high": None}),
        Sample(((0,),), {"low": 0, "high": 1}),
    )

    @staticmethod
    def shape(x: tuple[int, ...], *, low: float | None, high: float | None) -> tuple[int, ...]:
        return x

    @staticmethod
    def dtype(x: DType, *, low: float | None, high: float | None) -> DType:
        return np.result_type(x, *[bound for bound in (low, high) if bound is not None])

    @staticmethod
    def notation(x: Notation, *, low: float | None, high: float | None) -> Notation:
        return apply("clip", x, *[_bound(bound) for bound in (low, high)])

    @staticmethod
    def forward(xp: Any, x: Array, *, low: float | None, high: float | None) -> Array:
        return _clip(xp, x, low, high)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, low: float | None, high: float | None) -> tuple[Node]:
        tests = [] if low is None else [x.apply("greater_equal", low)]
        tests += [] if high is None else [x.apply("less_equal", high)]
        return (gate(g, *tests) if tests else g,)

    @staticmethod
    def entry(at: Index, x: Operand, *, low: float | None, high: float | None) -> Expr:
        here = x[at]
        return clamped(here, here.value, low, high)

    @staticmethod
    def slope(operand: int, y: Any, x: Any, *, low: float | None, high: float | None) -> Any:
        return np.where(np.clip(x, low, high) == x, 1.0, 0.0)


def _bound(bound: float | None) -> Notation:
    return n.Word("none") if bound is None else n.Numeral(f"{bound:.15g}".replace("-", "−"))


def _clip(xp: Any, x: Array, low: float | None, high: float | None) -> Array:
    if low is None and high is None:
        return xp.asarray(x, copy=True)
    return xp.clip(x, low, high)
