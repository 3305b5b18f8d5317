"""Scalar expressions: the worked arithmetic of one entry as a small tree with shared sub-trees.

The number printed for a tree is the tree's own value. Nodes are compared by identity, so that a shared sub-tree
(softmax's denominator) is worked once. Walks are loops over `postorder`, never recursion.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np

from .graph import Index


class Expr:
    """A node; ``args`` are its operands. A node that has a ``label`` (see `named`) gets a line of its own."""

    __slots__ = ("label",)
    label: str
    args: tuple[Expr, ...] = ()

    def named(self, label: str) -> Expr:
        """This node, its line labelled ``label`` (``mean``, ``max``); returns itself."""
        self.label = label
        return self

    def __add__(self, other: Expr | float) -> Expr:
        return Sum((self, lift(other)))

    def __sub__(self, other: Expr | float) -> Expr:
        return Sum((self, Negative(lift(other))))

    def __mul__(self, other: Expr | float) -> Expr:
        return Product((self, lift(other)))

    def __truediv__(self, other: Expr | float) -> Expr:
        return Quotient(self, lift(other))

    def __rsub__(self, other: float) -> Expr:
        return Sum((lift(other), Negative(self)))

    def __radd__(self, other: float) -> Expr:
        return Sum((lift(other), self))

    def __rmul__(self, other: float) -> Expr:
        return Product((lift(other), self))

    def __rtruediv__(self, other: float) -> Expr:
        return Quotient(lift(other), self)

    def __neg__(self) -> Expr:
        return Negative(self)

    def __pow__(self, other: Expr | float) -> Expr:
        return Power(self, lift(other))


class Entry(Expr):
    """Leaf: the entry ``at`` of operand number ``operand``, with its machine value."""

    __slots__ = ("at", "operand", "value")

    def __init__(self, operand: int, at: Index, value: Any) -> None:
        self.operand = operand
        self.at = at
        self.value = value


class Number(Expr):
    """Leaf: a constant of the formula itself (the 3 of 3x, an axis length), exact as its shortest decimal."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


class Constant(Expr):
    """Leaf: ``pi`` or ``e``, exact in meaning and never in print."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Slot(Expr):
    """Leaf inside a `Fold`'s body: the running entry of column number ``column``."""

    __slots__ = ("column",)

    def __init__(self, column: int) -> None:
        self.column = column


class Sum(Expr):
    """Terms added up; a `Negative` term prints with a minus sign."""

    __slots__ = ("args",)

    def __init__(self, terms: Iterable[Expr]) -> None:
        self.args = tuple(terms)


class Product(Expr):
    """Factors multiplied."""

    __slots__ = ("args",)

    def __init__(self, factors: Iterable[Expr]) -> None:
        self.args = tuple(factors)


class Negative(Expr):
    """Minus its operand."""

    __slots__ = ("args",)

    def __init__(self, arg: Expr) -> None:
        self.args = (arg,)


class Quotient(Expr):
    """First over second operand."""

    __slots__ = ("args",)

    def __init__(self, numerator: Expr, denominator: Expr) -> None:
        self.args = (numerator, denominator)


class Power(Expr):
    """First to the power of the second operand."""

    __slots__ = ("args",)

    def __init__(self, base: Expr, exponent: Expr) -> None:
        self.args = (base, exponent)


class Call(Expr):
    """An elementary function of the table in `scalar_functions`: exp, log, sqrt, tanh, erf, abs, floor, …"""

    __slots__ = ("args", "function")

    def __init__(self, function: str, *args: Expr) -> None:
        self.function = function
        self.args = args


class Choose(Expr):
    """One of its operands, picked by an order: ``kind`` is ``max`` or ``min``; ``chosen`` the position picked.

    Its value and derivative are those of the chosen operand. Its line prints with an order line that decided it.
    """

    __slots__ = ("args", "chosen", "kind")

    def __init__(self, kind: str, args: Iterable[Expr], chosen: int) -> None:
        self.kind = kind
        self.args = tuple(args)
        self.chosen = chosen


class Where(Expr):
    """First operand if ``test`` holds, else the second; ``test`` is a `Compare` or a truth-valued leaf."""

    __slots__ = ("args", "truth")

    def __init__(self, test: Expr, then: Expr, other: Expr, truth: bool) -> None:
        self.args = (test, then, other)
        self.truth = truth


class Compare(Expr):
    """An order or equality: ``sign`` is one of ``< <= > >= == !=``; its value is 1 or 0, its derivative 0."""

    __slots__ = ("args", "sign")

    def __init__(self, sign: str, left: Expr, right: Expr) -> None:
        self.sign = sign
        self.args = (left, right)


