"""From log to Graph: each event becomes the steps that its spelling stands for, held to the value the program got.

A step whose recomputed value is not the program's is taken as given instead, and counted: nothing is shown that the
program did not compute.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import LimitReached, ShapeClash, UnmagicError, Unsupported
from unmagic.core.graph import Branch, Region
from unmagic.core.limits import DEFAULT, Limits
from unmagic.core.op import OPS

from .alias import View, index_view, transpose_view
from .geometry import Place, entries
from .log import Event, Log, Look, Range, Ref, Segment, Several, Thing
from .recorder import INT_HIGH, INT_LOW, Num, Recorder
from .recorder import Ref as Operand
from .spell.called import Called, build
from .spell.numpy.operators import binary
from .spell.python import OPERATORS

NUMBERS = (int, float, bool)
CLOSE = 1e-6


class Gone(Exception):
    """A value was not kept, and can't be computed from what was."""


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


class Rebuild:
    """One Graph out of one log's segments."""

    def __init__(self, log: Log, limits: Limits = DEFAULT, scope: str | None = None) -> None:
        self.log = log
        self.scope = scope  # whose names the Graph has: one function's; None: the module's, then any function's
        self.r = Recorder(limits)
        self.graph = self.r.graph
        self.nodes: dict[int, int] = {}  # entry -> step
        self.looks: dict[tuple[int, Place], int] = {}  # version and place -> step
        self.recipes: dict[tuple[int, Place], tuple[Any, View]] = {}  # owner and place -> what it was looked out of, how
        self.bound: dict[str, Ref | Look] = {}  # name -> what it was bound to
        self.newer: dict[int, int] = {}  # version of a content -> the one written after it
        self.owned: dict[str, str] = {}  # name -> the function whose it is
        self.plain: dict[str, Any] = {}  # names of Python's numbers
        self.notes: dict[str, int] = {}  # what was taken as given -> how often
        self.mistakes: list[tuple[Event, str]] = []
        self.last: Node | None = None
        self._open: list[tuple[Any, str, int]] = []  # loops that are running: site, label, first step of the iteration
        self._equal = self._close = self._wrong = self._opaque = self._unseen = 0
        self.stopped: LimitReached | None = None

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
        self._written_since()
        for name, value in self.plain.items():
            self.graph.names[name] = self.r.builder.constant(value).id
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

    def _input(self, event: Event) -> None:
        kept = self.log.entries[event.out.number].kept
        self.nodes[event.out.number] = self.r.builder.input(event.more, np.asarray(kept)[()]).id

    def _value(self, event: Event) -> None:
        outs = event.out.items if isinstance(event.out, Several) else (event.out,)
        start = len(self.graph.steps)
        try:
            made = self._steps(event)
        except Gone:
            self._unseen += 1
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

    def _result(self, event: Event, out: Any, result: Any, start: int) -> None:
        if isinstance(result, View):
            first = event.told[0] if event.site.kind != "call" else event.told[1]
            if event.site.kind == "method" and isinstance(event.told[0], Thing):
                first = event.told[1]
            if isinstance(out, Look):
                self.recipes.setdefault((out.owner, out.at), (first, result))
                return
            if isinstance(out, Ref):
                self._settle(event, out, result.get(self.node(first)), start)
            return
        if isinstance(out, Ref) and isinstance(result, Node):
            self._settle(event, out, result, start)

    def _given(self, event: Event, outs: Iterable[Any], why: Exception) -> None:
        """What nobody spells is taken as it came: its operands are not looked through."""
        known = isinstance(why, (Unsupported, ShapeClash))
        self._opaque += 1
        name = event.more.name if event.more.__class__ is not str and event.more is not None else event.site.what
        self.notes[name] = self.notes.get(name, 0) + 1
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
        self.mistakes.append((event, why))
        node = self.r.builder.leaf(np.asarray(value))
        node.step.note = "taken as given"
        self.nodes[out.number] = node.id
        self.last = node

    def _drop(self, start: int) -> None:
        """Steps of an event that came to nothing."""
        if len(self.graph.steps) > start:
            self.r.builder.forget(start)
            self.nodes = {entry: id for entry, id in self.nodes.items() if id < start}
            self.looks = {key: id for key, id in self.looks.items() if id < start}

    # what an event computed -------------------------------------------------------------------------------

    def _steps(self, event: Event) -> Any:
        """The steps of an event: a node, a view, or several."""
        site, told, more = event.site, event.told, event.more
        if more == "index":
            return self._index(told[0], told[1])
        if more == "update" or site.kind == "update":
            return self._operator(event, site.what, told[0], told[1])
        match site.kind:
            case "op":
                return self._operator(event, site.what, told[0], told[1])
            case "unary":
                return self._unary(event, site.what, told[0])
            case "index":
                return self._index(told[0], told[1])
            case "attribute":
                return self._attribute(site.what, told[0])
            case "call" | "method":
                return build(self, self._called(event))
        raise Unsupported(f"no reading for {site.kind}")

    def _called(self, event: Event) -> Called:
        if event.more is None:
            raise Unsupported("nobody spells it")
        positional, stars, keywords = event.site.shape
        told = list(event.told)
        receiver = told.pop(0)
        args: list[Any] = []
        for i, value in enumerate(told[:positional]):
            if i in stars:
                if not isinstance(value, Several):
                    raise Unsupported("a starred argument of unknown length")
                args += value.items
            else:
                args.append(value)
        if event.more.library == "array":
            args.insert(0, receiver)
        given = dict(zip(keywords, told[positional:], strict=True))
        if "**" in given:
            raise Unsupported("keywords that come in a dict")
        out = event.out.items[0] if isinstance(event.out, Several) else event.out
        kept = self.log.entries[out.number].kept if isinstance(out, Ref) else None
        return Called(event.more, args, given, kept)

    def _operator(self, event: Event, symbol: str, left: Any, right: Any) -> Any:
        x, y = self.operand(left), self.operand(right)
        out = event.out
        if not isinstance(x, Node) and not isinstance(y, Node) and isinstance(out, Ref):
            kept = self.log.entries[out.number].kept
            if kept.__class__ in NUMBERS and symbol in OPERATORS:
                return self.number(self.r.value(OPS[OPERATORS[symbol][0]], (self.lift(x).id, self.lift(y).id), kept,
                                                self.r.builder.span))  # fmt: skip
        return binary(self.r, symbol, x, y, self._is_array(left))

    def _unary(self, event: Event, symbol: str, operand: Any) -> Any:
        x = self.operand(operand)
        if symbol == "-":
            if isinstance(x, Node):
                return x.apply("negative")
            kept = self.log.entries[event.out.number].kept
            return self.number(self.r.value(OPS["negative"], (self.lift(x).id,), kept, self.r.builder.span))
        if symbol == "+" and isinstance(x, Node):
            return x
        if symbol == "~" and isinstance(x, Node) and x.dtype.kind == "b":
            return x.apply("logical_not")
        raise Unsupported(f"no reading for {symbol}")

    def _attribute(self, name: str, operand: Any) -> Any:
        node = self.node(operand)
        if name == "T":
            return transpose_view(tuple(reversed(range(node.ndim))))
        if name == "mT" and node.ndim > 1:
            return transpose_view((*range(node.ndim - 2), node.ndim - 1, node.ndim - 2))
        if name in ("real", "H") and node.dtype.kind == "f":
            return index_view(())
        raise Unsupported(f"no reading for .{name}")

    def _index(self, base: Any, key: Any) -> Any:
        if isinstance(base, (Several, Thing)):
            raise Unsupported("an item of a container")
        node = self.node(base)
        parts, at, plain, count, basic = self.key(node.ndim, key)
        if basic and (any(not isinstance(part, int) for part in parts) or len(parts) < node.ndim or _dotted(key)):
            return index_view(parts, (), plain)
        return node.apply("index", *at, key=parts, **({} if count is None else {"count": count}))

    def key(self, rank: int, key: Any) -> tuple[tuple[Any, ...], list[Node], tuple[Any, ...], int | None, bool]:
        """A key as ops take it: index arrays as operands, the ellipsis filled in."""
        given = key.items if isinstance(key, Several) and not key.list else (key,)
        prepared = [self._part(part) for part in given]
        takes = sum(0 if p is None or p is ... else _axes(p) for p in prepared)
        parts: list[Any] = []
        for part in prepared:
            if part is ...:
                parts += [slice(None)] * (rank - takes)
            else:
                parts.append(part)
        at: list[Node] = []
        final: list[Any] = []
        plain: list[Any] = []
        count: int | None = None
        basic = True
        for part in parts:
            if isinstance(part, Node):
                value = np.asarray(part.value)
                basic = False
                if value.dtype.kind == "b":
                    if count is not None:
                        raise Unsupported("two masks in one index")
                    count = int(value.sum())
                final.append(Operand(len(at)))
                plain.append(value)
                at.append(part)
            else:
                basic = basic and not isinstance(part, np.ndarray)
                final.append(part)
                plain.append(part)
        return tuple(final), at, tuple(plain), count, basic

    def _part(self, part: Any) -> Any:
        if part is None or part is ...:
            return part
        if isinstance(part, Range):
            return slice(*[None if end is None else int(self.static(end)) for end in part])
        if isinstance(part, bool):
            raise Unsupported("an index of one truth value")
        if isinstance(part, int):
            return part
        if isinstance(part, Several):
            array = np.asarray(self.static(part))
            if array.dtype.kind not in "iub":
                if array.size:
                    raise Unsupported("an index that is no whole number")
                array = array.astype(np.int64)
            return array
        if isinstance(part, np.generic):
            return int(part)
        node = self.node(part)
        if node.dtype.kind not in "iub":
            raise Unsupported("an index that is no whole number")
        return node if node.shape else int(node.value)

    # views and writes -------------------------------------------------------------------------------------

    def _view(self, event: Event) -> None:
        out = event.out
        if not isinstance(out, Look) or (out.owner, out.at) in self.recipes:
            return
        start = len(self.graph.steps)
        try:
            made = self._steps(event)
        except Gone:
            return
        except LimitReached:
            raise
        except (UnmagicError, TypeError, ValueError, IndexError, AttributeError, KeyError, AssertionError):
            self._drop(start)
            return  # where it lies is known: its entries are picked one by one
        if isinstance(made, View):
            self._result(event, out, made, start)

    def _look(self, look: Look) -> Node:
        found = self.looks.get((look.number, look.at))
        if found is not None:
            return Node(self.r.builder, found)
        recipe = self.recipes.get((look.owner, look.at))
        node: Node | None = None
        if recipe is not None:
            parent, view = recipe
            if isinstance(parent, (Ref, Look)) and (isinstance(parent, Ref) or parent.owner == look.owner):
                now = parent._replace(number=look.number)
                made = view.get(self.node(now))
                if made.shape == look.at.shape and made.dtype == look.at.dtype:
                    node = made
        if node is None:
            node = self._gathered(look)
        self.looks[look.number, look.at] = node.id
        return node

    def _numbers(self, look: Look) -> np.ndarray[Any, Any]:
        whole = self.log.entries[look.number].place
        found = None if whole is None else entries(whole, look.at)
        if found is None:
            raise Unsupported("it looks at the bytes of another dtype")
        return found

    def _gathered(self, look: Look) -> Node:
        """A view by its geometry alone: every entry picked by its number."""
        numbers = self._numbers(look)
        whole = self.node(Ref(look.number))
        flat = whole.reshape((int(np.prod(whole.shape, dtype=np.int64)),))
        return flat.apply("index", key=(numbers,))

    def _write(self, event: Event) -> None:
        how, before, owner, called = event.more
        self.newer[before.number] = event.out.number
        start = len(self.graph.steps)
        try:
            after = self._after(event, how, before, called)
            version = self._whole(before, owner, after, event.out.number)
        except Gone:
            self._unseen += 1
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
        if how == "update":
            x, y = target, self.operand(told[1])
            return binary(self.r, event.site.what, x, y, True).cast(target.dtype).broadcast(target.shape)
        if how in ("out", "call"):
            result = build(self, self._called(event._replace(more=called)), before=target)
            if isinstance(result, View):
                result = result.get(target)
            return result.cast(target.dtype).broadcast(target.shape)  # type: ignore[no-any-return]
        raise Unsupported(f"what {event.site.what} wrote is taken as given")

    def put(self, target: Node, op: str, key: Any, value: Any) -> Node:
        """``target`` with ``value`` written (or added) at ``key``, copied to the shape of the place."""
        parts, at, plain, count, _basic = self.key(target.ndim, key)
        region = np.shape(np.asarray(target.value)[plain])
        node = self.array(value, target.dtype).cast(target.dtype)
        while node.ndim > len(region) and node.shape[0] == 1:
            node = node.reshape(node.shape[1:])
        return target.apply(op, node.broadcast(region), *at, key=parts, **({} if count is None else {"count": count}))

    def _whole(self, before: Any, owner: int, content: Node, after: int) -> Node:
        """The owner's new version, ``content`` carried up to it from the place that was written to."""
        look = before
        while isinstance(look, Look):
            self.looks[after, look.at] = content.id  # what was just written need not be gathered again
            recipe = self.recipes.get((owner, look.at))
            usable = recipe is not None and recipe[1].put is not None
            parent = recipe[0] if recipe is not None else None
            if not usable or not isinstance(parent, (Ref, Look)) or (isinstance(parent, Look) and parent.owner != owner):
                numbers = self._numbers(look).reshape(-1)
                whole = self.node(Ref(look.number))
                flat = whole.reshape((int(np.prod(whole.shape, dtype=np.int64)),))
                lying = content.reshape((int(np.prod(content.shape, dtype=np.int64)),))
                return flat.apply("set_index", lying, key=(numbers,)).reshape(whole.shape)
            assert recipe is not None
            assert recipe[1].put is not None
            now = parent._replace(number=look.number)
            content = recipe[1].put(self.node(now), content)
            look = now
        return content

    # operands ---------------------------------------------------------------------------------------------

    def node(self, ref: Any) -> Node:
        """The step that a recorded value is. Raises `Gone` where it was not kept."""
        if isinstance(ref, Look):
            return self._look(ref)
        if not isinstance(ref, Ref):
            value = self.operand(ref)
            return value if isinstance(value, Node) else self.r.operand(value)
        found = self.nodes.get(ref.number)
        if found is not None:
            return Node(self.r.builder, found)
        kept = self.log.entries[ref.number].kept
        if kept is None:
            raise Gone
        node = self.r.builder.leaf(np.asarray(kept))
        self.nodes[ref.number] = node.id
        return node

    def operand(self, ref: Any) -> Any:
        """A node for arrays and scalars, a `Num` for Python's numbers that are steps, numbers of the text as they are."""
        if isinstance(ref, Ref):
            node = self.node(ref)
            kept = self.log.entries[ref.number].kept
            return Num(kept, node.id) if kept.__class__ in NUMBERS else node
        if isinstance(ref, Look):
            return self._look(ref)
        if isinstance(ref, np.generic):
            return self.r.builder.constant(ref)
        if ref.__class__ in NUMBERS:
            return ref
        if isinstance(ref, Several):
            return self._stacked(ref)
        raise Unsupported(f"{ref!r} is no number")

    def array(self, ref: Any, *strong: np.dtype[Any]) -> Node:
        value = self.operand(ref)
        return value if isinstance(value, Node) else self.r.operand(value, *strong)

    def _stacked(self, several: Several) -> Node:
        """`np.array` of nested lists: one constant where only numbers of the text stand in it, else stacked steps."""
        value = np.asarray(self.static(several))
        if value.dtype.kind not in "biuf":
            raise Unsupported("a list of other things than numbers")
        return self._laid(several, value.dtype)

    def _laid(self, ref: Any, dtype: np.dtype[Any]) -> Node:
        if isinstance(ref, Several):
            if not ref.items or _constant(ref):
                return self.r.builder.constant(np.asarray(self.static(ref), dtype))
            return self.r.builder.apply("stack", *[self._laid(one, dtype) for one in ref.items], axis=0)
        return self.array(ref).cast(dtype)

    def static(self, ref: Any) -> Any:
        """The plain value, no steps."""
        if isinstance(ref, Ref):
            kept = self.log.entries[ref.number].kept
            if kept.__class__ in NUMBERS:
                return kept
            return np.asarray(self.node(ref).value)[()]
        if isinstance(ref, Look):
            return np.asarray(self._look(ref).value)
        if isinstance(ref, Several):
            items = [self.static(one) for one in ref.items]
            return items if ref.list else tuple(items)
        if isinstance(ref, Range):
            return slice(*[self.static(end) for end in ref])
        if isinstance(ref, Thing):
            raise Unsupported(f"{ref.name} is no number")
        return ref

    def lift(self, value: Any) -> Num:
        if isinstance(value, Num):
            return value
        if isinstance(value, Node):
            return Num(value.value.item(), value.id)
        if isinstance(value, int) and not INT_LOW <= value <= INT_HIGH:
            raise Unsupported("whole numbers past 64 bits are no steps")
        return self.r.number(value, self.r.builder.span)

    def number(self, value: Num) -> Node:
        return Node(self.r.builder, value.id)

    def _is_array(self, ref: Any) -> bool:
        return isinstance(ref, (Look, Several)) or (
            isinstance(ref, Ref) and self.log.entries[ref.number].place is not None
        )

    # names, branches, loops -------------------------------------------------------------------------------

    def _named(self, event: Event) -> None:
        name, ref, scope = event.more, event.out, event.site.scope
        if scope != (self.scope or ""):
            if self.scope is not None or self.owned.get(name) == "":
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


def _constant(ref: Any) -> bool:
    if isinstance(ref, Several):
        return all(_constant(one) for one in ref.items)
    return not isinstance(ref, (Ref, Look))


def _axes(part: Any) -> int:
    if isinstance(part, Node):
        return part.ndim if part.dtype.kind == "b" else 1
    if isinstance(part, np.ndarray) and part.dtype.kind == "b":
        return int(part.ndim)
    return 1


def _dotted(key: Any) -> bool:
    return key is ... or (isinstance(key, Several) and any(one is ... for one in key.items))


__all__ = ["Checked", "Rebuild"]
