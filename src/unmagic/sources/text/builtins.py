"""Python's built-in functions and the math module, on the walker's values."""

from __future__ import annotations

import builtins
import functools
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from unmagic.core.errors import Unsupported
from unmagic.core.op import OPS
from unmagic.core.span import Span
from unmagic.record.recorder import Num

from . import arrays, printing
from .arithmetic import binary, guarded, is_number, lift, raw, told, truth
from .arrays import node_of, own
from .calls import call
from .indexing import hashable
from .iterate import Lazy, collect, items, length
from .values import (
    NUMBERS,
    Builtin,
    Caught,
    DTypeValue,
    Function,
    Instance,
    NDArray,
    Raise,
    Scalar,
    UserClass,
    type_name,
)
from .walk import Walk

EXCEPTIONS = [
    "Exception",
    "ValueError",
    "TypeError",
    "ZeroDivisionError",
    "IndexError",
    "KeyError",
    "RuntimeError",
    "NotImplementedError",
    "ArithmeticError",
    "OverflowError",
    "AssertionError",
    "AttributeError",
    "StopIteration",
    "LookupError",
    "NameError",
    "FloatingPointError",
]

Args = list[Any]
Given = dict[str, Any]


def names(w: Walk) -> dict[str, Any]:
    """The built-in names of a walked program."""
    known: dict[str, Any] = {name: getattr(builtins, name) for name in EXCEPTIONS}
    for name, build in _FUNCTIONS.items():
        known[name] = Builtin(name, functools.partial(build, w))
    return known


def _no_more(name: str, given: Given, span: Span | None) -> None:
    if given:
        raise Unsupported(f"{name}: no reading for {next(iter(given))}=", span=span)


def _one(name: str, args: Args, given: Given, span: Span | None) -> Any:
    _no_more(name, given, span)
    if len(args) != 1:
        raise Raise(TypeError, f"{name}() takes exactly one argument ({len(args)} given)", span)
    return args[0]


def _print(w: Walk, args: Args, given: Given, span: Span | None) -> None:
    between, end = given.pop("sep", " "), given.pop("end", "\n")
    given.pop("flush", None)
    _no_more("print", given, span)
    between = " " if between is None else between
    end = "\n" if end is None else end
    w.write(between.join(printing.text(w, value, span) for value in args) + end)


def _len(w: Walk, args: Args, given: Given, span: Span | None) -> int:
    return length(w, _one("len", args, given, span), span)


def _range(w: Walk, args: Args, given: Given, span: Span | None) -> range:
    _no_more("range", given, span)
    whole = [raw(value) for value in args]
    for value in whole:
        if not isinstance(value, (int, np.integer)):
            raise Raise(TypeError, f"'{type_name(value)}' object cannot be interpreted as an integer", span)
    made: range = guarded(range, tuple(int(value) for value in whole), span)
    return made


def _enumerate(w: Walk, args: Args, given: Given, span: Span | None) -> Lazy:
    start = raw(given.pop("start", args[1] if len(args) > 1 else 0))
    _no_more("enumerate", given, span)
    return Lazy(enumerate(items(w, args[0], span), start))


def _zip(w: Walk, args: Args, given: Given, span: Span | None) -> Lazy:
    strict = given.pop("strict", False)
    _no_more("zip", given, span)

    def together() -> Iterator[Any]:
        try:
            yield from zip(*[items(w, value, span) for value in args], strict=bool(strict))
        except ValueError as error:
            raise Raise(ValueError, str(error), span) from None

    return Lazy(together())


def _map(w: Walk, args: Args, given: Given, span: Span | None) -> Lazy:
    _no_more("map", given, span)
    parts = zip(*[items(w, value, span) for value in args[1:]], strict=False)
    return Lazy(call(w, args[0], list(part), {}, span) for part in parts)


def _filter(w: Walk, args: Args, given: Given, span: Span | None) -> Lazy:
    _no_more("filter", given, span)
    test, of = args

    def keep(value: Any) -> bool:
        return truth(w, value if test is None else call(w, test, [value], {}, span), span)

    return Lazy(value for value in items(w, of, span) if keep(value))


def _reversed(w: Walk, args: Args, given: Given, span: Span | None) -> Lazy:
    return Lazy(iter(collect(w, _one("reversed", args, given, span), span)[::-1]))


def _sum(w: Walk, args: Args, given: Given, span: Span | None) -> Any:
    plain = len(args) == 1 and "start" not in given
    start = args[1] if len(args) > 1 else given.pop("start", 0)
    _no_more("sum", given, span)
    parts = collect(w, args[0], span)
    if all(is_number(part) for part in parts) and is_number(start):
        return _sum_of_numbers(w, parts, start, span)
    total = start
    if plain and isinstance(parts[0], NDArray) and node_of(w, parts[0]).dtype.kind == "f":
        total, *parts = own(w, node_of(w, parts[0])), *parts[1:]  # 0 + x is x, and another array
    for part in parts:
        total = binary(w, "+", total, part, span)
    return total


