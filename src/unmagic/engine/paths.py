"""Whole paths from one entry to the result: how much all of them weigh, and the heaviest, best first.

A path is worth showing only where a few of them carry most (`Paths.offered`); at the size of real programs they are
many and each carries next to nothing, and the hop is the answer (`influence.hops`).
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count as counter
from typing import Any, NamedTuple

import numpy as np

from unmagic.core.errors import UnmagicError
from unmagic.core.graph import Array, Graph, Index

from .differentiate import between
from .sweep import Flow, carried, work

MOST_WORK = 2_000_000_000
"""Products in the sweep that adds up; the machine's matrix product forms them."""

MOST_WEIGHED = 400_000_000
"""Products in the sweep for the heaviest path (max, ×), which no matrix product forms."""

MOST_READ = 20_000
"""Entries of operands whose op has no rule in array code: their readers are asked one entry after the other."""

MOST_LOOKED_AT = 50_000
"""Readers that a search without an exact bound puts in its queue."""


class Link(NamedTuple):
    """One reader on a path: its step, which operand the path arrives at, the entry, and the local derivative there."""

    step: int
    operand: int
    at: Index
    partial: float


class Path(NamedTuple):
    """From the entry asked about to the result, moves and copies left out (their local derivative is 1)."""

    links: tuple[Link, ...]
    weight: float  # the product of the local derivatives, signed


@dataclass(frozen=True, slots=True)
class Paths:
    """What all paths from one entry weigh together, and the heaviest of them, heaviest first.

    ``mass`` is the sum of the absolute weights over all paths, ``count`` their number (those of weight 0 apart; exact
    below 2⁵³, held at 10³⁰⁰), ``covered`` the share of the mass that ``paths`` carry. Where there is a ``reason``, not
    all was found that was asked for, and ``mass`` is nan if it is not known either.
    """

    paths: tuple[Path, ...]
    covered: float
    mass: float
    count: int
    reason: str = ""

    @property
    def offered(self) -> bool:
        """Whether the paths shown explain the gradient: they carry over half of the absolute mass."""
        return self.covered > 0.5

    @property
    def largest(self) -> float:
        """The share of the mass that the heaviest path carries."""
        return abs(self.paths[0].weight) / self.mass if self.paths else 0.0


