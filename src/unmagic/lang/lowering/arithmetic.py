"""Signs between values, and the sign in front of one."""

from __future__ import annotations

import numpy as np

from unmagic.core.build import marked
from unmagic.core.errors import ShapeClash, Unsupported

from ..tree import Binomial, Const, Factorial, Frac, Infix, Neg, Num, Tree
from .checks import square
from .lowerer import Lowerer
from .numbers import constant
from .products import product
from .values import Value, elementwise, materialised


def chain(low: Lowerer, tree: Infix) -> Value:
    """Signs from the left; long chains are walked, not descended."""
    spine: list[Infix] = []
    left: Tree = tree
    while isinstance(left, Infix):
        spine.append(left)
        left = left.left
    made = low.lower(left)
    for infix in reversed(spine):
        right = low.lower(infix.right)
        with low.builder.at(low.over(infix)):
            made = _infix(low, infix, made, right)
    return made


def _infix(low: Lowerer, tree: Infix, a: Value, b: Value) -> Value:
    sign = tree.sign
    if sign in ("+", "-"):
        return _sum(low, tree, a, b)
    if sign == "/":
        return quotient(low, tree, a, b)
    if sign == "%":
        return elementwise(low.builder, "remainder", a, b)
    if sign in ("∧", "∨"):
        return elementwise(low.builder, "logical_and" if sign == "∧" else "logical_or", a, b)
    return multiplied(low, tree, a, b)


def multiplied(low: Lowerer, tree: Infix, a: Value, b: Value) -> Value:
    names = (low.text(tree.left), low.text(tree.right))
    span = low.over(tree)
    return product(low.builder, tree.sign, a, b, span, low.decide, names, low.scope.entrywise)


def _sum(low: Lowerer, tree: Infix, a: Value, b: Value) -> Value:
    op = "add" if tree.sign == "+" else "subtract"
    a, b = _sized(low, tree, a, b)
    _broadcastable(low, a, b, op, tree)
    if {a.rank, b.rank} == {1, 2} and not a.labels and not b.labels:
        low.decide(f"{low.text(tree)}: the vector goes to every row of the matrix", tree)
    return elementwise(low.builder, op, a, b)


def fraction(low: Lowerer, tree: Frac) -> Value:
    return quotient(low, tree, low.lower(tree.top), low.lower(tree.bottom))


def quotient(low: Lowerer, tree: Tree, a: Value, b: Value) -> Value:
    a, b = _sized(low, tree, a, b) if (a.lazy or b.lazy) and a.rank and b.rank else (a, b)
    if b.rank == 2 and a.rank >= 1:
        low.decide(f"{low.text(tree)}: divided entry by entry", tree)
    return elementwise(low.builder, "divide", a, b)


def _sized(low: Lowerer, tree: Tree, a: Value, b: Value) -> tuple[Value, Value]:
    """An identity or a vector of ones takes its size from its neighbour."""
    for one, other in ((a, b), (b, a)):
        if one.lazy and not other.lazy:
            if other.rank < (2 if one.lazy == "I" else 1):
                raise Unsupported("the size of the identity is not to be found here", span=low.over(tree))
            if one.lazy == "I":
                square(low, other, "a sum with I", tree)
            made = materialised(low.builder, one, other.shape[-1])
            return (made, b) if one is a else (a, made)
    if a.lazy:
        raise Unsupported("the size of the identity is not to be found here", span=low.over(tree))
    return a, b


def _broadcastable(low: Lowerer, a: Value, b: Value, doing: str, tree: Infix) -> None:
    try:
        np.broadcast_shapes(a.shape, b.shape)
    except ValueError:
        names = low.text(tree.left), low.text(tree.right)
        notes = []
        for name, mine, other in ((names[0], a.shape, b.shape), (names[1], b.shape, a.shape)):
            axis = next(
                -k
                for k in range(1, len(mine) + 1)
                if k <= len(other) and mine[-k] != other[-k] and 1 not in (mine[-k], other[-k])
            )
            notes.append(f"{name} is {marked(mine, axis)}")
        joint = {"add": "to", "subtract": "and"}[doing]
        raise ShapeClash(
            f"can't {doing} {names[0]} {joint} {names[1]}", span=low.over(tree), notes=tuple(notes)
        ) from None


def negated(low: Lowerer, tree: Neg) -> Value:
    number = constant(low, tree.body) if isinstance(tree.body, Num | Const) else None
    if number is not None:
        return Value(number=-number)
    body = low.lower(tree.body)
    if body.lazy:
        factor = elementwise(low.builder, "negative", Value(None if body.plain else body.node, number=body.number))
        return Value(factor.node, lazy=body.lazy, row=body.row)
    return elementwise(low.builder, "negative", body)


def factorial(low: Lowerer, tree: Factorial) -> Value:
    return elementwise(low.builder, "factorial", low.lower(tree.body))


def binomial(low: Lowerer, tree: Binomial) -> Value:
    return elementwise(low.builder, "binomial", low.lower(tree.top), low.lower(tree.bottom))
