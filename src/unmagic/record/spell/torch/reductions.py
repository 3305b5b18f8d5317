"""PyTorch's reductions, sorts and products."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import BadValue, Unsupported

from .base import F4, TABLE, Graded, dim_of, dims_of, real, torch_dtype


def _dtype(input: Node, dtype: Any) -> Node:
    wanted = torch_dtype(dtype)
    return input if wanted is None else input.cast(wanted)


@TABLE.function("sum", method=True)
def sum_(input: Node, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Graded:
    axes = dims_of(dim, input.ndim)
    out = _dtype(input, dtype).apply("sum", axis=axes, keepdims=bool(keepdim))
    return Graded(out, "SumBackward0" if dim is None else "SumBackward1")


@TABLE.function("mean", method=True)
def mean(input: Node, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Graded:
    input = _dtype(input, dtype)
    if input.dtype.kind != "f":
        kind = {"b": "Bool"}.get(input.dtype.kind, "Long")
        raise BadValue("mean(): could not infer output dtype. Input dtype must be either a floating point or complex "
                       f"dtype. Got: {kind}")  # fmt: skip
    out = input.apply("mean", axis=dims_of(dim, input.ndim), keepdims=bool(keepdim))
    return Graded(out, "MeanBackward0" if dim is None else "MeanBackward1")


@TABLE.function("prod", method=True)
def prod(input: Node, dim: Any = None, keepdim: bool = False) -> Graded:
    out = input.apply("prod", axis=dims_of(dim, input.ndim), keepdims=bool(keepdim))
    return Graded(out, "ProdBackward0" if dim is None else "ProdBackward1")


def _extreme(op: str) -> Any:
    def build(input: Node, dim: Any = None, keepdim: bool = False) -> Any:
        name = op.capitalize()
        if isinstance(dim, np.ndarray):
            return Graded(input.apply(f"{op}imum", input.builder.constant(dim)), f"{name}imumBackward0")
        if dim is None:
            return Graded(input.apply(op, axis=None, keepdims=False), f"{name}Backward1")
        axis = dim_of(dim, input.ndim)
        values = input.apply(op, axis=axis, keepdims=bool(keepdim))
        where = input.apply(f"arg{op}", axis=axis, keepdims=bool(keepdim))
        return Graded((values, where), f"{name}Backward0")

    return build


for _name in ("max", "min"):
    TABLE.function(_name, method=True)(_extreme(_name))


@TABLE.function("amax", method=True, grad="AmaxBackward0")
def amax(input: Node, dim: Any = (), keepdim: bool = False) -> Node:
    return input.apply("max", axis=dims_of(dim, input.ndim), keepdims=bool(keepdim))


@TABLE.function("amin", method=True, grad="AminBackward0")
def amin(input: Node, dim: Any = (), keepdim: bool = False) -> Node:
    return input.apply("min", axis=dims_of(dim, input.ndim), keepdims=bool(keepdim))


def _arg(op: str) -> Any:
    def build(input: Node, dim: Any = None, keepdim: bool = False) -> Node:
        return input.apply(op, axis=None if dim is None else dim_of(dim, input.ndim), keepdims=bool(keepdim))

    return build


for _name in ("argmax", "argmin"):
    TABLE.function(_name, method=True)(_arg(_name))


def _all(op: str) -> Any:
    def build(input: Node, dim: Any = None, keepdim: bool = False) -> Node:
        return input.apply(op, axis=dims_of(dim, input.ndim), keepdims=bool(keepdim))

    return build


for _name in ("any", "all", "count_nonzero"):
    TABLE.function(_name, method=True)(_all(_name))


def _moment(op: str) -> Any:
    def build(input: Node, dim: Any = None, unbiased: Any = None, keepdim: bool = False, *,
              correction: Any = 1) -> Graded:  # fmt: skip
        if isinstance(dim, bool):
            dim, unbiased = None, dim
        less = correction if unbiased is None else int(bool(unbiased))
        out = input.apply(op, axis=dims_of(dim, input.ndim), keepdims=bool(keepdim), correction=less)
        return Graded(out, f"{op.capitalize()}Backward0")

    return build


for _name in ("var", "std"):
    TABLE.function(_name, method=True)(_moment(_name))


@TABLE.function("logsumexp", method=True, grad="LogsumexpBackward0")
def logsumexp(input: Node, dim: Any, keepdim: bool = False) -> Node:
    return real(input).apply("logsumexp", axis=dims_of(dim, input.ndim), keepdims=bool(keepdim))


def _running(op: str) -> Any:
    def build(input: Node, dim: Any, *, dtype: Any = None) -> Node:
        return _dtype(input, dtype).apply(op, axis=dim_of(dim, input.ndim))

    return build


for _name in ("cumsum", "cumprod"):
    TABLE.function(_name, method=True, grad=f"{_name.capitalize()}Backward0")(_running(_name))


@TABLE.function("norm", "linalg.norm", "linalg.vector_norm", method=True, grad="LinalgVectorNormBackward0")
def norm(input: Node, p: Any = 2, dim: Any = None, keepdim: bool = False, *, ord: Any = None) -> Node:
    order = ord if ord is not None else 2 if p in ("fro", None) else p
    return input.apply("norm", order=order, axis=dims_of(dim, input.ndim), keepdims=bool(keepdim))


@TABLE.function("median", method=True, grad="MedianBackward0")
def median(input: Node) -> Node:
    size = math.prod(input.shape)
    return input.reshape((size,)).apply("sort", axis=0).apply("index", key=((size - 1) // 2,))


def _order(input: Node, axis: int, descending: bool) -> Node:
    return (-input if descending else input).apply("argsort", axis=axis)


@TABLE.function("sort", method=True, grad="SortBackward0")
def sort(input: Node, dim: Any = -1, descending: bool = False) -> tuple[Node, Node]:
    axis = dim_of(dim, input.ndim)
    order = _order(input, axis, descending)
    return input.apply("take_along", order, axis=axis), order


@TABLE.function("argsort", method=True)
def argsort(input: Node, dim: Any = -1, descending: bool = False) -> Node:
    return _order(input, dim_of(dim, input.ndim), descending)


@TABLE.function("topk", method=True, grad="TopkBackward0")
def topk(input: Node, k: int, dim: Any = -1, largest: bool = True) -> tuple[Node, Node]:
    axis = dim_of(dim, input.ndim)
    if not 0 <= k <= input.shape[axis]:
        raise BadValue("selected index k out of range")
    order = _order(input, axis, largest)
    first = order.apply("index", key=(*[slice(None)] * axis, slice(0, int(k))))
    return input.apply("take_along", first, axis=axis), first


@TABLE.function("dot", method=True, grad="DotBackward0")
def dot(input: Node, tensor: Node) -> Node:
    if input.ndim != 1 or tensor.ndim != 1:
        raise BadValue(f"1D tensors expected, but got {input.ndim}D and {tensor.ndim}D tensors")
    return input.apply("dot", tensor)


@TABLE.function("matmul", method=True)
def matmul(input: Node, other: Node) -> Graded:
    from unmagic.ops.rank import numpy_matmul

    if input.dtype != other.dtype:
        names = {"f": "Float", "i": "Long", "b": "Bool"}
        first, second = (names.get(node.dtype.kind, "Float") for node in (input, other))
        first = "Double" if input.dtype == np.float64 else first
        second = "Double" if other.dtype == np.float64 else second
        raise BadValue(f"expected m1 and m2 to have the same dtype, but got: {first.lower()} != {second.lower()}")
    ranks = (min(input.ndim, 3), min(other.ndim, 3))
    grad = {(1, 1): "DotBackward0", (2, 2): "MmBackward0", (2, 1): "MvBackward0", (1, 2): "SqueezeBackward4"}.get(
        ranks, "BmmBackward0" if input.ndim == other.ndim == 3 else "UnsafeViewBackward0"
    )
    return Graded(numpy_matmul(input, other), grad)


@TABLE.function("mm", method=True, grad="MmBackward0")
def mm(input: Node, mat2: Node) -> Any:
    return matmul(input, mat2)


@TABLE.function("mv", method=True, grad="MvBackward0")
def mv(input: Node, vec: Node) -> Any:
    return matmul(input, vec)


@TABLE.function("bmm", method=True, grad="BmmBackward0")
def bmm(input: Node, mat2: Node) -> Any:
    return Graded(matmul(input, mat2).result, "BmmBackward0")


@TABLE.function("outer", "ger", method=True, grad="MulBackward0")
def outer(input: Node, vec2: Node) -> Node:
    return input.apply("outer", vec2)


@TABLE.function("einsum")
def einsum(r: Any, equation: str, *operands: Node) -> Graded:
    from unmagic.record.spell.numpy.linear import counted_einsum

    return Graded(counted_einsum(r.builder, equation, operands), "ViewBackward0")


@TABLE.function("trace", method=True, grad="TraceBackward0")
def trace(input: Node) -> Node:
    return input.apply("trace")


@TABLE.function("diag", method=True)
def diag(input: Node, diagonal: int = 0) -> Graded:
    if input.ndim == 1:
        return Graded(input.apply("diag", offset=int(diagonal)), "DiagEmbedBackward0")
    return Graded(input.apply("diagonal", offset=int(diagonal)), "DiagonalBackward0_copy")


@TABLE.function("tril", method=True, grad="TrilBackward0")
def tril(input: Node, diagonal: int = 0) -> Node:
    return input.apply("tril", k=int(diagonal))


@TABLE.function("triu", method=True, grad="TriuBackward0")
def triu(input: Node, diagonal: int = 0) -> Node:
    return input.apply("triu", k=int(diagonal))


for _name, _grad in (("inv", "LinalgInvExBackward0"), ("det", "LinalgDetBackward0")):

    def _square(input: Node, _op: str = _name) -> Node:
        return input.apply(_op)

    def _build(op: str) -> Any:
        def build(input: Node) -> Node:
            return input.apply(op)

        return build

    TABLE.function(f"linalg.{_name}", _name, grad=_grad)(_build(_name))


@TABLE.function("linalg.solve", grad="LinalgSolveExBackward0")
def solve(A: Node, B: Node) -> Node:
    return A.apply("solve", B)


@TABLE.function("one_hot", "nn.functional.one_hot")
def one_hot(input: Node, num_classes: int = -1) -> Node:
    if input.dtype.kind not in "iu":
        raise Unsupported("one_hot is of whole numbers")
    labels = np.asarray(input.value)
    classes = int(labels.max()) + 1 if num_classes == -1 else int(num_classes)
    if labels.size and (labels.min() < 0 or labels.max() >= classes):
        raise BadValue("Class values must be smaller than num_classes.")
    input.builder.limits.need("entries of one array", labels.size * classes, input.builder.limits.entries)
    return input.apply("one_hot", classes=classes).cast(np.dtype(np.int64))


__all__ = ["F4"]
