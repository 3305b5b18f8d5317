"""What the body of a loop reads and binds, from its text alone: what a snapshot of it has to hold."""

from __future__ import annotations

import ast
from typing import Any, NamedTuple


class Needs(NamedTuple):
    """Names that an iteration may read before it binds them, names that it binds, and attributes it mentions."""

    reads: tuple[str, ...]
    binds: tuple[str, ...]
    attributes: tuple[str, ...]


def needs(node: ast.For | ast.While) -> Needs:
    """Names of comprehensions and inner functions count too: one that is not there needs nothing."""
    binds = {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load)}
    attributes = {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    fresh: set[str] = set()
    reads: set[str] = set()
    body: list[ast.AST] = list(node.body)
    if isinstance(node, ast.For):
        fresh |= _names(node.target)
        reads |= _loads(node.target)
    else:
        reads |= _loads(node.test)
    for statement in body:
        reads |= _loads(statement) - fresh
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            fresh |= {name for target in targets for name in _names(target)}
    return Needs(tuple(sorted(reads)), tuple(sorted(binds)), tuple(sorted(attributes)))


def _loads(node: ast.AST) -> set[str]:
    found = {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)}
    for part in ast.walk(node):
        if isinstance(part, ast.AugAssign) and isinstance(part.target, ast.Name):
            found.add(part.target.id)
    return found


def _names(target: Any) -> set[str]:
    """The names that a target binds for sure."""
    match target:
        case ast.Name(id=name):
            return {name}
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return {name for part in parts for name in _names(part)}
        case ast.Starred(value=value):
            return _names(value)
    return set()


__all__ = ["Needs", "needs"]
