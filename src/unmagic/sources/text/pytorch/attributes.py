"""Attributes and own methods of a tensor: those that are no functions of torch."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import Unsupported
from unmagic.core.span import Span
from unmagic.record.recorder import Num
from unmagic.record.spell.torch import TABLE
from unmagic.record.spell.torch.base import DTYPES

from .. import arrays
from ..attributes import entries
from ..printing import Shown
from ..values import Builtin, NDArray, Raise, Spelled
from .kinds import Size, TorchType
from .making import DETACHED, Making
from .tensors import Tensor

Given = dict[str, Any]


class Attributes(Making):
    """What stands behind the dot of a tensor."""

    def of_tensor(self, value: Tensor, name: str, span: Span | None) -> Any:
        if name in _ATTRIBUTES:
            return _ATTRIBUTES[name](self, value, span)
        if name in _METHODS:
            return Builtin(name, functools.partial(_METHODS[name], self, value))
        if name in _CASTS:
            return Builtin(name, lambda args, given, span: self.cast(value, np.dtype(DTYPES[name]), span))
        if name in TABLE.methods:
            return Spelled(TABLE.methods[name], TABLE, value)
        raise TABLE.unknown_method(name, ("shape", "item", "backward", "grad", "detach")).at(span)

    def set_on_tensor(self, target: Tensor, name: str, value: Any, span: Span | None) -> None:
        if name == "requires_grad":
            self._require(target, [value], {}, span)
        elif name == "grad":
            target.grad = value
        elif name == "data" and isinstance(value, Tensor):
            self.w.builder.span = span
            if target.unset:
                self._fill(target, self.node(value))
            else:
                self.replace(target, self.node(value))
        else:
            raise Unsupported(f"setting .{name} of a tensor is not read", span=span)

    # attributes -------------------------------------------------------------------------------------------

    def _shape(self, value: Tensor, span: Span | None) -> Size:
        return Size(value.shape)

    def _rank(self, value: Tensor, span: Span | None) -> int:
        return len(value.shape)

    def _dtype(self, value: Tensor, span: Span | None) -> TorchType:
        return TorchType(self.node(value).dtype if not value.unset else np.float32)

    def _grad_fn(self, value: Tensor, span: Span | None) -> Any:
        return None if not value.grad_fn else Shown(f"<{value.grad_fn} object>")

    def _transposed(self, value: Tensor, span: Span | None) -> Any:
        rank = len(value.shape)
        return self._permuted(value, list(range(rank))[::-1], span)

    def _matrix_transposed(self, value: Tensor, span: Span | None) -> Any:
        rank = len(value.shape)
        made = self._permuted(value, [*range(rank - 2), rank - 1, rank - 2], span)
        if made.grad_fn:
            made.grad_fn = "TransposeBackward0"
        return made

    def _permuted(self, value: Tensor, axes: list[int], span: Span | None) -> Any:
        return self.call(Spelled(TABLE.methods["permute"], TABLE, value), [tuple(axes)], {}, span)

    # methods ----------------------------------------------------------------------------------------------

    def _size(self, value: Tensor, args: list[Any], given: Given, span: Span | None) -> Any:
        dim = args[0] if args else given.get("dim")
        if dim is None:
            return Size(value.shape)
        return value.shape[dim.value if isinstance(dim, Num) else dim]

    def _dim(self, value: Tensor, args: list[Any], given: Given, span: Span | None) -> int:
        return len(value.shape)

    def _numel(self, value: Tensor, args: list[Any], given: Given, span: Span | None) -> int:
        return int(np.prod(value.shape, dtype=int))

    def _item(self, value: Tensor, args: list[Any], given: Given, span: Span | None) -> Num:
        return self.item(value, span)

    def _tolist(self, value: Tensor, args: list[Any], given: Given, span: Span | None) -> Any:
        node = self.node(value)
        self.w.builder.span = span
        return entries(self.w, node.cast(np.dtype(np.float64)) if node.dtype.kind == "f" else node)

    def _numpy(self, value: Tensor, args: list[Any], given: Given, span: Span | None) -> NDArray:
        if not given:
            self.node_for_numpy(value, span)
        self.node(value)
        assert value.memory is not None
        return NDArray(value.memory) if not value.requires_grad else NDArray(self.looked(value.memory, DETACHED))

    def _detach(self, value: Tensor, args: list[Any], given: Given, span: Span | None) -> Tensor:
        return self.detached(value, span)

    def _require(self, value: Tensor, args: list[Any], given: Given, span: Span | None) -> Tensor:
        if args and args[0] is False:
            value.requires_grad = False
        else:
            self.require(value, span)
        return value

    def _retain_grad(self, value: Tensor, args: list[Any], given: Given, span: Span | None) -> None:
        value.keeps = True

    def _to(self, value: Tensor, args: list[Any], given: Given, span: Span | None) -> Tensor:
        for part in (*args, *given.values()):
            if isinstance(part, TorchType):
                return self.cast(value, part.value, span)
            if isinstance(part, Tensor):
                return self.cast(value, self.node(part).dtype, span)
        return value

    def _type_as(self, value: Tensor, args: list[Any], given: Given, span: Span | None) -> Tensor:
        return self.cast(value, self.node(args[0]).dtype, span)

    def _itself(self, value: Tensor, args: list[Any], given: Given, span: Span | None) -> Tensor:
        return value

    # to Python and NumPy ----------------------------------------------------------------------------------

    def node_for_numpy(self, value: Tensor, span: Span | None) -> Node:
        if value.requires_grad:
            words = "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
            raise Raise(RuntimeError, words, span)
        return self.node(value)

    def item(self, value: Tensor, span: Span | None) -> Num:
        node = self.node(value)
        if int(np.prod(node.shape, dtype=int)) != 1:
            words = f"a Tensor with {int(np.prod(node.shape, dtype=int))} elements cannot be converted to Scalar"
            raise Raise(RuntimeError, words, span)
        self.w.builder.span = span
        flat = node.reshape(())
        if flat.dtype.kind == "f":
            flat = flat.cast(np.dtype(np.float64))
        return arrays.plain(self.w, flat)

    def for_format(self, value: Tensor, span: Span | None) -> Any:
        return self.item(value, span) if not value.shape else value


_ATTRIBUTES: dict[str, Callable[[Attributes, Tensor, Span | None], Any]] = {
    "shape": Attributes._shape, "ndim": Attributes._rank, "dtype": Attributes._dtype,
    "requires_grad": lambda self, value, span: value.requires_grad, "is_leaf": lambda self, value, span: value.leaf,
    "grad": lambda self, value, span: value.grad, "grad_fn": Attributes._grad_fn, "data": Attributes.detached,
    "T": Attributes._transposed, "mT": Attributes._matrix_transposed, "device": lambda self, value, span: Shown("cpu"),
}  # fmt: skip
_METHODS: dict[str, Callable[[Attributes, Tensor, list[Any], Given, Span | None], Any]] = {
    "size": Attributes._size, "dim": Attributes._dim, "ndimension": Attributes._dim, "numel": Attributes._numel,
    "nelement": Attributes._numel, "item": Attributes._item, "tolist": Attributes._tolist, "numpy": Attributes._numpy,
    "detach": Attributes._detach, "backward": Attributes.backward, "requires_grad_": Attributes._require,
    "retain_grad": Attributes._retain_grad, "to": Attributes._to, "type": Attributes._to,
    "type_as": Attributes._type_as, "cpu": Attributes._itself, "cuda": Attributes._itself,
}  # fmt: skip
_CASTS = frozenset(["float", "double", "long", "int", "half", "bool"])
