"""Cuts the entry tree of an op into Lines: what a person would write in one go stays together.

A sum of products, a function of a number, a quotient of products is one line. A function inside a sum or a quotient,
and whatever stands in a tree twice, becomes a number of its own, worked in a line of its own.
"""

from __future__ import annotations

from unmagic.core.digits import Quantity
from unmagic.core.scalar import (
    SHOWN_TERMS,
    Call,
    Choose,
    Compare,
    Constant,
    Entry,
    Expr,
    Fold,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Slot,
    Sum,
    Where,
)
from unmagic.core.scalar_eval import outer_parts

from .choices import Choices
from .long_sums import LongSums
from .pieces import ATOM, LINE, SMALL, TERM

_SHORT = frozenset({"abs"})
"""Functions short enough to stand in a sum."""


class Cutter(Choices, LongSums):
    """A tree to lines of a book."""

    def work(self, root: Expr, result: Quantity | None, label: str) -> Quantity:
        """Put the lines of a tree into the problem; the quantity that is its value."""
        self.root, self.stated = root, result
        self.count(self.prepare(root))
        self.cut(root)
        expr = self.expr[root]
        if isinstance(root, (Choose, Compare)) and isinstance(expr, Quantity):
            if result is None or _same(expr, result):
                self._relabel(label)
                return expr
            if isinstance(root, Compare):
                self._relabel(label)
                return result
        if result is None:
            value = self.quantity(root)
            if not self.rows:
                self.add(value, value, label, "")
            self._relabel(label)
            return value
        if isinstance(expr, Number) and expr.value == result.value:
            expr = self.book.number(expr.value, result.dtype)
        note, named = self.said(root)
        if isinstance(expr, Quantity) and _same(expr, result):
            result, note = expr, note or ("taken as it is" if isinstance(root, Where) else "")
        self.add(expr, result, label, note, named)
        return result

    def _relabel(self, label: str) -> None:
        """The last line gives the entry: it carries the entry's name."""
        if self.rows:
            self.book.problem.rename(self.rows[-1], label)

    def cut(self, root: Expr) -> None:
        """Operands first; what the book knows already is not entered."""
        stack: list[tuple[Expr, bool]] = [(root, False)]
        while stack:
            node, done = stack.pop()
            if node in self.expr:
                continue
            known = self.book.known.get(self.keys[node])
            if known is not None:
                self.put(node, known, ATOM)
            elif done or not (node.args or isinstance(node, Fold)):
                self._piece(node)
            else:
                stack.append((node, True))
                if isinstance(node, Where):  # what decided comes first
                    self.decide(node)
                stack.extend((arg, False) for arg in reversed(self._entered(node)))

    def _entered(self, node: Expr) -> tuple[Expr, ...]:
        if isinstance(node, Fold):
            return tuple(outer_parts(node))
        if isinstance(node, Where):  # the way not taken is not worked
            return (node.args[1] if node.truth else node.args[2],)
        if isinstance(node, Sum) and len(node.args) > SHOWN_TERMS:
            return ()
        return node.args

    def _piece(self, node: Expr) -> None:
        """The node over quantities, its too large operands cut off."""
        match node:
            case Entry():
                self.put(node, self.book.entry(self.source(node.operand), node.at, node.value), ATOM)
            case Number(value=value):
                number = self.book.number(value, self.dtype)
                self.put(node, node if number.whole else number, ATOM)
            case Constant() | Slot():
                self.put(node, node, ATOM)
            case Negative(args=(arg,)):
                inner = self.at_most(arg, LINE)
                self.put(node, Negative(inner), max(SMALL, self.form[arg]) if arg.args else ATOM)
            case Product():
                self._product(node)
            case Quotient(args=(top, bottom)):
                over = self.at_most(top, TERM if not isinstance(self.expr[top], Quotient) else ATOM)
                under = self.at_most(bottom, SMALL)
                plain = self.form[top] == ATOM == self.form[bottom]
                self.put(node, Quotient(over, under), SMALL if plain else TERM)
            case Power(args=(base, exponent)):
                fixed = isinstance(exponent, Number)
                form = SMALL if fixed and self.form[base] == ATOM else TERM if fixed else LINE
                self.put(node, Power(self.at_most(base, SMALL), self.at_most(exponent, ATOM)), form)
            case Sum():
                self._sum(node)
            case Call(function=name):
                # a function of a pair of numbers is read at a glance: exp(1 − 3)
                form = SMALL if name in _SHORT else LINE
                self.put(node, Call(name, *(self.at_most(arg, SMALL) for arg in node.args)), form)
            case Choose():
                self.choose(node)
            case Where():
                self.where(node)
            case Compare():
                self.compare(node)
            case Fold():
                self.fold(node)

    def _product(self, node: Expr) -> None:
        factors: list[Expr] = []
        for arg in node.args:
            expr = self.at_most(arg, TERM)
            factors.extend(expr.args if isinstance(expr, Product) else (expr,))
        plain = len(node.args) <= 2 and all(self.form[arg] == ATOM for arg in node.args)
        self.put(node, Product(factors), SMALL if plain else TERM)

    def _sum(self, node: Expr) -> None:
        if len(node.args) > SHOWN_TERMS:
            self.long_sum(node)
            return
        terms: list[Expr] = []
        for arg in node.args:
            expr = self.at_most(arg, TERM)
            terms.extend(expr.args if isinstance(expr, Sum) else (expr,))
        plain = len(terms) <= 2 and all(self.form[arg] == ATOM for arg in node.args)
        self.put(node, Sum(terms), SMALL if plain else LINE)


def _same(a: Quantity, b: Quantity) -> bool:
    return a.dtype == b.dtype and (a.full == b.full or (a.full.is_nan() and b.full.is_nan()))
