"""Where in the user's text something stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceText:
    """A text as the user handed it in, and what it is called in messages (a path, or ``formula``)."""

    text: str
    label: str = "formula"

    def line_of(self, offset: int) -> int:
        """Line number of an offset, counted from 1."""
        return self.text.count("\n", 0, offset) + 1


@dataclass(frozen=True, slots=True)
class Span:
    """Characters ``start`` up to ``end`` of a source text."""

    source: SourceText
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def line(self) -> int:
        return self.source.line_of(self.start)

    @property
    def column(self) -> int:
        """Column of the first character, counted from 0."""
        return self.start - (self.source.text.rfind("\n", 0, self.start) + 1)

    def caret(self, indent: str = "  ") -> str:
        """The line it stands on, with carets under it: two lines of text."""
        text = self.source.text
        first = text.rfind("\n", 0, self.start) + 1
        last = text.find("\n", self.start)
        line = text[first : last if last >= 0 else len(text)]
        width = max(1, min(self.end, first + len(line)) - self.start)
        return f"{indent}{line}\n{indent}{' ' * (self.start - first)}{'^' * width}"

    def join(self, other: Span) -> Span:
        """The smallest span that holds both."""
        return Span(self.source, min(self.start, other.start), max(self.end, other.end))
