"""Expressions, compiled once to closures of one argument: the environment they are walked in."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import numpy as np

from unmagic.core.errors import Unbound, Unsupported
from unmagic.core.op import OPS
from unmagic.core.span import Span
from unmagic.record.recorder import INT_HIGH, INT_LOW, Num
from unmagic.record.spell.python import OPERATORS
from unmagic.record.spell.table import nearest

from . import arithmetic, attributes, calls, indexing, printing
from .arithmetic import binary, is_number, truth
from .calls import PARENT
from .iterate import Lazy, items
from .scopes import Scope
from .values import NUMBERS, Raise, Super
from .walk import Walk

Env = dict[Any, Any]
Run = Callable[[Env], Any]

BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%", ast.Pow: "**",
    ast.MatMult: "@", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^", ast.LShift: "<<", ast.RShift: ">>",
}  # fmt: skip
COMPARE: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
}  # fmt: skip


class Literal:
    """A number that stands in the text: as a closure, one constant step, made when first used."""

    __slots__ = ("made", "record", "span", "value")

    def __init__(self, w: Walk, value: Any, span: Span) -> None:
        self.record = w.recorder.number
        self.value = value
        self.span = span
        self.made: Num | None = None

    def number(self) -> Num:
        if self.made is None:
            self.made = self.record(self.value, self.span)
        return self.made

    def __call__(self, env: Env) -> Num:
        return self.number()


class Expressions:
    """Compiles expressions; `Statements` adds the rest."""

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

    def counting(self, node: ast.expr | None) -> Run:
        """An index, a size: whole-number arithmetic on plain numbers there makes no steps."""
        if node is None:
            return lambda env: None
        match node:
            case ast.BinOp(op=op) if type(op) in BINARY:
                left, right, symbol = self.counting(node.left), self.counting(node.right), BINARY[type(op)]
                span, w = self.w.span(node), self.w
                steps = w.recorder.graph.steps

                def run(env: Env) -> Any:
                    a, b = left(env), right(env)
                    if a.__class__ is Num and a.value.__class__ is int and steps[a.id].op.name == "constant":
                        a = a.value
                    if b.__class__ is Num and b.value.__class__ is int and steps[b.id].op.name == "constant":
                        b = b.value
                    if a.__class__ is int and b.__class__ is int and symbol in ("+", "-", "*", "//", "%"):
                        if symbol == "*":
                            arithmetic.integer_size(w, a.bit_length() + b.bit_length(), span)
                        return arithmetic.guarded(OPERATORS[symbol][1], (a, b), span)
                    return binary(w, symbol, a, b, span)

                return run
            case ast.Constant():
                value = node.value
                return lambda env: value
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner, span, w = self.counting(operand), self.w.span(node), self.w

                def negated(env: Env) -> Any:
                    value = inner(env)
                    return -value if value.__class__ is int else arithmetic.unary(w, "-", value, span)

                return negated
            case ast.Tuple(elts=elts) if not any(isinstance(part, ast.Starred) for part in elts):
                parts = [self.counting(part) for part in elts]
                return lambda env: tuple([part(env) for part in parts])
            case ast.Slice():
                low, high, step = (self.counting(part) for part in (node.lower, node.upper, node.step))
                return lambda env: slice(low(env), high(env), step(env))
        return self.expression(node)

    # leaves -----------------------------------------------------------------------------------------------

    def _Constant(self, node: ast.Constant) -> Run:
        value = node.value
        if isinstance(value, (complex, bytes)):
            raise Unsupported(f"{type(value).__name__} values are not read", span=self.w.span(node))
        return lambda env: value

    def operand(self, node: ast.expr) -> Run:
        """An operand of arithmetic: a number that stands here is one constant step, made when first used."""
        value: Any = None
        if isinstance(node, ast.Constant):
            value = node.value
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            value = -node.operand.value if isinstance(node.operand.value, (int, float)) else None
        if value.__class__ is float or (value.__class__ is int and INT_LOW <= value <= INT_HIGH):
            return Literal(self.w, value, self.w.span(node))
        return self.expression(node)

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
        from .libraries import assumed

        found = assumed(self.w, name)
        if found is not None:
            return found
        known = [key for key in (*self.module, *self.builtins) if isinstance(key, str)]
        if name in _DANGEROUS:
            raise Unsupported(f"{name} is out of reach: the text is walked, never executed", span=self.w.span(node))
        raise Unbound(f"{name} has no value", span=self.w.span(node), hint=nearest(name, known)
                      or f"bind it: {name}=…")  # fmt: skip

    # operators --------------------------------------------------------------------------------------------

    def _BinOp(self, node: ast.BinOp) -> Run:
        # a long sum leans to the left: its spine is walked in a loop
        spine = [node]
        while isinstance(spine[-1].left, ast.BinOp):
            spine.append(spine[-1].left)
        run = self.operand(spine[-1].left)
        for link in reversed(spine):
            run = self._pair(link, run, self.operand(link.right))
        return run

    def _pair(self, node: ast.BinOp, left: Run, right: Run) -> Run:
        w, span, symbol = self.w, self.w.span(node), BINARY[type(node.op)]
        name, function = OPERATORS.get(symbol, ("", None))
        value = w.recorder.value
        op = OPS.get(name) if symbol not in ("**", "&", "|", "^") else None

        def both(a: Any, b: Any) -> Any:
            if a.__class__ is Num and b.__class__ is Num and op is not None:
                assert function is not None
                try:
                    out = function(a.value, b.value)
                except (ArithmeticError, ValueError) as error:
                    raise Raise(type(error), str(error), span) from None
                if out.__class__ is float or INT_LOW <= out <= INT_HIGH:
                    return value(op, (a.id, b.id), out, span)
            return binary(w, symbol, a, b, span)

        # beside an array a number that stands here takes the array's dtype: it is handed over plain
        if isinstance(right, Literal):
            plain, number = right.value, right.number

            def with_literal(env: Env) -> Any:
                a = left(env)
                return both(a, number() if a.__class__ is Num or a.__class__ in NUMBERS else plain)

            return with_literal
        if isinstance(left, Literal):
            plain, number = left.value, left.number

            def after_literal(env: Env) -> Any:
                b = right(env)
                return both(number() if b.__class__ is Num or b.__class__ in NUMBERS else plain, b)

            return after_literal
        return lambda env: both(left(env), right(env))

    def _UnaryOp(self, node: ast.UnaryOp) -> Run:
        w, span = self.w, self.w.span(node)
        if isinstance(node.op, ast.Not):
            inner = self.expression(node.operand)
            return lambda env: arithmetic.negated(w, inner(env), span)
        symbol = {ast.USub: "-", ast.UAdd: "+", ast.Invert: "~"}[type(node.op)]
        operand = node.operand
        if symbol == "-" and isinstance(operand, ast.Constant) and operand.value.__class__ in (int, float):
            value = -operand.value
            return lambda env: value
        run = self.operand(operand)
        return lambda env: arithmetic.unary(w, symbol, run(env), span)

    def _BoolOp(self, node: ast.BoolOp) -> Run:
        parts = [self.expression(part) for part in node.values]
        spans = [self.w.span(part) for part in node.values]
        stop, w = isinstance(node.op, ast.Or), self.w

        def run(env: Env) -> Any:
            value = None
            for part, span in zip(parts[:-1], spans, strict=False):
                value = part(env)
                if truth(w, value, span) is stop:
                    return value
            return parts[-1](env)

        return run

    def _Compare(self, node: ast.Compare) -> Run:
        w, span = self.w, self.w.span(node)
        first = self.operand(node.left)
        pairs = [(self._comparison(op, node), self.operand(right)) for op, right in zip(node.ops, node.comparators,
                 strict=True)]  # fmt: skip
        if len(pairs) == 1:
            ((compare, right),) = pairs
            return lambda env: compare(first(env), right(env))

        def chain(env: Env) -> Any:
            left = first(env)
            result: Any = True
            for i, (compare, right) in enumerate(pairs):
                value = right(env)
                result = compare(left, value)
                if i < len(pairs) - 1 and not truth(w, result, span):
                    return result
                left = value
            return result

        return chain

    def _comparison(self, op: ast.cmpop, node: ast.Compare) -> Callable[[Any, Any], Any]:
        w, span = self.w, self.w.span(node)
        symbol = COMPARE.get(type(op))
        if symbol is not None:
            return lambda a, b: binary(w, symbol, a, b, span)
        if isinstance(op, (ast.Is, ast.IsNot)):
            same = isinstance(op, ast.Is)
            return lambda a, b: _identical(a, b) is same
        inside = isinstance(op, ast.In)
        return lambda a, b: contains(w, b, a, span) is inside

    def _IfExp(self, node: ast.IfExp) -> Run:
        w, span = self.w, self.w.span(node.test)
        test, yes, no = self.expression(node.test), self.expression(node.body), self.expression(node.orelse)
        return lambda env: yes(env) if truth(w, test(env), span) else no(env)

    # access -----------------------------------------------------------------------------------------------

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
        args = [(isinstance(arg, ast.Starred), self._argument(arg)) for arg in node.args]
        given = [(keyword.arg, self._argument(keyword.value)) for keyword in node.keywords]
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

    def _argument(self, node: ast.expr) -> Run:
        return self.expression(node.value if isinstance(node, ast.Starred) else node)

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

    # containers -------------------------------------------------------------------------------------------

    def _List(self, node: ast.List) -> Run:
        return self._display(node.elts, list)

    def _Tuple(self, node: ast.Tuple) -> Run:
        return self._display(node.elts, tuple)

    def _Set(self, node: ast.Set) -> Run:
        run, w, span = self._display(node.elts, list), self.w, self.w.span(node)
        return lambda env: {indexing.hashable(w, part, span) for part in run(env)}

    def _display(self, elts: list[ast.expr], kind: Any) -> Run:
        w = self.w
        parts = [(isinstance(part, ast.Starred), self._argument(part), self.w.span(part)) for part in elts]
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

    def target(self, node: ast.expr) -> Callable[[Env, Any], None]:
        raise NotImplementedError


_DANGEROUS = frozenset(
    [
        "eval",
        "exec",
        "compile",
        "open",
        "input",
        "globals",
        "locals",
        "vars",
        "dir",
        "getattr",
        "setattr",
        "delattr",
        "hasattr",
        "__import__",
        "object",
        "memoryview",
        "bytes",
        "bytearray",
        "breakpoint",
        "exit",
        "quit",
        "help",
        "id",
        "hash",
        "classmethod",
        "staticmethod",
        "property",
    ]
)


def _identical(a: Any, b: Any) -> bool:
    """``a is b`` as far as programs may rely on it: None, truth values, and containers' identity."""
    a = a.value if a.__class__ is Num and isinstance(a.value, bool) else a
    b = b.value if b.__class__ is Num and isinstance(b.value, bool) else b
    if a.__class__ is Num and b.__class__ is Num:
        return bool(a.id == b.id)
    return a is b


