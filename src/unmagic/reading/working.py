"""Workings: the entry trees of ops cut into Lines and solved together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from unmagic.core.digits import READING, Style
from unmagic.core.graph import Index
from unmagic.core.lines import Working
from unmagic.core.op import Op, Operand
from unmagic.core.scalar import Entry, Expr

Source = Hashable
"""What a value is an entry of: a step's number, or any key that the caller uses alike in all calls."""


class Book:
    """Entries of one or several steps, worked together: put all in, `solve` once.

    A number is one quantity, known by ``(source, index)``, wherever it stands in the book; equal inner arithmetic (the
    exps and the sum of a softmax row) is worked once, in the Working that comes first.

    >>> book = Book()                                    # z = W x; p = softmax(z); loss = −log p[1]
    >>> book.add(Matvec, (0,), [W, x], z, step=2, sources=(0, 1), name="z", given={0, 1})   # a ticket: its number
    >>> book.add(Softmax, (0,), [z], p, {"axis": -1}, step=3, sources=(2,), name="p")
    >>> workings = book.solve()                          # one a ticket, in order
    """

    def __init__(
        self, floors: Mapping[str, int] | None = None, *, given: frozenset[Source] = frozenset(), style: Style = READING
    ) -> None:
        raise NotImplementedError

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
    ) -> int:
        """Entry ``at`` of ``op`` on whole arrays (or `Operand`s). ``result`` is the whole result or its entry.

        ``sources[k]`` is the step that operand k is, so that its entries are known as quantities of that step.
        """
        raise NotImplementedError

    def add_tree(self, tree: Expr, at: Index, value: Any, *, step: Source, name: str = "", label: str = "") -> int:
        """A tree whose entries' ``operand`` are sources already (an idiom's arithmetic over several steps)."""
        raise NotImplementedError

    def solve(self) -> list[Working]:
        """One Working a ticket, in order; its last Line gives the entry."""
        raise NotImplementedError

    def printed(self, source: Source, at: Index) -> str | None:
        """After `solve`: how an entry is printed in this book, if it stands in it."""
        raise NotImplementedError


def inlined(tree: Expr, inner: Mapping[int, Callable[[Entry], Expr]]) -> Expr:
    """``tree`` with entries of operand k replaced by ``inner[k](entry)``: steps seen through, as in ``−log p``."""
    raise NotImplementedError


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
    """The worked arithmetic of one entry. ``given[k]``: operand k was typed by a person (default: all were)."""
    raise NotImplementedError


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
    raise NotImplementedError
