"""Which scope a name belongs to, worked out before anything is walked, as Python's compiler does it."""

from __future__ import annotations

import ast
from typing import Any

_FUNCTIONS = (ast.FunctionDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Scope:
    """One scope: the module, a function, a comprehension, a class body."""

    __slots__ = ("comprehension", "globals", "is_class", "module", "names", "nonlocals", "order", "parent")

    def __init__(self, parent: Scope | None, *, is_class: bool = False, comprehension: bool = False) -> None:
        self.parent = parent
        self.module = parent is None
        self.is_class = is_class
        self.comprehension = comprehension
        self.names: set[str] = set()
        self.order: list[str] = []  # parameters
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()

    def parent_is_class(self) -> bool:
        """Whether this is the scope of a method."""
        return self.parent is not None and self.parent.is_class

    def find(self, name: str) -> int | None:
        """How many environments up ``name`` lives; None: in the module or built in."""
        if self.module or name in self.globals:
            return None
        scope: Scope | None = self
        up = 0
        first = True
        while scope is not None and not scope.module:
            if name in scope.names and (first or not scope.is_class) and name not in scope.nonlocals:
                return None if name in scope.globals else up
            scope, up, first = scope.parent, up + 1, False
        return None


def of_body(body: list[ast.stmt], scope: Scope) -> None:
    """Put the names that ``body`` binds into ``scope``."""
    for statement in body:
        _bound(statement, scope)


def of_targets(target: ast.expr, scope: Scope) -> None:
    _bound(target, scope)


def _bound(top: ast.AST, scope: Scope) -> None:
    todo: list[ast.AST] = [top]
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            scope.names.add(node.name)
            todo += [*node.decorator_list]
            if isinstance(node, ast.FunctionDef):
                todo += [*node.args.defaults, *(d for d in node.args.kw_defaults if d)]
            continue
        if isinstance(node, _FUNCTIONS):
            if not isinstance(node, ast.Lambda):
                for inner in ast.walk(node):  # a walrus in a comprehension binds outside
                    if isinstance(inner, ast.NamedExpr):
                        scope.names.add(inner.target.id)
            continue
        if isinstance(node, ast.Global):
            scope.globals.update(node.names)
        elif isinstance(node, ast.Nonlocal):
            scope.nonlocals.update(node.names)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            scope.names.add(node.id)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            scope.names.update((alias.asname or alias.name.partition(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ExceptHandler) and node.name:
            scope.names.add(node.name)
        todo += ast.iter_child_nodes(node)


def parameters(args: ast.arguments) -> list[str]:
    found: list[Any] = [*args.posonlyargs, *args.args, *args.kwonlyargs]
    found += [extra for extra in (args.vararg, args.kwarg) if extra]
    return [arg.arg for arg in found]
