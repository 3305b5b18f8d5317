"""Lines for what no single step of the program says: a total, an order between two numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from unmagic.core.errors import UnmagicError
from unmagic.core.graph import Index
from unmagic.core.lines import Line
from unmagic.core.op import OPS, Operand
from unmagic.core.scalar import Compare, Entry
from unmagic.reading.working import Book, worked


def computed(op: str, *arrays: Any, at: Index = (), name: str = "", **attrs: Any) -> tuple[Line, ...]:
    """One entry of ``op`` on arrays, worked: ``computed("sum", p, axis=None, keepdims=False)``."""
    with np.errstate(all="ignore"):
        value = OPS[op].forward(np, *arrays, **attrs)
    operands = [Operand(k, np.asarray(array)) for k, array in enumerate(arrays)]
    try:
        return worked(OPS[op], at, operands, value, attrs, name=name or op, given=[False] * len(operands)).lines
    except UnmagicError:
        return ()


def total(values: Any, name: str = "sum") -> tuple[Line, ...]:
    """Numbers added up, worked."""
    return computed("sum", np.ravel(values), name=name, axis=None, keepdims=False)


def order(small: Any, large: Any, name: str = "") -> tuple[Line, ...]:
    """``small < large``, in as many digits as it takes; nothing where it is not so."""
    if not small < large:
        return ()
    book = Book()
    book.add_tree(Compare("<", Entry(0, (), small), Entry(1, (), large)), (), np.True_, step="order", name=name)
    try:
        return book.solve()[0].lines
    except UnmagicError:
        return ()


def worst(values: Sequence[float]) -> int:
    """The position of the largest; 0 of nothing."""
    return int(np.argmax(values)) if len(values) else 0
