"""Σ, Π, max, argmin, lim, E with what stands below and above them."""

from __future__ import annotations

from collections.abc import Sequence

from unmagic.core.errors import SyntaxUnread

from ..names import index_letters
from ..tokens.token import Token
from ..tree import Big, Call, Compare, Group, Infix, Name, Tree, free_in, subscript_names
from .cursor import Cursor

_NAMED = {
    "sum": "Σ", "prod": "Π", "max": "max", "min": "min", "argmax": "argmax", "argmin": "argmin", "lim": "lim",
    "sup": "max",
    "inf": "min", "E": "E", "mean": "mean", "avg": "mean", "softmax": "softmax", "logsumexp": "logsumexp",
}  # fmt: skip


class Bigs(Cursor):
    """Signs that run over an index."""

    def big(self) -> Tree | None:
        token = self.now
        if token.kind == "sign" and token.text in ("Σ", "Π"):
            if {"Σ": "Sigma", "Π": "Pi"}[token.text] in self.known or self.known.match(self.tokens, self.p):
                return None
            sign = token.text
        elif token.kind == "name" and token.text in _NAMED:
            if token.text in self.known or self.known.match(self.tokens, self.p) or token.text in self.labels:
                return None
            plain_sum = token.text == "sum" and self.ahead().text not in ("(", "[") and self.starts(self.ahead())
            if self.ahead().text != "_" and not plain_sum:
                return None
            sign = _NAMED[token.text]
        else:
            return None
        self.take()
        low = high = over = None
        letters: list[str] = []
        tests: list[Tree] = []
        while self.at("_", "^"):
            if self.take().text == "^":
                high = self.script()
            else:
                letters, low, tests, over, ranged = self.below(sign)
                high = ranged if ranged is not None else high
        if sign == "softmax":
            return self.softmax_over(token, letters)
        with self.opened(letters):
            body = self.body(sign, letters)
        written = bool(letters)
        return Big(
            sign,
            tuple(letters or self.carried(body)),
            low,
            high,
            tuple(tests),
            body,
            token.start,
            self.last,
            over,
            written,
        )

    def softmax_over(self, token: Token, letters: list[str]) -> Tree:
        """``softmax_j(z_{ij})``: the axis by its letter."""
        with self.opened(letters):
            args = self.postfix()
        body = args.body if isinstance(args, Group) else args
        sub = Name(letters[0], token.start, token.end) if letters else None
        return Call(token.text, (body,), token.start, self.last, sub)

    def body(self, sign: str, letters: list[str]) -> Tree:
        """The product at the right, and on over + and − while the terms still carry an index."""
        if self.at("\n") or self.now.kind == "end":
            raise self.unexpected(f"what {sign} runs over")
        if sign in ("E", "mean") and self.at("[", "(", "⦃"):
            return self.behind_bracket()
        if letters:
            left = self.term()
        else:
            self.fences.append("Σ")
            try:
                left = self.term()
            finally:
                self.fences.pop()
        carried = list(letters) or self.carried(left)
        while carried and self.at("+", "-"):
            here, tokens, kept = self.p, self.tokens, len(self.decisions)
            mark = self.take().text
            if self.at("…"):
                self.p = here
                break
            right = self.term()
            if not any(free_in(right, letter) for letter in carried):
                self.p, self.tokens = here, tokens
                del self.decisions[kept:]
                break
            left = Infix(mark, left, right, left.start, right.end)
        return left

    def behind_bracket(self) -> Tree:
        token = self.now
        return Group(self.enclosed(), token.start, self.last, token.text)

    def carried(self, tree: Tree) -> list[str]:
        """Index letters of ``tree`` that nothing has opened: what a bare Σ runs over."""
        return [
            letter
            for letter in subscript_names(tree)
            if letter not in self.known and letter not in self.labels and free_in(tree, letter)
        ]

    def below(self, sign: str) -> tuple[list[str], Tree | None, list[Tree], Tree | None, Tree | None]:
        """Letters, lower bound, conditions, set and upper bound of what stands below."""
        token = self.now
        letters: list[str] = []
        tests: list[Tree] = []
        low: Tree | None = None
        high: Tree | None = None
        over: Tree | None = None
        if token.kind == "name":
            self.take()
            return index_letters(token.text, self.known), None, tests, None, None
        if token.text not in ("{", "("):
            raise self.unexpected("an index")
        close = {"{": "}", "(": ")"}[token.text]
        self.take()
        with self.within(token.text), self.deeper():
            while not self.at(close):
                if self.at(",", ";", "&"):
                    self.take()
                    continue
                start = self.p
                run = self.now
                following = self.ahead()
                if run.kind == "name" and (following.text in (",", ";", close) or following.kind == "name"):
                    self.take()
                    letters.extend(index_letters(run.text, self.known))
                elif run.kind == "name" and following.text == "=":
                    self.p += 2
                    letters.append(run.text)
                    with self.opened(letters):
                        low = self.expr()
                    if self.at("…") or self.at(","):
                        here = self.p
                        while self.at(",", "…"):
                            self.take()
                        if self.tokens[self.p - 1].text in ("…", ",") and "…" in [
                            t.text for t in self.tokens[here : self.p]
                        ]:
                            high = self.expr()
                        else:
                            self.p = here
                elif (run.kind == "name" and following.text in ("∈", "~", "→")) or following.kind == "word":
                    self.p += 2
                    letters.extend([run.text] if run.text in self.known else index_letters(run.text, self.known))
                    if following.text == "→":
                        low = self.expr()
                    else:
                        over = self.set_of()
                else:
                    self.p = start
                    test = self.some_condition(letters)
                    tests.append(test)
        self.take()
        return letters, low, tests, over, high

    def set_of(self) -> Tree:
        """``X``, ``{1, …, n}``, ``p(x)``: a set or a distribution; its name is what is kept."""
        token = self.now
        if self.at("⦃"):
            close = matching_text(self.tokens, self.p, "⦃", "⦄")
            self.p = close + 1
            return Name(self.source.text[token.start : self.last], token.start, self.last)
        return self.expr()

    def some_condition(self, letters: list[str]) -> Tree:
        """``j ≠ i``, ``i < j``: opens the letters that nothing has opened yet."""
        here, tokens = self.p, self.tokens
        fresh: list[str] = []
        depth = 0
        inside = 0  # of a bound name of several tokens
        for k, token in enumerate(self.tokens[self.p :], self.p):
            found = self.known.match(self.tokens, k)
            inside = max(inside, found[1] if found else 0)
            if k < inside:
                continue
            depth += token.text in ("{", "(", "[")
            depth -= token.text in ("}", ")", "]")
            if depth < 0 or token.text in (",", ";"):
                break
            if (
                token.kind == "name"
                and token.text not in self.known
                and token.text not in self.labels + letters + fresh
            ) and (len(token.text) == 1 or token.text in ("alpha", "beta")):
                fresh.append(token.text)
        letters.extend(fresh)
        self.p, self.tokens = here, tokens
        with self.opened(letters):
            tree = self.condition()
        if not isinstance(tree, Compare | Infix):
            raise SyntaxUnread("expected an index and its range", span=self.over(tree))
        return tree


def matching_text(seq: Sequence[Token], i: int, opening: str, closing: str) -> int:
    """The position of the sign that closes the one at ``i``."""
    depth = 0
    for j in range(i, len(seq)):
        depth += seq[j].text == opening
        depth -= seq[j].text == closing
        if depth == 0:
            return j
    return len(seq) - 1
