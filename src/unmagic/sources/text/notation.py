"""A statement as a formula: what Python spells with functions and brackets, set as people write it."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from unmagic.core.notation import (
    Apply,
    Big,
    Fence,
    Fraction,
    Indexed,
    Infix,
    Name,
    Notation,
    Numeral,
    Operator,
    Postfix,
    Power,
    Prefix,
    Root,
    Row,
    Subscript,
    Word,
    infix,
)

DEPTH = 40

_INFIX = {
    ast.Add: "+", ast.Sub: "−", ast.Mult: "·", ast.Mod: "mod", ast.BitAnd: "∧", ast.BitOr: "∨",
}  # fmt: skip
_COMPARE = {ast.Lt: "<", ast.LtE: "≤", ast.Gt: ">", ast.GtE: "≥", ast.Eq: "=", ast.NotEq: "≠", ast.In: "∈"}
_NAMED = {  # spellings whose name people write otherwise
    "absolute": "abs", "fabs": "abs", "arcsin": "arcsin", "mm": "matmul", "linalg.norm": "norm", "sigmoid": "σ",
    "ln": "log", "std": "std", "var": "var",
}  # fmt: skip
_SUMS = {"sum": "Σ", "prod": "Π"}
_NOTHING = frozenset({"float", "item", "copy", "detach", "numpy", "array", "asarray", "astype", "clone", "double"})
"""Calls that change no number: the formula is their operand's."""
_LAYOUT = ("reshape", "view", "transpose", "squeeze", "unsqueeze")
_METHODS = frozenset(
    [
        *("sum", "prod", "mean", "std", "var", "max", "min", "argmax", "argmin", "dot", "exp", "log", "sqrt", "abs"),
        *("softmax", "sigmoid", "relu", "tanh", "matmul", "round", "cumsum", "norm", "log_softmax", "logsumexp"),
        *_NOTHING,
        *_LAYOUT,
    ]
)


class Unread(Exception):
    """This piece of the tree has no formula."""


def statement_notation(node: ast.stmt) -> tuple[Notation | None, Notation | None]:
    """The formula of a statement and of its right side alone; None where it has none."""
    try:
        match node:
            case ast.Assign(targets=[target], value=value):
                right = of(value)
                return infix("=", of(target), right), right
            case ast.AnnAssign(target=target, value=value) if value is not None:
                right = of(value)
                return infix("=", of(target), right), right
            case ast.AugAssign(target=target, op=op, value=value):
                load: Any = target
                right = _binary(op, load, value, 0)
                return infix("←", of(target), right), right
            case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=[*_, last])):
                right = of(last)
                return right, right
            case ast.Expr(value=value):
                right = of(value)
                return right, right
    except Unread:
        pass
    return None, None


def of(node: ast.expr, depth: int = 0) -> Notation:
    """The formula of an expression; raises `Unread` where it has none."""
    if depth > DEPTH:
        raise Unread
    inner: Callable[[ast.expr], Notation] = lambda part: of(part, depth + 1)  # noqa: E731
    match node:
        case ast.Name(id=name):
            return Name(name)
        case ast.Constant(value=bool() | None):
            return Word(str(node.value))
        case ast.Constant(value=int() | float()):
            return Numeral(ast.unparse(node))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Prefix("−", inner(operand))
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
            return Prefix("¬", inner(operand))
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return inner(operand)
        case ast.BinOp(left=left, op=op, right=right):
            return _binary(op, left, right, depth)
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARE:
            return infix(_COMPARE[type(op)], inner(left), inner(right))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return Row((inner(body), Word(" if "), inner(test), Word(" else "), inner(orelse)))
        case ast.Attribute(value=value, attr="T" | "mT"):
            return Power(inner(value), Word("T"))
        case ast.Attribute(value=value, attr="grad"):
            return Apply(Word("∇"), (inner(value),))
        case ast.Attribute(attr=attr, value=ast.Name(id="np" | "math" | "numpy" | "torch")):
            return Name(attr)
        case ast.Attribute(attr=attr, value=ast.Name(id="self")):
            return Name(attr)
        case ast.Subscript(value=value, slice=key):
            return _indexed(inner(value), key, depth)
        case ast.Call():
            return _call(node, depth)
        case ast.List(elts=elts) | ast.Tuple(elts=elts) if len(elts) <= 8:
            return Fence("[", infix(",", *[inner(part) for part in elts]), "]") if elts else Fence("[", Row(()), "]")
    raise Unread


