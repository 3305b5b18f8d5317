"""What a program shows of its numbers: the names and expressions inside its calls of print, plot, save."""

from __future__ import annotations

import ast
from functools import lru_cache
from typing import NamedTuple

from unmagic.core.span import SourceText

SHOWING = frozenset({
    "print", "pprint", "display", "info", "debug", "warning", "error", "write", "writelines", "plot", "scatter", "bar",
    "hist", "imshow", "semilogy", "loglog", "errorbar", "contour", "contourf", "save", "savez", "savetxt", "dump",
    "dumps", "assert_allclose", "append",
})  # fmt: skip

LONGEST = 200_000
"""Characters of a source that is looked through."""


class Shown(NamedTuple):
    """``names`` as they are written, and the ``(start, end)`` of what is handed over."""

    names: frozenset[str] = frozenset()
    spans: tuple[tuple[int, int], ...] = ()


@lru_cache(maxsize=32)
def shown_in(source: SourceText) -> Shown:
    """The names that a Python text prints, plots or saves; nothing where it is no Python."""
    if len(source.text) > LONGEST:
        return Shown()
    try:
        tree = ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError):
        return Shown()
    starts = [0]
    for line in source.text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    lines = source.text.split("\n")

    def offset(line: int, column: int) -> int:
        text = lines[line - 1]
        return starts[line - 1] + (column if text.isascii() else len(text.encode()[:column].decode(errors="ignore")))

    returned: dict[str, list[ast.expr]] = {}  # by a function's name: what it gives back
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            given = [one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value is not None]
            returned.setdefault(node.name, []).extend(given)
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call) and _called(one.func) in SHOWING]
    todo = [part for call in calls for part in (*call.args, *(keyword.value for keyword in call.keywords))]
    names: set[str] = set()
    spans: dict[tuple[int, int], None] = {}
    while todo:
        part = todo.pop()
        here = offset(part.lineno, part.col_offset), offset(part.end_lineno or 0, part.end_col_offset or 0)
        if here in spans:
            continue
        spans[here] = None
        for one in ast.walk(part):
            if isinstance(one, (ast.Name, ast.Attribute)):
                names.add(ast.unparse(one))
            elif isinstance(one, ast.Call):
                todo += returned.get(_called(one.func), [])
    return Shown(frozenset(names), tuple(spans))


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
