"""Finding idioms: every step's term against the patterns that could be it, smaller idioms first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from typing import Any, NamedTuple

import numpy as np

from unmagic.core.graph import Array, Graph
from unmagic.core.watched import Watched

from .formula import variants
from .normal.normal import Normal
from .normal.rules import RULES
from .pattern import Filled, Pattern, compile, fillings, key_of, worth
from .record import IDIOMS, Idiom, Match
from .settle import settle
from .terms import Call, bit, children
from .trial import Outcome, Scale, Trace, Trial

MOST_STEPS = 4_000  # an idiom's interior; a walk that passes this has left it
MOST_FILLINGS = 24
DEEPEST = 8  # no pattern reaches further down
MOST_TRACES = 4  # of one graph that is read again and again


class Spelling(NamedTuple):
    """One formula of an idiom. Its text alone says that some ops must be there; it is compiled once they are."""

    idiom: type[Idiom]
    text: str
    words: int  # the ops that the text names, as bits: some of the compiled pattern's needs

    @property
    def pattern(self) -> Pattern:
        return compiled(self.text, frozenset(self.idiom.numbers))


@dataclass(slots=True)
class Bound:
    """A filling's roles as steps, those that are numbers (and the axes), and the terms at which the idiom ends."""

    roles: dict[str, int] = field(default_factory=dict)
    attrs: dict[str, Any] = field(default_factory=dict)
    stops: set[int] = field(default_factory=set)
    rate: float = 1.0  # a number that goes into the idiom's rate


compiled = lru_cache(maxsize=None)(compile)

NAMED = ("exp", "log", "tanh", "erf", "softmax", "softplus", "var", "std", "one_hot", "clip", "absolute", "sign")
"""Words of patterns that stand for the op of that name and nothing else."""


@lru_cache(maxsize=1)
def spellings() -> list[Spelling]:
    """All formulas of all idioms."""
    from . import library  # noqa: F401  (fills the registry; here, so that importing `match` stays cheap)

    return [
        Spelling(idiom, one, ops_named(one))
        for idiom in IDIOMS.values()
        for text in idiom.patterns
        for one in variants(text)
    ]


def ops_named(text: str) -> int:
    """The ops that a formula names by these words, as bits."""
    words = set(re.findall(r"[a-z_]+", text))
    return reduce(int.__or__, (bit(word) for word in NAMED if word in words), 0)


@lru_cache(maxsize=4096)
def near(kind: str, there: int) -> list[Spelling]:
    """The patterns that a term of some kind can be whose ops are all among those that stand below it."""
    possible = [one for one in spellings() if not one.words & ~there]
    fitting = [one for one in possible if one.pattern.key[0] in (kind, "·") and not one.pattern.needs & ~there]
    return sorted(fitting, key=lambda one: one.pattern.key[0] != kind)


@lru_cache(maxsize=1)
def by_op() -> dict[str, type[Idiom]]:
    """Idioms by the op that they are."""
    spellings()
    return {idiom.op: idiom for idiom in IDIOMS.values() if idiom.op}


def match(graph: Graph, values: Sequence[Array] | None) -> list[Match]:
    """The idioms of a graph in order of their last steps.

    They do not overlap (the larger one wins, the smaller becomes one of its ``parts``), but for the joined ones
    (`Match.joined`), which span several of the others and are shown backwards. ``values`` holds one array a step;
    without them (None) the structure alone decides.
    """
    if graph.memo is None or values is None:
        return settle(_Search(graph, values).run())
    traces: tuple[Trace, ...] = graph.memo.get("idioms", ())
    for trace in traces:
        found = trace.again(graph, values)
        if found is not None:
            return found
    watched = Watched(values)
    search = _Search(graph, values, watched)
    found = settle(search.run())
    graph.memo["idioms"] = (Trace(search.outcomes, watched.seen, found), *traces)[:MOST_TRACES]
    return found


