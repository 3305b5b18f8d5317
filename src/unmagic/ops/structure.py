"""Structure: copying along axes, changing the dtype, laying the same entries out in another shape or order."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unmagic.core.build import Node, clash, marked
from unmagic.core.emit import Emit, Term, Writer, plain, viewed
from unmagic.core.errors import BadValue, ShapeClash
from unmagic.core.graph import Array, DType, Index, Shape
from unmagic.core.notation import Notation, Numeral, Power, Row, Word, apply, infix
from unmagic.core.op import Op, Operand, Readers, Sample, promoted
from unmagic.core.scalar import Compare, Expr, Number, call

from .axes import axes_of, gathered, one_reader


def shape_notation(shape: Shape) -> Notation:
    """``2×3``; ``scalar`` for rank 0."""
    sizes = tuple(Numeral(str(n)) for n in shape)
    return infix("×", *sizes) if len(sizes) > 1 else sizes[0] if sizes else Word("scalar")


class Moves(Op, abstract=True):
    """Entries are moved or copied; no arithmetic is done."""

    movement = True
    dtype = staticmethod(promoted)

    @staticmethod
    def flops(*_shapes: Shape, **_attrs: Any) -> int:
        return 0


class Broadcast(Moves):
    """Copy along new leading axes and along axes of size 1, until the shape is ``shape``.

    Raises `ShapeClash` where a size is neither 1 nor the one wanted.
    """

    words = "copy {x} to the shape {shape}"
    source = "NumPy, Broadcasting"
    linear_in = ("x",)
    samples = (
        Sample(((3,),), {"shape": (2, 3)}),
        Sample(((2, 1),), {"shape": (2, 3)}),
        Sample(((),), {"shape": (2, 2)}),
        Sample(((1, 2, 1),), {"shape": (2, 3, 2, 2)}),
        Sample(((1,),), {"shape": (0,)}),
        Sample(((2,),), {"shape": (2,)}),
        Sample(((),), {"shape": ()}),
    )

    @staticmethod
    def notation(x: Notation, *, shape: Shape) -> Notation:
        return x

    @staticmethod
    def shape(x: Shape, *, shape: Shape) -> Shape:
        if len(x) > len(shape):
            raise ShapeClash(
                f"can't copy an array of rank {len(x)} to rank {len(shape)}", notes=(marked(x), marked(shape))
            )
        for axis in range(-len(x), 0):
            if x[axis] not in (1, shape[axis]):
                raise clash("broadcast", (x, shape), (axis, axis), "only an axis of size 1 can be copied")
        return shape

    @staticmethod
    def forward(xp: Any, x: Array, *, shape: Shape) -> Array:
        return xp.broadcast_to(x, shape)

    @staticmethod
    def emit(y: Term, x: Term, *, shape: Shape) -> Emit | None:
        def write(w: Writer, y: Term | None, x: Term, *, shape: Shape) -> str:
            return f"{w.bind(np.broadcast_to)}({x.name}, {plain(shape)})"

        return Emit(write, fills=False, views=True)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, shape: Shape) -> tuple[Node]:
        return (gathered(g, x.shape),)

    @staticmethod
    def entry(at: Index, x: Operand, *, shape: Shape) -> Expr:
        own = at[len(shape) - len(x.shape) :]
        return x[tuple(0 if n == 1 else i for i, n in zip(own, x.shape, strict=True))]

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, shape: Shape) -> Readers:
        lead = len(shape) - x.ndim
        runs = [np.arange(n) for n in shape[:lead]]
        runs += [np.arange(shape[lead + i]) if x.shape[i] == 1 else np.array([k]) for i, k in enumerate(at)]
        where = tuple(grid.reshape(-1) for grid in np.meshgrid(*runs, indexing="ij")) if runs else ()
        return Readers(where, np.ones(len(where[0]) if where else 1))


class Cast(Op):
    """Store each entry in the dtype ``to``: a float with fewer digits is rounded to nearest, a whole number cut off.

    The gradient passes unchanged, in the operand's own dtype; through a dtype that is no float none passes.
    """

    words = "store {x} as {to}"
    source = "IEEE 754, conversions; NumPy, astype"
    convention = "the derivative of rounding to a float dtype is taken as 1; to and from whole numbers there is none"
    linear_in = ("x",)
    samples = (
        Sample(((2, 3),), {"to": np.dtype(np.float64)}),
        Sample(((),), {"to": np.dtype(np.float64)}),
        Sample(((0,),), {"to": np.dtype(np.float32)}),
        Sample((np.array([0.5, -1.25, 3.0]),), {"to": np.dtype(np.float16)}),
    )

    @staticmethod
    def notation(x: Notation, *, to: DType) -> Notation:
        return apply(np.dtype(to).name, x)

    @staticmethod
    def shape(x: Shape, *, to: DType) -> Shape:
        return x

    @staticmethod
    def dtype(x: DType, *, to: DType) -> DType:
        return np.dtype(to)

    @staticmethod
    def forward(xp: Any, x: Array, *, to: DType) -> Array:
        return xp.astype(xp.asarray(x), to)

    @staticmethod
    def emit(y: Term, x: Term, *, to: DType) -> Emit | None:
        def write(w: Writer, y: Term | None, x: Term, *, to: DType) -> str:
            if y is not None:
                return f"{w.bind(np.copyto)}({y.name}, {x.name}, 'unsafe')"
            return f"{x.name}.astype({w.bind(y_dtype)}){'' if x.shape else '[()]'}"

        y_dtype = y.dtype
        return Emit(write)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, to: DType) -> tuple[Node | None]:
        smooth = x.dtype.kind in "fc" and np.dtype(to).kind in "fc"
        return (g.cast(x.dtype) if smooth else None,)

    @staticmethod
    def entry(at: Index, x: Operand, *, to: DType) -> Expr:
        kind = np.dtype(to).kind
        if kind == "b":
            return Compare("!=", x[at], Number(0))
        return call("trunc", x[at]) if kind in "iu" and x.values.dtype.kind == "f" else x[at]

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, to: DType) -> Readers:
        smooth = x.dtype.kind in "fc" and np.dtype(to).kind in "fc"
        return Readers(one_reader(at), np.full(1, 1.0 if smooth else 0.0))

    @staticmethod
    def flops(y: Shape, x: Shape, *, to: DType) -> int:
        return 0


def settled(x: Shape, shape: Shape) -> Shape:
    """``shape`` with a −1 in it worked out; raises `ShapeClash` where the entries don't fit."""
    size, known = math.prod(x), math.prod(n for n in shape if n != -1)
    open_axes = shape.count(-1)
    if open_axes == 1 and known and size % known == 0:
        return tuple(size // known if n == -1 else n for n in shape)
    if open_axes or size != known:
        raise ShapeClash(
            f"can't lay {size} entries out as {marked(shape).replace('-', '−')}",
            notes=(f"{marked(x)} has {size} entries", f"{marked(shape).replace('-', '−')} has room for {abs(known)}"),
        )
    return shape


class Reshape(Moves):
    """Lay the same entries out in another shape, the last axis running fastest. One size may be −1: the rest."""

    words = "lay {x} out as {shape}"
    source = "NumPy, reshape (C order)"
    linear_in = ("x",)
    samples = (
        Sample(((2, 3),), {"shape": (3, 2)}),
        Sample(((2, 3),), {"shape": (6,)}),
        Sample(((4,),), {"shape": (2, 1, 2)}),
        Sample(((2, 6),), {"shape": (-1, 3)}),
        Sample(((),), {"shape": (1, 1)}),
        Sample(((1,),), {"shape": ()}),
        Sample(((0, 3),), {"shape": (3, 0)}),
    )

    @staticmethod
    def notation(x: Notation, *, shape: Shape) -> Notation:
        return apply("reshape", x, shape_notation(shape))

    @staticmethod
    def shape(x: Shape, *, shape: Shape) -> Shape:
        return settled(x, shape)

    @staticmethod
    def forward(xp: Any, x: Array, *, shape: Shape) -> Array:
        return xp.reshape(x, shape)

    @staticmethod
    def emit(y: Term, x: Term, *, shape: Shape) -> Emit | None:
        return viewed(lambda shape: f".reshape({plain(settled(x.shape, shape))})") if x.shape and y.shape else None

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, shape: Shape) -> tuple[Node]:
        return (g.reshape(x.shape),)

    @staticmethod
    def entry(at: Index, x: Operand, *, shape: Shape) -> Expr:
        return x[same_place(at, settled(x.shape, shape), x.shape)]

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, shape: Shape) -> Readers:
        return Readers(one_reader(same_place(at, x.shape, y.shape)), np.ones(1))


