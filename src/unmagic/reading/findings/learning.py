"""The updates of a program, each measured: what the loss's gradient is there, and where the step goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from unmagic.core.errors import UnmagicError
from unmagic.core.graph import Array, Step
from unmagic.core.limits import DEFAULT
from unmagic.engine.differentiate import between
from unmagic.idioms.library.update import follows
from unmagic.reading.backward import Backward, backward

from .mends import is_update
from .names import is_goal, is_loss
from .rounding import is_rounding

if TYPE_CHECKING:
    from .case import Case

MOST_PASSES = 24
"""Backward passes that the rules of one reading may ask for."""

MOST_UNNAMED = 60
"""Sums without a name that are looked at as possible updates."""

EARLY, LATE = 2, 1
"""Of the updates of one line these many are measured, from the start and from the end."""


class Update(NamedTuple):
    """A parameter before and after, the loss that it is judged by, and that loss's gradient before the step."""

    old: int
    new: int
    root: int  # the sum or difference that makes it
    step: int  # what is added or taken away: η · g
    loss: int
    gradient: Array
    moved: Array  # new − old
    cosine: float  # of the way it moved with the gradient: −1 is straight down
    first: int  # the root of the first update of this parameter at this place

    @property
    def down(self) -> bool:
        return self.cosine < -0.99


