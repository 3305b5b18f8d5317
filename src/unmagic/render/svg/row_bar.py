"""A bar in a table's row, beside its number; it stretches with its cell."""

from __future__ import annotations

import math

from .marks import rect, tag


def row_bar(share: float, hue: int) -> str:
    """A bar as wide as ``share`` of its cell, at most all of it. The number stands in the row, so it says nothing."""
    wide = 100 * min(1.0, max(0.0, share)) if math.isfinite(share) else 0.0
    bar = rect(0, 0, wide, 10, fill="currentColor")
    return tag("svg", bar, viewBox="0 0 100 10", preserveAspectRatio="none", class_=f"s{hue}", aria_hidden="true")
