"""Orders, truth values and the choices made by them, entry by entry."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core import notation as n
from unmagic.core.build import Node, joint_shape
from unmagic.core.emit import ufunc as compared
from unmagic.core.graph import Array, DType, Index, Shape
from unmagic.core.notation import Notation, apply, infix
from unmagic.core.op import Operand, Sample, promoted, truth
from unmagic.core.scalar import Choose, Compare, Entry, Expr, Number, call
from unmagic.core.scalar import Where as Choice

from .families import Binary, Elementwise, Flat, Meeting, Unary, as_numpy, pick
from .masks import choose


class Comparison(Flat, Binary, abstract=True):
    """An order or equality of two entries."""

    dtype = staticmethod(truth)
    convention = "a comparison jumps: no gradient comes through"
    sign: str
    source = "elementary"
    samples = (*Binary.samples, Sample((np.array([0.0, 1.0, -1.0, 2.5]), np.array([0.0, 2.0, -1.0, -2.5]))))

    def __init_subclass__(cls, abstract: bool = False) -> None:
        sign, ufunc = cls.sign, getattr(np, _snaked(cls.__name__))
        shown = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}.get(sign, sign)
        cls.notation = staticmethod(lambda a, b: infix(shown, a, b))
        cls.forward = staticmethod(lambda xp, a, b: getattr(xp, ufunc.__name__)(a, b))
        cls.emit = compared(ufunc, sign)
        cls.entry = staticmethod(lambda at, a, b: Compare(sign, a[at], b[at]))
        super().__init_subclass__(abstract=abstract)


def _snaked(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


class Less(Comparison):
    """Whether a is below b."""

    words, sign = "ask where {a} is below {b}", "<"


class LessEqual(Comparison):
    """Whether a is at most b."""

    words, sign = "ask where {a} is at most {b}", "<="


class Greater(Comparison):
    """Whether a is above b."""

    words, sign = "ask where {a} is above {b}", ">"


class GreaterEqual(Comparison):
    """Whether a is at least b."""

    words, sign = "ask where {a} is at least {b}", ">="


class Equal(Comparison):
    """Whether a equals b."""

    words, sign = "ask where {a} equals {b}", "=="


class NotEqual(Comparison):
    """Whether a differs from b."""

    words, sign = "ask where {a} differs from {b}", "!="


class Extremum(Binary, abstract=True):
    """The larger or smaller of two entries."""

    source = "slope 1 for the one taken, 0 for the other"
    convention = "at a tie each operand takes half of the gradient"
    kind: str
    before: str  # the comparison that makes a the one taken
    ufunc: np.ufunc

    def __init_subclass__(cls, abstract: bool = False) -> None:
        ufunc, kind, before = cls.ufunc, cls.kind, cls.before
        standard = ufunc.__name__
        over = np.greater if kind == "max" else np.less
        skips = standard.startswith("f")

        def forward(xp: Any, a: Array, b: Array) -> Array:
            return getattr(xp, standard)(a, b)

        def vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, Node]:
            tie = a.apply("equal", b)
            half = g * 0.5
            first, second = a.apply(before, b), b.apply(before, a)
            if skips:  # the other one is NaN
                first = first.apply("logical_or", b.apply("isnan"))
                second = second.apply("logical_or", a.apply("isnan"))
            return pick(first, g, pick(tie, half, 0.0)), pick(second, g, pick(tie, half, 0.0))

        def entry(at: Index, a: Operand, b: Operand) -> Expr:
            first, second = a[at], b[at]
            takes_first = over(first.value, second.value) or first.value == second.value
            lost = second.value if skips else first.value
            return Choose(kind, (first, second), 0 if takes_first or lost != lost else 1)

        def slope(operand: int, y: Any, a: Any, b: Any) -> Any:
            mine, other = (b, a) if operand else (a, b)
            taken = over(mine, other) | np.isnan(other) if skips else over(mine, other)
            return np.where(mine == other, 0.5, np.where(taken, 1.0, 0.0))

        cls.dtype = staticmethod(as_numpy(ufunc))
        cls.notation = staticmethod(lambda a, b: apply(kind, a, b))
        cls.forward, cls.vjp = staticmethod(forward), staticmethod(vjp)
        cls.emit = compared(ufunc, dense=True)
        cls.entry, cls.slope = staticmethod(entry), staticmethod(slope)
        super().__init_subclass__(abstract=abstract)


class Maximum(Extremum):
    """The larger of two entries; NaN if either is."""

    words = "take the larger of {a} and {b}"
    kind, before, ufunc = "max", "greater", np.maximum


class Minimum(Extremum):
    """The smaller of two entries; NaN if either is."""

    words = "take the smaller of {a} and {b}"
    kind, before, ufunc = "min", "less", np.minimum


class Fmax(Extremum):
    """The larger of two entries, a NaN passed over."""

    words = "take the larger of {a} and {b}, passing over NaN"
    kind, before, ufunc = "max", "greater", np.fmax


class Fmin(Extremum):
    """The smaller of two entries, a NaN passed over."""

    words = "take the smaller of {a} and {b}, passing over NaN"
    kind, before, ufunc = "min", "less", np.fmin


class Where(Elementwise):
    """The second operand where the test holds, else the third."""

    words = "take {a} where {test} holds, else {b}"
    source = "slope 1 for the one taken, 0 for the other"
    linear_in = ("a", "b")
    convention = "what is not taken gets a gradient of 0, also where it is infinite or NaN"
    samples = (
        Sample((np.array([[True, False, True], [False, False, True]]), (2, 3), (2, 3))),
        Sample((np.bool_(True), (), ())),
        Sample((np.zeros(0, bool), (0,), (0,))),
    )

    @staticmethod
    def shape(test: Shape, a: Shape, b: Shape) -> Shape:
        return a if test == a == b else joint_shape(Meeting, (test, a, b))

    @staticmethod
    def dtype(test: DType, a: DType, b: DType) -> DType:
        return promoted(a, b)

    @staticmethod
    def notation(test: Notation, a: Notation, b: Notation) -> Notation:
        return n.Grid(((a, n.Row((n.Word("if"), test))), (b, n.Word("otherwise"))), fence="{")

    @staticmethod
    def forward(xp: Any, test: Array, a: Array, b: Array) -> Array:
        return xp.where(test, a, b)

    @staticmethod
    def vjp(g: Node, y: Node, test: Node, a: Node, b: Node) -> tuple[None, Node, Node]:
        return None, pick(test, g, 0.0), pick(test, 0.0, g)

    emit = staticmethod(choose)

    @staticmethod
    def entry(at: Index, test: Operand, a: Operand, b: Operand) -> Expr:
        leaf = test[at]
        return Choice(leaf, a[at], b[at], bool(leaf.value))

    @staticmethod
    def slope(operand: int, y: Any, test: Any, a: Any, b: Any) -> Any:
        taken = np.asarray(test, bool)
        return np.where(taken if operand == 1 else ~taken & (operand == 2), 1.0, 0.0)


def holds(leaf: Entry) -> Expr:
    """A leaf read as a truth value: itself if it is one, else whether it differs from 0."""
    return leaf if isinstance(leaf.value, (bool, np.bool_)) else Compare("!=", leaf, Number(0))


class Logical(Flat, Binary, abstract=True):
    """A truth value of two truth values; whole numbers and fractions count as true where not 0."""

    dtype = staticmethod(truth)
    convention = "truth values jump: no gradient comes through"
    source = "elementary"
    samples = (Sample((np.array([True, True, False, False]), np.array([True, False, True, False]))), *Binary.samples)


class LogicalAnd(Logical):
    """Whether both hold."""

    words = "ask where both {a} and {b} hold"

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        return infix("∧", a, b)

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        return xp.logical_and(a, b)

    emit = compared(np.logical_and)

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        left, right = holds(a[at]), holds(b[at])
        return Choose("min", (left, right), 1 if a[at].value else 0)


class LogicalOr(Logical):
    """Whether one of the two holds, or both."""

    words = "ask where {a} or {b} holds"

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        return infix("∨", a, b)

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        return xp.logical_or(a, b)

    emit = compared(np.logical_or)

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        left, right = holds(a[at]), holds(b[at])
        return Choose("max", (left, right), 0 if a[at].value else 1)


class LogicalXor(Logical):
    """Whether exactly one of the two holds."""

    words = "ask where just one of {a} and {b} holds"

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        return infix("xor", a, b)

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        return xp.logical_xor(a, b)

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        return Compare("!=", holds(a[at]), holds(b[at]))


class LogicalNot(Flat, Unary):
    """Whether the entry does not hold."""

    words = "ask where {x} does not hold"
    convention = "truth values jump: no gradient comes through"
    source = "elementary"
    dtype = staticmethod(truth)
    samples = (Sample((np.array([True, False]),)), Sample((np.array([0.0, 2.0]),)), *Unary.samples)

    @staticmethod
    def notation(x: Notation) -> Notation:
        return n.Prefix("¬", x)

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return xp.logical_not(x)

    emit = compared(np.logical_not)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        return Compare("==", x[at], Number(0))


class Bitwise(Flat, Binary, abstract=True):
    """A bit operation on whole numbers; on truth values the logical one."""

    convention = "whole numbers jump: no gradient comes through"
    source = "two's complement"
    samples = (
        Sample((np.array([[12, 10, -3], [0, 255, 7]]), np.array([[10, 6, 5], [9, 15, -1]]))),
        Sample((np.array([True, True, False, False]), np.array([True, False, True, False]))),
        Sample((np.int64(12), np.int64(10))),
        Sample((np.zeros(0, np.int64), np.zeros(0, np.int64))),
    )

    def __init_subclass__(cls, abstract: bool = False) -> None:
        ufunc = getattr(np, _snaked(cls.__name__))
        cls.dtype = staticmethod(as_numpy(ufunc))
        cls.notation = staticmethod(lambda a, b: apply(ufunc.__name__, a, b))  # & | ^ mean other things in a formula
        cls.forward = staticmethod(lambda xp, a, b: getattr(xp, ufunc.__name__)(a, b))
        cls.entry = staticmethod(lambda at, a, b: call(ufunc.__name__, a[at], b[at]))
        super().__init_subclass__(abstract=abstract)


class BitwiseAnd(Bitwise):
    """The bits set in both."""

    words = "keep the bits set in both {a} and {b}"


class BitwiseOr(Bitwise):
    """The bits set in either."""

    words = "keep the bits set in {a} or {b}"


class BitwiseXor(Bitwise):
    """The bits set in just one."""

    words = "keep the bits set in just one of {a} and {b}"


class Probe(Flat, Unary, abstract=True):
    """A question about how an entry is stored."""

    convention = "truth values jump: no gradient comes through"
    source = "IEEE 754"
    dtype = staticmethod(truth)
    samples = (Sample((np.array([0.0, 1.5, np.inf, -np.inf, np.nan]),)), *Unary.samples)


class Isnan(Probe):
    """Whether the entry is not a number."""

    words = "ask where {x} is NaN"

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("isnan", x)

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return xp.isnan(x)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        here = x[at]
        return Compare("!=", here, here)


class Isinf(Probe):
    """Whether the entry is infinite."""

    words = "ask where {x} is infinite"

    @staticmethod
    def notation(x: Notation) -> Notation:
        return infix("=", n.Fence("|", x, "|"), n.Name("∞"))

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return xp.isinf(x)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        return Compare("==", call("abs", x[at]), Number(np.inf))


class Isfinite(Probe):
    """Whether the entry is neither infinite nor NaN."""

    words = "ask where {x} is finite"

    @staticmethod
    def notation(x: Notation) -> Notation:
        return infix("<", n.Fence("|", x, "|"), n.Name("∞"))

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return xp.isfinite(x)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        return Compare("<", call("abs", x[at]), Number(np.inf))
