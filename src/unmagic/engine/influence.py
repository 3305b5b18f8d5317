"""How one entry moves the result: its readers, their local derivatives, and what comes back to them.

A hop is the answer (DESIGN.md, "Why and blame"): each reader's local derivative times its cotangent, signed, adding up
to the gradient. Pure moves (transpose, reshape, broadcast) are stepped through unseen. Only the entries that a hop
prints are pulled from the arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from unmagic.core.graph import Array, Graph, Index

MOST_STEPPED_THROUGH = 65_536
"""A copied entry that is read in more places than this is shown at the copy, not behind it."""


class Hop(NamedTuple):
    """The readers of one entry that one step holds: index arrays, local derivatives, cotangents, as flat arrays."""

    step: int
    operand: int  # which operand of that step the entry arrives at
    at: tuple[np.ndarray[Any, Any], ...]
    partial: np.ndarray[Any, Any]
    cotangent: np.ndarray[Any, Any]

    @property
    def share(self) -> np.ndarray[Any, Any]:
        """What each reader contributes to the gradient of the entry."""
        return self.partial * self.cotangent


def hops(
    graph: Graph,
    values: Sequence[Array],
    cotangents: Mapping[int, Array],
    step: int,
    at: Index,
    uses: Sequence[Sequence[int]] | None = None,
) -> list[Hop]:
    """One `Hop` for each step that reads the entry ``at`` of ``step`` on its way to the result.

    ``cotangents`` has the gradient of the result with respect to every step on the way, by step number.
    """
    uses = graph.uses() if uses is None else uses
    found: list[Hop] = []
    frontier: list[tuple[int, tuple[np.ndarray[Any, Any], ...]]] = [(step, tuple(np.array([i]) for i in at))]
    while frontier:
        source, places = frontier.pop()
        for reader in uses[source]:
            if reader not in cotangents:
                continue
            for operand, i in enumerate(graph[reader].inputs):
                if i != source:
                    continue
                with np.errstate(all="ignore"):
                    where, partial = _readers(graph, values, reader, operand, places)
                if graph[reader].op.movement and len(partial) <= MOST_STEPPED_THROUGH and uses[reader]:
                    if len(partial):
                        frontier.append((reader, where))
                elif len(partial):
                    back = np.asarray(cotangents[reader])[
                        where
                    ]  # of a scalar one number, however many copies meet in it
                    back = np.broadcast_to(back, partial.shape)
                    found.append(Hop(reader, operand, where, partial, back))
    found.sort(key=lambda hop: (hop.step, hop.operand))
    return found


def _readers(
    graph: Graph, values: Sequence[Array], reader: int, operand: int, places: tuple[np.ndarray[Any, Any], ...]
) -> tuple[tuple[np.ndarray[Any, Any], ...], np.ndarray[Any, Any]]:
    """All readers of several entries of one operand, one after the other."""
    step = graph[reader]
    inputs = [values[i] for i in step.inputs]
    if step.op.elementwise and places:
        slope = step.op.slope(  # type: ignore[attr-defined]
            operand, values[reader][places], *[value[places] for value in inputs], **step.attrs
        )
        return places, np.broadcast_to(np.asarray(slope), places[0].shape)
    count = len(places[0]) if places else 1
    rows = [
        step.op.readers(operand, tuple(int(axis[k]) for axis in places), values[reader], *inputs, **step.attrs)
        for k in range(count)
    ]
    if len(rows) == 1:
        return rows[0].at, rows[0].partial
    at = tuple(np.concatenate([row.at[axis] for row in rows]) for axis in range(len(step.shape)))
    return at, np.concatenate([row.partial for row in rows])