class Column:
    """A line of entries of one operand, held as an array: what a long sum runs over.

    ``at`` holds integers and slices, which run in C order (the last fastest), or integer arrays of one length, which
    run together; ``values[k]`` is the k-th entry. Where there are several slices, their bounds are given.
    """

    __slots__ = ("at", "operand", "values")

    def __init__(self, operand: int, at: tuple[Any, ...], values: np.ndarray[Any, Any]) -> None:
        self.operand = operand
        self.at = at
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def index(self, k: int) -> Index:
        """The operand's index of the k-th entry."""
        index: list[int] = []
        runs = sum(isinstance(i, slice) for i in self.at)
        for i in reversed(self.at):
            if isinstance(i, slice):
                runs -= 1
                k, here = divmod(k, len(range(i.start or 0, i.stop, i.step or 1))) if runs else (0, k)
                index.append((i.start or 0) + here * (i.step or 1))
            else:
                index.append(int(i[k] if isinstance(i, np.ndarray) and i.ndim else i))
        return tuple(reversed(index))

    def entry(self, k: int) -> Entry:
        return Entry(self.operand, self.index(k), self.values[k])


class Fold(Expr):
    """A long sum or product, Σₖ body(k), whose terms stay arrays until they are printed.

    ``kind`` is ``sum`` or ``product``; ``body`` is a tree over `Slot`s (its other leaves are the same in every term);
    ``columns[c]`` feeds ``Slot(c)``. All columns have one length. `unfolded` gives the plain `Sum` or `Product`.
    """

    __slots__ = ("args", "body", "columns", "kind")

    def __init__(self, kind: str, body: Expr, columns: tuple[Column, ...]) -> None:
        self.kind = kind
        self.body = body
        self.columns = columns
        self.args = ()

    def __len__(self) -> int:
        return len(self.columns[0])


SHOWN_TERMS = 12
"""A sum of at most this many terms is written out; a longer one shows its largest and the exact rest."""


def lift(value: Expr | float) -> Expr:
    """A tree from a tree or a number."""
    return value if isinstance(value, Expr) else Number(value)


def call(function: str, *args: Expr | float) -> Expr:
    """An elementary function applied: ``call("exp", x)``."""
    return Call(function, *(lift(arg) for arg in args))


def substitute(body: Expr, leaves: dict[int, Expr]) -> Expr:
    """``body`` with ``Slot(c)`` replaced by ``leaves[c]``; bodies are a handful of nodes deep."""
    if isinstance(body, Slot):
        return leaves[body.column]
    if not body.args:
        return body
    args = tuple(substitute(arg, leaves) for arg in body.args)
    if not isinstance(body, Negative) and all(new is old for new, old in zip(args, body.args, strict=True)):
        return body  # no slot below: shared by all terms (a minus sign is each term's own; what it turns is shared)
    return with_args(body, args)


def with_args(node: Expr, args: tuple[Expr, ...]) -> Expr:
    """The same node over other operands."""
    copy: Any = object.__new__(type(node))
    kind: Any = type(node)
    for slot in _slots(kind):
        if hasattr(node, slot):
            setattr(copy, slot, getattr(node, slot))
    copy.args = args
    made: Expr = copy
    return made


@cache
def _slots(kind: Any) -> tuple[str, ...]:
    return tuple(slot for cls in kind.__mro__ for slot in getattr(cls, "__slots__", ()) if slot != "args")


def unfolded(fold: Fold) -> Expr:
    """The plain `Sum` or `Product` of a fold's terms."""
    terms = [
        substitute(fold.body, {c: column.entry(k) for c, column in enumerate(fold.columns)}) for k in range(len(fold))
    ]
    if not terms:
        return Number(0 if fold.kind == "sum" else 1)
    if len(terms) == 1:
        return terms[0]
    return Sum(terms) if fold.kind == "sum" else Product(terms)


def total(body: Expr, *columns: Column) -> Expr:
    """Σₖ body(k): written out if short, a `Fold` if long. ``total(Slot(0) * Slot(1), row, col)`` is a dot product."""
    fold = Fold("sum", body, columns)
    return fold if len(fold) > SHOWN_TERMS else unfolded(fold)


def product(body: Expr, *columns: Column) -> Expr:
    """Πₖ body(k), written out if short."""
    fold = Fold("product", body, columns)
    return fold if len(fold) > SHOWN_TERMS else unfolded(fold)


def postorder(root: Expr) -> list[Expr]:
    """Every node once, operands before what uses them (a fold's body is not entered)."""
    if not any(arg.args for arg in root.args):  # most trees are one sign over numbers
        return [*dict.fromkeys(root.args), root]
    order: list[Expr] = []
    seen: set[Expr] = set()
    stack: list[Expr | None] = [root]  # None: what lies below it has all its operands in order
    while stack:
        node = stack.pop()
        if node is None:
            done = stack.pop()
            assert done is not None
            order.append(done)
            continue
        if node in seen:
            continue
        seen.add(node)
        if node.args:
            stack += (node, None)
            stack += node.args[::-1]
        else:
            order.append(node)
    return order
