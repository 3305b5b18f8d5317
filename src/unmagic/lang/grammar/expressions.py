"""Conditions, sums and products: the upper levels of the grammar."""

from __future__ import annotations

from unmagic.core.errors import Ambiguous, SyntaxUnread, UnmagicError, Unsupported
from unmagic.core.span import Span

from ..ellipsis import abbreviated
from ..tokens.token import Token
from ..tree import Cases, Compare, Infix, Neg, Not, Num, Tree, bare
from .cursor import Cursor

ORDER = {"<", ">", "≤", "≥", "=", "≠"}
PRODUCTS = {"·", "×", "*", "⊙", "∘", "⊗", "@", "/", "%"}
_OPENERS = frozenset(
    ["(", "{", "[", "frac", "binom", "√", "∛", "Σ", "Π", "|", "‖", "⌊", "⌈", "⟨", "𝟙", "∇", "∂", "ð", "∞",
    "matrix(", "matrix(|",
     "cases(", "⦃", "¬"]
)  # fmt: skip


class Expressions(Cursor):
    """What is joined by signs: compared, added, multiplied, or side by side."""

    def condition(self) -> Tree:
        """Comparisons, joined by and, or, not; a plain expression where nothing is compared."""
        with self.deeper():
            left = self.comparison()
            while self.at("∧", "∨") or self.word("and", "or"):
                sign = {"and": "∧", "or": "∨"}.get(self.now.text, self.now.text)
                self.take()
                right = self.comparison()
                left = Infix(sign, left, right, left.start, right.end)
            return left

    def comparison(self) -> Tree:
        if self.at("¬") or self.word("not"):
            token = self.take()
            body = self.comparison_once()
            return Not(body, token.start, body.end)
        return self.comparison_once()

    def comparison_once(self) -> Tree:
        args = [self.expr()]
        signs = []
        while self.now.kind == "sign" and self.now.text in ORDER:
            signs.append(self.take().text)
            args.append(self.expr())
        return Compare(tuple(args), tuple(signs), args[0].start, args[-1].end) if signs else args[0]

    def expr(self) -> Tree:
        """Terms added and subtracted, and ``a if c else b`` around them."""
        with self.deeper():
            value = self.sum()
            if not self.word("if", "when"):
                return value
            self.take()
            tests: list[Tree | None] = [self.condition()]
            values = [value]
            while self.word("else", "otherwise"):
                self.take()
                values.append(self.sum())
                if self.word("if"):
                    self.take()
                    tests.append(self.condition())
                else:
                    tests.append(None)
                    break
            return Cases(tuple(values), tuple(tests), value.start, self.last)

    def sum(self) -> Tree:
        terms: list[Tree] = []
        signs: list[str] = []
        dots = -1
        start = self.now.start
        if self.at("+", "-"):
            leading = self.take().text
            first = self.term()
            terms.append(Neg(first, start, first.end) if leading == "-" else first)
        else:
            terms.append(self.term())
        while self.at("+", "-", "±"):
            sign = self.take()
            if sign.text == "±":
                raise SyntaxUnread("± stands for two formulas: write one of them", span=self.span(sign.start, sign.end))
            if self.at("…"):
                self.take()
                dots = len(terms)
                continue
            signs.append(sign.text)
            terms.append(self.term())
        if dots >= 0:
            if "-" in signs:  # which of the terms left out are taken away, nobody says
                raise self.unclear(terms)
            return abbreviated("Σ", terms, dots, self.spanning(terms))
        left = terms[0]
        for sign_text, right in zip(signs, terms[1:], strict=True):
            left = Infix(sign_text, left, right, left.start, right.end)
        return left

    def term(self) -> Tree:
        """Factors multiplied and divided, from the left; what stands side by side belongs together first."""
        with self.deeper():
            left = self.adjacent()
            factors: list[Tree] = [left]
            signs: set[str] = set()
            dots = -1
            while True:
                token = self.now
                if (token.kind == "sign" and token.text in PRODUCTS) or (token.text == "mod" and token.kind == "name"):
                    self.take()
                    sign = {"mod": "%"}.get(token.text, token.text)
                    if self.at("…"):
                        self.take()
                        dots = len(factors)
                        if self.now.kind == "sign" and self.now.text in PRODUCTS:
                            self.take()
                        right = self.unary()
                    elif sign == "/":
                        right = self.unary()
                        self.one_divisor(left, right, token)
                    else:
                        right = self.adjacent()
                elif token.kind == "sign" and token.text == "…" and self.starts(self.ahead()):
                    self.take()
                    dots = len(factors)
                    right = self.unary()
                    sign = ""
                elif self.beside():
                    right = self.unary()
                    sign = ""
                else:
                    break
                factors.append(right)
                signs.add(sign)
                left = Infix(sign, left, right, left.start, right.end)
            if dots >= 0:
                if not signs <= {"", "·", "×", "*", "⊙"}:
                    raise self.unclear(factors)
                if len(factors) == 2:  # a run side by side before the dots
                    factors = [*_spread(factors[0]), factors[1]]
                    dots = len(factors) - 1
                return abbreviated("Π", factors, dots, self.spanning(factors))
            return left

    def unclear(self, terms: list[Tree]) -> Unsupported:
        return Unsupported(
            "the pattern behind the dots is not clear",
            span=self.spanning(terms),
            hint="dots stand in plain sums and products",
        )

    def spanning(self, terms: list[Tree]) -> Span:
        return self.span(terms[0].start, terms[-1].end)

    def adjacent(self) -> Tree:
        """Factors side by side."""
        left = self.unary()
        while self.beside():
            right = self.unary()
            left = Infix("", left, right, left.start, right.end)
        return left

    def beside(self) -> bool:
        """Whether the next token begins a factor side by side with the last."""
        token = self.now
        if token.text in ("Σ", "Π") and self.fences[-1] == "Σ":
            return False  # Σ xᵢ Σ yᵢ: a Σ without a letter ends where the next begins
        if token.kind == "number" and not (self.tokens[self.p - 1].text == "}" and token.spaced):
            raise SyntaxUnread(
                "a number after a factor needs a sign between them",
                span=self.span(self.tokens[self.p - 1].start, token.end),
                hint="a subscript is written x_1; a product ·",
            )
        return self.starts(token)

    def starts(self, token: Token) -> bool:
        """Whether a token can begin a factor."""
        if token.kind in ("name", "number"):
            return token.text != "mod"
        if token.kind != "sign" or token.text not in _OPENERS:
            return False
        if token.text in ("|", "‖"):
            fence = next((fence for fence in reversed(self.fences) if fence != "Σ"), "")
            return fence != token.text and not self.divergence
        return True

    def one_divisor(self, top: Tree, bottom: Tree, slash: Token) -> None:
        """``a/2b`` has two meanings; ``1/n Σ…`` has one."""
        following = self.now
        if not self.starts(following) or following.text in ("Σ", "Π", "ð", "∂"):
            return
        if following.kind == "name" and following.text in ("sum", "prod") and self.ahead().text == "_":
            return
        numerals = isinstance(bare(top), Num) and isinstance(bare(bottom), Num)
        if numerals and following.spaced and not slash.spaced:
            return
        here = self.p
        notes: tuple[str, ...] = ()
        end = following.end
        try:
            right = self.unary()
            text = self.source.text
            a, b, c = (text[tree.start : tree.end] for tree in (top, bottom, right))
            notes = (f"({a}/{b}) {c}", f"{a}/({b} {c})")
            end = right.end
        except UnmagicError:
            pass  # what follows has no reading of its own; the place is clear all the same
        self.p = here
        raise Ambiguous(
            "how far does / reach?",
            span=self.span(slash.start, end),
            notes=notes,
            hint="put brackets around what is meant",
        )

    def unary(self) -> Tree:
        """A factor, with the signs before it."""
        with self.deeper():
            start = self.now.start
            if self.at("-"):
                self.take()
                body = self.unary()
                return Neg(body, start, body.end)
            if self.at("+"):
                self.take()
                return self.unary()
            if self.at("¬"):
                self.take()
                body = self.unary()
                return Not(body, start, body.end)
            for part in (self.derivative, self.big, self.function):
                found = part()
                if found is not None:
                    return found
            return self.postfix()


def _spread(tree: Tree) -> list[Tree]:
    """The factors of a run side by side."""
    out: list[Tree] = []
    while isinstance(tree, Infix) and tree.sign == "":
        out.append(tree.right)
        tree = tree.left
    return [tree, *reversed(out)]
