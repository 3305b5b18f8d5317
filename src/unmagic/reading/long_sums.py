"""Sums and products too long to write: the largest terms, and the exact rest as one number."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from unmagic.core import decimal_math as dm
from unmagic.core.digits import Quantity
from unmagic.core.digits.sums import SHOWN, exact_sum, largest
from unmagic.core.graph import Array
from unmagic.core.scalar import Call, Constant, Expr, Fold, Number, Power, Product, Slot, Sum, substitute
from unmagic.core.scalar_eval import body_order, fold_terms, outer_parts

from .pieces import LINE, TERM, Pieces


class LongSums(Pieces):
    """A few terms in their own order, and what the others come to."""

    def fold(self, node: Fold) -> None:
        """The largest terms in their own order, and the exact rest as one number."""
        terms = self.machine.terms(node)
        sizes = terms if node.kind == "sum" else np.abs(np.log(np.abs(terms.astype(np.float64)) + 1e-300))
        kept = largest(sizes, SHOWN)
        hidden = np.ones(len(node), dtype=bool)
        hidden[kept] = False
        shown: list[Expr] = []
        for k in kept:
            term = substitute(node.body, {c: column.entry(k) for c, column in enumerate(node.columns)})
            self.prepare(term)
            self.cut(term)
            shown.append(self.at_most(term, TERM))
        rest = self._rest(node, terms, hidden)
        self._abbreviated(node, shown, rest, int(hidden.sum()), node.kind)

    def long_sum(self, node: Expr) -> None:
        """A long sum that is written out as a tree."""
        values = np.array([self.machine.value(arg) for arg in node.args])
        kept = largest(values, SHOWN)
        shown: list[Expr] = []
        for k in kept:
            self.cut(node.args[k])
            shown.append(self.at_most(node.args[k], TERM))
        mask = np.ones(len(values), dtype=bool)
        mask[kept] = False
        rest = self.book.rest(exact_sum([values[mask]]), given=False)
        self._abbreviated(node, shown, rest, int(mask.sum()), "sum")

    def _abbreviated(self, node: Expr, shown: list[Expr], rest: Quantity, count: int, kind: str) -> None:
        word = "adds up" if kind == "sum" else "is the product of"
        things = "terms" if kind == "sum" else "factors"
        self.book.said[self.keys[node]] = (f"{{0}} {word} the other {count:,} {things}", (rest,))
        self.put(node, Sum((*shown, rest)) if kind == "sum" else Product((*shown, rest)), LINE)

    def _rest(self, node: Fold, terms: Array, hidden: Array) -> Quantity:
        slots = _slots_multiplied(node.body)
        given = all(self.source(c.operand) in self.book.given for c in node.columns)
        if node.kind == "sum" and slots is not None:
            return self.book.rest(exact_sum([np.asarray(node.columns[c].values)[hidden] for c in slots]), given=given)
        outer = {part: part for part in outer_parts(node)}
        if any(isinstance(n, Call) for n in body_order(node, outer)) or not np.all(
            np.isfinite(terms.astype(np.float64))
        ):
            if node.kind == "sum":
                return self.book.rest(exact_sum([terms[hidden]]), given=False)
            return self.book.rest(_product([Decimal(repr(float(t))) for t in terms[hidden]]), given=False)
        known = {part: self._full(part) for part in outer_parts(node)}
        decimals = fold_terms(node, known, np.flatnonzero(hidden).tolist(), 60)
        total = _total(decimals) if node.kind == "sum" else _product(decimals)
        return self.book.rest(total, given=given)

    def _full(self, node: Expr) -> Decimal:
        atom = self.atom(node)
        if isinstance(atom, Quantity):
            return atom.full
        return dm.pi(60) if isinstance(atom, Constant) else Quantity(atom.value).full


def _slots_multiplied(body: Expr) -> list[int] | None:
    """The columns of a body that is a plain product of slots."""
    if isinstance(body, Slot):
        return [body.column]
    if isinstance(body, Product) and all(isinstance(arg, Slot) for arg in body.args):
        return [arg.column for arg in body.args if isinstance(arg, Slot)]
    if isinstance(body, Power) and isinstance(body.args[0], Slot) and isinstance(body.args[1], Number):
        return [body.args[0].column] * 2 if body.args[1].value == 2 else None
    return None


def _total(terms: list[Decimal]) -> Decimal:
    c = dm.context(60)
    total = dm.ZERO
    for term in terms:
        total = c.add(total, term)
    return total


def _product(factors: list[Decimal]) -> Decimal:
    c = dm.context(60)
    total = dm.ONE
    for factor in factors:
        total = c.multiply(total, factor)
    return total
