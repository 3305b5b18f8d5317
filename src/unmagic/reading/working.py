"""Workings: the entry trees of ops cut into Lines and solved together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np

from unmagic.core.digits import READING, Style
from unmagic.core.errors import Unsupported
from unmagic.core.graph import Index
from unmagic.core.lines import Working
from unmagic.core.op import Op, Operand
from unmagic.core.scalar import Column, Entry, Expr, Fold, postorder, with_args

from .cut import Cutter
from .ledger import Ledger, Source


class _Ticket:
    """One entry that was put in: its name, and which lines of the problem are its."""

    __slots__ = ("at", "name", "rows")

    def __init__(self, name: str, at: Index, rows: Sequence[int]) -> None:
        self.name = name
        self.at = at
        self.rows = rows


class Book(Ledger):
    """Entries of one or several steps, worked together: put all in, `solve` once.

    A number is one quantity, known by ``(source, index)``, wherever it stands in the book; equal inner arithmetic (the
    exps and the sum of a softmax row) is worked once, in the Working that comes first. ``floors`` maps names of steps
    to the least number of decimals; ``given`` holds the sources that a person typed.

    >>> book = Book(given={0, 1})                              # z = W x; p = softmax(z)
    >>> book.add(Matvec, (0,), [W, x], z, step=2, sources=(0, 1), name="z")   # a ticket: its number
    >>> book.add(Softmax, (0,), [z], p, {"axis": -1}, step=3, sources=(2,), name="p")
    >>> workings = book.solve()                                # one a ticket, in order
    """

    def __init__(
        self,
        floors: Mapping[str, int] | None = None,
        *,
        given: Collection[Source] = frozenset(),
        style: Style = READING,
        names: Mapping[Source, str] | None = None,
    ) -> None:
        super().__init__(floors, given=given, style=style, names=names)
        self._worked: dict[tuple[Source, Index], Sequence[int]] = {}
        self._tickets: list[_Ticket] = []

    def add(
        self,
        op: type[Op],
        at: Index,
        operands: Sequence[Any],
        result: Any,
        attrs: Mapping[str, Any] | None = None,
        *,
        step: Source,
        sources: Sequence[Source],
        name: str = "",
        dtype: str | None = None,
    ) -> int:
        """Entry ``at`` of ``op`` on whole arrays (or `Operand`s). ``result`` is the whole result or its entry.

        ``sources[k]`` is the step that operand k is, so that its entries are known as quantities of that step.
        ``dtype`` names what NumPy has no dtype for (``bfloat16``). An op whose entries no calculator gets to is worked
        as its check (`Op.check`), for which ``result`` must be the whole result.
        """
        taken = [o if isinstance(o, Operand) else Operand(k, np.asarray(o)) for k, o in enumerate(operands)]
        value = result[at] if getattr(result, "shape", ()) else result
        try:
            tree = op.entry(at, *taken, **(attrs or {}))
        except Unsupported:
            if op.check is None or (at and not getattr(result, "shape", ())):
                raise
            left, _ = op.check(at, Operand(-1, np.asarray(result)), *taken, **(attrs or {}))
            return self._add(left, at, None, step, name, lambda k: step if k == -1 else sources[k], dtype)
        return self._add(tree, at, value, step, name, lambda operand: sources[operand], dtype)

    def add_tree(
        self, tree: Expr, at: Index, value: Any, *, step: Source, name: str = "", dtype: str | None = None
    ) -> int:
        """A tree whose entries' ``operand`` are sources already (an idiom's arithmetic over several steps)."""
        return self._add(tree, at, value, step, name, lambda operand: operand, dtype)

    def solve(self) -> list[Working]:
        """One Working a ticket, in order; its last Line gives the entry. No nameless Line is said twice."""
        lines = self.problem.solve()
        said: dict[str, int] = {}
        for k, line in enumerate(lines):
            said.setdefault(line.text, k)
        workings = []
        for t in self._tickets:
            kept = (k for k in t.rows if k == t.rows[-1] or lines[k].label or said[lines[k].text] == k)
            workings.append(Working(t.name, t.at, tuple(lines[k] for k in kept)))
        return workings

    def printed(self, source: Source, at: Index) -> str | None:
        """After `solve`: how an entry is printed in this book, if it stands in it."""
        quantity = self.entries.get((source, tuple(int(i) for i in at)))
        return None if quantity is None else self.problem.printed(quantity)

    # inside -----------------------------------------------------------------------------------------------

    def _add(
        self,
        tree: Expr,
        at: Index,
        value: Any,
        step: Source,
        name: str,
        source: Callable[[int], Source],
        dtype: str | None,
    ) -> int:
        at = tuple(int(i) for i in at)
        self._tickets.append(_Ticket(name, at, ()))
        ticket = self._tickets[-1]
        if (step, at) in self._worked:
            ticket.rows = self._worked[step, at]
            return len(self._tickets) - 1
        if name:
            self.names.setdefault(step, name)
        label = name + (f"[{','.join(map(str, at))}]" if at else "")
        if value is None:  # a check: its left side's own value is the result
            cutter = Cutter(self, ("check", step, at[:-1]), _float_of(tree), source)
            cutter.work(tree, None, "check")
        else:
            stated = self.entry(step, at, value, dtype)
            # a count of floats is a whole number, but what is counted is compared in floating point
            whole = stated.dtype.startswith(("int", "uint", "bool"))
            cutter = Cutter(self, (step, at[:-1]), _float_of(tree, stated.dtype) if whole else stated.dtype, source)
            result = cutter.work(tree, stated, label)
            self.entries[step, at] = result
            self.known[self.key(("entry", step, at))] = result
        ticket.rows = self._worked[step, at] = cutter.rows
        return len(self._tickets) - 1


def _float_of(tree: Expr, otherwise: str = "float64") -> str:
    """The dtype of the tree's entries in floating point: what a check is computed in."""
    for node in postorder(tree):
        values = node.columns[0].values if isinstance(node, Fold) else getattr(node, "value", None)
        dtype = getattr(values, "dtype", None)
        if dtype is not None and dtype.kind == "f":
            return str(dtype)
    return otherwise


