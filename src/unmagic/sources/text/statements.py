"""Statements, compiled once to closures that give None, or how the block was left."""

from __future__ import annotations

import ast
from typing import Any

from unmagic.core.errors import BadValue, ShapeClash, UnmagicError, Unsupported
from unmagic.core.span import Span

from . import attributes, calls
from .arithmetic import truth
from .assignments import Assignments, Exec, Target, _sequence, _stores
from .calls import PARENT, Return
from .expressions.compiler import Env, Run
from .iterate import items
from .scopes import Scope, of_body
from .values import Builtin, Caught, Function, Raise, UserClass, type_name

BREAK = "break"
CONTINUE = "continue"


class Statements(Assignments):
    """Compiles statements. ``note`` is told of every executed statement of the module that has a value."""

    def block(self, body: list[ast.stmt]) -> Exec:
        runs = [self.statement(node) for node in body]
        if len(runs) == 1:
            return runs[0]

        def run(env: Env) -> Any:
            for step in runs:
                left = step(env)
                if left is not None:
                    return left
            return None

        return run

    def statement(self, node: ast.stmt) -> Exec:
        method = getattr(self, f"_{type(node).__name__}", None)
        if method is None:
            raise Unsupported(f"no reading for {_what(node)}", span=self.w.span(node))
        run: Exec = method(node)
        return run

    # control ----------------------------------------------------------------------------------------------

    def _Pass(self, node: ast.Pass) -> Exec:
        return lambda env: None

    def _Break(self, node: ast.Break) -> Exec:
        return lambda env: BREAK

    def _Continue(self, node: ast.Continue) -> Exec:
        return lambda env: CONTINUE

    def _Global(self, node: ast.Global) -> Exec:
        return lambda env: None

    def _Nonlocal(self, node: ast.Nonlocal) -> Exec:
        return lambda env: None

    def _If(self, node: ast.If) -> Exec:
        w, span = self.w, self.w.span(node.test)
        test, body = self.expression(node.test), self.block(node.body)
        other = self.block(node.orelse) if node.orelse else None

        def run(env: Env) -> Any:
            if truth(w, test(env), span):
                return body(env)
            return other(env) if other is not None else None

        return run

    def _While(self, node: ast.While) -> Exec:
        w, span = self.w, self.w.span(node.test)
        test, body = self.expression(node.test), self.block(node.body)
        other = self.block(node.orelse) if node.orelse else None
        recorder = w.recorder
        steps = recorder.graph.steps

        def run(env: Env) -> Any:
            count = 0
            while truth(w, test(env), span):
                recorder.tick()
                count += 1
                start = len(steps)
                left = body(env)
                recorder.iterate("iteration", f"iteration {count}", start)
                if left is not None and left is not CONTINUE:
                    if left is BREAK:
                        return None
                    return left
            return other(env) if other is not None else None

        return run

    def _For(self, node: ast.For) -> Exec:
        w, span = self.w, self.w.span(node.iter)
        source, body = self.expression(node.iter), self.block(node.body)
        target = self._loop_target(node.target)
        other = self.block(node.orelse) if node.orelse else None
        recorder = w.recorder
        steps = recorder.graph.steps
        label = node.target.id if isinstance(node.target, ast.Name) else ""

        def run(env: Env) -> Any:
            for count, item in enumerate(items(w, source(env), span), 1):
                start = len(steps)
                target(env, item)
                left = body(env)
                whole = item.__class__ is int and label
                recorder.iterate("iteration", f"{label} = {item}" if whole else f"iteration {count}", start)
                if left is not None and left is not CONTINUE:
                    if left is BREAK:
                        return None
                    return left
            return other(env) if other is not None else None

        return run

    def _loop_target(self, node: ast.expr) -> Target:
        """A loop's name: whole numbers that only count are no steps until they are computed with."""
        store = self.target(node)
        if not isinstance(node, ast.Name) or self.scope.nonlocals or self.scope.globals:
            if isinstance(node, ast.Tuple) and all(isinstance(part, ast.Name) for part in node.elts):
                parts = [self._loop_target(part) for part in node.elts]
                n, w, span = len(parts), self.w, self.w.span(node)

                def each(env: Env, value: Any) -> None:
                    if value.__class__ is not tuple or len(value) != n:
                        store(env, value)
                        return
                    for target, part in zip(parts, value, strict=True):
                        target(env, part)

                _ = (w, span)
                return each
            return store
        name = node.id

        def run(env: Env, value: Any) -> None:
            if value.__class__ is int:
                env[name] = value
            else:
                store(env, value)

        return run

    def _Assert(self, node: ast.Assert) -> Exec:
        w, span = self.w, self.w.span(node)
        test = self.expression(node.test)
        words = self.expression(node.msg) if node.msg is not None else None

        def run(env: Env) -> None:
            if not truth(w, test(env), span):
                from .printing import text

                raise Raise(AssertionError, text(w, words(env), span) if words is not None else "", span)

        return run

    def _Raise(self, node: ast.Raise) -> Exec:
        w, span = self.w, self.w.span(node)
        value = self.expression(node.exc) if node.exc is not None else None

        def run(env: Env) -> None:
            from .printing import text

            held = value(env) if value is not None else env.get("!")
            if isinstance(held, type) and issubclass(held, BaseException):
                raise Raise(held, "", span)
            if isinstance(held, Caught):
                message = text(w, held.args[0], span) if held.args else ""
                if held.kind is KeyError and held.args:
                    message = repr(message)
                raise Raise(held.kind, message, span)
            if held is None:
                raise Raise(RuntimeError, "No active exception to reraise", span)
            raise Unsupported("only exceptions of Python's own kinds are raised", span=span)

        return run

    def _Try(self, node: ast.Try) -> Exec:
        w = self.w
        body = self.block(node.body)
        handlers = []
        for handler in node.handlers:
            kinds_of = self.expression(handler.type) if handler.type is not None else None
            store_as = self._name_target(handler.name, w.span(handler)) if handler.name else None
            handlers.append((kinds_of, store_as, handler.name, self.block(handler.body), w.span(handler)))
        other = self.block(node.orelse) if node.orelse else None
        final = self.block(node.finalbody) if node.finalbody else None

        def guarded(env: Env) -> Any:
            depth = w.depth
            try:
                left = body(env)
            except (Raise, BadValue, ShapeClash) as error:
                w.depth = depth
                held = caught(error)
                for kinds, store, name, run, span in handlers:
                    if kinds is None or _matches(error, held, kinds(env), span):
                        if store is not None:
                            store(env, held)
                        before, env["!"] = env.get("!"), held
                        try:
                            return run(env)
                        finally:
                            env["!"] = before
                            if name:
                                env.pop(name, None)
                raise
            if left is None and other is not None:
                return other(env)
            return left

        if final is None:
            return guarded

        def finally_(env: Env) -> Any:
            try:
                left = guarded(env)
            except (Raise, BadValue, ShapeClash):
                done = final(env)
                if done is not None:
                    return done
                raise
            done = final(env)
            return done if done is not None else left

        return finally_

    def _With(self, node: ast.With) -> Exec:
        from .libraries import context

        w = self.w
        managers = [(self.expression(item.context_expr),
                     self.target(item.optional_vars) if item.optional_vars is not None else None,
                     w.span(item.context_expr)) for item in node.items]  # fmt: skip
        body = self.block(node.body)

        def run(env: Env, at: int = 0) -> Any:
            if at == len(managers):
                return body(env)
            manager, store, span = managers[at]
            with context(w, manager(env), span):
                if store is not None:
                    store(env, None)
                return run(env, at + 1)

        return run

    # definitions ------------------------------------------------------------------------------------------

    def _Return(self, node: ast.Return) -> Exec:
        if node.value is None:
            return lambda env: Return(None)
        value = self.expression(node.value)
        return lambda env: Return(value(env))

    def _FunctionDef(self, node: ast.FunctionDef) -> Exec:
        w = self.w
        decorators = [(self.expression(part), w.span(part)) for part in node.decorator_list
                      if not _is_property(part)]  # fmt: skip
        is_property = any(_is_property(part) for part in node.decorator_list)
        for inner in ast.walk(node):
            if isinstance(inner, (ast.Yield, ast.YieldFrom, ast.Await)):
                raise Unsupported("generators (yield) are not read", span=w.span(inner), hint="return a list")

        def body() -> Run:
            self.inside += 1
            try:
                return self.block(node.body)
            finally:
                self.inside -= 1

        made = self.function(node.name, node.args, node, body)
        store = self._name_target(node.name, w.span(node))

        def run(env: Env) -> None:
            value: Any = made(env)
            for decorator, span in reversed(decorators):
                value = calls.call(w, decorator(env), [value], {}, span)
            if is_property:
                function = value
                value = attributes.Property(
                    lambda self_, span: calls.call_method(w, function, self_, [], span), function
                )
            store(env, value)

        return run

    def _ClassDef(self, node: ast.ClassDef) -> Exec:
        w, span = self.w, self.w.span(node)
        if node.keywords or node.decorator_list:
            raise Unsupported("a class with decorators or keywords is not read", span=span)
        bases = [self.expression(base) for base in node.bases]
        scope = Scope(self.scope, is_class=True)
        of_body(node.body, scope)
        before, self.scope = self.scope, scope
        self.inside += 1
        body = self.block(node.body)
        self.inside -= 1
        self.scope = before
        store = self._name_target(node.name, span)

        def run(env: Env) -> None:
            found = [base(env) for base in bases]
            layer = False
            classes = []
            for base in found:
                if isinstance(base, UserClass):
                    classes.append(base)
                elif w.torch is not None and w.torch.is_module_class(base):
                    layer = True
                elif not (isinstance(base, Builtin) and base.name == "object"):
                    raise Unsupported(f"a class built on {type_name(base)} is not read", span=span)
            space: Env = {PARENT: env}
            body(space)
            fields = {key: value for key, value in space.items() if isinstance(key, str)}
            made = UserClass(node.name, classes, fields, layer)
            for value in fields.values():
                if isinstance(value, attributes.Property):
                    value = value.function
                if isinstance(value, Function) and value.owner is None:
                    value.owner = made
            store(env, made)

        return run

    # imports ----------------------------------------------------------------------------------------------

    def _Import(self, node: ast.Import) -> Exec:
        from .libraries import module

        w, span = self.w, self.w.span(node)
        runs: list[Exec] = []
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            path = alias.name if alias.asname else name
            module(w, alias.name, span)
            found = module(w, path, span)
            store = self._name_target(name, span)
            runs.append(_stores(store, found))
        return _sequence(runs)

    def _ImportFrom(self, node: ast.ImportFrom) -> Exec:
        from .libraries import module, nothing_to_do

        w, span = self.w, self.w.span(node)
        if nothing_to_do(node):
            return lambda env: None
        if node.level:
            raise Unsupported("imports of one's own files are not read", span=span)
        runs: list[Exec] = []
        found = module(w, node.module or "", span)
        for alias in node.names:
            if alias.name == "*":
                raise Unsupported("import * is not read", span=span, hint="name what is meant")
            store = self._name_target(alias.asname or alias.name, span)

            def run(env: Env, store: Target = store, name: str = alias.name) -> None:
                store(env, attributes.get(w, found, name, span))

            runs.append(run)
        return _sequence(runs)


