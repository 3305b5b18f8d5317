"""How one entry moves the result: its readers, each with its local derivative times what comes back to it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from unmagic.core.digits import Problem, Quantity, shown
from unmagic.core.document import Block, Document, Listing, Note, Prose, Title, Worked
from unmagic.core.graph import Array, Graph, Index
from unmagic.core.lines import Line
from unmagic.core.notation import Name
from unmagic.core.notation_text import text
from unmagic.core.op import Operand
from unmagic.core.scalar import Entry, Expr, Fold, Product, Sum
from unmagic.engine.influence import Hop, hops
from unmagic.engine.paths import paths

from .backward import result_name

if TYPE_CHECKING:
    from .reading import Gradient
    from .view import View

SHOWN = 8
"""Readers shown one by one; the others are added up in one line."""

NUDGE = 0.01

MOST_PATHS = 5

MOST_SWEPT = 20_000
"""Entries between the blamed step and the result up to which whole paths are weighed too."""

BILINEAR = ("matvec", "vecmat", "matmul", "dot", "multiply", "outer")


class Reader(NamedTuple):
    """One entry that reads the blamed one: where it is, its local derivative, the cotangent, their product."""

    step: int
    at: Index
    partial: float
    cotangent: float

    @property
    def share(self) -> float:
        return self.partial * self.cotangent


class Route(NamedTuple):
    """One whole path: the entries it goes through, from the blamed one to the result, and what it carries."""

    stops: tuple[str, ...]
    weight: float

    @property
    def carries(self) -> str:
        return shown(self.weight)

    def __str__(self) -> str:
        return f"{' → '.join(self.stops)}   {self.carries}"


class Blame(NamedTuple):
    """The hop from one entry towards the result.

    ``gradient`` is ∂result/∂entry, the sum of all readers' shares. ``lines`` are its arithmetic, true as printed.
    ``rising`` and ``falling`` are the sums of the positive and the negative shares: what cancels.
    """

    name: str
    at: Index
    of: str
    gradient: float
    readers: tuple[Reader, ...]  # the heaviest, in the order of the steps
    readers_in_all: int
    rising: float
    falling: float
    lines: tuple[Line, ...]
    words: str
    rest: str = ""
    routes: tuple[Route, ...] = ()  # whole paths, heaviest first, where a few carry most
    spread: str = ""  # how much of it all those paths carry, or over how many it is spread

    def document(self) -> Document:
        """The blame as blocks."""
        entry = f"{self.name}[{','.join(map(str, self.at))}]" if self.at else self.name
        blocks: list[Block] = [Title(Name(f"{entry} → {self.of}"), self.words)]
        if self.lines:
            blocks.append(Worked(self.lines))
        if self.rest:
            blocks.append(Prose(self.rest))
        blocks.append(Note(self.cancelling()))
        if self.routes:
            rows = (*map(str, self.routes), self.spread)
            blocks.append(Listing(rows, "whole paths, heaviest first"))
        elif self.spread:
            blocks.append(Note(self.spread))
        return Document(tuple(blocks))

    def cancelling(self) -> str:
        """What cancels, in words."""
        if self.readers_in_all == 0:
            return f"nothing that leads to {self.of} reads it"
        if not math.isfinite(self.gradient):
            return f"what flows adds up to {shown(self.gradient)}"
        if self.rising and self.falling:
            return f"{shown(self.rising)} and {shown(self.falling)} leave {shown(self.gradient)}"
        return "all of it; nothing cancels"


def blame(gradient: Gradient, step: int, at: Index) -> Blame:
    """The readers of entry ``at`` of ``step``, from a gradient that stands. Pulls only the entries it prints."""
    back = gradient.backward
    graph = gradient.reading.graph
    cotangents = {id: back.values[node] for id, node in back.cotangents.items()}
    found = hops(graph, gradient.reading.values, cotangents, step, at, gradient.reading.uses)
    shares = np.concatenate([hop.share for hop in found]) if found else np.zeros(0)
    owner = back.cotangents.get(step)
    total = float(back.values[owner][at]) if owner is not None else 0.0
    sizes = np.nan_to_num(np.abs(shares), nan=np.inf)  # what is not a number is shown first
    heavy = np.sort(np.argsort(-sizes, kind="stable")[:SHOWN])
    name, of = graph[step].name or f"step {step}", result_name(graph, back.of)
    readers = tuple(_reader(found, int(k)) for k in heavy)
    hidden = np.delete(shares, heavy)
    lines = _lines(gradient, graph, step, at, readers, total, hidden, name, of)
    effect = "rises" if total > 0 else "falls"
    words = f"gradient {shown(total)}"
    if total and math.isfinite(total):
        words += f": raise it by {shown(NUDGE)}, {of} {effect} by about {shown(abs(total) * NUDGE)}"
    return Blame(
        name,
        at,
        of,
        total,
        readers,
        len(shares),
        float(shares[shares > 0].sum()),
        float(shares[shares < 0].sum()),
        lines,
        words,
        _rest(hidden, found, heavy),
        *_routes(gradient, step, at),
    )


def _reader(found: Sequence[Hop], k: int) -> Reader:
    for hop in found:
        if k < len(hop.partial):
            at = tuple(int(axis[k]) for axis in hop.at)
            return Reader(hop.step, at, float(hop.partial[k]), float(hop.cotangent[k]))
        k -= len(hop.partial)
    raise IndexError(k)


def _lines(
    gradient: Gradient,
    graph: Graph,
    step: int,
    at: Index,
    readers: Sequence[Reader],
    total: float,
    hidden: Array,
    name: str,
    of: str,
) -> tuple[Line, ...]:
    problem = Problem()
    shares = []
    view = gradient.reading.view
    for reader in readers:
        share = Quantity(reader.share, column="share")
        left = Product((Quantity(reader.partial, column="partial"), Quantity(reader.cotangent, column="cotangent")))
        note = _local(graph, view, reader, step, at, of)
        problem.line(left, share, label=_called(view, reader), note=note)
        shares.append(share)
    if len(hidden):
        shares.append(Quantity(float(hidden.sum()), column="share"))
    if len(shares) > 1:
        problem.line(Sum(shares), Quantity(total, column="total"), label=f"∂{of}/∂{name}")
    return tuple(problem.solve())


def _called(view: View, reader: Reader) -> str:
    """A reader as it is named; a nameless one by its formula: ``(y − w)[0]``."""
    named = view.entry_name(reader.step, reader.at)
    if named:
        return named
    formula = text(view.formula(reader.step))
    return f"({formula})[{','.join(map(str, reader.at))}]" if reader.at else formula


def _local(graph: Graph, view: View, reader: Reader, step: int, at: Index, of: str) -> str:
    """What the local derivative is, where it is one entry of another operand: ``x[1] · ∂loss/∂z[0]``."""
    inputs = graph[reader.step].inputs
    if len(inputs) != 2 or graph[reader.step].op.name not in BILINEAR:
        return ""
    operands = [Operand(k, view.values[i]) for k, i in enumerate(inputs)]
    tree = graph[reader.step].op.entry(reader.at, *operands, **graph[reader.step].attrs)
    pair = _partner(tree, {k for k, i in enumerate(inputs) if i == step}, at)
    if pair is None:
        return ""
    return f"{view.entry_name(inputs[pair.operand], pair.at)} · ∂{of}/∂{_called(view, reader)}"


def _partner(tree: Expr, ours: set[int], at: Index) -> Entry | None:
    """The factor that stands beside our entry in a sum of products."""
    for node in [tree, *tree.args]:
        if isinstance(node, Product) and len(node.args) == 2:
            a, b = node.args
            if isinstance(a, Entry) and isinstance(b, Entry):
                if a.operand in ours and a.at == at:
                    return b
                if b.operand in ours and b.at == at:
                    return a
        if isinstance(node, Fold) and len(node.columns) == 2:
            for mine, other in (node.columns, node.columns[::-1]):
                if mine.operand in ours:
                    k = next((k for k in range(len(mine)) if mine.index(k) == at), None)
                    if k is not None:
                        return other.entry(k)
    return None


def _routes(gradient: Gradient, step: int, at: Index) -> tuple[tuple[Route, ...], str]:
    """The heaviest whole paths where they explain the gradient, else over how many it is spread."""
    reading, back = gradient.reading, gradient.backward
    entries = sum(np.size(reading.values[id]) for id in back.cotangents)
    if entries > MOST_SWEPT:
        return (), ""
    found = paths(reading.graph, reading.values, back.of, step, at, k=MOST_PATHS)
    if found.reason or found.count < 2 or not math.isfinite(found.covered):
        return (), ""
    if not found.offered:
        share = shown(float(f"{100 * found.largest:.1g}"))
        return (), f"spread over {found.count:,} paths; the largest carries {share} %"
    view = reading.view
    routes = []
    for path in found.paths:
        stops = [view.entry_name(step, at), *(view.entry_name(link.step, link.at) for link in path.links)]
        routes.append(Route(tuple(stop for stop in stops if stop), path.weight))
    return tuple(routes), f"they carry {shown(round(100 * found.covered))} % of what flows, by size"


def _rest(hidden: Array, found: Sequence[Hop], heavy: np.ndarray) -> str:
    if not len(hidden):
        return ""
    up, down = float(hidden[hidden > 0].sum()), float(hidden[hidden < 0].sum())
    covered = np.concatenate([np.abs(hop.share) for hop in found])
    more = f"{len(hidden):,} more readers: {shown(up)} and {shown(down)}"
    if not math.isfinite(covered.sum()):
        return more
    part = float(covered[heavy].sum() / covered.sum()) if covered.sum() else 0.0
    return f"{more}; those shown carry {shown(round(100 * part))} % of what flows, by size"
