"""Arithmetic, comparisons, and, or, not, and the choice between two."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from unmagic.core.op import OPS
from unmagic.core.span import Span
from unmagic.record.recorder import INT_HIGH, INT_LOW, Num
from unmagic.record.spell.python import OPERATORS

from .. import arithmetic
from ..arithmetic import binary, truth
from ..values import NUMBERS, Raise
from ..walk import Walk
from .compiler import Compiler, Env, Run
from .membership import contains, identical

BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>",
}  # fmt: skip
COMPARE: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip


class Literal:
    """A number that stands in the text: as a closure, one constant step, made when first used."""

    __slots__ = ("made", "record", "span", "value")

    def __init__(self, w: Walk, value: Any, span: Span) -> None:
        self.record = w.recorder.number
        self.value = value
        self.span = span
        self.made: Num | None = None

    def number(self) -> Num:
        if self.made is None:
            self.made = self.record(self.value, self.span)
        return self.made

    def __call__(self, env: Env) -> Num:
        return self.number()


class Operators(Compiler):
    """Operators on closures; a number that stands in the text is a constant step."""

    def operand(self, node: ast.expr) -> Run:
        """An operand of arithmetic: a number that stands here is one constant step, made when first used."""
        value: Any = None
        if isinstance(node, ast.Constant):
            value = node.value
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            value = -node.operand.value if isinstance(node.operand.value, (int, float)) else None
        if value.__class__ is float or (value.__class__ is int and INT_LOW <= value <= INT_HIGH):
            return Literal(self.w, value, self.w.span(node))
        return self.expression(node)

    def _BinOp(self, node: ast.BinOp) -> Run:
        # a long sum leans to the left: its spine is walked in a loop
        spine = [node]
        while isinstance(spine[-1].left, ast.BinOp):
            spine.append(spine[-1].left)
        run = self.operand(spine[-1].left)
        for link in reversed(spine):
            run = self.pair(link, run, self.operand(link.right))
        return run

    def pair(self, node: ast.BinOp, left: Run, right: Run) -> Run:
        w, span, symbol = self.w, self.w.span(node), BINARY[type(node.op)]
        name, function = OPERATORS.get(symbol, ("", None))
        value = w.recorder.value
        op = OPS.get(name) if symbol not in ("**", "&", "|", "^") else None

        def both(a: Any, b: Any) -> Any:
            if a.__class__ is Num and b.__class__ is Num and op is not None:
                assert function is not None
                try:
                    out = function(a.value, b.value)
                except (ArithmeticError, ValueError) as error:
                    raise Raise(type(error), str(error), span) from None
                if out.__class__ is float or INT_LOW <= out <= INT_HIGH:
                    return value(op, (a.id, b.id), out, span)
            return binary(w, symbol, a, b, span)

        # beside an array a number that stands here takes the array's dtype: it is handed over plain
        if isinstance(right, Literal):
            plain, number = right.value, right.number

            def with_literal(env: Env) -> Any:
                a = left(env)
                return both(a, number() if a.__class__ is Num or a.__class__ in NUMBERS else plain)

            return with_literal
        if isinstance(left, Literal):
            plain, number = left.value, left.number

            def after_literal(env: Env) -> Any:
                b = right(env)
                return both(number() if b.__class__ is Num or b.__class__ in NUMBERS else plain, b)

            return after_literal
        return lambda env: both(left(env), right(env))

    def _UnaryOp(self, node: ast.UnaryOp) -> Run:
        w, span = self.w, self.w.span(node)
        if isinstance(node.op, ast.Not):
            inner = self.expression(node.operand)
            return lambda env: arithmetic.negated(w, inner(env), span)
        symbol = {ast.USub: "-", ast.UAdd: "+", ast.Invert: "~"}[type(node.op)]
        operand = node.operand
        if symbol == "-" and isinstance(operand, ast.Constant) and operand.value.__class__ in (int, float):
            value = -operand.value
            return lambda env: value
        run = self.operand(operand)
        return lambda env: arithmetic.unary(w, symbol, run(env), span)

    def _BoolOp(self, node: ast.BoolOp) -> Run:
        parts = [self.expression(part) for part in node.values]
        spans = [self.w.span(part) for part in node.values]
        stop, w = isinstance(node.op, ast.Or), self.w

        def run(env: Env) -> Any:
            value = None
            for part, span in zip(parts[:-1], spans, strict=False):
                value = part(env)
                if truth(w, value, span) is stop:
                    return value
            return parts[-1](env)

        return run

    def _Compare(self, node: ast.Compare) -> Run:
        w, span = self.w, self.w.span(node)
        first = self.operand(node.left)
        pairs = [(self._comparison(op, node), self.operand(right)) for op, right in zip(node.ops, node.comparators,
                 strict=True)]  # fmt: skip
        if len(pairs) == 1:
            ((compare, right),) = pairs
            return lambda env: compare(first(env), right(env))

        def chain(env: Env) -> Any:
            left = first(env)
            result: Any = True
            for i, (compare, right) in enumerate(pairs):
                value = right(env)
                result = compare(left, value)
                if i < len(pairs) - 1 and not truth(w, result, span):
                    return result
                left = value
            return result

        return chain

    def _comparison(self, op: ast.cmpop, node: ast.Compare) -> Callable[[Any, Any], Any]:
        w, span = self.w, self.w.span(node)
        symbol = COMPARE.get(type(op))
        if symbol is not None:
            return lambda a, b: binary(w, symbol, a, b, span)
        if isinstance(op, (ast.Is, ast.IsNot)):
            same = isinstance(op, ast.Is)
            return lambda a, b: identical(a, b) is same
        inside = isinstance(op, ast.In)
        return lambda a, b: contains(w, b, a, span) is inside

    def _IfExp(self, node: ast.IfExp) -> Run:
        w, span = self.w, self.w.span(node.test)
        test, yes, no = self.expression(node.test), self.expression(node.body), self.expression(node.orelse)
        return lambda env: yes(env) if truth(w, test(env), span) else no(env)
