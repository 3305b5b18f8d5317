"""torch.nn layers and the program's own modules: parameters by name, forward by the functions of `nn.functional`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from unmagic.core.errors import Unsupported
from unmagic.core.span import Span
from unmagic.record.spell.table import nearest

from .. import arrays
from ..calls import call
from ..iterate import collect
from ..values import Builtin, Instance, Raise
from .optimisers import OPTIMISERS, Optimiser
from .tensors import Tensor

Given = dict[str, Any]

_ACTIVATIONS = {
    "ReLU": "relu", "ReLU6": "relu6", "GELU": "gelu", "SiLU": "silu", "Sigmoid": "sigmoid", "Tanh": "tanh",
    "Mish": "mish", "Softsign": "softsign", "SELU": "selu", "LogSigmoid": "logsigmoid", "Softplus": "softplus",
    "Hardsigmoid": "hardsigmoid", "Hardswish": "hardswish", "LeakyReLU": "leaky_relu", "ELU": "elu",
    "Hardtanh": "hardtanh",
}  # fmt: skip
_POSITIONAL = {"LeakyReLU": ("negative_slope",), "ELU": ("alpha",), "Softplus": ("beta",), "GELU": (),
               "Hardtanh": ("min_val", "max_val")}  # fmt: skip
_LOSSES = {
    "CrossEntropyLoss": "cross_entropy", "MSELoss": "mse_loss", "BCELoss": "binary_cross_entropy",
    "BCEWithLogitsLoss": "binary_cross_entropy_with_logits", "L1Loss": "l1_loss", "NLLLoss": "nll_loss",
    "SmoothL1Loss": "smooth_l1_loss", "HuberLoss": "huber_loss", "KLDivLoss": "kl_div",
    "CosineSimilarity": "cosine_similarity",
}  # fmt: skip
_OTHER = ("Linear", "LayerNorm", "RMSNorm", "Embedding", "Sequential", "ModuleList", "Softmax", "LogSoftmax", "Dropout",
          "Identity", "Flatten", "Parameter", "Module")  # fmt: skip
LAYERS = frozenset({*_ACTIVATIONS, *_LOSSES, *_OTHER})
_METHODS = frozenset(
    [
        *("parameters", "named_parameters", "modules", "children", "state_dict", "load_state_dict", "train", "eval"),
        *("zero_grad", "to", "cpu", "float", "double", "requires_grad_", "register_buffer", "register_parameter"),
        *("forward", "append"),
    ]
)


class LayerClass:
    """``nn.Linear`` and its like."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Layer:
    """A layer: parameters, inner layers, options."""

    __slots__ = ("kind", "layers", "options", "parameters", "training")

    def __init__(self, kind: str, options: Given) -> None:
        self.kind = kind
        self.options = options
        self.parameters: dict[str, Tensor | None] = {}
        self.layers: dict[str, Any] | None = None
        self.training = True


