"""Movement: entries picked out, written and put together; no arithmetic but the adding up of what meets."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.emit import Emit, Term, Writer
from unmagic.core.graph import Array, DType, Index, Shape
from unmagic.core.notation import Indexed, Notation
from unmagic.core.op import Operand, Readers, Sample
from unmagic.core.scalar import Expr

from .indexing import Key, Plan, Ref, is_basic, key_notation, numpy_key, plan, written_key
from .structure import Moves

_ids = np.array([2, 0, 2])
KEYS = (
    Sample(((3, 2),), {"key": (1,)}),
    Sample(((3, 2),), {"key": (-1, slice(None))}),
    Sample(((4,),), {"key": (slice(3, None, -2),)}),
    Sample(((3, 2),), {"key": (slice(0, 2), None, 1)}),
    Sample(((3,),), {"key": (np.array([0, 0, -1]),)}),
    Sample(((3, 2), _ids), {"key": (Ref(0),)}),
    Sample(((3, 2), _ids, np.array([0, 1, 0])), {"key": (Ref(0), Ref(1))}),
    Sample(((2, 3, 2, 2), np.array([1, 0])), {"key": (0, slice(None), Ref(0), slice(None))}),
    Sample(((2, 3, 2), np.array([[1], [0]]), np.array([1, 0, 1])), {"key": (Ref(0), slice(None), Ref(1))}),
    Sample(((3,), np.array([True, False, True])), {"key": (Ref(0),), "count": 2}),
    Sample(((2, 2), np.array([[True, False], [True, True]])), {"key": (Ref(0),), "count": 3}),
    Sample(((3, 2), np.array(1)), {"key": (Ref(0), 0)}),
    Sample(((),), {"key": ()}),
    Sample(((2,),), {"key": (slice(0, 0),)}),
)


def keep_first(*dtypes: DType, **_: Any) -> DType:
    """Dtype rule: that of the first operand, whatever indexes it."""
    return dtypes[0]


def _picked(w: Writer, y: Term | None, x: Term, *at: Term, key: Key, count: int | None = None) -> str:
    return x.name + written_key(w, key, at)


_PICKED, _VIEWED = Emit(_picked, fills=False), Emit(_picked, fills=False, views=True)


class Index_(Moves):  # `Index` is the type of an index
    """Pick entries by a key of whole numbers, slices, new axes, index arrays or a mask, as NumPy does."""

    name = "index"
    words = "pick entries out of {x}"
    source = "NumPy, Indexing on ndarrays"
    linear_in = ("x",)
    dtype = staticmethod(keep_first)
    samples = KEYS

    @staticmethod
    def notation(x: Notation, *at: Notation, key: Key, count: int | None = None) -> Notation:
        return Indexed(x, key_notation(key, at)) if key else x

    @staticmethod
    def shape(x: Shape, *at: Shape, key: Key, count: int | None = None) -> Shape:
        return Plan(x, key, at, count).out

    @staticmethod
    def forward(xp: Any, x: Array, *at: Array, key: Key, count: int | None = None) -> Array:
        try:
            return x[numpy_key(key, at)]
        except IndexError:
            plan(x, key, at, count)  # says which
            raise

    @staticmethod
    def emit(y: Term, x: Term, *at: Term, key: Key, count: int | None = None) -> Emit | None:
        if not x.shape:
            return None
        return _VIEWED if is_basic(key, at) and y.shape else _PICKED

    @staticmethod
    def vjp(g: Node, y: Node, x: Node, *at: Node, key: Key, count: int | None = None) -> tuple[Node | None, ...]:
        return g.apply("scatter", *at, key=key, shape=x.shape, count=count), *[None] * len(at)

    @staticmethod
    def entry(at: Index, x: Operand, *by: Operand, key: Key, count: int | None = None) -> Expr:
        return x[plan(x.values, key, tuple(operand.values for operand in by), count).source(at)]

    @staticmethod
    def readers(operand: int, at: Index, y: Array, x: Array, *by: Array, key: Key, count: int | None = None) -> Readers:
        if operand:
            return Readers(tuple(np.zeros(0, int) for _ in y.shape), np.zeros(0))
        where, many = plan(x, key, by, count).targets(at)
        return Readers(where, np.ones(many))


__all__ = ["KEYS", "Index_", "Ref", "keep_first"]
