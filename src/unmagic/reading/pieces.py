"""What the cutting of a tree shares: which sub-trees are equal, what stands for each, and the lines put in so far."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from unmagic.core.digits import Quantity
from unmagic.core.scalar import (
    Call,
    Choose,
    Compare,
    Constant,
    Entry,
    Expr,
    Fold,
    Negative,
    Number,
    Quotient,
    Slot,
    Sum,
    postorder,
)
from unmagic.core.scalar_eval import decimal_value, outer_parts

from .ledger import Ledger
from .machine import Machine

ATOM, SMALL, TERM, LINE = range(4)
"""What may stand where: a number; a pair of numbers; a term of a sum; only a line by itself."""


class Pieces(ABC):
    """One tree being cut for a book; ``rows`` are the lines it put into the book's problem.

    ``row`` is what it is an entry of: numbers of one kind in one row carry equally many decimals.
    """

    def __init__(self, book: Ledger, row: Hashable, dtype: str, source: Callable[[int], Hashable]) -> None:
        self.book = book
        self.row = row
        self.dtype = dtype if not dtype.startswith("bool") else "float64"
        self.source = source
        self.rows: list[int] = []
        self.expr: dict[Expr, Expr] = {}  # what stands for a node in a line
        self.form: dict[Expr, int] = {}  # how large that is
        self.keys: dict[Expr, int] = {}
        self.machine = Machine(self.dtype, self.expr)
        self.uses: dict[int, int] = {}  # by key
        self.root: Expr | None = None
        self.stated: Quantity | None = None  # the root's own value

    # equal arithmetic -------------------------------------------------------------------------------------

    def prepare(self, root: Expr) -> list[Expr]:
        """A number for each different sub-tree: equal arithmetic is worked once, across entries and steps."""
        order = postorder(root)
        for node in order:
            if node not in self.keys:
                if isinstance(node, Fold):
                    self.prepare(node.body)
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

    def count(self, order: Sequence[Expr]) -> None:
        for node in order:
            for arg in outer_parts(node) if isinstance(node, Fold) else node.args:
                key = self.keys[arg]
                self.uses[key] = self.uses.get(key, 0) + 1

    # what stands for a node -------------------------------------------------------------------------------

    def put(self, node: Expr, expr: Expr, form: int) -> None:
        self.expr[node] = expr
        self.form[node] = form

    def atom(self, node: Expr) -> Any:
        """The node as a number: a leaf, or a quantity worked in a line of its own."""
        expr, form = self.expr[node], self.form[node]
        if form == ATOM and isinstance(expr, (Quantity, Number, Constant)):
            return expr
        key = self.keys[node]
        value = self._inner(node)
        kind = node.function if isinstance(node, Call) else type(node).__name__
        quantity = Quantity(value, self._dtype_name(value), column=(self.row, kind))
        label, note, named = self._name(node), *self.said(node)
        self.add(expr, quantity, label, note, named)
        self.book.known[key] = quantity
        self.put(node, quantity, ATOM)
        return quantity

    def quantity(self, node: Expr) -> Quantity:
        """The node as a quantity that an order can speak of."""
        if isinstance(self.expr[node], Negative):
            self.form[node] = LINE
        atom = self.atom(node)
        if isinstance(atom, Quantity):
            return atom
        value = atom.value if isinstance(atom, Number) else self.machine.value(node)
        quantity = self.book.number(value, self.dtype)
        self.put(node, quantity, ATOM)
        return quantity

    def at_most(self, node: Expr, form: int) -> Expr:
        """The node inline if it is small enough and stands nowhere else, else as a number.

        Only here, so that the terms of a whole get their lines in their own order.
        """
        inline = self.form[node] <= form and not self.stands_alone(node)
        expr: Expr = self.expr[node] if inline else self.atom(node)
        return expr

    def stands_alone(self, node: Expr) -> bool:
        if isinstance(node, (Entry, Number, Constant, Slot)):
            return False
        if getattr(node, "label", ""):
            return True
        return self.uses.get(self.keys[node], 0) > 1 and self.form[node] > SMALL

    def _inner(self, node: Expr) -> Any:
        """The machine's value; the real one where the dtype's own steps leave its range and the result has not.

        What NumPy computes in one go (a mean in float16, a stable log-sum-exp) does not take these steps.
        """
        value = self.machine.value(node)
        if np.isfinite(value) or self.stated is None or not self.stated.full.is_finite():
            return value
        assert self.root is not None
        if np.isfinite(self.machine.value(self.root)):
            return value  # it came out of there again: 1 / (1 + inf)
        real = decimal_value(node)
        return real if real.is_finite() else value

    def _dtype_name(self, value: Any) -> str | None:
        if isinstance(value, Decimal):
            return None
        return "bfloat16" if self.dtype == "bfloat16" else str(value.dtype)

    def add(self, expr: Expr, result: Quantity, label: str, note: str, named: tuple[Quantity, ...] = ()) -> None:
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

    def said(self, node: Expr) -> tuple[str, tuple[Quantity, ...]]:
        return self.book.said.get(self.keys[node], ("", ()))

    # what the cutter built on this gives

    @abstractmethod
    def cut(self, root: Expr) -> None: ...
