"""Assignments: names, tuples, entries, fields, in place and anew."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from unmagic.core.errors import Unsupported
from unmagic.core.span import Span
from unmagic.record.recorder import Num

from . import arrays, attributes, calls, indexing
from .arithmetic import binary, lift
from .calls import PARENT
from .definitions import Definitions
from .expressions.compiler import Env, Run
from .expressions.operators import BINARY
from .iterate import collect
from .values import NUMBERS, Instance, NDArray, Raise

Exec = Callable[[Env], Any]
Target = Callable[[Env, Any], None]


class Assignments(Definitions):
    """Compiles assignments and their targets."""

    note: Callable[[ast.stmt, str, Any], None]
    inside = 0  # how many functions and classes we are in

    # assignments ------------------------------------------------------------------------------------------

    def _Expr(self, node: ast.Expr) -> Exec:
        value = self.expression(node.value)
        if self.inside:
            return lambda env: _nothing(value(env))

        def run(env: Env) -> None:
            self.note(node, "", value(env))

        return run

    def _Assign(self, node: ast.Assign) -> Exec:
        value = self.operand(node.value)
        targets = [self.target(target) for target in node.targets]
        name = _base(node.targets[0])
        top = not self.inside

        def run(env: Env) -> None:
            made = value(env)
            for target in targets:
                target(env, made)
            if top:
                self.note(node, name, env.get(name, made))

        return run

    def _AnnAssign(self, node: ast.AnnAssign) -> Exec:
        if node.value is None:
            return lambda env: None
        plain = ast.Assign(targets=[node.target], value=node.value)
        return self._Assign(ast.copy_location(plain, node))

    def _AugAssign(self, node: ast.AugAssign) -> Exec:
        w, span, symbol = self.w, self.w.span(node), BINARY[type(node.op)]
        value = self.operand(node.value)
        top = not self.inside
        target = node.target
        if isinstance(target, ast.Name):
            load = self.expression(ast.copy_location(ast.Name(target.id, ast.Load()), target))
            store = self.target(target)
            name = target.id
            plain = self.pair(_as_binary(node), load, value)

            def run(env: Env) -> None:
                held = load(env)
                made = plain(env) if held.__class__ is Num else update(w, symbol, held, value(env), span)
                store(env, made)
                if top:
                    self.note(node, name, made)

            return run
        if isinstance(target, ast.Subscript):
            of, key, base = self.expression(target.value), self.counting(target.slice), _base(target)

            def entry(env: Env) -> None:
                held, at = of(env), key(env)
                made = update(w, symbol, indexing.get(w, held, at, span), value(env), span)
                indexing.put(w, held, at, made, span)
                if top:
                    self.note(node, base, env.get(base, held))

            return entry
        if isinstance(target, ast.Attribute):
            of, attribute = self.expression(target.value), target.attr

            def field(env: Env) -> None:
                held = of(env)
                made = update(w, symbol, attributes.get(w, held, attribute, span), value(env), span)
                attributes.put(w, held, attribute, made, span)
                if top:
                    self.note(node, "", made)

            return field
        raise Unsupported("no reading for this target", span=span)

    def target(self, node: ast.expr) -> Target:
        """What a value is assigned to."""
        w, span = self.w, self.w.span(node)
        match node:
            case ast.Name(id=name):
                return self._name_target(name, span)
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                return self._unpack(elts, span)
            case ast.Subscript():
                of, key = self.expression(node.value), self.counting(node.slice)
                return lambda env, value: indexing.put(w, of(env), key(env), value, span)
            case ast.Attribute(attr=attribute):
                of = self.expression(node.value)
                return lambda env, value: attributes.put(w, of(env), attribute, value, span)
        raise Unsupported("no reading for this target", span=span)

    def _name_target(self, name: str, span: Span) -> Target:
        w, scope = self.w, self.scope
        steps = w.recorder.graph.steps
        names = w.recorder.graph.names
        top = scope.module or name in scope.globals
        up = 0
        if not scope.module and name in scope.nonlocals:
            found = scope.parent.find(name) if scope.parent is not None else None
            up = 0 if found is None else found + 1
        module = self.module if name in scope.globals else None

        def store(env: Env, value: Any) -> None:
            kind = value.__class__
            if kind in NUMBERS and kind is not bool:
                value = lift(w, value, span)
                kind = value.__class__
            if module is not None:
                env = module
            for _ in range(up):
                env = env[PARENT]
            env[name] = value
            if kind is Num:
                id = value.id
            else:
                if (top and w.torch is not None and w.torch.layers.callable(value)) or (
                    top and kind is Instance and value.kind.layer
                ):
                    w.torch.layers.bind(name, value, span)
                id = self.step_of(value)
                if id < 0:
                    return
            if top:
                names[name] = id
            step = steps[id]
            if step.name is None:
                step.name = name

        return store

    def step_of(self, value: Any) -> int:
        """The step that a value is, or −1."""
        if isinstance(value, Num):
            return value.id
        if value.__class__ is NDArray:
            return arrays.node_of(self.w, value).id
        if self.w.torch is not None and self.w.torch.is_tensor(value) and not value.unset:
            return int(self.w.torch.node(value).id)
        return -1

    def _unpack(self, elts: list[ast.expr], span: Span) -> Target:
        w = self.w
        stars = [i for i, part in enumerate(elts) if isinstance(part, ast.Starred)]
        targets = [self.target(part.value if isinstance(part, ast.Starred) else part) for part in elts]
        n = len(elts)

        def store(env: Env, value: Any) -> None:
            parts = list(value) if value.__class__ in (tuple, list) else collect(w, value, span)
            if stars:
                before, after = stars[0], n - stars[0] - 1
                if len(parts) < n - 1:
                    words = f"not enough values to unpack (expected at least {n - 1}, got {len(parts)})"
                    raise Raise(ValueError, words, span)
                middle = parts[before : len(parts) - after]
                parts = [*parts[:before], middle, *parts[len(parts) - after :]]
            elif len(parts) != n:
                few = len(parts) < n
                words = f"not enough values to unpack (expected {n}, got {len(parts)})" if few else (
                    f"too many values to unpack (expected {n})")  # fmt: skip
                raise Raise(ValueError, words, span)
            for target, part in zip(targets, parts, strict=True):
                target(env, part)

        return store

    def _Delete(self, node: ast.Delete) -> Exec:
        w = self.w
        runs: list[Exec] = []
        for part in node.targets:
            span = w.span(part)
            if isinstance(part, ast.Name):
                runs.append(_forget(part.id))
            elif isinstance(part, ast.Subscript):
                of, key = self.expression(part.value), self.counting(part.slice)
                runs.append(self._deletes(of, key, span))
            else:
                raise Unsupported("no reading for this del", span=span)
        return _sequence(runs)

    def _deletes(self, of: Run, key: Run, span: Span) -> Exec:
        return lambda env: indexing.delete(self.w, of(env), key(env), span)


def update(w: Any, symbol: str, held: Any, value: Any, span: Span | None) -> Any:
    """``held symbol= value``: in place where Python's types do so."""
    if held.__class__ is NDArray:
        return arrays.in_place(w, symbol, held, value, span)
    if w.torch is not None and w.torch.is_tensor(held):
        return w.torch.in_place(symbol, held, value, span)
    if held.__class__ is list and symbol == "+":
        new = collect(w, value, span)
        w.check_list(len(held) + len(new))
        held += new
        return held
    if held.__class__ in (set, dict) and symbol == "|" and held.__class__ is value.__class__:
        held.update(value)
        return held
    if isinstance(held, Instance):
        names = {"+": "iadd", "-": "isub", "*": "imul", "/": "itruediv"}
        method = held.kind.find(f"__{names.get(symbol, '')}__")
        if method is not None:
            return calls.call_method(w, method, held, [value], span)
    return binary(w, symbol, held, value, span)


def _as_binary(node: ast.AugAssign) -> ast.BinOp:
    pair = ast.BinOp(left=ast.Constant(0), op=node.op, right=node.value)
    return ast.copy_location(pair, node)


def _nothing(value: Any) -> None:
    return None


def _forget(name: str) -> Exec:
    return lambda env: _nothing(env.pop(name, None))


def _base(target: ast.expr) -> str:
    """The name whose value an assignment changes: ``a`` in ``a[0] = 5``."""
    while isinstance(target, (ast.Subscript, ast.Attribute)):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""


def _sequence(runs: list[Exec]) -> Exec:
    def run(env: Env) -> None:
        for step in runs:
            step(env)

    return run


def _stores(store: Target, value: Any) -> Exec:
    return lambda env: store(env, value)
