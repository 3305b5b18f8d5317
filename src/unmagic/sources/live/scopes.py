"""Which names an expression may read again: locals that nothing but a statement of their own function rebinds."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Scope = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

FRAME_READERS = frozenset({"locals", "vars", "dir", "eval", "exec", "_getframe", "currentframe", "f_locals"})
"""A function that mentions one of these could see a temporary of ours: it gets none."""


def parameters(arguments: ast.arguments) -> set[str]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += [one for one in (arguments.vararg, arguments.kwarg) if one is not None]
    return {one.arg for one in every}


def inside(nodes: list[ast.stmt] | list[ast.expr]) -> Iterator[ast.AST]:
    """Every node of one scope; of nested functions and classes the node itself alone."""
    todo: list[ast.AST] = list(nodes)
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, Scope):
            todo.extend(ast.iter_child_nodes(node))


def steady(node: Function) -> frozenset[str]:
    """Names that an expression in ``node`` can read again without noticing: local, and rebound by statements only."""
    body = [node.body] if isinstance(node, ast.Lambda) else node.body
    names = parameters(node.args)
    moving: set[str] = set()
    nested: list[ast.AST] = []
    for part in inside(body):
        match part:
            case ast.Name(id=id, ctx=ast.Store()):
                names.add(id)
            case ast.NamedExpr(target=ast.Name(id=id)):
                moving.add(id)
            case ast.Global(names=declared) | ast.Nonlocal(names=declared):
                moving.update(declared)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names.add(part.name)
                nested.append(part)
            case ast.Lambda():
                nested.append(part)
            case ast.alias():
                names.add((part.asname or part.name).partition(".")[0])
            case ast.ExceptHandler(name=str(id)):
                moving.add(id)  # deleted when the handler ends
            case ast.comprehension():  # its targets are not the function's
                moving.update(n.id for n in ast.walk(part.target) if isinstance(n, ast.Name))
    for scope in nested:
        for deep in ast.walk(scope):
            if isinstance(deep, ast.Nonlocal):
                moving.update(deep.names)
    return frozenset(names - moving)


def targets(node: Comprehension) -> frozenset[str]:
    """The loop variables of a comprehension, steady inside of it unless it names one twice."""
    found = [n.id for part in node.generators for n in ast.walk(part.target) if isinstance(n, ast.Name)]
    return frozenset(name for name in found if found.count(name) == 1)


def reads_frames(node: ast.AST) -> bool:
    """Whether something in ``node`` may look at the names of a frame."""
    for part in ast.walk(node):
        match part:
            case ast.Name(id=name) | ast.Attribute(attr=name) if name in FRAME_READERS:
                return True
            case ast.Attribute(value=ast.Name(id="inspect"), attr="stack" | "trace"):
                return True
    return False


def declarations(body: list[ast.stmt]) -> list[ast.stmt]:
    """The ``global`` and ``nonlocal`` statements of one scope."""
    return [part for part in inside(body) if isinstance(part, (ast.Global, ast.Nonlocal))]


def without_declarations(body: list[ast.stmt]) -> list[ast.stmt]:
    """The same statements without `declarations`: those stand once, before both twins."""
    out: list[ast.stmt] = []
    for node in body:
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            out.append(ast.copy_location(ast.Pass(), node))
            continue
        if isinstance(node, Scope) or not declarations([node]):
            out.append(node)
            continue
        out.append(_rebuilt(node))
    return out


def _rebuilt(node: Any) -> Any:
    """A node with its blocks pruned; the node itself stays as it was."""
    made = type(node)(**{name: _pruned(value) for name, value in ast.iter_fields(node)})
    return ast.copy_location(made, node) if hasattr(node, "lineno") else made


def _pruned(value: Any) -> Any:
    if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
        return without_declarations(value)
    if isinstance(value, list) and value and isinstance(value[0], (ast.ExceptHandler, ast.match_case)):
        return [_rebuilt(one) for one in value]
    return value


__all__ = ["Comprehension", "Function", "declarations", "parameters", "reads_frames", "steady", "targets",
           "without_declarations"]  # fmt: skip
