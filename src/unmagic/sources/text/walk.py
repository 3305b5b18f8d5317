"""The state of one walk: the Recorder, what was printed, the spans, the decisions taken."""

from __future__ import annotations

import ast
from typing import Any

from unmagic.core.errors import LimitReached, Unsupported
from unmagic.core.limits import Limits
from unmagic.core.program import Decision
from unmagic.core.span import SourceText, Span
from unmagic.record.recorder import Recorder

MOST_CALLS = 90
"""Calls of the program's own functions inside one another. Python allows 1000; each costs us several frames."""


class Walk:
    """What all parts of the walker share. Values live in environments; this is what is left of a run."""

    def __init__(self, source: SourceText, limits: Limits) -> None:
        self.source = source
        self.limits = limits
        self.recorder = Recorder(limits)
        self.builder = self.recorder.builder
        self.printed: list[str] = []
        self.printed_size = 0
        self.made = 0.0  # entries of long lists and strings made so far
        self.print_options: dict[str, Any] = {}
        self.decisions: dict[str, Decision] = {}
        self.depth = 0
        self.bindings: dict[str, Any] = {}
        self.random: Any = None  # NumPy's legacy generator, once the program seeds it
        self.torch: Any = None  # gradients, modes, what backward left behind; made when torch is first used
        self._starts: list[int] | None = None
        self._lines: list[str] = []

    def span(self, node: ast.AST) -> Span:
        """The characters that ``node`` stands on."""
        if self._starts is None:
            self._lines = self.source.text.splitlines(keepends=True) or [""]
            self._starts = [0]
            for line in self._lines:
                self._starts.append(self._starts[-1] + len(line))
        first = self._offset(getattr(node, "lineno", 1), getattr(node, "col_offset", 0))
        last = self._offset(getattr(node, "end_lineno", None) or 1, getattr(node, "end_col_offset", None) or 0)
        return Span(self.source, first, max(first, last))

    def _offset(self, line: int, column: int) -> int:
        assert self._starts is not None
        if line > len(self._lines):
            return self._starts[-1]
        text = self._lines[line - 1]
        if not text.isascii():  # the tree counts bytes
            column = len(text.encode()[:column].decode(errors="ignore"))
        return self._starts[line - 1] + column

    def decide(self, words: str, span: Span | None = None) -> None:
        self.decisions.setdefault(words, Decision(words, span))

    def write(self, text: str) -> None:
        """What the program prints."""
        self.printed_size += len(text)
        self.limits.need("characters printed", self.printed_size, self.limits.program_characters)
        self.printed.append(text)

    def enter(self, span: Span | None) -> None:
        """A call of one of the program's functions begins."""
        self.recorder.tick()
        self.depth += 1
        if self.depth > MOST_CALLS:
            raise LimitReached(
                f"calls inside calls: {self.depth} is over the limit of {MOST_CALLS}",
                span=span,
                notes=(f"limit: calls inside one another ≤ {MOST_CALLS}",),
            )

    def check_text(self, size: int) -> None:
        """A string of ``size`` characters is about to be made; long ones count together too."""
        self.limits.need("characters of one string", size, self.limits.program_characters)
        if size > 1000:
            self.made += size / 8
            self._check_made()

    def check_list(self, size: int) -> None:
        """A list of ``size`` entries is about to be made; long ones count together too."""
        most = min(self.limits.entries, 1_000_000)
        self.limits.need("entries of one list", size, most)
        if size > 1000:
            self.made += size
            self._check_made()

    def _check_made(self) -> None:
        most = 20 * min(self.limits.entries, 1_000_000)
        self.limits.need("entries of all long lists and strings together", int(self.made), most)

    def refuse(self, what: str, span: Span | None, hint: str = "") -> Unsupported:
        return Unsupported(what, span=span, hint=hint)
