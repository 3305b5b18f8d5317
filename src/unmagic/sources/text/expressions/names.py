"""Names: local, of an enclosing function, of the module, built in."""

from __future__ import annotations

import ast
from typing import Any

from unmagic.core.errors import Unbound, Unsupported
from unmagic.record.spell.table import nearest

from ..calls import PARENT
from ..libraries import assumed
from ..values import Raise
from .compiler import Compiler, Env, Run

_DANGEROUS = frozenset([
    "eval", "exec", "compile", "open", "input", "globals", "locals", "vars", "dir", "getattr", "setattr", "delattr",
    "hasattr", "__import__", "object", "memoryview", "bytes", "bytearray", "breakpoint", "exit", "quit", "help",
    "id", "hash", "classmethod", "staticmethod", "property",
])  # fmt: skip


class Names(Compiler):
    """Where a name is looked up is known before the program runs."""

    def _Name(self, node: ast.Name) -> Run:
        name, up = node.id, self.scope.find(node.id)
        loose = self.scope.is_class  # a name that a class body has not bound yet is looked up outside
        if up == 0:

            def local(env: Env) -> Any:
                try:
                    return env[name]
                except KeyError:
                    if loose:
                        return self._global(name, node)
                    words = f"cannot access local variable '{name}' where it is not associated with a value"
                    raise Raise(UnboundLocalError, words, self.w.span(node)) from None

            return local
        if up is None:
            module = self.module

            def outer(env: Env) -> Any:
                try:
                    return module[name]
                except KeyError:
                    return self._global(name, node)

            return outer

        def enclosing(env: Env) -> Any:
            for _ in range(up):
                env = env[PARENT]
            try:
                return env[name]
            except KeyError:
                words = (
                    f"cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
                )
                raise Raise(NameError, words, self.w.span(node)) from None

        return enclosing

    def _global(self, name: str, node: ast.expr) -> Any:
        if name in self.module:
            return self.module[name]
        if name in self.builtins:
            return self.builtins[name]
        found = assumed(self.w, name)
        if found is not None:
            return found
        known = [key for key in (*self.module, *self.builtins) if isinstance(key, str)]
        if name in _DANGEROUS:
            raise Unsupported(f"{name} is out of reach: the text is walked, never executed", span=self.w.span(node))
        raise Unbound(f"{name} has no value", span=self.w.span(node), hint=nearest(name, known)
                      or f"bind it: {name}=…")  # fmt: skip
