"""Appending steps to a Graph: shapes checked, limits kept, broadcasts and casts made explicit, values computed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from .errors import ShapeClash, UnmagicError
from .graph import NO_ATTRS, Array, DType, Fixed, Graph, Shape, Step
from .limits import DEFAULT, Limits
from .op import OPS, Op, promoted
from .span import Span


class Input(Op, abstract=True):
    """A value the user handed in. A leaf: no operands, nothing to derive."""

    name = "input"
    operands = ()
    attributes = ()
    variadic = False
    words = "{y} is given"


class Constant(Op, abstract=True):
    """A number that stands in the text itself; its value is the attribute ``value``."""

    name = "constant"
    operands = ()
    attributes = ("value",)
    variadic = False
    words = "the number {value}"


LEAVES = (Input, Constant)


class Node:
    """A handle on a step being built, with arithmetic: what `Op.vjp` computes with.

    Python numbers take the node's dtype. Shapes that differ are lifted by explicit broadcast steps.
    """

    __slots__ = ("builder", "id")
    __array_ufunc__ = None  # NumPy scalars on the left hand over to us

    def __init__(self, builder: Builder, id: int) -> None:
        self.builder = builder
        self.id = id

    @property
    def step(self) -> Step:
        return self.builder.graph.steps[self.id]

    @property
    def shape(self) -> Shape:
        return self.step.shape

    @property
    def dtype(self) -> DType:
        return self.step.dtype

    @property
    def ndim(self) -> int:
        return len(self.step.shape)

    @property
    def value(self) -> Array:
        """The value, where the builder computes values as it goes."""
        value = self.builder.values[self.id]
        if self.builder.seen is not None:
            self.builder.seen[self.id] = value
        return value

    def read_out(self) -> Array:
        """The value, where it decides what the graph is: another one would give another graph."""
        self.builder.read_out.append(self.id)
        return self.value

    def apply(self, op: str, *others: Node | float, **attrs: Any) -> Node:
        """``op`` with this node as its first operand: ``x.apply("exp")``."""
        return self.builder.apply(op, self, *others, **attrs)

    def sum(self, axis: int | tuple[int, ...] | None = None, keepdims: bool = False) -> Node:
        return self.apply("sum", axis=axis, keepdims=keepdims)

    def reshape(self, shape: Shape) -> Node:
        return self if shape == self.shape else self.apply("reshape", shape=shape)

    def broadcast(self, shape: Shape) -> Node:
        return self.builder.broadcast(self, shape)

    def cast(self, dtype: DType) -> Node:
        return self.builder.cast(self, dtype)

    @property
    def mT(self) -> Node:
        """The last two axes swapped."""
        n = self.ndim
        return self.apply("transpose", axes=(*range(n - 2), n - 1, n - 2))

    def __add__(self, other: Node | float) -> Node:
        return self.apply("add", other)

    def __radd__(self, other: float) -> Node:
        return self.builder.apply("add", other, self)

    def __sub__(self, other: Node | float) -> Node:
        return self.apply("subtract", other)

    def __rsub__(self, other: float) -> Node:
        return self.builder.apply("subtract", other, self)

    def __mul__(self, other: Node | float) -> Node:
        return self.apply("multiply", other)

    def __rmul__(self, other: float) -> Node:
        return self.builder.apply("multiply", other, self)

    def __truediv__(self, other: Node | float) -> Node:
        return self.apply("divide", other)

    def __rtruediv__(self, other: float) -> Node:
        return self.builder.apply("divide", other, self)

    def __pow__(self, other: Node | float) -> Node:
        return self.apply("power", other)

    def __matmul__(self, other: Node) -> Node:
        return self.apply("matmul", other)

    def __neg__(self) -> Node:
        return self.apply("negative")


class Builder:
    """Appends steps to ``graph``. With ``values`` a list, each step's value is computed as it is added.

    Spans and the implicit mark come from the surrounding `at` block, so that rules need not pass them on.
    """

    def __init__(
        self, graph: Graph | None = None, *, values: list[Array] | None = None, limits: Limits = DEFAULT
    ) -> None:
        self.graph = graph if graph is not None else Graph()
        self._values = values
        self.limits = limits
        self.span: Span | None = None
        self.implicit = False
        self.simplify = False  # gradients: a product with the constant 1 is the other factor, bit for bit
        self.read_out: list[int] = []  # steps whose numbers went into attributes and constants
        self.fixed: list[Fixed] = []  # of those, the ones that went in as values
        self.seen: dict[int, Array] | None = None  # where a dict: the values that decided something (core.watched)
        self._constants: dict[tuple[Any, ...], Node] = {}

    @property
    def values(self) -> list[Array]:
        if self._values is None:
            raise UnmagicError("this graph is built without values")
        return self._values

    @property
    def eager(self) -> bool:
        return self._values is not None

    @contextmanager
    def at(self, span: Span | None, implicit: bool = False) -> Iterator[None]:
        """Steps added inside stand for ``span``; errors without a place get it."""
        before = self.span, self.implicit
        self.span, self.implicit = span if span is not None else self.span, implicit or self.implicit
        try:
            yield
        except UnmagicError as error:
            raise error.at(span) from error.__cause__
        finally:
            self.span, self.implicit = before

    # leaves -----------------------------------------------------------------------------------------------

    def input(self, name: str, value: Array) -> Node:
        """A value the user handed in, under its name."""
        node = self._append(Input, (), NO_ATTRS, value.shape, value.dtype, value, name)
        self.graph.names[name] = node.id
        return node

    def constant(self, value: Any, dtype: DType | None = None) -> Node:
        """A number or array that stands in the text; equal ones inside one span are one step."""
        array = np.asarray(value, dtype)[()]
        if array.ndim:
            return self._append(Constant, (), {"value": array}, array.shape, array.dtype, array)
        key = (repr(array), array.dtype, self.span)  # the repr tells −0.0 from 0.0
        node = self._constants.get(key)
        if node is None:
            node = self._constants[key] = self._append(Constant, (), {"value": array}, (), array.dtype, array)
        return node

    # steps ------------------------------------------------------------------------------------------------

    def leaf(self, value: Array) -> Node:
        """A constant step of its own, never shared."""
        return self._append(Constant, (), {"value": value[()]}, value.shape, value.dtype, value[()])

    def step(self, op: type[Op], nodes: Sequence[Node], **attrs: Any) -> Node:
        """A step on operands that have the right shapes already: nothing is broadcast or cast."""
        shape = op.shape(*[node.step.shape for node in nodes], **attrs)
        self.limits.need("entries of one array", math.prod(shape), self.limits.entries)
        dtype = op.dtype(*[node.step.dtype for node in nodes], **attrs)
        value = None
        if self._values is not None:
            value = op.forward(np, *[self._values[node.id] for node in nodes], **attrs)
        return self._append(op, tuple(node.id for node in nodes), attrs or NO_ATTRS, shape, dtype, value)

    def apply(self, name: str | type[Op], *operands: Node | float, **attrs: Any) -> Node:
        """A step: ``name`` on ``operands``. Elementwise operands are broadcast to one shape first."""
        op = OPS[name] if isinstance(name, str) else name
        nodes = self._nodes(operands)
        if self.simplify and op.name == "multiply" and (kept := self._times_one(*nodes)) is not None:
            return kept
        if op.elementwise and len(nodes) > 1:
            nodes = self._one_shape(op, nodes)
        return self.step(op, nodes, **attrs)

    def broadcast(self, node: Node, shape: Shape) -> Node:
        """``node`` copied along new and size-1 axes to ``shape``: an explicit, implicit-marked step."""
        if node.shape == shape:
            return node
        before, self.implicit = self.implicit, True
        try:
            return self.apply("broadcast", node, shape=shape)
        finally:
            self.implicit = before

    def cast(self, node: Node, dtype: DType) -> Node:
        """``node`` in another dtype; the same node if it has it already."""
        if node.dtype == dtype:
            return node
        before, self.implicit = self.implicit, True
        try:
            return self.apply("cast", node, to=np.dtype(dtype))
        finally:
            self.implicit = before

    def name(self, name: str, node: Node) -> None:
        """Bind ``name`` to a step; its first name stays the one it is shown under."""
        step = node.step
        if step.name is None and step.op is not Constant:
            step.name = name
        self.graph.names[name] = node.id

    def forget(self, start: int) -> None:
        """Drop the steps from number ``start`` on: what was computed aside, to decide how a text is read."""
        del self.graph.steps[start:]
        if self._values is not None:
            del self._values[start:]
        if self.seen is not None and any(id >= start for id in self.seen):
            self.seen = None  # what was computed aside can't be looked at again
        self._constants = {key: node for key, node in self._constants.items() if node.id < start}
        self.graph.names = {name: id for name, id in self.graph.names.items() if id < start}
        self.graph.passes = [one for one in self.graph.passes if one.stop <= start]

    # inside -----------------------------------------------------------------------------------------------

    def _times_one(self, a: Node, b: Node) -> Node | None:
        """The other factor, if one is the number 1 and the product has the other's shape and dtype."""
        for one, other in ((a, b), (b, a)):
            step = one.step
            if step.op is Constant and step.shape == () and step.attrs["value"] == 1 and step.dtype == other.dtype:
                return other
        return None

    def _nodes(self, operands: Sequence[Node | float]) -> list[Node]:
        dtypes = [operand.dtype for operand in operands if isinstance(operand, Node)]
        return [
            operand if isinstance(operand, Node) else self.constant(operand, weak(operand, *dtypes))
            for operand in operands
        ]

    def _one_shape(self, op: type[Op], nodes: list[Node]) -> list[Node]:
        shapes = [node.step.shape for node in nodes]
        if all(shape == shapes[0] for shape in shapes):
            return nodes
        shape = joint_shape(op, shapes)
        self.limits.need("entries of one array", math.prod(shape), self.limits.entries)
        return [self.broadcast(node, shape) for node in nodes]

    def _append(
        self,
        op: type[Op],
        inputs: tuple[int, ...],
        attrs: Any,
        shape: Shape,
        dtype: DType,
        value: Any,
        name: str | None = None,
    ) -> Node:
        steps = self.graph.steps
        id = len(steps)
        if id >= 2 * self.limits.steps:  # leaves and implicit steps are not the user's: twice their number is room
            self.limits.need("steps", id // 2 + 1, self.limits.steps)
        steps.append(Step(id, op, inputs, attrs, shape, dtype, name, self.span, self.implicit))
        if self._values is not None:
            self._values.append(value)
        return Node(self, id)


def weak(number: Any, *dtypes: DType) -> DType:
    """The dtype a plain Python number takes beside arrays of ``dtypes`` (NumPy 2: it never widens a float)."""
    if not dtypes:
        return np.asarray(number).dtype
    other = promoted(*dtypes)
    if isinstance(number, (bool, int, float, complex)) and not isinstance(number, np.generic):
        return np.result_type(other, number)
    return np.asarray(number).dtype


def joint_shape(op: type[Op], shapes: Sequence[Shape]) -> Shape:
    """The shape all ``shapes`` broadcast to; raises `ShapeClash` with the clashing sizes in brackets."""
    rank = max(len(shape) for shape in shapes)
    joint: list[int] = []
    for axis in range(-rank, 0):
        sizes = {shape[axis] for shape in shapes if len(shape) >= -axis and shape[axis] != 1}
        if len(sizes) > 1:
            raise clash(op.name.replace("_", " "), shapes, [axis if len(s) >= -axis else None for s in shapes])
        joint.append(sizes.pop() if sizes else 1)
    return tuple(joint)


def clash(doing: str, shapes: Sequence[Shape], axes: Sequence[int | None], why: str = "") -> ShapeClash:
    """A `ShapeClash` that prints each shape with the size on its clashing axis in brackets, as in ``3×[2]``."""
    return ShapeClash(
        f"can't {doing}: the shapes don't meet" + (f", {why}" if why else ""),
        notes=tuple(marked(shape, axis) for shape, axis in zip(shapes, axes, strict=True)),
    )


def marked(shape: Shape, axis: int | None = None) -> str:
    """A shape as people read it, one axis in brackets: ``3×[2]``; ``scalar`` for rank 0."""
    if not shape:
        return "scalar"
    at = None if axis is None else axis % len(shape)
    return "×".join(f"[{size}]" if i == at else str(size) for i, size in enumerate(shape))


__all__ = ["LEAVES", "Builder", "Constant", "Input", "Node", "clash", "joint_shape", "marked", "weak"]
