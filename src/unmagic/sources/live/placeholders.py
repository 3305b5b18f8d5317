"""Hooks and sites live in the constants of the program's code: no name of ours in its globals or its builtins.

The syntax tree holds whole numbers nobody else writes; once compiled, they are swapped for the objects themselves.
Code from before the swap can be stored. A number is called or asked inside a conditional expression that is always
true, because the compiler warns where a bare number is called.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from types import CodeType
from typing import Any

FIRST = 0x756E6D61_67696300
HOOKS = (
    "event",
    "about",
    "wrote",
    "updated",
    "branch",
    "bound",
    "release",
    "loop",
    "rounds",
    "iterator",
    "slice",
    "put",
    "take",
    "switch",
    "items",
    "forget",
    "called",
    "hold",
    "owner",
    "handed",
)
"""The objects that every instrumented file refers to, by their number."""

SITES = FIRST + 0x1000
SLOTS = FIRST + 0x4000_0000
LAST = FIRST + 0x8000_0000
_NUMBER = {name: FIRST + i for i, name in enumerate(HOOKS)}


def hook(name: str, like: ast.expr | ast.stmt) -> ast.expr:
    """The hook ``name``, to be called or asked."""
    return _shielded(_NUMBER[name], like)


def site(number: int, like: ast.expr | ast.stmt) -> ast.expr:
    """Site ``number`` of this file, as an argument."""
    return _at(ast.Constant(SITES + number), like)


def slot(number: int, like: ast.expr | ast.stmt) -> ast.expr:
    """Slot ``number`` of this file."""
    return _shielded(SLOTS + number, like)


def held(number: int, context: ast.expr_context, like: ast.expr | ast.stmt) -> ast.expr:
    """What slot ``number`` holds, to be read or to be put there."""
    return _at(ast.Attribute(slot(number, like), "held", context), like)


def slot_of(node: ast.expr) -> ast.expr | None:
    """The slot that ``node`` reads, if it reads one."""
    match node:
        case ast.Attribute(value=ast.IfExp(body=ast.Constant(value=int(number))) as found) if SLOTS <= number < LAST:
            return found
    return None


def listening(like: ast.expr | ast.stmt) -> ast.expr:
    """Whether a recorder listens: what twins ask."""
    return _at(ast.Attribute(hook("switch", like), "on", ast.Load()), like)


def _shielded(number: int, like: ast.expr | ast.stmt) -> ast.expr:
    return _at(
        ast.IfExp(_at(ast.Constant(True), like), _at(ast.Constant(number), like), _at(ast.Constant(None), like)), like
    )


def _at(node: Any, like: Any) -> Any:
    node.lineno = like.lineno
    node.col_offset = like.col_offset
    node.end_lineno = like.end_lineno
    node.end_col_offset = like.end_col_offset
    return node


def swap(code: CodeType, put: Callable[[int], Any]) -> CodeType:
    """``code`` with every placeholder, nested code included, replaced by what ``put`` gives for it."""
    consts = []
    changed = False
    for value in code.co_consts:
        kept = value
        if value.__class__ is int:
            if FIRST <= value < LAST:
                kept = put(value)
        elif value.__class__ is CodeType:
            kept = swap(value, put)
        changed = changed or kept is not value
        consts.append(kept)
    return code.replace(co_consts=tuple(consts)) if changed else code


__all__ = ["FIRST", "HOOKS", "LAST", "SITES", "SLOTS", "held", "hook", "listening", "site", "slot", "slot_of", "swap"]
