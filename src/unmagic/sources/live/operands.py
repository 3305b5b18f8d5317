"""The operands of an expression that failed: what they were called, and their shapes or values.

No code of the user's is run or asked: names come from the frame, attributes and items from plain dictionaries, the rest
from the log or the walker.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np

from unmagic.core.build import marked
from unmagic.core.digits import shown
from unmagic.core.errors import UnmagicError
from unmagic.core.limits import DEFAULT
from unmagic.core.span import Span
from unmagic.record.entries import Look, Ref
from unmagic.record.log import Log

from .sites import Place, Source

MOST_OPERANDS = 4
MOST_KEYS = 6
LONGEST = 40
LITTLE = replace(DEFAULT, seconds=1.0, steps=1000)


class Laid(NamedTuple):
    """An array of which only this is known."""

    shape: tuple[int, ...]
    dtype: Any


class Missing:
    """No value is known."""


MISSING = Missing()


def operands(
    source: Source, place: Place, names: Mapping[str, Any], log: Log | None, *, walk: bool = True
) -> list[str]:
    """A line for each operand of the expression at ``place``; without ``walk``, for those that are names."""
    try:
        tree = ast.parse(source.text.text)
    except (SyntaxError, ValueError, RecursionError):
        return []
    node = _node_at(tree, place)
    if node is None:
        return []
    told = Told(source, node, log) if log is not None else None
    found = [(part, _value(part, names, told, walk)) for part in _parts(tree, node)]
    found = [(part, value) for part, value in found if described(value) is not None][:MOST_OPERANDS]
    axes = _clash(node, [value for _, value in found])
    return [f"{_text(source, part)}: {described(value, axis)}" for (part, value), axis in zip(found, axes, strict=True)]


# which operands ---------------------------------------------------------------------------------------------


def _node_at(tree: ast.AST, place: Place) -> ast.AST | None:
    for node in ast.walk(tree):
        if isinstance(node, (ast.expr, ast.AugAssign)) and _place_of(node) == place:
            return node
    return None


def _place_of(node: ast.AST) -> Place:
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset  # type: ignore[attr-defined]


def _parts(tree: ast.AST, node: ast.AST) -> list[ast.expr]:
    """The operands; those in brackets one by one."""
    parts: list[ast.expr] = []
    for part in _own_parts(tree, node):
        parts += part.elts if isinstance(part, (ast.Tuple, ast.List)) else [part]
    return [part for part in parts if not isinstance(part, (ast.Constant, ast.Slice, ast.Starred))]


def _own_parts(tree: ast.AST, node: ast.AST) -> list[ast.expr]:
    match node:
        case ast.Tuple(ctx=ast.Store()) | ast.List(ctx=ast.Store()):
            return _assigned(tree, node)
        case ast.Subscript(ctx=ast.Store()) if value := _assigned(tree, node):
            return [node, *value]
        case ast.BinOp(left=a, right=b) | ast.AugAssign(target=a, value=b):
            return [a, b] if not isinstance(a, ast.Subscript) else [a.value, a.slice, a, b]
        case ast.Compare(left=a, comparators=others):
            return [a, *others]
        case ast.UnaryOp(operand=a) | ast.Attribute(value=a):
            return [a]
        case ast.Subscript(value=a, slice=b):
            return [a, b]
        case ast.Call(func=f, args=args, keywords=keywords):
            receiver = [f.value] if isinstance(f, ast.Attribute) else []
            return [*receiver, *args, *[k.value for k in keywords]]
    return []


def _assigned(tree: ast.AST, target: ast.AST) -> list[ast.expr]:
    """What was to go into a target, if it is one of an assignment."""
    return [node.value for node in ast.walk(tree) if isinstance(node, ast.Assign) and target in node.targets]


def _text(source: Source, node: ast.expr) -> str:
    span: Span = source.span(_place_of(node))
    return " ".join(span.text.split())


# what they were ---------------------------------------------------------------------------------------------


def _value(node: ast.expr, names: Mapping[str, Any], told: Told | None, walk: bool) -> Any:
    """What an operand was: what a name, attribute or item holds, or what the log has of the sub-expression."""
    found = held(node, names)
    if found is MISSING and told is not None:
        found = told.value(node)
    return _walked(node, names) if found is MISSING and walk else found


def held(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """What stands behind a name, ``self.W``, ``layers[0]`` or ``p["W"]``: looked up where nothing can answer but us."""
    match node:
        case ast.Name(id=name):
            return names.get(name, MISSING)
        case ast.Constant(value=value):
            return value
        case ast.Attribute(value=inner, attr=attribute):
            return _attribute(held(inner, names), attribute)
        case ast.Subscript(value=inner, slice=key):
            container, at = held(inner, names), held(key, names)
            if type(container) is dict and type(at) in (str, int):
                return container.get(at, MISSING)
            if type(container) in (list, tuple) and type(at) is int and -len(container) <= at < len(container):
                return container[at]
    return MISSING


def _attribute(value: Any, name: str) -> Any:
    if value is MISSING or issubclass(type(value), np.ndarray):  # isinstance would ask the user's object
        return MISSING
    try:
        own = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return MISSING
    return own[name] if type(own) is dict and name in own else MISSING


def _walked(node: ast.expr, names: Mapping[str, Any]) -> Any:
    """What a sub-expression comes to, walked without running it: where nobody listened, only names are left."""
    from unmagic.sources.text import read_text  # the walker is loaded when something failed

    inlined = _Inlined(names)
    expression = inlined.visit(copy.deepcopy(node))
    if not inlined.numbers:
        return MISSING
    try:
        program = read_text(ast.unparse(expression), inlined.bound, limits=LITTLE)
    except (UnmagicError, RecursionError, ValueError):
        return MISSING
    if program.failure is not None or program.graph.result < 0:
        return MISSING
    return program.values[program.graph.result]


class _Inlined(ast.NodeTransformer):
    """An expression in which whatever holds a number is a name of its own."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.names = names
        self.bound: dict[str, Any] = {}
        self.numbers = True  # every name stands for one, or for a module

    def visit_Name(self, node: ast.Name) -> ast.expr:
        value = self.names.get(node.id, MISSING)
        if _numeric(value):
            self.bound[node.id] = value
        elif value is not MISSING and not issubclass(type(value), ModuleType):
            self.numbers = False
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        return self._put(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        return self._put(node)

    def _put(self, node: ast.expr) -> ast.expr:
        value = held(node, self.names)
        if not _numeric(value):
            return self.generic_visit(node)  # type: ignore[return-value]
        name = f"operand{len(self.bound)}"
        self.bound[name] = value
        return ast.copy_location(ast.Name(name, ast.Load()), node)


def _numeric(value: Any) -> bool:
    return type(value) in (np.ndarray, int, float, bool) or issubclass(type(value), np.generic)


class Told:
    """What the log has of the parts of ``node``, from the time they were computed to fail."""

    def __init__(self, source: Source, node: ast.AST, log: Log) -> None:
        self.log = log
        self.values: dict[Place, Any] = {}
        whole = _place_of(node)
        scope: str | None = None
        for event in reversed(log.segments[-1].events):
            site = event.site
            if site is None or site.source is not source or event.kind not in ("value", "view"):
                continue
            inside = _inside(site.place, whole)
            if site.place == whole or (not inside and site.scope == scope):
                return  # it came to something: that was another time
            if inside:
                scope = site.scope
                self.values.setdefault(site.place, event.out)

    def value(self, node: ast.expr) -> Any:
        out = self.values.get(_place_of(node))
        if not isinstance(out, (Ref, Look)):
            return MISSING
        if isinstance(out, Look):
            return Laid(out.at.shape, out.at.dtype)
        entry = self.log.entries.get(out.number)
        if entry is None or (entry.kept is None and entry.place is None):
            return MISSING
        return entry.kept if entry.kept is not None else Laid(entry.place.shape, entry.place.dtype)  # type: ignore[union-attr]


def _inside(place: Place, whole: Place) -> bool:
    return whole[:2] <= place[:2] and place[2:] <= whole[2:]


# how they are said ------------------------------------------------------------------------------------------


def described(value: Any, axis: int | None = None) -> str | None:
    """Shape and dtype of an array, one axis marked; a number's or a text's value; None for what says nothing."""
    if issubclass(type(value), (np.ndarray, Laid)) and value.shape:
        return f"{marked(value.shape, axis)} {value.dtype}"
    if issubclass(type(value), (bool, np.bool_)):
        return str(bool(value))
    if issubclass(type(value), (int, float, np.integer, np.floating)):
        huge = issubclass(type(value), int) and abs(value) >= 1 << 63
        return "a huge integer" if huge else shown(np.asarray(value)[()])
    if value is None:
        return "None"
    if type(value) is str:
        return repr(value) if len(value) <= LONGEST else f"{value[:LONGEST]!r}…"
    if type(value) in (list, tuple, set):
        return f"a {type(value).__name__} of {len(value)}"
    if type(value) is dict:
        keys = [repr(key) for key in list(value)[:MOST_KEYS] if type(key) in (str, int, float)]
        return f"a dict of {len(value)}: {', '.join(keys)}{', …' * (len(value) > len(keys))}"
    return None


def _clash(node: ast.AST, values: list[Any]) -> Iterator[int | None]:
    """For each operand the axis that does not meet the other's."""
    if len(values) == 2 and all(issubclass(type(value), (np.ndarray, Laid)) and value.shape for value in values):
        a, b = (value.shape for value in values)
        if _multiplies(node):
            at = (len(a) - 1, max(0, len(b) - 2))
            if a[at[0]] != b[at[1]]:
                return iter(at)
        elif isinstance(node, (ast.BinOp, ast.AugAssign, ast.Compare)):
            for i in range(1, 1 + min(len(a), len(b))):
                if a[-i] != b[-i] and 1 not in (a[-i], b[-i]):
                    return iter((len(a) - i, len(b) - i))
    return iter([None] * len(values))


def _multiplies(node: ast.AST) -> bool:
    if isinstance(node, (ast.BinOp, ast.AugAssign)):
        return isinstance(node.op, ast.MatMult)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("dot", "matmul")


__all__ = ["described", "held", "operands"]
