"""A run of letters: a bound name, an index, a constant, or several factors side by side."""

from __future__ import annotations

from ..names import PROBABILITIES, known_function
from ..tokens.alphabet import GREEK_NAMES
from ..tokens.token import Token, joined, matching
from ..tree import Const, Infix, Name, Sub, Tree
from .cursor import Cursor


class Runs(Cursor):
    """Name tokens by what is in scope."""

    def name(self) -> Tree:
        """A name token: bound, a constant, an index, a run that splits, or unbound."""
        token = self.now
        found = self.known.match(self.tokens, self.p)
        if found is not None:
            text, self.p = found
            return self.named(Name(text, token.start, self.last))
        self.take()
        primed = self.primed(token)
        if primed is not None:
            return primed
        text = token.text
        if text in self.known:
            return self.named(Name(text, token.start, token.end))
        if text in self.labels:
            return Name(text, token.start, token.end)
        if text in ("pi", "e"):
            return Const(text, token.start, token.end)
        pieces = None if token.look == "whole" else self.pieces(token)
        if pieces is not None and len(pieces) > 1:
            return self.split(token, pieces)
        if self.at("(") and not self.now.spaced and (text in PROBABILITIES or self.conditioned()):
            close = matching(self.tokens, self.p)
            name = joined(self.tokens[self.p - 1 : close + 1])
            self.p = close + 1
            return Name(name, token.start, self.last)
        return Name(text, token.start, token.end)

    def named(self, name: Name) -> Tree:
        """A bound name; before a bracket it multiplies, unless it is a table and the bracket holds its index."""
        if self.at("(") and name.text not in self.known.functions:
            close = matching(self.tokens, self.p)
            inside = self.tokens[self.p + 1 : close]
            letters = [token for token in inside if token.text not in (",", "|", "_")]
            if letters and all(token.kind == "name" and token.text in self.labels for token in letters):
                index = tuple(Name(token.text, token.start, token.end) for token in letters)
                self.p = close + 1
                return Sub(name, index, name.start, self.last)
            self.decide(
                f"{self.source.text[name.start : name.end]}(…): bound, so it multiplies the bracket",
                name.start,
                name.end,
            )
        return name

    def primed(self, token: Token) -> Tree | None:
        """A name with primes that is bound so; ``y′`` else is a name too, unless it is a function's derivative."""
        if not self.at("′") or token.text in self.known.functions or known_function(token.text):
            return None
        k = 0
        while self.ahead(k).text == "′":
            k += 1
        self.p += k
        return Name(token.text + "′" * k, token.start, self.last)

    def conditioned(self) -> bool:
        """Whether the bracket ahead holds a condition bar: ``P(A|B)``."""
        close = matching(self.tokens, self.p)
        return (
            any(t.text == "|" for t in self.tokens[self.p : close])
            and sum(t.text == "|" for t in self.tokens[self.p : close]) == 1
        )

    def whole_name(self, token: Token) -> bool:
        return token.text in self.known or token.text in self.labels or token.look == "whole"

    def pieces(self, token: Token) -> list[str] | None:
        """The letters a run splits into, if all of them are known."""
        text = token.text
        if len(text) < 2 or not text.isascii() or not text.isalpha() or text in GREEK_NAMES:
            return None
        known = [c in self.known or c in self.labels or c == "e" or c in self.known.functions for c in text]
        at = next((k for k in (self.p - 1, self.p) if self.tokens[k] is token), self.p)
        if all(known[:-1]) and (known[-1] or self.known.match(self.tokens, at, text[-1])):
            return list(text)
        if token.look == "raised" and all(c in self.known or c in self.labels or c.islower() for c in text):
            return list(text)
        if self.known.letters and len(text) <= 3 and not text.isdigit():
            return list(text)
        return None

    def split(self, token: Token, pieces: list[str]) -> Tree:
        """A run as factors side by side: the first now, the others as tokens; raised, ``zj`` is z with index j."""
        rank = self.known.ranks.get(pieces[0])
        indexed = all(
            piece in self.labels or (piece not in self.known and rank == len(pieces) - 1) for piece in pieces[1:]
        )
        if token.look == "raised" and pieces[0] in self.known and indexed:
            self.decide(f"raised {token.text}: {pieces[0]} with index {', '.join(pieces[1:])}", token.start, token.end)
            index = tuple(Name(c, token.start + 1 + k, token.start + 2 + k) for k, c in enumerate(pieces[1:]))
            return Sub(Name(pieces[0], token.start, token.start + 1), index, token.start, token.end)
        scaled = len(pieces) == token.end - token.start
        rest = [
            Token(
                "name", c, token.start + (k if scaled else 0), token.start + k + 1 if scaled else token.end, False, ""
            )
            for k, c in enumerate(pieces)
        ]
        tokens = list(self.tokens)
        tokens[self.p - 1 : self.p] = rest
        self.tokens = tokens
        if token.look == "raised":  # an exponent of one run: the product of its letters
            product: Tree = Name(rest[0].text, rest[0].start, rest[0].end)
            for piece in rest[1:]:
                product = Infix("", product, Name(piece.text, piece.start, piece.end), token.start, piece.end)
            self.p += len(rest) - 1
            return product
        self.p -= 1
        return self.unary()
