"""Printers of documents, one a format. Nothing here formats a number: every number arrives as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, Protocol

from unmagic.core.document import Document
from unmagic.core.errors import UnmagicError


class Printer(Protocol):
    """Makes a document into text of one format; options are keyword-only and differ by format."""

    def __call__(self, document: Document, **options: Any) -> str: ...


class _Printers(Mapping[str, Printer]):
    """The printers by format, each imported when it is first asked for."""

    def __init__(self, formats: dict[str, str]) -> None:
        self._formats = formats

    def __getitem__(self, format: str) -> Printer:
        printer: Printer = getattr(import_module(f"{__name__}.{self._formats[format]}"), self._formats[format])
        return printer

    def __iter__(self) -> Iterator[str]:
        return iter(self._formats)

    def __len__(self) -> int:
        return len(self._formats)


printers: Mapping[str, Printer] = _Printers(
    {name: name for name in ("text", "html", "markdown", "latex", "mathml")},
)
"""``printers["markdown"](document)``: each module holds a function of its own name."""

FORMATS = (*printers, "json")

_OPTIONS = frozenset({"width", "ascii", "inside", "hues", "style", "level", "whole", "indent"})


class Shown(Protocol):
    """What can be rendered: a reading."""

    def document(self, **options: Any) -> Document: ...

    def facts(self) -> dict[str, Any]: ...


def render(reading: Shown, format: str, **options: Any) -> str:
    """A reading in one of `FORMATS`. Options that no printer knows are the document's: what it is to show."""
    own = {name: value for name, value in options.items() if name in _OPTIONS}
    if format == "json":
        from .json import json

        return json(reading.facts(), **own)
    if format not in printers:
        raise UnmagicError(f"no format {format}", hint=f"there are {', '.join(FORMATS)}")
    show = {name: value for name, value in options.items() if name not in _OPTIONS}
    return printers[format](reading.document(**show), **own)
