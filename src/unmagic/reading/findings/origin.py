"""The first bad entry behind a nan or ∞, and the way it took from there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from unmagic.core.graph import Array, Graph, Index, Step

from .case import first_entry


class Origin(NamedTuple):
    """Where finite operands gave a bad entry (or the leaf that brought it), and the steps that carried it on."""

    step: int
    at: Index
    path: tuple[int, ...]  # from the origin's reader to what was asked about
    turn: int | None  # the step on the path that made nan of ∞


def origin(graph: Graph, values: Sequence[Array], id: int) -> Origin | None:
    """Follow bad entries back from a step; None if it has none. Each step once, always to the earliest bad operand."""
    if not _bad(values[id]).any():
        return None
    path: list[int] = []
    turn = None
    while True:
        step = graph[id]
        carriers = [i for i in _carrying(step) if _bad(values[i]).any() and not _meant(graph, values, i)]
        if _has_nan(values[id]) and step.inputs and not any(_has_nan(values[i]) for i in _carrying(step)):
            turn = id
        if not carriers:
            if step.inputs and not _has_nan(values[id]) and any(_bad(values[i]).any() for i in _carrying(step)):
                return None  # an ∞ that was meant, handed on
            break
        path.append(id)
        nans = [i for i in carriers if _has_nan(values[i])]
        id = min(nans or carriers)
    at = _place(graph[id], values)
    return Origin(id, at, tuple(reversed(path)), turn if turn != id else None)


def _carrying(step: Step) -> tuple[int, ...]:
    """The operands whose values the result takes up."""
    return step.inputs[1:] if step.op.name == "where" else step.inputs


def _bad(values: Array) -> Array:
    array = np.asarray(values)
    return ~np.isfinite(array) if array.dtype.kind in "fc" else np.zeros(array.shape, bool)


def _has_nan(values: Array) -> bool:
    array = np.asarray(values)
    return bool(np.isnan(array).any()) if array.dtype.kind in "fc" else False


def _meant(graph: Graph, values: Sequence[Array], id: int) -> bool:
    """An ∞ that stands in the text is meant: a mask, the start of a minimum."""
    step = graph[id]
    while step.inputs and (step.implicit or step.op.name in ("negative", "cast", "broadcast", "detach")):
        step = graph[step.inputs[0]]
    return step.op.name == "constant" and not _has_nan(values[id])


def _place(step: Step, values: Sequence[Array]) -> Index:
    """The first bad entry of a step whose own operands are good there, where entries meet entries."""
    bad = _bad(values[step.id])
    if step.op.elementwise:
        for i in _carrying(step):
            there = bad & ~_bad(values[i]) if np.shape(values[i]) == bad.shape else bad
            bad = there if there.any() else bad
    found = first_entry(bad)
    assert found is not None
    return found
