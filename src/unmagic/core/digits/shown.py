"""Plain values for display, with no Working around: the one place where they become text."""

from __future__ import annotations

from typing import Any

from unmagic.core.graph import DType


def shown(value: Any, dtype: DType | None = None) -> str:
    """One number as text: ``0.7870``, ``−3``, ``1.798e+308``, ``inf``, ``true``."""
    raise NotImplementedError


def shown_array(values: Any, *, width: int = 76, edge: int = 3, most: int = 60) -> tuple[str, ...]:
    """An array as aligned rows of text; over ``most`` entries only ``edge`` at each end of an axis.

    A vector is one row ``[0.1065, −0.2130, 0.1065]``, a matrix a row each. If entries are left out, one more row tells
    how many, their range, and how many are not finite.
    """
    raise NotImplementedError