class Learning:
    """Updates and gradients of one case; everything is computed once, and only for a few rounds of a loop."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.passes = 0
        self.explained: set[int] = set()  # roots of updates that a rule has said all about
        self._backward: dict[tuple[int, tuple[int, ...]], Backward | None] = {}
        self.moved: set[int] = set()  # parameters after an update: no loss
        self.roots: set[int] = set()  # of all updates at the places where one was measured: a training loop's seams
        self.updates: list[Update] = list(self._measured())

    # gradients --------------------------------------------------------------------------------------------

    def derived(self, loss: int, *wrt: int) -> Backward | None:
        """The backward pass from a loss to some steps; None where there is none, or too many were asked for."""
        key = loss, wrt
        if key not in self._backward:
            self.passes += 1
            made = None
            if self.passes <= MOST_PASSES and self._whole(loss):
                try:
                    made = backward(self.case.graph, self.case.values, loss, wrt, DEFAULT)
                except UnmagicError:
                    made = None
            self._backward[key] = made
        return self._backward[key]

    def _whole(self, loss: int) -> bool:
        """Whether all that a loss is computed from is there: of a long run some values are not kept."""
        values = self.case.values
        return all(values[id] is not None for id in self.case.graph.ancestors(loss))

    def gradient(self, loss: int, of: int) -> Array | None:
        made = self.derived(loss, of)
        return None if made is None else made.values[made.cotangents[of]]

    def replay(self, target: int, instead: Mapping[int, Any]) -> Any:
        """The value of a step with other values for some earlier ones; None where they do not lead to it."""
        graph, values = self.case.graph, self.case.values
        new: dict[int, Any] = dict(instead)
        needed = self._needed(target, instead)
        if not needed:
            return None
        try:
            with np.errstate(all="ignore"):
                for id in needed:
                    step = graph[id]
                    if id not in new:
                        inputs = [new.get(i, values[i]) for i in step.inputs]
                        new[id] = step.op.forward(np, *inputs, **step.attrs)
        except (ValueError, IndexError, ArithmeticError, np.linalg.LinAlgError):  # a value that the program never had
            return None
        return new[target]

    def _needed(self, target: int, instead: Mapping[int, Any]) -> list[int]:
        """The steps between those replaced and ``target``, in order; constants on the way are not computed anew."""
        graph = self.case.graph
        touched = set(instead)
        for id in range(min(instead), target + 1):
            if id not in touched and any(i in touched for i in graph[id].inputs):
                touched.add(id)
        if target not in touched:
            return []
        wanted = {target}
        for id in range(target, min(instead) - 1, -1):
            if id in wanted and id not in instead:
                wanted.update(i for i in graph[id].inputs if i in touched)
        return sorted(wanted - set(instead))

    # updates ----------------------------------------------------------------------------------------------

    def _measured(self) -> Iterator[Update]:
        for places in self._sites():
            old, _, _, step, named = places[0]
            if not named and not self._start(old):
                continue  # a running average of gradients moves along them too
            if not self._feeds(old, step):
                continue  # a total: what is added to it was not computed from it, as a gradient is
            for one in [*places[:EARLY], *places[EARLY:][-LATE:]]:
                found = self._judged(*one, places[0][2])
                if found is not None:
                    self.roots.update(root for _, _, root, _, _ in places)
                    if not self._arrived(found):
                        yield found
                elif not named:
                    break

    def _sites(self) -> list[list[tuple[int, int, int, int, bool]]]:
        """The updates of the program, those of one parameter at one place in the text together."""
        sites: dict[Any, list[tuple[int, int, int, int, bool]]] = {}
        first: dict[int, int] = {}  # of a parameter as it is now: its step before all updates
        for old, new, root, step, named in self._candidates():
            span = self.case.graph[root].span
            first[new] = first.get(old, old)
            self.moved.add(new)
            key = (span.start, span.end, first[new]) if span is not None else root
            sites.setdefault(key, []).append((old, new, root, step, named))
        return list(sites.values())

    def _candidates(self) -> Iterator[tuple[int, int, int, int, bool]]:
        """θ ± step, by the names on both sides; without names where θ is a leaf or was updated before."""
        case = self.case
        fresh: set[int] = set()
        unnamed = 0
        for step in case.graph.steps:
            if step.op.name not in ("add", "subtract") or step.dtype.kind != "f" or step.id in case.backward:
                continue
            new = self._kept(step)
            for k in (0,) if step.op.name == "subtract" else (0, 1):
                old = case.behind(step.inputs[k])
                if old.shape != step.shape or old.dtype.kind != "f":
                    continue
                if case.behind(step.inputs[1 - k]).op.name == "constant" and old.op.name != "constant":
                    continue
                named = bool(old.name) and follows(new.name or "", old.name or "")
                named = named or (k == 0 and not old.name and is_update(case, step))
                if not named:
                    bare = not new.name and (old.id in fresh or (self._start(old.id) and old.shape != ()))
                    if not bare or unnamed >= MOST_UNNAMED:
                        continue
                    unnamed += 1
                fresh.update((step.id, new.id))
                current = step.inputs[k] if case.graph[step.inputs[k]].op.name == "detach" else old.id
                yield current, new.id, step.id, step.inputs[1 - k], named
                break

    def _feeds(self, old: int, step: int) -> bool:
        """Whether what is added to a parameter depends on it."""
        reached = {old}
        for id in range(old + 1, step + 1):
            if any(i in reached for i in self.case.graph[id].inputs):
                reached.add(id)
        return step in reached

    def _start(self, id: int) -> bool:
        """Whether a value is handed in, or made of numbers in the text alone: ``0.1 * np.ones(3)``."""
        todo = [id]
        for _ in range(12):
            if not todo:
                return True
            step = self.case.graph[todo.pop()]
            if step.op.name == "input" and step.id != id:
                return False
            todo += step.inputs
        return False

    def _kept(self, step: Step) -> Step:
        """The step under which the result lives on: a detach that PyTorch puts behind an update."""
        for user in self.case.uses[step.id]:
            if self.case.graph[user].op.name == "detach":
                return self.case.graph[user]
        return step

    def _judged(self, old: int, new: int, root: int, step: int, named: bool, first: int) -> Update | None:
        """The update with the loss that it fits; one without a name has to fit."""
        case, values = self.case, self.case.values
        with np.errstate(all="ignore"):
            moved = np.asarray(values[new], np.float64) - np.asarray(values[old], np.float64)
        if not np.all(np.isfinite(moved)) or not moved.any():
            return None
        best: Update | None = None
        for loss in self._losses_of(old, new):
            g = self.gradient(loss, old)
            if g is None or g.shape != moved.shape or not np.all(np.isfinite(g)) or not g.any():
                continue
            one = Update(old, new, root, step, loss, np.asarray(g, np.float64), moved, cosine(moved, g), first)
            if abs(one.cosine) > 0.9999:
                return one
            meant = named and loss in case.losses  # another number is a loss only if the step goes along its slope
            best = best or (one if meant else None)
        return best

    def _arrived(self, one: Update) -> bool:
        """Whether the slope is 0 but for rounding: then no way is along it."""
        made = self.derived(one.loss, one.old)
        return made is not None and is_rounding(made, one.old)

    def _losses_of(self, old: int, new: int) -> list[int]:
        """Scalars that depend on the parameter as it was, the one just before the step first; four at most."""
        case = self.case
        sure = set(case.losses)
        other = {
            step.id
            for step in case.graph.steps[old + 1 : new + 200]
            if not step.shape and step.name and step.dtype.kind == "f" and step.id not in case.backward | self.moved
            and not any(user not in case.backward for user in case.uses[step.id])
        }  # fmt: skip
        named = sorted(sure, key=lambda id: (id not in sure, id > new, abs(id - new)))
        named += sorted(other - sure, key=lambda id: (id > new, abs(id - new)))
        found: list[int] = []
        for loss in named[:12]:
            there = between(case.graph.steps, loss, [old]) if loss > old else set()
            if old in there and new not in there and loss != new:
                found.append(loss)
        return found[:4]

    # groups -----------------------------------------------------------------------------------------------

    def rounds(self) -> Iterator[list[Update]]:
        """The updates that one loss is the judge of, together."""
        groups: dict[int, list[Update]] = {}
        for one in self.updates:
            groups.setdefault(one.loss, []).append(one)
        yield from groups.values()

    def surely(self, loss: int) -> bool:
        """Whether a scalar is meant to be small for sure, by its name or by what it is."""
        name = self.case.name(loss)
        if is_goal(name):
            return False
        return is_loss(name) or any(
            m.root == loss for m in self.case.idioms() if m.idiom.__module__.endswith((".loss", ".squared"))
        )


def cosine(a: Any, b: Any) -> float:
    """How far two arrays point the same way: 1 the same, −1 against each other."""
    x, y = np.ravel(np.asarray(a, np.float64)), np.ravel(np.asarray(b, np.float64))
    with np.errstate(all="ignore"):
        scale = np.sqrt(x @ x) * np.sqrt(y @ y)
    return float(x @ y / scale) if scale and np.isfinite(scale) else 0.0


def parallel(a: Any, b: Any, tolerance: float) -> float | None:
    """The factor k with a = k b to within a tolerance; None where there is none, 0 where a is nought."""
    x, y = np.ravel(np.asarray(a, np.float64)), np.ravel(np.asarray(b, np.float64))
    if x.shape != y.shape or not (np.isfinite(x).all() and np.isfinite(y).all()):
        return None
    size = float(y @ y)
    if not size:
        return 0.0 if not x.any() else None
    k = float(x @ y) / size
    gap = float(np.abs(x - k * y).max())
    return k if gap <= tolerance * float(np.abs(x).max(initial=0.0)) or not x.any() else None


def tolerance_of(*arrays: Any) -> float:
    """How exact two ways to one gradient agree in the dtype that they are computed in."""
    eps = max(float(np.finfo(np.asarray(a).dtype).eps) if np.asarray(a).dtype.kind == "f" else 0.0 for a in arrays)
    return float(max(1e-6, 3e4 * eps)) if eps < 1e-3 else 0.1


__all__ = ["Learning", "Update", "cosine", "parallel", "tolerance_of"]