def contains(w: Walk, container: Any, value: Any, span: Span | None) -> bool:
    """``value in container``."""
    from .iterate import DictView
    from .values import Instance

    if isinstance(container, str):
        if not isinstance(value, str):
            raise Raise(TypeError, "'in <string>' requires string as left operand", span)
        return value in container
    if isinstance(container, (dict, set)) or (isinstance(container, DictView) and container.kind == "keys"):
        held = container.of if isinstance(container, DictView) else container
        return indexing.hashable(w, value, span) in held
    if isinstance(container, (list, tuple, range)):
        met = (value,) if isinstance(container, range) else (value, *container)
        w.builder.read_out += [one.id for one in met if isinstance(one, Num)]
        if isinstance(container, range):  # Python would try every number of it for a value that is none
            number: Any = value.value if isinstance(value, Num) else value
            whole = isinstance(number, (int, float, np.number)) and float(number).is_integer()
            return bool(whole) and int(number) in container
        return value in container
    if isinstance(container, Instance) and container.kind.find("__contains__") is not None:
        return truth(w, calls.call_method(w, container.kind.find("__contains__"), container, [value], span), span)
    if isinstance(container, (Lazy, DictView)):
        return any(truth(w, binary(w, "==", item, value, span), span) for item in items(w, container, span))
    raise Unsupported("in is read for lists, tuples, strings, sets and dicts", span=span)


def _what(node: ast.AST) -> str:
    words = {"Await": "await", "Yield": "yield", "YieldFrom": "yield from", "Starred": "a star here",
             "TemplateStr": "a template string"}  # fmt: skip
    return words.get(type(node).__name__, type(node).__name__)


__all__ = ["BINARY", "NUMBERS", "Expressions", "contains", "is_number"]
