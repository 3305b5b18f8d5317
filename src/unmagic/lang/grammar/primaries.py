"""The lowest level of the grammar: a number, a name, or what a bracket or a sign begins."""

from __future__ import annotations

from collections.abc import Callable

from ..tokens.token import Token, matching
from ..tree import Bars, Binomial, Call, Const, Frac, Group, Iverson, Name, Num, Root, Tree, Tuple
from .numerals import numeral
from .rows import Rows
from .runs import Runs
from .scripts import Scripts


class Primaries(Scripts, Runs, Rows):
    """Numbers, names, brackets, and signs that take an argument."""

    def primary(self) -> Tree:
        token = self.now
        found = self.known.match(self.tokens, self.p)
        if found is not None:
            name, self.p = found
            return self.named(Name(name, token.start, self.last))
        if token.kind == "number":
            self.take()
            if token.text == "1" and self.at("[", "(") and not self.now.spaced and self.compares(self.p):
                return self.iverson(token)
            return numeral(token)
        if token.kind == "name":
            return self.name()
        rule = _RULES.get(token.text) if token.kind == "sign" else None
        if rule is None:
            raise self.unexpected(_EXPECTED)
        return rule(self, token)

    # brackets ---------------------------------------------------------------------------------------------

    def parentheses(self, token: Token) -> Tree:
        items = self.enclosed_items()
        if len(items) == 1:
            return Group(items[0], token.start, self.last)
        return Tuple(tuple(items), token.start, self.last)

    def braces(self, token: Token) -> Tree:
        """Braces that hold a group together, or cases."""
        if self.starts_cases(matching(self.tokens, self.p)):
            self.take()
            return self.cases_in_braces(token.start)
        return self.enclosed()

    def written_braces(self, token: Token) -> Tree:
        items = self.enclosed_items()
        if len(items) > 1:
            return Tuple(tuple(items), token.start, self.last)
        return Group(items[0], token.start, self.last, "{")

    def square(self, token: Token) -> Tree:
        return self.listing(self.enclosed_items(), token.start)

    def rounded(self, token: Token) -> Tree:
        """``⌊x⌋``, ``⌈x⌉``."""
        return Bars(token.text, self.enclosed(), token.start, self.last)

    def inner_product(self, token: Token) -> Tree:
        """``⟨a, b⟩``."""
        return Call("dot", tuple(self.enclosed_items()), token.start, self.last)

    def bars(self, token: Token) -> Tree:
        """``|x|``, ``‖x‖`` and what stands below the closing bar."""
        self.take()
        sign = token.text
        doubled = sign == "|" and self.at("|") and not self.now.spaced
        if doubled:
            self.take()
            sign = "‖"
        with self.within("‖" if token.text == "‖" else "|"), self.deeper():
            body = self.condition()
            self.expect(token.text, "the closing bar")
            if doubled:
                self.expect("|", "the closing double bar")
        order: Tree | None = None
        if sign == "‖" and self.at("_"):
            self.take()
            index = self.subscript()
            order = index[0] if len(index) == 1 else Tuple(index, index[0].start, index[-1].end)
        return Bars(sign, body, token.start, self.last, order)

    def items(self, close: str) -> list[Tree]:
        """Expressions separated by commas, up to ``close``."""
        out = [self.condition()]
        while self.at(",", ";"):
            self.take()
            if self.at("…"):
                token = self.take()
                out.append(Name("…", token.start, token.end))
                continue
            out.append(self.condition())
        self.expect(close)
        return out

    # signs with an argument -------------------------------------------------------------------------------

    def fraction(self, token: Token) -> Tree:
        self.take()
        top, bottom = self.group(), self.group()
        make = Frac if token.text == "frac" else Binomial
        return make(top, bottom, token.start, self.last)

    def group(self) -> Tree:
        """An argument of \\frac: a group, or the one token that a group of one became."""
        if self.at("{"):
            return self.enclosed()
        with self.deeper():
            return self.primary()

    def root(self, token: Token) -> Tree:
        self.take()
        degree: Tree | None = Num(3, "3", token.start, token.end) if token.text == "∛" else None
        if self.at("[") and token.end - token.start > 1:
            self.take()
            with self.within("["), self.deeper():
                degree = self.expr()
                self.expect("]")
        with self.deeper():
            body = self.primary() if self.at("{", "(") or token.end - token.start > 1 else self.unary()
        return Root(body, degree, token.start, self.last)

    def indicator(self, token: Token) -> Tree:
        self.take()
        return self.iverson(token)

    def iverson(self, token: Token) -> Tree:
        """``1[…]``, ``𝟙(…)``, ``𝟙_{…}``, ``𝟙_{[…]}``; the sign alone is a vector of ones."""
        below = self.at("_")
        if below:
            self.take()
        if not self.at("[", "(", "{", "⦃"):
            return Name("𝟙", token.start, token.end)
        if below and self.at("{") and self.ahead().text in ("[", "(", "⦃"):
            self.take()
            body = self.enclosed()
            self.expect("}")
        else:
            body = self.enclosed()
        return Iverson(body, token.start, self.last)

    # single signs -----------------------------------------------------------------------------------------

    def infinity(self, token: Token) -> Tree:
        self.take()
        return Const("inf", token.start, self.last)

    def capital(self, token: Token) -> Tree:
        """Σ and Π that are bound as names."""
        name = {"Σ": "Sigma", "Π": "Pi"}[token.text]
        if name not in self.known:
            raise self.unexpected(_EXPECTED)
        self.take()
        return Name(name, token.start, self.last)


_EXPECTED = "a name, a number or a bracket"
_RULES: dict[str, Callable[[Primaries, Token], Tree]] = {
    "(": Primaries.parentheses, "{": Primaries.braces, "⦃": Primaries.written_braces, "[": Primaries.square,
    "|": Primaries.bars, "‖": Primaries.bars, "⌊": Primaries.rounded, "⌈": Primaries.rounded,
    "⟨": Primaries.inner_product, "frac": Primaries.fraction, "binom": Primaries.fraction, "√": Primaries.root,
    "∛": Primaries.root, "𝟙": Primaries.indicator, "∞": Primaries.infinity, "Σ": Primaries.capital,
    "Π": Primaries.capital, "matrix(": Primaries.matrix, "matrix(|": Primaries.matrix, "cases(": Primaries.cases,
}  # fmt: skip
