"""Errors for people: what was read, where, what was expected, the nearest thing that works."""

from __future__ import annotations

from .span import Span


class UnmagicError(Exception):
    """Base of all errors that a user's input can cause.

    ``what`` is one short sentence, ``span`` the place in the user's text, ``notes`` further lines (shapes with the
    meeting sizes marked, the meanings that are live), ``hint`` the nearest thing that works.
    """

    def __init__(self, what: str, *, span: Span | None = None, notes: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.span = span
        self.notes = notes
        self.hint = hint

    def at(self, span: Span | None) -> UnmagicError:
        """The same error with a place, if it had none yet (rules know no text; front ends add where)."""
        if self.span is None:
            self.span = span
        return self

    def report(self) -> str:
        """The whole message as plain text lines, as a terminal shows it."""
        lines = [self.what]
        if self.span is not None:
            lines.append(self.span.caret())
        lines.extend(f"  {note}" for note in self.notes)
        if self.hint:
            lines.append(f"  {self.hint}")
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.report()


class SyntaxUnread(UnmagicError):
    """The text has no reading: an unbalanced bracket, a sign out of place."""


class Unbound(UnmagicError):
    """A name that no value, definition or known function stands behind."""


class Ambiguous(UnmagicError):
    """Two meanings are live and the numbers would differ; ``notes`` names them."""


class ShapeClash(UnmagicError):
    """Shapes that do not meet; ``notes`` shows both with the clashing sizes in brackets."""


class Unsupported(UnmagicError):
    """Something the reader has no rule for; it is named, never guessed."""


class BadValue(UnmagicError):
    """A bound value that is no number or array of numbers, or an index outside its array."""


class LimitReached(UnmagicError):
    """A limit was hit, before anything was allocated; ``notes`` names limit and size."""


class Raised(UnmagicError):
    """The user's program raised ``exception`` itself; what it computed up to there can be read."""

    def __init__(self, exception: str, message: str, *, span: Span | None = None) -> None:
        super().__init__(f"{exception}: {message}" if message else exception, span=span)
        self.exception = exception
        self.message = message