class _Search:
    def __init__(self, graph: Graph, values: Sequence[Array] | None, watched: Sequence[Array] | None = None) -> None:
        self.graph = graph
        self.values = values
        self.normal = Normal(graph, watched if watched is not None else values, RULES)
        self.uses = graph.uses()
        self.outcomes: list[Outcome] = []
        self.tried: dict[tuple[int, bool], list[tuple[type[Idiom], Filled]]] = {}

    def run(self) -> list[Match]:
        found: list[Match] = []
        rounds = {region.stop: region for region in self.graph.regions if region.kind == "round"}
        for step in self.graph.steps:
            if step.id in rounds:  # what a round hands on is a number to the next one, not a formula that grows
                self.normal.close(rounds[step.id])
            self.normal.add(step)
            if step.inputs and not (step.implicit and step.op.name in {"broadcast", "cast", "reshape"}):
                found += self.at(step.id)
        return found

    # one step ---------------------------------------------------------------------------------------------

    def at(self, id: int) -> list[Match]:
        """All idioms whose last step is ``id``; where one has an op of its own, the step is that from here on."""
        found: list[Match] = []
        for _ in range(4):  # a spelling may make a larger one visible: mean of squares, then variance, then …
            term = self.normal.of[id]
            best: tuple[int, type[Idiom], Filled] | None = None
            for idiom, filled in self.candidates(id, term):
                one = self.accept(idiom, filled, id)
                if one is None:
                    continue
                found.append(one)
                if idiom.op and (best is None or idiom.specific > best[0]):
                    best = idiom.specific, idiom, filled
            if best is None or self.rewrite(best[1], best[2], id) == term:
                break
        return found

    def candidates(self, id: int, term: int) -> list[tuple[type[Idiom], Filled]]:
        named = bool(self.graph[id].name) or any(self.graph[i].name for i in self.graph[id].inputs)
        known = self.tried.get((term, named))
        if known is None:
            known = self.tried[term, named] = list(self._candidates(term, named))
        return known

    def _candidates(self, term: int, named: bool) -> Iterator[tuple[type[Idiom], Filled]]:
        terms = self.normal.terms
        kind, inner = key_of(terms, term)
        for idiom, pattern in ((one.idiom, one.pattern) for one in near(kind, terms.within(term, DEEPEST))):
            if (idiom.by_name and not named) or not worth(pattern, terms, term, kind, inner):
                continue
            for number, filled in enumerate(fillings(pattern, terms, term)):
                if number >= MOST_FILLINGS:
                    break
                yield idiom, {**filled, "@reduce": pattern.reduce} if pattern.reduce else filled
        node = terms.nodes[term]
        if isinstance(node, Call):
            own = by_op().get(node.name)
            if own:
                names = own.operands or own.roles
                filled = {**dict(zip(names, node.args, strict=False))}
                yield own, {**filled, **{f"@{key}": value for key, value in node.attrs}}

    def rewrite(self, idiom: type[Idiom], filled: Filled, id: int) -> int:
        """From here on the step's term is the idiom's op on its operands."""
        terms = self.normal.terms
        before = self.normal.of[id]
        names = idiom.operands or idiom.roles
        args = [filled[name] for name in names if name in filled]
        attrs = {key[1:]: value for key, value in filled.items() if key == "@axis"}
        node = terms.nodes[before]
        if isinstance(node, Call) and node.name == idiom.op:
            return before
        term = terms.call(idiom.op, *(arg for arg in args if isinstance(arg, int)), **attrs)
        terms.same[before] = term
        self.normal.settle(self.graph[id], term)
        return term

    def accept(self, idiom: type[Idiom], filled: Filled, id: int) -> Match | None:
        """The match, if every role has a value, the members are these steps' own, and the numbers agree."""
        bound = self.bind(idiom, filled, id)
        if bound is None or id in bound.roles.values():
            return None
        members = self.members(id, bound.stops)
        if members is None:
            return None
        trial = Trial(idiom, id, bound.roles, bound.attrs, bound.rate, members)
        attrs = trial.numbers(self.values)
        if attrs is None:
            self.outcomes.append(Outcome(trial, None, True))
            return None
        given = trial.given(self.values) if self.values is not None else {}
        passed, guarded = trial.guarded(self.graph, given, attrs)
        if not passed and not guarded:
            return None
        held = passed and (self.values is None or trial.agrees(self.values, given, attrs))
        found = trial.match(self.graph, attrs, self.uses) if held else None
        self.outcomes.append(Outcome(trial, found, guarded))
        return found

    def bind(self, idiom: type[Idiom], filled: Filled, id: int) -> Bound | None:
        """The steps and numbers that a filling's terms are; None if the program has no such step."""
        bound = Bound()
        terms, first = self.normal.terms, self.normal.first
        for name, term in filled.items():
            if name[0] == "@":
                bound.attrs[name[1:]] = term
                continue
            assert isinstance(term, int)
            bound.stops.add(term)
            number = terms.value(term)
            node = terms.nodes[term]
            if number is not None:
                bound.attrs[name] = number if name in idiom.numbers or number % 1 else int(number)
            elif isinstance(node, Call) and node.name == "array":
                shape, dtype, raw = dict(node.attrs)["at"]
                bound.attrs[name] = np.frombuffer(raw, dtype).reshape(shape)
            elif term in first and first[term] <= id:
                bound.roles[name] = first[term]
            elif name in idiom.numbers:
                scale = self.scalar(term)
                if scale is None:
                    return None
                bound.stops.update(children(node))
                bound.attrs[name] = scale
            elif idiom.turns and (negated := terms.product(-1.0, ((term, 1.0),))) in first:
                bound.roles[name] = first[negated]  # exp(−W x − b): the step at hand is minus the role
                bound.attrs["negated"] = (*bound.attrs.get("negated", ()), name)
                bound.stops.add(negated)
            elif not self.rescale(idiom, name, term, bound, id):
                return None
        rated = isinstance(bound.attrs.get(idiom.rate), float | Scale)
        return bound if rated or bound.rate == 1.0 else None

    def rescale(self, idiom: type[Idiom], name: str, term: int, bound: Bound, id: int) -> bool:
        """Give a role the step that is it but for a number, which goes into the rate: 0.2 · Xᵀe is 0.1 · (2 Xᵀe)."""
        if not idiom.rate:
            return False
        by, factors = self.normal.terms.factors(term)
        steps = [one for one in reversed(self.normal.scaled.get(factors, ())) if one[1] < id and one[0] != by]
        for coefficient, step in sorted(steps, key=lambda one: not self.graph[one[1]].name):
            if coefficient * by > 0:
                bound.roles[name] = step
                bound.stops.add(self.normal.of[step])
                bound.rate = by / coefficient
                return True
        return False

    def scalar(self, term: int) -> Scale | None:
        """The number that a product of scalars comes to."""
        if self.values is None:
            return None
        coefficient, factors = self.normal.terms.factors(term)
        steps: list[tuple[int, float]] = []
        for factor, power in factors:
            step = self.normal.first.get(factor)
            if step is None or self.graph[step].shape:
                return None
            steps.append((step, power))
        return Scale(coefficient, tuple(steps))

    def members(self, id: int, stops: set[int]) -> frozenset[int] | None:
        """The steps from the root down to the roles; None if that is no idiom's size."""
        members = {id}
        todo = [id]
        while todo:
            for i in self.graph[todo.pop()].inputs:
                step = self.graph[i]
                if i in members or self.normal.of[i] in stops:
                    continue
                if not step.inputs:  # leaves are nobody's; numbers may stand inside an idiom
                    if step.shape and step.dtype.kind in "fc":
                        return None  # an array that is no role: the roles are not all that the steps depend on
                    continue
                members.add(i)
                todo.append(i)
                if len(members) > MOST_STEPS:
                    return None
        return frozenset(members)


__all__ = ["Match", "match"]
