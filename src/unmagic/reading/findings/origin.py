"""The first bad entry behind a nan or ∞, and the way that it took from there, entry by entry."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from unmagic.core.errors import UnmagicError
from unmagic.core.graph import Array, Graph, Index, Step
from unmagic.core.op import Operand
from unmagic.core.scalar import Entry, Expr, Fold, Where

from .case import first_entry

WHOLE = 50_000
"""Entries of operands among which the ones that a result reads are looked up; of more the first bad one is taken."""


class Place(NamedTuple):
    """One entry of one step."""

    step: int
    at: Index


class Origin(NamedTuple):
    """Where finite operands gave a bad entry (or the leaf that brought it), and the entries that carried it on."""

    step: int
    at: Index
    path: tuple[Place, ...]  # from the origin's reader to what was asked about
    turn: Place | None  # the entry on the path that made nan of ∞


def origin(graph: Graph, values: Sequence[Array], id: int, at: Index | None = None) -> Origin | None:
    """Follow a bad entry of a step back (its first one); None if it has none, or only an ∞ that was meant.

    A nan goes back to where it came from numbers that are none, and on from there to what made those infinite.
    """
    start = first_entry(_bad(values[id])) if at is None else at
    if start is None or not _bad(values[id])[start]:
        return None
    here = Place(id, start)
    trail = [here]
    turn: Place | None = None
    while True:
        nan = _is_nan(values, here)
        behind = list(_bad_entries(graph, values, here))
        nans = [one for one in behind if _is_nan(values, one)]
        if nan and nans:
            here = min(nans)
        else:
            if nan and behind:
                turn = here
            made = [one for one in behind if not _meant(graph, values, one)]
            if not made:
                if not behind or nan:
                    break
                if turn is None:
                    return None  # an ∞ that stands in the text, handed on
                trail = trail[: trail.index(turn) + 1]  # it was meant, what became of it was not
                here = turn
                break
            here = min(made)
        trail.append(here)
    return Origin(here.step, here.at, tuple(reversed(trail[:-1])), turn if turn != here else None)


def _bad_entries(graph: Graph, values: Sequence[Array], place: Place) -> Iterator[Place]:
    """The bad entries among those that one entry is computed from."""
    step = graph[place.step]
    bad = {k: i for k, i in enumerate(step.inputs) if _bad(values[i]).any()}
    if not bad:
        return
    if sum(np.size(values[i]) for i in step.inputs) > WHOLE and not step.op.elementwise:
        read = None
    else:
        read = _read(step, [_there(graph[i], values[i]) for i in step.inputs], place.at)
    for k, i in bad.items():
        if step.op.name == "where" and k == 0:
            continue
        seen: set[Index] = set()
        if read is None:
            first = first_entry(_bad(values[i]))
            seen = {first} if first is not None else set()
        else:
            seen = {at for number, at in read if number == k}
        yield from (Place(i, at) for at in sorted(seen) if _bad(values[i])[at])


def _there(step: Step, value: Array | None) -> Array:
    """The values of a step; of one whose values were not kept nothing is bad, but its entries have their places."""
    return np.broadcast_to(np.zeros((), np.float64), step.shape) if value is None else np.asarray(value)


def _read(step: Step, operands: Sequence[Array], at: Index) -> list[tuple[int, Index]] | None:
    """The entries of the operands that one entry reads; None where no calculator gets to it."""
    try:
        tree = step.op.entry(at, *(Operand(k, array) for k, array in enumerate(operands)), **step.attrs)
    except UnmagicError:
        return None
    found: list[tuple[int, Index]] = []
    todo: list[Expr] = [tree]
    seen: set[int] = set()
    while todo:
        node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Entry):
            found.append((node.operand, node.at))
        elif isinstance(node, Fold):
            todo.append(node.body)
            for column in node.columns:
                bad = np.flatnonzero(~np.isfinite(np.asarray(column.values, np.float64)))
                found += [(column.operand, column.index(int(k))) for k in bad[:8]]
        elif isinstance(node, Where):
            todo.append(node.args[1] if node.truth else node.args[2])
        else:
            todo += node.args
    return found


def _bad(values: Array) -> Array:
    array = np.asarray(values)
    return ~np.isfinite(array) if array.dtype.kind in "fc" else np.zeros(array.shape, bool)


def _is_nan(values: Sequence[Array], place: Place) -> bool:
    return bool(np.isnan(np.asarray(values[place.step])[place.at]))


HANDED_ON = frozenset(
    {"negative", "cast", "broadcast", "detach", "where", "set_index", "reshape", "transpose", "index"}
)


def _meant(graph: Graph, values: Sequence[Array], place: Place) -> bool:
    """An ∞ that stands in the text is meant: a mask, the start of a minimum."""
    for _ in range(64):
        step = graph[place.step]
        if not step.inputs:
            return step.op.name == "constant" and not _is_nan(values, place)
        if step.op.name not in HANDED_ON and not step.implicit:
            return False
        behind = list(_bad_entries(graph, values, place))
        if not behind:
            return False
        place = behind[0]
    return False
