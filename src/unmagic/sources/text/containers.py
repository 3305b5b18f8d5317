"""Methods of strings, lists, dicts, sets and tuples that programs use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unmagic.core.errors import Unsupported
from unmagic.core.span import Span

from . import printing
from .arithmetic import guarded, raw
from .indexing import hashable, plain_index
from .iterate import DictView, collect
from .values import Raise, type_name
from .walk import Walk

Args = list[Any]
Given = dict[str, Any]

_STRING = [
    "upper",
    "lower",
    "strip",
    "lstrip",
    "rstrip",
    "split",
    "rsplit",
    "startswith",
    "endswith",
    "find",
    "rfind",
    "count",
    "title",
    "capitalize",
    "isdigit",
    "isalpha",
    "isalnum",
    "isspace",
    "isupper",
    "islower",
    "splitlines",
    "swapcase",
    "index",
    "removeprefix",
    "removesuffix",
    "partition",
]
_PADDED = ("ljust", "rjust", "center", "zfill")


def _string(name: str) -> Callable[..., Any]:
    def method(w: Walk, self: str, args: Args, given: Given, span: Span | None) -> Any:
        parts = tuple(raw(part) for part in args)
        if name in _PADDED and parts and isinstance(parts[0], int):
            w.check_text(parts[0])
        for part in parts:
            if not (part is None or isinstance(part, (str, int)) or _all_text(part)):
                raise Raise(TypeError, f"must be str, not {type_name(part)}", span)
        keywords = {key: raw(value) for key, value in given.items()}
        return guarded(lambda *a: getattr(self, name)(*a, **keywords), parts, span)

    return method


def _all_text(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(part, str) for part in value)


def _replace(w: Walk, self: str, args: Args, given: Given, span: Span | None) -> str:
    if len(args) < 2 or not all(isinstance(part, str) for part in args[:2]):
        raise Raise(TypeError, "replace() argument must be str", span)
    w.check_text(len(self) + self.count(args[0]) * len(args[1]))
    return self.replace(args[0], args[1], *[int(raw(part)) for part in args[2:]])


def _join(w: Walk, self: str, args: Args, given: Given, span: Span | None) -> str:
    parts = collect(w, args[0], span)
    for i, part in enumerate(parts):
        if not isinstance(part, str):
            raise Raise(TypeError, f"sequence item {i}: expected str instance, {type_name(part)} found", span)
    w.check_text(sum(map(len, parts)) + len(self) * len(parts))
    return self.join(parts)


def _format(w: Walk, self: str, args: Args, given: Given, span: Span | None) -> str:
    return printing.format_method(w, self, args, given, span)


def _append(w: Walk, self: list[Any], args: Args, given: Given, span: Span | None) -> None:
    (value,) = _many(args, 1, "append", span)
    self.append(value)
    if len(self) % 4096 == 0:
        w.check_list(len(self))


def _many(args: Args, n: int, name: str, span: Span | None) -> Args:
    if len(args) != n:
        raise Raise(TypeError, f"{name}() takes exactly {n} argument{'s' * (n != 1)} ({len(args)} given)", span)
    return args


def _extend(w: Walk, self: list[Any], args: Args, given: Given, span: Span | None) -> None:
    new = collect(w, _many(args, 1, "extend", span)[0], span)
    w.check_list(len(self) + len(new))
    self.extend(new)


def _sort(w: Walk, self: list[Any], args: Args, given: Given, span: Span | None) -> None:
    from .builtins import sort

    self[:] = sort(w, list(self), given, span)


def _list(name: str) -> Callable[..., Any]:
    def method(w: Walk, self: Any, args: Args, given: Given, span: Span | None) -> Any:
        plain = [plain_index(part) if name in ("pop", "insert") and i == 0 else part for i, part in enumerate(args)]
        return guarded_any(lambda: getattr(self, name)(*plain), span)

    return method


def guarded_any(function: Callable[[], Any], span: Span | None) -> Any:
    try:
        return function()
    except (ValueError, TypeError, IndexError, KeyError) as error:
        message = error.args[0] if isinstance(error, KeyError) and error.args else str(error)
        raise Raise(type(error), repr(message) if isinstance(error, KeyError) else message, span) from None


def _get(w: Walk, self: dict[Any, Any], args: Args, given: Given, span: Span | None) -> Any:
    return self.get(hashable(w, args[0], span), args[1] if len(args) > 1 else None)


def _pop(w: Walk, self: dict[Any, Any], args: Args, given: Given, span: Span | None) -> Any:
    key = hashable(w, args[0], span)
    return guarded_any(lambda: self.pop(key, *args[1:]), span)


def _setdefault(w: Walk, self: dict[Any, Any], args: Args, given: Given, span: Span | None) -> Any:
    return self.setdefault(hashable(w, args[0], span), args[1] if len(args) > 1 else None)


def _update(w: Walk, self: dict[Any, Any], args: Args, given: Given, span: Span | None) -> None:
    from .builtins import _dict

    self.update(_dict(w, args, given, span))
    w.check_list(len(self))


def _view(kind: str) -> Callable[..., Any]:
    def method(w: Walk, self: dict[Any, Any], args: Args, given: Given, span: Span | None) -> DictView:
        return DictView(self, kind)

    return method


def _copy(w: Walk, self: Any, args: Args, given: Given, span: Span | None) -> Any:
    return self.copy()


def _clear(w: Walk, self: Any, args: Args, given: Given, span: Span | None) -> None:
    self.clear()


def _set(name: str) -> Callable[..., Any]:
    def method(w: Walk, self: Any, args: Args, given: Given, span: Span | None) -> Any:
        if name in ("add", "discard", "remove"):
            (value,) = _many(args, 1, name, span)
            return guarded_any(lambda: getattr(self, name)(hashable(w, value, span)), span)
        others = [{hashable(w, item, span) for item in collect(w, arg, span)} for arg in args]
        if name == "pop":
            raise Unsupported("set.pop takes an element by chance", span=span)
        return guarded_any(lambda: getattr(self, name)(*others), span)

    return method


METHODS: dict[type, dict[str, Callable[..., Any]]] = {
    str: {
        **{name: _string(name) for name in (*_STRING, *_PADDED)},
        "replace": _replace,
        "join": _join,
        "format": _format,
    },
    list: {
        "append": _append,
        "extend": _extend,
        "sort": _sort,
        "copy": _copy,
        "clear": _clear,
        **{name: _list(name) for name in ("pop", "insert", "remove", "index", "count", "reverse")},
    },
    tuple: {name: _list(name) for name in ("index", "count")},
    dict: {
        "get": _get,
        "pop": _pop,
        "setdefault": _setdefault,
        "update": _update,
        "copy": _copy,
        "clear": _clear,
        **{name: _view(name) for name in ("keys", "values", "items")},
    },
    set: {
        "copy": _copy,
        "clear": _clear,
        **{
            name: _set(name)
            for name in ("add", "discard", "remove", "union", "intersection", "difference", "update", "issubset",
                         "issuperset", "symmetric_difference", "isdisjoint", "pop")
        },
    },
}  # fmt: skip
