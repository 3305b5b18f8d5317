"""From log to Graph: each event becomes the steps that its spelling stands for, held to the value the program got.

A step whose recomputed value is not the program's is taken as given instead, and counted: nothing is shown that the
program did not compute.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import LimitReached, ShapeClash, UnmagicError, Unsupported
from unmagic.core.graph import Branch, Region
from unmagic.core.limits import DEFAULT, Limits
from unmagic.core.span import Span

from .alias import View
from .callees import Callee
from .entries import Event, Look, Ref, Segment, Several, Thing
from .log import Log
from .operand_names import operand_names
from .operands import NUMBERS, Gone
from .oversized import Sizes
from .permutation import permutation
from .recorder import INT_HIGH, INT_LOW
from .room import Room
from .spell.called import build
from .spell.numpy.operators import binary
from .steps import Steps

CLOSE = 1e-6
SHUFFLES = ("numpy.random.shuffle", "Generator.shuffle", "RandomState.shuffle", "random.shuffle", "Random.shuffle")
DRAWS = ("numpy.empty", "time.", "numpy.random.", "Generator.", "RandomState.", "random.", "Random.")


class Checked(NamedTuple):
    """How many recorded steps were computed again from kept operands, and how that came out."""

    equal: int = 0  # the same bits
    close: int = 0  # to one in a million: another order of adding
    wrong: int = 0
    opaque: int = 0  # nobody spells what was called: taken as given
    unseen: int = 0  # operands or result were not kept

    @property
    def checkable(self) -> int:
        return self.equal + self.close + self.wrong


class Rebuild(Steps):
    """One Graph out of one log's segments."""

    def __init__(self, log: Log, limits: Limits = DEFAULT, scope: str | None = None) -> None:
        super().__init__(log, limits)
        self.scope = scope  # whose names the Graph has: one function's; None: the module's, then any function's
        self.bound: dict[str, Ref | Look] = {}  # name -> what it was bound to
        self.newer: dict[int, int] = {}  # version of a content -> the one written after it
        self.owned: dict[str, str] = {}  # name -> the function whose it is
        self.plain: dict[str, Any] = {}  # names of Python's numbers
        self.notes: dict[str, int] = {}  # what was taken as given -> how often
        self.noted: dict[str, Span | None] = {}  # and where first
        self.mistakes: list[tuple[Event, str]] = []
        self.last: Node | None = None
        self.carried: list[int] = []  # bad numbers that the program went on with, where nobody recorded
        self._open: list[tuple[Any, str, int]] = []  # loops that are running: site, label, first step of the iteration
        self._equal = self._close = self._wrong = self._opaque = self._unseen = 0
        self.stopped: LimitReached | None = None
        self._room = Room(log.entries) if log.windows else None
        self.sizes = Sizes(log.entries, self.node)

    @property
    def checked(self) -> Checked:
        return Checked(self._equal, self._close, self._wrong, self._opaque, self._unseen)

    def read(self, segments: Iterable[Segment] | None = None) -> Rebuild:
        """Build the steps of ``segments``, all there are by default."""
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                for segment in self.log.segments if segments is None else segments:
                    for event in segment.events:
                        self._event(event)
            except LimitReached as error:
                self.stopped = error
        while self._open:
            self._close_region()
        try:
            self._written_since()
            for name, value in self.plain.items():
                self.graph.names[name] = self.r.builder.constant(value).id
        except LimitReached as error:
            self.stopped = self.stopped or error
        return self

    # events -----------------------------------------------------------------------------------------------

    def _event(self, event: Event) -> None:
        self.r.builder.span = event.site.span if event.site is not None else None
        match event.kind:
            case "value":
                self._value(event)
            case "view":
                self._view(event)
            case "write":
                self._write(event)
            case "name":
                self._named(event)
            case "branch":
                self._branch(event)
            case "iterate":
                self._iterate(event)
            case "leave":
                while self._open and any(one[0] is event.site for one in self._open):
                    self._close_region()
            case "input":
                self._input(event)
            case "walked":
                self._walked(event)

    def _walked(self, event: Event) -> None:
        while self._open and any(one[0] is event.site for one in self._open):
            self._close_region()
        self.r.limits.need("steps", len(self.graph) + len(event.more.steps), 2 * self.r.limits.steps)
        self.carried += event.more.join(self.graph, self.r.values)

    def _input(self, event: Event) -> None:
        kept = self.log.entries[event.out.number].kept
        self.nodes[event.out.number] = self.r.builder.input(event.more, np.asarray(kept)[()]).id

    def _value(self, event: Event) -> None:
        outs = event.out.items if isinstance(event.out, Several) else (event.out,)
        start = len(self.graph.steps)
        if event.more == "reshape":  # the array itself lies otherwise from now on
            self.newer[event.told[0].number] = event.out.number
        try:
            self._find_room(*outs)
            self._name_leaves(event)
            made = self.steps(event)
        except Gone:
            self._unseen += 1
            self.sizes.unread(event)
            return
        except LimitReached:
            raise
        except (UnmagicError, TypeError, ValueError, IndexError, AttributeError, ArithmeticError, KeyError,
                AssertionError) as error:  # fmt: skip
            self._drop(start)
            self._given(event, outs, error)
            return
        results = made if isinstance(made, (list, tuple)) else [made]
        for out, result in zip(outs, results, strict=False):
            self._result(event, out, result, start)

    def _name_leaves(self, event: Event) -> None:
        """What is met without the step it came from (a loop's later iteration) is called what the text calls it."""
        if event.site is None:
            return
        new = [(k, ref) for k, ref in enumerate(event.told) if isinstance(ref, (Ref, Look)) and not self._made(ref)]
        if not new:
            return
        names = operand_names(event.site.span.text, event.site.kind)
        for k, ref in new:
            start = len(self.graph.steps)
            if k < len(names) and names[k] and not self._made(ref):
                step = self.node(ref).step
                if step.id >= start and step.name is None:
                    step.name = names[k]

    def _made(self, ref: Ref | Look) -> bool:
        return ref.number in self.nodes if isinstance(ref, Ref) else (ref.number, ref.at) in self.looks

    def _find_room(self, *outs: Any) -> None:
        if self._room is not None and not all(self._room.take(out) for out in outs):
            raise Gone

    def _result(self, event: Event, out: Any, result: Any, start: int) -> None:
        if isinstance(result, View):
            called = event.site is not None and event.site.kind in ("call", "method")
            receiver = called and event.site.kind == "method" and not isinstance(event.told[0], Thing)
            told = event.told[1:] if called and not receiver else event.told
            first = next((one for one in told if isinstance(one, (Ref, Look))), told[0])
            if isinstance(out, Look):
                self.recipes.setdefault((out.owner, out.at), (first, result, self.r.builder.span))
                return
            if isinstance(out, Ref):
                self._settle(event, out, result.get(self.node(first)), start)
            return
        if isinstance(out, Ref) and isinstance(result, Node):
            self._settle(event, out, result, start)
        elif isinstance(out, Look) and isinstance(result, Node):
            self._partly(event, out, result)

    def _partly(self, event: Event, out: Look, node: Node) -> None:
        """A result that is part of memory nobody told of, which was taken as given: the step stands for its entries."""
        try:
            value = self.node(out).value
        except (Gone, UnmagicError):
            self._unseen += 1
            return
        if node.shape == value.shape and node.dtype == value.dtype and _same(node.value, value):
            self._equal += 1
            self.looks[out.number, out.at] = node.id
        else:
            self._wrong += 1
            self._noted(event, f"{_brief(node.value)}, not {_brief(value)}")

    def _given(self, event: Event, outs: Iterable[Any], why: Exception) -> None:
        """What nobody spells is taken as it came: its operands are not looked through."""
        known = isinstance(why, (Unsupported, ShapeClash))
        called = event.more[3] if event.kind == "write" else event.more
        name = called.name if isinstance(called, Callee) else event.site.what or event.site.kind
        if name.startswith(DRAWS):  # a draw comes from nowhere: there is nothing to look through
            name = ""
        else:
            self._opaque += 1
            self.notes[name] = self.notes.get(name, 0) + 1
            self.noted.setdefault(name, self.r.builder.span)
        if not known:
            self.mistakes.append((event, f"{type(why).__name__}: {why}"))
        for out in outs:
            if isinstance(out, Ref):
                kept = self.log.entries[out.number].kept
                if kept is not None:
                    node = self.r.builder.leaf(np.asarray(kept))
                    node.step.note = f"taken as given: {name}" if name else "taken as given"
                    self.nodes[out.number] = node.id
                    self.last = node

    def _settle(self, event: Event, out: Ref, node: Node, start: int) -> None:
        """Hold a step to the value the program got."""
        kept = self.log.entries[out.number].kept
        if kept is None:
            self._unseen += 1
        else:
            value = np.asarray(kept)[()]
            mine = self.r.values[node.id]
            if node.shape != value.shape or node.dtype != value.dtype:
                self._opaque += 1
                self._mistaken(event, out, value, f"{node.dtype}{node.shape}, not {value.dtype}{value.shape}")
                return
            if _same(mine, value):
                self._equal += 1
                if node.id >= start and value.ndim:
                    self.r.values[node.id] = value  # the copy that is there already
            elif np.allclose(mine, value, CLOSE, CLOSE * _size(value), equal_nan=True):
                self._close += 1
                if node.id >= start:
                    self.r.values[node.id] = value
            else:
                self._wrong += 1
                self._mistaken(event, out, value, f"{_brief(mine)}, not {_brief(value)}")
                return
        self.nodes[out.number] = node.id
        self.last = node

    def _mistaken(self, event: Event, out: Ref, value: Any, why: str) -> None:
        self._noted(event, why)
        node = self.r.builder.leaf(np.asarray(value))
        node.step.note = "taken as given"
        self.nodes[out.number] = node.id
        self.last = node

    def _noted(self, event: Event, why: str) -> None:
        self.mistakes.append((event, why))
        name = event.more.name if isinstance(event.more, Callee) else event.site.what if event.site else ""
        self.notes[name] = self.notes.get(name, 0) + 1

    def _drop(self, start: int) -> None:
        """Steps of an event that came to nothing."""
        if len(self.graph.steps) > start:
            self.r.builder.forget(start)
            self.nodes = {entry: id for entry, id in self.nodes.items() if id < start}
            self.looks = {key: id for key, id in self.looks.items() if id < start}
            self.views = {entry: id for entry, id in self.views.items() if id < start}

    # views and writes -------------------------------------------------------------------------------------

    def _view(self, event: Event) -> None:
        out = event.out
        if not isinstance(out, Look) or (out.owner, out.at) in self.recipes:
            return
        start = len(self.graph.steps)
        try:
            made = self.steps(event)
        except Gone:
            return
        except LimitReached:
            raise
        except (UnmagicError, TypeError, ValueError, IndexError, AttributeError, KeyError, AssertionError):
            self._drop(start)
            return  # where it lies is known: its entries are picked one by one
        if isinstance(made, View):
            self._result(event, out, made, start)

    def _write(self, event: Event) -> None:
        how, before, owner, called = event.more
        self.newer[before.number] = event.out.number
        start = len(self.graph.steps)
        try:
            self._find_room(event.out)
            after = self._after(event, how, before, called)
            version = self.whole(before, owner, after, event.out.number)
        except Gone:
            self._unseen += 1
            self.sizes.unread(event)
            return
        except LimitReached:
            raise
        except (UnmagicError, TypeError, ValueError, IndexError, AttributeError, ArithmeticError, KeyError,
                AssertionError) as error:  # fmt: skip
            self._drop(start)
            self._given(event, (event.out,), error)
            return
        self._settle(event, event.out, version, start)

    def _written_since(self) -> None:
        """A name has its value at the end: what it was bound to may have been written to since."""
        for name, ref in self.bound.items():
            number = ref.number
            while number in self.newer:
                number = self.newer[number]
            if number != ref.number:
                try:
                    self.graph.names[name] = self.node(ref._replace(number=number)).id
                except (Gone, UnmagicError):
                    del self.graph.names[name]

    def _after(self, event: Event, how: str, before: Any, called: Any) -> Node:
        """The content of the place that was written to."""
        told = event.told
        target = self.node(before)
        if how == "item":
            return self.put(target, "set_index", told[1], told[2])
        if how == "flat":
            flat = target.reshape((math.prod(target.shape),))
            return self.put(flat, "set_index", told[1], told[2]).reshape(target.shape)
        if how == "update":
            x, y = target, self.operand(told[1])
            return binary(self.r, event.site.what, x, y, True).cast(target.dtype).broadcast(target.shape)
        if how == "call" and called.name in SHUFFLES:
            return self._shuffled(event, before, target)
        if how in ("out", "call"):
            result = build(self, self.called(event._replace(more=called)), before=target)
            if isinstance(result, View):
                result = result.get(target)
            return result.cast(target.dtype).broadcast(target.shape)
        raise Unsupported(f"what {event.site.what} wrote is taken as given")

    def _shuffled(self, event: Event, before: Any, target: Node) -> Node:
        """Rows in another order: which one, their content tells."""
        kept = self.log.entries[event.out.number].kept
        if kept is None:
            raise Gone
        if event.site.shape[2]:
            raise Unsupported("a shuffle is read along the first axis")
        after = kept if isinstance(before, Ref) else np.reshape(kept, -1)[self._numbers(before)]
        order = permutation(np.asarray(target.value), after)
        if order is None:
            raise Unsupported("what a shuffle left are not the rows it was given")
        return target.apply("index", key=(order,))

    # names, branches, loops -------------------------------------------------------------------------------

    def _named(self, event: Event) -> None:
        name, ref, scope = event.more, event.out, event.site.scope
        if scope != (self.scope or "") and (self.scope is not None or self.owned.get(name) == ""):
            self._called_inside(name, ref)
            return
        self.owned[name] = scope
        if isinstance(ref, (Ref, Look)):
            try:
                node = self.node(ref)
            except (Gone, UnmagicError):
                return
            self.plain.pop(name, None)
            self.bound[name] = ref
            self.r.builder.name(name, node)
            return
        self.bound.pop(name, None)
        self.graph.names.pop(name, None)
        if ref.__class__ in NUMBERS and (event.site.kind != "names" and not self._too_wide(ref)):
            self.plain[name] = ref
        elif self._open and ref.__class__ in NUMBERS and event.site.kind == "names":
            site, _, start = self._open[-1]
            if start == len(self.graph.steps):
                self._open[-1] = (site, f"{name} = {ref}", start)

    def _called_inside(self, name: str, ref: Any) -> None:
        """A name in another function: the step is called so, the name itself is not the reader's."""
        if isinstance(ref, Ref) and ref.number in self.nodes:
            step = self.graph[self.nodes[ref.number]]
            if step.name is None and step.inputs:
                step.name = name

    @staticmethod
    def _too_wide(value: Any) -> bool:
        return isinstance(value, int) and not INT_LOW <= value <= INT_HIGH

    def _branch(self, event: Event) -> None:
        try:
            node = self.node(event.out)
        except (Gone, UnmagicError):
            return
        self.graph.branches.append(Branch(node.id, event.more, event.site.span))

    def _iterate(self, event: Event) -> None:
        while self._open and any(one[0] is event.site for one in self._open):
            self._close_region()
        self._open.append((event.site, f"{event.site.what or 'round'} {event.more + 1}", len(self.graph.steps)))

    def _close_region(self) -> None:
        _, label, start = self._open.pop()
        stop = len(self.graph.steps)
        if stop > start:
            self.graph.regions.append(Region("iteration", label, start, stop))


def _same(a: Any, b: Any) -> bool:
    return bool(np.asarray(a).tobytes() == np.asarray(b).tobytes()) or bool(np.array_equal(a, b, equal_nan=True))


def _size(value: Any) -> float:
    finite = np.abs(np.asarray(value, np.float64))
    finite = finite[np.isfinite(finite)]
    return max(1e-30, float(finite.max())) if finite.size else 1.0


def _brief(value: Any) -> str:
    return " ".join(str(value).split())[:60]


__all__ = ["Checked", "Rebuild"]
