"""The graph of a traced function, vouched for: nothing between the arguments and the result is taken as given."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import UnmagicError, Unsupported
from unmagic.core.limits import Limits
from unmagic.engine.fast import Place
from unmagic.record.callees import Callee
from unmagic.record.entries import Event, Look, Ref, Several
from unmagic.record.operands import Gone
from unmagic.record.rebuild import DRAWS, Rebuild

from .known import Hidden, Known, Unwatched


class Whole(Rebuild):
    """``opaque`` are steps that are taken as given: the event, why, the steps it was given, whether those are all."""

    log: Known

    def __init__(self, log: Known, limits: Limits) -> None:
        super().__init__(log, limits)
        self.opaque: dict[int, tuple[Event, str, tuple[int, ...], bool]] = {}
        self.laid = False  # something hangs on how arrays lie in memory
        self.written = False
        self.decided: list[tuple[Any, tuple[int, ...], Any]] = []

    # building ---------------------------------------------------------------------------------------------

    def static(self, ref: Any) -> Any:
        fixed = self.r.builder.fixed
        before = len(fixed)
        value = super().static(ref)
        self.r.builder.read_out += [one.step for one in fixed[before:]]
        return value

    def _gathered(self, look: Look) -> Node:
        self.laid = True
        return super()._gathered(look)

    def _numbers(self, look: Look) -> np.ndarray[Any, Any]:
        self.laid = True
        return super()._numbers(look)

    def _write(self, event: Event) -> None:
        self.written = True
        super()._write(event)

    def node(self, ref: Any) -> Node:
        new = isinstance(ref, Ref) and ref.number not in self.nodes
        node = super().node(ref)
        if new and ref.number not in self.log.unknown:  # a step that came to nothing, whose value is there
            self.opaque[node.id] = Event("value", self.log.site, ref, ()), "it was not kept", (), False
        return node

    def _given(self, event: Event, outs: Iterable[Any], why: Exception) -> None:
        outs = list(outs)
        given = self._operands(event)
        super()._given(event, outs, why)
        self._taken(event, outs, str(why).split("\n")[0], *given)

    def _mistaken(self, event: Event, out: Ref, value: Any, why: str) -> None:
        given = self._operands(event)
        super()._mistaken(event, out, value, why)
        self._taken(event, (out,), f"computed again it is {why}", *given)

    def _taken(self, event: Event, outs: Iterable[Any], why: str, steps: tuple[int, ...], seen: bool) -> None:
        """Something is as it came: what it was given is remembered."""
        for out in outs:
            if isinstance(out, Ref) and out.number in self.nodes:
                self.opaque[self.nodes[out.number]] = event, why, steps, seen

    def _operands(self, event: Event) -> tuple[tuple[int, ...], bool]:
        """The steps that an event was given, and whether those are all."""
        steps: list[int] = []
        seen = True
        todo = [*event.told, *([event.more[1]] if event.kind == "write" else [])]
        while todo:
            one = todo.pop()
            if isinstance(one, (Ref, Look)):
                try:
                    steps.append(self.node(one).id)
                except (Gone, UnmagicError):
                    seen = False
            elif isinstance(one, Several):
                todo += one.items
            elif isinstance(one, Hidden) or (type(one) in (str, bytes) and id(one) not in self.log.literals):
                seen = False
        return tuple(steps), seen

    # vouching ---------------------------------------------------------------------------------------------

    def vouch(self, result: int, wanted: set[int], name: str) -> None:
        """Raise where something that was not seen stands between what is wanted and the result."""
        steps = self.graph.steps
        unknown = {self.nodes[entry]: met for entry, met in self.log.unknown.items() if entry in self.nodes}
        moves: set[int] = set(wanted)  # what depends on what is wanted, or may
        bad: dict[int, str] = {}
        for step in steps:
            if step.dtype.kind in "biu":
                continue
            if step.id in unknown:
                bad[step.id] = f"where {unknown[step.id][1]} comes from that it uses was not seen"
                moves.add(step.id)
            elif step.id in self.opaque:
                event, why, inputs, seen = self.opaque[step.id]
                if not seen or any(i in moves for i in inputs):
                    bad[step.id] = f"{_called(event)} is not read ({why})" if why else f"{_called(event)} is not read"
                    moves.add(step.id)
            elif step.op.differentiable and any(i in moves for i in step.inputs):
                moves.add(step.id)
        needed = {result}
        for id in range(result, -1, -1):
            step = steps[id]
            if id not in needed or id not in moves:
                continue
            if id in bad:
                site = unknown[id][0] if id in unknown else self.opaque[id][0].site
                raise Unsupported(
                    f"{name} can't be derived: {bad[id]}, and the result depends on it",
                    span=site.span if site is not None else None,
                    hint="compute it from the arguments in what is read, or outside, and hand it in",
                )
            needed.update(step.inputs)

    def guards(self, result: int, inputs: set[int]) -> None:
        """What a replay must look at; where that can't be, it is said that there is none."""
        steps, log = self.graph.steps, self.log
        varies = set(inputs)
        for step in steps:
            given = self.opaque[step.id][2] if step.id in self.opaque else step.inputs
            if any(i in varies for i in given):
                varies.add(step.id)
        read_out = self.r.builder.read_out
        for function, refs, value in log.decided:
            ids = self._ids(refs)
            if ids is None:
                log.no_replay("a decision hangs on what was not kept")
            else:
                self.decided.append((function, ids, value))
        for refs, where, site in log.escaped:
            for ref in refs:
                ids = self._ids((ref,))
                if ids is None or (ids[0] in varies and steps[ids[0]].dtype.kind == "f"):
                    log.no_replay(f"{where} is given values, and what comes of it is not followed", site)
                else:
                    read_out += ids
        todo = [result, *read_out, *self.writes(inputs).values(), *(id for _, ids, _ in self.decided for id in ids)]
        todo += [id for id in self.opaque if steps[id].dtype.kind in "biu"]
        needed: set[int] = set()
        while todo:
            id = todo.pop()
            if id in needed:
                continue
            needed.add(id)
            todo += steps[id].inputs
            if id in self.opaque:
                event, _, given, seen = self.opaque[id]
                read_out += given
                todo += given
                unwatched = any(isinstance(one, Unwatched) for one in event.told)
                if event.kind == "write" or not seen or (unwatched and not _called(event).startswith(DRAWS)):
                    log.no_replay(f"{_called(event)} is not read", event.site)
        for entry, (site, what) in log.unknown.items():
            if entry in self.nodes:
                log.no_replay(f"where {what} comes from was not seen", site)

    def _ids(self, refs: tuple[Any, ...]) -> tuple[int, ...] | None:
        try:
            return tuple(self.node(ref).id for ref in refs)
        except (Gone, UnmagicError):
            return None

    def writes(self, inputs: set[int]) -> dict[Place, int]:
        """Arrays that were found somewhere and written into: the step of what they hold at the end."""
        found = {}
        for event in self.log.events:
            number = event.out.number if event.kind == "input" else -1
            if number in self.newer and self.nodes.get(number, -1) in inputs:
                while number in self.newer:
                    number = self.newer[number]
                found[self.log.inputs[event.more]] = self.node(Ref(number)).id
        return found


def _called(event: Event) -> str:
    if isinstance(event.more, Callee):
        return event.more.name
    return str(event.site.what or event.site.kind) if event.site is not None else "a step"


__all__ = ["Whole"]
