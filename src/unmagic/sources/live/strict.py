"""Instrumented so that nothing a function does on numbers goes untold: what `um.grad` traces.

Beside what every file's instrumentation tells: attributes as they are read, chains of comparisons pair by pair, the
truth of values wherever it is taken, items of arrays wherever they are taken one by one, what is called before it is.
Objects are kept in temporaries here: a trace is short.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, ClassVar

from . import placeholders
from .context import at, hooked, nothing
from .expressions import COMPUTED, OPERATORS, SILENT, Expressions
from .statements import Statements

TOLD = frozenset({
    "print", "getattr", "setattr", "delattr", "next", "open", "input", "eval", "exec", "vars", "globals", "id",
    "__import__", "iter",
})  # fmt: skip
"""Silent elsewhere: what they do is not on numbers."""


GATHERS = ("items",)
"""Where a call's starred arguments are: its one argument is a generator that stands in it."""


class Told(ast.expr):
    """An expression whose items are taken one by one."""

    def __init__(self, value: ast.expr) -> None:
        super().__init__()
        self.value = value
        at(self, value)


class StrictExpressions(Expressions):
    silent = SILENT - TOLD

    def argument(self, node: ast.expr, taken: list[str]) -> tuple[ast.expr, ast.expr]:
        return self.operand(node, taken)

    def slotted(self, inner: ast.expr, like: ast.expr) -> tuple[ast.expr, ast.expr]:
        number = self.c.slot()
        slot = placeholders.slot(number, like)
        return hooked("hold", [slot, inner], like), hooked("take", [slot], like)

    def _site(self, kind: str, what: str, like: Any) -> ast.expr:
        number = len(self.c.file.sites)
        self.c.file.site(kind, what, like)
        return placeholders.site(number, like)

    def told(self, kind: str, what: str, node: ast.expr) -> ast.expr:
        """``node``, told as it is."""
        inner = self.rewrite(node)
        return hooked("event", [self._site(kind, what, node), inner], node)

    # attributes and calls ---------------------------------------------------------------------------------

    def _attribute(self, node: ast.Attribute, name: str) -> ast.expr:
        if node.attr in COMPUTED:
            return super()._attribute(node, name)
        taken: list[str] = []
        inner, value = self.operand(node.value, taken)
        out = at(ast.Attribute(hooked("owner", [self._site("owner", node.attr, node), inner], node), node.attr,
                               node.ctx), node)  # fmt: skip
        return self.event("get", node.attr, node, out, [value], taken, name)

    def _callee(self, function: ast.expr, taken: list[str], writes: bool) -> tuple[ast.expr, ast.expr]:
        if not isinstance(function, ast.Attribute):
            return self.operand(function, taken)
        inner, value = self.operand(function.value, taken)
        if writes:
            inner = hooked("about", [inner], function.value)
        again = value
        if not self.c.names and isinstance(value, ast.Call):  # a slot, which is read once more
            slot = value.args[0]
            again = at(ast.Attribute(slot, "held", ast.Load()), function)
        out = at(ast.Attribute(inner, function.attr, function.ctx), function)
        return hooked("event", [self._site("get", function.attr, function), out, again], function), value

    def handed(self, callee: ast.expr, function: ast.expr) -> ast.expr:
        """Told with the place of the call's own event, which comes next."""
        return hooked("handed", [placeholders.site(len(self.c.file.sites), function), callee], function)

    def _folded(
        self, node: ast.Call, callee: ast.expr, what: ast.expr, called: str, taken: list[str], name: str
    ) -> ast.expr:
        given = self._comprehension(node.args[0], "", gathered=node)  # type: ignore[arg-type]
        out = at(ast.Call(self.handed(callee, node.func), [given], self._keywords(node)), node)
        told = [what, nothing(node), *[nothing(node) for _ in node.keywords]]
        shape = (1, GATHERS, tuple(k.arg or "**" for k in node.keywords))
        return self.event("call", called, node, out, told, taken, name, shape)

    # decisions --------------------------------------------------------------------------------------------

    def _compare(self, node: ast.Compare, name: str) -> ast.expr:
        if len(node.ops) == 1 and isinstance(node.ops[0], (ast.In, ast.NotIn)):
            taken: list[str] = []
            left, first = self.operand(node.left, taken)
            right, second = self.operand(node.comparators[0], taken)
            out = at(ast.Compare(left, node.ops, [right]), node)
            return self.event("in", "in", node, out, [first, second], taken, name)
        if len(node.ops) == 1:
            return super()._compare(node, name)
        if not self.c.names or any(type(op) not in OPERATORS for op in node.ops):
            out = super()._compare(node, name)
            return hooked("event", [self._site("untold", "a chain of comparisons", node), out], node)
        return self._chain(node, name)

    def _chain(self, node: ast.Compare, name: str) -> ast.expr:
        """``a < b < c`` as ``a < b and b < c``, ``b`` taken once."""
        taken: list[str] = []
        left, first = self.operand(node.left, taken)
        parts = []
        for i, (op, comparator) in enumerate(zip(node.ops, node.comparators, strict=True)):
            right, second = self.operand(comparator, taken)
            out = at(ast.Compare(left, [op], [right]), node)
            last = i == len(node.ops) - 1
            parts.append(self.event("op", OPERATORS[type(op)], node, out, [first, second], taken if last else [],
                                    name if last else ""))  # fmt: skip
            left = first = second
        return at(ast.BoolOp(ast.And(), parts), node)

    def _unary(self, node: ast.UnaryOp, name: str) -> ast.expr:
        if isinstance(node.op, ast.Not):
            return at(ast.UnaryOp(node.op, self.branch(node.operand)), node)
        return super()._unary(node, name)

    def _bool(self, node: ast.BoolOp, name: str) -> ast.expr:
        parts = [*map(self.branch, node.values[:-1]), self.rewrite(node.values[-1])]
        return at(ast.BoolOp(node.op, parts), node)

    def branch(self, test: ast.expr) -> ast.expr:
        if isinstance(test, ast.IfExp):
            return at(ast.IfExp(self.branch(test.test), self.branch(test.body), self.branch(test.orelse)), test)
        return super().branch(test)

    def _unique(self, node: Any, name: str) -> ast.expr:
        """A set, or a dict: equal keys are one."""
        inner = Expressions._methods[type(node)](self, node, name)
        return hooked("event", [self._site("keys", "", node), inner], node)

    # items ------------------------------------------------------------------------------------------------

    def _told(self, node: Any, name: str) -> ast.expr:
        return hooked("items", [self.rewrite(node.value)], node)

    def _starred(self, node: ast.Starred, name: str) -> ast.expr:
        return at(ast.Starred(hooked("items", [self.rewrite(node.value)], node), node.ctx), node)

    _methods: ClassVar[dict[type[ast.AST], Callable[..., ast.expr]]] = {
        **Expressions._methods,
        ast.Attribute: _attribute, ast.Compare: _compare, ast.UnaryOp: _unary, ast.BoolOp: _bool, Told: _told,
        ast.Starred: _starred, ast.Set: _unique, ast.SetComp: _unique, ast.Dict: _unique, ast.DictComp: _unique,
    }  # fmt: skip


