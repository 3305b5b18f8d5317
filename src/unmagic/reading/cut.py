"""Cuts the entry tree of an op into Lines: what a person would write in one go stays together.

A sum of products, a function of a number, a quotient of products is one line. A function inside a sum or a quotient,
and whatever stands in a tree twice, becomes a number of its own, worked in a line of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from unmagic.core import decimal_math as dm
from unmagic.core.digits import Quantity
from unmagic.core.digits.sums import SHOWN, exact_sum, largest
from unmagic.core.graph import Array
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
    postorder,
    substitute,
)
from unmagic.core.scalar_eval import body_order, fold_terms, outer_parts

from .machine import Machine

if TYPE_CHECKING:
    from .working import Book

ATOM, SMALL, TERM, LINE = range(4)
"""What may stand where: a number; a pair of numbers; a term of a sum; only a line by itself."""

_OPPOSITE = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}
_SHORT = frozenset({"abs"})
"""Functions short enough to stand in a sum."""


class Cutter:
    """One tree being cut for a `Book`; ``rows`` are the lines it put into the book's problem.

    ``row`` is what it is an entry of: numbers of one kind in one row carry equally many decimals.
    """

    def __init__(self, book: Book, row: Hashable, dtype: str, source: Callable[[int], Hashable]) -> None:
        self.book = book
        self.row = row
        self.dtype = dtype if not dtype.startswith("bool") else "float64"
        self.source = source
        self.rows: list[int] = []
        self.expr: dict[Expr, Expr] = {}
        self.form: dict[Expr, int] = {}
        self.keys: dict[Expr, int] = {}
        self.machine = Machine(self.dtype, self.expr)
        self.uses: dict[int, int] = {}  # by key

    # the way in -------------------------------------------------------------------------------------------

    def work(self, root: Expr, result: Quantity | None, label: str) -> Quantity:
        """Put the lines of a tree into the problem; the quantity that is its value."""
        self._count(self._prepare(root))
        self._pieces(root)
        expr = self.expr[root]
        if isinstance(root, (Choose, Compare)) and isinstance(expr, Quantity):
            if result is None or _same(expr, result):
                self._relabel(label)
                return expr
            if isinstance(root, Compare):
                self._relabel(label)
                return result
        if result is None:
            value = self._quantity(root)
            if not self.rows:
                self._add(value, value, label, "")
            self._relabel(label)
            return value
        if isinstance(expr, Number) and expr.value == result.value:
            expr = self.book.number(expr.value, result.dtype)
        note, named = self._said(root)
        if isinstance(expr, Quantity) and _same(expr, result):
            result, note = expr, note or ("taken as it is" if isinstance(root, Where) else "")
        self._add(expr, result, label, note, named)
        return result

    def _relabel(self, label: str) -> None:
        """The last line gives the entry: it carries the entry's name."""
        if self.rows:
            self.book.problem.rename(self.rows[-1], label)

    # keys -------------------------------------------------------------------------------------------------

    def _prepare(self, root: Expr) -> list[Expr]:
        """A number for each different sub-tree: equal arithmetic is worked once, across entries and steps."""
        order = postorder(root)
        for node in order:
            if node not in self.keys:
                if isinstance(node, Fold):
                    self._prepare(node.body)
                self.keys[node] = self.book.key(self._shape(node))
        return order

    def _shape(self, node: Expr) -> tuple[Hashable, ...]:
        if isinstance(node, Entry):  # most are
            return "entry", self.source(node.operand), node.at
        args = [self.keys[arg] for arg in node.args]
        match node:
            case Number(value=value):
                return "number", repr(value)
            case Constant(name=name):
                return "constant", name
            case Slot(column=column):
                return "slot", column
            case Call(function=name):
                return "call", name, *args
            case Choose(kind=kind, chosen=chosen):
                return "choose", kind, chosen, *args
            case Compare(sign=sign):
                return "compare", sign, *args
            case Fold(kind=kind, columns=columns):
                places = tuple((self.source(c.operand), repr(c.at)) for c in columns)
                return "fold", kind, self.keys[node.body], places
        return type(node).__name__, *args

    def _count(self, order: Sequence[Expr]) -> None:
        for node in order:
            for arg in outer_parts(node) if isinstance(node, Fold) else node.args:
                key = self.keys[arg]
                self.uses[key] = self.uses.get(key, 0) + 1

    # cutting ----------------------------------------------------------------------------------------------

    def _pieces(self, root: Expr) -> None:
        """Operands first; what the book knows already is not entered."""
        stack: list[tuple[Expr, bool]] = [(root, False)]
        while stack:
            node, done = stack.pop()
            if node in self.expr:
                continue
            known = self.book.known.get(self.keys[node])
            if known is not None:
                self._set(node, known, ATOM)
            elif done or not (node.args or isinstance(node, Fold)):
                self._piece(node)
            else:
                stack.append((node, True))
                if isinstance(node, Where):  # what decided comes first
                    self._decide(node)
                stack.extend((arg, False) for arg in reversed(self._entered(node)))

    def _entered(self, node: Expr) -> tuple[Expr, ...]:
        if isinstance(node, Fold):
            return tuple(outer_parts(node))
        if isinstance(node, Where):  # the way not taken is not worked
            return (node.args[1] if node.truth else node.args[2],)
        if isinstance(node, Sum) and len(node.args) > SHOWN_TERMS:
            return ()
        return node.args

    def _stands_alone(self, node: Expr) -> bool:
        if isinstance(node, (Entry, Number, Constant, Slot)):
            return False
        if getattr(node, "label", ""):
            return True
        return self.uses.get(self.keys[node], 0) > 1 and self.form[node] > SMALL

    def _set(self, node: Expr, expr: Expr, form: int) -> None:
        self.expr[node] = expr
        self.form[node] = form

    def _atom(self, node: Expr) -> Any:
        """The node as a number: a leaf, or a quantity worked in a line of its own."""
        expr, form = self.expr[node], self.form[node]
        if form == ATOM and isinstance(expr, (Quantity, Number, Constant)):
            return expr
        key = self.keys[node]
        value = self.machine.value(node)
        kind = node.function if isinstance(node, Call) else type(node).__name__
        quantity = Quantity(value, self._dtype_name(value), column=(self.row, kind))
        label, note, named = self._name(node), *self._said(node)
        self._add(expr, quantity, label, note, named)
        self.book.known[key] = quantity
        self._set(node, quantity, ATOM)
        return quantity

    def _dtype_name(self, value: Any) -> str:
        return "bfloat16" if self.dtype == "bfloat16" else str(value.dtype)

    def _add(self, expr: Expr, result: Quantity, label: str, note: str, named: tuple[Quantity, ...] = ()) -> None:
        self.rows.append(self.book.problem.line(expr, result, label, note, named))

    def _name(self, node: Expr) -> str:
        label = getattr(node, "label", "")
        if label:
            return str(label)
        match node:
            case Fold(kind=kind):
                return kind
            case Sum():
                return "sum" if len(node.args) > 2 else ""
            case Quotient(args=(Sum() as top, Number(value=count))) if len(top.args) == count:
                return "mean"
            case Quotient(args=(Fold() as top, Number(value=count))) if len(top) == count:
                return "mean"
        return ""

    def _said(self, node: Expr) -> tuple[str, tuple[Quantity, ...]]:
        return self.book.said.get(self.keys[node], ("", ()))

    def _at_most(self, node: Expr, form: int) -> Expr:
        """The node inline if it is small enough and stands nowhere else, else as a number.

        Only here, so that the terms of a whole get their lines in their own order.
        """
        inline = self.form[node] <= form and not self._stands_alone(node)
        expr: Expr = self.expr[node] if inline else self._atom(node)
        return expr

    def _piece(self, node: Expr) -> None:
        """The node over quantities, its too large operands cut off."""
        match node:
            case Entry():
                self._set(node, self.book.entry(self.source(node.operand), node.at, node.value), ATOM)
            case Number(value=value):
                number = self.book.number(value, self.dtype)
                self._set(node, node if number.whole else number, ATOM)
            case Constant() | Slot():
                self._set(node, node, ATOM)
            case Negative(args=(arg,)):
                inner = self._at_most(arg, LINE)
                self._set(node, Negative(inner), max(SMALL, self.form[arg]) if arg.args else ATOM)
            case Product():
                self._product(node)
            case Quotient(args=(top, bottom)):
                over = self._at_most(top, TERM if not isinstance(self.expr[top], Quotient) else ATOM)
                under = self._at_most(bottom, SMALL)
                plain = self.form[top] == ATOM == self.form[bottom]
                self._set(node, Quotient(over, under), SMALL if plain else TERM)
            case Power(args=(base, exponent)):
                fixed = isinstance(exponent, Number)
                form = SMALL if fixed and self.form[base] == ATOM else TERM if fixed else LINE
                self._set(node, Power(self._at_most(base, SMALL), self._at_most(exponent, ATOM)), form)
            case Sum():
                self._sum(node)
            case Call(function=name):
                # a function of a pair of numbers is read at a glance: exp(1 − 3)
                form = SMALL if name in _SHORT else LINE
                self._set(node, Call(name, *(self._at_most(arg, SMALL) for arg in node.args)), form)
            case Choose():
                self._choose(node)
            case Where():
                self._where(node)
            case Compare():
                self._compare(node)
            case Fold():
                self._fold(node)

    def _product(self, node: Expr) -> None:
        factors: list[Expr] = []
        for arg in node.args:
            expr = self._at_most(arg, TERM)
            factors.extend(expr.args if isinstance(expr, Product) else (expr,))
        plain = len(node.args) <= 2 and all(self.form[arg] == ATOM for arg in node.args)
        self._set(node, Product(factors), SMALL if plain else TERM)

    def _sum(self, node: Expr) -> None:
        if len(node.args) > SHOWN_TERMS:
            self._long_sum(node)
            return
        terms: list[Expr] = []
        for arg in node.args:
            expr = self._at_most(arg, TERM)
            terms.extend(expr.args if isinstance(expr, Sum) else (expr,))
        plain = len(terms) <= 2 and all(self.form[arg] == ATOM for arg in node.args)
        self._set(node, Sum(terms), SMALL if plain else LINE)

    # choices ----------------------------------------------------------------------------------------------

    def _quantity(self, node: Expr) -> Quantity:
        """The node as a quantity that an order can speak of."""
        if isinstance(self.expr[node], Negative):
            self.form[node] = LINE
        atom = self._atom(node)
        if isinstance(atom, Quantity):
            return atom
        value = atom.value if isinstance(atom, Number) else self.machine.value(node)
        quantity = self.book.number(value, self.dtype)
        self._set(node, quantity, ATOM)
        return quantity

    def _choose(self, node: Choose) -> None:
        args = [self._quantity(arg) for arg in node.args]
        chosen = args[node.chosen]
        fulls = [q.full for q in args]
        best, note, order = node.chosen, "", node.kind == "max"
        if all(f.is_finite() for f in fulls) and len(args) > 1:
            others = [k for k in range(len(args)) if fulls[k] != fulls[best]]
            if len(others) < len(args) - 1:
                note = "a tie"
            if others:
                runner = args[max(others, key=lambda k: (fulls[k] if order else -fulls[k], -k))]
                pair = (runner, chosen) if order else (chosen, runner)
                self.rows.append(self.book.problem.order(pair[0], "<", pair[1]))
            if len(args) > SHOWN_TERMS:
                ranked = sorted(range(len(args)), key=lambda k: (k != best, -fulls[k] if order else fulls[k], k))
                kept = sorted(ranked[:SHOWN])
                note = f"the other {len(args) - SHOWN:,} are no {'larger' if order else 'smaller'}"
                args, best = [args[k] for k in kept], kept.index(best)
        self._add(Choose(node.kind, args, best), chosen, getattr(node, "label", "") or node.kind, note)
        self.book.known[self.keys[node]] = chosen
        self._set(node, chosen, ATOM)

    def _decide(self, node: Where) -> None:
        """The order that picks a way."""
        test = node.args[0]
        if isinstance(test, Compare):
            for arg in test.args:
                self._pieces(arg)
            self._order(test, node.truth)

    def _where(self, node: Where) -> None:
        """The way taken stands for the whole; the other is not worked."""
        taken = node.args[1] if node.truth else node.args[2]
        expr = self._at_most(taken, LINE)
        self._set(node, expr, self.form[taken])

    def _order(self, test: Compare, truth: bool) -> None:
        a, b = (self._quantity(arg) for arg in test.args)
        if a.full.is_finite() and b.full.is_finite():
            sign = test.sign if truth else _OPPOSITE[test.sign]
            self.rows.append(self.book.problem.order(a, sign, b))

    def _compare(self, node: Compare) -> None:
        key = self.keys[node]
        a, b = (self._quantity(arg) for arg in node.args)
        truth = bool(self.machine.value(node))
        result = self.book.number(np.bool_(truth), "bool")
        if a.full.is_finite() and b.full.is_finite():
            self._order(node, truth)
        else:
            self._add(Compare(node.sign, a, b), result, "", "")
        self.book.known[key] = result
        self._set(node, result, ATOM)

    # long sums --------------------------------------------------------------------------------------------

    def _fold(self, node: Fold) -> None:
        """The largest terms in their own order, and the exact rest as one number."""
        terms = self.machine.terms(node)
        sizes = terms if node.kind == "sum" else np.abs(np.log(np.abs(terms.astype(np.float64)) + 1e-300))
        kept = largest(sizes, SHOWN)
        hidden = np.ones(len(node), dtype=bool)
        hidden[kept] = False
        shown: list[Expr] = []
        for k in kept:
            term = substitute(node.body, {c: column.entry(k) for c, column in enumerate(node.columns)})
            self._prepare(term)
            self._pieces(term)
            shown.append(self._at_most(term, TERM))
        rest = self._rest(node, terms, hidden)
        self._abbreviated(node, shown, rest, int(hidden.sum()), node.kind)

    def _long_sum(self, node: Expr) -> None:
        """A long sum that is written out as a tree."""
        values = np.array([self.machine.value(arg) for arg in node.args])
        kept = largest(values, SHOWN)
        shown: list[Expr] = []
        for k in kept:
            self._pieces(node.args[k])
            shown.append(self._at_most(node.args[k], TERM))
        mask = np.ones(len(values), dtype=bool)
        mask[kept] = False
        rest = self.book.rest(exact_sum([values[mask]]), given=False)
        self._abbreviated(node, shown, rest, int(mask.sum()), "sum")

    def _abbreviated(self, node: Expr, shown: list[Expr], rest: Quantity, count: int, kind: str) -> None:
        word = "adds up" if kind == "sum" else "is the product of"
        things = "terms" if kind == "sum" else "factors"
        self.book.said[self.keys[node]] = (f"{{0}} {word} the other {count:,} {things}", (rest,))
        self._set(node, Sum((*shown, rest)) if kind == "sum" else Product((*shown, rest)), LINE)

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
        atom = self._atom(node)
        if isinstance(atom, Quantity):
            return atom.full
        return dm.pi(60) if isinstance(atom, Constant) else Quantity(atom.value).full


def _same(a: Quantity, b: Quantity) -> bool:
    return a.dtype == b.dtype and (a.full == b.full or (a.full.is_nan() and b.full.is_nan()))


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
