"""A function has two bodies: the recorded one while the recorder listens, the plain one at no cost otherwise."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from . import placeholders
from .context import Context, at
from .scopes import declarations, reads_frames, steady, without_declarations

if TYPE_CHECKING:
    from .statements import Statements

COMPILED = frozenset({"jit", "njit", "vectorize", "guvectorize", "cuda", "script", "compile", "pythran", "kernel"})
"""Decorators that read a function's source or bytecode: such a function is left as it is."""


def function_twins(context: Context, node: Any, make: type[Statements]) -> ast.stmt:
    """``def f: body`` as ``def f: if listening: recorded body else: plain body``."""
    if any(_compiles(decorator) for decorator in node.decorator_list):
        return node
    body: list[ast.stmt] = node.body
    head: list[ast.stmt] = []
    if ast.get_docstring(node, clean=False) is not None:
        head, body = body[:1], body[1:]
    declared = declarations(body)
    if declared:
        body = without_declarations(body)
        head = [*head, *declared]
    if not body:
        return node
    names = not reads_frames(node)
    inner = make(context.inner(names, steady(node), "_um"))
    context.file.scope.append(node.name)
    recorded = inner.block(body)
    context.file.scope.pop()
    if all(a is b for a, b in zip(recorded, body, strict=False)) and len(recorded) == len(body):
        return node
    like = body[0]
    test = placeholders.listening(like)
    twins = at(ast.If(test, recorded, body), like)
    made = type(node)(node.name, node.args, [*head, twins], node.decorator_list, node.returns, node.type_comment)
    if hasattr(node, "type_params"):
        made.type_params = node.type_params
    return at(made, node)


def _compiles(decorator: ast.expr) -> bool:
    if isinstance(decorator, ast.Call):
        decorator = decorator.func
    name = decorator.id if isinstance(decorator, ast.Name) else getattr(decorator, "attr", "")
    return name in COMPILED


__all__ = ["function_twins"]
