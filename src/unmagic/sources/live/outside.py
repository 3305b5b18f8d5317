"""Calls that leave the user's own files: what is known of them, so that what they do is never guessed."""

from __future__ import annotations

import collections
import functools
import itertools
import math
import operator
import random
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

import numpy as np

DRAWERS = (np.random.Generator, np.random.RandomState, random.Random)
SEEDED = (np.random.default_rng, np.random.RandomState, np.random.Generator, np.random.PCG64, np.random.SeedSequence,
          np.random.MT19937, np.random.Philox, np.random.SFC64, random.Random)  # fmt: skip

PASSING: tuple[Any, ...] = (
    len, range, enumerate, zip, list, tuple, dict, reversed, isinstance, issubclass, type, iter, slice, str, repr,
    format, callable, hasattr, object, super, property, staticmethod, classmethod, id, functools.partial,
    collections.OrderedDict, itertools.chain, itertools.repeat, itertools.count, itertools.product, getattr,
    setattr, delattr, np.dtype, np.finfo, np.iinfo, np.may_share_memory, np.shares_memory, np.ndim, np.shape, np.size,
)  # fmt: skip
"""What hands on what it was given, or looks at types and shapes alone."""

BY_ITEM: tuple[Any, ...] = (zip, enumerate, list, tuple, reversed, iter, map, filter)
"""What takes an array's items one by one."""

DECIDING: tuple[Any, ...] = (min, max, sorted, set, frozenset, any, all, hash, divmod, map, filter)

STORING = frozenset({
    "append", "extend", "insert", "get", "items", "keys", "values", "setdefault", "update", "pop", "popleft", "clear",
    "copy", "appendleft", "reverse", "popitem", "add", "__getitem__", "__setitem__", "__len__", "__init__",
})  # fmt: skip
"""Methods of Python's containers that decide nothing on what they hold."""

FILES = frozenset({
    "load", "loadtxt", "genfromtxt", "fromfile", "memmap", "save", "savetxt", "savez", "savez_compressed", "tofile",
    "seterr", "seterrcall", "set_printoptions", "setbufsize", "test", "fromregex", "open_memmap", "frombuffer",
    "fromiter", "nditer", "ndenumerate", "vectorize", "apply_along_axis", "apply_over_axes", "piecewise", "frompyfunc",
    "fromfunction",
})  # fmt: skip
"""Of NumPy, what is more than a function of its arguments."""

_CONTAINERS = (list, dict, tuple, str, set, frozenset, collections.deque, bytes, int, float, range)
_OPERATORS = frozenset(id(one) for one in vars(operator).values() if isinstance(one, BuiltinFunctionType))


def among(callee: Any, those: tuple[Any, ...]) -> bool:
    """Whether it is one of these objects; nobody is asked for equality."""
    return any(callee is one for one in those)


def drawer(callee: Any, told: tuple[Any, ...]) -> Any:
    """The generator that a call draws from; None if it draws nothing."""
    owner = getattr(callee, "__self__", None) if isinstance(callee, (BuiltinFunctionType, MethodType)) else None
    if isinstance(owner, DRAWERS):
        return owner
    if getattr(callee, "__name__", "") == "rvs":
        return next((one for one in told if isinstance(one, DRAWERS)), np.random)
    return next((one for one in told[1:] if isinstance(one, DRAWERS)), None)


def of_container(callee: Any) -> str:
    """The name of a method of Python's own containers, "" if it is none."""
    owner = getattr(callee, "__self__", None)
    known = isinstance(callee, BuiltinFunctionType) and type(owner) in _CONTAINERS
    return callee.__name__ if known else ""


def steady(callee: Any) -> bool:
    """Whether a call gives the same for the same arguments, and does nothing else: NumPy's, SciPy's, Python's math."""
    kind = type(callee)
    if kind is np.ufunc or id(callee) in _OPERATORS:
        return True
    if kind is BuiltinFunctionType and isinstance(getattr(callee, "__self__", None), (np.ndarray, np.generic)):
        return True
    if callee is math or getattr(math, getattr(callee, "__name__", ""), None) is callee:
        return True
    module = getattr(callee, "__module__", None) or ""
    if among(callee, (int, bool, round, float, abs, complex, pow, sum, min, max, divmod)):
        return True
    if module.partition(".")[0] not in ("numpy", "scipy") or module.startswith(("numpy.random", "scipy.stats")):
        return False
    return getattr(callee, "__name__", "") not in FILES


def called(callee: Any) -> str:
    """What a message calls it."""
    owner = getattr(callee, "__self__", None)
    name = getattr(callee, "__qualname__", None) or getattr(callee, "__name__", None) or type(callee).__name__
    module = getattr(callee, "__module__", None) or ""
    if isinstance(callee, (FunctionType, np.ufunc)) or owner is None:
        top = "" if module in ("builtins", "__main__") or isinstance(callee, FunctionType) else module
        return f"{top}.{name}" if top else str(name)
    return str(name)



__all__ = [
    "BY_ITEM", "DECIDING", "PASSING", "SEEDED", "STORING", "among", "called", "drawer", "of_container", "steady",
]  # fmt: skip
