"""Lists and matrices that stand in the text, and values put one after the other."""

from __future__ import annotations

import numpy as np

from unmagic.core.errors import ShapeClash, SyntaxUnread, Unsupported

from ..tree import Grid, Name, Range, Tree, Tuple
from .dots import counted_on
from .lowerer import Lowerer
from .numbers import constant
from .values import Value, node_of


def grid(low: Lowerer, tree: Grid) -> Value:
    """Numbers that stand in the text, as one constant; with names in it, put together from steps."""
    cells = [constant(low, cell) for row in tree.rows for cell in row]
    shape = (len(tree.rows[0]),) if tree.vector else (len(tree.rows), len(tree.rows[0]))
    if None not in cells:
        return Value(low.builder.constant(np.array(cells, dtype=np.float64).reshape(shape)))
    values = [low.lower(cell) for row in tree.rows for cell in row]
    if any(value.rank or value.labels for value in values):
        if tree.vector or len(tree.rows) == 1:
            return joined(low, values, tree)
        raise Unsupported("a matrix of matrices is not read", span=low.over(tree))
    stacked = low.builder.apply("stack", *[node_of(low.builder, value) for value in values], axis=0)
    return Value(stacked if tree.vector else low.builder.apply("reshape", stacked, shape=shape))


def listed(low: Lowerer, tree: Tuple) -> Value:
    """``(a, b, c)``, also with dots in it."""
    if any(isinstance(item, Name) and item.text == "…" for item in tree.items):
        return counted_on(low, tree)
    return joined(low, [low.lower(item) for item in tree.items], tree)


def joined(low: Lowerer, args: list[Value], tree: Tree) -> Value:
    """Numbers as a vector; vectors one after the other."""
    if all(arg.rank == 0 and not arg.labels for arg in args):
        return Value(low.builder.apply("stack", *[node_of(low.builder, arg) for arg in args], axis=0))
    if any(arg.labels for arg in args):
        raise Unsupported("a list of indexed entries is not read", span=low.over(tree))
    if any(arg.rank > 1 for arg in args):
        if len({arg.shape[:-1] for arg in args}) > 1:
            raise ShapeClash("these do not go side by side", span=low.over(tree))
        low.decide(f"{low.text(tree)}: put side by side", tree)
        return Value(low.builder.apply("concatenate", *[arg.node for arg in args], axis=args[0].rank - 1))
    low.decide(f"{low.text(tree)}: put one after the other", tree)
    nodes = [node_of(low.builder, arg) if arg.rank else node_of(low.builder, arg).reshape((1,)) for arg in args]
    return Value(low.builder.apply("concatenate", *nodes, axis=0))


def lone_range(low: Lowerer, tree: Range) -> Value:
    raise SyntaxUnread("a range stands only in brackets", span=low.over(tree))
