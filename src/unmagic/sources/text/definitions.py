"""Scopes inside expressions: comprehensions, lambdas, functions, the walrus."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

from unmagic.core.errors import Unsupported

from . import indexing
from .arithmetic import truth
from .calls import PARENT, Code, Return
from .expressions.compiler import Env, Run
from .expressions.expressions import Expressions
from .iterate import Lazy, items
from .scopes import Scope, of_body, of_targets, parameters
from .values import Function


class Definitions(Expressions):
    """Compiles what opens a scope of its own."""

    # comprehensions ---------------------------------------------------------------------------------------

    def _comprehension(self, node: Any, element: Callable[[], Run]) -> tuple[Callable[[Env], Iterator[Any]], Run]:
        """The generator of inner environments, and the element's closure; the first iterable is walked outside."""
        w = self.w
        outer = self.expression(node.generators[0].iter)
        scope = Scope(self.scope, comprehension=True)
        for generator in node.generators:
            of_targets(generator.target, scope)
        before, self.scope = self.scope, scope
        levels = []
        for i, generator in enumerate(node.generators):
            if generator.is_async:
                raise Unsupported("async is not read", span=w.span(node))
            levels.append((
                None if i == 0 else self.expression(generator.iter),
                self.target(generator.target),
                [(self.expression(test), w.span(test)) for test in generator.ifs],
                w.span(generator.iter),
            ))  # fmt: skip
        made = element()
        self.scope = before

        def walk(env: Env, level: int) -> Iterator[Any]:
            source, target, tests, span = levels[level]
            for item in items(w, env["."] if source is None else source(env), span):
                target(env, item)
                if all(truth(w, test(env), at) for test, at in tests):
                    if level + 1 == len(levels):
                        yield env
                    else:
                        yield from walk(env, level + 1)

        def run(env: Env) -> Iterator[Any]:
            first = outer(env)
            inner: Env = {PARENT: env, ".": first}
            return walk(inner, 0)

        return run, made

    def _ListComp(self, node: ast.ListComp) -> Run:
        run, element = self._comprehension(node, lambda: self.expression(node.elt))
        return lambda env: [element(inner) for inner in run(env)]

    def _SetComp(self, node: ast.SetComp) -> Run:
        run, element = self._comprehension(node, lambda: self.expression(node.elt))
        w, span = self.w, self.w.span(node)
        return lambda env: {indexing.hashable(w, element(inner), span) for inner in run(env)}

    def _DictComp(self, node: ast.DictComp) -> Run:
        pair = ast.Tuple(elts=[node.key, node.value], ctx=ast.Load())
        ast.copy_location(pair, node)
        run, element = self._comprehension(node, lambda: self.expression(pair))
        w, span = self.w, self.w.span(node)

        def made(env: Env) -> Any:
            out: dict[Any, Any] = {}
            for inner in run(env):
                key, value = element(inner)
                out[indexing.hashable(w, key, span)] = value
            return out

        return made

    def _GeneratorExp(self, node: ast.GeneratorExp) -> Run:
        run, element = self._comprehension(node, lambda: self.expression(node.elt))
        return lambda env: Lazy(element(inner) for inner in run(env))

    # functions --------------------------------------------------------------------------------------------

    def _Lambda(self, node: ast.Lambda) -> Run:
        return self.function("<lambda>", node.args, node, lambda: self._returned(node.body))

    def _returned(self, body: ast.expr) -> Run:
        run = self.expression(body)
        return lambda env: Return(run(env))

    def function(self, name: str, args: ast.arguments, node: Any, body: Callable[[], Run]) -> Run:
        """The closure that makes a `Function`: defaults are walked where it is defined."""
        w = self.w
        defaults = [self.expression(default) for default in args.defaults]
        keyword = {arg.arg: self.expression(default)
                   for arg, default in zip(args.kwonlyargs, args.kw_defaults, strict=True) if default}  # fmt: skip
        code = Code(name, w.span(node))
        code.posonly = len(args.posonlyargs)
        code.args = [arg.arg for arg in (*args.posonlyargs, *args.args)]
        code.keyword = [arg.arg for arg in args.kwonlyargs]
        code.star = args.vararg.arg if args.vararg else ""
        code.stars = args.kwarg.arg if args.kwarg else ""
        scope = Scope(self.scope)
        scope.order = parameters(args)
        scope.names.update(scope.order)
        if isinstance(node, ast.Lambda):
            of_targets(node.body, scope)
        else:
            of_body(node.body, scope)
        before, self.scope = self.scope, scope
        code.body = body()
        self.scope = before

        def run(env: Env) -> Function:
            return Function(code, env, [default(env) for default in defaults],
                            {key: default(env) for key, default in keyword.items()})  # fmt: skip

        return run

    def _NamedExpr(self, node: ast.NamedExpr) -> Run:
        value = self.expression(node.value)
        scope, up = self.scope, 0
        while scope.comprehension and scope.parent is not None:
            scope, up = scope.parent, up + 1
        before, self.scope = self.scope, scope
        target = self.target(node.target)
        self.scope = before

        def run(env: Env) -> Any:
            made = value(env)
            for _ in range(up):
                env = env[PARENT]
            target(env, made)
            return made

        return run
