"""Where an expression is rewritten: whether a temporary may be a local name there, and which are taken."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from . import placeholders
from .sites import Place, Site, Source, place_of


class File:
    """The sites and slots of one file while it is rewritten."""

    def __init__(self, source: Source, frames: bool = False, deep: bool = False) -> None:
        self.source = source
        self.sites: list[Site] = []
        self.slots = 0
        self.scope: list[str] = []  # the functions and classes around
        self.deep = deep  # what is called is handed its twin: one function is read, no file was
        self.frames = frames  # somewhere in the program frames are read: no temporaries in them at all

    def site(self, kind: str, what: str, like: ast.expr | ast.stmt, name: str = "", shape: Any = None) -> Site:
        site = Site(self.source, kind, what, place_of(like), name, shape, ".".join(self.scope))
        self.sites.append(site)
        return site

    def at(self, place: Place) -> Any:
        return self.source.span(place)


class Context:
    """One scope. ``names``: temporaries are locals of the frame (an assignment expression puts them there);
    otherwise slots, which stand in the code's constants."""

    def __init__(
        self, file: File, names: bool, steady: frozenset[str] = frozenset(), prefix: str = "_um", module: bool = False
    ) -> None:
        self.file = file
        self.names = names and not file.frames
        self.steady = steady
        self.prefix = prefix
        self.module = module
        self.names_in_lambdas = not file.frames  # not inside the iterable of a comprehension
        self.live = 0
        self.most = 0

    def inner(self, names: bool, steady: frozenset[str], prefix: str) -> Context:
        return Context(self.file, names, steady, prefix)

    @contextmanager
    def slotted(self) -> Iterator[None]:
        """Where an assignment expression is not allowed: the iterables of a comprehension."""
        before, self.names = self.names, False
        try:
            yield
        finally:
            self.names = before

    @contextmanager
    def expression(self) -> Iterator[None]:
        """Temporaries taken inside are free again afterwards."""
        before = self.live
        try:
            yield
        finally:
            self.live = before

    def temporary(self) -> str:
        self.live += 1
        self.most = max(self.most, self.live)
        return f"{self.prefix}{self.live}"

    def slot(self) -> int:
        self.file.slots += 1
        return self.file.slots - 1


def call(function: ast.expr, args: list[ast.expr], like: Any) -> ast.Call:
    return at(ast.Call(function, args, []), like)


def hooked(name: str, args: list[ast.expr], like: Any) -> ast.Call:
    return call(placeholders.hook(name, like), args, like)


def at(node: Any, like: Any) -> Any:
    """``node`` with the place of ``like``."""
    node.lineno = like.lineno
    node.col_offset = like.col_offset
    node.end_lineno = like.end_lineno
    node.end_col_offset = like.end_col_offset
    return node


def load(name: str, like: Any) -> ast.Name:
    return at(ast.Name(name, ast.Load()), like)


def store(name: str, like: Any) -> ast.Name:
    return at(ast.Name(name, ast.Store()), like)


def nothing(like: Any) -> ast.Constant:
    return at(ast.Constant(None), like)


def cleared(names: list[str], like: Any) -> list[ast.expr]:
    """One more argument that sets temporaries to None once the others are on the stack."""
    if not names:
        return []
    value: ast.expr = nothing(like)
    for name in names:
        value = at(ast.NamedExpr(store(name, like), value), like)
    return [value]


__all__ = ["Context", "File", "at", "call", "cleared", "hooked", "load", "nothing", "store"]
