"""∂L/∂W, dz/dx and ∇L: what is derived, and by what."""

from __future__ import annotations

from collections.abc import Sequence

from unmagic.core.errors import SyntaxUnread, Unsupported

from ..tokens.token import Token
from ..tree import Call, Derivative, Infix, Nabla, Name, Num, Power, Tree, names_in, walk
from .cursor import Cursor


class Derivatives(Cursor):
    """Quotients of differentials, and gradients."""

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
