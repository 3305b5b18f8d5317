"""What lies in an argument: in lists, tuples and dicts, and in the attributes of the user's own objects."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from types import FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from .fast import Attribute, Place

SEQUENCES = (list, tuple, deque)
MAPS = (dict, OrderedDict, defaultdict, Counter)
_NOT = (type, FunctionType, MethodType, ModuleType, BaseException, np.ndarray, np.generic)
_LIBRARIES = frozenset({"builtins", "numpy", "scipy", "functools", "collections", "random", "threading", "logging"})


def leaves(value: Any, place: Place) -> list[tuple[Place, Any]]:
    """What lies in a value, with its place; of an object what `fields` names."""
    found: list[tuple[Place, Any]] = []
    todo = [(place, value)]
    while todo:
        place, value = todo.pop()
        parts = _parts(value)
        if parts is None:
            found.append((place, value))
        else:
            todo += [(place.into(step), part) for step, part in reversed(parts)]
    return found


def _parts(value: Any) -> list[tuple[Any, Any]] | None:
    if value.__class__ in (list, tuple):
        return list(enumerate(value))
    if value.__class__ is dict:
        return list(value.items())
    if is_object(value):
        own = vars(value)
        return [(Attribute(name), own[name]) for name in fields(value)] or None
    return None


def is_object(value: Any) -> bool:
    """Whether it is an object of the user's, with attributes of its own."""
    if isinstance(value, _NOT) or type(value).__module__.partition(".")[0] in _LIBRARIES:
        return False
    return isinstance(getattr(value, "__dict__", None), dict)


def fields(value: Any) -> list[str]:
    """The attributes of an object that a gradient is taken with respect to: those that hold floats, arrays of floats,
    lists, tuples and dicts of nothing else, and objects with such attributes."""
    return [name for name, part in vars(value).items() if _derivable(part, (id(value),))]


def _derivable(value: Any, around: tuple[int, ...]) -> bool:
    kind = value.__class__
    if kind is float or isinstance(value, np.floating):
        return True
    if kind is np.ndarray:
        return bool(value.dtype.kind == "f")
    if id(value) in around or len(around) > 20:
        return False
    inside = (*around, id(value))
    if kind in (list, tuple, dict):
        parts = list(value.values()) if kind is dict else value
        return bool(parts) and all(_derivable(part, inside) for part in parts)
    return is_object(value) and any(_derivable(part, inside) for part in vars(value).values())


__all__ = ["MAPS", "SEQUENCES", "fields", "is_object", "leaves"]
