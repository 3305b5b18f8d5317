"""A number of a Working, and how many of its digits are shown."""

from __future__ import annotations

from collections.abc import Hashable
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from unmagic.core.graph import DType
from unmagic.core.scalar import Expr

from .numerals import as_text, full, half_unit, half_up, length, numeral, precision


class Style(NamedTuple):
    """Where digits start: at most ``decimals`` decimals and ``digits`` digits; below 0.1 three digits."""

    decimals: int
    digits: int


LESSON = Style(3, 6)
READING = Style(4, 5)

ZERO = Decimal(0)
WHOLE_DIGITS = 6
WHOLE_INTEGER = 10**16


class Group:
    """Quantities that gain digits together; ``extra`` is how many beyond their start."""

    __slots__ = ("extra", "members", "rows")

    def __init__(self) -> None:
        self.extra = 0
        self.members: list[Quantity] = []
        self.rows: list[int] = []  # lines that any member stands in


class Quantity(Expr):
    """A number: a leaf of left sides and the right side of a Line, printed the same wherever it stands.

    ``value`` is the machine's, in ``dtype``. ``given`` says that a person typed it: up to 6 digits of it are whole.
    Quantities with one ``column`` (the entries of one step) carry equally many decimals. ``floor`` is the least number
    of decimals that an author wants. A ``Decimal`` value is a real number that no machine holds.
    """

    __slots__ = (
        "_d", "_p", "_written", "cap", "column", "dtype", "floor", "full", "given", "group", "half", "kind", "longest",
        "minus_zero", "start", "value", "whole",
    )  # fmt: skip

    def __init__(
        self,
        value: Any,
        dtype: DType | str | None = None,
        *,
        given: bool = False,
        column: Hashable = None,
        floor: int | None = None,
    ) -> None:
        if isinstance(value, Decimal):
            name = "real" if dtype is None else str(dtype)
        else:
            if not isinstance(value, (float, int, np.generic)):
                value = np.asarray(value)[()]
            name = _dtype_of(value) if dtype is None else dtype if isinstance(dtype, str) else _named(dtype)
        self.value = value
        self.dtype = name
        self.given = given
        self.column = column
        self.floor = floor
        self.kind = precision(name)
        self.full = value if isinstance(value, Decimal) else full(value, name)
        self.group: Group | None = None
        self.minus_zero = False  # its sign matters: print −0
        self._d = -(10**9)
        self._p = self.full
        self._written: tuple[tuple[int, bool, bool], str] | None = None  # as text, and for which digits
        self.whole = False
        self.half = ZERO
        if not self.full.is_finite():
            self.whole = True
            self.longest = self.start = self.cap = 0
            return
        self.longest = length(self.full)
        self.whole = self.kind.whole or (given and self._plain())
        e = self.full.adjusted() if self.full else 0
        self.cap = self.kind.cap - 1 - e
        self.start = self.cap

    def give(self) -> None:
        """A person typed it, or might have."""
        self.given = True
        self.whole = self.kind.whole or self._plain()

    def _plain(self) -> bool:
        digits = self.full.adjusted() + self.longest + 1 if self.full else 1
        return digits <= WHOLE_DIGITS or (self.longest <= 0 and self.full.copy_abs() < WHOLE_INTEGER)

    def begin(self, style: Style) -> None:
        """Set the position where digits start."""
        if not self.full:
            start = style.decimals
        else:
            e = self.full.adjusted()
            # six digits before the point stand as they are; beyond, 1.23457e+6
            start = min(style.decimals, max(style.digits - 1 - e, min(0, 5 - e))) if e >= -1 else 2 - e
            start = min(start, self.kind.start - 1 - e)
        self.start = min(max(start, self.floor), self.cap) if self.floor is not None else min(start, self.cap)

    def raise_start(self, start: int) -> None:
        """Carry as many decimals as the column, as far as the dtype's own digits go."""
        most = self.kind.start - 1 - (self.full.adjusted() if self.full else 0)
        if self.start < start:
            self.start = max(self.start, min(start, most, self.cap))

    def become_whole(self, printed: Decimal) -> None:
        """Its Line is exact in rationals: this is the number, and it gains no digits."""
        self.whole = True
        self._p = printed
        self._written = None
        self.half = ZERO

    def free(self, style: Style) -> None:
        """Be a number like any other again: printed from what the machine has."""
        self.whole = False
        self._d = -(10**9)
        self.begin(style)

    @property
    def d(self) -> int:
        """Position of the last printed decimal."""
        if self.whole or self.group is None:
            return length(self._p) if self._p.is_finite() else 0
        d = self.start + self.group.extra
        return d if d < self.cap else self.cap

    def printed(self) -> Decimal:
        """The printed number."""
        if self.whole:
            return self._p
        group = self.group
        d = self.start + group.extra if group is not None else self.cap
        if d > self.cap:
            d = self.cap
        if d != self._d:
            self._d = d
            self._p = self.full if d >= self.longest else half_up(self.full, d)
            self.half = half_unit(d)
            if self.kind.largest is not None and self._p.copy_abs() >= self.kind.largest:  # would read back as inf
                while self._p.copy_abs() >= self.kind.largest:
                    d += 1
                    self._p = self.full if d >= self.longest else half_up(self.full, d)
                self.half = half_unit(d)
        return self._p

    def may_grow(self) -> bool:
        """Whether one more digit changes what is printed."""
        if self.whole or self.group is None:
            return False
        d = self.start + self.group.extra
        return d < self.cap and d < self.longest

    def ascii(self) -> str:
        """The printed number as a Python literal."""
        p = self.printed()
        at = self._d, self.whole, self.minus_zero
        if self._written is None or self._written[0] != at:
            self._written = at, self._ascii(p)
        return self._written[1]

    def _ascii(self, p: Decimal) -> str:
        if self.minus_zero and not p and self.full.is_signed():
            return "-0.0"
        if self.whole:
            if self.kind.whole:
                return str(int(p))
            return numeral(p, self.longest if p is self.full else length(p), stripped=True)
        if self._d >= self.longest and self._d >= 0:
            return numeral(p, self.longest, stripped=True)
        # the position may have been raised to stay below the largest number
        return numeral(p, max(self._d, length(p)))

    def text(self) -> str:
        """The printed number as people read it."""
        if self.minus_zero and not self._p and self.full.is_signed():
            return "−0"
        return as_text(self.ascii())


@lru_cache(maxsize=64)
def _named(dtype: DType) -> str:
    return dtype.name


def _dtype_of(value: Any) -> str:
    if isinstance(value, np.generic):
        return _named(value.dtype)
    return "bool" if isinstance(value, bool) else "int64" if isinstance(value, int) else "float64"
