"""Products of vectors and matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core.build import Node, clash, marked
from unmagic.core.emit import Emit, Term, Writer
from unmagic.core.errors import ShapeClash
from unmagic.core.graph import Array, Index, Shape
from unmagic.core.notation import Notation, Power, Row, Word, infix
from unmagic.core.op import Op, Operand, Readers, Sample, promoted
from unmagic.core.scalar import Expr, Slot, total


def ranks(doing: str, shapes: tuple[Shape, ...], wanted: tuple[int, ...]) -> None:
    """Raise `ShapeClash` where a rank is not the one wanted (1: vector, 2: matrix)."""
    if tuple(map(len, shapes)) != wanted:
        kinds = " and ".join({1: "a vector", 2: "a matrix"}[rank] for rank in wanted)
        raise ShapeClash(f"can't {doing}: it takes {kinds}", notes=tuple(marked(shape) for shape in shapes))


def lines_of(count: int, *parts: Any) -> tuple[np.ndarray[Any, Any], ...]:
    """Index arrays of ``count`` entries: a number stands still, None runs 0, 1, 2 …"""
    return tuple(np.arange(count) if part is None else np.full(count, part) for part in parts)


def _floats(a: Term, b: Term) -> bool:
    return a.dtype == b.dtype and a.dtype.char in "fd"


def _by_dot(w: Writer, y: Term | None, a: Term, b: Term) -> str:
    if w.loose and len(a.shape) == len(b.shape) == 2 and a.shape[1] >= 512 and 4 * b.shape[1] <= a.shape[0]:
        return _turned(w, y, a, b)
    return f"{a.name}.dot({b.name}{f', {y.name}' if y else ''})"  # a third of what matmul takes to get going


def _turned(w: Writer, y: Term | None, a: Term, b: Term) -> str:
    """A long sum into a narrow result (the gradient of a last layer's weights) as (Bᵀ Aᵀ)ᵀ: BLAS is quicker so."""
    turned = f"{b.name}.T.dot({a.name}.T"
    if y is None:
        return f"{w.bind(np.ascontiguousarray)}({turned}).T)"
    flat = w.scratch((b.shape[1], a.shape[0]), y.dtype)
    w.line(f"{turned}, {flat.name})")
    return f"{w.bind(np.copyto)}({y.name}, {flat.name}.T)"


def _by_matmul(w: Writer, y: Term | None, a: Term, b: Term) -> str:
    return f"{w.bind(np.matmul)}({a.name}, {b.name}{f', {y.name}' if y else ''})"


_DOT, _MATMUL = Emit(_by_dot), Emit(_by_matmul)


def product(y: Term, a: Term, b: Term) -> Emit | None:
    """How a product of vectors and matrices is written."""
    if not _floats(a, b):
        return None
    return _DOT if len(a.shape) <= 2 else _MATMUL


class Dot(Op):
    """Multiply two vectors entry by entry and add up."""

    words = "multiply {a} and {b} entry by entry and add up"
    source = "elementary"
    linear_in = ("a", "b")
    dtype = staticmethod(promoted)
    samples = (Sample(((3,), (3,))), Sample(((1,), (1,))), Sample(((0,), (0,))), Sample(((20,), (20,))))

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        return infix("·", a, b)

    @staticmethod
    def shape(a: Shape, b: Shape) -> Shape:
        ranks("take the dot product", (a, b), (1, 1))
        if a != b:
            raise clash("take the dot product", (a, b), (0, 0), f"{a[0]} numbers against {b[0]}")
        return ()

    emit = staticmethod(product)

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        return xp.matmul(a, b)

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, Node]:
        return g * b, g * a

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        return total(Slot(0) * Slot(1), a.column((slice(None),)), b.column((slice(None),)))

    @staticmethod
    def readers(operand: int, at: Index, y: Array, a: Array, b: Array) -> Readers:
        return Readers((), np.atleast_1d((b, a)[operand][at]))

    @staticmethod
    def flops(y: Shape, a: Shape, b: Shape) -> int:
        return 2 * a[0]


class Matvec(Op):
    """Matrix times vector: each row of the matrix meets the vector in a dot product."""

    words = "let each row of {a} meet {x} in a dot product"
    source = "elementary"
    linear_in = ("a", "x")
    dtype = staticmethod(promoted)
    samples = (Sample(((2, 3), (3,))), Sample(((1, 1), (1,))), Sample(((0, 3), (3,))), Sample(((2, 20), (20,))))

    @staticmethod
    def notation(a: Notation, x: Notation) -> Notation:
        return Row((a, x))

    @staticmethod
    def shape(a: Shape, x: Shape) -> Shape:
        ranks("multiply matrix by vector", (a, x), (2, 1))
        if a[1] != x[0]:
            raise clash("multiply", (a, x), (1, 0), f"each row wants {a[1]} numbers, the vector has {x[0]}")
        return (a[0],)

    emit = staticmethod(product)

    @staticmethod
    def forward(xp: Any, a: Array, x: Array) -> Array:
        return xp.matmul(a, x)

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, x: Node) -> tuple[Node, Node]:
        return g.apply("outer", x), g.apply("vecmat", a)

    @staticmethod
    def entry(at: Index, a: Operand, x: Operand) -> Expr:
        return total(Slot(0) * Slot(1), a.column((at[0], slice(None))), x.column((slice(None),)))

    @staticmethod
    def readers(operand: int, at: Index, y: Array, a: Array, x: Array) -> Readers:
        if operand == 0:
            return Readers((np.array([at[0]]),), np.atleast_1d(x[at[1]]))
        return Readers((np.arange(a.shape[0]),), a[:, at[0]])

    @staticmethod
    def flops(y: Shape, a: Shape, x: Shape) -> int:
        return 2 * a[0] * a[1]


