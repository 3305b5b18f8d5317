"""Which spelled function an event called: by identity and type, never by the name that the program uses for it."""

from __future__ import annotations

import builtins
import math
import os
import sysconfig
from functools import cache
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any, NamedTuple

import numpy as np


class Callee(NamedTuple):
    """A table and a name in it: ``numpy linalg.norm``, ``array sum``, ``math exp``, ``python sum``."""

    library: str  # numpy, array, ufunc, math, python, type, or "" where nobody spells it
    name: str


_FOLDERS = [path for name in ("stdlib", "platstdlib", "purelib", "platlib") if (path := sysconfig.get_path(name))]
LIBRARIES = tuple({os.path.join(one, "") for path in _FOLDERS for one in (path, os.path.realpath(path))})
"""Folders whose files are nobody's own program."""

_BUILTINS = ("sum", "abs", "max", "min", "float", "pow", "round", "divmod", "sorted")


@cache
def functions() -> dict[int, Callee]:
    """Every function that is spelled, by its number."""
    from .spell.numpy import TABLE
    from .spell.python import MATH_BINARY, MATH_UNARY

    found: dict[int, Callee] = {}
    for name in TABLE.functions:
        value: Any = np
        for part in name.split("."):
            value = getattr(value, part, None)
        if value is not None:
            found[id(value)] = Callee("numpy", name)
    for name in (*MATH_UNARY, *MATH_BINARY):
        if hasattr(math, name):
            found[id(getattr(math, name))] = Callee("math", name)
    for name in _BUILTINS:
        found[id(getattr(builtins, name))] = Callee("python", name)
    for kind in (np.float64, np.float32, np.float16, np.int64, np.int32):
        found[id(kind)] = Callee("type", kind.__name__)
    return found


def callee(site: Any, told: tuple[Any, ...]) -> Callee | None:
    """What was called; None if the event is no call."""
    if site.kind == "method":
        receiver = told[0]
        kind = type(receiver)
        if kind is np.ndarray or issubclass(kind, np.generic):
            return Callee("array", site.what)
        if kind is ModuleType:
            known = functions().get(id(vars(receiver).get(site.what)))
            return known or _by_name(vars(receiver).get(site.what), f"{receiver.__name__}.{site.what}")
        if kind is np.ufunc:
            return Callee("ufunc", f"{receiver.__name__}.{site.what}")
        name = receiver.__name__ if kind.__name__ == UNHELD else kind.__name__
        return Callee("", f"{name}.{site.what}")
    if site.kind == "call":
        function = told[0]
        known = functions().get(id(function))
        return known or _by_name(function, called_name(function))
    return None


def _by_name(function: Any, name: str) -> Callee:
    """What the spelled libraries' own objects do not tell: NumPy's functions handed on, and SciPy's."""
    from .spell.numpy import TABLE
    from .spell.scipy import UFUNCS

    if type(function) is np.ufunc and function.__name__ in UFUNCS:
        return Callee("scipy", function.__name__)
    if name.startswith(HANDED_ON):
        name = name.removeprefix("autograd.")
        short = name.removeprefix("numpy.")
        return Callee("numpy", short) if short in TABLE.functions else Callee("", name)
    return Callee("", name)


HANDED_ON = "autograd.numpy."
"""A module whose functions are NumPy's under the same names."""


def called_name(function: Any) -> str:
    """``RandomState.rand`` for a function or a bound method; the type's name for other objects that are called."""
    if type(function) is MethodType:
        function = function.__func__
    kind = type(function).__name__
    if kind == UNHELD:
        return str(function.__name__)
    named = type(function) in (FunctionType, BuiltinFunctionType, type) or kind == "cython_function_or_method"
    return function.__qualname__ if named else kind


UNHELD = "Unheld"
"""The type of what stands for an object that is never held."""


def own(site: Any, told: tuple[Any, ...]) -> bool:
    """Whether a call ran instrumented code: what happened in there was told, or nobody listened then."""
    function = told[0]
    if site.kind == "method":
        kind = type(function)
        homes = (function,) if kind is ModuleType else _MRO(function if kind is type else kind)
        spaces = [vars(one) for one in homes]
        function = next((space[site.what] for space in spaces if site.what in space), None)
    if type(function) in (MethodType, staticmethod, classmethod):
        function = function.__func__
    if type(function) is not FunctionType:
        return False
    code = function.__code__
    return code.co_filename == site.source.path or any(type(one) is type(site) for one in code.co_consts)


_MRO = type.__dict__["__mro__"].__get__


def foreign(site: Any, told: tuple[Any, ...]) -> bool:
    """Whether a call left the user's own files: what happened in there was not told."""
    function = told[0]
    if site.kind == "method":
        if type(function) is not ModuleType:
            return type(function).__module__.partition(".")[0] in ("numpy", "scipy")
        function = vars(function).get(site.what)
    if type(function) is MethodType:
        function = function.__func__
    kind = type(function)
    if kind.__module__ == "numpy" or kind is BuiltinFunctionType:
        return True
    if kind is FunctionType:
        return function.__code__.co_filename.startswith(LIBRARIES)
    return kind.__module__.partition(".")[0] in ("numpy", "scipy")


__all__ = ["LIBRARIES", "Callee", "called_name", "callee", "foreign", "functions", "own"]
