"""Scores to shares, and entries brought to one scale."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.graph import Array, DType, Index, Shape
from unmagic.core.notation import Notation, apply
from unmagic.core.op import Op, Operand, Readers, Sample, floating
from unmagic.core.scalar import SHOWN_TERMS, Column, Expr, Number, Power, Slot, Sum, call, total

from .axes import Axis, axes_of, below, count, line, line_at, meets_in, one_reader, reduced, spread
from .extremes import chosen
from .reduce import AXES, Reduction
from .spread import mean_of, variance_of

LINES = (
    Sample(((2, 3),), {"axis": -1}),
    Sample(((2, 3),), {"axis": 0}),
    Sample(((2, 2, 3),), {"axis": 1}),
    Sample(((2, 1, 2, 2),), {"axis": (1, -1)}),
    Sample(((2, 2),), {"axis": None}),
    Sample(((3,),), {"axis": 0}),
    Sample(((20,),), {"axis": 0}),
    Sample(((1,),), {"axis": 0}),
    Sample(((2, 0),), {"axis": 1}),
    Sample(((0,),), {"axis": 0}),
)

_REACH = {2: 10.0, 4: 85.0, 8: 700.0}
"""By bytes of a float: how far from 0 exp still has an ordinary value."""


def needs_shift(scores: Column, dtype: DType) -> bool:
    """Whether exp of a score would pass the largest number of ``dtype``, or all would vanish (−inf alone may)."""
    ordinary = scores.values[scores.values != -np.inf]
    return bool(ordinary.size) and not bool(np.abs(ordinary).max() <= _REACH.get(dtype.itemsize, 700.0))


def powers(scores: Column, dtype: DType, k: int | None = None) -> tuple[Expr | None, Expr, Expr | None]:
    """What was taken out (the largest score, or None), the sum of e to the scores, and its ``k``-th term."""
    shift: Expr | None = chosen("max", scores) if needs_shift(scores, dtype) else None

    def term(x: Expr) -> Expr:
        return call("exp", x if shift is None else x - shift)

    if len(scores) > SHOWN_TERMS:
        return shift, total(term(Slot(0)), scores).named("sum"), None if k is None else term(scores.entry(k))
    terms = [term(scores.entry(i)) for i in range(len(scores))]  # shared: the numerator is one of the sum's terms
    whole = terms[0] if len(terms) == 1 else Sum(terms).named("sum")
    return shift, whole, None if k is None else terms[k]


def place_on_line(at: Index, shape: Shape, axis: Axis) -> int:
    """The position of ``at`` on the line of entries it meets along ``axis``."""
    place = 0
    for a in axes_of(axis, shape):
        place = place * shape[a] + at[a]
    return place


def line_indices(at: Index, shape: Shape, axis: Axis) -> tuple[np.ndarray[Any, Any], ...]:
    """Index arrays of all entries on the line of ``at``, in C order."""
    axes = axes_of(axis, shape)
    runs = [np.arange(n) if i in axes else np.array([at[i]]) for i, n in enumerate(shape)]
    return tuple(grid.reshape(-1) for grid in np.meshgrid(*runs, indexing="ij")) if runs else ()


class Alike(Op, abstract=True):
    """The result has the operand's shape; lines of entries along axes are worked together."""

    dtype = staticmethod(floating)

    @staticmethod
    def flops(y: Shape, x: Shape, **_attrs: Any) -> int:
        return 5 * int(np.prod(x, dtype=np.int64))


class Softmax(Alike):
    """Turn scores into shares along ``axis``: e to each score, over the sum of those. Shares add up to 1."""

    words = "turn {x} into shares that add up to 1"
    source = "Bridle 1990; shifted by the maximum against overflow"
    convention = "a line of −inf alone has no shares: not a number"
    samples = LINES

    @staticmethod
    def notation(x: Notation, *, axis: Axis = -1) -> Notation:
        return apply("softmax", x, sub=None if axis == -1 else below(axis))

    @staticmethod
    def shape(x: Shape, *, axis: Axis = -1) -> Shape:
        axes_of(axis, x)
        return x

    @staticmethod
    def forward(xp: Any, x: Array, *, axis: Axis = -1) -> Array:
        if not x.size:
            return xp.astype(xp.asarray(x), floating(x.dtype))
        powers = xp.exp(xp.astype(xp.asarray(x), floating(x.dtype), copy=False) - xp.max(x, axis=axis, keepdims=True))
        return powers / xp.sum(powers, axis=axis, keepdims=True)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, axis: Axis = -1) -> tuple[Node]:
        return (y * (g - (g * y).sum(axis=axis, keepdims=True)),)

    @staticmethod
    def entry(at: Index, x: Operand, *, axis: Axis = -1) -> Expr:
        scores = line(x, meets_in(at, x.shape, axis, True), axis, True)
        _, whole, one = powers(scores, floating(x.values.dtype), place_on_line(at, x.shape, axis))
        assert one is not None
        return one / whole

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, axis: Axis = -1) -> Readers:
        share = y[at]
        partial = -share * np.asarray(y[line_at(meets_in(at, x.shape, axis, True), x.shape, axis, True)]).reshape(-1)
        partial[place_on_line(at, x.shape, axis)] += share
        return Readers(line_indices(at, x.shape, axis), partial)


