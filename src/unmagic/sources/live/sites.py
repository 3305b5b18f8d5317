"""A Site: the place in a user's file that an event comes from, and what is known of it from the text alone."""

from __future__ import annotations

import ast
import os
from functools import cache
from typing import Any

from unmagic.core.span import SourceText, Span

Place = tuple[int, int, int, int]  # first line, its column, last line, its column; columns in UTF-8 bytes


class Source:
    """A user's file: its text, and where its lines start."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = SourceText(text, called(path))
        self._lines: list[str] = []
        self._starts: list[int] = []

    def offset(self, line: int, column: int) -> int:
        """Characters before ``column`` bytes into ``line``."""
        if not self._starts:
            # `splitlines` knows ends of lines that Python does not
            self._lines = [f"{one}\n" for one in self.text.text.split("\n")]
            self._starts = [0]
            for one in self._lines:
                self._starts.append(self._starts[-1] + len(one))
        if not 0 < line <= len(self._lines):
            return len(self.text.text)
        words = self._lines[line - 1]
        characters = column if words.isascii() else len(words.encode()[:column].decode(errors="ignore"))
        return self._starts[line - 1] + characters

    def span(self, place: Place) -> Span:
        return Span(self.text, self.offset(place[0], place[1]), self.offset(place[2], place[3]))


@cache  # once a path: a program may go elsewhere while it runs
def called(path: str) -> str:
    """What a file is called to its user: from where they stand, if it lies below."""
    try:
        return path.removeprefix(os.getcwd() + os.sep)
    except OSError:  # they stand nowhere: the folder is gone
        return path


class Site:
    """What happens here (``kind``), with which operator or name (``what``), and what the result is called (``name``).

    ``shape`` says how the operands of an event are laid out, where the kind alone does not; ``scope`` is the dotted
    name of the function it stands in.
    """

    __slots__ = ("count", "kind", "name", "place", "scope", "shape", "source", "what")

    def __init__(
        self, source: Source, kind: str, what: str, place: Place, name: str = "", shape: Any = None, scope: str = ""
    ) -> None:
        self.source = source
        self.kind = kind
        self.what = what
        self.place = place
        self.name = name
        self.shape = shape
        self.scope = scope
        self.count = _operands(kind, shape)

    @property
    def span(self) -> Span:
        return self.source.span(self.place)

    def plain(self) -> tuple[Any, ...]:
        """All but the source, as what a cache can hold."""
        return self.kind, self.what, self.place, self.name, self.shape, self.scope

    def __repr__(self) -> str:
        return f"<{self.kind} {self.what} line {self.place[0]}>"


def _operands(kind: str, shape: Any) -> int:
    """How many operands an event of this kind is told; what comes after is None, from the clearing of temporaries."""
    if kind in ("call", "method"):
        return 1 + int(shape[0]) + len(shape[2])
    return 1 if kind in ("unary", "attribute", "gather") else 2


def place_of(node: ast.AST) -> Place:
    """Where ``node`` stands."""
    return (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]


__all__ = ["Place", "Site", "Source", "place_of"]
