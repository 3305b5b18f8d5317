"""Which steps of a graph are shown: named ones, idioms, what is used twice or is too much to write inline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from unmagic.core.build import LEAVES
from unmagic.core.graph import Array, Graph, Step
from unmagic.core.program import Program
from unmagic.core.scalar import SHOWN_TERMS
from unmagic.idioms.match import Match

LONGEST_FORMULA = 9
"""An expression of more steps than this is taken apart: its largest part gets a line of its own."""

LIGHT = frozenset({"broadcast", "cast", "reshape", "transpose", "index", "negative"})
"""Steps that need no line of their own: they are read at a glance inside what uses them."""


class Chosen:
    """A graph, and which of its steps have a line of their own."""

    def __init__(
        self,
        program: Program,
        matches: Sequence[Match] = (),
        *,
        also: Mapping[int, str] | None = None,
        values: Sequence[Array] | None = None,
        graph: Graph | None = None,
        wanted: Iterable[int] = (),
        chosen: bool = False,
    ) -> None:
        self.program = program
        self.graph = graph if graph is not None else program.graph
        self.values = values if values is not None else program.values
        self.also = dict(also or {})
        self._needed = self._all_needed([*wanted, *self.also])
        self.uses = self._uses_needed()
        self.matches = {m.root: m for m in matches if m.root in self._needed and not m.idiom.joined}
        self._inside: dict[int, int] = {}  # interior step -> root of its idiom
        for match in self.matches.values():
            for id in match.members - match.visible:
                if id != match.root:
                    self._inside.setdefault(id, match.root)
        # a way back shows what it was told to: whatever else it chose would be a name that its page never explains
        self.shown_ids = set(self.also) if chosen else self._choose()

    def _all_needed(self, more: Iterable[int]) -> set[int]:
        """What some statement, name or the result depends on."""
        wanted = {*self.graph.names.values(), *(s.step for s in self.program.statements), *more}
        wanted |= {side for s in self.program.statements for side in s.sides}
        wanted.add(self.graph.result)
        for step in reversed(self.graph.steps):
            if step.id in wanted:
                wanted.update(step.inputs)
        return {id for id in wanted if id >= 0}

    def _uses_needed(self) -> list[list[int]]:
        uses: list[list[int]] = [[] for _ in self.graph.steps]
        for step in self.graph.steps:
            if step.id in self._needed:
                for i in dict.fromkeys(step.inputs):
                    uses[i].append(step.id)
        return uses

    def _choose(self) -> set[int]:
        """Steps with a line of their own: named ones, idioms, results, what is used twice or is too much to inline."""
        shown = set(self.also)
        weight: dict[int, int] = {}  # how many steps a formula ending here is made of
        named = {id for name, id in self.graph.names.items()}
        ends = {self.graph.result, *(s.step for s in self.program.statements)}
        ends |= {side for s in self.program.statements for side in s.sides}
        for step in self.graph.steps:
            id = step.id
            if id not in self._needed or step.op in LEAVES:
                continue
            own = 0 if step.implicit or step.op.name in LIGHT else 1
            weight[id] = own + sum(0 if i in shown else weight.get(i, 0) for i in dict.fromkeys(step.inputs))
            root = self._inside.get(id)
            if id in shown:
                continue
            if step.implicit and id not in ends:
                continue
            if (
                id in ends
                or id in named
                or step.name is not None
                or (root is None and id in self.matches)
                or (root is None and self._stands_alone(step, weight[id]))
            ):
                shown.add(id)
        return shown

    def _stands_alone(self, step: Step, weight: int) -> bool:
        users = self._real_users(step.id)
        if not users:
            return False
        if any(step.id in match.roles.values() for user in users if (match := self.matches.get(self._owner(user)))):
            return step.op.name not in LIGHT
        if step.op.movement or step.op.name in LIGHT:
            return False
        if len(users) > 1 or weight > LONGEST_FORMULA:
            return True
        if step.shape == ():
            return False
        if not step.op.elementwise:
            return True
        user = self.graph[users[0]]
        return not user.op.elementwise and step.shape[-1] > SHOWN_TERMS

    def _owner(self, id: int) -> int:
        return self._inside.get(id, id)

    def _real_users(self, id: int) -> list[int]:
        """Who reads a step, implicit copies looked through."""
        users: list[int] = []
        waiting = list(self.uses[id])
        while waiting:
            user = waiting.pop()
            if self.graph[user].implicit:
                waiting.extend(self.uses[user])
            else:
                users.append(user)
        return sorted(set(users))
