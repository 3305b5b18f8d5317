"""Diagonals and triangles of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core.build import Node, marked
from unmagic.core.errors import ShapeClash
from unmagic.core.graph import Array, Index, Shape
from unmagic.core.notation import Notation, apply
from unmagic.core.op import Op, Operand, Readers, Sample, promoted
from unmagic.core.scalar import Expr, Number, Slot, total

from .axes import one_reader
from .reduce import added
from .structure import Moves


def matrix(doing: str, x: Shape) -> None:
    """Raise `ShapeClash` where ``x`` is no matrix."""
    if len(x) != 2:
        raise ShapeClash(f"can't {doing}: it takes a matrix", notes=(marked(x),))


def _places(shape: Shape, offset: int) -> tuple[Any, Any]:
    """Rows and columns of a diagonal; ``offset`` counts to the right."""
    n = max(0, min(shape[0] + min(offset, 0), shape[1] - max(offset, 0)))
    run = np.arange(n)
    return run - min(offset, 0), run + max(offset, 0)


class Trace(Op):
    """Add up the diagonal."""

    words = "add up the diagonal of {x}"
    source = "elementary"
    linear_in = ("x",)
    dtype = staticmethod(added)
    samples = (Sample(((3, 3),)), Sample(((2, 3),)), Sample(((1, 1),)), Sample(((0, 0),)), Sample(((20, 20),)))

    @staticmethod
    def notation(x: Notation) -> Notation:
        return apply("tr", x)

    @staticmethod
    def shape(x: Shape) -> Shape:
        matrix("take the trace", x)
        return ()

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return xp.trace(x)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g * g.builder.constant(np.eye(*x.shape, dtype=x.dtype)),)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        return total(Slot(0), x.column(_places(x.shape, 0)))

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array) -> Readers:
        return Readers((), np.full(1, float(at[0] == at[1])))

    @staticmethod
    def flops(y: Shape, x: Shape) -> int:
        return min(x)


class Diagonal(Moves):
    """The diagonal of a matrix, ``offset`` places to the right of the main one."""

    words = "take the diagonal of {x}"
    source = "NumPy, diagonal"
    linear_in = ("x",)
    samples = (
        Sample(((3, 3),), {"offset": 0}),
        Sample(((2, 4),), {"offset": 1}),
        Sample(((3, 2),), {"offset": -1}),
        Sample(((2, 2),), {"offset": 2}),
        Sample(((0, 0),), {"offset": 0}),
    )

    @staticmethod
    def notation(x: Notation, *, offset: int = 0) -> Notation:
        return apply("diagonal", x)

    @staticmethod
    def shape(x: Shape, *, offset: int = 0) -> Shape:
        matrix("take the diagonal", x)
        return (len(_places(x, offset)[0]),)

    @staticmethod
    def forward(xp: Any, x: Array, *, offset: int = 0) -> Array:
        return xp.linalg.diagonal(x, offset=offset)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, offset: int = 0) -> tuple[Node]:
        return (g.apply("scatter", key=_places(x.shape, offset), shape=x.shape, count=None),)

    @staticmethod
    def entry(at: Index, x: Operand, *, offset: int = 0) -> Expr:
        return x[(at[0] - min(offset, 0), at[0] + max(offset, 0))]

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, offset: int = 0) -> Readers:
        found = np.arange(1 if at[1] - at[0] == offset else 0) + min(at)
        found = found + (min(offset, 0) + at[0] - min(at) if offset < 0 else 0)
        return Readers((found,), np.ones(len(found)))


class Diag(Op):
    """The square matrix with a vector on its diagonal, ``offset`` places to the right, and 0 elsewhere."""

    words = "put {x} on the diagonal of a matrix"
    source = "NumPy, diag"
    linear_in = ("x",)
    dtype = staticmethod(promoted)
    samples = (
        Sample(((3,),), {"offset": 0}),
        Sample(((2,),), {"offset": 1}),
        Sample(((2,),), {"offset": -2}),
        Sample(((0,),), {"offset": 0}),
    )

    @staticmethod
    def notation(x: Notation, *, offset: int = 0) -> Notation:
        return apply("diag", x)

    @staticmethod
    def shape(x: Shape, *, offset: int = 0) -> Shape:
        if len(x) != 1:
            raise ShapeClash("can't make a diagonal matrix: it takes a vector", notes=(marked(x),))
        return (x[0] + abs(offset),) * 2

    @staticmethod
    def forward(xp: Any, x: Array, *, offset: int = 0) -> Array:
        return xp.diag(x, k=offset)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, offset: int = 0) -> tuple[Node]:
        return (g.apply("diagonal", offset=offset),)

    @staticmethod
    def entry(at: Index, x: Operand, *, offset: int = 0) -> Expr:
        return x[(at[0] + min(offset, 0),)] if at[1] - at[0] == offset else Number(0)

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, offset: int = 0) -> Readers:
        return Readers(one_reader((at[0] - min(offset, 0), at[0] + max(offset, 0))), np.ones(1))

    @staticmethod
    def flops(y: Shape, x: Shape, *, offset: int = 0) -> int:
        return 0


class Triangle(Op, abstract=True):
    """One side of a matrix (the last two axes) is kept; the other becomes 0."""

    dtype = staticmethod(promoted)
    linear_in = ("x",)
    samples = (
        Sample(((3, 3),), {"k": 0}),
        Sample(((2, 4),), {"k": 1}),
        Sample(((3, 2),), {"k": -1}),
        Sample(((2, 1, 2, 2),), {"k": 0}),
        Sample(((0, 2),), {"k": 0}),
    )

    @staticmethod
    def shape(x: Shape, *, k: int = 0) -> Shape:
        if len(x) < 2:
            raise ShapeClash("can't keep a triangle: it takes a matrix", notes=(marked(x),))
        return x

    @staticmethod
    def flops(y: Shape, x: Shape, *, k: int = 0) -> int:
        return 0


class Tril(Triangle):
    """Keep what stands on and below the ``k``-th diagonal."""

    words = "keep {x} on and below the diagonal, 0 above"
    source = "NumPy, tril"

    @staticmethod
    def notation(x: Notation, *, k: int = 0) -> Notation:
        return apply("tril", x)

    @staticmethod
    def forward(xp: Any, x: Array, *, k: int = 0) -> Array:
        return xp.tril(x, k=k)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, k: int = 0) -> tuple[Node]:
        return (g.apply("tril", k=k),)

    @staticmethod
    def entry(at: Index, x: Operand, *, k: int = 0) -> Expr:
        return x[at] if at[-1] - at[-2] <= k else Number(0)

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, k: int = 0) -> Readers:
        return Readers(one_reader(at), np.full(1, float(at[-1] - at[-2] <= k)))


class Triu(Triangle):
    """Keep what stands on and above the ``k``-th diagonal."""

    words = "keep {x} on and above the diagonal, 0 below"
    source = "NumPy, triu"

    @staticmethod
    def notation(x: Notation, *, k: int = 0) -> Notation:
        return apply("triu", x)

    @staticmethod
    def forward(xp: Any, x: Array, *, k: int = 0) -> Array:
        return xp.triu(x, k=k)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, k: int = 0) -> tuple[Node]:
        return (g.apply("triu", k=k),)

    @staticmethod
    def entry(at: Index, x: Operand, *, k: int = 0) -> Expr:
        return x[at] if at[-1] - at[-2] >= k else Number(0)

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, k: int = 0) -> Readers:
        return Readers(one_reader(at), np.full(1, float(at[-1] - at[-2] >= k)))


__all__ = ["Diag", "Diagonal", "Trace", "Tril", "Triu"]