class Vecmat(Op):
    """Vector times matrix: the vector meets each column of the matrix in a dot product."""

    words = "let {x} meet each column of {a} in a dot product"
    source = "elementary"
    linear_in = ("x", "a")
    dtype = staticmethod(promoted)
    samples = (Sample(((2,), (2, 3))), Sample(((1,), (1, 1))), Sample(((3,), (3, 0))), Sample(((20,), (20, 2))))

    @staticmethod
    def notation(x: Notation, a: Notation) -> Notation:
        return Row((x, a))

    @staticmethod
    def shape(x: Shape, a: Shape) -> Shape:
        ranks("multiply vector by matrix", (x, a), (1, 2))
        if x[0] != a[0]:
            raise clash("multiply", (x, a), (0, 0), f"each column wants {a[0]} numbers, the vector has {x[0]}")
        return (a[1],)

    emit = staticmethod(product)

    @staticmethod
    def forward(xp: Any, x: Array, a: Array) -> Array:
        return xp.matmul(x, a)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, a: Node) -> tuple[Node, Node]:
        return a.apply("matvec", g), x.apply("outer", g)

    @staticmethod
    def entry(at: Index, x: Operand, a: Operand) -> Expr:
        return total(Slot(0) * Slot(1), x.column((slice(None),)), a.column((slice(None), at[0])))

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, a: Array) -> Readers:
        if operand == 1:
            return Readers((np.array([at[1]]),), np.atleast_1d(x[at[0]]))
        return Readers((np.arange(a.shape[1]),), a[at[0]])

    @staticmethod
    def flops(y: Shape, x: Shape, a: Shape) -> int:
        return 2 * a[0] * a[1]


class Outer(Op):
    """Every entry of one vector times every entry of the other."""

    words = "multiply every entry of {a} by every entry of {b}"
    source = "elementary"
    linear_in = ("a", "b")
    dtype = staticmethod(promoted)
    samples = (Sample(((2,), (3,))), Sample(((1,), (1,))), Sample(((0,), (2,))))

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        return Row((a, Power(b, Word("T"))))

    @staticmethod
    def shape(a: Shape, b: Shape) -> Shape:
        ranks("take the outer product", (a, b), (1, 1))
        return (a[0], b[0])

    @staticmethod
    def emit(y: Term, a: Term, b: Term) -> Emit | None:
        def write(w: Writer, y: Term | None, a: Term, b: Term) -> str:
            column = w.view(a, "[:, None]", (*a.shape, 1), a.dtype)
            row = w.view(b, "[None]", (1, *b.shape), b.dtype)
            if _floats(a, b) and a.size * b.size < 4096:
                return _by_dot(w, y, column, row)
            return f"{w.bind(np.multiply)}({column.name}, {row.name}{f', {y.name}' if y else ''})"

        return Emit(write)

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        return xp.multiply(a[:, None], b[None, :])

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, Node]:
        return g.apply("matvec", b), a.apply("vecmat", g)

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        return a[at[:1]] * b[at[1:]]

    @staticmethod
    def readers(operand: int, at: Index, y: Array, a: Array, b: Array) -> Readers:
        if operand == 0:
            return Readers(lines_of(len(b), at[0], None), b)
        return Readers(lines_of(len(a), None, at[0]), a)

    @staticmethod
    def flops(y: Shape, a: Shape, b: Shape) -> int:
        return a[0] * b[0]


class Matmul(Op):
    """Matrix times matrix: each row of the first meets each column of the second. Leading axes are equal."""

    words = "multiply {a} by {b}: each row of {a} meets each column of {b}"
    source = "elementary"
    linear_in = ("a", "b")
    dtype = staticmethod(promoted)
    samples = (
        Sample(((2, 3), (3, 2))),
        Sample(((1, 1), (1, 1))),
        Sample(((3, 2, 2), (3, 2, 1))),
        Sample(((2, 1, 1, 2), (2, 1, 2, 3))),
        Sample(((2, 0), (0, 3))),
        Sample(((0, 2), (2, 3))),
        Sample(((2, 20), (20, 1))),
    )

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        return Row((a, b))

    @staticmethod
    def shape(a: Shape, b: Shape) -> Shape:
        if len(a) < 2 or len(b) < 2:
            raise ShapeClash("can't multiply matrices: one of the two is none", notes=(marked(a), marked(b)))
        if a[-1] != b[-2]:
            raise clash("multiply", (a, b), (-1, -2), f"each row has {a[-1]} numbers, each column {b[-2]}")
        if a[:-2] != b[:-2]:
            first = next((i for i, (m, n) in enumerate(zip(a[:-2], b[:-2], strict=False)) if m != n), None)
            raise clash("multiply", (a, b), (first, first), "the leading axes differ")
        return (*a[:-1], b[-1])

    emit = staticmethod(product)

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        return xp.matmul(a, b)

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, Node]:
        return g @ b.mT, a.mT @ g

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        *batch, i, j = at
        return total(Slot(0) * Slot(1), a.column((*batch, i, slice(None))), b.column((*batch, slice(None), j)))

    @staticmethod
    def readers(operand: int, at: Index, y: Array, a: Array, b: Array) -> Readers:
        batch, i, j = at[:-2], at[-2], at[-1]
        if operand == 0:  # a[i, j] is read by row i of the result, against row j of b
            line: tuple[Any, ...] = (*batch, j)
            return Readers(lines_of(b.shape[-1], *batch, i, None), b[line])
        line = (*batch, slice(None), i)
        return Readers(lines_of(a.shape[-2], *batch, None, j), a[line])

    @staticmethod
    def flops(y: Shape, a: Shape, b: Shape) -> int:
        return 2 * int(np.prod(y, dtype=np.int64)) * a[-1]
