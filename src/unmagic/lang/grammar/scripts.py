"""What stands behind a primary: subscripts, superscripts, brackets with an index, ``!`` and ``%``."""

from __future__ import annotations

from unmagic.core.errors import Ambiguous, SyntaxUnread, Unsupported

from ..names import index_letters, known_function
from ..tokens.token import Token, matching
from ..tree import (
    At,
    Bars,
    Call,
    Const,
    Factorial,
    Group,
    Infix,
    Name,
    Neg,
    Num,
    Power,
    Range,
    Sub,
    Transpose,
    Tree,
)  # fmt: skip
from .cursor import Cursor
from .numerals import numeral


class Scripts(Cursor):
    """A factor with all that is written low, high or in brackets behind it."""

    def postfix(self) -> Tree:
        start = self.now.start
        return self.behind(self.primary(), start)

    def behind(self, base: Tree, start: int) -> Tree:
        """``base`` with all subscripts, powers, primes, brackets and signs that follow it."""
        count = 0
        while True:
            token = self.now
            count += 1
            self.limits.need("signs behind one name", count, self.limits.depth)
            if token.kind != "sign":
                return base
            if token.text == "_":
                self.take()
                index = self.subscript()
                if isinstance(base, Power) and not isinstance(base.base, Group) and not _minus_one(base.exponent):
                    base = Power(Sub(base.base, index, start, self.last), base.exponent, start, self.last)
                else:
                    base = Sub(base, index, start, self.last)
            elif token.text == "^":
                base = self.raised(base, start)
            elif token.text == "′":
                raise SyntaxUnread(
                    "this prime derives nothing: what stands before it is no function",
                    span=self.span(start, token.end),
                    hint="a name with a prime is bound or defined as a whole: y′=…",
                )
            elif token.text == "!":
                self.take()
                base = Factorial(base, start, self.last)
            elif token.text == "[" and self.indexable(base, token):
                self.take()
                with self.within("["):
                    index = tuple(self.keys())
                    self.expect("]")
                base = At(base, index, start, self.last)
            elif token.text == "%" and not self.starts(self.ahead()):
                self.take()
                base = Infix("/", base, Num(100, "100", token.start, token.end), start, self.last)
            else:
                return base

    def indexable(self, base: Tree, token: Token) -> bool:
        return not isinstance(base, Num | Const | Bars)

    def keys(self) -> list[Tree]:
        """What stands in brackets: numbers, names, slices."""
        out: list[Tree] = []
        while True:
            start = self.now.start
            low = None if self.at(":") else self.condition()
            if self.at(":"):
                self.take()
                high = None if self.at(",", "]") else self.expr()
                out.append(Range(low, high, start, self.last))
            elif low is not None:
                out.append(low)
            if not self.at(","):
                return out
            self.take()

    def raised(self, base: Tree, start: int) -> Tree:
        """A superscript: a transpose, an inverse, an example's number, a power."""
        mark = self.take()
        token = self.now
        if token.text == "⊤" or (token.text == "T" and "T" not in self.known):
            self.take()
            return Transpose(base, start, self.last)
        if token.text == "{" and self.ahead().text in ("⊤", "T") and self.ahead(2).text == "}":
            self.p += 3
            return Transpose(base, start, self.last)
        if token.text == "{" and self.ahead().text == "(":
            close = matching(self.tokens, self.p)
            inside = self.tokens[self.p + 2 : close - 1]
            indexing = all(t.kind in ("name", "number") or t.text == "," for t in inside) and not isinstance(
                base, Const | Num
            )
            if matching(self.tokens, self.p + 1) == close - 1 and indexing:
                self.p += 2
                with self.within("("), self.deeper():
                    index = tuple(self.indices(")"))
                self.take()
                self.expect("}")
                if isinstance(base, Sub) and not base.front:  # x_j^{(i)}: the example first, then its entry
                    inner = Sub(base.base, index, start, self.last, True)
                    return Sub(inner, base.indices, start, self.last)
                return Sub(base, index, start, self.last, True)
        if token.text == "+" and isinstance(base, Group):  # (x)^+ is the positive part
            self.take()
            return Call("relu", (base.body,), start, self.last)
        if token.text in ("*", "∗", "†", "+", "∘") and token.kind == "sign":
            raise Unsupported(
                f"the superscript {token.text} is read only as part of a bound name",
                span=self.span(mark.start, token.end),
            )
        exponent = self.script()
        if self.at("^") and token.text != "{" and self.ahead().text not in ("⊤", "T"):
            with self.deeper():
                exponent = self.raised(exponent, token.start)  # 2^2^3 is 2^(2^3)
        return Power(base, exponent, start, self.last)

    def script(self) -> Tree:
        """What a sub- or superscript holds: one token or a group."""
        token = self.now
        if token.text == "{" and token.kind == "sign":
            self.take()
            with self.within("{"):
                inner = self.condition()
                self.expect("}", "the end of the superscript")
            return inner
        if token.kind == "name" and self.ahead().text == "(" and known_function(token.text):
            return self.unary()
        if token.kind == "name" and len(token.text) > 1 and token.look != "raised" and not self.whole_name(token):
            pieces = self.pieces(token)
            if pieces is not None and len(pieces) > 1:
                raise Ambiguous(
                    f"how much of {token.text} is raised?",
                    span=self.span(token.start, token.end),
                    notes=(f"^({' '.join(pieces)})", f"^{pieces[0]} · {' '.join(pieces[1:])}"),
                    hint="put brackets around the exponent",
                )
        if token.kind in ("name", "number", "sign") and (
            token.kind != "sign" or token.text in ("(", "∞", "-", "√", "|", "⌊", "⌈")
        ):
            if token.text == "-":
                self.take()
                body = self.script()
                return Neg(body, token.start, body.end)
            if token.kind == "name":
                return self.name()
            with self.deeper():
                return self.primary()
        raise self.unexpected("an exponent")

    def subscript(self) -> tuple[Tree, ...]:
        """Indices: letters one by one, integers, expressions, separated by commas or not at all."""
        token = self.now
        if token.kind == "sign" and token.text in ("{", "("):
            close = "}" if token.text == "{" else ")"
            self.take()
            with self.within(token.text), self.deeper():
                out = self.indices(close)
            self.take()
            return tuple(out)
        if token.kind == "number":
            self.take()
            return (numeral(token),)
        if token.kind == "name":
            self.take()
            return tuple(self.letters(token))
        if token.kind == "sign" and token.text in ("∞", "+", "-"):
            self.take()
            return (
                (Const("inf", token.start, token.end),)
                if token.text == "∞"
                else (Name(token.text, token.start, token.end),)
            )
        raise self.unexpected("an index")

    def indices(self, close: str) -> list[Tree]:
        """Indices up to the closing bracket."""
        out: list[Tree] = []
        while not self.at(close):
            if self.at(",", ";"):
                self.take()
                continue
            if self.at(":"):
                token = self.take()
                out.append(Range(None, None, token.start, token.end))
                continue
            following = self.ahead()
            alone = following.kind in ("name", "number") or following.text in (",", ";", ":", close)
            if self.now.kind == "name" and alone and not self.known.match(self.tokens, self.p):
                out.extend(self.letters(self.take()))
            elif self.now.kind == "number" and alone:
                out.append(numeral(self.take()))
            else:
                out.append(self.expr())
        if not out:
            raise self.unexpected("an index")
        return out

    def letters(self, token: Token) -> list[Tree]:
        """The index letters of a run, each with its place."""
        text = token.text
        letters = [text] if token.look == "whole" or text in self.labels else index_letters(text, self.known)
        if len(letters) == 1:
            return [Name(text, token.start, token.end)]
        return [Name(c, token.start + k, token.start + k + 1) for k, c in enumerate(letters)]


def _minus_one(tree: Tree) -> bool:
    return isinstance(tree, Neg) and isinstance(tree.body, Num) and tree.body.value == 1
