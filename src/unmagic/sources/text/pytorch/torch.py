"""All of PyTorch that one walk uses: what is whose, and the names of the library."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from unmagic.core.errors import Unsupported
from unmagic.core.span import Span
from unmagic.record.spell.torch import TABLE
from unmagic.record.spell.torch.base import DTYPES
from unmagic.record.spell.torch.base import NAMES as DTYPE_NAMES

from ..values import Builtin, Instance, Module
from ..walk import Walk
from .attributes import Attributes
from .entries import Entries
from .kinds import Mode, TorchType
from .layers import Layers
from .modes import Modes
from .operators import Operators
from .tensors import Tensor, text


class Torch(Operators, Entries, Attributes, Modes):
    """Tensors by the parts of this room, layers by `Layers`."""

    table = TABLE

    def __init__(self, w: Walk) -> None:
        super().__init__(w)
        self.layers = Layers(self)

    def is_tensor(self, value: Any) -> bool:
        return value.__class__ is Tensor

    def known(self, value: Any) -> bool:
        return isinstance(value, (Tensor, TorchType, Mode)) or self.layers.known(value)

    def callable(self, value: Any) -> bool:
        return self.layers.callable(value) or isinstance(value, Mode)

    def is_instance(self, value: Any, kind: Any) -> bool:
        if isinstance(kind, Builtin) and kind.name == "torch.tensor type":
            return isinstance(value, Tensor)
        return self.layers.is_instance(value, kind)

    def is_module_class(self, value: Any) -> bool:
        return self.layers.is_module_class(value)

    def has_module(self, name: str) -> bool:
        return name in ("nn", "optim", "nn.functional", "autograd", "linalg", "nn.init", "special")

    def member(self, name: str, span: Span | None) -> Any:
        """Names of torch that are no functions of tensors."""
        if name in DTYPES:
            return TorchType(DTYPES[name])
        if name in ("tensor", "as_tensor", "FloatTensor", "Tensor", "LongTensor"):
            kind = {"FloatTensor": np.float32, "Tensor": np.float32, "LongTensor": np.int64}.get(name)
            shown = "torch.tensor type" if name == "Tensor" else f"torch.{name}"
            return Builtin(shown, functools.partial(self.from_data, kind))
        if name == "from_numpy":
            return Builtin("torch.from_numpy", self.from_numpy)
        if name in ("no_grad", "inference_mode", "enable_grad", "set_grad_enabled"):
            return Builtin(f"torch.{name}", functools.partial(self.make_mode, name))
        if name == "manual_seed":
            return Builtin("torch.manual_seed", lambda args, given, span: None)
        if name == "is_tensor":
            return Builtin(name, lambda args, given, span: isinstance(args[0], Tensor))
        if name == "is_grad_enabled":
            return Builtin(name, lambda args, given, span: self.enabled)
        if name == "numel":
            return Builtin(name, lambda args, given, span: int(np.prod(args[0].shape, dtype=int)))
        if name == "autograd.grad":
            return Builtin("torch.autograd.grad", self.grad_function)
        if name in ("set_printoptions", "set_default_dtype"):
            raise Unsupported(f"torch.{name} is not read", span=span)
        if self.has_module(name):
            return Module(TABLE, f"{name}.")
        return self.layers.member(name, span)

    # attributes and text ----------------------------------------------------------------------------------

    def attribute(self, value: Any, name: str, span: Span | None) -> Any:
        if isinstance(value, Tensor):
            return self.of_tensor(value, name, span)
        if isinstance(value, TorchType):
            raise Unsupported(f"no reading for .{name} of a dtype", span=span)
        return self.layers.attribute(value, name, span)

    def set_attribute(self, target: Any, name: str, value: Any, span: Span | None) -> None:
        if isinstance(target, Tensor):
            self.set_on_tensor(target, name, value, span)
        else:
            self.layers.set_attribute(target, name, value, span)

    def text(self, value: Any, span: Span | None) -> str:
        if isinstance(value, TorchType):
            return DTYPE_NAMES[value.value]
        if not isinstance(value, Tensor):
            return self.layers.text(value, span)
        return text(
            np.asarray(self.node(value).value),
            requires_grad=value.requires_grad,
            grad_fn=value.grad_fn,
            parameter=value.parameter,
        )

    # layers -----------------------------------------------------------------------------------------------

    def call_object(self, callee: Any, args: list[Any], given: dict[str, Any], span: Span | None) -> Any:
        if isinstance(callee, Mode):
            return self.decorated(callee, args[0])
        return self.layers.call(callee, args, given, span)

    def layer_attribute(self, value: Instance, name: str, span: Span | None) -> Any:
        return self.layers.attribute(value, name, span)

    def set_on_layer(self, target: Instance, name: str, value: Any, span: Span | None) -> None:
        self.layers.adopted(target, name, value)
