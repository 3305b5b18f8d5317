"""Values of the lowering: a graph node whose leading axes carry index letters, or a plain number.

``W_{ij}`` is the node W with the labels i, j; ``x`` is the node x with none. Elementwise steps line labelled axes up by
letter, all others as NumPy does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from unmagic.core.build import Builder, Node
from unmagic.core.errors import ShapeClash
from unmagic.core.graph import Shape


class Value:
    """A node with labels on its leading axes, or a number that has no step yet.

    ``row`` says that a vector lies down (it was transposed). ``lazy`` is ``I`` or ``1`` for an identity matrix or a
    vector of ones whose size is not known yet; ``node`` or ``number`` is its factor.
    """

    __slots__ = ("_node", "labels", "lazy", "number", "row")

    def __init__(
        self,
        node: Node | None = None,
        labels: tuple[str, ...] = (),
        *,
        number: int | float | None = None,
        row: bool = False,
        lazy: str = "",
    ) -> None:
        self._node = node
        self.labels = labels
        self.number = number
        self.row = row
        self.lazy = lazy

    @property
    def plain(self) -> bool:
        """A number without a step."""
        return self._node is None

    @property
    def node(self) -> Node:
        assert self._node is not None
        return self._node

    @property
    def shape(self) -> Shape:
        """The shape without the labelled axes."""
        return () if self._node is None else self._node.shape[len(self.labels) :]

    @property
    def rank(self) -> int:
        return len(self.shape)

    def with_labels(self, labels: tuple[str, ...]) -> Value:
        return Value(self._node, labels, number=self.number, row=self.row, lazy=self.lazy)


def node_of(builder: Builder, value: Value) -> Node:
    """The value's node; a number becomes a constant step."""
    if value.plain:
        assert value.number is not None
        return builder.constant(float(value.number))
    return value.node


def union(values: Sequence[Value]) -> tuple[str, ...]:
    """All labels, in the order in which they first appear."""
    return tuple(dict.fromkeys(label for value in values for label in value.labels))


def sizes(values: Sequence[Value]) -> dict[str, int]:
    """The size of every label; two arrays that disagree on one clash."""
    found: dict[str, int] = {}
    for value in values:
        for label, size in zip(value.labels, value.node.shape if value.labels else (), strict=False):
            if found.setdefault(label, size) != size:
                raise ShapeClash(
                    f"the index {label} runs over axes of different sizes",
                    notes=(f"{label} has [{found[label]}] values here", f"and [{size}] there"),
                )
    return found


def aligned(builder: Builder, value: Value, labels: tuple[str, ...], rank: int) -> Node:
    """The value's node with size-1 axes where it lacks a label or an axis, so that NumPy's broadcasting lines it up."""
    node = node_of(builder, value)
    own = value.labels
    if (own == labels and value.rank == rank) or (not own and value.rank <= rank):
        return node
    wanted = [label for label in labels if label in own]
    order = [own.index(label) for label in wanted]
    if order != list(range(len(own))):
        axes = (*order, *range(len(own), node.ndim))
        node = implicitly(builder, node, "transpose", axes=axes)
    shape = [node.shape[wanted.index(label)] if label in own else 1 for label in labels]
    shape += [1] * (rank - value.rank) + list(value.shape)
    while shape and len(shape) > node.ndim and shape[0] == 1 and tuple(shape[1:]) == node.shape:
        return node  # leading axes of 1 are what broadcasting adds by itself
    if tuple(shape) == node.shape:
        return node
    return implicitly(builder, node, "reshape", shape=tuple(shape))


def implicitly(builder: Builder, node: Node, op: str, **attrs: Any) -> Node:
    """A step that the reader puts in and the user did not write."""
    before, builder.implicit = builder.implicit, True
    try:
        return node.apply(op, **attrs)
    finally:
        builder.implicit = before


def elementwise(builder: Builder, op: str, *values: Value, **attrs: Any) -> Value:
    """An elementwise op on values whose labels are lined up by letter."""
    labels = union(values)
    sizes(values)
    rank = max(value.rank for value in values)
    operands: list[Node | float] = []
    for value in values:
        if value.plain and any(not other.plain for other in values):
            assert value.number is not None
            whole = isinstance(value.number, int) and abs(value.number) < 2**53
            operands.append(value.number if whole else float(value.number))
        else:
            operands.append(aligned(builder, value, labels, rank))
    node = builder.apply(op, *operands, **attrs)
    vectors = [value for value in values if value.rank == 1]
    return Value(node, labels, row=bool(vectors) and rank == 1 and all(value.row for value in vectors))


def ordered(builder: Builder, value: Value, labels: tuple[str, ...]) -> Value:
    """The value with its labelled axes in the given order."""
    if value.labels == labels:
        return value
    order = [value.labels.index(label) for label in labels]
    node = value.node.apply("transpose", axes=(*order, *range(len(labels), value.node.ndim)))
    return Value(node, labels, row=value.row)


def materialised(builder: Builder, value: Value, size: int) -> Value:
    """An identity matrix or a vector of ones, now that its size is known."""
    if not value.lazy:
        return value
    array: np.ndarray[Any, Any] = np.eye(size) if value.lazy == "I" else np.ones(size)
    node = builder.constant(array)
    made = Value(node, row=value.row)
    if value.number == 1 and value.plain:
        return made
    factor = Value(None if value.plain else value.node, number=value.number)
    return elementwise(builder, "multiply", factor, made)
