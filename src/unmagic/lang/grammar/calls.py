"""Functions applied, with and without brackets, and function names with powers, bases and primes."""

from __future__ import annotations

from unmagic.core.errors import Ambiguous, SyntaxUnread, UnmagicError

from ..names import UNDERSCORED, applied_function, known_function
from ..tokens.token import Token, matching
from ..tree import Call, Const, Frac, Infix, Name, Neg, Num, Power, Tree, Tuple
from .cursor import Cursor

_CLOSE = {"(": ")", "[": "]", "⦃": "⦄"}
_INVERSES = {"sin": "arcsin", "cos": "arccos", "tan": "arctan", "sinh": "arcsinh", "cosh": "arccosh", "tanh": "arctanh"}
_DIVERGENCES = frozenset(["kl", "jsd", "entropy", "cross_entropy"])


class Calls(Cursor):
    """Applied functions."""

    def function(self) -> Tree | None:
        """A function applied, if one stands here."""
        token = self.now
        if token.kind != "name":
            return None
        start = self.p
        for texts, spelling in UNDERSCORED:
            if (
                token.text.lower() == texts[0]
                and all(
                    self.tokens[min(start + k, len(self.tokens) - 1)].text.lower() == text
                    for k, text in enumerate(texts)
                )
                and self.known.match(self.tokens, start) is None
                and token.text not in self.known
            ):
                self.p += len(texts)
                return self.applied(known_function(spelling) or spelling, token)
        compound = self.known.match(self.tokens, start)
        if compound is not None and compound[0] in self.known.functions and self.tokens[compound[1]].text in ("(", "′"):
            self.p = compound[1]
            return self.applied(compound[0], token)
        user = token.text in self.known.functions
        if compound is not None and not (user and compound[0] in self.known.functions):
            return None
        if not user and (token.text in self.known or token.text in self.labels):
            return None
        following = self.after_scripts(start + 1)
        bracketed = following.text in _CLOSE and following.kind == "sign"
        if user:
            if not bracketed and following.text != "(":
                return None
            return self.applied(token.text, self.take())
        name = known_function(token.text)
        if name is None:
            name = applied_function(token.text, bracketed)
            if name is None or (not bracketed and not self.starts(following)):
                return None
            if not bracketed and token.text in ("sigma", "Phi") and following.kind == "sign":
                return None
        elif not bracketed and not self.starts(following) and following.text not in ("{", "-", "′"):
            return None
        if name == "indicator" and not self.compares(start + 1):
            return None
        self.take()
        return self.applied(name, token)

    def compares(self, at: int) -> bool:
        if self.tokens[at].text not in _CLOSE:
            return False
        return any(t.text in ("=", "<", ">", "≤", "≥", "≠") for t in self.tokens[at : matching(self.tokens, at)])

    def after_scripts(self, at: int) -> Token:
        """The token after the scripts and primes of a function's name."""
        tokens = self.tokens
        while at < len(tokens) - 1 and tokens[at].text in ("_", "^", "′") and tokens[at].kind == "sign":
            if tokens[at].text == "′":
                at += 1
            elif tokens[at + 1].text in ("{", "("):
                at = matching(tokens, at + 1) + 1
            else:
                at += 2
        return tokens[min(at, len(tokens) - 1)]

    def applied(self, name: str, token: Token) -> Tree:
        """The function whose name was just taken, with its scripts and arguments."""
        sub: Tree | None = None
        power: Tree | None = None
        primes = 0
        while self.at("_", "^", "′"):
            mark = self.take().text
            if mark == "′":
                primes += 1
            elif mark == "_":
                index = self.subscript()
                if len(index) != 1:
                    raise SyntaxUnread(
                        "one base or axis stands below a function", span=self.span(token.start, self.last)
                    )
                sub = index[0]
            elif self.at("′"):
                primes += 1
                self.take()
            else:
                power = self.script()
        if isinstance(power, Neg) and isinstance(power.body, Num) and power.body.value == 1:
            if name not in _INVERSES:
                raise Ambiguous(
                    f"{name}⁻¹ has two meanings",
                    span=self.span(token.start, self.last),
                    notes=(f"the inverse function of {name}", f"1/{name}"),
                )
            self.decide(f"{name}⁻¹: the inverse function, {_INVERSES[name]}", token.start, self.last)
            name, power = _INVERSES[name], None
        opening = self.now
        if opening.kind == "sign" and opening.text in _CLOSE:
            call = self.bracketed_call(name, token, sub, primes)
        else:
            call = self.bare_call(name, token, sub, primes)
        if power is not None:
            return self.behind(Power(call, power, token.start, self.last), token.start)
        return self.behind(call, token.start)

    def bracketed_call(self, name: str, token: Token, sub: Tree | None, primes: int) -> Tree:
        opening = self.take()
        close = _CLOSE[opening.text]
        args: list[Tree] = []
        options: list[tuple[str, Tree]] = []
        sep = ","
        with self.within("call"), self.deeper():
            self.divergence = name in _DIVERGENCES
            while not self.at(close):
                if self.now.kind == "name" and self.now.text in ("axis", "dim") and self.ahead().text == "=":
                    self.take()
                    self.take()
                    options.append(("axis", self.expr()))
                elif self.at("…"):
                    token_ = self.take()
                    args.append(Name("…", token_.start, token_.end))
                else:
                    args.append(self.condition())
                if self.at(",", ";"):
                    self.take()
                    continue
                if self.divergence and self.at("‖", "|"):
                    bar = self.take()
                    if bar.text == "|" and self.at("|"):
                        self.take()
                    sep = "‖"
                    continue
                if not self.at(close):
                    raise self.unexpected(close)
        self.take()
        if any(isinstance(arg, Name) and arg.text == "…" for arg in args):
            args = [Tuple(tuple(args), args[0].start, args[-1].end)]
        if not args:
            raise SyntaxUnread(f"{name} is applied to nothing", span=self.span(token.start, self.last))
        return Call(name, tuple(args), token.start, self.last, sub, primes, False, tuple(options), sep)

    def bare_call(self, name: str, token: Token, sub: Tree | None, primes: int) -> Tree:
        """A function without brackets takes one factor, or a number with its name."""
        if not self.starts(self.now) and not self.at("-"):
            raise self.unexpected(f"what {name} is applied to")
        with self.deeper():
            first = self.p
            arg = self.unary()
            if self.tokens[first].kind == "number" and isinstance(arg, Num) and self.now.kind == "name":
                for _ in range(2):  # sin 2x, sin 2πx
                    if self.now.kind != "name" or self.names_function():
                        break
                    right = self.unary()
                    arg = Infix("", arg, right, arg.start, right.end)
                    if not isinstance(right, Const):
                        break
        following = self.now
        if self.starts(following) and not self.clear(following) and not isinstance(arg, Frac):
            here = self.p
            text = self.source.text
            a = text[arg.start : arg.end]
            try:
                b = self.unary()
                rest, end = text[b.start : b.end], b.end
            except UnmagicError:
                rest, end = text[following.start : following.end], following.end
            self.p = here
            said = text[token.start : token.end]
            raise Ambiguous(
                f"how far does {said} reach?",
                span=self.span(token.start, end),
                notes=(f"{said}({a} {rest})", f"{said}({a}) · {rest}"),
                hint="put brackets around what is meant",
            )
        return Call(name, (arg,), token.start, self.last, sub, primes, True)

    def names_function(self) -> bool:
        token = self.now
        return known_function(token.text) is not None and token.text not in self.known

    def clear(self, following: Token) -> bool:
        """Whether what follows a function without brackets begins a factor of its own beyond doubt."""
        if following.kind == "name":
            return self.names_function() or following.text in ("sum", "prod")
        return following.kind == "sign" and following.text in ("Σ", "Π")
