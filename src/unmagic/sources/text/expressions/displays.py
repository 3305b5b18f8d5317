"""Lists, tuples, sets, dictionaries and text, put together from their parts."""

from __future__ import annotations

import ast
from typing import Any

from unmagic.core.errors import Unsupported

from .. import indexing, printing
from ..iterate import items
from ..values import Raise
from .compiler import Compiler, Env, Run


class Displays(Compiler):
    """Containers and text that stand in the program."""

    def _Constant(self, node: ast.Constant) -> Run:
        value = node.value
        if isinstance(value, (complex, bytes)):
            raise Unsupported(f"{type(value).__name__} values are not read", span=self.w.span(node))
        return lambda env: value

    def _List(self, node: ast.List) -> Run:
        return self._display(node.elts, list)

    def _Tuple(self, node: ast.Tuple) -> Run:
        return self._display(node.elts, tuple)

    def _Set(self, node: ast.Set) -> Run:
        run, w, span = self._display(node.elts, list), self.w, self.w.span(node)
        return lambda env: {indexing.hashable(w, part, span) for part in run(env)}

    def _display(self, elts: list[ast.expr], kind: Any) -> Run:
        w = self.w
        parts = [(isinstance(part, ast.Starred), self.argument(part), self.w.span(part)) for part in elts]
        if not any(star for star, _, _ in parts):
            runs = [run for _, run, _ in parts]
            if kind is list:
                return lambda env: [run(env) for run in runs]
            return lambda env: tuple([run(env) for run in runs])

        def run(env: Env) -> Any:
            values: list[Any] = []
            for star, part, span in parts:
                if star:
                    values += items(w, part(env), span)
                else:
                    values.append(part(env))
            return kind(values)

        return run

    def _Dict(self, node: ast.Dict) -> Run:
        w, span = self.w, self.w.span(node)
        pairs = [(self.expression(k) if k is not None else None, self.expression(v))
                 for k, v in zip(node.keys, node.values, strict=True)]  # fmt: skip

        def run(env: Env) -> Any:
            made: dict[Any, Any] = {}
            for key, value in pairs:
                if key is None:
                    more = value(env)
                    if not isinstance(more, dict):
                        raise Raise(TypeError, "argument after ** must be a mapping", span)
                    made.update(more)
                else:
                    at = indexing.hashable(w, key(env), span)
                    made[at] = value(env)
            return made

        return run

    # text -------------------------------------------------------------------------------------------------

    def _JoinedStr(self, node: ast.JoinedStr) -> Run:
        w = self.w
        parts = [self.expression(part) for part in node.values]

        def run(env: Env) -> str:
            out = "".join([part(env) for part in parts])
            w.check_text(len(out))
            return out

        return run

    def _FormattedValue(self, node: ast.FormattedValue) -> Run:
        w, span = self.w, self.w.span(node)
        value = self.expression(node.value)
        spec = self.expression(node.format_spec) if node.format_spec is not None else None

        def run(env: Env) -> str:
            shown = value(env)
            if node.conversion in (114, 97):
                shown = printing.representation(w, shown, span)
            elif node.conversion == 115:
                shown = printing.text(w, shown, span)
            return printing.formatted(w, shown, spec(env) if spec is not None else "", span)

        return run
