"""Writes and views without memory: a view knows how to be read from its owner and how a write goes back.

An owner is a Cell with a current version. A view is a chain of `View`s up to its owner: it is read by applying them,
and a write is carried up by `put` at each link. So ``b = a[1:3]; b[0] = 5`` is two functional writes that can be read
and differentiated. Whether a reshape is a view at all is decided by real strides: `Memory.layout` is an array of the
right geometry,
whose contents nobody reads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.graph import Shape


class Cell:
    """Memory that somebody owns: the step of its current content, and how often it was written."""

    __slots__ = ("id", "version")

    def __init__(self, id: int) -> None:
        self.id = id
        self.version = 0


class View:
    """How a view is read from its parent, written back, and laid out in memory; not writable if ``put`` is None."""

    __slots__ = ("get", "layout", "name", "put")

    def __init__(
        self,
        get: Callable[[Node], Node],
        put: Callable[[Node, Node], Node] | None,
        layout: Callable[[Any], Any],
        name: str = "",
    ) -> None:
        self.get = get
        self.put = put
        self.layout = layout
        self.name = name


class Memory:
    """An array's place: an owner's cell itself, or a view on a parent."""

    __slots__ = ("cell", "layout", "parent", "seen", "step", "view")

    def __init__(self, cell: Cell, layout: Any, parent: Memory | None = None, view: View | None = None) -> None:
        self.cell = cell
        self.layout = layout
        self.parent = parent
        self.view = view
        self.step = cell.id
        self.seen = -1 if parent is not None else 0

    @classmethod
    def own(cls, node: Node) -> Memory:
        """Fresh memory that holds ``node``."""
        return cls(Cell(node.id), np.asarray(node.value))

    def read(self, node: Callable[[int], Node]) -> Node:
        """The current content as a node; a view's is taken anew only after a write to its owner."""
        if self.parent is None:
            return node(self.cell.id)
        if self.seen != self.cell.version:
            assert self.view is not None
            self.step = self.view.get(self.parent.read(node)).id
            self.seen = self.cell.version
        return node(self.step)

    def look(self, view: View) -> Memory | None:
        """A view on this memory; None where the layout makes it a copy."""
        layout = view.layout(self.layout)
        if view.name == "reshape" and layout.size and not np.may_share_memory(layout, self.layout):
            return None
        return Memory(self.cell, layout, self, view)

    @property
    def writable(self) -> bool:
        memory: Memory = self
        while memory.parent is not None:
            if memory.view is None or memory.view.put is None:
                return False
            memory = memory.parent
        return True

    def write(self, content: Node, node: Callable[[int], Node]) -> Node:
        """Replace the content, carried up to the owner, whose new version comes back. The caller tells the recorder."""
        chain: list[tuple[Memory, int]] = []
        memory: Memory = self
        while memory.parent is not None:
            chain.append((memory, content.id))
            assert memory.view is not None
            assert memory.view.put is not None
            content = memory.view.put(memory.parent.read(node), content)
            memory = memory.parent
        for link, step in chain:  # what was just written need not be gathered again
            link.step, link.seen = step, self.cell.version + 1
        return content


def index_view(key: tuple[Any, ...], at: tuple[Node, ...] = (), plain: tuple[Any, ...] | None = None) -> View:
    """``x[key]`` with a basic key (whole numbers, slices, newaxis); ``plain`` has the numbers of ``at`` in it."""
    shown = key if plain is None else plain
    return View(
        lambda x: x.apply("index", *at, key=key),
        lambda x, v: x.apply("set_index", v, *at, key=key),
        lambda memory: memory[shown],
        "index",
    )


def transpose_view(axes: tuple[int, ...]) -> View:
    back = tuple(int(i) for i in np.argsort(axes))
    return View(
        lambda x: x.apply("transpose", axes=axes),
        lambda x, v: v.apply("transpose", axes=back),
        lambda memory: memory.transpose(axes),
        "transpose",
    )


def reshape_view(shape: Shape, layout: Callable[[Any], Any] | None = None) -> View:
    return View(
        lambda x: x.reshape(shape),
        lambda x, v: v.reshape(x.shape),
        layout or (lambda memory: memory.reshape(shape)),
        "reshape",
    )


def ravel_view(shape: Shape) -> View:
    """Flat; unlike a reshape, of memory that is not in row order always a copy."""
    return reshape_view(shape, lambda memory: memory.ravel())


def same_view(layout: Callable[[Any], Any] = lambda memory: memory) -> View:
    """The array itself, where its memory is what ``layout`` asks for."""
    return View(lambda x: x, lambda x, v: v, layout, "reshape")


def einsum_view(subscripts: str) -> View:
    """What an einsum of one array gives that adds nothing up: axes turned, diagonals."""
    letters, _, kept = subscripts.replace(" ", "").partition("->")

    def put(x: Node, v: Node) -> Node:
        numbers = np.meshgrid(*(np.arange(size) for size in v.shape), indexing="ij")
        return x.apply("set_index", v, key=tuple(numbers[kept.index(letter)] for letter in letters))

    return View(
        lambda x: x.apply("einsum", subscripts=subscripts), put, lambda memory: np.einsum(subscripts, memory), "einsum"
    )


def broadcast_view(shape: Shape) -> View:
    """Read-only, as NumPy's."""
    return View(lambda x: x.broadcast(shape), None, lambda memory: np.broadcast_to(memory, shape), "broadcast")


def diagonal_view(offset: int) -> View:
    """Read-only, as NumPy's."""
    return View(lambda x: x.apply("diagonal", offset=offset), None, lambda memory: memory.diagonal(offset), "diagonal")


__all__ = [
    "Cell",
    "Memory",
    "View",
    "broadcast_view",
    "diagonal_view",
    "index_view",
    "reshape_view",
    "transpose_view",
]