def _sum_of_numbers(w: Walk, parts: list[Any], start: Any, span: Span | None) -> Any:
    """Numbers of the program added up: one sum step over their stack, with Python's own result."""
    values = [raw(part) for part in parts]
    out = guarded(sum, (values, raw(start)), span)
    if not any(isinstance(part, Num) for part in [*parts, start]) or len(parts) < 2:
        if (
            len(parts) == 1
            and raw(start) == 0
            and isinstance(parts[0], Num)
            and out.__class__ is parts[0].value.__class__
        ):
            return parts[0]
        return out if len(parts) != 1 else binary(w, "+", start, parts[0], span)
    lifted = [lift(w, part, span) for part in parts]
    if not isinstance(out, NUMBERS) or not all(isinstance(part, Num) for part in lifted):
        return out
    w.builder.span = span
    nodes = [w.recorder.node(part.id) for part in lifted]
    dtype = np.result_type(*[node.dtype for node in nodes])
    dtype = np.dtype(np.int64) if dtype.kind == "b" else dtype
    stacked = w.builder.apply("stack", *[node.cast(dtype) for node in nodes], axis=0)
    added = w.builder.apply("sum", stacked, axis=None, keepdims=False)
    if raw(start):
        total = guarded(sum, (values,), span)
        w.recorder.values[added.id] = np.asarray(total, dtype)[()]
        return told(w, "add", (start, Num(total, added.id)), out, span)
    w.recorder.values[added.id] = np.asarray(out, dtype)[()]  # Python adds from the left; newer ones compensate
    return Num(out, added.id)


def _extreme(name: str) -> Callable[..., Any]:
    op = "maximum" if name == "max" else "minimum"
    function = max if name == "max" else min

    def build(w: Walk, args: Args, given: Given, span: Span | None) -> Any:
        key = given.pop("key", None)
        default = given.pop("default", Ellipsis)
        _no_more(name, given, span)
        parts = collect(w, args[0], span) if len(args) == 1 else args
        if not parts:
            if default is not Ellipsis:
                return default
            raise Raise(ValueError, f"{name}() iterable argument is empty", span)
        if key is not None:
            found = [call(w, key, [part], {}, span) for part in parts]
            w.builder.read_out += [one.id for one in found if isinstance(one, Num)]
            keys = [raw(one) for one in found]
            best = (
                guarded(function, (range(len(parts)),), span)
                if len(parts) == 1
                else function(range(len(parts)), key=lambda i: (keys[i],))
            )
            return parts[best]
        if all(is_number(part) for part in parts) and any(isinstance(part, Num) for part in parts) and len(parts) > 1:
            out = function(raw(part) for part in parts)
            best = parts[0]
            for part in parts[1:]:
                pair = (raw(best), raw(part))
                best = told(w, op, (best, part), function(pair), span)
            return best if raw(best).__class__ is out.__class__ else out
        best = parts[0]
        for part in parts[1:]:
            better = binary(w, ">" if name == "max" else "<", part, best, span)
            if truth(w, better, span):
                best = part
        return best

    return build


def _abs(w: Walk, args: Args, given: Given, span: Span | None) -> Any:
    value = _one("abs", args, given, span)
    if is_number(value):
        return told(w, "absolute", (value,), abs(raw(value)), span) if isinstance(value, Num) else abs(value)
    if isinstance(value, (NDArray, Scalar)):
        return arrays.call_name(w, "absolute", [value], span)
    if w.torch is not None and w.torch.is_tensor(value):
        return w.torch.call_name("abs", [value], span)
    raise Raise(TypeError, f"bad operand type for abs(): '{type_name(value)}'", span)


def _round(w: Walk, args: Args, given: Given, span: Span | None) -> Any:
    digits = given.pop("ndigits", args[1] if len(args) > 1 else None)
    _no_more("round", given, span)
    value, places = args[0], raw(digits)
    if isinstance(places, int) and abs(places) > 400:
        raise Unsupported("round is read to at most 400 places", span=span)
    if is_number(value):
        out = guarded(round, (raw(value), places) if digits is not None else (raw(value),), span)
        if not isinstance(value, Num):
            return out
        number = value
        if out.__class__ is int and value.value.__class__ is float:
            return _changed(w, number, "rint", out, span)
        return told(w, "rint", (number,), out, span) if digits is None else _rounded(w, number, places, out, span)
    if isinstance(value, Scalar):
        w.builder.span = span
        node = w.recorder.node(value.id).apply("rint", decimals=int(places or 0))
        if digits is None:
            return Num(int(node.value), node.cast(np.dtype(np.int64)).id)
        return arrays.wrap(w, node)
    if isinstance(value, NDArray):
        return arrays.call_name(w, "round", [value, 0 if places is None else places], span)
    raise Raise(TypeError, f"type {type_name(value)} doesn't define __round__ method", span)


