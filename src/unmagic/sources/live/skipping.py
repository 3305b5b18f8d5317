"""The walker over a program that ran already: a statement that it can't evaluate is passed over, and said.

What such a statement would have bound is unknown from there on, and so is what is made of that. Whether it mattered is
seen at the end: the walk must come to the numbers that the program has.
"""

from __future__ import annotations

import ast
from typing import Any

from unmagic.core.errors import LimitReached, UnmagicError
from unmagic.sources.text.assignments import Exec
from unmagic.sources.text.calls import Code
from unmagic.sources.text.statements import Statements
from unmagic.sources.text.values import Outside, Raise

_SIMPLE = (ast.Expr, ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Import, ast.ImportFrom, ast.FunctionDef,
           ast.ClassDef, ast.Delete)  # fmt: skip


class Skipping(Statements):
    """``skipped`` says of each place that was passed over, by its line, why."""

    skipped: dict[int, str]
    inside = 1  # nothing here is the module's own statement

    def statement(self, node: ast.stmt) -> Exec:
        if not isinstance(node, _SIMPLE):
            return super().statement(node)
        unknown = _binds(node)
        run: Exec | None = None
        try:
            run = super().statement(node)
        except LimitReached:
            raise
        except UnmagicError as error:
            if unknown is None:
                raise
            why = error
        if run is None:
            return lambda env: self._pass_over(env, node, unknown or [], why)
        inner = run

        def either(env: Any) -> Any:
            try:
                return inner(env)
            except LimitReached:
                raise
            except Raise as error:
                if error.kind not in (TypeError, AttributeError) or unknown is None:
                    raise
                return self._pass_over(env, node, unknown, error)
            except UnmagicError as error:
                if unknown is None:
                    raise error.at(self.w.span(node)) from None
                return self._pass_over(env, node, unknown, error)

        return either

    def _pass_over(self, env: Any, node: ast.stmt, unknown: list[str], why: Exception) -> None:
        words = why.what if isinstance(why, UnmagicError) else str(getattr(why, "message", why))
        self.skipped.setdefault(node.lineno, words)
        for name in unknown:
            self._name_target(name, self.w.span(node))(env, Outside(name))

    def defined(self, name: str, args: ast.arguments, node: Any) -> Code:
        """A function's compiled code; its defaults are not walked."""

        def body() -> Any:
            return self._returned(node.body) if isinstance(node, ast.Lambda) else self.block(node.body)

        made = self.function(name, args, node, body)
        code: Code = made({}).code
        return code


def _binds(node: ast.stmt) -> list[str] | None:
    """The names that a statement binds; None where it binds something else: an entry, an attribute."""
    match node:
        case ast.Expr():
            return []
        case ast.Assign(targets=targets):
            names = [_target(target) for target in targets]
            return None if None in names else [name for part in names for name in part or []]
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            return _target(target)
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            return [(alias.asname or alias.name).partition(".")[0] for alias in aliases]
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
    return None


def _target(node: ast.expr) -> list[str] | None:
    match node:
        case ast.Name(id=name):
            return [name]
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            names = [_target(part) for part in parts]
            return None if None in names else [name for part in names for name in part or []]
        case ast.Starred(value=value):
            return _target(value)
    return None


__all__ = ["Skipping"]
