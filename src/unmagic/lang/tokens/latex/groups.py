"""The place in a LaTeX text, and the arguments and groups that stand there."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Self

from unmagic.core.errors import SyntaxUnread
from unmagic.core.limits import DEFAULT
from unmagic.core.span import SourceText

from ..token import Token, place


class Groups(ABC):
    """A stretch of LaTeX and the tokens read so far; groups are scanned in place, so that tokens keep their offsets."""

    def __init__(self, source: SourceText, base: int, end: int, depth: int = 0, most: int = DEFAULT.depth) -> None:
        self.source = source
        self.text = source.text
        self.i = base
        self.end = end
        self.depth = depth
        self.most = most
        self.tokens: list[Token] = []
        self.spaced = False
        self.lines = 0  # array environments that hold statements
        if depth > most:
            DEFAULT.need("depth of nesting", depth, most)

    def add(self, kind: str, text: str, start: int, end: int, look: str = "") -> None:
        self.tokens.append(Token(kind, text, start, end, self.spaced, look))
        self.spaced = False

    def error(self, what: str, start: int, end: int) -> SyntaxUnread:
        return SyntaxUnread(what, span=place(self.source, start, end))

    def blanks(self) -> None:
        while self.i < self.end and (self.text[self.i].isspace() or self.text[self.i] == "~"):
            self.i += 1
            self.spaced = True

    def argument(self) -> tuple[int, int]:
        """Start and end of the next argument's inside: a group, a command with its arguments, or one character."""
        self.blanks()
        text, i = self.text, self.i
        if i >= self.end:
            raise self.error("an argument is missing here", max(0, i - 1), i)
        if text[i] == "{":
            close = self.closing(i)
            self.i = close + 1
            return i + 1, close
        if text[i] == "\\":
            start = i
            probe = self.within(i, self.end)
            probe.step()
            self.i = probe.i
            return start, probe.i
        self.i = i + 1
        return i, i + 1

    def closing(self, i: int, pair: str = "{}") -> int:
        """The position of the brace that closes the one at ``i``."""
        depth, j, text = 0, i, self.text
        while j < self.end:
            c = text[j]
            if c == "\\":
                j += 2
                continue
            depth += c == pair[0]
            depth -= c == pair[1]
            if depth == 0:
                return j
            j += 1
        raise self.error(f"this {pair[0]} is never closed", i, i + 1)

    def option(self) -> tuple[int, int] | None:
        """The inside of an optional argument in square brackets."""
        self.blanks()
        if self.i < self.end and self.text[self.i] == "[":
            start = self.i
            close = self.closing(start, "[]")
            self.i = close + 1
            return start + 1, close
        return None

    def within(self, start: int, end: int) -> Self:
        """A scanner of a part, one level deeper."""
        return type(self)(self.source, start, end, self.depth + 1, self.most)

    def inner(self, start: int, end: int) -> list[Token]:
        return self.within(start, end).run()

    def group(self, inside: tuple[int, int]) -> None:
        """An argument as a group in braces; ``{a \\over b}`` and ``{n \\choose k}`` as the fractions they are."""
        inner = self.inner(*inside)
        depth = 0
        for k, token in enumerate(inner):
            depth += token.text == "{"
            depth -= token.text == "}"
            if depth == 0 and token.kind == "sign" and token.text in ("over", "choose"):
                self.add("sign", "frac" if token.text == "over" else "binom", inside[0], inside[0])
                for part in (inner[:k], inner[k + 1 :]):
                    self.add("sign", "{", token.start, token.start)
                    self.tokens.extend(part)
                    self.add("sign", "}", token.end, token.end)
                return
        self.braced(inner, inside)

    def braced(self, inner: list[Token], inside: tuple[int, int]) -> None:
        self.add("sign", "{", inside[0], inside[0])
        self.tokens.extend(inner)
        self.add("sign", "}", inside[1], inside[1])

    # what the scanner built on this gives

    @abstractmethod
    def run(self) -> list[Token]: ...

    @abstractmethod
    def step(self) -> None: ...
