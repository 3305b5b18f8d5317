"""A file's text in, its instrumented code out; the code from before the swap is what a cache holds."""

from __future__ import annotations

import ast
from types import CodeType
from typing import Any, NamedTuple

from . import statements
from .context import Context, File
from .hooks import MISSING, OBJECTS
from .placeholders import FIRST, HOOKS, SITES, SLOTS, swap
from .sites import Site, Source


class Instrumented(NamedTuple):
    """Code with numbers where hooks and sites belong, and the sites as plain data."""

    code: CodeType
    sites: tuple[tuple[Any, ...], ...]


def instrument(text: bytes | str, path: str, *, flags: int = 0, frames: bool = False) -> Instrumented:
    """Instrument a whole file. Raises `SyntaxError` as `compile` does."""
    tree = ast.parse(text, path)
    source = Source(path, "")
    file = File(source, frames)
    context = Context(file, names=False, module=True)
    code = compile(statements.module(context, tree), path, "exec", flags=flags, dont_inherit=True)
    return Instrumented(code, tuple(site.plain() for site in file.sites))


def connected(made: Instrumented, source: Source) -> CodeType:
    """The code that runs: hooks, sites and slots in place."""
    sites = [Site(source, kind, what, place, name, shape) for kind, what, place, name, shape in made.sites]
    slots: dict[int, list[Any]] = {}

    def put(number: int) -> Any:
        if number < SITES:
            return OBJECTS[HOOKS[number - FIRST]]
        if number < SLOTS:
            return sites[number - SITES]
        return slots.setdefault(number, [MISSING])

    return swap(made.code, put)


__all__ = ["Instrumented", "connected", "instrument"]
