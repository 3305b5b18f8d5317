"""Values and derivatives of scalar trees in float64, and values in 60-digit decimals. Loops over nodes, no recursion.

A fold's body runs once over whole columns; what in it does not depend on a `Slot` is a node like any other.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np

from . import decimal_math as dm
from .graph import Index
from .scalar import (
    Call,
    Choose,
    Compare,
    Constant,
    Entry,
    Expr,
    Fold,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Slot,
    Sum,
    Where,
    postorder,
)
from .scalar_functions import FUNCTIONS

CONSTANTS = {"pi": math.pi, "e": math.e}
DECIMAL_CONSTANTS: dict[str, Callable[[int], Decimal]] = {"pi": dm.pi, "e": dm.e}
COMPARE: dict[str, Callable[[Any, Any], Any]] = {
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


def outer_parts(fold: Fold) -> list[Expr]:
    """The largest sub-trees of a fold's body that hold no `Slot`: the same in every term."""
    moving: set[Expr] = set()
    order = postorder(fold.body)
    for node in order:
        if isinstance(node, Slot | Negative) or any(arg in moving for arg in node.args):
            moving.add(node)  # a minus sign is the term's; what it turns may be the same in all
    if fold.body not in moving:
        return [fold.body]
    found: dict[Expr, Expr] = {}
    for node in order:
        if node in moving:
            found.update({arg: arg for arg in node.args if arg not in moving})
    return list(found.values())


