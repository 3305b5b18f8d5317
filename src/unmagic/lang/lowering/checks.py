"""What several rules ask of the shapes that they are given."""

from __future__ import annotations

from unmagic.core.build import marked
from unmagic.core.errors import BadValue, ShapeClash, Unsupported

from ..tree import Tree
from .lowerer import Lowerer
from .values import Value


def square(low: Lowerer, x: Value, doing: str, tree: Tree) -> None:
    if x.rank != 2:
        raise Unsupported(f"{doing} needs a matrix, and this is {marked(x.shape)}", span=low.over(tree))
    if x.shape[0] != x.shape[1]:
        raise ShapeClash(
            f"{doing} needs a square matrix",
            span=low.over(tree),
            notes=(f"it is [{x.shape[0]}]×[{x.shape[1]}]",),
        )


def meet(low: Lowerer, a: Value, b: Value, tree: Tree) -> None:
    if a.shape != b.shape:
        raise ShapeClash(
            "the two differ in shape",
            span=low.over(tree),
            notes=(marked(a.shape, -1 if a.rank else None), marked(b.shape, -1 if b.rank else None)),
        )


def vectorial(low: Lowerer, x: Value, tree: Tree) -> Value:
    if x.plain or x.rank == 0:
        raise BadValue(f"{low.text(tree)} wants a vector, and this is one number", span=low.over(tree))
    return x
