"""What stands after a dot. Every name is looked up in a table: none reaches Python's own attributes."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from unmagic.core.errors import Unsupported
from unmagic.core.span import Span
from unmagic.record.alias import transpose_view
from unmagic.record.recorder import Num
from unmagic.record.spell.table import nearest

from . import arrays, randoms
from .containers import METHODS as CONTAINER_METHODS
from .values import (
    Builtin,
    Caught,
    DTypeValue,
    Function,
    Instance,
    Method,
    Module,
    NDArray,
    Outside,
    Raise,
    Scalar,
    Spelled,
    Super,
    UserClass,
    type_name,
)
from .walk import Walk


def get(w: Walk, value: Any, name: str, span: Span | None) -> Any:
    """``value.name``."""
    if name.startswith("__") and name not in ("__name__", "__class__") and value.__class__ is not Super:
        raise Unsupported(
            f"{name} is out of reach", span=span, hint="a walked program sees tables of names, not Python's objects"
        )
    kind = value.__class__
    if kind is Module:
        return member(w, value, name, span)
    if kind is NDArray or kind is Scalar:
        return _array(w, value, name, span)
    if kind in CONTAINER_METHODS:
        method = CONTAINER_METHODS[kind].get(name)
        if method is None:
            if name.startswith("_"):
                raise Unsupported(f"{name} is out of reach", span=span)
            known = nearest(name, CONTAINER_METHODS[kind], ".")
            raise Unsupported(f"no reading for .{name} of a {kind.__name__}", span=span, hint=known)
        return Builtin(name, functools.partial(method, w, value))
    if kind is Instance:
        return _instance(w, value, name, span)
    if kind is UserClass:
        if name == "__name__":
            return value.name
        found = value.find(name)
        if found is None:
            raise Raise(AttributeError, f"type object '{value.name}' has no attribute '{name}'", span)
        return found
    if kind is Super:
        return _above(w, value, name, span)
    if kind is Caught and name == "args":
        return value.args
    if w.torch is not None and w.torch.known(value):
        return w.torch.attribute(value, name, span)
    if isinstance(value, randoms.Generator):
        return value.method(w, name, span)
    if kind is DTypeValue:
        if name in ("name", "__name__"):
            return str(value.dtype)
        if name in ("itemsize", "kind"):
            return getattr(value.dtype, name)
        if name in ("max", "min", "eps", "tiny", "smallest_normal") and isinstance(value.value, (np.finfo, np.iinfo)):
            return getattr(value.value, name)
    if kind is Spelled and value.bound is None and value.table.library == "numpy":
        found = randoms.numpy_member(w, f"{value.spelling.name}.{name}", span)
        if found is not None:
            return found
        reduction = {"add.reduce": "sum", "multiply.reduce": "prod", "maximum.reduce": "max", "minimum.reduce": "min",
                     "add.outer": "add"}.get(f"{value.spelling.name}.{name}")  # fmt: skip
        if reduction is not None and name == "reduce":
            return Builtin(name, functools.partial(_reduce, w, reduction))
        raise Unsupported(f"no reading for np.{value.spelling.name}.{name}", span=span)
    if kind is Function and name == "__name__":
        return value.code.name
    if isinstance(value, randoms.Info):
        return value.member(name, span)
    if kind is Outside:
        return Outside(f"{value.name}.{name}")
    if name.startswith("_"):
        raise Unsupported(f"{name} is out of reach", span=span)
    if kind is Num or isinstance(value, (float, int)):
        return _number(w, value, name, span)
    raise Raise(AttributeError, f"'{type_name(value)}' object has no attribute '{name}'", span)


def member(w: Walk, module: Module, name: str, span: Span | None) -> Any:
    """A library's name: a function, a value, a module in it."""
    table = module.table
    full = f"{module.prefix}{name}"
    if table.library == "math":
        from .mathematics import math_member

        found = math_member(w, name)
        if found is None:
            from unmagic.record.spell.python import MATH_BINARY, MATH_PLAIN, MATH_UNARY

            known = nearest(name, (*MATH_UNARY, *MATH_BINARY, *MATH_PLAIN), "math.")
            raise Unsupported(f"no reading for math.{name}", span=span, hint=known)
        return found
    if table.library == "numpy":
        found = randoms.numpy_member(w, full, span)
        if found is not None:
            return found
    elif table.library == "torch":
        found = w.torch.member(full, span)
        if found is not None:
            return found
    if full in table.functions:
        return Spelled(table.functions[full], table)
    if full in table.plain:
        plain = table.plain[full]
        return DTypeValue(plain, True) if isinstance(plain, type) else plain
    if full not in table.refused and table.module(full):
        return Module(table, f"{full}.")
    raise table.unknown(full).at(span)