class StrictStatements(Statements):
    expressions = StrictExpressions
    e: StrictExpressions

    def _assign(self, node: ast.Assign) -> list[ast.stmt]:
        target = node.targets[0]
        if len(node.targets) == 1 and isinstance(target, (ast.Tuple, ast.List)):
            names = all(isinstance(part, ast.Name) for part in target.elts)
            node = at(ast.Assign(node.targets, Told(node.value)), node) if names else node
        return super()._assign(node)

    def _for(self, node: ast.For) -> list[ast.stmt]:
        return super()._for(at(ast.For(node.target, Told(node.iter), node.body, node.orelse), node))

    def _assert(self, node: ast.Assert) -> ast.stmt:
        if isinstance(node.test, ast.Tuple):
            return node
        return at(ast.Assert(self.e.branch(node.test), node.msg), node)

    def _try(self, node: Any) -> ast.stmt:
        made: Any = super()._try(node)
        for handler in made.handlers:
            site = self.e._site("handled", "", handler)
            handler.body.insert(0, at(ast.Expr(hooked("event", [site, nothing(handler)], handler)), handler))
        return made

    def _with(self, node: Any) -> ast.stmt:
        items = [ast.withitem(self.e.told("with", "", item.context_expr), item.optional_vars) for item in node.items]
        return at(type(node)(items, self.block(node.body)), node)

    def _match(self, node: ast.Match) -> ast.stmt:
        made: Any = super()._match(node)
        made.subject = hooked("event", [self.e._site("untold", "match", node.subject), made.subject], node.subject)
        return made

    _methods: ClassVar[dict[type[ast.AST], Callable[..., Any]]] = {
        **Statements._methods,
        ast.Assign: _assign, ast.For: _for, ast.Assert: _assert, ast.Try: _try, ast.TryStar: _try, ast.With: _with,
        ast.Match: _match,
    }  # fmt: skip


__all__ = ["GATHERS", "StrictStatements"]
