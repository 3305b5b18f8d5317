"""Statements of one scope: those that bind, write, decide and repeat get their events; all others keep their form."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, ClassVar

from .context import Context, at, hooked, nothing, store
from .expressions import Expressions
from .functions import function_twins
from .loops import for_twins, while_twins
from .scopes import declarations
from .writes import assign, augmented


class Statements:
    """Rewrites a block. Statement nodes handed in are never changed: the plain twins share them."""

    expressions: type[Expressions] = Expressions

    def __init__(self, context: Context) -> None:
        self.c = context
        self.e = self.expressions(context)

    def block(self, body: list[ast.stmt]) -> list[ast.stmt]:
        out: list[ast.stmt] = []
        for node in body:
            method = self._methods.get(type(node))
            if method is None:
                out.append(node)
                continue
            made = method(self, node)
            if isinstance(made, list):
                out.extend(made)
            else:
                out.append(made)
        return out

    # bind and write ---------------------------------------------------------------------------------------

    def _assign(self, node: ast.Assign) -> list[ast.stmt]:
        return assign(self.e, node)

    def _annotated(self, node: ast.AnnAssign) -> ast.stmt:
        if node.value is None:
            return node
        value = (
            self.e.bound(node.target.id, node.value, node)
            if isinstance(node.target, ast.Name)
            else self.e.rewrite(node.value)
        )
        return at(ast.AnnAssign(node.target, node.annotation, value, node.simple), node)

    def _augmented(self, node: ast.AugAssign) -> list[ast.stmt]:
        return augmented(self.e, node)

    def _expression(self, node: ast.Expr) -> ast.stmt:
        if isinstance(node.value, ast.Constant):
            return node
        return at(ast.Expr(self.e.rewrite(node.value)), node)

    def _return(self, node: ast.Return) -> ast.stmt:
        return node if node.value is None else at(ast.Return(self.e.rewrite(node.value)), node)

    def _raise(self, node: ast.Raise) -> ast.stmt:
        return node if node.exc is None else at(ast.Raise(self.e.rewrite(node.exc), node.cause), node)

    def _assert(self, node: ast.Assert) -> ast.stmt:
        if isinstance(node.test, ast.Tuple):  # always true, and the compiler says so
            return node
        return at(ast.Assert(self._asserted(node.test), node.msg), node)

    def _asserted(self, test: ast.expr) -> ast.expr:
        """A comparison stays bare: its place is where Python says the assertion failed."""
        if isinstance(test, ast.BoolOp):
            return at(ast.BoolOp(test.op, [self._asserted(value) for value in test.values]), test)
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return at(ast.UnaryOp(test.op, self._asserted(test.operand)), test)
        if isinstance(test, ast.Compare):
            parts = [self.e.rewrite(one) for one in test.comparators]
            return at(ast.Compare(self.e.rewrite(test.left), test.ops, parts), test)
        return self.e.branch(test)

    # decide and repeat ------------------------------------------------------------------------------------

    def _if(self, node: ast.If) -> ast.stmt:
        return at(ast.If(self.e.branch(node.test), self.block(node.body), self.block(node.orelse)), node)

    def _for(self, node: ast.For) -> list[ast.stmt]:
        return for_twins(self, node)

    def _while(self, node: ast.While) -> list[ast.stmt]:
        return while_twins(self, node)

    def _async_for(self, node: ast.AsyncFor) -> ast.stmt:
        return at(
            ast.AsyncFor(node.target, self.e.rewrite(node.iter), self.block(node.body), self.block(node.orelse)), node
        )

    # blocks -----------------------------------------------------------------------------------------------

    def _with(self, node: Any) -> ast.stmt:
        items = [ast.withitem(self.e.rewrite(item.context_expr), item.optional_vars) for item in node.items]
        return at(type(node)(items, self.block(node.body)), node)

    def _try(self, node: Any) -> ast.stmt:
        handlers = []
        before = self.c.file.slots
        body = self.block(node.body)
        slots = self.c.file.slots > before
        for handler in node.handlers:
            inner = [*self._cleared(handler, slots), *self.block(handler.body)]
            handlers.append(at(ast.ExceptHandler(handler.type, handler.name, inner), handler))
        return at(type(node)(body, handlers, self.block(node.orelse), self.block(node.finalbody)), node)

    def _cleared(self, node: ast.ExceptHandler, slots: bool) -> list[ast.stmt]:
        """What an operation that failed had kept in temporaries goes when its error is caught."""
        like = node.body[0]
        out: list[ast.stmt] = []
        if self.c.names and self.c.most:
            names: list[ast.expr] = [store(f"{self.c.prefix}{i + 1}", like) for i in range(self.c.most)]
            out.append(at(ast.Assign(names, nothing(like)), like))
        if slots:
            out.append(at(ast.Expr(hooked("forget", [], like)), like))
        return out

    def _match(self, node: ast.Match) -> ast.stmt:
        cases = []
        for case in node.cases:
            guard = None if case.guard is None else self.e.rewrite(case.guard)
            cases.append(ast.match_case(case.pattern, guard, self.block(case.body)))
        return at(ast.Match(self.e.rewrite(node.subject), cases), node)

    # scopes of their own ----------------------------------------------------------------------------------

    def _function(self, node: Any) -> ast.stmt:
        return function_twins(self.c, node, type(self))

    def _class(self, node: ast.ClassDef) -> ast.stmt:
        if declarations(node.body):
            return node
        inner = type(self)(self.c.inner(False, frozenset(), "_um"))
        inner.c.names_in_lambdas = self.c.names_in_lambdas
        self.c.file.scope.append(node.name)
        body = inner.block(node.body)
        self.c.file.scope.pop()
        return at(ast.ClassDef(node.name, node.bases, node.keywords, body, node.decorator_list), node)

    _methods: ClassVar[dict[type[ast.AST], Callable[..., Any]]] = {
        ast.Assign: _assign, ast.AnnAssign: _annotated, ast.AugAssign: _augmented, ast.Expr: _expression,
        ast.Return: _return, ast.Raise: _raise, ast.Assert: _assert, ast.If: _if, ast.For: _for, ast.While: _while,
        ast.AsyncFor: _async_for, ast.With: _with, ast.AsyncWith: _with, ast.Try: _try, ast.TryStar: _try,
        ast.Match: _match, ast.FunctionDef: _function, ast.AsyncFunctionDef: _function, ast.ClassDef: _class,
    }  # fmt: skip


def module(context: Context, tree: ast.Module, make: type[Statements] = Statements) -> ast.Module:
    """A whole file. ``__future__`` imports and the docstring keep their place: nothing goes before them."""
    return ast.Module(make(context).block(tree.body), tree.type_ignores)


__all__ = ["Statements", "module"]
