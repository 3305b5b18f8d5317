"""Which rule lowers which kind of tree."""

from __future__ import annotations

from ..tree import (
    At,
    Bars,
    Big,
    Binomial,
    Call,
    Cases,
    Compare,
    Const,
    Derivative,
    Ellipsis,
    Factorial,
    Frac,
    Grid,
    Group,
    Infix,
    Iverson,
    Nabla,
    Name,
    Neg,
    Not,
    Num,
    Power,
    Range,
    Root,
    Sub,
    Transpose,
    Tuple,
)  # fmt: skip
from . import (
    arithmetic,
    bars,
    calculus,
    conditions,
    definitions,
    dots,
    functions,
    indexing,
    letters,
    lists,
    numbers,
    powers,
    sums,
)
from .lowerer import Lowerer, Rule
from .products import transposed
from .values import Value


def _group(low: Lowerer, tree: Group) -> Value:
    return low.lower(tree.body)


def _transpose(low: Lowerer, tree: Transpose) -> Value:
    return transposed(low.builder, low.lower(tree.body))


def _call(low: Lowerer, tree: Call) -> Value:
    if tree.primes:
        return calculus.primed(low, tree)
    if tree.function in low.scope.functions:
        return definitions.applied(low, tree, [low.lower(arg) for arg in tree.args])
    return functions.called(low, tree)


RULES: dict[type, Rule] = {
    Num: numbers.number, Const: numbers.named_number, Name: letters.name, Group: _group, Infix: arithmetic.chain,
    Neg: arithmetic.negated, Frac: arithmetic.fraction, Factorial: arithmetic.factorial, Binomial: arithmetic.binomial,
    Power: powers.power, Root: powers.root, Transpose: _transpose, Call: _call, Compare: conditions.compared,
    Not: conditions.negation, Iverson: conditions.iverson, Cases: conditions.cases, Grid: lists.grid,
    Tuple: lists.listed, Range: lists.lone_range, Ellipsis: dots.abbreviated, Sub: indexing.subscripted,
    At: indexing.bracketed, Bars: bars.barred, Big: sums.big, Derivative: calculus.derivative, Nabla: calculus.nabla,
}  # fmt: skip
