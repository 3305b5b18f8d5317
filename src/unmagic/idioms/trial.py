"""A candidate put to the test of the numbers, and a search that is repeated on other numbers by its tests alone.

Which steps could be which idiom depends on the steps; the numbers are asked only whether they agree. So where a graph
is read again, the candidates stand, and a search that gets the same answers goes the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from unmagic.core.graph import Array, Graph
from unmagic.core.watched import unchanged

from .record import Idiom, Match, Seen
from .settle import settle
from .verify import agree, own_value


class Scale(NamedTuple):
    """A number that a product of the program's scalars comes to."""

    coefficient: float
    factors: tuple[tuple[int, float], ...]  # step, power

    def value(self, values: Sequence[Array]) -> float | None:
        """The number; None where it is divided by 0."""
        number = self.coefficient
        for step, power in self.factors:
            value = np.float64(values[step])
            if not value and power < 0:
                return None
            with np.errstate(all="ignore"):  # the root of −2 is nan here, where Python's own floats turn complex
                number *= float(value**power)
        return number


class Asked(Mapping[str, Any]):
    """The values of roles, and whether a guard asked for them."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given
        self.asked = False

    def __getitem__(self, role: str) -> Any:
        self.asked = True
        return self.given[role]

    def __iter__(self) -> Iterator[str]:
        self.asked = True
        return iter(self.given)

    def __len__(self) -> int:
        self.asked = True
        return len(self.given)


class Trial(NamedTuple):
    """An idiom that a step could be: what plays its roles, and the steps that belong to it."""

    idiom: type[Idiom]
    id: int
    roles: dict[str, int]
    attrs: dict[str, Any]  # a `Scale` is worked out on the numbers at hand
    rate: float  # a number that goes into the idiom's rate
    members: frozenset[int]

    @property
    def fixed(self) -> bool:
        """Whether its attributes are the same on all numbers."""
        return self.rate == 1.0 and not any(isinstance(one, Scale) for one in self.attrs.values())

    def numbers(self, values: Sequence[Array] | None) -> dict[str, Any] | None:
        """The attributes on the numbers at hand; None where one of them is no number there."""
        attrs = self.attrs
        if values is not None:
            attrs = {name: one.value(values) if isinstance(one, Scale) else one for name, one in attrs.items()}
            if any(one is None and self.attrs[name] is not None for name, one in attrs.items()):
                return None
        return attrs if self.rate == 1.0 else {**attrs, self.idiom.rate: attrs[self.idiom.rate] * self.rate}

    def given(self, values: Sequence[Array]) -> dict[str, Any]:
        """The values of the roles."""
        given: dict[str, Any] = {name: values[step] for name, step in self.roles.items()}
        return given | {name: -given[name] for name in self.attrs.get("negated", ())}

    def guarded(self, graph: Graph, given: Mapping[str, Any], attrs: Mapping[str, Any]) -> tuple[bool, bool]:
        """Whether the idiom's guard lets it pass, and whether that hangs on the numbers."""
        step, asked = graph[self.id], Asked(given)
        shapes = {name: graph[role].shape for name, role in self.roles.items()}
        names = {name: graph[role].name or "" for name, role in self.roles.items()}
        with np.errstate(all="ignore"):
            passed = self.idiom.guard(Seen(shapes, names, asked, attrs, step.shape, step.name or ""))
        return passed, asked.asked or not self.fixed

    def agrees(self, values: Sequence[Array], given: Mapping[str, Any], attrs: Mapping[str, Any]) -> bool:
        """Whether the idiom's own definition gives the numbers that the steps gave."""
        return agree(values[self.id], own_value(self.idiom, given, attrs))

    def match(self, graph: Graph, attrs: Mapping[str, Any], uses: Sequence[Sequence[int]]) -> Match:
        inside = (one for one in self.members if one != self.id)
        visible = frozenset(one for one in inside if graph[one].name or not self.members.issuperset(uses[one]))
        return Match(self.idiom, self.id, self.members, self.roles, attrs, visible)


class Outcome(NamedTuple):
    """What came of a trial: a match or none, and whether its guard hung on the numbers."""

    trial: Trial
    match: Match | None
    guarded: bool


class Trace(NamedTuple):
    """A search as it went: the trials that hang on the numbers, the values it looked at beside them, what it found."""

    outcomes: Sequence[Outcome]
    seen: Mapping[int, Array]
    settled: Sequence[Match]

    def again(self, graph: Graph, values: Sequence[Array]) -> list[Match] | None:
        """What the search would find on other numbers; None if it would go another way."""
        if not unchanged(self.seen, values):
            return None
        found: list[Match] = []
        changed = False
        for trial, match, guarded in self.outcomes:
            attrs = trial.numbers(values)
            if (attrs is not None and self._holds(trial, guarded, graph, values, attrs)) != (match is not None):
                return None
            if match is not None and attrs is not None:
                found.append(match if trial.fixed else match._replace(attrs=attrs))
                changed = changed or not trial.fixed
        return settle(found) if changed else list(self.settled)

    def _holds(
        self, trial: Trial, guarded: bool, graph: Graph, values: Sequence[Array], attrs: Mapping[str, Any]
    ) -> bool:
        given = trial.given(values)
        return (not guarded or trial.guarded(graph, given, attrs)[0]) and trial.agrees(values, given, attrs)