def _rounded(w: Walk, number: Num, places: Any, out: Any, span: Span | None) -> Any:
    w.builder.span = span
    if out.__class__ is not float:
        return out
    node = w.builder.apply("rint", w.recorder.node(number.id), decimals=int(places))
    w.recorder.values[node.id] = np.float64(out)  # Python rounds the exact decimal
    return Num(out, node.id)


def _changed(w: Walk, number: Num, op: str, out: int, span: Span | None) -> Any:
    """A float made whole by ``op``: two steps, the second an int."""
    if not -(2**63) <= out < 2**63:
        return out
    whole = w.recorder.value(OPS[op], (number.id,), float(out), span)
    return w.recorder.cast(whole, out, span)


def _int(w: Walk, args: Args, given: Given, span: Span | None) -> Any:
    if not args:
        return 0
    value = _one("int", args, given, span)
    if is_number(value):
        out = guarded(int, (raw(value),), span)
        if not isinstance(value, Num):
            return out
        return (
            value
            if out.__class__ is value.value.__class__
            else (
                _changed(w, value, "trunc", out, span)
                if value.value.__class__ is float
                else w.recorder.cast(value, out, span)
            )
        )
    return _converted(w, "int", int, value, np.int64, span)


def _float(w: Walk, args: Args, given: Given, span: Span | None) -> Any:
    if not args:
        return 0.0
    value = _one("float", args, given, span)
    if is_number(value):
        out = guarded(float, (raw(value),), span)
        return w.recorder.cast(value, out, span) if isinstance(value, Num) else out
    return _converted(w, "float", float, value, np.float64, span)


def _converted(w: Walk, name: str, kind: Any, value: Any, dtype: Any, span: Span | None) -> Any:
    if isinstance(value, str):
        if len(value) > 400:
            w.check_text(len(value) * 1000)
        return guarded(kind, (value,), span)
    if w.torch is not None and w.torch.is_tensor(value):
        value = w.torch.item(value, span)
        return _int(w, [value], {}, span) if kind is int else _float(w, [value], {}, span)
    if isinstance(value, (NDArray, Scalar)):
        node = arrays.operand(w, value, span)
        if math.prod(node.shape) != 1 or (node.ndim > 0):
            raise Raise(TypeError, "only 0-dimensional arrays can be converted to Python scalars", span)
        w.builder.span = span
        if kind is int and node.dtype.kind == "f":
            guarded(int, (float(node.value),), span)
            node = node.apply("trunc")
        return arrays.plain(w, node.cast(np.dtype(dtype)))
    raise Raise(TypeError, f"{name}() argument must be a string or a real number, not '{type_name(value)}'", span)


def _bool(w: Walk, args: Args, given: Given, span: Span | None) -> Any:
    return truth(w, _one("bool", args, given, span), span) if args else False


def _str(w: Walk, args: Args, given: Given, span: Span | None) -> str:
    return printing.text(w, _one("str", args, given, span), span) if args else ""


def _repr(w: Walk, args: Args, given: Given, span: Span | None) -> str:
    return printing.representation(w, _one("repr", args, given, span), span)


def _format(w: Walk, args: Args, given: Given, span: Span | None) -> str:
    return printing.formatted(w, args[0], args[1] if len(args) > 1 else "", span)


def _list(w: Walk, args: Args, given: Given, span: Span | None) -> list[Any]:
    return collect(w, _one("list", args, given, span), span) if args else []


def _tuple(w: Walk, args: Args, given: Given, span: Span | None) -> tuple[Any, ...]:
    return tuple(collect(w, _one("tuple", args, given, span), span)) if args else ()


def _set(w: Walk, args: Args, given: Given, span: Span | None) -> set[Any]:
    return {hashable(w, item, span) for item in collect(w, _one("set", args, given, span), span)} if args else set()


def _dict(w: Walk, args: Args, given: Given, span: Span | None) -> dict[Any, Any]:
    made: dict[Any, Any] = {}
    if args:
        if isinstance(args[0], dict):
            made.update(args[0])
        else:
            for pair in collect(w, args[0], span):
                key, value = collect(w, pair, span)
                made[hashable(w, key, span)] = value
    made.update(given)
    return made


def _sorted(w: Walk, args: Args, given: Given, span: Span | None) -> list[Any]:
    return sort(w, collect(w, args[0], span), given, span)


