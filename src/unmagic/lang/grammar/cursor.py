"""What all parts of the grammar share: the place in the tokens, what is in scope, and how it says no."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from unmagic.core.errors import SyntaxUnread, UnmagicError
from unmagic.core.limits import Limits
from unmagic.core.program import Decision
from unmagic.core.span import SourceText, Span

from ..names import Known
from ..tokens.token import OPENING, Token
from ..tree import Name, Tree

CLOSES = {**OPENING, "⦃": "⦄"}
_SAID = {
    "\n": "the end of the line", "": "the end", "⊤": "ᵀ", "ð": "d", "frac": "\\frac", "matrix(": "a matrix",
    "cases(": "cases", "matrix)": "the end of the matrix", "cases)": "the end of the cases",
}  # fmt: skip


class Cursor(ABC):
    """Tokens, a position, the names in scope. The parts of the grammar build on it."""

    def __init__(
        self, source: SourceText, tokens: Sequence[Token], known: Known, limits: Limits, decisions: list[Decision]
    ) -> None:
        self.source = source
        self.tokens = tokens
        self.known = known
        self.limits = limits
        self.decisions = decisions
        self.p = 0
        self.depth = 0
        self.labels: list[str] = []  # index letters that a Σ or the left side has opened
        self.fences: list[str] = [""]  # the innermost bracket: inside bars, a bar closes
        self.divergence = False  # inside KL(…): bars separate

    # the place --------------------------------------------------------------------------------------------

    @property
    def now(self) -> Token:
        return self.tokens[min(self.p, len(self.tokens) - 1)]

    def ahead(self, k: int = 1) -> Token:
        return self.tokens[min(self.p + k, len(self.tokens) - 1)]

    def at(self, *texts: str) -> bool:
        """Whether the next token is one of these signs."""
        token = self.now
        return token.kind == "sign" and token.text in texts

    def word(self, *texts: str) -> bool:
        token = self.now
        return token.kind == "word" and token.text in texts

    def take(self) -> Token:
        token = self.now
        if token.kind != "end":
            self.p += 1
        return token

    def expect(self, text: str, what: str = "") -> Token:
        if not self.at(text):
            raise self.unexpected(what or text)
        return self.take()

    @property
    def last(self) -> int:
        """Where the token before the place ends."""
        return self.tokens[min(self.p, len(self.tokens)) - 1].end if self.p else self.tokens[0].start

    def span(self, start: int, end: int) -> Span:
        return Span(self.source, start, max(end, start))

    def over(self, tree: Tree) -> Span:
        return Span(self.source, tree.start, tree.end)

    # saying no --------------------------------------------------------------------------------------------

    def unexpected(self, expected: str = "") -> UnmagicError:
        token = self.now
        said = _SAID.get(token.text, token.text)
        what = f"{said} is out of place here"
        if token.kind == "end" or token.text == "\n":
            what = "the formula stops too early"
        return SyntaxUnread(
            what, span=self.span(token.start, token.end), notes=(f"expected: {expected}",) if expected else ()
        )

    def decide(self, words: str, start: int, end: int) -> None:
        decision = Decision(words, self.span(start, end))
        if decision not in self.decisions:
            self.decisions.append(decision)

    @contextmanager
    def deeper(self) -> Iterator[None]:
        """One level of nesting; the limit is checked before it is taken."""
        self.depth += 1
        if self.depth > self.limits.depth:
            self.limits.need("depth of nesting", self.depth, self.limits.depth)
        try:
            yield
        finally:
            self.depth -= 1

    @contextmanager
    def within(self, fence: str) -> Iterator[None]:
        """Inside a bracket or a bar."""
        self.fences.append(fence)
        before, self.divergence = self.divergence, False
        try:
            yield
        finally:
            self.fences.pop()
            self.divergence = before

    def enclosed(self) -> Tree:
        """What stands in the bracket that comes next; both its signs are taken."""
        opening = self.take().text
        with self.within(opening), self.deeper():
            body = self.condition()
            self.expect(CLOSES[opening])
        return body

    def enclosed_items(self) -> list[Tree]:
        """The same, where commas separate several."""
        opening = self.take().text
        with self.within(opening), self.deeper():
            return self.items(CLOSES[opening])

    @contextmanager
    def opened(self, letters: Sequence[str]) -> Iterator[None]:
        """Index letters that mean something inside."""
        self.labels.extend(letters)
        try:
            yield
        finally:
            del self.labels[len(self.labels) - len(letters) :]

    # what the parts give each other -----------------------------------------------------------------------

    @abstractmethod
    def condition(self) -> Tree: ...

    @abstractmethod
    def expr(self) -> Tree: ...

    @abstractmethod
    def sum(self) -> Tree: ...

    @abstractmethod
    def behind(self, base: Tree, start: int) -> Tree: ...

    @abstractmethod
    def term(self) -> Tree: ...

    @abstractmethod
    def unary(self) -> Tree: ...

    @abstractmethod
    def postfix(self) -> Tree: ...

    @abstractmethod
    def primary(self) -> Tree: ...

    @abstractmethod
    def starts(self, token: Token) -> bool: ...

    @abstractmethod
    def subscript(self) -> tuple[Tree, ...]: ...

    @abstractmethod
    def script(self) -> Tree: ...

    @abstractmethod
    def function(self) -> Tree | None: ...

    @abstractmethod
    def big(self) -> Tree | None: ...

    @abstractmethod
    def derivative(self) -> Tree | None: ...

    @abstractmethod
    def items(self, close: str) -> list[Tree]: ...

    @abstractmethod
    def name(self) -> Tree: ...

    @abstractmethod
    def named(self, name: Name) -> Tree: ...

    @abstractmethod
    def whole_name(self, token: Token) -> bool: ...

    @abstractmethod
    def pieces(self, token: Token) -> list[str] | None: ...

    @abstractmethod
    def compares(self, at: int) -> bool: ...

    @abstractmethod
    def beside(self) -> bool: ...
