"""What the user hands in, as values of the walked program: every number an input step under its name."""

from __future__ import annotations

import ast
import math
from typing import Any

import numpy as np

from unmagic.core.errors import BadValue
from unmagic.record.recorder import INT_HIGH, INT_LOW, Num

from . import arrays
from .values import Scalar
from .walk import Walk


def into(w: Walk, module: dict[Any, Any], bindings: dict[str, Any], tree: ast.Module) -> None:
    """Bind ``bindings`` in the module's environment. Names with dots (``layer.weight``) wait for their module."""
    tensors = _imports(tree, "torch") and not _imports(tree, "numpy")
    for name, value in bindings.items():
        if "." in name:
            continue
        if not name.isidentifier():
            raise BadValue(f"{name!r} can't be a name in Python")
        module[name] = made(w, name, value, tensors)


def _imports(tree: ast.Module, library: str) -> bool:
    for node in ast.walk(tree):
        names = (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        if any(name.partition(".")[0] == library for name in names):
            return True
    return False


def made(w: Walk, name: str, value: Any, tensors: bool = False) -> Any:
    """One binding: numbers stay Python's, lists become arrays (tensors where only torch is used)."""
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, np.generic):
        if isinstance(value, int) and not INT_LOW <= value <= INT_HIGH:
            return value
        node = w.builder.input(name, np.asarray(value)[()])
        return Num(value, node.id)
    if isinstance(value, dict):
        return {key: made(w, f"{name}[{key!r}]", part, tensors) for key, part in value.items()}
    if isinstance(value, np.generic):
        node = w.builder.input(name, value)  # type: ignore[arg-type]
        return Scalar(value, node.id)
    if type(value).__module__.partition(".")[0] == "torch":
        from .libraries import _torch

        _torch(w)
        return w.torch.bound(name, value)
    listed = isinstance(value, (list, tuple))
    try:
        array = np.array(value)
    except ValueError:
        raise BadValue(f"{name} is no array: its rows differ in length") from None
    if array.dtype.kind not in "biuf":
        raise BadValue(f"{name} is no number and no array of numbers")
    w.limits.need("entries of one array", math.prod(array.shape), w.limits.entries)
    if tensors:
        from .libraries import _torch

        _torch(w)
        if listed and array.dtype == np.float64:
            array = array.astype(np.float32)
        w.decide(f"{name}: taken as a tensor")
        return w.torch.tensor(w.builder.input(name, array))
    if listed:
        w.decide(f"{name}: the list is taken as an array")
    return arrays.own(w, w.builder.input(name, array))
