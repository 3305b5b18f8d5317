"""What all expressions share: the walk, the scope, and the way from a node to its closure."""

from __future__ import annotations

import ast
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from unmagic.core.errors import Unsupported

from ..scopes import Scope
from ..walk import Walk

Env = dict[Any, Any]
Run = Callable[[Env], Any]


class Compiler(ABC):
    """Each kind of node by the method of its name."""

    def __init__(self, walk: Walk, names: dict[str, Any], module: Env) -> None:
        self.w = walk
        self.builtins = names
        self.module = module
        self.scope = Scope(None)

    def expression(self, node: ast.expr) -> Run:
        """The closure of an expression."""
        method = getattr(self, f"_{type(node).__name__}", None)
        if method is None:
            raise Unsupported(f"no reading for {_what(node)}", span=self.w.span(node))
        run: Run = method(node)
        return run

    def argument(self, node: ast.expr) -> Run:
        """What stands in a call or a display, a star before it left off."""
        return self.expression(node.value if isinstance(node, ast.Starred) else node)

    @abstractmethod
    def target(self, node: ast.expr) -> Callable[[Env, Any], None]: ...


def _what(node: ast.AST) -> str:
    words = {"Await": "await", "Yield": "yield", "YieldFrom": "yield from", "Starred": "a star here",
             "TemplateStr": "a template string"}  # fmt: skip
    return words.get(type(node).__name__, type(node).__name__)