class LogSoftmax(Alike):
    """The log of the shares: each score less the log of the sum of e to all of them."""

    words = "take the logs of the shares that {x} turns into"
    source = "log of softmax; shifted by the maximum against overflow"
    convention = "a line of −inf alone has no shares: not a number"
    samples = LINES

    @staticmethod
    def notation(x: Notation, *, axis: Axis = -1) -> Notation:
        return apply("log_softmax", x, sub=None if axis == -1 else below(axis))

    @staticmethod
    def shape(x: Shape, *, axis: Axis = -1) -> Shape:
        axes_of(axis, x)
        return x

    @staticmethod
    def forward(xp: Any, x: Array, *, axis: Axis = -1) -> Array:
        x = xp.astype(xp.asarray(x), floating(x.dtype), copy=False)
        if not x.size:
            return x + 0
        away = x - xp.max(x, axis=axis, keepdims=True)
        return away - xp.log(xp.sum(xp.exp(away), axis=axis, keepdims=True))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, axis: Axis = -1) -> tuple[Node]:
        return (g - y.apply("exp") * g.sum(axis=axis, keepdims=True),)

    @staticmethod
    def entry(at: Index, x: Operand, *, axis: Axis = -1) -> Expr:
        scores = line(x, meets_in(at, x.shape, axis, True), axis, True)
        shift, whole, _ = powers(scores, floating(x.values.dtype))
        here: Expr = x[at]
        return (here if shift is None else here - shift) - call("log", whole)

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, axis: Axis = -1) -> Readers:
        partial = np.full(count(x.shape, axis), -np.exp(np.float64(y[at])))
        partial[place_on_line(at, x.shape, axis)] += 1.0
        return Readers(line_indices(at, x.shape, axis), partial)


class Logsumexp(Reduction):
    """The log of the sum of e to each entry: a smooth maximum."""

    words = "take the log of the sum of e to each entry of {x}"
    source = "shifted by the maximum against overflow"
    convention = "of −inf alone, or of nothing, it is −inf, and its gradient is not a number"
    dtype = staticmethod(floating)
    samples = AXES

    @staticmethod
    def notation(x: Notation, *, axis: Axis = None, keepdims: bool = False) -> Notation:
        return apply("logsumexp", x, sub=below(axis))

    @staticmethod
    def forward(xp: Any, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Array:
        dtype = floating(x.dtype)
        if not count(x.shape, axis):
            return xp.full(reduced(x.shape, axis, keepdims), -xp.inf, dtype=dtype)
        x = xp.astype(xp.asarray(x), dtype, copy=False)
        top = xp.max(x, axis=axis, keepdims=True)
        top = xp.where(xp.isfinite(top), top, dtype.type(0))
        y = xp.log(xp.sum(xp.exp(x - top), axis=axis, keepdims=True)) + top
        return xp.reshape(y, reduced(x.shape, axis, keepdims))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, axis: Axis = None, keepdims: bool = False) -> tuple[Node]:
        shares = (x - spread(y, x.shape, axis, keepdims)).apply("exp")
        return (spread(g, x.shape, axis, keepdims) * shares,)

    @staticmethod
    def entry(at: Index, x: Operand, *, axis: Axis = None, keepdims: bool = False) -> Expr:
        shift, whole, _ = powers(line(x, at, axis, keepdims), floating(x.values.dtype))
        return call("log", whole) if shift is None else shift + call("log", whole)

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, axis: Axis = None, keepdims: bool = False) -> Readers:
        out = meets_in(at, x.shape, axis, keepdims)
        return Readers(one_reader(out), np.full(1, np.exp(np.float64(x[at]) - y[out])))


Axes = int | tuple[int, ...]
SCALES = (
    Sample(((2, 3),), {"axes": (-1,), "eps": 1e-5}),
    Sample(((2, 3),), {"axes": (0,), "eps": 0.5}),
    Sample(((2, 2, 3),), {"axes": (-2, -1), "eps": 0.1}),
    Sample(((1, 3, 2, 2),), {"axes": 1, "eps": 0.1}),
    Sample(((3,),), {"axes": (0,), "eps": 0.0}),
    Sample(((20,),), {"axes": (0,), "eps": 1e-5}),
    Sample(((0, 2),), {"axes": (1,), "eps": 1e-5}),
)


