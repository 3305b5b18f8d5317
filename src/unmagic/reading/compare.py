"""The first step at which two readings part, and by how much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from unmagic.core.build import LEAVES
from unmagic.core.graph import Array, Graph, Index


class Parting(NamedTuple):
    """Where two readings part: a step of each, the entry that differs most, both values, the relative gap.

    ``step`` is None where they do not part. ``shape`` says that the shapes differ, so no entry can be named.
    """

    step: int | None = None
    other: int | None = None
    at: Index = ()
    values: tuple[Array, Array] | None = None
    gap: float = 0.0
    shapes: tuple[tuple[int, ...], tuple[int, ...]] | None = None


def first_parting(
    a: Graph, a_values: Sequence[Array], b: Graph, b_values: Sequence[Array], tolerance: float = 0.0
) -> Parting:
    """Walk both step lists together and stop where a value differs by more than ``tolerance`` (relative).

    Readings of one program in other numbers have the same list; other programs meet at the names they share.
    """
    same = len(a) == len(b) and all(x.op is y.op for x, y in zip(a.steps, b.steps, strict=True))
    if same:
        pairs = [(step.id, step.id) for step in a.steps if step.op not in LEAVES]
    else:
        pairs = sorted((id, b.names[name]) for name, id in a.names.items() if name in b.names)
    for i, j in pairs:
        x, y = a_values[i], b_values[j]
        if x.shape != y.shape:
            return Parting(i, j, shapes=(x.shape, y.shape))
        gap = relative_gap(x, y)
        if gap.size and float(gap.max()) > tolerance:
            at = tuple(int(k) for k in np.unravel_index(int(np.argmax(gap)), gap.shape))
            return Parting(i, j, at, (x[at], y[at]), float(gap[at]))
    return Parting()


def relative_gap(x: Array, y: Array) -> Array:
    """|x − y| over the larger of both, entry by entry; 0 where they are equal, ∞ where only one is not finite."""
    wide = np.result_type(x.dtype, y.dtype, np.float64)
    a, b = np.asarray(x, wide), np.asarray(y, wide)
    with np.errstate(all="ignore"):
        gap = np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))
    gap = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, gap)
    return np.where(np.isnan(gap), np.inf, gap)
