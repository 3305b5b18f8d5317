"""Going through things one by one, as Python's ``for`` does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from unmagic.core.span import Span

from . import indexing
from .values import Instance, NDArray, Raise, Scalar, type_name
from .walk import Walk

_ONES = (list, tuple, str, range, set, frozenset)


class Lazy:
    """An iterator of the program: zip, enumerate, a generator expression."""

    __slots__ = ("of",)

    def __init__(self, of: Iterator[Any]) -> None:
        self.of = of

    def __iter__(self) -> Iterator[Any]:
        return self.of


class DictView:
    """``d.keys()``, ``d.values()``, ``d.items()``."""

    __slots__ = ("kind", "of")

    def __init__(self, of: dict[Any, Any], kind: str) -> None:
        self.of = of
        self.kind = kind

    def __iter__(self) -> Iterator[Any]:
        return iter(getattr(self.of, self.kind)())

    def __len__(self) -> int:
        return len(self.of)


def items(w: Walk, value: Any, span: Span | None) -> Iterator[Any]:
    """The items of ``value``; every one counts against the walk's limits."""
    for item in _items(w, value, span):
        w.recorder.tick()
        yield item


def _items(w: Walk, value: Any, span: Span | None) -> Iterator[Any]:
    kind = value.__class__
    if kind in _ONES or kind is Lazy or kind is DictView or isinstance(value, tuple):
        return iter(value)
    if kind is dict:
        return iter(value)
    if kind is NDArray:
        return _rows(w, value, span)
    if w.torch is not None and w.torch.is_tensor(value):
        found: Iterator[Any] = w.torch.rows(value, span)
        return found
    if kind is Instance:
        return _from_dunder(w, value, span)
    layers = getattr(value, "layers", None)
    if layers is not None:
        return iter(list(layers.values()))
    if kind is Scalar:
        raise Raise(TypeError, "'numpy.float64' object is not iterable", span)
    raise Raise(TypeError, f"'{type_name(value)}' object is not iterable", span)


def _rows(w: Walk, value: NDArray, span: Span | None) -> Iterator[Any]:
    shape = value.memory.layout.shape
    if not shape:
        raise Raise(TypeError, "iteration over a 0-d array", span)
    for i in range(shape[0]):
        yield indexing.get(w, value, i, span)


def _from_dunder(w: Walk, value: Instance, span: Span | None) -> Iterator[Any]:
    from .calls import call_method

    method = value.kind.find("__iter__")
    if method is None:
        from .modules import layer_list

        layers = layer_list(value)
        if layers is not None:
            return iter(layers)
        raise Raise(TypeError, f"'{value.kind.name}' object is not iterable", span)
    return items(w, call_method(w, method, value, [], span), span)


def collect(w: Walk, value: Any, span: Span | None) -> list[Any]:
    """All items as a list, its length checked as it grows."""
    if isinstance(value, range):
        w.check_list(len(value))
    out = []
    for item in items(w, value, span):
        out.append(item)
        if len(out) % 4096 == 0:
            w.check_list(len(out))
    return out


def length(w: Walk, value: Any, span: Span | None) -> int:
    """``len(value)``."""
    kind = value.__class__
    if kind in _ONES or kind is dict or kind is DictView or isinstance(value, tuple):
        try:
            return len(value)
        except OverflowError as error:
            raise Raise(OverflowError, str(error), span) from None
    if kind is NDArray:
        shape = value.memory.layout.shape
        if not shape:
            raise Raise(TypeError, "len() of unsized object", span)
        return int(shape[0])
    if w.torch is not None and w.torch.is_tensor(value):
        return int(w.torch.length(value, span))
    if kind is Instance and value.kind.find("__len__") is not None:
        from .arithmetic import raw
        from .calls import call_method

        return int(raw(call_method(w, value.kind.find("__len__"), value, [], span)))
    layers = getattr(value, "layers", None)
    if layers is not None:
        return len(layers)
    raise Raise(TypeError, f"object of type '{type_name(value)}' has no len()", span)


__all__ = ["DictView", "Lazy", "collect", "items", "length"]
