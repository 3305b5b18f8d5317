"""Comparisons, and the choices that hang on them."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core.errors import BadValue, SyntaxUnread

from ..tree import At, Cases, Compare, Iverson, Name, Not, Sub, bare
from .lowerer import Lowerer
from .values import Value, elementwise

_COMPARES = {"<": "less", ">": "greater", "≤": "less_equal", "≥": "greater_equal", "=": "equal", "≠": "not_equal"}


def compared(low: Lowerer, tree: Compare) -> Value:
    values = [low.lower(arg) for arg in tree.args]
    if len(values) == 2 and tree.signs[0] in ("=", "≠"):
        values = _class_numbers(low, tree, values)
    made: Value | None = None
    for sign, a, b in zip(tree.signs, values, values[1:], strict=False):
        test = elementwise(low.builder, _COMPARES[sign], a, b)
        made = test if made is None else elementwise(low.builder, "logical_and", made, test)
    assert made is not None
    return made


def _class_numbers(low: Lowerer, tree: Compare, values: list[Value]) -> list[Value]:
    """An index that is compared with a class number counts from 0, as class numbers do."""
    for k, arg in enumerate(tree.args):
        letter, other = bare(arg), bare(tree.args[1 - k])
        base = bare(other.base) if isinstance(other, Sub | At) else other
        if not isinstance(letter, Name) or not isinstance(base, Name) or low.scope.get(letter.text) is not None:
            continue
        label = low.scope.labels.get(letter.text)
        bound = low.scope.get(base.text)
        if label is None or label.size is None or label.first != 1 or bound is None or bound.plain:
            continue
        low.decide(f"{low.text(tree)}: class numbers count from 0", tree)
        values[k] = Value(low.builder.constant(np.arange(label.size, dtype=np.float64)), (letter.text,))
        break
    return values


def negation(low: Lowerer, tree: Not) -> Value:
    return elementwise(low.builder, "logical_not", low.lower(tree.body))


def iverson(low: Lowerer, tree: Iverson) -> Value:
    test = low.lower(tree.body)
    if test.plain:
        return test
    if test.node.dtype.kind != "b":
        raise SyntaxUnread("1[…] wants a condition", span=low.over(tree), hint="1[y = c]")
    return Value(test.node.apply("cast", to=np.dtype(np.float64)), test.labels)


def cases(low: Lowerer, tree: Cases) -> Value:
    """Nested choices; where every case has a condition, one of them has to hold."""
    values = [low.lower(value) for value in tree.values]
    tests = [None if test is None else low.lower(test) for test in tree.tests]
    tests += [None] * (len(values) - len(tests))
    if tests[-1] is not None:
        held = tests[0].node.value if tests[0] is not None else True
        for test in tests[1:]:
            if test is not None:
                held = _either(held, test.node.value)
        if not np.all(held):
            raise BadValue("no case holds for these numbers", span=low.over(tree))
    made = values[-1]
    for test, value in zip(reversed(tests[:-1]), reversed(values[:-1]), strict=True):
        if test is None:
            raise SyntaxUnread("only the last case may be without a condition", span=low.over(tree))
        if test.node.dtype.kind != "b":
            raise SyntaxUnread("a case wants a condition", span=low.over(tree))
        made = elementwise(low.builder, "where", test, value, made)
    return made


def _either(a: Any, b: Any) -> Any:
    return np.logical_or(a, b) if np.shape(a) == np.shape(b) else True