class LayerNorm(Alike):
    """Take out the average and divide by the spread √(var + ``eps``), over the entries along ``axes``."""

    words = "take out the average of {x} and divide by the spread"
    source = "Ba, Kiros, Hinton 2016"
    samples = SCALES

    @staticmethod
    def notation(x: Notation, *, axes: Axes = (-1,), eps: float = 1e-5) -> Notation:
        return apply("layer_norm", x, sub=None if axes in (-1, (-1,)) else below(axes))

    @staticmethod
    def shape(x: Shape, *, axes: Axes = (-1,), eps: float = 1e-5) -> Shape:
        axes_of(axes, x)
        return x

    @staticmethod
    def forward(xp: Any, x: Array, *, axes: Axes = (-1,), eps: float = 1e-5) -> Array:
        if not x.size:
            return xp.astype(xp.asarray(x), floating(x.dtype))
        away = x - xp.mean(x, axis=axes, keepdims=True)
        return away / xp.sqrt(xp.var(x, axis=axes, keepdims=True) + floating(x.dtype).type(eps))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, axes: Axes = (-1,), eps: float = 1e-5) -> tuple[Node]:
        scale = (x.apply("var", axis=axes, keepdims=True, correction=0) + eps).apply("sqrt")
        lean = (g * y).apply("mean", axis=axes, keepdims=True)
        return ((g - g.apply("mean", axis=axes, keepdims=True) - y * lean) / scale,)

    @staticmethod
    def entry(at: Index, x: Operand, *, axes: Axes = (-1,), eps: float = 1e-5) -> Expr:
        entries = line(x, meets_in(at, x.shape, axes, True), axes, True)
        mean = mean_of(entries)
        return (x[at] - mean) / call("sqrt", variance_of(entries, mean).named("var") + Number(eps))

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, axes: Axes = (-1,), eps: float = 1e-5) -> Readers:
        here = line_at(meets_in(at, x.shape, axes, True), x.shape, axes, True)
        shown, n = np.asarray(y[here], dtype=np.float64).reshape(-1), count(x.shape, axes)
        partial = -1.0 / n - shown * (y[at] / n)
        partial[place_on_line(at, x.shape, axes)] += 1.0
        return Readers(line_indices(at, x.shape, axes), partial / np.sqrt(np.var(x[here], dtype=np.float64) + eps))


class RmsNorm(Alike):
    """Divide by the root of the mean square, √(mean x² + ``eps``), of the entries along ``axes``."""

    words = "divide {x} by its root mean square"
    source = "Zhang, Sennrich 2019"
    samples = SCALES

    @staticmethod
    def notation(x: Notation, *, axes: Axes = (-1,), eps: float = 1e-5) -> Notation:
        return apply("rms_norm", x, sub=None if axes in (-1, (-1,)) else below(axes))

    @staticmethod
    def shape(x: Shape, *, axes: Axes = (-1,), eps: float = 1e-5) -> Shape:
        axes_of(axes, x)
        return x

    @staticmethod
    def forward(xp: Any, x: Array, *, axes: Axes = (-1,), eps: float = 1e-5) -> Array:
        if not x.size:
            return xp.astype(xp.asarray(x), floating(x.dtype))
        x = xp.astype(xp.asarray(x), floating(x.dtype), copy=False)
        return x / xp.sqrt(xp.mean(x * x, axis=axes, keepdims=True) + x.dtype.type(eps))

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, axes: Axes = (-1,), eps: float = 1e-5) -> tuple[Node]:
        scale = ((x * x).apply("mean", axis=axes, keepdims=True) + eps).apply("sqrt")
        return ((g - y * (g * y).apply("mean", axis=axes, keepdims=True)) / scale,)

    @staticmethod
    def entry(at: Index, x: Operand, *, axes: Axes = (-1,), eps: float = 1e-5) -> Expr:
        entries = line(x, meets_in(at, x.shape, axes, True), axes, True)
        squares = (total(Power(Slot(0), Number(2)), entries) / Number(len(entries))).named("mean of squares")
        return x[at] / call("sqrt", squares + Number(eps))

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, axes: Axes = (-1,), eps: float = 1e-5) -> Readers:
        here = line_at(meets_in(at, x.shape, axes, True), x.shape, axes, True)
        shown, n = np.asarray(y[here], dtype=np.float64).reshape(-1), count(x.shape, axes)
        partial = -shown * (y[at] / n)
        partial[place_on_line(at, x.shape, axes)] += 1.0
        scale = np.sqrt(np.mean(np.square(x[here], dtype=np.float64)) + eps)
        return Readers(line_indices(at, x.shape, axes), partial / scale)
