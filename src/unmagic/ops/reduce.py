"""Reductions: many entries taken together into one, along axes or over all."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.emit import Emit, Term, Writer, plain, reduced_by
from unmagic.core.graph import Array, DType, Index, Shape
from unmagic.core.notation import Big, Notation, apply
from unmagic.core.op import Op, Operand, Readers, Sample, counting, floating, truth
from unmagic.core.scalar import Compare, Expr, Number, Slot, total

from .axes import Axis, axes_of, below, count, line, meets_in, one_reader, reduced, spread

AXES = (
    Sample(((2, 3),), {"axis": 1, "keepdims": True}),
    Sample(((2, 3),), {"axis": -2}),
    Sample(((2, 3, 2),), {"axis": (0, -1)}),
    Sample(((2, 1, 3, 2),), {"axis": (2, 1), "keepdims": True}),
    Sample(((3,),)),
    Sample(((20,),)),
    Sample(((2, 3),), {"axis": ()}),
    Sample(((),)),
)
"""Where every reduction is tried: one axis, several, all, none; kept and dropped; counted from the end; rank 0 to 4."""

EMPTY = (Sample(((0,),)), Sample(((2, 0),), {"axis": 1}), Sample(((0, 2),), {"axis": 1}))
"""Nothing to take together, for the reductions that have an answer to that."""


def added(x: DType, **_: Any) -> DType:
    """Dtype rule of sums and products: small whole numbers and truth values are added up as int64 (uint64)."""
    if x.kind in "bi":
        return np.dtype(np.int64)
    return np.dtype(np.uint64) if x.kind == "u" else x


class Reduction(Op, abstract=True):
    """Entries along ``axis`` (None: all, an integer, a tuple) are taken together."""

    dtype = staticmethod(added)

    @staticmethod
    def shape(x: Shape, *, axis: Axis = None, keepdims: bool = False) -> Shape:
        return reduced(x, axis, keepdims)

    @staticmethod
    def flops(y: Shape, x: Shape, *, axis: Axis = None, keepdims: bool = False) -> int:
        return int(np.prod(x, dtype=np.int64))


def _by_product(w: Writer, y: Term | None, x: Term, *, axis: Axis = None, keepdims: bool = False) -> str:
    """Down the first axes or along the last ones: a product with ones, which BLAS does several times as fast."""
    axes, rank = axes_of(axis, x.shape), len(x.shape)
    lead, many = axes == tuple(range(len(axes))), count(x.shape, axis)
    trail = axes == tuple(range(rank - len(axes), rank)) and many <= 4096  # more are added up better in pairs
    matrix = 0 < len(axes) < rank and (lead or trail)
    if not (w.loose and matrix and (x.whole or rank == 2)):
        return _PLAIN.write(w, y, x, axis=axis, keepdims=keepdims)
    ones = w.bind(np.ones(many, x.dtype))
    flat = plain((many, x.size // many) if lead else (x.size // many, many))
    table = x.name if x.shape == flat else w.view(x, f".reshape({flat})", flat, x.dtype).name
    if y is None:
        made = f"{ones}.dot({table})" if lead else f"{table}.dot({ones})"
        wanted = reduced(x.shape, axis, keepdims)
        return made if len(wanted) == 1 else f"{made}.reshape({plain(wanted)})"
    out = y.name if len(y.shape) == 1 else w.view(y, f".reshape({x.size // many})", (x.size // many,), y.dtype).name
    return f"{ones}.dot({table}, {out})" if lead else f"{table}.dot({ones}, {out})"


def _mean(w: Writer, y: Term | None, x: Term, *, axis: Axis = None, keepdims: bool = False) -> str:
    total = _PLAIN.write(w, y, x, axis=axis, keepdims=keepdims)
    many = w.bind(np.asarray(count(x.shape, axis), x.dtype)[()])
    if y is None:
        return f"{total} / {many}"
    w.line(total)
    return f"{w.bind(np.divide)}({y.name}, {many}, {y.name})"


_PLAIN = reduced_by(np.add)
_BY_PRODUCT = Emit(_by_product)
_MEAN = Emit(_mean)


class Sum(Reduction):
    """Add entries up. Nothing adds up to 0."""

    words = "add up the entries of {x}"
    source = "elementary"
    linear_in = ("x",)
    samples = (*AXES, *EMPTY)

    @staticmethod
    def notation(x: Notation, *, axis: Axis = None, keepdims: bool = False) -> Notation:
        return Big("Σ", below(axis), None, x)

    @staticmethod
    def forward(xp: Any, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        return xp.sum(x, axis=axis, keepdims=keepdims)

    @staticmethod
    def emit(y: Term, x: Term, *, axis: Axis = None, keepdims: bool = False) -> Emit | None:
        if not x.shape or not x.size:
            return None
        return _BY_PRODUCT if x.dtype.kind == "f" and x.dtype.itemsize in (4, 8) else _PLAIN

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, axis: Axis = None, keepdims: bool = False) -> tuple[Node]:
        return (spread(g, x.shape, axis, keepdims),)

    @staticmethod
    def entry(at: Index, x: Operand, *, axis: Axis = None, keepdims: bool = False) -> Expr:
        return total(Slot(0), line(x, at, axis, keepdims))

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Readers:
        return Readers(one_reader(meets_in(at, x.shape, axis, keepdims)), np.ones(1))


class Mean(Reduction):
    """Add entries up and divide by their number. The mean of nothing is nan."""

    words = "average the entries of {x}"
    source = "elementary"
    convention = "the mean of nothing is 0/0, not a number"
    linear_in = ("x",)
    dtype = staticmethod(floating)
    samples = AXES

    @staticmethod
    def notation(x: Notation, *, axis: Axis = None, keepdims: bool = False) -> Notation:
        return apply("mean", x, sub=below(axis))

    @staticmethod
    def forward(xp: Any, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        if not count(x.shape, axis):  # the same nan, without the warning
            return xp.full(reduced(x.shape, axis, keepdims), xp.nan, dtype=floating(x.dtype))
        return xp.mean(x, axis=axis, keepdims=keepdims)

    @staticmethod
    def emit(y: Term, x: Term, *, axis: Axis = None, keepdims: bool = False) -> Emit | None:
        exact = count(x.shape, axis) < 2**24  # the divisor is a number of the dtype itself
        return _MEAN if x.shape and x.size and x.dtype.char in "fd" and exact else None

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, axis: Axis = None, keepdims: bool = False) -> tuple[Node]:
        n = count(x.shape, axis)
        return (spread(g / float(n), x.shape, axis, keepdims) if n else spread(g, x.shape, axis, keepdims),)

    @staticmethod
    def entry(at: Index, x: Operand, *, axis: Axis = None, keepdims: bool = False) -> Expr:
        return total(Slot(0), line(x, at, axis, keepdims)) / Number(count(x.shape, axis))

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Readers:
        return Readers(one_reader(meets_in(at, x.shape, axis, keepdims)), np.ones(1) / count(x.shape, axis))


class Test(Reduction, abstract=True):
    """A whole number or truth value about the entries; nothing to derive."""

    differentiable = False
    samples = (
        *AXES,
        *EMPTY,
        Sample((np.array([[0.0, 1.0], [0.0, 0.0], [2.0, 3.0]]),), {"axis": 1}),
        Sample((np.array([True, False]),)),
        Sample((np.array([True, True]),)),
        Sample((np.zeros(20),)),
    )

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, axis: Axis = None, keepdims: bool = False) -> tuple[None]:
        return (None,)

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Readers:
        return Readers(one_reader(meets_in(at, x.shape, axis, keepdims)), np.zeros(1))


def _held(x: Operand, at: Index, axis: Axis, keepdims: bool) -> Expr:
    """How many entries are not 0."""
    return total(Compare("!=", Slot(0), Number(0)), line(x, at, axis, keepdims))


class Any_(Test):
    """Whether any entry holds (is not 0). Of nothing, none does."""

    name = "any"
    words = "ask whether any entry of {x} holds"
    source = "elementary"
    dtype = staticmethod(truth)

    @staticmethod
    def notation(x: Notation, *, axis: Axis = None, keepdims: bool = False) -> Notation:
        return apply("any", x, sub=below(axis))

    @staticmethod
    def forward(xp: Any, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        return xp.any(x, axis=axis, keepdims=keepdims)

    @staticmethod
    def entry(at: Index, x: Operand, *, axis: Axis = None, keepdims: bool = False) -> Expr:
        return Compare(">", _held(x, at, axis, keepdims), Number(0))


class All(Test):
    """Whether all entries hold (are not 0). Of nothing, all do."""

    words = "ask whether all entries of {x} hold"
    source = "elementary"
    dtype = staticmethod(truth)

    @staticmethod
    def notation(x: Notation, *, axis: Axis = None, keepdims: bool = False) -> Notation:
        return apply("all", x, sub=below(axis))

    @staticmethod
    def forward(xp: Any, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        return xp.all(x, axis=axis, keepdims=keepdims)

    @staticmethod
    def entry(at: Index, x: Operand, *, axis: Axis = None, keepdims: bool = False) -> Expr:
        return Compare("==", _held(x, at, axis, keepdims), Number(count(x.shape, axis)))


class CountNonzero(Test):
    """How many entries are not 0 (hold, where they are truth values)."""

    words = "count the entries of {x} that are not 0"
    source = "NumPy, count_nonzero"
    dtype = staticmethod(counting)

    @staticmethod
    def notation(x: Notation, *, axis: Axis = None, keepdims: bool = False) -> Notation:
        return apply("count", x, sub=below(axis))

    @staticmethod
    def forward(xp: Any, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        return xp.asarray(xp.count_nonzero(x, axis=axis, keepdims=keepdims), dtype=np.int64)[()]

    @staticmethod
    def entry(at: Index, x: Operand, *, axis: Axis = None, keepdims: bool = False) -> Expr:
        return _held(x, at, axis, keepdims)
