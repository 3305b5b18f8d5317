"""Where NumPy's functions take ``out`` by position: after its operands in a ufunc, else where its signature has it."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

_UNSIGNED = {"dot": ("a", "b", "out"), "concatenate": ("arrays", "axis", "out"), "concat": ("arrays", "axis", "out")}


@cache
def positional(name: str) -> tuple[str, ...]:
    """The names of what a function takes by position; a method's array stands first."""
    function: Any = np
    for part in name.split("."):
        function = getattr(function, part, None)
    if isinstance(function, np.ufunc):
        return (*(f"x{k + 1}" for k in range(function.nin)), "out")
    if name in _UNSIGNED:
        return _UNSIGNED[name]
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return ()
    return tuple(one.name for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD)


def apart(name: str, args: Sequence[Any], given: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Arguments with ``out``, and what stands behind it, given by keyword."""
    names = positional(name)
    at = names.index("out") if "out" in names else len(args)
    return list(args[:at]), {**given, **dict(zip(names[at:], args[at:], strict=False))}


__all__ = ["apart", "positional"]
