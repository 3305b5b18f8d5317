"""Where a walk of a program's own text looks up names: first what it bound itself, then what the program has there."""

from __future__ import annotations

import ast
from collections.abc import Container
from types import CodeType
from typing import Any

from unmagic.sources.text.scopes import parameters


class Names(dict[Any, Any]):
    """An environment that looks up in the snapshot what the walk has not bound."""

    def __init__(self, find: Any) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, name: Any) -> Any:
        if not isinstance(name, str):
            raise KeyError(name)
        self[name] = value = self._find(name)
        return value


class Space(dict[Any, Any]):
    """What a class of the program's holds."""

    def __init__(self, kind: type, make: Any) -> None:
        super().__init__()
        self._kind = kind
        self._make = make

    def __contains__(self, name: object) -> bool:
        return dict.__contains__(self, name) or name in vars(self._kind)

    def __missing__(self, name: str) -> Any:
        self[name] = value = self._make(vars(self._kind)[name])
        return value


class Members(dict[Any, Any]):
    """The names of a module of the program's."""

    def __init__(self, names: dict[Any, Any], held: Container[Any]) -> None:
        super().__init__()
        self._names = names
        self._held = held

    def __contains__(self, name: object) -> bool:
        return name in self._held or name in self._names

    def __getitem__(self, name: Any) -> Any:
        return self._names[name]

    def __setitem__(self, name: Any, value: Any) -> None:
        self._names[name] = value


def definition(tree: ast.Module, code: CodeType) -> Any:
    """The definition that ``code`` was made of; None unless there is just one."""
    found: list[Any] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            first = node.decorator_list[0].lineno if node.decorator_list else node.lineno
            if first == code.co_firstlineno:
                found.append(node)
        elif isinstance(node, ast.Lambda) and (code.co_name, code.co_firstlineno) == ("<lambda>", node.lineno):
            given = parameters(node.args)
            if code.co_varnames[: len(given)] == tuple(given):
                found.append(node)
    return found[0] if len(found) == 1 else None


__all__ = ["Members", "Names", "Space", "definition"]
