"""A file's text in, its instrumented code out; the code from before the swap is what a cache holds."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any, NamedTuple

from . import statements
from .context import Context, File
from .hooks import OBJECTS
from .placeholders import FIRST, HOOKS, SITES, SLOTS, swap
from .sites import Site, Source
from .slots import Slot, new_slot


class Instrumented(NamedTuple):
    """Code with numbers where hooks and sites belong, and the sites as plain data."""

    code: CodeType
    sites: tuple[tuple[Any, ...], ...]
    warns: bool = False  # compiling the text as it stands gives a SyntaxWarning


def instrument(
    text: bytes | str, path: str, *, frames: bool = False, deep: bool = False,
    make: type[statements.Statements] = statements.Statements,
) -> Instrumented:  # fmt: skip
    """Instrument a whole file. Raises `SyntaxError` as `compile` does.

    ``frames``: the program looks into frames, so none of them gets a temporary. ``deep``: what is called is handed its
    twin first, where only a function is read and its module was not instrumented. ``make``: who rewrites.
    """
    with syntax_warnings("ignore"):  # twins would give each twice; `warn` gives the program's own
        tree = ast.parse(text, path)
    file = File(Source(path, ""), frames, deep)
    rewritten = statements.module(Context(file, names=False, module=True), tree, make)
    with syntax_warnings("ignore"):
        code = compile(rewritten, path, "exec", dont_inherit=True)
    return Instrumented(code, tuple(site.plain() for site in file.sites), _warns(text, path))


@contextmanager
def syntax_warnings(action: str) -> Iterator[None]:
    """One more filter for a while. `warnings.catch_warnings` would make every warning given once be given again."""
    added = [(action, None, kind, None, 0) for kind in (SyntaxWarning, DeprecationWarning)]
    warnings.filters[:0] = added  # type: ignore[index]
    try:
        yield
    finally:
        for one in added:
            warnings.filters.remove(one)  # type: ignore[attr-defined]


def _warns(text: bytes | str, path: str) -> bool:
    with syntax_warnings("error"):
        try:
            compile(text, path, "exec", dont_inherit=True)
        except SyntaxError:
            return True
    return False


def warn(text: bytes | str, path: str) -> None:
    """Give the warnings that compiling the program gives."""
    compile(text, path, "exec", dont_inherit=True)


def connected(made: Instrumented, source: Source) -> CodeType:
    """The code that runs: hooks, sites and slots in place."""
    sites = [Site(source, *plain) for plain in made.sites]
    slots: dict[int, Slot] = {}

    def put(number: int) -> Any:
        if number < SITES:
            return OBJECTS[HOOKS[number - FIRST]]
        if number < SLOTS:
            return sites[number - SITES]
        if number not in slots:
            slots[number] = new_slot()
        return slots[number]

    return swap(made.code, put)


__all__ = ["Instrumented", "connected", "instrument", "syntax_warnings", "warn"]