def inlined(
    tree: Expr, inner: Mapping[int, Callable[[Entry], Expr]], sources: Mapping[int, int] | None = None
) -> Expr:
    """``tree`` with entries of operand k replaced by ``inner[k](entry)``: steps seen through, as in ``−log p``.

    A long sum keeps its columns as arrays; they become entries of step ``sources[k]``.
    """
    made: dict[Expr, Expr] = {}
    for node in postorder(tree):
        if isinstance(node, Entry) and node.operand in inner:
            made[node] = inner[node.operand](node)
        elif isinstance(node, Fold):
            columns = tuple(Column((sources or {}).get(c.operand, c.operand), c.at, c.values) for c in node.columns)
            fold = made[node] = Fold(node.kind, inlined(node.body, inner, sources), columns)
            if hasattr(node, "label"):
                fold.named(node.label)
        elif any(made[arg] is not arg for arg in node.args):
            made[node] = with_args(node, tuple(made[arg] for arg in node.args))
        else:
            made[node] = node
    return made[tree]


def worked(
    op: type[Op],
    at: Index,
    operands: Sequence[Operand],
    y_value: Any,
    attrs: Mapping[str, Any] | None = None,
    *,
    name: str = "y",
    operand_names: Sequence[str] = (),
    given: Sequence[bool] | None = None,
    floors: Mapping[str, int] | None = None,
    style: Style = READING,
) -> Working:
    """The worked arithmetic of one entry; ``y_value`` is the whole result or the entry.

    ``given[k]``: operand k was typed by a person (default: all were).
    """
    book = _book(operands, operand_names, given, floors, style)
    book.add(op, at, operands, y_value, attrs, step="y", sources=range(len(operands)), name=name)
    return book.solve()[0]


def worked_group(
    op: type[Op],
    ats: Sequence[Index],
    operands: Sequence[Operand],
    y_values: Sequence[Any],
    attrs: Mapping[str, Any] | None = None,
    *,
    name: str = "y",
    operand_names: Sequence[str] = (),
    given: Sequence[bool] | None = None,
    floors: Mapping[str, int] | None = None,
    style: Style = READING,
) -> Working:
    """Several entries of one step as one Working: shared arithmetic once, one column of digits."""
    book = _book(operands, operand_names, given, floors, style)
    for at, value in zip(ats, y_values, strict=True):
        book.add(op, at, operands, value, attrs, step="y", sources=range(len(operands)), name=name)
    parts = book.solve()
    lines = tuple(line for part in parts for line in part.lines)
    return Working(name, tuple(ats[0]) if len(ats) == 1 else (), lines)


def _book(
    operands: Sequence[Operand],
    names: Sequence[str],
    given: Sequence[bool] | None,
    floors: Mapping[str, int] | None,
    style: Style,
) -> Book:
    typed = {k for k in range(len(operands)) if given is None or given[k]}
    return Book(floors, given=typed, style=style, names=dict(enumerate(names)))
