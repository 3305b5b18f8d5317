"""Which names of a Python text wait for a value: they are used, and nothing in the text gives them one."""

from __future__ import annotations

import ast
import builtins

_LIBRARIES = frozenset({"np", "numpy", "torch", "math", "F", "nn", "jnp", "jax", "scipy"})


def free_names(text: str) -> tuple[str, ...]:
    """In the order of the text; nothing where it is no Python."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ()
    given: set[str] = set()
    used: dict[str, int] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                used.setdefault(name, node.lineno * 10_000 + node.col_offset)
            case ast.Name(id=name):
                given.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) | ast.ExceptHandler(name=str(name)):
                given.add(name)
            case ast.arg(arg=name):
                given.add(name)
            case ast.alias(name=name, asname=other):
                given.add(other or name.partition(".")[0])
    waiting = [n for n in used if n not in given and n not in _LIBRARIES and not hasattr(builtins, n)]
    return tuple(sorted(waiting, key=used.__getitem__))
