"""Attributes, entries and calls."""

from __future__ import annotations

import ast
from typing import Any

from unmagic.core.errors import Unsupported

from .. import attributes, calls, indexing
from ..calls import PARENT
from ..iterate import items
from ..scopes import Scope
from ..values import Raise, Super
from .compiler import Env, Run
from .counting import Counting


class Access(Counting):
    """What is reached through a value."""

    def _Attribute(self, node: ast.Attribute) -> Run:
        w, span, name = self.w, self.w.span(node), node.attr
        value = self.expression(node.value)
        return lambda env: attributes.get(w, value(env), name, span)

    def _Subscript(self, node: ast.Subscript) -> Run:
        w, span = self.w, self.w.span(node)
        value, key = self.expression(node.value), self.counting(node.slice)
        return lambda env: indexing.get(w, value(env), key(env), span)

    def _Slice(self, node: ast.Slice) -> Run:
        return self.counting(node)

    def _Call(self, node: ast.Call) -> Run:
        w, span = self.w, self.w.span(node)
        if isinstance(node.func, ast.Name) and node.func.id == "super" and not node.args:
            return self._super(node)
        callee = self.expression(node.func)
        args = [(isinstance(arg, ast.Starred), self.argument(arg)) for arg in node.args]
        given = [(keyword.arg, self.argument(keyword.value)) for keyword in node.keywords]
        call = calls.call
        if not given and not any(star for star, _ in args):
            runs = [run for _, run in args]
            return lambda env: call(w, callee(env), [run(env) for run in runs], {}, span)

        def run(env: Env) -> Any:
            target = callee(env)
            values: list[Any] = []
            for star, part in args:
                if star:
                    values += items(w, part(env), span)
                else:
                    values.append(part(env))
            named: dict[str, Any] = {}
            for name, part in given:
                if name is not None:
                    named[name] = part(env)
                    continue
                more = part(env)
                if not isinstance(more, dict) or not all(isinstance(key, str) for key in more):
                    raise Raise(TypeError, "argument after ** must be a mapping with string keys", span)
                named.update(more)
            return call(w, target, values, named, span)

        return run

    def _super(self, node: ast.Call) -> Run:
        span = self.w.span(node)
        scope: Scope | None = self.scope
        while scope is not None and not scope.parent_is_class():
            scope = scope.parent
        if scope is None:
            raise Unsupported("super() is read inside methods", span=span)
        first = next(iter(scope.order), None)

        def run(env: Env) -> Any:
            while "__class__" not in env:
                if PARENT not in env:
                    raise Unsupported("super() is read inside methods", span=span)
                env = env[PARENT]
            return Super(env["__class__"], env[first])

        return run
