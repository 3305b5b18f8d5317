"""A number of a Working, and how many of its digits are shown."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, NamedTuple

from unmagic.core.graph import DType
from unmagic.core.scalar import Expr


class Style(NamedTuple):
    """Where digits start: at most ``decimals`` decimals and ``digits`` digits; below 0.1 three digits."""

    decimals: int
    digits: int


LESSON = Style(3, 6)
READING = Style(4, 5)


class Quantity(Expr):
    """A number: a leaf of left sides and the right side of a Line, printed the same wherever it stands.

    ``value`` is the machine's, in ``dtype``. ``given`` says that a person typed it: up to 6 digits of it are whole.
    Quantities with one ``column`` (the entries of one step) carry equally many decimals. ``floor`` is the least number
    of decimals that an author wants.
    """

    __slots__ = ("column", "dtype", "floor", "given", "value")

    def __init__(
        self,
        value: Any,
        dtype: DType | str | None = None,
        *,
        given: bool = False,
        column: Hashable = None,
        floor: int | None = None,
    ) -> None:
        raise NotImplementedError