def caught(error: Exception) -> Caught:
    """The exception that the program sees."""
    if isinstance(error, Raise):
        message = error.message
        if error.kind is KeyError and isinstance(message, str) and message[:1] == message[-1:] == "'":
            message = message[1:-1]
        return Caught(error.kind, (message,) if message != "" else ())
    assert isinstance(error, UnmagicError)
    return Caught(ValueError, (error.what,))


def _matches(error: Exception, held: Caught, kinds: Any, span: Span) -> bool:
    for kind in kinds if isinstance(kinds, tuple) else (kinds,):
        if not (isinstance(kind, type) and issubclass(kind, BaseException)):
            raise Unsupported("except is read with Python's own exceptions", span=span)
        if isinstance(error, (BadValue, ShapeClash)):
            if kind in (Exception, BaseException, ValueError, IndexError, RuntimeError, TypeError, LookupError):
                return True
        elif issubclass(held.kind, kind):
            return True
    return False


def _is_property(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "property"


def _what(node: ast.AST) -> str:
    words = {
        "AsyncFunctionDef": "async functions", "AsyncFor": "async for", "AsyncWith": "async with", "Match": "match",
        "TryStar": "except*", "TypeAlias": "a type alias",
    }  # fmt: skip
    return words.get(type(node).__name__, type(node).__name__)


__all__ = ["BREAK", "CONTINUE", "Statements"]
