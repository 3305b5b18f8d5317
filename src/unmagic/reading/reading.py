"""`Reading`: a Graph with its values, and every question that can be put to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from unmagic.core.errors import BadValue, Unbound, UnmagicError
from unmagic.core.graph import Array, Graph, Index, Pass
from unmagic.core.limits import DEFAULT, Limits
from unmagic.core.lines import Working
from unmagic.core.program import Program

from .backward import Backward, backward, differentiable_inputs, named_step, need_scalar
from .entries import index_into
from .handed import counts, in_dtype, in_reals, inputs_of, on_other_numbers, stands_for_reals, whole_reals

if TYPE_CHECKING:
    from unmagic.core.document import Document
    from unmagic.core.finding import Finding
    from unmagic.idioms.match import Match

    from .blame import Blame
    from .compare import Parting
    from .cost import Cost
    from .view import ShownStep, View
    from .vouch import Verdict


class Reading:
    """What a source came to on the user's numbers: steps, values, and the questions that can be put to them.

    Indexing by name gives that name's value; iterating gives the steps at the idiom's level.
    """

    printer: ClassVar[Callable[..., str] | None] = None
    """Turns a reading into a format; put in by the package, since renderers stand above readings."""

    def __init__(
        self,
        program: Program,
        *,
        again: Callable[[Mapping[str, Any]], Program] | None = None,
        limits: Limits = DEFAULT,
        digits: Mapping[str, int] | None = None,
        numberless: bool = False,
        runs: bool = False,
    ) -> None:
        self.program = program
        self.numberless = numberless  # nobody gave numbers or asked for ours: shapes and words are all there is
        self.limits = limits
        self.digits: dict[str, int] = dict(digits or {})
        self._again = again
        self._runs = runs  # reading again runs the user's program again: only where that was asked for
        self._gradients: dict[tuple[tuple[str, ...], str | None], Gradient] = {}  # what was asked once stands
        self.moved: tuple[str, ...] = ()  # after `change`: the names whose values are not what they were
        self.flipped: tuple[str, ...] = ()  # after `change`: the branches that went the other way

    # numbers ----------------------------------------------------------------------------------------------

    @property
    def graph(self) -> Graph:
        return self.program.graph

    @property
    def values(self) -> Sequence[Array]:
        return self.program.values

    @property
    def value(self) -> Array:
        """What the source comes to: the value of its last statement."""
        self._need_numbers()
        if self.graph.result < 0:
            raise UnmagicError("this source comes to no value", hint="its names have values: r['name']")
        return self.values[self.graph.result]

    def __getitem__(self, name: str) -> Array:
        """The value a name has at the end."""
        self._need_numbers()
        return self.values[self._step(name)]

    def __contains__(self, name: str) -> bool:
        name = canonical(name)
        return name in self.graph.names or name in self.view.names.values()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.graph.names)

    @property
    def printed(self) -> str:
        """What the program's own prints would have shown."""
        return self.program.printed

    @cached_property
    def matches(self) -> Sequence[Match]:
        """The idioms found in the graph."""
        from unmagic.idioms.match import match

        return match(self.graph, self.values)

    @cached_property
    def uses(self) -> Sequence[Sequence[int]]:
        """For each step the later steps that read it."""
        return self.graph.uses()

    @cached_property
    def view(self) -> View:
        from .view import View

        return View(self.program, self.matches)

    @property
    def steps(self) -> Sequence[ShownStep]:
        """The steps at the idiom's level, in order."""
        return self.view.steps

    # questions --------------------------------------------------------------------------------------------

    def why(self, name: str, *at: int, digits: Mapping[str, int] | None = None) -> Working:
        """The arithmetic of one entry. ``at`` counts from 0. Pulls only the entries that it prints."""
        self._need_numbers()
        id, index = self._entry(name, at)
        return self.view.working(id, index, {**self.digits, **(digits or {})})

    def gradient(self, *names: str, of: str | None = None) -> Gradient:
        """The backward pass as a Reading: the gradient of the result (or of ``of``) with respect to ``names``.

        Without names: with respect to every input it depends on. Whole numbers that were handed in are read as reals.
        """
        self._need_numbers()
        if (names, of) not in self._gradients:
            self._gradients[names, of] = self._reals_gradient(names, of)
        return self._gradients[names, of]

    def _reals_gradient(self, names: tuple[str, ...], of: str | None) -> Gradient:
        wanted = tuple(canonical(name) for name in names)
        target = self._step(of) if of is not None else self.graph.result
        for name in wanted:
            if name in self.graph.names:
                self._need_slope(name, target)
        fixed = {one.step for one in self.program.fixed}
        whole = [
            name
            for name, id in inputs_of(self.graph).items()
            if self.graph[id].dtype.kind in "iub"
            and (name in wanted or (not wanted and stands_for_reals(self.graph, id) and id not in fixed))
        ]
        reading = self._in_reals(whole) if whole else self
        gradient = reading._gradient(wanted, of)
        reading._gradients[names, of] = gradient
        return gradient

    def _need_slope(self, name: str, target: int) -> None:
        """Raise where a number counts, or went into a step as a plain value: no slope is known there."""
        if target >= 0 and counts(self.program, self._derived(name), target):
            raise BadValue(
                f"no gradient with respect to {name}: it stands where a number counts, or is a call's plain argument",
                notes=("a number in a range, an index or an axis has no derivative: there is no half step",),
                hint="write out what a call makes of it: a + k·(b − a) for linspace",
            )

    def _gradient(self, names: tuple[str, ...], of: str | None) -> Gradient:
        target = self._step(of) if of is not None else self.graph.result
        if target < 0:
            raise UnmagicError("there is no result to derive", hint="name it: gradient(…, of='loss')")
        need_scalar(self.graph, target)
        wrt = [self._derived(name) for name in names] or [
            id for id in differentiable_inputs(self.graph, target) if not counts(self.program, id, target)
        ]
        for name, id in zip(names, wrt, strict=False):
            if self.graph[id].dtype.kind not in "fc":
                raise BadValue(f"no gradient with respect to {name}: it holds {self.graph[id].dtype}, not real numbers")
        return Gradient(self, backward(self.graph, self.values, target, wrt, self.limits))

    @cached_property
    def full_gradient(self) -> Gradient:
        """The gradient of the result with respect to every input, computed once."""
        return self.gradient()

    def blame(self, name: str, *at: int, of: str | None = None) -> Blame:
        """How one entry moves the result: its readers' local derivatives times their cotangents, adding up."""
        from .blame import blame

        gradient = self.gradient(name, of=of)
        id, index = gradient.reading._entry(name, at, gradient.reading._derived(name))
        return blame(gradient, id, index)

    def change(self, *, dtype: Any = None, **values: Any) -> Reading:
        """The same source on other numbers, or in another dtype; what moved and what flipped is marked on it."""
        from .read import number

        reading = self
        if values:
            if self._again is None:
                raise UnmagicError("this reading can't be read again")
            changed = {canonical(name): number(name, value) for name, value in values.items()}
            known = {canonical(name): name for name in self.program.bindings}
            for name in changed:
                if name not in known:
                    raise Unbound(f"no {name} was handed in", notes=(f"handed in: {', '.join(known) or 'nothing'}",))
            bound = {**{canonical(k): v for k, v in self.program.bindings.items()}, **changed}
            reading = Reading(
                self._again(bound), again=self._again, limits=self.limits, digits=self.digits, runs=self._runs
            )
        if dtype is not None:
            whole = whole_reals(reading.graph)
            reading = reading._in_reals(whole) if whole else reading
            program = reading._in_dtype(np.dtype(dtype))
            reading = Reading(program, limits=reading.limits, digits=reading.digits)
        reading.moved, reading.flipped = moved(self.program, reading.program), flipped(self.program, reading.program)
        return reading

    def replay(self, **values: Any) -> Reading:
        """The same steps on other numbers of the same shapes and dtypes; the text is not read again.

        Idioms stay as they are, so this is for sources whose steps and idioms follow from shapes alone. Where the
        numbers would have made other steps (a branch, how many entries a mask picks) a text is read afresh, as `change`
        does; a program that ran is not. Raises `BadValue` there, and where a shape or dtype differs.
        """
        from unmagic.engine.evaluate import OtherSteps

        given = {canonical(name): value for name, value in values.items()}
        try:
            program = on_other_numbers(self.program, given)
        except OtherSteps as other:
            if self._again is not None and not self._runs:
                return self.change(**values)
            other.hint = other.hint or ("change(…) runs it again" if self._again is not None else "")
            raise
        program.bindings = {name: given.get(canonical(name), old) for name, old in self.program.bindings.items()}
        reading = Reading(program, again=self._again, limits=self.limits, digits=self.digits)
        vars(reading)["matches"] = self.matches
        return reading

    def compare(self, other: Reading, tolerance: float = 0.0) -> Parting:
        """The first step at which two readings part, and by how much."""
        from .compare import first_parting

        return first_parting(self.graph, self.values, other.graph, other.values, tolerance)

    def narrate(self) -> str:
        """What it means, in plain words."""
        from .narrate import narrate

        return "\n\n".join(narrate(self.graph, self.values, self.matches, self.program))

    @cached_property
    def findings(self) -> Sequence[Finding]:
        """What is wrong with it: confusions and numeric hazards, with place, evidence and mend."""
        from .findings import check

        return [] if self.numberless else check(self.program, self.matches, self.view.names)

    @cached_property
    def cost(self) -> Cost:
        """Floating-point operations, and bytes moved if nothing were fused."""
        from .cost import total_cost

        return total_cost(self.graph)

    @cached_property
    def verdict(self) -> Verdict:
        """Replayed against its own steps, and its gradient against a central difference."""
        from .vouch import Verdict, directional_gap, replay

        differing = replay(self.graph, self.values)
        gap = None
        if self.graph.result >= 0 and self.graph[self.graph.result].shape == () and not self.program.failure:
            try:
                standing = (g for (_, of), g in self._gradients.items() if of is None)
                gradient = next(standing, None) or self.full_gradient
            except UnmagicError:
                gradient = None
            if gradient is not None and gradient.backward.wrt:
                reading = gradient.reading
                grads = {i: gradient.backward.values[gradient.backward.cotangents[i]] for i in gradient.backward.wrt}
                gap = directional_gap(reading.graph, reading.values, gradient.backward.of, grads)
        return Verdict(differing is None, differing, gap)

    # showing ----------------------------------------------------------------------------------------------

    def document(self, **options: Any) -> Document:
        """What the reading shows, as blocks that any format prints."""
        from .show import document

        return document(self, **options)

    def facts(self) -> dict[str, Any]:
        """All of it as plain data: the JSON schema's content."""
        from .facts import facts

        return facts(self)

    def to(self, format: str, **options: Any) -> str:
        """``text``, ``html``, ``markdown``, ``latex``, ``mathml`` or ``json``."""
        if Reading.printer is None:
            raise UnmagicError("no renderers are loaded", hint="import unmagic")
        return Reading.printer(self, format, **options)

    def __str__(self) -> str:
        return self.to("text")

    def __repr__(self) -> str:
        return f"<Reading of {self.program.source.text.strip()[:60]!r}: {len(self.graph)} steps>"

    def _repr_html_(self) -> str:
        return self.to("html")

    def _repr_markdown_(self) -> str:
        return self.to("markdown")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """Every format a notebook may want, plain text among them."""
        bundle = {"text/plain": self.to("text"), "text/html": self.to("html"), "text/markdown": self.to("markdown")}
        kept = {k: v for k, v in bundle.items() if include is None or k in include}
        return {k: v for k, v in kept.items() if exclude is None or k not in exclude}

    # inside -----------------------------------------------------------------------------------------------

    def _need_numbers(self) -> None:
        if self.numberless:
            unbound = ", ".join(f"{name}=…" for name in self.program.ours)
            raise UnmagicError("no numbers were given", hint=f"bind {unbound}, or ask for an example")

    def _in_reals(self, names: Sequence[str]) -> Reading:
        """This reading with some whole inputs as float64: read again where that is possible."""
        bound = {canonical(k): v for k, v in self.program.bindings.items()}
        if self._again is not None and not self._runs and all(name in bound for name in names):
            real = {name: np.asarray(bound[name], np.float64)[()] for name in names}
            program = self._again({**bound, **real})
        else:
            program = in_reals(self.program, names, self.limits)
        return Reading(program, again=self._again, limits=self.limits, digits=self.digits, runs=self._runs)

    def _in_dtype(self, dtype: np.dtype[Any]) -> Program:
        """The same steps in another dtype; read afresh where its rounding makes other steps and a text is there."""
        from unmagic.engine.evaluate import OtherSteps

        try:
            return in_dtype(self.program, dtype, self.limits)
        except OtherSteps:
            if self._again is None or self._runs:
                raise
            bound = {canonical(name): np.asarray(value) for name, value in self.program.bindings.items()}
            return self._again({k: v.astype(dtype) if v.dtype.kind == "f" else v for k, v in bound.items()})

    def _step(self, name: str) -> int:
        """The step of a name: the user's own, or one that the reading gave (``z``, ``p``). Raises `Unbound`."""
        name = canonical(name)
        if name not in self.graph.names:
            for id, given in self.view.names.items():
                if given == name:
                    return id
        return named_step(self.graph, name).id

    def _derived(self, name: str) -> int:
        """The step that a gradient is asked for: of a function's argument what was handed in, whatever became of it."""
        inputs = inputs_of(self.graph) if self._runs else {}
        return inputs[canonical(name)] if canonical(name) in inputs else self._step(name)

    def _entry(self, name: str, at: Sequence[int], id: int | None = None) -> tuple[int, Index]:
        """The step of a name and an index into it, negative ones counted from the end. Raises `BadValue`."""
        step = self.graph[self._step(name) if id is None else id]
        return step.id, index_into(name, step.shape, at)


