"""NumPy's reductions, sorts and running sums."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from unmagic.core.build import Node
from unmagic.core.errors import BadValue, Unsupported

from .base import TABLE, axes_of, axis_of, maybe_cast


def _reduction(op: str, empty: str = "") -> Callable[..., Any]:
    def build(a: Node, axis: Any = None, dtype: Any = None, *, keepdims: bool = False) -> Node:
        axes = axes_of(axis, a.ndim)
        if empty and 0 in _sizes(a, axes):
            raise BadValue(empty)
        return maybe_cast(maybe_cast(a, dtype).apply(op, axis=axes, keepdims=bool(keepdims)), dtype)

    return build


def _sizes(a: Node, axes: int | tuple[int, ...] | None) -> list[int]:
    return [a.shape[i] for i in (range(a.ndim) if axes is None else (axes,) if isinstance(axes, int) else axes)]


for _name in ("sum", "mean", "prod"):
    TABLE.function(_name, method=True)(_reduction(_name))
for _op, _long, _ufunc in (("max", "amax", "maximum"), ("min", "amin", "minimum")):
    TABLE.function(_op, _long, method=True)(
        _reduction(_op, f"zero-size array to reduction operation {_ufunc} which has no identity")
    )
for _name in ("any", "all"):
    TABLE.function(_name, method=True)(_reduction(_name))
TABLE.function("count_nonzero")(_reduction("count_nonzero"))


def _moment(op: str) -> Callable[..., Any]:
    def build(a: Node, axis: Any = None, dtype: Any = None, *, ddof: float = 0, keepdims: bool = False,
              correction: float | None = None) -> Node:  # fmt: skip
        less = ddof if correction is None else correction
        return maybe_cast(a, dtype).apply(op, axis=axes_of(axis, a.ndim), keepdims=bool(keepdims), correction=less)

    return build


for _name in ("var", "std"):
    TABLE.function(_name, method=True)(_moment(_name))


def _arg(op: str) -> Callable[..., Any]:
    def build(a: Node, axis: Any = None, *, keepdims: bool = False) -> Node:
        if not math.prod(a.shape):
            raise BadValue(f"attempt to get {op} of an empty sequence")
        return a.apply(op, axis=None if axis is None else axis_of(axis, a.ndim), keepdims=bool(keepdims))

    return build


for _name in ("argmax", "argmin"):
    TABLE.function(_name, method=True)(_arg(_name))


def _running(op: str) -> Callable[..., Any]:
    def build(a: Node, axis: Any = None, dtype: Any = None) -> Node:
        a = maybe_cast(a, dtype)
        if axis is None:
            return maybe_cast(a.reshape((math.prod(a.shape),)).apply(op, axis=0), dtype)
        return maybe_cast(a.apply(op, axis=axis_of(axis, a.ndim)), dtype)  # the op widens short whole numbers

    return build


for _name in ("cumsum", "cumprod"):
    TABLE.function(_name, method=True)(_running(_name))


def _sorted(op: str) -> Callable[..., Any]:
    def build(a: Node, axis: Any = -1, kind: Any = None) -> Node:
        if axis is None:
            a, axis = a.reshape((math.prod(a.shape),)), 0
        return a.apply(op, axis=axis_of(axis, a.ndim))

    return build


TABLE.function("sort")(_sorted("sort"))
TABLE.function("argsort", method=True)(_sorted("argsort"))


@TABLE.function("average")
def average(a: Node, axis: Any = None, weights: Node | None = None, *, keepdims: bool = False) -> Node:
    axes = axes_of(axis, a.ndim)
    if weights is None:
        return a.apply("mean", axis=axes, keepdims=bool(keepdims))
    if weights.shape != a.shape and weights.ndim == 1 and isinstance(axes, int):
        weights = weights.reshape(tuple(size if i == axes else 1 for i, size in enumerate(a.shape)))
        weights = weights.broadcast(a.shape)
    return (a * weights).sum(axes, bool(keepdims)) / weights.sum(axes, bool(keepdims))


@TABLE.function("median")
def median(a: Node, axis: Any = None, *, keepdims: bool = False) -> Node:
    if axis is None:
        shape = (1,) * a.ndim
        flat = median(a.reshape((math.prod(a.shape),)), 0)
        return flat.reshape(shape) if keepdims else flat
    at = axis_of(axis, a.ndim)
    n = a.shape[at]
    if not n:
        raise BadValue("the median of nothing")
    middle = slice((n - 1) // 2, n // 2 + 1)
    key = tuple(middle if i == at else slice(None) for i in range(a.ndim))
    return a.apply("sort", axis=at).apply("index", key=key).apply("mean", axis=at, keepdims=bool(keepdims))


@TABLE.function("ptp")
def ptp(a: Node, axis: Any = None, *, keepdims: bool = False) -> Node:
    at = axes_of(axis, a.ndim)
    return a.apply("max", axis=at, keepdims=bool(keepdims)) - a.apply("min", axis=at, keepdims=bool(keepdims))


@TABLE.function("cov")
def cov(m: Node, *, rowvar: bool = True, bias: bool = False, ddof: int | None = None) -> Node:
    """Rows are variables; divided by n − 1 unless told otherwise."""
    x = m.reshape((1, *m.shape)) if m.ndim == 1 else m if rowvar else m.mT
    less = ddof if ddof is not None else 0 if bias else 1
    centred = x - x.apply("mean", axis=1, keepdims=True)
    out = centred.apply("matmul", centred.mT) / float(max(x.shape[1] - less, 0))
    return out.reshape(()) if m.ndim == 1 else out


@TABLE.function("corrcoef")
def corrcoef(x: Node, y: Node | None = None, *, rowvar: bool = True) -> Node:
    """Covariances over the product of the two standard deviations."""
    if y is not None:
        if x.ndim != 1 or y.ndim != 1:
            raise Unsupported("np.corrcoef of two arguments is read for two vectors")
        x = x.builder.apply("stack", x, y, axis=0)
    c = cov(x, rowvar=rowvar)
    if not c.ndim:
        return c / c
    spread = c.apply("diagonal", offset=0).apply("sqrt")
    out = c / spread.reshape((*spread.shape, 1)) / spread.reshape((1, *spread.shape))
    return out.apply("clip", low=-1.0, high=1.0)


@TABLE.function("diff")
def diff(a: Node, n: int = 1, axis: Any = -1) -> Node:
    at = axis_of(axis, a.ndim)
    if not 0 <= n <= 64:
        raise Unsupported("np.diff is read for n up to 64")
    for _ in range(int(n)):
        ends = [
            tuple(part if i == at else slice(None) for i in range(a.ndim)) for part in (slice(1, None), slice(None, -1))
        ]
        a = a.apply("index", key=ends[0]) - a.apply("index", key=ends[1])
    return a
