"""Indices and sizes: whole-number arithmetic on plain numbers there makes no steps."""

from __future__ import annotations

import ast
from typing import Any

from unmagic.record.recorder import Num
from unmagic.record.spell.python import OPERATORS

from .. import arithmetic
from ..arithmetic import binary
from .compiler import Compiler, Env, Run
from .operators import BINARY


class Counting(Compiler):
    """What counts."""

    def counting(self, node: ast.expr | None) -> Run:
        """An index, a size: whole-number arithmetic on plain numbers there makes no steps."""
        if node is None:
            return lambda env: None
        match node:
            case ast.BinOp(op=op) if type(op) in BINARY:
                left, right, symbol = self.counting(node.left), self.counting(node.right), BINARY[type(op)]
                span, w = self.w.span(node), self.w
                steps = w.recorder.graph.steps

                def run(env: Env) -> Any:
                    a, b = left(env), right(env)
                    if a.__class__ is Num and a.value.__class__ is int and steps[a.id].op.name == "constant":
                        a = a.value
                    if b.__class__ is Num and b.value.__class__ is int and steps[b.id].op.name == "constant":
                        b = b.value
                    if a.__class__ is int and b.__class__ is int and symbol in ("+", "-", "*", "//", "%"):
                        if symbol == "*":
                            arithmetic.integer_size(w, a.bit_length() + b.bit_length(), span)
                        return arithmetic.guarded(OPERATORS[symbol][1], (a, b), span)
                    return binary(w, symbol, a, b, span)

                return run
            case ast.Constant():
                value = node.value
                return lambda env: value
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner, span, w = self.counting(operand), self.w.span(node), self.w

                def negated(env: Env) -> Any:
                    value = inner(env)
                    return -value if value.__class__ is int else arithmetic.unary(w, "-", value, span)

                return negated
            case ast.Tuple(elts=elts) if not any(isinstance(part, ast.Starred) for part in elts):
                parts = [self.counting(part) for part in elts]
                return lambda env: tuple([part(env) for part in parts])
            case ast.Slice():
                low, high, step = (self.counting(part) for part in (node.lower, node.upper, node.step))
                return lambda env: slice(low(env), high(env), step(env))
        return self.expression(node)
