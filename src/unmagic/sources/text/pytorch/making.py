"""Tensors made from what is there: numbers, arrays, other tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import Unsupported
from unmagic.core.span import Span
from unmagic.record.alias import Memory, View

from .. import arrays
from ..values import NDArray, Raise, Scalar, type_name
from .calls import F4, Calls
from .kinds import TorchType
from .tensors import Tensor

DETACHED = View(lambda x: x.apply("detach"), lambda x, v: v, lambda memory: memory, "detach")


class Making(Calls):
    """Constructors, and the casts and copies of a tensor."""

    def tensor(self, node: Node, *, requires_grad: bool = False) -> Tensor:
        """A new leaf that holds ``node``."""
        made = Tensor(arrays.own(self.w, node).memory)
        if requires_grad:
            self.require(made, None)
        return made

    def from_data(self, kind: Any, args: list[Any], given: dict[str, Any], span: Span | None) -> Any:
        data = args[0] if args else given.pop("data", None)
        dtype = given.pop("dtype", None)
        requires = given.pop("requires_grad", False)
        given.pop("device", None)
        if given or len(args) > 1:
            raise Unsupported("torch.tensor: no reading for these arguments", span=span)
        w = self.w
        w.builder.span = span
        if isinstance(data, Tensor):
            node = self.node(data)
            node = node if data.requires_grad is False and not data.tainted else node.apply("detach")
        elif not isinstance(data, (NDArray, Scalar)) and arrays.plain_list(w, data, span)[1]:
            node = self._constant(arrays.plain_list(w, data, span)[0], span)
        else:
            made = arrays.operand(w, data, span)
            node = made if isinstance(made, Node) else w.recorder.operand(made)
            if not isinstance(data, (NDArray, Scalar)) and node.dtype == np.float64:
                node = node.cast(F4)
        wanted = dtype.value if isinstance(dtype, TorchType) else kind
        if wanted is not None:
            node = node.cast(np.dtype(wanted))
        if isinstance(requires, bool) and requires and node.dtype.kind != "f":
            words = "Only Tensors of floating point and complex dtype can require gradients"
            raise Raise(RuntimeError, words, span)
        return self.tensor(node, requires_grad=bool(requires))

    def _constant(self, plain: Any, span: Span | None) -> Node:
        """Numbers that stand in the text, in torch's default dtype at once."""
        try:
            array = np.array(plain)
        except ValueError:
            raise Raise(ValueError, "expected sequence of equal length", span) from None
        self.w.limits.need("entries of one array", array.size, self.w.limits.entries)
        return self.w.builder.leaf(array.astype(np.float32) if array.dtype == np.float64 else array)

    def from_numpy(self, args: list[Any], given: dict[str, Any], span: Span | None) -> Tensor:
        if not isinstance(args[0], NDArray):
            raise Raise(TypeError, f"expected np.ndarray (got {type_name(args[0])})", span)
        return Tensor(args[0].memory)

    def bound(self, name: str, value: Any) -> Tensor:
        """A tensor that the user handed in."""
        array = value.detach().cpu().numpy().copy()
        made = self.tensor(self.w.builder.input(name, array))
        if value.requires_grad:
            self.require(made, None)
        return made

    def detached(self, value: Tensor, span: Span | None) -> Tensor:
        """``x.detach()``: the same memory, and no gradient goes back through it."""
        self.w.builder.span = span
        if value.unset:
            return value
        self.node(value)
        assert value.memory is not None
        if not value.requires_grad and not value.tainted:
            return Tensor(value.memory)
        return Tensor(self.looked(value.memory, DETACHED))

    def looked(self, memory: Memory, view: View) -> Memory:
        found = memory.look(view)
        assert found is not None
        found.read(self.w.recorder.node)
        return found

    def cast(self, value: Tensor, dtype: Any, span: Span | None) -> Tensor:
        node = self.node(value)
        if node.dtype == dtype:
            return value
        self.w.builder.span = span
        flows = self.enabled and value.requires_grad
        made: Tensor = self.wrapped(node.cast(dtype), None, flows, value.tainted, "ToCopyBackward0", span)
        return made
