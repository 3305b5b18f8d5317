"""What the user's text calls the operands of an event: names alone, and attributes of names."""

from __future__ import annotations

import ast
from functools import lru_cache


@lru_cache(maxsize=4096)
def operand_names(text: str, kind: str) -> tuple[str, ...]:
    """A name for each operand, in the order in which an event is told of them; "" where it is no name."""
    tree: ast.AST | None
    try:
        tree = ast.parse(f"({text}\n)", mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        tree = _updated(text)
    return tuple(_name(part) for part in _parts(tree, kind))


def _updated(text: str) -> ast.AST | None:
    """``a += b`` is no expression."""
    try:
        body = ast.parse(text.strip()).body
    except (SyntaxError, ValueError, RecursionError):
        return None
    return body[0] if len(body) == 1 else None


def _parts(tree: ast.AST | None, kind: str) -> list[ast.expr | None]:
    match tree:
        case ast.BinOp(left=a, right=b) | ast.AugAssign(target=a, value=b) | ast.Subscript(value=a, slice=b):
            return [a, b]
        case ast.Compare(left=a, comparators=[b]):
            return [a, b]
        case ast.UnaryOp(operand=a) | ast.Attribute(value=a):
            return [a]
        case ast.Call(func=function, args=args, keywords=keywords):
            receiver = function.value if kind == "method" and isinstance(function, ast.Attribute) else None
            return [receiver, *args, *[one.value for one in keywords]]
    return []


def _name(part: ast.expr | None) -> str:
    at = part
    while isinstance(at, ast.Attribute):
        at = at.value
    return ast.unparse(part) if part is not None and isinstance(at, ast.Name) else ""


__all__ = ["operand_names"]