class Layers:
    """What one walk knows of torch.nn and torch.optim."""

    def __init__(self, torch: Any) -> None:
        self.torch = torch
        self.w = torch.w

    def known(self, value: Any) -> bool:
        return isinstance(value, (Layer, LayerClass, Optimiser))

    def callable(self, value: Any) -> bool:
        return isinstance(value, (Layer, LayerClass))

    def is_instance(self, value: Any, kind: Any) -> bool:
        if not isinstance(kind, LayerClass):
            return False
        if kind.name == "Module":
            return isinstance(value, Layer) or (isinstance(value, Instance) and value.kind.layer)
        return isinstance(value, Layer) and value.kind == kind.name

    def is_module_class(self, value: Any) -> bool:
        return isinstance(value, LayerClass) and value.name == "Module"

    def member(self, name: str, span: Span | None) -> Any:
        top, _, rest = name.rpartition(".")
        if top == "nn":
            if rest in LAYERS:
                return LayerClass(rest)
            if rest[:1].isupper():
                raise Unsupported(f"no reading for torch.nn.{rest}", span=span, hint=nearest(rest, LAYERS, "nn."))
        if top == "optim" and rest in OPTIMISERS:
            return Builtin(f"torch.optim.{rest}", functools.partial(self._optimiser, rest))
        if top == "optim":
            raise Unsupported(f"no reading for torch.optim.{rest}", span=span, hint=nearest(rest, OPTIMISERS, "optim."))
        if top == "nn.init":
            if rest in ("zeros_", "ones_", "constant_"):
                return Builtin(f"nn.init.{rest}", functools.partial(self._init, rest))
            raise Unsupported(f"nn.init.{rest} draws at random", span=span, hint="nn.init.constant_ is read")
        return None

    # making -----------------------------------------------------------------------------------------------

    def call(self, callee: Any, args: list[Any], given: Given, span: Span | None) -> Any:
        if isinstance(callee, LayerClass):
            return self._made(callee.name, args, given, span)
        return self._forward(callee, args, given, span)

    def _made(self, name: str, args: list[Any], given: Given, span: Span | None) -> Any:
        if name == "Parameter":
            tensor = args[0] if args else given.get("data")
            if not isinstance(tensor, Tensor):
                raise Raise(TypeError, "Parameter is made of a tensor", span)
            made = self.torch.tensor(self.torch.node(self.torch.detached(tensor, span)))
            made.parameter = True
            if given.get("requires_grad", True):
                self.torch.require(made, span)
            return made
        plain = self._plain
        if name in ("Sequential", "ModuleList"):
            parts = collect(self.w, args[0], span) if name == "ModuleList" and args else args
            made = Layer(name, {})
            if name == "Sequential" and len(parts) == 1 and isinstance(parts[0], dict):
                made.layers = dict(parts[0])
            else:
                made.layers = {str(i): part for i, part in enumerate(parts)}
            return made
        positional = {
            "Linear": ("in_features", "out_features", "bias"), "LayerNorm": ("normalized_shape", "eps"),
            "RMSNorm": ("normalized_shape", "eps"), "Embedding": ("num_embeddings", "embedding_dim"),
            "Softmax": ("dim",), "LogSoftmax": ("dim",), "Dropout": ("p",), "Flatten": ("start_dim", "end_dim"),
            "CosineSimilarity": ("dim", "eps"), **_POSITIONAL,
        }.get(name, ("weight",) if name in _LOSSES and name not in ("MSELoss", "L1Loss") else ())  # fmt: skip
        if name == "Module":
            raise Unsupported("nn.Module is read as the base of a class", span=span)
        if len(args) > len(positional) and name != "Identity":
            raise Unsupported(f"nn.{name} takes {', '.join(positional) or 'no arguments'} by position", span=span)
        named = {**dict(zip(positional, args, strict=False)), **given}
        options = {key: plain(value, span) for key, value in named.items()
                   if key not in ("device", "dtype", "inplace")}  # fmt: skip
        made = Layer(name, options)
        self._parameters(made, span)
        return made

    def _plain(self, value: Any, span: Span | None) -> Any:
        return value if isinstance(value, Tensor) else arrays.static(self.w, value, span)

    def _parameters(self, layer: Layer, span: Span | None) -> None:
        options = layer.options
        if layer.kind == "Linear":
            rows, columns = options["out_features"], options["in_features"]
            layer.parameters["weight"] = self._unset(layer, "weight", (rows, columns))
            layer.parameters["bias"] = self._unset(layer, "bias", (rows,)) if options.get("bias", True) else None
        elif layer.kind == "Embedding":
            shape = (options["num_embeddings"], options["embedding_dim"])
            layer.parameters["weight"] = self._unset(layer, "weight", shape)
        elif layer.kind in ("LayerNorm", "RMSNorm") and options.get("elementwise_affine", True):
            sizes = options["normalized_shape"]
            shape = (sizes,) if isinstance(sizes, int) else tuple(sizes)
            self.w.limits.need("entries of one array", int(np.prod(shape, dtype=object)), self.w.limits.entries)
            layer.parameters["weight"] = self._constant(np.ones(shape, np.float32))
            if layer.kind == "LayerNorm" and options.get("bias", True):
                layer.parameters["bias"] = self._constant(np.zeros(shape, np.float32))

    def _unset(self, layer: Layer, name: str, shape: tuple[int, ...]) -> Tensor:
        self.w.limits.need("entries of one array", int(np.prod(shape, dtype=object)), self.w.limits.entries)
        made = Tensor(None)
        made.unset, made.shape_of = f"{layer.kind}.{name}", shape
        made.requires_grad = made.parameter = True
        return made

    def _constant(self, array: Any) -> Tensor:
        made: Tensor = self.torch.tensor(self.w.builder.leaf(array), requires_grad=True)
        made.parameter = True
        return made

    def _init(self, name: str, args: list[Any], given: Given, span: Span | None) -> Any:
        tensor = args[0]
        value = {"zeros_": 0.0, "ones_": 1.0}.get(name)
        value = args[1] if value is None else value
        self.w.builder.span = span
        if tensor.unset:
            self.torch._fill(tensor, value)
            return tensor
        node = self.torch.node(tensor)
        number = self.w.builder.constant(value.value if hasattr(value, "value") else value, node.dtype)
        self.torch.replace(tensor, number.broadcast(node.shape))
        return tensor

    # forward ----------------------------------------------------------------------------------------------

    def _forward(self, layer: Layer, args: list[Any], given: Given, span: Span | None) -> Any:
        kind, options, torch = layer.kind, layer.options, self.torch
        function = functools.partial(torch.call_name, span=span)
        if kind == "Sequential":
            value = args[0]
            for part in (layer.layers or {}).values():
                value = call(self.w, part, [value], {}, span)
            return value
        if kind == "ModuleList":
            raise Raise(NotImplementedError, 'Module [ModuleList] is missing the required "forward" function', span)
        if kind == "Identity":
            return args[0]
        if kind in _ACTIVATIONS:
            return function(f"nn.functional.{_ACTIVATIONS[kind]}", args, **options)
        if kind in _LOSSES:
            return function(f"nn.functional.{_LOSSES[kind]}", args, **options)
        if kind in ("Softmax", "LogSoftmax"):
            return function("softmax" if kind == "Softmax" else "log_softmax", args, **options)
        if kind == "Flatten":
            return function("flatten", [args[0], options.get("start_dim", 1), options.get("end_dim", -1)])
        if kind == "Dropout":
            return function("nn.functional.dropout", [args[0], options.get("p", 0.5), layer.training])
        weight, bias = layer.parameters.get("weight"), layer.parameters.get("bias")
        for part in (weight, bias):
            if part is not None and part.unset:
                raise torch.missing(part).at(span)
        if kind == "Linear":
            return function("nn.functional.linear", [args[0], weight, bias])
        if kind == "Embedding":
            return function("nn.functional.embedding", [args[0], weight])
        if kind == "LayerNorm":
            sizes, eps = options["normalized_shape"], options.get("eps", 1e-5)
            return function("nn.functional.layer_norm", [args[0], sizes, weight, bias, eps])
        if kind == "RMSNorm":
            sizes, eps = options["normalized_shape"], options.get("eps")
            return function("nn.functional.rms_norm", [args[0], sizes, weight, eps])
        raise Unsupported(f"nn.{kind} is not called", span=span)

    # attributes -------------------------------------------------------------------------------------------

    def attribute(self, value: Any, name: str, span: Span | None) -> Any:
        if isinstance(value, Optimiser):
            return value.attribute(self.torch, name, span)
        if isinstance(value, LayerClass):
            if name == "__name__":
                return value.name
            raise Unsupported(f"no reading for .{name} of nn.{value.name}", span=span)
        if isinstance(value, Layer):
            if name in value.parameters:
                return value.parameters[name]
            if value.layers is not None and name in value.layers:
                return value.layers[name]
            if name == "training":
                return value.training
            if name in value.options:
                return value.options[name]
        if name == "__init__":
            return Builtin(name, lambda args, given, span: None)
        if name in _METHODS:
            method: Callable[..., Any] = getattr(self, {"parameters": "_list", "forward": "_run"}.get(name, f"_{name}"))
            return Builtin(name, functools.partial(method, value))
        kind = value.kind.name if isinstance(value, Instance) else f"nn.{value.kind}"
        raise Raise(AttributeError, f"'{kind}' object has no attribute '{name}'", span)

    def set_attribute(self, target: Any, name: str, value: Any, span: Span | None) -> None:
        if isinstance(target, Layer) and name in target.parameters and (isinstance(value, Tensor) or value is None):
            target.parameters[name] = value
            return
        raise Unsupported(f"setting .{name} here is not read", span=span)

    def adopted(self, target: Instance, name: str, value: Any) -> None:
        """A field of a module of the program: nothing to do, fields are looked through when asked for."""

    def named(self, value: Any, before: str = "") -> Iterator[tuple[str, Tensor]]:
        """Parameters with their dotted names, each once."""
        seen: set[int] = set()
        for name, tensor in self._named(value, before):
            if id(tensor) not in seen:
                seen.add(id(tensor))
                yield name, tensor

    def _named(self, value: Any, before: str) -> Iterator[tuple[str, Tensor]]:
        if isinstance(value, Layer):
            for name, tensor in value.parameters.items():
                if tensor is not None:
                    yield f"{before}{name}", tensor
            for name, layer in (value.layers or {}).items():
                yield from self._named(layer, f"{before}{name}.")
        elif isinstance(value, Instance) and value.kind.layer:
            inner = []
            for name, field in value.fields.items():
                if isinstance(field, Tensor) and field.parameter:
                    yield f"{before}{name}", field
                else:
                    inner.append((name, field))
            for name, field in inner:
                yield from self._named(field, f"{before}{name}.")

    def _all(self, value: Any) -> Iterator[Any]:
        yield value
        inner = value.fields.values() if isinstance(value, Instance) else (value.layers or {}).values()
        for part in inner:
            if isinstance(part, Layer) or (isinstance(part, Instance) and part.kind.layer):
                yield from self._all(part)

    def _parameters_of(self, value: Any) -> list[Tensor]:
        return [tensor for _, tensor in self.named(value)]

    def _list(self, value: Any, args: list[Any], given: Given, span: Span | None) -> list[Tensor]:
        return self._parameters_of(value)

    def _named_parameters(self, value: Any, args: list[Any], given: Given, span: Span | None) -> list[Any]:
        return list(self.named(value))

    def _modules(self, value: Any, args: list[Any], given: Given, span: Span | None) -> list[Any]:
        return list(self._all(value))

    def _children(self, value: Any, args: list[Any], given: Given, span: Span | None) -> list[Any]:
        parts = value.fields if isinstance(value, Instance) else value.layers or {}
        return [part for part in parts.values() if isinstance(part, (Layer, Instance))]

    def _state_dict(self, value: Any, args: list[Any], given: Given, span: Span | None) -> dict[str, Any]:
        return {name: self.torch.detached(tensor, span) for name, tensor in self.named(value)}

    def _load_state_dict(self, value: Any, args: list[Any], given: Given, span: Span | None) -> None:
        state = args[0]
        known = dict(self.named(value))
        missing = [name for name in known if name not in state]
        unknown = [name for name in state if name not in known]
        if missing or unknown:
            raise Raise(RuntimeError, f"Error(s) in loading state_dict: missing {missing}, unexpected {unknown}", span)
        for name, tensor in known.items():
            self._set(tensor, state[name], name, span)

    def _set(self, tensor: Tensor, value: Any, name: str, span: Span | None) -> None:
        node = self.torch.node(value)
        if node.shape != tensor.shape:
            raise Raise(
                RuntimeError, f"size mismatch for {name}: {list(node.shape)} against {list(tensor.shape)}", span
            )
        if tensor.unset:
            self.torch._fill(tensor, node)
        else:
            self.torch.replace(tensor, node)

    def _train(self, value: Any, args: list[Any], given: Given, span: Span | None, mode: bool = True) -> Any:
        if args:
            mode = bool(args[0])
        for layer in self._all(value):
            if isinstance(layer, Layer):
                layer.training = mode
            else:
                layer.fields["training"] = mode
        return value

    def _eval(self, value: Any, args: list[Any], given: Given, span: Span | None) -> Any:
        return self._train(value, [], {}, span, False)

    def _zero_grad(self, value: Any, args: list[Any], given: Given, span: Span | None) -> None:
        for tensor in self._parameters_of(value):
            tensor.grad = None

    def _to(self, value: Any, args: list[Any], given: Given, span: Span | None) -> Any:
        return value

    _cpu = _float = _to

    def _double(self, value: Any, args: list[Any], given: Given, span: Span | None) -> Any:
        raise Unsupported("a module in float64 is not read", span=span, hint="bind float64 tensors instead")

    def _requires_grad_(self, value: Any, args: list[Any], given: Given, span: Span | None) -> Any:
        for tensor in self._parameters_of(value):
            tensor.requires_grad = not (args and args[0] is False)
        return value

    def _register_buffer(self, value: Any, args: list[Any], given: Given, span: Span | None) -> None:
        value.fields[args[0]] = args[1]

    _register_parameter = _register_buffer

    def _run(self, value: Any, args: list[Any], given: Given, span: Span | None) -> Any:
        return self._forward(value, args, given, span)

    def _append(self, value: Any, args: list[Any], given: Given, span: Span | None) -> Any:
        value.layers[str(len(value.layers))] = args[0]
        return value

    # the rest ---------------------------------------------------------------------------------------------

    def bind(self, name: str, value: Any, span: Span | None) -> None:
        """Weights that the user bound as ``name.weight``, when the module gets its name."""
        if not (isinstance(value, Layer) or (isinstance(value, Instance) and value.kind.layer)):
            return
        for path, tensor in self.named(value, f"{name}."):
            given = self.w.bindings.get(path)
            if given is not None:
                array = np.asarray(given.detach() if hasattr(given, "detach") else given, np.float32)
                if array.shape != tensor.shape:
                    raise Unsupported(f"{path} is {array.shape}, the layer wants {tensor.shape}", span=span)
                self.torch._fill(tensor, self.w.builder.input(path, array))
            elif tensor.unset:
                tensor.unset = path
            elif tensor.memory is not None:
                step = self.torch.node(tensor).step
                step.name = step.name or path

    def _optimiser(self, kind: str, args: list[Any], given: Given, span: Span | None) -> Optimiser:
        return Optimiser(self.torch, kind, args, given, span)

    def text(self, value: Any, span: Span | None) -> str:
        if isinstance(value, Layer) and value.kind in ("ReLU", "Tanh", "Sigmoid", "Identity", "MSELoss", "SiLU"):
            return f"{value.kind}()"
        if isinstance(value, Layer) and value.kind == "Linear":
            bias = value.parameters["bias"] is not None
            first, second = value.options["in_features"], value.options["out_features"]
            return f"Linear(in_features={first}, out_features={second}, bias={bias})"
        raise Unsupported("this module is not printed", span=span)


__all__ = ["Layer", "LayerClass", "Layers"]