class Gradient(Reading):
    """A Reading of the backward pass. ``g["W"]`` is ∂result/∂W; its document shows the taught forms."""

    def __init__(self, reading: Reading, backward: Backward) -> None:
        from copy import copy

        program = copy(reading.program)
        program.graph, program.values = backward.graph, backward.values
        super().__init__(program, limits=reading.limits, digits=reading.digits)
        self.reading = reading
        self.backward = backward

    def __getitem__(self, name: str) -> Array:
        """The gradient with respect to a name (or the value of any name of the backward pass)."""
        if name in self.reading:
            id = self.reading._derived(name)
            if id in self.backward.cotangents:
                return self.values[self.backward.cotangents[id]]
            self.reading._need_slope(name, self.backward.of)
            return np.zeros_like(self.reading.values[id], dtype=np.float64)
        return super().__getitem__(name)

    @cached_property
    def matches(self) -> Sequence[Match]:
        """The idioms of the forward pass: the backward one is shown in their taught forms."""
        return self.reading.matches

    @cached_property
    def findings(self) -> Sequence[Finding]:
        """What is wrong with the forward pass, and where a gradient that was asked for goes bad."""
        from copy import copy

        from .findings import check

        program, graph = copy(self.program), self.graph.copy()
        graph.result = self.backward.of
        graph.passes.append(Pass(self.backward.of, self.backward.forward, len(graph)))
        program.graph = graph
        program.gradients = {id: self.backward.cotangents[id] for id in self.backward.wrt}
        return check(program, self.matches, self.reading.view.names)

    def why(self, name: str, *at: int, digits: Mapping[str, int] | None = None) -> Working:
        """The arithmetic of one entry of a gradient: ``why("W", 0, 1)`` works ∂result/∂W[0,1]."""
        id, index = self.reading._entry(name, at, self.reading._derived(name))
        gradient = self.backward.cotangents.get(id)
        if gradient is None:
            raise UnmagicError(f"the result does not depend on {name}")
        return self.view.working(gradient, index, {**self.digits, **(digits or {})})


def canonical(name: str) -> str:
    """A name as the graph keeps it, however the user spells it."""
    from unmagic.lang.names import canonical as spelled

    return spelled(name)


def moved(before: Program, after: Program) -> tuple[str, ...]:
    names = []
    for name, id in after.graph.names.items():
        old = before.graph.names.get(name)
        if old is None:
            names.append(name)
            continue
        a, b = np.asarray(before.values[old]), np.asarray(after.values[id])
        if a.shape != b.shape or not np.array_equal(a, b, equal_nan=a.dtype.kind == "f" and b.dtype.kind == "f"):
            names.append(name)
    return tuple(names)


def flipped(before: Program, after: Program) -> tuple[str, ...]:
    branches = []
    for old, new in zip(before.graph.branches, after.graph.branches, strict=False):
        if old.span != new.span:
            break
        if old.taken != new.taken:
            branches.append(old.span.text if old.span is not None else f"step {old.step}")
    return tuple(branches)
