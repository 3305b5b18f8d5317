"""Names, numbers, brackets, bars and what stands behind them: the lower levels of the grammar."""

from __future__ import annotations

from unmagic.core.errors import Ambiguous, LimitReached, SyntaxUnread, Unsupported

from ..names import PROBABILITIES, known_function
from ..tokens.token import Token, joined, matching
from ..tree import (
    At,
    Bars,
    Binomial,
    Call,
    Cases,
    Const,
    Factorial,
    Frac,
    Grid,
    Group,
    Infix,
    Iverson,
    Name,
    Neg,
    Num,
    Power,
    Range,
    Root,
    Sub,
    Transpose,
    Tree,
    Tuple,
)  # fmt: skip
from .cursor import Cursor

_PAIRS = {"⌊": "⌋", "⌈": "⌉"}


class Primaries(Cursor):
    """Factors and the scripts, brackets and signs behind them."""

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
            return (_number(token),)
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
            following = self.tokens[self.p + 1]
            alone = following.kind in ("name", "number") or following.text in (",", ";", ":", close)
            if self.now.kind == "name" and alone and not self.known.match(self.tokens, self.p):
                out.extend(self.letters(self.take()))
            elif self.now.kind == "number" and alone:
                out.append(_number(self.take()))
            else:
                out.append(self.expr())
        if not out:
            raise self.unexpected("an index")
        return out

    def letters(self, token: Token) -> list[Tree]:
        """The index letters of a run: ``ij`` is i and j, unless it is bound as a whole."""
        text = token.text
        if len(text) == 1 or text in self.known or token.look == "whole" or not text.isalpha() or not text.isascii():
            return [Name(text, token.start, token.end)]
        if len(text) > 3 or text in self.labels:
            return [Name(text, token.start, token.end)]
        from ..tokens.alphabet import GREEK_NAMES

        if text in GREEK_NAMES:
            return [Name(text, token.start, token.end)]
        return [Name(c, token.start + k, token.start + k + 1) for k, c in enumerate(text)]

    # primaries --------------------------------------------------------------------------------------------

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
            return _number(token)
        if token.kind == "name":
            return self.name()
        if token.kind == "sign":
            made = self.bracketed(token)
            if made is not None:
                return made
        raise self.unexpected("a name, a number or a bracket")

    def bracketed(self, token: Token) -> Tree | None:
        """A primary that begins with a sign."""
        start, text = token.start, token.text
        if text == "(":
            self.take()
            with self.within("("), self.deeper():
                items = self.items(")")
            if len(items) == 1:
                return Group(items[0], start, self.last)
            return Tuple(tuple(items), start, self.last)
        if text == "{":
            close = matching(self.tokens, self.p)
            if self.starts_cases(close):
                self.take()
                return self.cases_in_braces(start)
            self.take()
            with self.within("{"), self.deeper():
                body = self.condition()
                self.expect("}")
            return body
        if text == "⦃":
            self.take()
            with self.within("⦃"), self.deeper():
                items = self.items("⦄")
            if len(items) > 1:
                return Tuple(tuple(items), start, self.last)
            return Group(items[0], start, self.last, "{")
        if text == "[":
            self.take()
            with self.within("["), self.deeper():
                items = self.items("]")
            return self.listing(items, start)
        if text in ("|", "‖"):
            return self.bars(token)
        if text in _PAIRS:
            self.take()
            with self.within(text), self.deeper():
                body = self.condition()
                self.expect(_PAIRS[text])
            return Bars(text, body, start, self.last)
        if text == "⟨":
            self.take()
            with self.within(text), self.deeper():
                items = self.items("⟩")
            return Call("dot", tuple(items), start, self.last)
        if text == "frac":
            self.take()
            top, bottom = self.group(), self.group()
            return Frac(top, bottom, start, self.last)
        if text == "binom":
            self.take()
            top, bottom = self.group(), self.group()
            return Binomial(top, bottom, start, self.last)
        if text in ("√", "∛"):
            return self.root(token)
        if text == "𝟙":
            self.take()
            return self.iverson(token)
        if text == "∞":
            self.take()
            return Const("inf", start, self.last)
        if text in ("Σ", "Π") and {"Σ": "Sigma", "Π": "Pi"}[text] in self.known:
            self.take()
            return Name({"Σ": "Sigma", "Π": "Pi"}[text], start, self.last)
        if text.startswith("matrix("):
            return self.matrix(token)
        if text == "cases(":
            self.take()
            return self.cases(start)
        return None

    def group(self) -> Tree:
        """An argument of \\frac: a group, or the one token that a group of one became."""
        if self.at("{"):
            self.take()
            with self.within("{"), self.deeper():
                body = self.condition()
                self.expect("}")
            return body
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

    def iverson(self, token: Token) -> Tree:
        below = self.at("_")
        if below:
            self.take()
        opening = self.now
        closing = {"[": "]", "(": ")", "{": "}", "⦃": "⦄"}.get(opening.text)
        if closing is None:
            return Name("𝟙", token.start, token.end)
        self.take()
        inner = below and opening.text == "{" and self.at("[", "(", "⦃")
        if inner:
            return self._iverson_inner(token)
        with self.within(opening.text), self.deeper():
            body = self.condition()
            self.expect(closing)
        return Iverson(body, token.start, self.last)

    def _iverson_inner(self, token: Token) -> Tree:
        closing = {"[": "]", "(": ")", "⦃": "⦄"}[self.take().text]
        with self.within("["), self.deeper():
            body = self.condition()
            self.expect(closing)
            self.expect("}")
        return Iverson(body, token.start, self.last)

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

    def listing(self, items: list[Tree], start: int) -> Tree:
        """``[1, 2, 3]``, ``[[1, 2], [3, 4]]``, or square brackets around one expression."""
        if all(isinstance(item, Grid) and item.vector for item in items):
            rows = tuple(item.rows[0] for item in items if isinstance(item, Grid))
            if len({len(row) for row in rows}) > 1:
                raise SyntaxUnread("the rows differ in length", span=self.span(start, self.last))
            return Grid(rows, start, self.last)
        if len(items) == 1 and not isinstance(items[0], Num):
            return Group(items[0], start, self.last, "[")
        return Grid((tuple(items),), start, self.last, True)

    def matrix(self, token: Token) -> Tree:
        self.take()
        rows: list[tuple[Tree, ...]] = []
        row: list[Tree] = []
        with self.within("matrix("), self.deeper():
            while not self.at("matrix)", "matrix)|"):
                if self.at("&"):
                    self.take()
                elif self.at("\\\\"):
                    self.take()
                    rows.append(tuple(row))
                    row = []
                elif self.at("\n"):
                    self.take()
                else:
                    row.append(self.expr())
        self.take()
        if row:
            rows.append(tuple(row))
        if not rows or len({len(cells) for cells in rows}) > 1:
            raise SyntaxUnread("the rows differ in length", span=self.span(token.start, self.last))
        grid = Grid(tuple(rows), token.start, self.last, False)
        if token.text.endswith("|"):
            return Call("det", (grid,), token.start, self.last)
        return grid

    # cases ------------------------------------------------------------------------------------------------

    def starts_cases(self, close: int) -> bool:
        depth = 0
        for token in self.tokens[self.p + 1 : close]:
            depth += token.text in ("(", "[", "{")
            depth -= token.text in (")", "]", "}")
            if token.kind == "word" and token.text in ("if", "otherwise", "for", "when") and depth == 0:
                return True
        return False

    def cases_in_braces(self, start: int) -> Tree:
        """``{ a if c, b otherwise }``."""
        values: list[Tree] = []
        tests: list[Tree | None] = []
        with self.within("{"), self.deeper():
            while not self.at("}"):
                values.append(self.sum_of_case())
                tests.append(self.test_of_case())
                while self.at(",", ";", "\n"):
                    self.take()
        self.expect("}")
        return Cases(tuple(values), tuple(tests), start, self.last)

    def cases(self, start: int) -> Tree:
        values: list[Tree] = []
        tests: list[Tree | None] = []
        with self.within("cases("), self.deeper():
            while not self.at("cases)"):
                values.append(self.sum_of_case())
                while self.at("&", ",", "\n"):
                    self.take()
                tests.append(self.test_of_case())
                while self.at("\\\\", ",", ";", "\n"):
                    self.take()
        self.expect("cases)")
        return Cases(tuple(values), tuple(tests), start, self.last)

    def sum_of_case(self) -> Tree:
        return self.sum()

    def test_of_case(self) -> Tree | None:
        while self.at(",", "&"):
            self.take()
        if self.word("if", "for", "when"):
            self.take()
            while self.at("&"):
                self.take()
            return self.condition()
        if self.word("otherwise", "else"):
            self.take()
            return None
        if self.at("\\\\", "cases)", "}"):
            return None
        return self.condition()

    # names ------------------------------------------------------------------------------------------------

    def whole_name(self, token: Token) -> bool:
        return token.text in self.known or token.text in self.labels or token.look == "whole"

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

    def pieces(self, token: Token) -> list[str] | None:
        """The letters a run splits into, if all of them are known."""
        text = token.text
        from ..tokens.alphabet import GREEK_NAMES

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


def _number(token: Token) -> Num:
    text = token.text
    if len(text) > 300:
        raise LimitReached(f"a number of {len(text)} digits", notes=("limit: digits of one number ≤ 300",))
    value: int | float
    try:
        value = float(text) if "." in text or "e" in text.lower() else int(text)
    except ValueError as error:  # digits beyond what int() reads at once
        raise SyntaxUnread("this number has too many digits") from error
    return Num(value, text, token.start, token.end)


def _minus_one(tree: Tree) -> bool:
    return isinstance(tree, Neg) and isinstance(tree.body, Num) and tree.body.value == 1
