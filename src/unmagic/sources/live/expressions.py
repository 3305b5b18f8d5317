"""Expressions: the program's own operation first, then an event that is told the result and the operands.

``a * b + f(c)`` becomes ``event(s2, (t1 := event(s1, a * b, a, b)) + …, …)``; hooks return their second argument.
An operand that is a constant or a steady local name is read again; any other is kept in a temporary, which is cleared
inside the event's own argument list, so that nothing lives longer than it did.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, ClassVar

from . import placeholders
from .context import Context, at, call, cleared, hooked, load, nothing, store
from .scopes import Comprehension, parameters, reads_frames, steady, targets

OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>",
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.USub: "-", ast.UAdd: "+", ast.Invert: "~", ast.Not: "not",
}  # fmt: skip

COMPUTED = frozenset({"T", "mT", "H", "real", "imag", "flat", "A1"})
"""Attributes that make an array; all others give what is there, known by its identity."""

SILENT = frozenset({
    "print", "isinstance", "issubclass", "super", "type", "hasattr", "getattr", "setattr", "range", "id", "repr", "str",
    "locals", "globals", "vars", "dir", "eval", "exec", "iter", "next", "callable", "open", "input", "format",
    "__import__", "breakpoint",
})  # fmt: skip
"""Built-ins whose results are no numbers, or whose own doing would change if their operands were held."""

FOLDS = frozenset({"sum", "max", "min"})
"""Built-ins that fold a generator's items."""

ALONE = frozenset({"resize", "getrefcount", "getweakrefcount", "getweakrefs", "get_referrers", "get_referents"})
"""Calls that count references: nothing of ours may hold what they are given."""

WRITERS = frozenset({
    "sort", "fill", "partition", "put", "itemset", "byteswap", "shuffle", "at", "copyto", "place", "putmask",
    "fill_diagonal", "put_along_axis", "nan_to_num", "setfield", "clip", "random", "standard_normal", "readinto",
})  # fmt: skip
"""Calls that may write into the receiver or an argument: those are made known before."""