def sort(w: Walk, parts: list[Any], given: Given, span: Span | None) -> list[Any]:
    """``sorted``: by value or key; an order of arrays is refused as Python refuses it."""
    key, backwards = given.pop("key", None), given.pop("reverse", False)
    _no_more("sorted", given, span)
    keys = [part if key is None else call(w, key, [part], {}, span) for part in parts]
    w.builder.read_out += [one.id for one in keys if isinstance(one, Num)]
    try:
        order = sorted(range(len(parts)), key=lambda i: _Ordered(keys[i]), reverse=truth(w, backwards, span))
    except TypeError as error:
        raise Raise(TypeError, str(error), span) from None
    return [parts[i] for i in order]


class _Ordered:
    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = _sortable(value)

    def __lt__(self, other: _Ordered) -> bool:
        try:
            return bool(self.value < other.value)
        except TypeError:
            names = f"'{type_name(self.value)}' and '{type_name(other.value)}'"
            raise TypeError(f"'<' not supported between instances of {names}") from None


def _sortable(value: Any) -> Any:
    if isinstance(value, Num):
        return value.value
    if isinstance(value, (tuple, list)):
        return type(value)(_sortable(part) for part in value)
    return value


def _any(w: Walk, args: Args, given: Given, span: Span | None) -> bool:
    return any(truth(w, item, span) for item in items(w, _one("any", args, given, span), span))


def _all(w: Walk, args: Args, given: Given, span: Span | None) -> bool:
    return all(truth(w, item, span) for item in items(w, _one("all", args, given, span), span))


def _divmod(w: Walk, args: Args, given: Given, span: Span | None) -> tuple[Any, Any]:
    return binary(w, "//", args[0], args[1], span), binary(w, "%", args[0], args[1], span)


def _pow(w: Walk, args: Args, given: Given, span: Span | None) -> Any:
    if len(args) == 3:
        return guarded(pow, tuple(raw(value) for value in args), span)
    return binary(w, "**", args[0], args[1], span)


def _next(w: Walk, args: Args, given: Given, span: Span | None) -> Any:
    if not isinstance(args[0], Lazy):
        raise Raise(TypeError, f"'{type_name(args[0])}' object is not an iterator", span)
    for item in args[0].of:
        return item
    if len(args) > 1:
        return args[1]
    raise Raise(StopIteration, "", span)


def _iter(w: Walk, args: Args, given: Given, span: Span | None) -> Lazy:
    value = _one("iter", args, given, span)
    return value if isinstance(value, Lazy) else Lazy(items(w, value, span))


def _isinstance(w: Walk, args: Args, given: Given, span: Span | None) -> bool:
    value, kinds = args
    for kind in kinds if isinstance(kinds, tuple) else (kinds,):
        if isinstance(kind, Builtin) and kind.name in _TYPES:
            if isinstance(raw(value) if value.__class__ is Num else value, _TYPES[kind.name]):
                return True
        elif isinstance(kind, UserClass):
            if isinstance(value, Instance) and kind in value.kind.order():
                return True
        elif isinstance(kind, DTypeValue):
            held = value.value if isinstance(value, Scalar) else np.empty(0) if isinstance(value, NDArray) else None
            if isinstance(held, kind.value):
                return True
        elif isinstance(kind, type) and isinstance(value, Caught):
            if issubclass(value.kind, kind):
                return True
        elif w.torch is not None and w.torch.is_instance(value, kind):
            return True
        elif not isinstance(kind, type) and not (w.torch is not None and w.torch.known(kind)):
            raise Unsupported(f"isinstance with {type_name(kind)} is not read", span=span)
    return False


_TYPES: dict[str, Any] = {
    "int": int, "float": (float, np.float64), "bool": bool, "str": str, "list": list, "tuple": tuple, "dict": dict,
    "set": set,
}  # fmt: skip


def _callable(w: Walk, args: Args, given: Given, span: Span | None) -> bool:
    return isinstance(args[0], (Builtin, Function, UserClass)) or hasattr(args[0], "spelling")


def _type(w: Walk, args: Args, given: Given, span: Span | None) -> Any:
    value = _one("type", args, given, span)
    if isinstance(value, Instance):
        return value.kind
    return printing.Shown(f"<class '{type_name(value)}'>") if not isinstance(value, Caught) else value.kind


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "print": _print, "len": _len, "range": _range, "enumerate": _enumerate, "zip": _zip, "map": _map,
    "filter": _filter, "reversed": _reversed, "sum": _sum, "min": _extreme("min"), "max": _extreme("max"),
    "abs": _abs, "round": _round, "int": _int, "float": _float, "bool": _bool, "str": _str, "repr": _repr,
    "format": _format, "list": _list, "tuple": _tuple, "set": _set, "dict": _dict, "sorted": _sorted, "any": _any,
    "all": _all, "divmod": _divmod, "pow": _pow, "next": _next, "iter": _iter, "isinstance": _isinstance,
    "callable": _callable, "type": _type,
}  # fmt: skip


__all__ = ["EXCEPTIONS", "names", "sort"]