def _array(w: Walk, value: Any, name: str, span: Span | None) -> Any:
    from unmagic.record.spell.numpy import TABLE

    layout = value.memory.layout if isinstance(value, NDArray) else np.asarray(value.value)
    if name == "shape":
        return tuple(layout.shape)
    if name == "ndim":
        return layout.ndim
    if name == "size":
        return int(layout.size)
    if name in ("itemsize", "nbytes"):
        return int(getattr(layout, name))
    if name == "dtype":
        return DTypeValue(arrays.operand(w, value, span).dtype, False)
    if name in ("T", "mT"):
        rank = layout.ndim
        w.builder.span = span
        if name == "T":
            return arrays.look(w, transpose_view(tuple(reversed(range(rank)))), value, span)
        if rank < 2:
            raise Raise(ValueError, "matrix transpose with ndim < 2 is undefined", span)
        return arrays.look(w, transpose_view((*range(rank - 2), rank - 1, rank - 2)), value, span)
    if name == "item":
        return Builtin(name, functools.partial(_item, w, value))
    if name == "tolist":
        return Builtin(name, functools.partial(_tolist, w, value))
    if name in TABLE.methods:
        return Spelled(TABLE.methods[name], TABLE, value)
    if name == "real":
        return value
    if hasattr(np.ndarray, name):
        raise TABLE.unknown_method(name, ("shape", "T", "dtype", "item", "tolist")).at(span)
    raise Raise(AttributeError, f"'{type_name(value)}' object has no attribute '{name}'", span)


def _item(w: Walk, value: Any, args: list[Any], given: dict[str, Any], span: Span | None) -> Any:
    node = arrays.node_of(w, value)
    w.builder.span = span
    if args:
        where = np.unravel_index(int(args[0].value if isinstance(args[0], Num) else args[0]), node.shape)
        return arrays.plain(w, node.apply("index", key=tuple(int(i) for i in where)))
    if math.prod(node.shape) != 1:
        raise Raise(ValueError, "can only convert an array of size 1 to a Python scalar", span)
    return arrays.plain(w, node.reshape(()))


def _tolist(w: Walk, value: Any, args: list[Any], given: dict[str, Any], span: Span | None) -> Any:
    """Every entry a step, so that arithmetic on the list can be followed back."""
    w.builder.span = span
    return entries(w, arrays.node_of(w, value))


def entries(w: Walk, node: Any, at: tuple[int, ...] = ()) -> Any:
    if len(at) == node.ndim:
        return arrays.plain(w, node.apply("index", key=at) if at else node)
    return [entries(w, node, (*at, i)) for i in range(node.shape[len(at)])]


def _instance(w: Walk, value: Instance, name: str, span: Span | None) -> Any:
    if name == "__class__":
        return value.kind
    if name in value.fields:
        return value.fields[name]
    found = value.kind.find(name)
    if isinstance(found, Function):
        return Method(found, value)
    if found is not None:
        return found.fget(value, span) if isinstance(found, Property) else found
    if value.kind.layer:
        return w.torch.layer_attribute(value, name, span)
    raise Raise(AttributeError, f"'{value.kind.name}' object has no attribute '{name}'", span)


class Property:
    """A ``@property`` of a class of the program."""

    __slots__ = ("fget", "function")

    def __init__(self, fget: Callable[[Any, Span | None], Any], function: Any) -> None:
        self.fget = fget
        self.function = function


def _reduce(w: Walk, name: str, args: list[Any], given: dict[str, Any], span: Span | None) -> Any:
    """``np.add.reduce``: along the first axis unless told otherwise."""
    if len(args) < 2:
        given.setdefault("axis", 0)
    from unmagic.record.spell.numpy import TABLE

    return arrays.call(w, Spelled(TABLE.functions[name], TABLE), args, given, span)


def _above(w: Walk, value: Super, name: str, span: Span | None) -> Any:
    found = value.instance.kind.find(name, after=value.after)
    if isinstance(found, Function):
        return Method(found, value.instance)
    if found is not None:
        return found
    if name == "__init__":
        return Builtin(name, lambda args, given, span: None)
    if value.instance.kind.layer and not name.startswith("__"):
        return w.torch.layer_attribute(value.instance, name, span)
    raise Raise(AttributeError, f"'super' object has no attribute '{name}'", span)


def _number(w: Walk, value: Any, name: str, span: Span | None) -> Any:
    if name == "real":
        return value
    plain = value.value if isinstance(value, Num) else value
    if name in ("is_integer", "bit_length"):
        if hasattr(plain, name):
            return Builtin(name, lambda args, given, span: getattr(plain, name)())
    elif hasattr(plain, name):
        raise Unsupported(f"no reading for .{name} of a number", span=span)
    raise Raise(AttributeError, f"'{type_name(value)}' object has no attribute '{name}'", span)


def put(w: Walk, target: Any, name: str, value: Any, span: Span | None) -> None:
    """``target.name = value``."""
    if name.startswith("__"):
        raise Unsupported(f"{name} is out of reach", span=span)
    if isinstance(target, Instance):
        if target.kind.layer:
            w.torch.set_on_layer(target, name, value, span)
        target.fields[name] = value
        return
    if isinstance(target, UserClass):
        target.space[name] = value
        return
    if w.torch is not None and w.torch.known(target):
        w.torch.set_attribute(target, name, value, span)
        return
    if isinstance(target, NDArray) and name == "shape":
        raise Unsupported("setting .shape is not read", span=span, hint="reshape is")
    raise Raise(AttributeError, f"'{type_name(target)}' object has no attribute '{name}'", span)