class Expressions:
    """Rewrites the expressions of one scope. Nodes handed in are never changed: the plain twin has them too."""

    silent = SILENT

    def __init__(self, context: Context) -> None:
        self.c = context

    # the ways in ------------------------------------------------------------------------------------------

    def rewrite(self, node: ast.expr, name: str = "") -> ast.expr:
        """``node`` with its events; ``name`` is what the result will be called."""
        method = self._methods.get(type(node))
        if method is None:
            return node
        before = self.c.live
        out = method(self, node, name)
        self.c.live = before
        return out

    def operand(self, node: ast.expr, taken: list[str]) -> tuple[ast.expr, ast.expr]:
        """What stands for ``node`` in the operation, and what hands its value to the event afterwards."""
        if isinstance(node, ast.Constant):
            return node, node
        if isinstance(node, ast.Name) and node.id in self.c.steady:
            return node, node
        inner = self.rewrite(node)
        return self.keep(inner, node, taken)

    def argument(self, node: ast.expr, taken: list[str]) -> tuple[ast.expr, ast.expr]:
        """As `operand`, for what a call is given: its lifetime is the callee's, so a slot has it, which holds numbers
        and arrays only and lets go when somebody counts references."""
        if isinstance(node, (ast.Constant, ast.Name)):
            return self.operand(node, taken)
        return self.slotted(self.rewrite(node), node)

    def keep(self, inner: ast.expr, like: ast.expr, taken: list[str]) -> tuple[ast.expr, ast.expr]:
        """``inner``, kept where the event finds it: a temporary or a slot."""
        if self.c.names:
            name = self.c.temporary()
            taken.append(name)
            return at(ast.NamedExpr(store(name, like), inner), like), load(name, like)
        return self.slotted(inner, like)

    def slotted(self, inner: ast.expr, like: ast.expr) -> tuple[ast.expr, ast.expr]:
        number = self.c.slot()
        return (
            hooked("put", [placeholders.slot(number, like), inner], like),
            hooked("take", [placeholders.slot(number, like)], like),
        )

    def event(
        self, kind: str, what: str, node: Any, out: ast.expr, operands: list[ast.expr], taken: list[str],
        name: str = "", shape: Any = None,
    ) -> ast.expr:  # fmt: skip
        number = len(self.c.file.sites)
        self.c.file.site(kind, what, node, name, shape)
        return hooked("event", [placeholders.site(number, node), out, *operands, *cleared(taken, node)], node)

    # operators --------------------------------------------------------------------------------------------

    def _binary(self, node: ast.BinOp, name: str) -> ast.expr:
        if isinstance(node.left, ast.Constant) and isinstance(node.right, ast.Constant):
            return node
        if isinstance(node.op, ast.Mod) and isinstance(node.left, (ast.JoinedStr, ast.Constant)):
            return at(ast.BinOp(node.left, node.op, self.rewrite(node.right)), node)  # text
        taken: list[str] = []
        left, first = self.operand(node.left, taken)
        right, second = self.operand(node.right, taken)
        out = at(ast.BinOp(left, node.op, right), node)
        return self.event("op", OPERATORS[type(node.op)], node, out, [first, second], taken, name)

    def _unary(self, node: ast.UnaryOp, name: str) -> ast.expr:
        if isinstance(node.operand, ast.Constant):
            return node
        taken: list[str] = []
        inner, value = self.operand(node.operand, taken)
        out = at(ast.UnaryOp(node.op, inner), node)
        return self.event("unary", OPERATORS[type(node.op)], node, out, [value], taken, name)

    def _compare(self, node: ast.Compare, name: str) -> ast.expr:
        if len(node.ops) > 1 or type(node.ops[0]) not in OPERATORS:
            return at(ast.Compare(self.rewrite(node.left), node.ops, [self.rewrite(c) for c in node.comparators]), node)
        taken: list[str] = []
        left, first = self.operand(node.left, taken)
        right, second = self.operand(node.comparators[0], taken)
        out = at(ast.Compare(left, node.ops, [right]), node)
        return self.event("op", OPERATORS[type(node.ops[0])], node, out, [first, second], taken, name)

    def _bool(self, node: ast.BoolOp, name: str) -> ast.expr:
        return at(ast.BoolOp(node.op, [self.rewrite(value) for value in node.values]), node)

    def _choice(self, node: ast.IfExp, name: str) -> ast.expr:
        test = self.branch(node.test)
        return at(ast.IfExp(test, self.rewrite(node.body), self.rewrite(node.orelse)), node)

    def branch(self, test: ast.expr) -> ast.expr:
        """A test: the hook gives back what it is told, the program's own ``if`` takes its truth."""
        if isinstance(test, ast.Constant):
            return test
        # in a test Python takes the truth of each part once, and of no value that they come to together
        if isinstance(test, ast.BoolOp):
            return at(ast.BoolOp(test.op, [self.branch(value) for value in test.values]), test)
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return at(ast.UnaryOp(test.op, self.branch(test.operand)), test)
        if isinstance(test, ast.IfExp) or (isinstance(test, ast.Compare) and len(test.ops) > 1):
            return self.rewrite(test)
        number = len(self.c.file.sites)
        self.c.file.site("branch", "", test)
        return hooked("branch", [placeholders.site(number, test), self.rewrite(test)], test)

    def bound(self, name: str, value: ast.expr, like: Any) -> ast.expr:
        """``value``, told that it is called ``name`` from now on."""
        inner = self.rewrite(value, name)
        if inner is not value and isinstance(inner, ast.Call) and isinstance(value, EVENTFUL):
            return inner
        if isinstance(value, ast.Constant) and not isinstance(value.value, (int, float)):
            return inner
        number = len(self.c.file.sites)
        self.c.file.site("bound", "", value, name)
        return hooked("bound", [placeholders.site(number, like), inner], value)

    # attributes, subscripts, calls ------------------------------------------------------------------------

    def _attribute(self, node: ast.Attribute, name: str) -> ast.expr:
        if node.attr not in COMPUTED:
            inner = self.rewrite(node.value)
            return node if inner is node.value else at(ast.Attribute(inner, node.attr, node.ctx), node)
        taken: list[str] = []
        inner, value = self.operand(node.value, taken)
        out = at(ast.Attribute(inner, node.attr, node.ctx), node)
        return self.event("attribute", node.attr, node, out, [value], taken, name)

    def key(self, node: ast.expr) -> ast.expr:
        """An index as one object: slices are built by `slice`, as the program's own bytecode would."""
        if isinstance(node, ast.Slice):
            ends = [self.rewrite(end) if end is not None else nothing(node) for end in (node.lower, node.upper)]
            ends += [self.rewrite(node.step)] if node.step is not None else []
            return hooked("slice", ends, node)
        if isinstance(node, ast.Tuple) and any(isinstance(part, ast.Slice) for part in node.elts):
            return at(ast.Tuple([self.key(part) for part in node.elts], ast.Load()), node)
        return self.rewrite(node)

    def kept_key(self, node: ast.expr, taken: list[str]) -> tuple[ast.expr, ast.expr]:
        if isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id in self.c.steady):
            return node, node
        return self.keep(self.key(node), node, taken)

    def _subscript(self, node: ast.Subscript, name: str) -> ast.expr:
        taken: list[str] = []
        base, value = self.operand(node.value, taken)
        key, index = self.kept_key(node.slice, taken)
        out = at(ast.Subscript(base, key, node.ctx), node)
        return self.event("index", "", node, out, [value, index], taken, name)

    def _call(self, node: ast.Call, name: str) -> ast.expr:
        function = node.func
        called = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        if called in ALONE:
            return self._call_alone(node, function, called)
        if called in self.silent and isinstance(function, ast.Name):
            return at(ast.Call(function, [self._argument(a) for a in node.args], self._keywords(node)), node)
        taken: list[str] = []
        writes = called in WRITERS or any(k.arg == "out" for k in node.keywords)
        callee, what = self._callee(function, taken, writes)
        args, operands, stars = [], [], []
        if called in FOLDS and len(node.args) == 1 and isinstance(node.args[0], ast.GeneratorExp):
            return self._folded(node, callee, what, called, taken, name)
        for i, arg in enumerate(node.args):
            starred = isinstance(arg, ast.Starred)
            inner, value = self.argument(arg.value if isinstance(arg, ast.Starred) else arg, taken)
            if writes and not isinstance(arg, (ast.Constant, ast.Starred)):
                inner = hooked("about", [inner], arg)
            args.append(at(ast.Starred(inner, ast.Load()), arg) if starred else inner)
            operands.append(value)
            if starred:
                stars.append(i)
        keywords = []
        for keyword in node.keywords:
            inner, value = self.argument(keyword.value, taken)
            if keyword.arg == "out":
                inner = hooked("about", [inner], keyword.value)
            keywords.append(at(ast.keyword(keyword.arg, inner), keyword))
            operands.append(value)
        if self.c.file.deep:
            callee = self.handed(callee, function)
        out = at(ast.Call(callee, args, keywords), node)
        shape = (len(args), tuple(stars), tuple(k.arg or "**" for k in node.keywords))
        kind = "method" if isinstance(function, ast.Attribute) else "call"
        return self.event(kind, called, node, out, [what, *operands], taken, name, shape)

    def handed(self, callee: ast.expr, function: ast.expr) -> ast.expr:
        """What is called in place of ``callee``: its twin, where only one function is read."""
        return hooked("called", [callee], function)

    def _folded(
        self, node: ast.Call, callee: ast.expr, what: ast.expr, called: str, taken: list[str], name: str
    ) -> ast.expr:
        """``sum(f(x) for x in xs)``: each item is told as it comes, since nobody can ask a generator afterwards."""
        given = self._comprehension(node.args[0], "", gathered=node)  # type: ignore[arg-type]
        out = at(ast.Call(callee, [given], self._keywords(node)), node)
        shape = (1, (), tuple(k.arg or "**" for k in node.keywords))
        told = [what, nothing(node), *[nothing(node) for _ in node.keywords]]
        return self.event("call", called, node, out, told, taken, name, shape)

    def _callee(self, function: ast.expr, taken: list[str], writes: bool) -> tuple[ast.expr, ast.expr]:
        """A function is told as itself, a method as its receiver: a bound method would be another object."""
        if not isinstance(function, ast.Attribute):
            return self.operand(function, taken)
        inner, value = self.argument(function.value, taken)
        if writes:
            inner = hooked("about", [inner], function.value)
        return at(ast.Attribute(inner, function.attr, function.ctx), function), value

    def _call_alone(self, node: ast.Call, function: ast.expr, called: str) -> ast.expr:
        """``a.resize(n)``, ``sys.getrefcount(a)``: what we know of the array is dropped before, and nothing is told."""
        if isinstance(function, ast.Attribute):
            value = self.rewrite(function.value)
            if called == "resize":
                value = hooked("release", [value], function.value)
            function = at(ast.Attribute(value, function.attr, function.ctx), function)
        args = [
            hooked("release", [self._argument(arg)], arg)
            if called != "resize" and not isinstance(arg, (ast.Starred, ast.Constant))
            else self._argument(arg)
            for arg in node.args
        ]
        return at(ast.Call(function, args, self._keywords(node)), node)

    def _argument(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Starred):
            return at(ast.Starred(self.rewrite(node.value), node.ctx), node)
        return self.rewrite(node)

    def _keywords(self, node: ast.Call) -> list[ast.keyword]:
        return [at(ast.keyword(k.arg, self.rewrite(k.value)), k) for k in node.keywords]

    # what only holds other expressions --------------------------------------------------------------------

    def _items(self, node: Any, name: str) -> ast.expr:
        return at(type(node)(elts=[self.rewrite(e) for e in node.elts], **_context(node)), node)

    def _starred(self, node: ast.Starred, name: str) -> ast.expr:
        return at(ast.Starred(self.rewrite(node.value), node.ctx), node)

    def _dict(self, node: ast.Dict, name: str) -> ast.expr:
        keys = [None if k is None else self.rewrite(k) for k in node.keys]
        return at(ast.Dict(keys, [self.rewrite(v) for v in node.values]), node)

    def _named(self, node: ast.NamedExpr, name: str) -> ast.expr:
        return at(ast.NamedExpr(node.target, self.rewrite(node.value, node.target.id)), node)

    def _held(self, node: Any, name: str) -> ast.expr:
        """``await x``, ``yield x``, ``yield from x``."""
        return node if node.value is None else at(type(node)(self.rewrite(node.value)), node)

    # scopes of their own ----------------------------------------------------------------------------------

    def _lambda(self, node: ast.Lambda, name: str) -> ast.expr:
        names = self.c.names_in_lambdas and not reads_frames(node)
        inner = type(self)(self.c.inner(names, steady(node), "_um"))
        inner.c.names_in_lambdas = self.c.names_in_lambdas
        body = inner.rewrite(node.body)
        if body is node.body:
            return node
        return at(ast.Lambda(node.args, self.either(body, node.body)), node)

    def either(self, recorded: ast.expr, plain: ast.expr) -> ast.expr:
        """``recorded`` while the recorder listens, else ``plain``."""
        if recorded is plain:
            return plain
        test = placeholders.listening(plain)
        return at(ast.IfExp(test, recorded, plain), plain)

    def _comprehension(self, node: Comprehension, name: str, gathered: ast.Call | None = None) -> ast.expr:
        inner = type(self)(self.c.inner(self.c.names, self.c.steady | targets(node), self.c.prefix + "c"))
        inner.c.names_in_lambdas = self.c.names_in_lambdas
        if any(part.is_async for part in node.generators):
            return node
        self.c.file.scope.append("<comprehension>")  # its items are no statements of the scope around
        made = self._items_of(node, inner, gathered)
        self.c.file.scope.pop()
        return made

    def _items_of(self, node: Comprehension, inner: Expressions, gathered: ast.Call | None) -> ast.expr:
        generators = []
        for i, part in enumerate(node.generators):
            outer = self if i == 0 else inner
            before = outer.c.names, outer.c.names_in_lambdas
            outer.c.names = outer.c.names_in_lambdas = False
            iterable = hooked("items", [outer.rewrite(part.iter)], part.iter)
            outer.c.names, outer.c.names_in_lambdas = before
            tests = [inner.either(inner.branch(test), test) for test in part.ifs]
            generators.append(ast.comprehension(part.target, iterable, tests, 0))
        made: Any
        if isinstance(node, ast.DictComp):
            key, value = (inner.either(inner.rewrite(part), part) for part in (node.key, node.value))
            made = ast.DictComp(key, value, generators)
        else:
            item = inner.rewrite(node.elt)
            if gathered is not None:
                number = len(self.c.file.sites)
                self.c.file.site("gather", "", gathered)
                item = hooked("event", [placeholders.site(number, node.elt), item], node.elt)
            made = type(node)(inner.either(item, node.elt), generators)
        return at(made, node)

    _methods: ClassVar[dict[type[ast.AST], Callable[..., ast.expr]]] = {
        ast.BinOp: _binary, ast.UnaryOp: _unary, ast.Compare: _compare, ast.BoolOp: _bool, ast.IfExp: _choice,
        ast.Attribute: _attribute, ast.Subscript: _subscript, ast.Call: _call, ast.Tuple: _items, ast.List: _items,
        ast.Set: _items, ast.Starred: _starred, ast.Dict: _dict, ast.NamedExpr: _named, ast.Await: _held,
        ast.Yield: _held, ast.YieldFrom: _held, ast.Lambda: _lambda, ast.ListComp: _comprehension,
        ast.SetComp: _comprehension, ast.DictComp: _comprehension, ast.GeneratorExp: _comprehension,
    }  # fmt: skip


EVENTFUL = (ast.BinOp, ast.UnaryOp, ast.Call, ast.Subscript, ast.Compare, ast.Attribute)
"""Expressions whose rewriting is an event, which carries the name of its result itself."""


def _context(node: Any) -> dict[str, Any]:
    return {"ctx": node.ctx} if hasattr(node, "ctx") else {}


__all__ = ["ALONE", "OPERATORS", "Expressions", "call", "parameters"]
