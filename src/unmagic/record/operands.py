"""What was recorded, as steps: entries by number, looks into memory, lists, keys; and writes carried up to an owner."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import Unsupported
from unmagic.core.graph import Fixed
from unmagic.core.limits import DEFAULT, Limits
from unmagic.core.span import Span

from .alias import View
from .entries import Look, Range, Ref, Several, Thing
from .geometry import Place, entries
from .log import Log
from .recorder import INT_HIGH, INT_LOW, Num, Recorder
from .recorder import Ref as Operand

NUMBERS = (int, float, bool)


class Gone(Exception):
    """A value was not kept, and can't be computed from what was."""


class Operands:
    """The steps of what events were told. Views are known by their place; how they were made is only their spelling."""

    def __init__(self, log: Log, limits: Limits = DEFAULT) -> None:
        self.log = log
        self.r = Recorder(limits)
        self.graph = self.r.graph
        self.nodes: dict[int, int] = {}  # entry -> step
        self.looks: dict[tuple[int, Place], int] = {}  # version and place -> step
        self.views: dict[int, int] = {}  # entry, met first through a view of all of it -> step of that view
        # owner and place -> what it looks into, how, and where the text says so
        self.recipes: dict[tuple[int, Place], tuple[Any, View, Span | None]] = {}

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
        view = self.views.get(ref.number)
        node = self.r.builder.leaf(np.asarray(kept)) if view is None else Node(self.r.builder, view).reshape(kept.shape)
        self.nodes[ref.number] = node.id
        return node

    def operand(self, ref: Any) -> Any:
        """A node for arrays and scalars, a `Num` for Python's numbers that are steps, numbers of the text as given."""
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
        value = np.asarray(self._known(several))  # for its dtype alone
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
        """The plain value, no steps: no derivative comes through it."""
        todo = [ref]
        while todo:
            one = todo.pop()
            if isinstance(one, (Ref, Look)):
                self.r.builder.fixed.append(Fixed(self.node(one).id, len(self.graph)))
            elif isinstance(one, (Several, Range)):
                todo += one.items if isinstance(one, Several) else one
        return self._known(ref)

    def _known(self, ref: Any) -> Any:
        if isinstance(ref, (Ref, Look)):
            node = self.node(ref)
            kept = self.log.entries[ref.number].kept if isinstance(ref, Ref) else None
            return kept if kept.__class__ in NUMBERS else np.asarray(node.value)[()]
        if isinstance(ref, Several):
            items = [self._known(one) for one in ref.items]
            return items if ref.list else tuple(items)
        if isinstance(ref, Range):
            return slice(*[self._known(end) for end in ref])
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

    # keys -------------------------------------------------------------------------------------------------

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
                basic = basic and not value.shape and value.dtype.kind != "b"
                if value.dtype.kind == "b":
                    if count is not None:
                        raise Unsupported("two masks in one index")
                    count = int(value.sum())
                final.append(Operand(len(at)))
                plain.append(value if value.shape else value[()])
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
        return node if node.shape or node.step.op.name != "constant" else int(node.value)

    # views and writes -------------------------------------------------------------------------------------

    def _look(self, look: Look) -> Node:
        found = self.looks.get((look.number, look.at))
        if found is not None:
            return Node(self.r.builder, found)
        recipe = self.recipes.get((look.owner, look.at))
        node: Node | None = None
        if recipe is not None:
            parent, view, span = recipe
            if isinstance(parent, (Ref, Look)) and (isinstance(parent, Ref) or parent.owner == look.owner):
                whole = self.node(parent._replace(number=look.number))
                self.r.builder.span, here = span, self.r.builder.span
                try:
                    made = view.get(whole)
                finally:
                    self.r.builder.span = here
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
        kept = self.log.entries[look.number].kept
        new = look.number not in self.nodes and look.number not in self.views
        if new and kept is not None and _in_order(numbers, kept):
            leaf = self.r.builder.leaf(np.asarray(kept).reshape(look.at.shape))  # nobody saw how it was made
            self.views[look.number] = leaf.id
            return leaf
        whole = self.node(Ref(look.number))
        if _in_order(numbers, whole.value):
            return whole.reshape(look.at.shape)
        return whole.reshape((np.size(whole.value),)).apply("index", key=(numbers,))

    def put(self, target: Node, op: str, key: Any, value: Any) -> Node:
        """``target`` with ``value`` written (or added) at ``key``, copied to the shape of the place."""
        parts, at, plain, count, _basic = self.key(target.ndim, key)
        region = np.shape(np.asarray(target.value)[plain])
        node = value if isinstance(value, Node) else self.array(value, target.dtype)
        node = node.cast(target.dtype)
        while node.ndim > len(region) and node.shape[0] == 1:
            node = node.reshape(node.shape[1:])
        return target.apply(op, node.broadcast(region), *at, key=parts, **({} if count is None else {"count": count}))

    def whole(self, before: Any, owner: int, content: Node, after: int) -> Node:
        """The owner's new version, ``content`` carried up to it from the place that was written to."""
        look = before
        while isinstance(look, Look):
            self.looks[after, look.at] = content.id  # what was just written need not be gathered again
            recipe = self.recipes.get((owner, look.at))
            parent = recipe[0] if recipe is not None and recipe[1].put is not None else None
            if not isinstance(parent, (Ref, Look)) or (isinstance(parent, Look) and parent.owner != owner):
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


def _in_order(numbers: np.ndarray[Any, Any], whole: Any) -> bool:
    """Whether a view's entries are all that there are, in their order."""
    size = np.size(whole)
    return numbers.size == size and np.array_equal(numbers.reshape(-1), np.arange(size))


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


__all__ = ["NUMBERS", "Gone", "Operands"]
