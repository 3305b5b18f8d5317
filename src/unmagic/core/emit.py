"""How a step is written as a line of NumPy: what `Op.emit` answers, and what it may ask of the writer.

``emit(y, *operands, **attrs)`` gets the `Term`s of result and operands and answers with an `Emit`, or with None where
the op's ``forward`` is called as it stands. It is asked before any place is chosen: names are empty then.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

import numpy as np

from .graph import DType, Shape


class Term:
    """A value as the written source names it.

    ``value`` is the number or array of a constant, else None. ``kept`` says that it lies in memory of the compiled
    program itself: a view on it is made once, not at each call. ``whole`` memory has its entries in order, no gaps.
    """

    __slots__ = ("dtype", "kept", "name", "shape", "value", "whole")

    def __init__(
        self, shape: Shape, dtype: DType, name: str = "", value: Any = None, kept: bool = False, whole: bool = False
    ) -> None:
        self.shape = shape
        self.dtype = dtype
        self.name = name
        self.value = value
        self.kept = kept
        self.whole = whole

    @property
    def size(self) -> int:
        size = 1
        for n in self.shape:
            size *= n
        return size


class Writer(Protocol):
    """What an op may ask for while it is written."""

    loose: bool
    """A step of a gradient: sums may be added up in another order. The program's own steps keep theirs."""

    def line(self, text: str) -> None:
        """A statement before the one that is returned."""

    def bind(self, value: object) -> str:
        """A name for an object that is there at each call."""

    def local(self) -> str:
        """A name that nothing else has."""

    def scratch(self, shape: Shape, dtype: DType) -> Term:
        """Memory that is free during this step alone."""

    def view(self, x: Term, suffix: str, shape: Shape, dtype: DType) -> Term:
        """``x`` seen otherwise: ``suffix`` is put behind its name (``.T``, ``[:, None]``)."""


class Emit(NamedTuple):
    """One way to write a step.

    ``write(w, y, *operands, **attrs)`` returns an expression. With ``y`` a `Term` the expression (or the lines before
    it) has filled that memory; ``y`` is None where a new array or a number is wanted.
    """

    write: Callable[..., str]
    fills: bool = True  # takes a place to write to
    makes: bool = True  # without one, it makes a new array of its own
    over: tuple[int, ...] = ()  # operands whose memory the result may take over, if nobody reads them any more
    overlaps: bool = False  # and the same memory may stand among the operands once more
    lifts: bool = False  # operands come before they are broadcast: NumPy does that by itself
    views: bool = False  # the result is the first operand's memory
    dense: bool = False  # a number among the operands is quicker as a whole array

    def __call__(self, y: Term, *operands: Term, **attrs: Any) -> Emit:
        """An `Emit` that suits every step of its op stands as ``emit`` itself."""
        return self


def plain(value: Any) -> Any:
    """An axis or a shape as it is written: NumPy's own whole numbers print otherwise."""
    if value is None:
        return None
    return tuple(int(one) for one in value) if isinstance(value, tuple) else int(value)


def ufunc(function: np.ufunc, sign: str = "", dense: bool = False) -> Emit:
    """A call with a place for the result; between plain numbers the operator ``sign``, which is quicker."""

    named = "out=" if function in (np.maximum, np.minimum) else ""  # there NumPy wants it by name

    def write(w: Writer, y: Term | None, *operands: Term, **_: Any) -> str:
        names = [x.name for x in operands]
        if y is None and sign and not any(x.shape for x in operands):
            return f" {sign} ".join(names) if len(names) > 1 else f"{sign}{names[0]}"
        if y is not None:
            names.append(named + y.name)
        return f"{w.bind(function)}({', '.join(names)})"

    return Emit(write, over=tuple(range(function.nin)), overlaps=True, lifts=True, dense=dense)


def reduced_by(function: np.ufunc) -> Emit:
    """``reduce`` along ``axis``, positional because that is quicker. The operand has axes, and entries on them."""

    def write(w: Writer, y: Term | None, x: Term, *, axis: Any = None, keepdims: bool = False) -> str:
        reduce = w.bind(function.reduce)
        if y is None and not keepdims and len(x.shape) == 1:
            return f"{reduce}({x.name})"
        return f"{reduce}({x.name}, {plain(axis)}, None, {y.name if y else None}, {bool(keepdims)})"

    return Emit(write)


def viewed(suffix: Callable[..., str]) -> Emit:
    """A view: ``suffix(**attrs)`` behind the operand's name."""

    def write(w: Writer, y: Term | None, x: Term, *rest: Term, **attrs: Any) -> str:
        return x.name + suffix(**attrs)

    return Emit(write, fills=False, views=True)


__all__ = ["Emit", "Term", "Writer", "plain", "reduced_by", "ufunc", "viewed"]
