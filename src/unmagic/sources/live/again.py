"""A stretch of plain iterations walked again from its snapshot: the loop's body by its text, none of the program run.

What the walk comes to is held to what the program has at the stretch's end. Where they part, nothing of it is read.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

import numpy as np

from unmagic.core.build import Constant
from unmagic.core.errors import LimitReached, UnmagicError, Unsupported
from unmagic.core.graph import Branch, Step
from unmagic.core.limits import Limits
from unmagic.record.walked import Walked
from unmagic.sources.text.arithmetic import truth
from unmagic.sources.text.calls import PARENT, Return
from unmagic.sources.text.scopes import Scope, of_body
from unmagic.sources.text.statements import BREAK, CONTINUE
from unmagic.sources.text.values import Raise

from .compare import parts
from .environments import Names, definition
from .scene import Scene
from .sites import Site, Source, place_of
from .snapshot import State

MOST_STEPS = 200_000
LITTLE = 64
WRITES = frozenset({"set_index", "add_at"})
MOST_TURNS = 3
"""Iterations in which numbers turned bad whose values are all kept."""

ENTRIES = 4_000_000
"""Entries of values kept at a time: 32 MB."""


@dataclass
class Stretch:
    """Iterations ``first`` up to ``first + many`` of a loop; ``left``: the last of them may have left it."""

    site: Site
    code: CodeType
    first: int
    many: int
    item: Any  # of a `for`: the item of an iteration
    left: bool = False


@dataclass
class Outcome:
    """What a walk came to: the iteration in which it happened, or why there is none."""

    words: str = ""
    walked: Walked | None = None
    number: int = 0
    close: bool = False  # not every bit is the program's
    skipped: dict[int, str] = field(default_factory=dict)


def again(
    stretch: Stretch, state: State, then: State, sources: Mapping[str, Source], *, turned: str | None,
    line: tuple[str, int] | None, seconds: float,
) -> Outcome:  # fmt: skip
    """Walk ``stretch`` from ``state`` to ``then``, looking for where the value at path ``turned`` ceased to be finite,
    or for what was warned of on ``line``."""
    limits = Limits(steps=MOST_STEPS, entries=100_000_000, seconds=seconds, program_characters=10_000_000)
    one = Again(stretch, state, sources, limits)
    try:
        with np.errstate(all="ignore"):
            one.walk()
    except LimitReached as error:
        return Outcome(f"would take too long: {error.what}")
    except RecursionError:
        return Outcome("the program is too deep in calls")
    except (UnmagicError, Raise) as error:
        return Outcome(one.said(error), skipped=one.scene.skipped)
    skipped = one.scene.skipped
    if one.parted:
        return Outcome(one.parted, skipped=skipped)
    found = parts(one.scene, one.env, then)
    if found.parted:
        return Outcome(f"it comes to other numbers than the program: {found.parted[0]}", skipped=skipped)
    bad = one.first([*found.bad.values()]) if turned is not None else -1
    if bad < 0:
        bad = one.on_line(line)
    if bad < 0:
        return Outcome("", skipped=skipped)
    k = next(k for k, (_, stop) in enumerate(one.spans) if bad < stop)
    return Outcome("", one.cut(k, {*found.bad.values()}), stretch.first + k, found.close, skipped)


class Again:
    """One walk. ``spans`` has the steps of each iteration."""

    def __init__(self, stretch: Stretch, state: State, sources: Mapping[str, Source], limits: Limits) -> None:
        self.stretch = stretch
        self.path = stretch.site.source.path
        self.scene = Scene(state, sources, self.path, limits)
        self.recorder = self.scene.walk.recorder
        self.spans: list[tuple[int, int]] = []
        self.branches: list[int] = []
        self.parted = ""
        self.env: Any = None
        self._kept = 0  # entries
        self._looked = 0
        self._turns = 0
        self._whole: set[int] = set()  # steps that stay

    def walk(self) -> None:
        """All iterations, one after the other. Raises what the walker raises."""
        stretch, steps = self.stretch, self.recorder.graph.steps
        node = self._loop()
        compiler = self.scene.compiler(self.path)
        env = self.env = self._environment()
        body = compiler.block(node.body)
        test = compiler.expression(node.test) if isinstance(node, ast.While) else None
        target = compiler._loop_target(node.target) if isinstance(node, ast.For) else None
        span = stretch.site.span
        for k in range(stretch.many):
            start = len(steps)
            self.recorder.tick()
            if target is not None:
                found, item = stretch.item(stretch.first + k)
                if not found:
                    return
                target(env, self.scene.item(item, ast.unparse(node.target)))
            elif test is not None and not truth(compiler.w, test(env), span):
                if not stretch.left:
                    self.parted = f"it leaves the loop in iteration {stretch.first + k + 1}, and the program did not"
                return
            try:
                left = body(env)
            except Raise:
                if not stretch.left:
                    raise
                left = BREAK  # the program raised too
            self.spans.append((start, len(steps)))
            if left is BREAK or left.__class__ is Return:
                if not stretch.left:
                    self.parted = f"it leaves the loop in iteration {stretch.first + k + 1}, and the program did not"
                return
            assert left is None or left is CONTINUE
            self._forget(start)

    def _loop(self) -> Any:
        for node in ast.walk(self.scene.tree(self.path)):
            if isinstance(node, (ast.For, ast.While)) and place_of(node) == self.stretch.site.place:
                return node
        raise Unsupported("its text was not found")

    def _environment(self) -> Any:
        """The names that the body is walked in."""
        compiler = self.scene.compiler(self.path)
        held = self.scene.state.locals
        if held is None:
            return compiler.module
        code = self.stretch.code
        around = definition(self.scene.tree(self.path), code)
        if around is None:
            raise Unsupported("the text of its function was not found")
        scope = compiler.scope = Scope(Scope(None))
        of_body(around.body, scope)
        scope.names.update((*code.co_varnames, *code.co_cellvars, *code.co_freevars))
        scope.names -= scope.globals
        scope.nonlocals.clear()
        scene = self.scene

        def find(name: str) -> Any:
            if name not in held:
                raise KeyError(name)
            return scene.value(held[name], name)

        env = Names(find)
        env[PARENT] = compiler.module
        scene.share(env, scope, code)
        return env

    def _forget(self, start: int) -> None:
        """Values of earlier iterations that nothing reads any more make room; the bad ones stay, and all of the
        iterations in which numbers turned bad: one of them is what will be read."""
        values, steps = self.recorder.values, self.recorder.graph.steps
        if self._turns < MOST_TURNS and any(self._turned(step) for step in steps[start:]):
            self._turns += 1
            self._whole |= {id for step in steps[start:] for id in (step.id, *step.inputs)}
        self._kept += sum(int(np.size(value)) for value in values[start:])
        if self._kept < ENTRIES:
            return
        wanted = self.scene.alive(self.env)
        for id in range(self._looked, start):
            value = values[id]
            if id in wanted or id in self._whole:
                continue
            if np.size(value) > LITTLE and steps[id].inputs and np.isfinite(value).all():
                values[id] = None
        self._kept = sum(int(np.size(value)) for value in values if value is not None)

    # where it happened ------------------------------------------------------------------------------------

    def first(self, bad: list[int]) -> int:
        """Where the first of these came from; −1 if all of it was there when the stretch began."""
        start = self.spans[0][0] if self.spans else 0
        found = [id for id in map(self._origin, bad) if id >= start and self.recorder.graph[id].inputs]
        return min(found, default=-1)

    def _origin(self, bad: int) -> int:
        """The step behind ``bad`` that is not finite, and reads nothing that isn't."""
        steps = self.recorder.graph.steps
        while True:
            before = next((i for i in steps[bad].inputs if self._bad(i)), None)
            if before is None:
                return bad
            bad = before

    def on_line(self, line: tuple[str, int] | None) -> int:
        """The first step of the stretch on that line that is not finite, and reads nothing that isn't."""
        if line is None or not self.spans:
            return -1
        for step in self.recorder.graph.steps[self.spans[0][0] :]:
            span = step.span
            if span is None or span.source.label != line[0] or not self._turned(step):
                continue
            if span.line <= line[1] <= span.source.line_of(span.end):
                return step.id
        return -1

    def _turned(self, step: Step) -> bool:
        return bool(step.inputs) and self._bad(step.id) and not any(self._bad(i) for i in step.inputs)

    def _bad(self, id: int) -> bool:
        value = self.recorder.values[id]
        return value is not None and np.asarray(value).dtype.kind == "f" and not np.isfinite(value).all()

    # what is read of it -----------------------------------------------------------------------------------

    def cut(self, k: int, ends: set[int]) -> Walked:
        """Iteration ``k`` alone: what it read of earlier ones is given. ``ends`` are bad when the stretch ends."""
        graph, values = self.recorder.graph, self.recorder.values
        start, stop = self.spans[k]
        number: dict[int, int] = {}
        steps: list[Step] = []
        kept: list[Any] = []
        names: dict[str, int] = {}

        def put(old: Step, inputs: tuple[int, ...], leaf: bool) -> None:
            id = number[old.id] = len(steps)
            value = values[old.id]
            op, attrs = (Constant, {"value": value}) if leaf else (old.op, old.attrs)
            name = self._name(old)
            steps.append(Step(id, op, inputs, attrs, old.shape, old.dtype, name, old.span, old.implicit, old.note))
            kept.append(value)
            if name is not None:
                names[name] = id

        for old in graph.steps[start:stop]:
            for i in old.inputs:
                if i not in number:
                    put(graph[i], (), True)
            put(old, tuple(number[i] for i in old.inputs), False)
        branches = [Branch(number[b.step], b.taken, b.span) for b in graph.branches if start <= b.step < stop]
        scope = self.stretch.site.scope
        later = {i for old in graph.steps[stop:] for i in old.inputs} | ends
        carried = [number[id] for id in range(start, stop) if id in later and self._bad(id)]
        label = f"iteration {self.stretch.first + k + 1}"
        return Walked(steps, kept, names if not scope else {}, branches, carried, label)

    def _name(self, step: Step) -> str | None:
        """What a step is called; an array that was written to as it was before."""
        while step.name is None and step.op.name in WRITES and step.inputs:
            step = self.recorder.graph[step.inputs[0]]
        return step.name

    def said(self, error: Exception) -> str:
        """Why it ended, with the line."""
        span = getattr(error, "span", None) or self.scene.walk.builder.span
        words = error.what if isinstance(error, UnmagicError) else str(getattr(error, "message", "") or error)
        return f"line {span.line}: {words}" if span is not None else words


__all__ = ["Again", "Outcome", "Stretch", "again"]
