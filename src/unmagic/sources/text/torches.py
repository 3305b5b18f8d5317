"""PyTorch in a walked program: calls, autograd, in-place writes, modes. torch itself is never imported."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import UnmagicError, Unsupported
from unmagic.core.span import Span
from unmagic.record.alias import Memory, View
from unmagic.record.recorder import Num
from unmagic.record.spell.table import Held, Plain, Spelling, Wrote
from unmagic.record.spell.torch import TABLE
from unmagic.record.spell.torch.base import DTYPES, Graded, promote
from unmagic.record.spell.torch.base import NAMES as DTYPE_NAMES

from . import arrays, indexing
from .arrays import PROGRAM_ERRORS
from .autograd import Autograd
from .tensors import Tensor, text
from .values import NUMBERS, Builtin, DTypeValue, Instance, NDArray, Raise, Scalar, Spelled, type_name
from .walk import Walk

F4 = np.dtype(np.float32)


class Size(tuple):  # type: ignore[type-arg]
    """A tensor's shape, which prints as ``torch.Size([2, 3])``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"torch.Size({list(self)})"


class TorchType:
    """A dtype of torch."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = np.dtype(value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TorchType) and bool(self.value == other.value)

    def __hash__(self) -> int:
        return hash(self.value)


class Mode:
    """``torch.no_grad()`` and its like."""

    __slots__ = ("enabled",)

    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled


DETACHED = View(lambda x: x.apply("detach"), lambda x, v: v, lambda memory: memory, "detach")
_OPERATORS = {
    "+": "add", "-": "sub", "*": "mul", "/": "div", "**": "pow", "@": "matmul", "%": "remainder", "<": "lt",
    "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne", "&": "logical_and", "|": "logical_or",
    "^": "logical_xor",
}  # fmt: skip


class Torch(Autograd):
    """All of PyTorch that one walk uses."""

    table = TABLE

    def __init__(self, w: Walk) -> None:
        super().__init__(w)
        from .layers import Layers

        self.layers = Layers(self)

    # what is whose ----------------------------------------------------------------------------------------

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
        from .values import Module

        if name in DTYPES:
            return TorchType(DTYPES[name])
        if name in ("tensor", "as_tensor", "FloatTensor", "Tensor", "LongTensor"):
            kind = {"FloatTensor": np.float32, "Tensor": np.float32, "LongTensor": np.int64}.get(name)
            shown = "torch.tensor type" if name == "Tensor" else f"torch.{name}"
            return Builtin(shown, functools.partial(self._tensor, kind))
        if name == "from_numpy":
            return Builtin("torch.from_numpy", self._from_numpy)
        if name in ("no_grad", "inference_mode", "enable_grad", "set_grad_enabled"):
            return Builtin(f"torch.{name}", functools.partial(self._mode, name))
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

    # making tensors ---------------------------------------------------------------------------------------

    def tensor(self, node: Node, *, requires_grad: bool = False) -> Tensor:
        """A new leaf that holds ``node``."""
        made = Tensor(arrays.own(self.w, node).memory)
        if requires_grad:
            self.require(made, None)
        return made

    def _tensor(self, kind: Any, args: list[Any], given: dict[str, Any], span: Span | None) -> Any:
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

    def _from_numpy(self, args: list[Any], given: dict[str, Any], span: Span | None) -> Tensor:
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

    # calls ------------------------------------------------------------------------------------------------

    def call_name(self, name: str, args: list[Any], span: Span | None, **given: Any) -> Any:
        return self.call(Spelled(TABLE.functions[name], TABLE), args, given, span)

    def call(self, spelled: Spelled, args: list[Any], given: dict[str, Any], span: Span | None) -> Any:
        """A function of torch: bound, promoted, built, and its result told whether it requires a gradient."""
        spelling = spelled.spelling
        if spelled.bound is not None:
            args = [spelled.bound, *args]
        known = (*spelling.positional, *spelling.keyword)
        for alias, name in (("axis", "dim"), ("keepdims", "keepdim"), ("dims", "dim")):
            if alias in given and alias not in known and name in known:
                given[name] = given.pop(alias)
        requires = given.pop("requires_grad", False) if "requires_grad" not in known else False
        for name in ("device", "inplace"):
            if name not in known:
                given.pop(name, None)
        w = self.w
        w.builder.span = span
        first = args[0] if args else next(iter(given.values()), None)
        if spelling.name.endswith("_") and isinstance(first, Tensor) and first.unset:
            self._set_unset(first, spelling, args, span)
            return first
        flows = self.enabled and any(part.requires_grad for part in _tensors([*args, *given.values()]))
        if flows:
            for part in _tensors([*args, *given.values()]):
                self.barrier(part)
        try:
            pairs, given = spelling.bind(args, given)
            positional, keywords = self._marshalled(spelling, pairs, given, span)
            if spelling.recorder:
                positional.insert(0, w.recorder)
            result = spelling.build(*positional, **keywords)
        except UnmagicError as error:
            raise error.at(span) from None
        except PROGRAM_ERRORS as error:
            raise Raise(type(error), str(error), span) from None
        w.builder.span = span
        grad = spelling.grad
        if isinstance(result, Graded):
            result, grad = result
        tainted = not flows and any(part.requires_grad or part.tainted for part in _tensors([*args, *given.values()]))
        made = self._wrapped(result, first, flows, tainted, grad, span)
        if requires is True and isinstance(made, Tensor):
            self.require(made, span)
        return made

    def _marshalled(
        self, spelling: Spelling, pairs: list[tuple[str, Any]], given: dict[str, Any], span: Span | None
    ) -> tuple[list[Any], dict[str, Any]]:
        items = [*pairs, *given.items()]
        joint = [self.operand(value, span) for name, value in items if spelling.kinds.get(name) == "Operand"]
        dtype = promote(joint) if joint else F4
        if spelling.name == "div" and dtype.kind != "f" and not given.get("rounding_mode"):
            dtype = F4
        ready: list[Any] = []
        for name, value in items:
            kind = spelling.kinds.get(name, "")
            if kind == "Operand":
                made = self.operand(value, span)
                ready.append(made.cast(dtype) if isinstance(made, Node) else self._number(made, dtype))
            elif kind == "Node":
                if value is None:
                    ready.append(None)
                elif isinstance(value, Tensor):
                    ready.append(self.node(value))
                else:
                    words = f"{spelling.name}(): argument '{name}' must be Tensor, not {type_name(value)}"
                    raise Raise(TypeError, words, span)
            elif kind == "Nodes":
                ready.append([self.node(part) for part in arrays_of(self, value, span)])
            elif isinstance(value, TorchType):
                ready.append(value.value)
            elif isinstance(value, Tensor):
                ready.append(np.asarray(self.node(value).value) if value.shape else self.node(value).value.item())
            else:
                ready.append(arrays.static(self.w, value, span))
        return ready[: len(pairs)], dict(
            zip([name for name, _ in items[len(pairs) :]], ready[len(pairs) :], strict=True)
        )

    def operand(self, value: Any, span: Span | None) -> Any:
        if isinstance(value, Tensor):
            return self.node(value)
        if value.__class__ is Num or value.__class__ in NUMBERS:
            return value
        if isinstance(value, Scalar):
            return self.w.recorder.node(value.id)
        raise Raise(TypeError, f"unsupported operand: a tensor and {type_name(value)}", span)

    def _number(self, value: Any, dtype: Any) -> Node:
        if isinstance(value, Num):
            return self.w.recorder.node(value.id).cast(dtype)
        return self.w.builder.constant(value, dtype)

    def _wrapped(self, result: Any, first: Any, flows: bool, tainted: bool, grad: str, span: Span | None) -> Any:
        if isinstance(result, (Node, Held)):
            node = result if isinstance(result, Node) else result.node
            same = isinstance(first, Tensor) and isinstance(result, Held) and grad == ""
            if same:  # contiguous(): the tensor itself
                return first
            made = Tensor(arrays.own(self.w, node).memory)
        elif isinstance(result, View):
            if not isinstance(first, Tensor) or first.memory is None:
                self.node(first)
                raise AssertionError
            memory = first.memory.look(result)
            if memory is None:
                made = Tensor(arrays.own(self.w, result.get(self.node(first))).memory)
            else:
                memory.read(self.w.recorder.node)
                made = Tensor(memory)
                made.base = first
        elif isinstance(result, Plain):
            return arrays.plain(self.w, result.node)
        elif isinstance(result, Wrote):
            self.write(first, result.node, flows, grad, span)
            return first if result.back else None
        elif isinstance(result, (tuple, list)):
            return tuple(self._wrapped(part, first, flows, tainted, grad, span) for part in result)
        else:
            return result
        assert made.memory is not None
        if flows and made.memory.layout.dtype.kind == "f":
            made.requires_grad, made.leaf, made.grad_fn = True, False, grad or "UnknownBackward0"
        made.tainted = tainted
        return made

    # operators --------------------------------------------------------------------------------------------

    def binary(self, symbol: str, a: Any, b: Any, span: Span | None) -> Any:
        if symbol in ("==", "!=") and not all(isinstance(part, (Tensor, Num, *NUMBERS)) for part in (a, b)):
            return symbol == "!="
        if symbol == "//":
            return self.call_name("div", [a, b], span, rounding_mode="floor")
        name = _OPERATORS.get(symbol)
        if name is None:
            raise Unsupported(f"no reading for {symbol} of tensors", span=span)
        if symbol == "@" and not (isinstance(a, Tensor) and isinstance(b, Tensor)):
            raise Raise(TypeError, f"unsupported operand type(s) for @: '{self._type(a)}' and '{self._type(b)}'", span)
        made = self.call_name(name, [a, b], span)
        if made.grad_fn:
            if symbol == "-" and not isinstance(a, Tensor):
                made.grad_fn = "RsubBackward1"
            elif symbol == "/" and not isinstance(a, Tensor):
                made.grad_fn = "MulBackward0"
            elif symbol == "**":
                scalar = not isinstance(a, Tensor)
                made.grad_fn = "PowBackward2" if scalar else "PowBackward1" if isinstance(b, Tensor) else "PowBackward0"
        return made

    def _type(self, value: Any) -> str:
        return "Tensor" if isinstance(value, Tensor) else type_name(value)

    def unary(self, symbol: str, a: Tensor, span: Span | None) -> Any:
        if symbol == "+":
            return a
        return self.call_name("neg" if symbol == "-" else "logical_not", [a], span)

    def in_place(self, symbol: str, target: Tensor, value: Any, span: Span | None) -> Tensor:
        """``target symbol= value``."""
        if target.unset:
            raise self.missing(target).at(span)
        made = self.binary(symbol, target, value, span)
        node = self.node(made)
        held = self.node(target)
        if node.shape != held.shape:
            raise Raise(RuntimeError, f"output with shape {list(held.shape)} doesn't match the broadcast shape "
                        f"{list(node.shape)}", span)  # fmt: skip
        if node.dtype.kind == "f" and held.dtype.kind != "f":
            raise Raise(RuntimeError, "result type Float can't be cast to the desired output type Long", span)
        self.write(target, node.cast(held.dtype), made.requires_grad, made.grad_fn, span)
        return target

    def truth(self, value: Tensor, span: Span | None) -> bool:
        node = self.node(value)
        size = int(np.prod(node.shape, dtype=int))
        if size != 1:
            words = "Boolean value of Tensor with more than one value is ambiguous" if size else (
                "Boolean value of Tensor with no values is ambiguous")  # fmt: skip
            raise Raise(RuntimeError, words, span)
        from .arithmetic import _decided

        self.w.builder.span = span
        flat = node.reshape(())
        return _decided(self.w, Scalar(self.w.recorder.values[flat.id], flat.id), span)

    # indexing ---------------------------------------------------------------------------------------------

    def get(self, value: Tensor, key: Any, span: Span | None) -> Any:
        w = self.w
        w.builder.span = span
        node = self.node(value)
        assert value.memory is not None
        found = indexing.array_key(w, node.ndim, key, span)
        flows = self.enabled and value.requires_grad
        try:
            if found.basic:
                result: Any = indexing.view(found)
                parts = key if isinstance(key, tuple) else (key,)
                last = next((part for part in reversed(parts) if part is not None), None)
                grad = "SliceBackward0" if isinstance(last, slice) else "SelectBackward0"
                if None in parts:
                    grad = "UnsqueezeBackward0"
            else:
                result = node.apply("index", *found.at, key=found.key, **indexing._counted(found))
                grad = "IndexBackward0"
            return self._wrapped(result, value, flows, value.tainted, grad, span)
        except UnmagicError as error:
            raise error.at(span) from None
        except IndexError as error:
            raise Raise(IndexError, str(error), span) from None

    def put(self, target: Tensor, key: Any, value: Any, span: Span | None) -> None:
        w = self.w
        w.builder.span = span
        parts = key if isinstance(key, tuple) else (key,)
        whole = all(part is ... or part == slice(None) for part in parts)
        made = self.operand(value, span)
        if target.unset:
            if not whole:
                raise self.missing(target).at(span)
            self._fill(target, made)
            return
        node = self.node(target)
        assert target.memory is not None
        found = indexing.array_key(w, node.ndim, key, span)
        content = made.cast(node.dtype) if isinstance(made, Node) else self._number(made, node.dtype)
        shape = np.shape(target.memory.layout[found.plain])
        content = indexing._fitted(w, content, node, shape, span)
        new = node.apply("set_index", content, *found.at, key=found.key, **indexing._counted(found))
        flows = self.enabled and (target.requires_grad or (isinstance(value, Tensor) and value.requires_grad))
        self.write(target, new, flows, "CopySlices", span)

    def rows(self, value: Tensor, span: Span | None) -> Iterator[Any]:
        if not value.shape:
            raise Raise(TypeError, "iteration over a 0-d tensor", span)
        for i in range(value.shape[0]):
            row = self.get(value, i, span)
            if row.grad_fn:
                row.grad_fn = "UnbindBackward0"
            yield row

    def length(self, value: Tensor, span: Span | None) -> int:
        if not value.shape:
            raise Raise(TypeError, "len() of a 0-d tensor", span)
        return value.shape[0]

    # to Python, to NumPy, to text -------------------------------------------------------------------------

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

    # attributes -------------------------------------------------------------------------------------------

    def attribute(self, value: Any, name: str, span: Span | None) -> Any:
        if not isinstance(value, Tensor):
            if isinstance(value, TorchType):
                raise Unsupported(f"no reading for .{name} of a dtype", span=span)
            return self.layers.attribute(value, name, span)
        match name:
            case "shape":
                return Size(value.shape)
            case "size":
                return Builtin(name, lambda args, given, span: self._size(value, args, given))
            case "ndim":
                return len(value.shape)
            case "dim" | "ndimension":
                return Builtin(name, lambda args, given, span: len(value.shape))
            case "numel" | "nelement":
                return Builtin(name, lambda args, given, span: int(np.prod(value.shape, dtype=int)))
            case "dtype":
                return TorchType(self.node(value).dtype if not value.unset else np.float32)
            case "requires_grad":
                return value.requires_grad
            case "is_leaf":
                return value.leaf
            case "grad":
                return value.grad
            case "grad_fn":
                return None if not value.grad_fn else _shown(f"<{value.grad_fn} object>")
            case "data":
                return self.detached(value, span)
            case "T" | "mT":
                rank = len(value.shape)
                axes = list(range(rank))[::-1] if name == "T" else [*range(rank - 2), rank - 1, rank - 2]
                made = self.call(Spelled(TABLE.methods["permute"], TABLE, value), [tuple(axes)], {}, span)
                if made.grad_fn and name == "mT":
                    made.grad_fn = "TransposeBackward0"
                return made
            case "item":
                return Builtin(name, lambda args, given, span: self.item(value, span))
            case "tolist":
                return Builtin(name, lambda args, given, span: self._tolist(value, span))
            case "numpy":
                return Builtin(name, lambda args, given, span: self._numpy(value, given, span))
            case "detach":
                return Builtin(name, lambda args, given, span: self.detached(value, span))
            case "backward":
                return Builtin(name, lambda args, given, span: self.backward(value, args, given, span))
            case "requires_grad_":
                return Builtin(name, lambda args, given, span: self._require(value, args, span))
            case "retain_grad":
                return Builtin(name, lambda args, given, span: setattr(value, "keeps", True))
            case "float" | "double" | "long" | "int" | "half" | "bool":
                return Builtin(name, lambda args, given, span: self._cast(value, np.dtype(DTYPES[name]), span))
            case "to" | "type":
                return Builtin(name, lambda args, given, span: self._to(value, args, given, span))
            case "cpu" | "cuda":
                return Builtin(name, lambda args, given, span: value)
            case "device":
                return _shown("cpu")
            case "type_as":
                return Builtin(name, lambda args, given, span: self._cast(value, self.node(args[0]).dtype, span))
        if name in TABLE.methods:
            return Spelled(TABLE.methods[name], TABLE, value)
        raise TABLE.unknown_method(name, ("shape", "item", "backward", "grad", "detach")).at(span)

    def _size(self, value: Tensor, args: list[Any], given: dict[str, Any]) -> Any:
        dim = args[0] if args else given.get("dim")
        if dim is None:
            return Size(value.shape)
        return value.shape[dim.value if isinstance(dim, Num) else dim]

    def _tolist(self, value: Tensor, span: Span | None) -> Any:
        from .attributes import entries

        node = self.node(value)
        self.w.builder.span = span
        return entries(self.w, node.cast(np.dtype(np.float64)) if node.dtype.kind == "f" else node)

    def _numpy(self, value: Tensor, given: dict[str, Any], span: Span | None) -> NDArray:
        if not given:
            self.node_for_numpy(value, span)
        self.node(value)
        assert value.memory is not None
        return NDArray(value.memory) if not value.requires_grad else NDArray(self._looked(value.memory, DETACHED))

    def _looked(self, memory: Memory, view: View) -> Memory:
        found = memory.look(view)
        assert found is not None
        found.read(self.w.recorder.node)
        return found

    def detached(self, value: Tensor, span: Span | None) -> Tensor:
        """``x.detach()``: the same memory, and no gradient goes back through it."""
        self.w.builder.span = span
        if value.unset:
            return value
        self.node(value)
        assert value.memory is not None
        if not value.requires_grad and not value.tainted:
            return Tensor(value.memory)
        return Tensor(self._looked(value.memory, DETACHED))

    def _require(self, value: Tensor, args: list[Any], span: Span | None) -> Tensor:
        if args and args[0] is False:
            value.requires_grad = False
        else:
            self.require(value, span)
        return value

    def _cast(self, value: Tensor, dtype: Any, span: Span | None) -> Tensor:
        node = self.node(value)
        if node.dtype == dtype:
            return value
        self.w.builder.span = span
        flows = self.enabled and value.requires_grad
        made: Tensor = self._wrapped(node.cast(dtype), None, flows, value.tainted, "ToCopyBackward0", span)
        return made

    def _to(self, value: Tensor, args: list[Any], given: dict[str, Any], span: Span | None) -> Tensor:
        for part in (*args, *given.values()):
            if isinstance(part, TorchType):
                return self._cast(value, part.value, span)
            if isinstance(part, Tensor):
                return self._cast(value, self.node(part).dtype, span)
        return value

    def set_attribute(self, target: Any, name: str, value: Any, span: Span | None) -> None:
        if not isinstance(target, Tensor):
            self.layers.set_attribute(target, name, value, span)
            return
        if name == "requires_grad":
            self._require(target, [value], span)
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

    # layers -----------------------------------------------------------------------------------------------

    def call_object(self, callee: Any, args: list[Any], given: dict[str, Any], span: Span | None) -> Any:
        if isinstance(callee, Mode):
            return self._decorated(callee, args[0])
        return self.layers.call(callee, args, given, span)

    def layer_attribute(self, value: Instance, name: str, span: Span | None) -> Any:
        return self.layers.attribute(value, name, span)

    def set_on_layer(self, target: Instance, name: str, value: Any, span: Span | None) -> None:
        self.layers.adopted(target, name, value)

    # modes ------------------------------------------------------------------------------------------------

    def _mode(self, name: str, args: list[Any], given: dict[str, Any], span: Span | None) -> Any:
        from .values import Function

        if args and isinstance(args[0], Function):
            return self._decorated(Mode(False), args[0])
        if name == "set_grad_enabled":
            return Mode(bool(arrays.static(self.w, args[0], span)))
        return Mode(name == "enable_grad")

    def _decorated(self, mode: Mode, function: Any) -> Builtin:
        from .calls import call

        def run(args: list[Any], given: dict[str, Any], span: Span | None) -> Any:
            with self.mode(mode):
                return call(self.w, function, args, given, span)

        return Builtin("function", run)

    def is_mode(self, value: Any) -> bool:
        return isinstance(value, Mode)

    @contextmanager
    def mode(self, mode: Mode) -> Iterator[None]:
        before, self.enabled = self.enabled, mode.enabled
        try:
            yield
        finally:
            self.enabled = before


def arrays_of(torch: Torch, value: Any, span: Span | None) -> list[Tensor]:
    from .iterate import items

    parts = list(items(torch.w, value, span))
    for part in parts:
        if not isinstance(part, Tensor):
            raise Raise(TypeError, f"expected Tensor as element in argument 0, but got {type_name(part)}", span)
    return parts


def _tensors(values: list[Any]) -> list[Tensor]:
    found = []
    for value in values:
        if value.__class__ is Tensor:
            found.append(value)
        elif value.__class__ in (list, tuple):
            found += [part for part in value if part.__class__ is Tensor]
    return found


def _shown(words: str) -> Any:
    from .printing import Shown

    return Shown(words)


__all__ = ["DTypeValue", "Mode", "Size", "Torch", "TorchType"]
