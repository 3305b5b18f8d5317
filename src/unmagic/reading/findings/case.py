"""What a rule is given: a graph with its values, the idioms found in it, and helpers to look around."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from unmagic.core.build import LEAVES
from unmagic.core.digits import shown
from unmagic.core.errors import UnmagicError
from unmagic.core.graph import Array, Graph, Index, Step
from unmagic.core.lines import Line
from unmagic.core.op import Operand
from unmagic.core.program import Program
from unmagic.idioms.match import Match
from unmagic.reading.working import worked

from .ends import shown_in
from .names import is_loss

if TYPE_CHECKING:
    from .learning import Learning
    from .origin import Origin

MOST_ENDS = 8
"""Bad results, losses and printed numbers whose first bad entry is looked for."""


class Case:
    """A reading as the rules see it: forward steps (`steps`), who reads them, what they are called, what is a loss."""

    def __init__(self, program: Program, matches: Sequence[Match] = (), names: Mapping[int, str] | None = None) -> None:
        self.program = program
        self.names = names or {}
        self.graph: Graph = program.graph
        self.values: Sequence[Array] = program.values
        self.matches = matches
        self._said: set[tuple[Any, ...]] = set()
        self._times: dict[tuple[str, int, int], int] = {}

    # the graph --------------------------------------------------------------------------------------------

    @cached_property
    def uses(self) -> list[list[int]]:
        return self.graph.uses()

    @cached_property
    def reaching(self) -> set[int]:
        """What the result depends on, every loss and gradient, and what is printed: what a NaN must not touch."""
        wanted = {self.graph.result, *self.losses, *self.program.gradients.values(), *self.shown,
                  *self.program.carried} - {-1}
        for step in reversed(self.graph.steps):
            if step.id in wanted:
                wanted.update(step.inputs)
        return wanted

    @cached_property
    def shown(self) -> list[int]:
        """The steps that the program prints, plots or saves, as far as its text says so."""
        if self.program.language != "python":
            return []
        found = []
        for step in self.graph.steps:
            shown = shown_in(step.span.source) if step.span is not None else None
            if shown is None or not step.inputs or step.implicit or step.id in self.backward:
                continue
            inside = any(start <= step.span.start and step.span.end <= end for start, end in shown.spans)  # type: ignore[union-attr]
            if inside or (step.name or self._bound.get(step.id, "")) in shown.names:
                found.append(step.id)
        return found

    @cached_property
    def origins(self) -> dict[int, Origin]:
        """The first bad entry behind each result, loss or printed number that is nan or ∞, by that number's step."""
        from .origin import origin

        found: dict[int, Origin] = {}
        sure = {*self.losses, self.graph.result, *self.program.carried}
        ends = sorted((sure | set(self.shown)) - self.backward - {-1})
        for id in ends:
            bad = self.kept(self.graph[id]) and _is_bad(self.values[id], id in sure)
            start = origin(self.graph, self.values, id) if bad else None
            if start is not None:
                found[id] = start
            if len(found) >= MOST_ENDS:
                break
        return found

    @cached_property
    def sampled(self) -> bool:
        """Whether only some rounds of the loops may have been recorded: what was read is then not all there was."""
        return self.program.source.label not in ("python", "formula") and bool(self.graph.regions)

    def carried(self, id: int) -> bool:
        """Whether a leaf is a number from a round that was not recorded: it first shows where it is read."""
        step = self.graph[id]
        if not self.sampled or step.inputs or step.name in self.program.bindings:
            return False
        readers = [self.graph[user].span for user in self.uses[id]]
        return step.span is None or not readers or readers[0] == step.span

    @cached_property
    def firsts(self) -> dict[int, Index]:
        return {one.step: one.at for one in reversed(self.origins.values())}

    def first(self, step: Step, mask: Any) -> Index | None:
        """The entry to speak of where a truth array holds: the one that is behind a bad result, else the first."""
        at = self.firsts.get(step.id)
        there = at is not None and np.shape(mask) == step.shape and bool(np.asarray(mask)[at])
        return at if there else first_entry(mask)

    @cached_property
    def backward(self) -> set[int]:
        """The steps of backward passes: rules about what the user wrote leave them alone."""
        return {id for one in self.graph.passes for id in range(one.start, one.stop)}

    @cached_property
    def losses(self) -> list[int]:
        """Scalars that are meant to be small: by name, or because the source derived them or found a loss in them."""
        derived = {one.of for one in self.graph.passes}
        found = {m.root for m in self.idioms() if m.idiom.__module__.endswith((".loss", ".squared"))}
        found -= {m.root for m in self.idioms("accuracy", "log_likelihood")}
        return [
            step.id
            for step in self.graph.steps
            if not step.shape and step.dtype.kind == "f" and step.inputs and step.id not in self.backward
            and self.kept(step) and not (step.implicit or step.op.name == "detach")
            and (is_loss(self.name(step.id)) or step.id in found or step.id in derived)
        ]  # fmt: skip

    @cached_property
    def _losses(self) -> frozenset[int]:
        return frozenset(self.losses)

    @cached_property
    def learning(self) -> Learning:
        """The updates of the program, measured against the gradients of its losses."""
        from .learning import Learning

        return Learning(self)

    def steps(self, *ops: str) -> Iterator[Step]:
        """Every forward step of one of these ops: those where a bad result begins, those that reach it, the rest."""
        wanted = [id for op in ops for id in self._by_op.get(op, ())]
        firsts, reaching = self.firsts, self.reaching
        yield from (self.graph[id] for id in sorted(wanted, key=lambda id: (id not in firsts, id not in reaching, id)))

    @cached_property
    def _by_op(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for step in self.graph.steps:
            if step.id not in self.backward and self.kept(step):
                found.setdefault(step.op.name, []).append(step.id)
        return found

    def kept(self, step: Step) -> bool:
        """Whether the values of a step and its operands are there: a long run keeps only some."""
        return all(self.values[i] is not None for i in (step.id, *step.inputs))

    def idioms(self, *names: str) -> Iterator[Match]:
        """The idioms of these names (all without one), those inside others too."""
        todo = list(self.matches)
        while todo:
            one = todo.pop(0)
            if not names or one.name in names:
                yield one
            todo[:0] = one.parts

    def idiom_at(self, id: int, *names: str) -> Match | None:
        """The idiom of one of these names that ends at a step."""
        return next((m for m in self._ending.get(id, ()) if m.name in names), None)

    @cached_property
    def _ending(self) -> dict[int, list[Match]]:
        found: dict[int, list[Match]] = {}
        for one in self.idioms():
            found.setdefault(one.root, []).append(one)
        return found

    def once(self, code: str, step: Step) -> bool:
        """True the first time that this is asked for a code and a place: a loop says the same thing once."""
        place = (step.span.start, step.span.end) if step.span is not None else step.id
        if (code, place) in self._said:
            return False
        self._said.add((code, place))
        return True

    def now_and_then(self, rule: str, step: Step) -> bool:
        """True the 1st, 2nd, 4th, 8th … time for a place: what costs as much as the program is not done each round."""
        place = (rule, step.span.start, step.span.end) if step.span is not None else (rule, step.id, -1)
        count = self._times[place] = self._times.get(place, 0) + 1
        return count & (count - 1) == 0

    # looking through --------------------------------------------------------------------------------------

    def inputs(self, step: Step) -> list[Array]:
        return [self.values[i] for i in step.inputs]

    def source_of(self, id: int, *through: str) -> Step:
        """The step behind copies, casts and reshapes (and the ops named): what the user wrote."""
        step = self.graph[id]
        while step.inputs and (
            step.implicit or step.op.name in THROUGH or step.op.name in through or self._relabels(step)
        ):
            step = self.graph[step.inputs[0]]
        return step

    def behind(self, id: int) -> Step:
        """The step behind what the reader put in (casts, detaches, broadcasts): shapes of the user's are kept."""
        step = self.graph[id]
        while step.inputs and not step.name and (step.implicit or step.op.name == "detach"):
            step = self.graph[step.inputs[0]]
        return step

    def onward(self, id: int, most: int = 40) -> Iterator[Step]:
        """The forward steps that read a step, through entry-wise ops and copies: each once, nearest first."""
        seen, todo = {id}, [id]
        while todo and len(seen) < most:
            for user in self.uses[todo.pop(0)]:
                if user in seen or user in self.backward:
                    continue
                seen.add(user)
                step = self.graph[user]
                yield step
                if step.op.elementwise or step.op.name in THROUGH:
                    todo.append(user)

    def _relabels(self, step: Step) -> bool:
        """Whether indexing keeps every entry: ``p[None]``."""
        return (
            step.op.name == "index" and len(step.inputs) == 1 and self.values[step.id].size == self.inputs(step)[0].size
        )

    def is_literal(self, id: int) -> bool:
        """Whether a number stands in the expression itself: ``np.log(0.0)`` is meant."""
        step = self.behind(id)
        return step.op.name == "constant" and not step.shape and not self.is_named(step.id)

    def is_leaf(self, id: int) -> bool:
        return self.graph[id].op in LEAVES

    def makes_loss(self, id: int) -> int | None:
        """The loss that a step comes to by entry-wise steps and reductions alone; None if it comes to none."""
        losses = self._losses
        if id in losses:
            return id
        seen, todo = {id}, [id]
        while todo and len(seen) < 40:
            for user in self.uses[todo.pop(0)]:
                step = self.graph[user]
                if user in seen or user in self.backward:
                    continue
                seen.add(user)
                if user in losses:
                    return user
                if step.op.elementwise or step.op.name in REDUCING or step.op.name in THROUGH:
                    todo.append(user)
        return None

    # words and evidence -----------------------------------------------------------------------------------

    def name(self, id: int) -> str:
        """The user's name of a step, or of what it copies, or its number: what rules go by, never a name of ours."""
        step = self._uncopied(id)
        own = step.name or self._bound.get(step.id, "")
        if not own and self.program.language != "python":
            own = self.names.get(step.id, "")
        return own or f"step {step.id}"

    def called(self, id: int) -> str:
        """What a message calls a step: its name, else the user's own text for it, else what the reading calls it."""
        step = self._uncopied(id)
        own = step.name or self._bound.get(step.id, "")
        if not own and step.op.name == "constant" and not step.shape:
            return shown(self.values[step.id])  # its span is that of the whole expression
        text = step.span.text if step.span is not None else ""
        short = text if len(text) <= LONGEST and "\n" not in text and "\\" not in text else ""
        shown_as = self.names.get(step.id, "")
        if self.program.language == "python":
            cut = f"{' '.join(text.split())[: LONGEST - 1]}…" if text else f"step {step.id}"
            return own or short or shown_as or cut
        return own or shown_as or short or f"step {step.id}"

    def _uncopied(self, id: int) -> Step:
        step = self.graph[id]
        while step.name is None and step.implicit and step.inputs:
            step = self.graph[step.inputs[0]]
        return step

    def is_named(self, id: int) -> bool:
        """Whether the user's text gives a step a name."""
        return bool(self.graph[id].name or self._bound.get(id, ""))

    def _given_name(self, id: int) -> str:
        return self.graph[id].name or self._bound.get(id, "") or self.names.get(id, "")

    @cached_property
    def _bound(self) -> dict[int, str]:
        return {id: name for name, id in reversed(self.graph.names.items())}

    def parameter(self, id: int, update: int) -> str:
        """What a parameter is called: by its name, or as the text of its update has it on the left: ``self.W``."""
        step, span = self.graph[id], self.graph[update].span
        named = step.name or self._bound.get(id, "")
        if named or span is None:
            return named or "the parameter"
        line = span.source.text.splitlines()[span.line - 1]
        left = re.match(r"\s*([\w.]+(?:\[[^\]]*\])?)\s*(?:[-+*/]|←)?=?(?![=<>])", line) if "=" in line else None
        return left[1] if left else "the parameter"

    def entry_name(self, id: int, at: Index) -> str:
        """An entry as printed: ``s[1,3]``; a scalar's name alone."""
        name, shape = self.called(id), self._uncopied(id).shape
        if len(shape) <= len(at):  # of a copy, the entry that was copied
            at = tuple(0 if n == 1 else i for n, i in zip(shape, at[len(at) - len(shape) :], strict=True))
        if not at:
            return name
        whole = name if re.fullmatch(r"[^\s+*/@-]+(\([^()]*\))?", name) or name.startswith("step ") else f"({name})"
        return f"{whole}[{','.join(map(str, at))}]"

    def place(self, id: int, at: Index) -> str:
        """The entry and its value: ``s[1,3] = 712.3``."""
        name, value = self.entry_name(id, at), shown(self.values[id][at])
        return value if name == value else f"{name} = {value}"

    def worked(self, step: Step, at: Index) -> tuple[Line, ...]:
        """The arithmetic of one entry of a step, as evidence; nothing where no calculator gets to it."""
        operands = [Operand(k, value) for k, value in enumerate(self.inputs(step))]
        try:
            return worked(
                step.op,
                at,
                operands,
                self.values[step.id],
                step.attrs,
                name=self._given_name(step.id) or step.op.name,
                operand_names=[self._given_name(self._uncopied(i).id) or f"step {i}" for i in step.inputs],
                given=[self.is_leaf(self.source_of(i).id) for i in step.inputs],
            ).lines
        except UnmagicError:
            return ()


def _is_bad(value: Array, sure: bool) -> bool:
    """A nan or ∞; in an array that is only shown a −∞ may be the log of what can't be."""
    array = np.asarray(value)
    if array.dtype.kind != "f":
        return False
    return not np.isfinite(array).all() if sure or not array.ndim else bool(np.isnan(array).any())


THROUGH = frozenset({"broadcast", "cast", "reshape", "transpose", "detach"})
"""Steps that keep every entry as it is: a rule looks through them."""

LONGEST = 36
"""Characters of the user's text that stand in for a name."""

REDUCING = frozenset({"sum", "mean", "norm", "std", "var", "max", "min", "prod"})


def first_entry(mask: Any) -> Index | None:
    """The first index at which a truth array holds, in row order; None if nowhere."""
    flat = np.ravel(np.asarray(mask))
    if not flat.any():
        return None
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(flat)), np.shape(mask)))


__all__ = ["LEAVES", "REDUCING", "THROUGH", "Case", "first_entry"]
