"""Numbers that stand in the text, and what bounds, axes and indices come to."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unmagic.core.build import marked
from unmagic.core.errors import BadValue, SyntaxUnread
from unmagic.core.graph import Fixed

from ..tree import Const, Infix, Name, Neg, Num, Tree, bare
from .lowerer import Lowerer
from .values import Value

_CONSTANTS = {"pi": math.pi, "e": math.e, "inf": math.inf}


def number(low: Lowerer, tree: Num) -> Value:
    return Value(number=tree.value)


def named_number(low: Lowerer, tree: Const) -> Value:
    return Value(number=_CONSTANTS[tree.name])


def constant(low: Lowerer, tree: Tree) -> int | float | None:
    """The number a tree is, if it is a number with signs and brackets only."""
    tree = bare(tree)
    if isinstance(tree, Num):
        return tree.value
    if isinstance(tree, Neg):
        inner = constant(low, tree.body)
        return None if inner is None else -inner
    if isinstance(tree, Const) and low.scope.get(tree.name) is None:
        return _CONSTANTS[tree.name]
    return None


def integer(low: Lowerer, tree: Tree) -> int:
    number = concrete(low, tree)
    if not math.isfinite(number) or number != int(number):
        raise BadValue(f"{low.text(tree)} has to be a whole number here, and is {number:g}", span=low.over(tree))
    return int(number)


def concrete(low: Lowerer, tree: Tree) -> float:
    """The number a tree comes to: bounds, axes, orders."""
    value = positions(low, tree)[0]
    if np.ndim(value):
        raise SyntaxUnread("one number is wanted here", span=low.over(tree))
    return float(value)


def positions(low: Lowerer, tree: Tree) -> tuple[Any, tuple[str, ...], int | None]:
    """What an index or a bound comes to, over the letters in it; and the first value of those."""
    if isinstance(tree, Infix):
        parts = []
        left: Tree = tree
        while isinstance(left, Infix):
            parts.append((left.sign, left.right))
            left = left.left
        value, labels, first = positions(low, left)
        for sign, right in reversed(parts):
            other, more, start = positions(low, right)
            value, other, labels = _spread(value, labels, other, more)
            first = start if first is None else first
            value = _calculated(low, sign, value, other, tree)
        return value, labels, first
    tree = bare(tree)
    number = constant(low, tree)
    if number is not None:
        return np.asarray(number), (), None
    if isinstance(tree, Infix):
        return positions(low, tree)
    if isinstance(tree, Neg):
        value, labels, first = positions(low, tree.body)
        return -value, labels, first
    if isinstance(tree, Name) and tree.text in low.scope.labels and low.scope.get(tree.text) is None:
        label = low.scope.labels[tree.text]
        if label.size is None:
            raise SyntaxUnread(f"the range of {tree.text} is not known here", span=low.over(tree))
        return np.arange(label.first, label.first + label.size), (tree.text,), label.first
    value_ = low.lower(tree)
    if value_.plain:
        assert value_.number is not None
        return np.asarray(value_.number), (), None
    if value_.rank:
        raise SyntaxUnread(
            "one number is wanted here", span=low.over(tree), hint=f"{low.text(tree)} is {marked(value_.shape)}"
        )
    first = next((low.scope.labels[label].first for label in value_.labels if label in low.scope.labels), None)
    low.builder.fixed.append(Fixed(value_.node.id))
    return np.asarray(value_.node.read_out()), value_.labels, first


def _calculated(low: Lowerer, sign: str, a: Any, b: Any, tree: Tree) -> Any:
    if sign == "+":
        return a + b
    if sign == "-":
        return a - b
    if sign in ("", "·", "×", "*"):
        return a * b
    if sign == "/" and np.all(b != 0):
        return a / b
    raise SyntaxUnread("this is no index", span=low.over(tree))


def _spread(a: Any, mine: tuple[str, ...], b: Any, more: tuple[str, ...]) -> tuple[Any, Any, tuple[str, ...]]:
    """Two arrays over letters, lined up."""
    labels = tuple(dict.fromkeys((*mine, *more)))

    def lined(array: Any, own: tuple[str, ...]) -> Any:
        array = np.asarray(array)
        order = [own.index(label) for label in labels if label in own]
        array = array.transpose(order) if own else array
        shape = iter(array.shape)
        return array.reshape([next(shape) if label in own else 1 for label in labels])

    return lined(a, mine), lined(b, more), labels
