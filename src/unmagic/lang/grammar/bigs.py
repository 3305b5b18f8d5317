"""Σ, Π, max, argmin, lim, E with what stands below and above them; ∂, d and ∇."""

from __future__ import annotations

from collections.abc import Sequence

from unmagic.core.errors import SyntaxUnread, Unsupported

from ..tokens.token import Token
from ..tree import (
    Big,
    Call,
    Compare,
    Derivative,
    Group,
    Infix,
    Nabla,
    Name,
    Num,
    Power,
    Sub,
    Tree,
    free_in,
    names_in,
    walk,
)  # fmt: skip
from .cursor import Cursor

_NAMED = {
    "sum": "Σ", "prod": "Π", "max": "max", "min": "min", "argmax": "argmax", "argmin": "argmin", "lim": "lim",
    "sup": "max",
    "inf": "min", "E": "E", "mean": "mean", "avg": "mean", "softmax": "softmax", "logsumexp": "logsumexp",
}  # fmt: skip


class Bigs(Cursor):
    """Signs that run over an index, and derivatives."""

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
        token = self.take()
        close = {"(": ")", "[": "]", "⦃": "⦄"}[token.text]
        with self.within(token.text), self.deeper():
            body = self.condition()
            self.expect(close)
        return Group(body, token.start, self.last, token.text)

    def carried(self, tree: Tree) -> list[str]:
        """Index letters of ``tree`` that nothing has opened: what a bare Σ runs over."""
        found: dict[str, None] = {}
        for node in walk(tree):
            if isinstance(node, Sub):
                for index in node.indices:
                    for leaf in walk(index):
                        if isinstance(leaf, Name) and leaf.text not in self.known and leaf.text not in self.labels:
                            found[leaf.text] = None
        return [letter for letter in found if free_in(tree, letter)]

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
            for tree in self._run(token):
                letters.append(tree)
            return letters, None, tests, None, None
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
                    letters.extend(self._run(run))
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
                    letters.extend([run.text] if run.text in self.known else self._run(run))
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

    def _run(self, token: Token) -> list[str]:
        text = token.text
        from ..tokens.alphabet import GREEK_NAMES

        if len(text) == 1 or text in self.known or text in GREEK_NAMES or not text.isascii() or not text.isalpha():
            return [text]
        return list(text) if len(text) <= 3 else [text]

    # derivatives ------------------------------------------------------------------------------------------

    def derivative(self) -> Tree | None:
        token = self.now
        if token.kind != "sign":
            return None
        if token.text == "∇":
            return self.nabla()
        if token.text in ("∂", "ð"):
            return self.quotient(token)
        if token.text == "frac" and self.ahead().text == "{" and self.ahead(2).text in ("∂", "ð"):
            return self.fraction(token)
        if token.text == "frac" and self.ahead().text in ("∂", "ð"):  # tidied: \frac{∂}{∂x}
            return self.fraction(token)
        return None

    def nabla(self) -> Tree:
        token = self.take()
        wrt: tuple[Tree, ...] = ()
        while self.at("_", "^"):
            if self.take().text == "^":
                raise Unsupported("only the first gradient ∇ is read", span=self.span(token.start, self.now.end))
            if self.at("{"):
                self.take()
                found = [self.postfix()]
                while self.at(","):
                    self.take()
                    found.append(self.postfix())
                self.expect("}")
                wrt = tuple(found)
            else:
                wrt = (self.primary(),)
        with self.deeper():
            of = self.derived_product(wrt)
        return Nabla(of, wrt, token.start, self.last)

    def derived_product(self, wrt: Sequence[Tree]) -> Tree:
        """``∇_x xᵀAx`` derives the product; ``∇C ⊙ …`` and ``∇f(x) g`` the one name or function."""
        of = self.unary()
        letters = {node.text for tree in wrt for node in walk(tree) if isinstance(node, Name)}
        inside = names_in(of)
        if not inside or (inside & letters and not isinstance(of, Call)):
            while self.beside():
                right = self.unary()
                of = Infix("", of, right, of.start, right.end)
        return of

    def fraction(self, token: Token) -> Tree:
        r"""``\frac{∂L}{∂W}``, ``\frac{d}{dx} f``."""
        self.take()
        grouped = self.at("{")
        if grouped:
            self.take()
        sign = self.take().text
        order = self.order()
        of = None if self.at("}") or not grouped else self.term()
        if grouped:
            self.expect("}", "the end of the numerator")
        grouped = self.at("{")
        if grouped:
            self.take()
        wrt = self.differentials("}")
        if grouped:
            self.expect("}", "the end of the denominator")
        return self.derived(of, wrt, order, sign, token.start)

    def quotient(self, token: Token) -> Tree:
        """``∂L/∂W``, ``dz/dx``, ``∂/∂x (…)``."""
        sign = self.take().text
        if self.at("_"):  # ∂_x f
            self.take()
            self.at("{") and self.take()
            wrt = [self.postfix()]
            self.at("}") and self.take()
            with self.deeper():
                return Derivative(self.derived_product(wrt), tuple(wrt), sign, token.start, self.last)
        order = self.order()
        of = None if self.at("/") else self.postfix()
        slash = self.expect("/", "/ and what it is derived by")
        if self.at("("):
            self.take()
            wrt = self.differentials(")")
            self.expect(")")
        else:
            wrt = self.differentials("", 1 if order == 1 else None)
        if not wrt:
            raise SyntaxUnread("expected what it is derived by", span=self.span(slash.start, self.now.end))
        return self.derived(of, wrt, order, sign, token.start)

    def order(self) -> int:
        if self.at("^"):
            self.take()
            token = self.now
            if token.kind != "number" or not token.text.isdigit() or not 1 <= int(token.text[:3]) <= 9:
                raise self.unexpected("the order of the derivative")
            self.take()
            return int(token.text)
        return 1

    def differentials(self, close: str, most: int | None = None) -> list[Tree]:
        out: list[Tree] = []
        while self.at("∂", "ð") and (most is None or len(out) < most):
            self.take()
            found = self.postfix()
            if isinstance(found, Power) and isinstance(found.exponent, Num) and found.exponent.value in range(2, 10):
                out.extend([found.base] * int(found.exponent.value))
            else:
                out.append(found)
        return out

    def derived(self, of: Tree | None, wrt: list[Tree], order: int, sign: str, start: int) -> Tree:
        if len(wrt) != order:
            raise SyntaxUnread("the orders above and below the fraction differ", span=self.span(start, self.last))
        operator = of is None
        if of is None:
            with self.deeper():
                of = self.term()
        name = wrt[0].text if isinstance(wrt[0], Name) and not operator else ""
        if self.at("(") and self.ahead().text == name and self.ahead(2).text == ")":  # dg/dx (x): where it is taken
            self.p += 3
        return Derivative(of, tuple(wrt), "∂" if sign == "∂" else "d", start, self.last, operator)


def matching_text(seq: Sequence[Token], i: int, opening: str, closing: str) -> int:
    """The position of the sign that closes the one at ``i``."""
    depth = 0
    for j in range(i, len(seq)):
        depth += seq[j].text == opening
        depth -= seq[j].text == closing
        if depth == 0:
            return j
    return len(seq) - 1
