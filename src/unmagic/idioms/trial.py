"""A candidate put to the test of the numbers, and a search that is repeated on other numbers by its tests alone.

Which steps could be which idiom depends on the steps; the numbers are asked only whether they agree. So where a graph is
read again, the candidates stand, and a search that gets the same answers goes the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from unmagic.core.graph import Array, Graph
from unmagic.core.watched import unchanged

from .record import Idiom, Match, Seen
from .verify import agree, own_value


class Scale(NamedTuple):
    """A number that a product of the program's scalars comes to."""

    coefficient: float
    factors: tuple[tuple[int, float], ...]  # step, power

    def value(self, values: Sequence[Array]) -> float:
        number = self.coefficient
        for step, power in self.factors:
            number *= float(values[step]) ** power
        return number


class Trial(NamedTuple):
    """An idiom that a step could be: what plays its roles, and the steps that belong to it."""

    idiom: type[Idiom]
    id: int
    roles: dict[str, int]
    attrs: dict[str, Any]  # a `Scale` is worked out on the numbers at hand
    rate: float  # a number that goes into the idiom's rate
    members: frozenset[int]

    def match(self, graph: Graph, values: Sequence[Array] | None, uses: Sequence[Sequence[int]]) -> Match | None:
        """The match, if the idiom's guard and its own definition agree with the numbers."""
        idiom, roles, attrs = self.idiom, self.roles, dict(self.attrs)
        given: dict[str, Any] = {}
        if values is not None:
            attrs = {name: one.value(values) if isinstance(one, Scale) else one for name, one in attrs.items()}
            given = {name: values[step] for name, step in roles.items()}
            given |= {name: -given[name] for name in attrs.get("negated", ())}
        if self.rate != 1.0:
            attrs[idiom.rate] *= self.rate
        step = graph[self.id]
        shapes = {name: graph[role].shape for name, role in roles.items()}
        names = {name: graph[role].name or "" for name, role in roles.items()}
        if not idiom.guard(Seen(shapes, names, given, attrs, step.shape, step.name or "")):
            return None
        if values is not None and not agree(values[self.id], own_value(idiom, given, attrs)):
            return None
        visible = frozenset(
            one for one in self.members if one != self.id and (graph[one].name or not self.members.issuperset(uses[one]))
        )
        return Match(idiom, self.id, self.members, roles, attrs, visible)


class Trace(NamedTuple):
    """A search as it went: the trials with their outcomes, and the values that it looked at beside them."""

    trials: Sequence[tuple[Trial, bool]]
    uses: Sequence[Sequence[int]]
    seen: Mapping[int, Array]

    def again(self, graph: Graph, values: Sequence[Array]) -> list[Match] | None:
        """What the search would find on other numbers; None if it would go another way."""
        if not unchanged(self.seen, values):
            return None
        found: list[Match] = []
        for trial, held in self.trials:
            one = trial.match(graph, values, self.uses)
            if (one is not None) != held:
                return None
            if one is not None:
                found.append(one)
        return found