def same_place(at: Index, before: Shape, after: Shape) -> Index:
    """Where an entry goes when an array is laid out in another shape."""
    place = 0
    for i, n in zip(at, before, strict=True):
        place = place * n + i
    index: list[int] = []
    for n in reversed(after):
        place, i = divmod(place, n)
        index.append(i)
    return tuple(reversed(index))


class Transpose(Moves):
    """Put the axes in another order: axis ``i`` of the result is axis ``axes[i]`` of the operand."""

    words = "transpose {x}"
    source = "NumPy, transpose"
    linear_in = ("x",)
    samples = (
        Sample(((2, 3),), {"axes": (1, 0)}),
        Sample(((2, 3, 2),), {"axes": (0, 2, 1)}),
        Sample(((2, 3, 1, 2),), {"axes": (-1, 0, 1, 2)}),
        Sample(((3,),), {"axes": (0,)}),
        Sample(((),), {"axes": ()}),
        Sample(((0, 2),), {"axes": (1, 0)}),
    )

    @staticmethod
    def notation(x: Notation, *, axes: tuple[int, ...]) -> Notation:
        n = len(axes)
        order = tuple(a % n for a in axes)
        if n >= 2 and order == (*range(n - 2), n - 1, n - 2):
            return Power(x, Word("T"))
        places = tuple(part for a in order for part in (Word(","), Numeral(str(a))))[1:]
        return apply("transpose", x, sub=Row(places))

    @staticmethod
    def shape(x: Shape, *, axes: tuple[int, ...]) -> Shape:
        if len(axes) != len(x) or axes_of(axes, x) != tuple(range(len(x))):
            raise BadValue(
                f"{axes} is no order of the axes", notes=(f"{marked(x)} has {len(x)} axes; each must stand once",)
            )
        return tuple(x[a] for a in axes)

    @staticmethod
    def forward(xp: Any, x: Array, *, axes: tuple[int, ...]) -> Array:
        return xp.permute_dims(x, axes)

    @staticmethod
    def emit(y: Term, x: Term, *, axes: tuple[int, ...]) -> Emit | None:
        turned = len(axes) == 2 and axes[0] % 2 == 1
        return viewed(lambda axes: ".T" if turned else f".transpose({plain(axes)})") if x.shape else None

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *, axes: tuple[int, ...]) -> tuple[Node]:
        n = len(axes)
        back = sorted(range(n), key=lambda i: axes[i] % n)
        return (g.apply("transpose", axes=tuple(back)),)

    @staticmethod
    def entry(at: Index, x: Operand, *, axes: tuple[int, ...]) -> Expr:
        own = {axes[i] % len(axes): k for i, k in enumerate(at)}
        return x[tuple(own[i] for i in range(len(axes)))]

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *, axes: tuple[int, ...]) -> Readers:
        return Readers(one_reader(tuple(at[a] for a in axes)), np.ones(1))