class Sweep:
    """The absolute mass, number and heaviest weight of all paths between ``step`` and ``output``, once for all entries.

    ``output`` is the step of a scalar. Local derivatives are taken in float64 at the values, whatever their dtype.
    ``refused`` says why the sweep was not made; `paths` then has that for its reason.
    """

    def __init__(self, graph: Graph, values: Sequence[Array], output: int, step: int) -> None:
        if graph[output].shape != ():
            raise UnmagicError(
                "paths lead to one number",
                notes=(f"what they were asked to lead to has shape {'×'.join(map(str, graph[output].shape))}",),
                hint="take one entry of it, or the loss",
            )
        self.graph, self.values, self.output, self.step = graph, values, output, step
        self.between = between(graph.steps, output, [step]) if step <= output else set()
        self.flows: dict[int, Flow] = {}
        self.refused = ""
        self._floats: dict[int, Array] = {}
        self._uses: dict[int, list[tuple[int, int]]] = {id: [] for id in self.between}
        for id in sorted(self.between - {step}):
            for operand, i in enumerate(graph[id].inputs):
                if i in self.between:
                    self._uses[i].append((id, operand))
        with np.errstate(all="ignore"):
            self._sweep()

    def paths(self, at: Index, k: int = 5) -> Paths:
        """All paths from the entry ``at`` together, and the ``k`` heaviest."""
        if self.refused:
            return Paths((), 0.0, float("nan"), 0, self.refused)
        if self.step not in self.flows:
            return Paths((), 0.0, 0.0, 0)
        flow = self.flows[self.step]
        mass, count = float(flow.mass[at]), flow.many[at]
        if not np.isfinite(mass):
            return Paths((), 0.0, mass, int(count), "a local derivative on the way is not finite")
        with np.errstate(all="ignore"):
            found, looked = self._heaviest(at, k) if mass else ([], 0)
        covered = sum(abs(path.weight) for path in found) / mass if mass else 0.0
        searched = looked > MOST_LOOKED_AT and len(found) < k and flow.best is None
        reason = f"the search for the heaviest stopped after {MOST_LOOKED_AT:,} entries" if searched else ""
        return Paths(tuple(found), min(covered, 1.0), mass, int(count), reason)

    def _float(self, id: int) -> Array:
        """The values of a step; floats in float64, once."""
        if id not in self._floats:
            value = np.asarray(self.values[id])
            self._floats[id] = value.astype(np.float64, copy=False) if value.dtype.kind == "f" else value
        return self._floats[id]

    def _inputs(self, id: int) -> list[Array]:
        return [self._float(i) for i in self.graph[id].inputs]

    def _sweep(self) -> None:
        if self.output not in self.between:
            return
        weighed = self._affordable()
        if self.refused:
            return
        one = np.ones(())
        self.flows[self.output] = Flow(one, one, one if weighed else None)
        for id in sorted(self.between, reverse=True):
            # a reader whose own readers are all steps or truth values leads on to nothing
            self._uses[id] = [(reader, operand) for reader, operand in self._uses[id] if reader in self.flows]
            for reader, operand in self._uses[id]:
                back = carried(
                    self.graph[reader], operand, self._float(reader), self._inputs(reader), self.flows[reader]
                )
                self.flows[id] = self.flows[id] | back if id in self.flows else back

    def _affordable(self) -> bool:
        """Whether the heaviest paths can be bounded exactly; sets ``refused`` where even adding up is too much."""
        products, read = 0, 0
        for id in self.between:
            step = self.graph[id]
            if step.dtype.kind == "c":
                self.refused = "complex numbers are on the way: a path has no sign there"
                return False
            for reader, operand in self._uses[id]:
                more, entries = work(self.graph[reader], operand, self._inputs(reader))
                products, read = products + more, read + entries
                if read > MOST_READ:
                    self.refused = f"{self.graph[reader].op.name} on the way has too many entries to follow each"
                    return False
        if products > MOST_WORK:
            self.refused = f"{products:,} products of local derivatives are too many to add up"
        return products <= MOST_WEIGHED

    def _heaviest(self, at: Index, k: int) -> tuple[list[Path], int]:
        """Best first: whatever is ahead in the queue can still come to more than all behind it.

        The bound is the heaviest way on from an entry; where that is not known, the mass of all ways on.
        """
        exact = self.flows[self.step].best is not None
        order = counter()
        start = float((self.flows[self.step].best if exact else self.flows[self.step].mass)[at])  # type: ignore[index]
        queue: list[tuple[float, int, int, Index, float, Any]] = [(-start, next(order), self.step, at, 1.0, None)]
        found: list[Path] = []
        looked = 0
        while queue and len(found) < k and (exact or looked <= MOST_LOOKED_AT):
            _, _, id, place, weight, trail = heapq.heappop(queue)
            if id == self.output:
                found.append(Path(_unwound(trail), weight))
                continue
            for reader, operand in self._uses[id]:
                step, flow = self.graph[reader], self.flows[reader]
                inputs = self._inputs(reader)
                where, partial = step.op.readers(operand, place, self._float(reader), *inputs, **step.attrs)
                ahead = flow.mass if flow.best is None else flow.best
                bound = np.abs(weight * partial) * ahead[where]
                ways = np.flatnonzero(bound)
                if exact and len(ways) > k:  # k others are as heavy as what is left out
                    ways = ways[np.sort(np.argpartition(bound[ways], -k)[-k:])]
                looked += len(ways)
                if not exact and looked > MOST_LOOKED_AT:
                    break
                hidden = step.op.movement and reader != self.output
                for way in ways:
                    there = tuple(int(axis[way]) for axis in where)
                    slope = float(partial[way])
                    on = trail if hidden else (trail, Link(reader, operand, there, slope))
                    heapq.heappush(queue, (-float(bound[way]), next(order), reader, there, weight * slope, on))
        found.sort(key=lambda path: -abs(path.weight))
        return found, looked


def paths(graph: Graph, values: Sequence[Array], output: int, step: int, at: Index, k: int = 5) -> Paths:
    """The ``k`` heaviest paths from the entry ``at`` of ``step`` to the scalar ``output``, and what all weigh."""
    return Sweep(graph, values, output, step).paths(at, k)


def _unwound(trail: Any) -> tuple[Link, ...]:
    links: list[Link] = []
    while trail is not None:
        trail, link = trail
        links.append(link)
    return tuple(reversed(links))
