"""NumPy's products and linear algebra."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import BadValue, Unsupported
from unmagic.record.alias import View, diagonal_view, einsum_view, transpose_view

from .base import TABLE, Nodes, axes_of


def numpy_matmul(a: Node, b: Node) -> Node:
    from unmagic.ops.rank import numpy_matmul as matmul

    return matmul(a, b)


def numpy_dot(a: Node, b: Node) -> Node:
    from unmagic.ops.rank import numpy_dot as dot

    return dot(a, b)


@TABLE.function("matmul")
def matmul(x1: Node, x2: Node) -> Node:
    return numpy_matmul(x1, x2)


@TABLE.function("dot", method=True)
def dot(a: Node, b: Node) -> Node:
    return numpy_dot(a, b)


@TABLE.function("vdot")
def vdot(a: Node, b: Node) -> Node:
    size = int(np.prod(a.shape))
    return a.reshape((size,)).apply("dot", b.reshape((int(np.prod(b.shape)),)))


@TABLE.function("inner")
def inner(a: Node, b: Node) -> Node:
    if not a.ndim or not b.ndim:
        return a * b
    if b.ndim > 1:
        b = b.apply("transpose", axes=(*range(b.ndim - 2), b.ndim - 1, b.ndim - 2))
    return numpy_dot(a, b)


@TABLE.function("outer", "linalg.outer")
def outer(a: Node, b: Node) -> Node:
    return a.reshape((int(np.prod(a.shape)),)).apply("outer", b.reshape((int(np.prod(b.shape)),)))


def counted_einsum(builder: Any, subscripts: str, operands: Sequence[Node]) -> Node:
    """An einsum whose products are counted before they are made."""
    subscripts = subscripts.replace(" ", "")
    sizes: dict[str, int] = {}
    for letters, node in zip(subscripts.partition("->")[0].split(","), operands, strict=False):
        for letter, size in zip(letters, node.shape, strict=False):
            sizes[letter] = max(size, sizes.get(letter, 1))
    builder.limits.need("products of an einsum", math.prod(sizes.values()), 100 * builder.limits.entries)
    return builder.apply("einsum", *operands, subscripts=subscripts)


@TABLE.function("einsum")
def einsum(r: Any, subscripts: str, *operands: Node) -> Node | View:
    if not isinstance(subscripts, str):
        raise Unsupported("einsum is read with its subscripts as a string first")
    letters, arrow, kept = subscripts.replace(" ", "").partition("->")
    nothing_summed = bool(arrow) and "." not in letters and set(letters) == set(kept) and len(set(kept)) == len(kept)
    if len(operands) == 1 and nothing_summed:
        if len(letters) == len(kept):
            return transpose_view(tuple(letters.index(letter) for letter in kept))
        return einsum_view(subscripts)
    return counted_einsum(r.builder, subscripts, operands)


@TABLE.function("tensordot")
def tensordot(a: Node, b: Node, axes: Any = 2) -> Node:
    if isinstance(axes, int):
        left, right = list(range(a.ndim - axes, a.ndim)), list(range(axes))
    else:
        left, right = ([one] if isinstance(one, int) else list(one) for one in axes)
    letters = "abcdefghijklmnopqrstuvwxyz"
    first = list(letters[: a.ndim])
    second = list(letters[a.ndim : a.ndim + b.ndim])
    for i, j in zip(left, right, strict=True):
        second[j] = first[i]
    summed = {first[i] for i in left}
    kept = [letter for letter in (*first, *second) if letter not in summed]
    return counted_einsum(a.builder, f"{''.join(first)},{''.join(second)}->{''.join(kept)}", (a, b))


@TABLE.function("cross")
def cross(a: Node, b: Node) -> Node:
    if a.shape != (3,) or b.shape != (3,):
        raise Unsupported("np.cross is read for two vectors of 3")
    turn, back = np.array([1, 2, 0]), np.array([2, 0, 1])
    first, second = ([x.apply("index", key=(at,)) for at in (turn, back)] for x in (a, b))
    return first[0] * second[1] - first[1] * second[0]


@TABLE.function("trace", "linalg.trace", method=True)
def trace(a: Node) -> Node:
    return a.apply("trace")


@TABLE.function("diag")
def diag(v: Node, k: int = 0) -> Node | View:
    return v.apply("diag", offset=int(k)) if v.ndim == 1 else diagonal_view(int(k))


@TABLE.function("diagonal", method=True)
def diagonal(a: Node, offset: int = 0) -> View:
    return diagonal_view(int(offset))


@TABLE.function("tril")
def tril(m: Node, k: int = 0) -> Node:
    return m.apply("tril", k=int(k))


@TABLE.function("triu")
def triu(m: Node, k: int = 0) -> Node:
    return m.apply("triu", k=int(k))


def _square(a: Node) -> Node:
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise BadValue("Last 2 dimensions of the array must be square")
    return a


@TABLE.function("linalg.inv")
def inv(a: Node) -> Node:
    return _square(a).apply("inv")


@TABLE.function("linalg.det")
def det(a: Node) -> Node:
    return _square(a).apply("det")


@TABLE.function("linalg.slogdet")
def slogdet(a: Node) -> tuple[Node, Node]:
    return _square(a).apply("sign_det"), a.apply("logabsdet")


@TABLE.function("linalg.solve")
def solve(a: Node, b: Node) -> Node:
    return _square(a).apply("solve", b)


@TABLE.function("linalg.matrix_power")
def matrix_power(a: Node, n: int) -> Node:
    a.builder.limits.need("the exponent of a matrix power", abs(int(n)), 10_000)
    return _square(a).apply("matrix_power", n=int(n))


@TABLE.function("linalg.norm")
def norm(x: Node, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Node:
    axes = axes_of(axis, x.ndim)
    if isinstance(axes, tuple) and len(axes) == 1:
        axes = axes[0]
    matrix = isinstance(axes, tuple) or (axes is None and x.ndim == 2)
    if ord is None or (not matrix and ord == 2):
        return x.apply("norm", order=2, axis=axes, keepdims=bool(keepdims))
    if not matrix:
        if axes is None and x.ndim != 1:
            raise BadValue("Improper number of dimensions to norm.")
        return x.apply("norm", order=ord, axis=axes, keepdims=bool(keepdims))
    if isinstance(axes, tuple) and axes != (x.ndim - 2, x.ndim - 1):
        raise Unsupported("a matrix norm is read along the last two axes")
    if ord == "fro":
        return x.apply("norm", order=2, axis=axes, keepdims=bool(keepdims))
    if ord not in ("nuc", 2, 1, np.inf):
        raise Unsupported(f"no reading for the matrix norm {ord!r}", hint="fro, nuc, 2, 1 and inf are read")
    return x.apply("matrix_norm", order=ord, keepdims=bool(keepdims))


@TABLE.function("linalg.vector_norm")
def vector_norm(x: Node, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Node:
    return x.apply("norm", order=ord, axis=axes_of(axis, x.ndim), keepdims=bool(keepdims))


@TABLE.function("linalg.multi_dot")
def multi_dot(arrays: Nodes) -> Node:
    out = arrays[0]
    for other in arrays[1:]:
        out = numpy_dot(out, other)
    return out


for _name in ("eig", "eigh", "eigvals", "eigvalsh", "svd", "qr", "cholesky", "pinv", "lstsq", "cond", "matrix_rank"):
    TABLE.refused[f"linalg.{_name}"] = "decompositions are not read"
