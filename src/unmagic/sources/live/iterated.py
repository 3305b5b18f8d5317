"""Where the item that a loop takes next comes from: an entry of an array, through ``zip``, ``enumerate``, ``reversed``.

An iterator of these kinds says itself what it runs over and how far it is, and asking moves nothing. One that may run
code of the program's is left alone: a frame of ours would stand in its tracebacks.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from .ahead import SEQUENCE
from .line import failed, line, switch

DEPTH = 4
INERT = frozenset(map(type, (iter([]), iter(()), iter(range(0)), iter(""), iter({}), itertools.count())))
"""Iterators that run no code but the interpreter's."""


def told(inner: Any, items: Any) -> Any:
    """``items``, which are those of ``inner``: those that are numbers out of arrays are told."""
    found = places(inner)
    return _told(found, inner, items) if found else items


def _told(found: Any, inner: Any, items: Any) -> Iterator[Any]:
    for item in items:
        if found and switch.on and line.listener is not None:
            try:
                for path, array, number in found:
                    part = item
                    for k in path:
                        part = part[k]
                    line.listener.item(array, number, part)
            except Exception as error:
                failed(error)
        yield item
        found = places(inner) if switch.on else None


def places(iterator: Any) -> list[tuple[tuple[int, ...], Any, int]]:
    """For each part of the next item that is an entry of an array: where in the item, which array, which entry."""
    found: list[tuple[tuple[int, ...], Any, int]] = []
    waiting: list[tuple[tuple[int, ...], Any]] = [((), iterator)]
    while waiting:
        path, one = waiting.pop()
        kind = type(one)
        if kind is SEQUENCE or kind is reversed:
            _, source, *at = one.__reduce__()
            if at and type(source[0]) is not np.ndarray:
                return []
            found += [(path, source[0], at[0])] if at else []
        elif kind is enumerate and len(path) < DEPTH:
            waiting.append(((*path, 1), one.__reduce__()[1][0]))
        elif kind is zip and len(path) < DEPTH:
            waiting += [((*path, k), part) for k, part in enumerate(one.__reduce__()[1])]
        elif kind is np.flatiter:
            found.append((path, one, one.index))
        elif kind not in INERT:
            return []
    return found


__all__ = ["places", "told"]
