"""What a book knows while trees are cut: its quantities, each once, and the lines of its problem."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from unmagic.core.digits import READING, Problem, Quantity, Style
from unmagic.core.errors import Unsupported
from unmagic.core.graph import DType, Index

Source = Hashable
"""What a value is an entry of: a step's number, or any key that the caller uses alike in all calls."""


class Ledger:
    """Numbers known by ``(source, index)`` wherever they stand, and inner arithmetic that is worked already."""

    def __init__(
        self,
        floors: Mapping[str, int] | None = None,
        *,
        given: Collection[Source] = frozenset(),
        style: Style = READING,
        names: Mapping[Source, str] | None = None,
    ) -> None:
        self.problem = Problem(style)
        self.floors = dict(floors or {})
        self.given = given
        self.names: dict[Source, str] = dict(names or {})
        self.known: dict[int, Quantity] = {}  # by key: inner arithmetic that is worked already
        self.said: dict[int, tuple[str, tuple[Quantity, ...]]] = {}  # by key: a note and what it speaks of
        self.entries: dict[tuple[Source, Index], Quantity] = {}
        self._keys: dict[tuple[Hashable, ...], int] = {}
        self._numbers: dict[tuple[str, str], Quantity] = {}

    def key(self, shape: tuple[Hashable, ...]) -> int:
        """A number for a shape of arithmetic, the same for equal ones."""
        return self._keys.setdefault(shape, len(self._keys))

    def entry(self, source: Source, at: Index, value: Any, dtype: str | None = None) -> Quantity:
        """The quantity that an entry is."""
        found = self.entries.get((source, at))
        if found is None:
            if dtype is None:
                _need_real(value.dtype if isinstance(value, np.generic) else np.asarray(value).dtype)
            floor = self.floors.get(self.names.get(source, "")) if self.floors else None
            found = Quantity(value, dtype, given=source in self.given, column=("row", source, at[:-1]), floor=floor)
            self.entries[source, at] = found
        return found

    def number(self, value: Any, dtype: str) -> Quantity:
        """A constant of a formula as a quantity: one of few digits is whole."""
        key = (repr(value), dtype)
        if key not in self._numbers:
            plain = float(value).is_integer() or dtype not in ("float16", "float32", "bfloat16")
            self._numbers[key] = Quantity(value, dtype if plain else "float64", given=True)
        return self._numbers[key]

    def rest(self, value: Decimal, given: bool) -> Quantity:
        """The exact sum of what a long sum does not show."""
        return Quantity(value, given=given or (value.is_finite() and value == value.to_integral_value()))


def _need_real(dtype: DType) -> None:
    if dtype.kind == "c":
        raise Unsupported("entries with an imaginary part are not worked")
    if dtype.kind not in "fiub" and dtype.name != "bfloat16":
        raise Unsupported(f"entries of dtype {dtype} are not worked")
