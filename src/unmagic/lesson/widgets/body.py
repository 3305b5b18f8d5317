"""What stands in a directive: its ``name: value`` lines, and the parts that ``->`` divides a line into."""

from __future__ import annotations

from unmagic.core.errors import UnmagicError
from unmagic.lesson.lesson import named_lines
from unmagic.lesson.markdown import Widget


class Body:
    """The lines of a directive by name. Asking for one that is not there is an error of the lesson's, with its line."""

    def __init__(self, widget: Widget) -> None:
        self.widget = widget
        self.lines = named_lines(widget.body)

    def one(self, name: str, default: str | None = None) -> str:
        """The line called ``name``. Raises `UnmagicError` where there is none and no default."""
        found = self.all(name)
        if len(found) > 1 or (not found and default is None):
            raise UnmagicError(f"line {self.widget.line}: {self.widget.kind} {self.widget.id} needs one line {name!r}")
        return found[0] if found else default or ""

    def all(self, name: str) -> list[str]:
        """Every line called ``name``, in order."""
        return [value for key, value in self.lines if key == name]

    def code(self) -> list[str]:
        """The ``code`` lines as they stand, indents and all."""
        return [line.removeprefix("code: ") for line in self.widget.body.splitlines() if line.startswith("code: ")]


def parts(line: str, least: int = 2) -> list[str]:
    """The parts of a line, at its arrows. Raises `UnmagicError` where there are fewer than ``least``."""
    found = [part.strip() for part in line.split(" -> ")]
    if len(found) < least:
        raise UnmagicError(f"{line!r} has {len(found)} parts, not {least}", hint="one -> another")
    return found