def _binary(op: ast.operator, left: ast.expr, right: ast.expr, depth: int) -> Notation:
    a = of(left, depth + 1)
    if isinstance(op, ast.Pow) and isinstance(right, ast.Constant) and right.value == 0.5:
        return Root(a)
    b = of(right, depth + 1)
    match op:
        case ast.Div():
            return Fraction(a, b)
        case ast.Pow():
            return Power(_base(a), b)
        case ast.MatMult():
            return Row((_factor(a), _factor(b)))
        case ast.FloorDiv():
            return Fence("⌊", Fraction(a, b), "⌋")
    sign = _INFIX.get(type(op))
    if sign is None:
        raise Unread
    return infix(sign, a, b)


def _base(a: Notation) -> Notation:
    """A base that stands alone under its exponent."""
    return a if isinstance(a, (Name, Numeral, Fence, Indexed, Subscript, Apply)) else Fence("(", a, ")")


def _factor(a: Notation) -> Notation:
    """A factor of a product written side by side."""
    return Fence("(", a, ")") if isinstance(a, (Infix, Prefix, Big)) else a


def _indexed(value: Notation, key: ast.expr, depth: int) -> Notation:
    parts = key.elts if isinstance(key, ast.Tuple) else [key]
    if any(isinstance(part, ast.Constant) and part.value is None for part in parts):
        return value  # a new axis changes no number
    return Indexed(_base(value), tuple(_part(part, depth) for part in parts))


def _part(node: ast.expr, depth: int) -> Notation:
    match node:
        case ast.Slice(lower=low, upper=high, step=step):
            shown: list[Notation] = [of(low, depth + 1)] if low is not None else []
            shown.append(Operator(":"))
            shown += [of(high, depth + 1)] if high is not None else []
            shown += [Operator(":"), of(step, depth + 1)] if step is not None else []
            return shown[0] if len(shown) == 1 else Row(tuple(shown))
        case ast.Constant(value=value) if value is ...:
            return Word("…")
    return of(node, depth + 1)


def _call(node: ast.Call, depth: int) -> Notation:
    """A call: sums as Σ, roots, norms and absolute values in their signs, other functions by name."""
    if any(isinstance(arg, ast.Starred) for arg in node.args):
        raise Unread
    operands = list(node.args)
    match node.func:
        case ast.Name(id=name):
            pass
        case ast.Attribute(value=value, attr=name):
            path = _library(value)
            if path is None:
                if name not in _METHODS:
                    raise Unread
                operands = [value, *operands]
        case _:
            raise Unread
    if not operands:
        raise Unread
    if name in _NOTHING or (name in _LAYOUT and name != "transpose"):
        return of(operands[0], depth + 1)
    if name == "transpose" and len(operands) > 1:
        return Power(_base(of(operands[0], depth + 1)), Word("T"))
    first = of(operands[0], depth + 1)
    axis = next((keyword.value for keyword in node.keywords if keyword.arg in ("axis", "dim")), None)
    below = of(axis, depth + 1) if axis is not None and not isinstance(axis, ast.UnaryOp) else None
    if name in _SUMS and not isinstance(operands[0], (ast.GeneratorExp, ast.ListComp)):
        return Big(_SUMS[name], None, None, first)
    if name in ("sqrt",):
        return Root(first)
    if name in ("abs", "absolute", "fabs"):
        return Fence("|", first, "|")
    if name == "norm":
        return Fence("‖", first, "‖")
    if name in ("floor", "ceil"):
        return Fence("⌊", first, "⌋") if name == "floor" else Fence("⌈", first, "⌉")
    if name == "factorial":
        return Postfix(_base(first), "!")
    if name in ("dot", "matmul", "mm", "mv") and len(operands) == 2:
        second = of(operands[1], depth + 1)
        return infix("·", first, second) if name == "dot" else Row((_factor(first), _factor(second)))
    if name == "outer" and len(operands) == 2:
        return infix("⊗", first, of(operands[1], depth + 1))
    if name == "square":
        return Power(_base(first), Numeral("2"))
    if name in ("max", "min", "argmax", "argmin", "mean") and len(operands) == 1:
        return Apply(Word(name), (first,), below)
    rest = [of(part, depth + 1) for part in operands[1:]]
    return Apply(Word(_NAMED.get(name, name)), (first, *rest), below if name == "softmax" else None)


def _library(node: ast.expr) -> str | None:
    """``np``, ``np.linalg``, ``F``: a library's path; None if it is a value."""
    match node:
        case ast.Name(id="np" | "numpy" | "math" | "torch" | "F" | "nn"):
            return node.id
        case ast.Attribute(value=value, attr=attr):
            before = _library(value)
            return None if before is None else f"{before}.{attr}"
    return None