def body_order(fold: Fold, known: dict[Expr, Any]) -> list[Expr]:
    """The nodes of a fold's body, operands first, none below what is known from outside."""
    order: list[Expr] = []
    seen: set[Expr] = set()
    stack: list[tuple[Expr, bool]] = [(fold.body, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            if node not in known:
                stack.extend((arg, False) for arg in reversed(node.args))
    return order


def _ordered(root: Expr) -> tuple[list[Expr], dict[Expr, list[Expr]]]:
    """Every node once, operands first, a fold's outer parts counted as its operands."""
    outer: dict[Expr, list[Expr]] = {}
    order: list[Expr] = []
    seen: set[Expr] = set()
    stack: list[tuple[Expr, bool]] = [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            stack.append((node, True))
            args: Any = node.args
            if isinstance(node, Fold):
                args = outer[node] = outer_parts(node)
            stack.extend((arg, False) for arg in reversed(args))
    return order, outer


def _plain(value: Any) -> Any:
    """A leaf's machine value as a Python number; what is no float64 (complex) stays as it is."""
    if isinstance(value, (float, int)):
        return float(value)
    return complex(value) if getattr(value, "dtype", None) is not None and value.dtype.kind == "c" else float(value)


def _divide(a: Any, b: Any) -> Any:
    return np.divide(a, b) if isinstance(a, np.ndarray) or isinstance(b, np.ndarray) or not b else a / b


def _power(a: Any, b: Any) -> Any:
    if isinstance(a, float) and isinstance(b, float) and a > 0:
        try:
            return a**b
        except OverflowError:
            return math.inf
    result = np.power(np.asarray(a)[()], np.asarray(b)[()])
    return result if isinstance(result, np.ndarray) else result.item()


def _scalar(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _apply(node: Expr, values: list[Any]) -> Any:
    """One node on the values of its operands; numbers or whole columns."""
    match node:
        case Sum():
            return sum(values[1:], values[0]) if values else 0.0
        case Product():
            result = values[0] if values else 1.0
            for factor in values[1:]:
                result = result * factor
            return result
        case Negative():
            return -values[0]
        case Quotient():
            return _divide(*values)
        case Power():
            return _power(*values)
        case Call(function=name):
            return _scalar(FUNCTIONS[name].numpy(*values))
        case Choose(chosen=chosen):
            return values[chosen]
        case Where(truth=truth):
            return values[1] if truth else values[2]
        case Compare(sign=sign):
            return _scalar(COMPARE[sign](*values) * 1.0)
        case Number(value=number):
            return _plain(number)
        case Entry(value=number):
            return _plain(number)
        case Constant(name=name):
            return CONSTANTS[name]
    raise TypeError(f"no value for {type(node).__name__}")


def _body(fold: Fold, known: dict[Expr, Any]) -> dict[Expr, Any]:
    """Values of a fold's body over its columns: an array where it depends on a slot."""
    values: dict[Expr, Any] = {}
    for node in body_order(fold, known):
        if node in known:
            values[node] = known[node]
        elif isinstance(node, Slot):
            column = np.asarray(fold.columns[node.column].values)
            values[node] = column if column.dtype.kind == "c" else column.astype(np.float64)
        else:
            values[node] = _apply(node, [values[arg] for arg in node.args])
    return values


def _forward(order: list[Expr], outer: dict[Expr, list[Expr]]) -> tuple[dict[Expr, Any], dict[Expr, dict[Expr, Any]]]:
    values: dict[Expr, Any] = {}
    bodies: dict[Expr, dict[Expr, Any]] = {}
    for node in order:
        if isinstance(node, Fold):
            inside = _body(node, {part: values[part] for part in outer[node]})
            bodies[node] = inside
            terms = np.broadcast_to(np.asarray(inside[node.body]), (len(node),))
            values[node] = (np.sum if node.kind == "sum" else np.prod)(terms).item()
        else:
            values[node] = _apply(node, [values[arg] for arg in node.args])
    return values, bodies


def value(root: Expr) -> float:
    """The tree's value in float64 (complex if a leaf is)."""
    with np.errstate(all="ignore"):
        return _forward(*_ordered(root))[0][root]


# -------------------------------------------------------------------------------------------------- derivatives


def _slopes(node: Expr, values: list[Any], result: Any) -> list[Any]:
    """∂node/∂operand for each operand, as numbers or columns."""
    match node:
        case Sum():
            return [1.0] * len(values)
        case Product():
            return _others(values)
        case Negative():
            return [-1.0]
        case Quotient():
            return [_divide(1.0, values[1]), _divide(-result, values[1])]
        case Power():
            base, exponent = values
            safe = np.where(np.asarray(base) > 0, base, 1.0)
            return [exponent * _power(base, exponent - 1.0), _scalar(result * np.log(safe))]
        case Call(function=name):
            leaves = [_Given(v) for v in values]
            return [_at_values(tree, leaves) for tree in FUNCTIONS[name].derivative(*leaves)]
        case Choose(chosen=chosen):
            return [1.0 if k == chosen else 0.0 for k in range(len(values))]
        case Where(truth=truth):
            return [0.0, float(truth), float(not truth)]
    return [0.0] * len(values)


class _Given(Expr):
    """A leaf that stands for a value already computed."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def _at_values(tree: Expr, leaves: list[_Given]) -> Any:
    values: dict[Expr, Any] = {leaf: leaf.value for leaf in leaves}
    for node in postorder(tree):
        if node not in values:
            values[node] = _apply(node, [values[arg] for arg in node.args])
    return values[tree]


def _others(values: list[Any]) -> list[Any]:
    """For each factor the product of all others, zeros included."""
    if len(values) == 2:
        return [values[1], values[0]]
    after: list[Any] = [1.0]
    for factor in reversed(values[1:]):
        after.append(after[-1] * factor)
    after.reverse()
    result, before = [], 1.0
    for factor, rest in zip(values, after, strict=True):
        result.append(before * rest)
        before = before * factor
    return result


def _other_terms(terms: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    before = np.concatenate([[1.0], np.cumprod(terms[:-1])])
    after = np.concatenate([np.cumprod(terms[:0:-1])[::-1], [1.0]])
    return before * after


def derivatives(root: Expr) -> dict[tuple[int, Index], float]:
    """∂root/∂entry for every entry, by ``(operand, index)``, in one reverse sweep; a fold's columns included."""
    order, outer = _ordered(root)
    found: dict[tuple[int, Index], float] = {}
    with np.errstate(all="ignore"):
        values, bodies = _forward(order, outer)
        slope: dict[Expr, Any] = {root: 1.0}
        for node in reversed(order):
            g = slope.get(node, 0.0)
            if isinstance(node, Entry):
                key = (node.operand, tuple(int(i) for i in node.at))
                found[key] = found.get(key, 0.0) + g
            elif isinstance(node, Fold):
                _back_fold(node, g, values, bodies[node], slope, found)
            elif node.args:
                here = _slopes(node, [values[arg] for arg in node.args], values[node])
                for arg, partial in zip(node.args, here, strict=True):
                    slope[arg] = slope.get(arg, 0.0) + (g * partial if g != 0 else 0.0)
    return found


def _back_fold(
    fold: Fold,
    g: float,
    values: dict[Expr, Any],
    inside: dict[Expr, Any],
    slope: dict[Expr, Any],
    found: dict[tuple[int, Index], float],
) -> None:
    """The reverse sweep through a fold: its columns' entries and its outer parts."""
    count = len(fold)
    terms = np.broadcast_to(np.asarray(inside[fold.body]), (count,))
    first = np.full(count, g) if fold.kind == "sum" else g * _other_terms(terms)
    body: dict[Expr, Any] = {fold.body: first}
    for node in reversed(body_order(fold, values)):
        here = body[node]
        if isinstance(node, Slot):
            column = fold.columns[node.column]
            for k, amount in enumerate(np.broadcast_to(np.asarray(here), (count,)).tolist()):
                key = (column.operand, column.index(k))
                found[key] = found.get(key, 0.0) + amount
        elif node in values:
            slope[node] = slope.get(node, 0.0) + np.sum(np.broadcast_to(here, (count,))).item()
        elif node.args:
            partials = _slopes(node, [inside[arg] for arg in node.args], inside[node])
            for arg, partial in zip(node.args, partials, strict=True):
                body[arg] = body.get(arg, 0.0) + here * partial


def derivative(root: Expr, entry: Entry) -> float:
    """∂root/∂entry for one entry."""
    return derivatives(root).get((entry.operand, entry.at), 0.0)


# ------------------------------------------------------------------------------------------------- in decimals


def shortest(value: Any) -> Decimal:
    """The shortest decimal that reads back to a machine number in its dtype: what the number is, in print."""
    if isinstance(value, (bool, np.bool_)):
        return Decimal(int(value))
    if isinstance(value, float):  # NumPy's float64 is one, and its own text takes longer
        return Decimal(repr(float(value)))
    if isinstance(value, (int, np.integer)):
        return Decimal(int(value))
    return Decimal(str(value))


def decimal_apply(node: Expr, values: list[Decimal], p: int) -> Decimal:
    """One node on decimals, to p digits; the context's Inexact flag tells whether arithmetic rounded."""
    c = dm.context(p)
    match node:
        case Sum():
            total = dm.ZERO
            for term in values:
                total = c.add(total, term)
            return total
        case Product():
            result = dm.ONE
            for factor in values:
                result = c.multiply(result, factor)
            return result
        case Negative():
            return values[0].copy_negate()
        case Quotient():
            return c.divide(*values)
        case Power():
            return dm.power(values[0], values[1], p)
        case Call(function=name):
            function = FUNCTIONS[name]
            exact = function.exact(*values)
            return exact if exact is not None else function.decimal(*values, p)
        case Choose(kind=kind):
            return max(values) if kind == "max" else min(values)
        case Where(truth=truth):
            return values[1] if truth else values[2]
        case Compare(sign=sign):
            if any(value.is_nan() for value in values):  # NaN differs from all, itself too; decimals would raise
                return Decimal(int(sign == "!="))
            return Decimal(int(COMPARE_DECIMALS[sign](*values)))
        case Number(value=number) | Entry(value=number):
            return shortest(number)
        case Constant(name=name):
            return DECIMAL_CONSTANTS[name](p)
    raise TypeError(f"no value for {type(node).__name__}")


COMPARE_DECIMALS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def decimal_value(root: Expr, p: int = 60) -> Decimal:
    """The tree's value to p digits, each leaf being its shortest decimal."""
    order, outer = _ordered(root)
    values: dict[Expr, Decimal] = {}
    for node in order:
        if isinstance(node, Fold):
            known = {part: values[part] for part in outer[node]}
            terms = fold_terms(node, known, range(len(node)), p)
            kind: Expr = Sum(()) if node.kind == "sum" else Product(())
            values[node] = decimal_apply(kind, terms, p)
        else:
            values[node] = decimal_apply(node, [values[arg] for arg in node.args], p)
    return values[root]


def fold_terms(fold: Fold, known: dict[Expr, Decimal], places: Any, p: int) -> list[Decimal]:
    """The terms of a fold at some places, as decimals; ``known`` holds its outer parts."""
    order = [node for node in body_order(fold, known) if node not in known]
    parsed = [column.values.tolist() if column.values.dtype == np.float64 else None for column in fold.columns]
    terms = []
    for k in places:
        values = dict(known)
        for node in order:
            if isinstance(node, Slot):
                fast = parsed[node.column]
                entry = fast[k] if fast is not None else fold.columns[node.column].values[k]
                values[node] = shortest(entry)
            else:
                values[node] = decimal_apply(node, [values[arg] for arg in node.args], p)
        terms.append(values[fold.body])
    return terms
