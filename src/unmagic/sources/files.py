"""Python text out of a file: the whole of it, one function with its call, or one notebook cell."""

from __future__ import annotations

import ast
import json
from pathlib import Path

from unmagic.core.errors import SyntaxUnread, Unbound, UnmagicError
from unmagic.core.limits import DEFAULT

from .sniff import path_form


def text_of(source: str) -> str:
    """The text that ``file.py``, ``file.py:function`` or ``file.ipynb:cell`` names. Raises an `UnmagicError`."""
    form = path_form(source)
    if form is None:
        raise UnmagicError(f"{source!r} is no path of a Python file or notebook")
    file = Path(form.path)
    try:
        size = file.stat().st_size
        DEFAULT.need(f"characters of {file.name}", size, 100 * DEFAULT.program_characters)
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnmagicError(f"can't open {form.path}", notes=(str(error),)) from error
    if file.suffix == ".ipynb":
        return _cell(text, form.path, form.part)
    return text if not form.part else _with_call(text, form.path, form.part)


def _with_call(text: str, path: str, name: str) -> str:
    """The file's text, ending in a call of one of its functions on values of its parameters' names."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise SyntaxUnread(f"{path} is not Python: {error}") from error
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    if name not in functions:
        raise Unbound(f"{path} has no function {name}", notes=(f"its functions: {', '.join(functions) or 'none'}",))
    arguments = functions[name].args
    needed = [*arguments.posonlyargs, *arguments.args]
    needed = needed[: len(needed) - len(arguments.defaults)]
    passed = [a.arg for a in needed] + [f"{a.arg}={a.arg}" for a, d in _keywords(arguments) if d is None]
    return f"{text.rstrip()}\n\n{name}({', '.join(passed)})\n"


def _keywords(arguments: ast.arguments) -> list[tuple[ast.arg, ast.expr | None]]:
    return list(zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True))


def _cell(text: str, path: str, part: str) -> str:
    """The code of one cell, counted from 1 as notebooks show it, or of all cells."""
    try:
        cells = [cell for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
        codes = ["".join(cell["source"]) for cell in cells]
    except (ValueError, KeyError, TypeError) as error:
        raise SyntaxUnread(f"{path} is no notebook") from error
    if not part:
        return "\n".join(codes)
    if not part.isdigit() or not 1 <= int(part) <= len(codes):
        raise Unbound(f"{path} has no code cell {part}", notes=(f"its code cells: 1 to {len(codes)}",))
    return codes[int(part) - 1]
