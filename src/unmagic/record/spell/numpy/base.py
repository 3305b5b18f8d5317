"""What NumPy's spellings share: the table, axes, dtypes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import BadValue, Unsupported
from unmagic.core.graph import DType, Shape
from unmagic.record.recorder import Recorder
from unmagic.record.spell.table import Table

TABLE = Table("numpy")

Weak = Node | float
Nodes = list[Node]

_PLAIN: dict[str, Any] = {
    "pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan, "newaxis": None, "euler_gamma": 0.5772156649015329,
}  # fmt: skip
TABLE.plain.update(_PLAIN)
DTYPES = [
    "float64",
    "float32",
    "float16",
    "int64",
    "int32",
    "int16",
    "int8",
    "uint64",
    "uint32",
    "uint16",
    "uint8",
    "bool_",
    "double",
    "single",
    "half",
    "intp",
]
for _name in DTYPES:
    TABLE.plain[_name] = getattr(np, _name)
for _name in ("floating", "integer", "number", "generic", "ndarray", "bool"):
    TABLE.plain[_name] = getattr(np, _name)


def axis_of(axis: Any, rank: int, what: str = "axis") -> int:
    """``axis`` counted from 0; raises `BadValue` if there is no such axis."""
    if isinstance(axis, (bool, np.bool_)) or not isinstance(axis, (int, np.integer)):
        raise BadValue(f"{what} must be a whole number, not {axis!r}")
    if not -rank <= axis < rank:
        raise BadValue(f"{what} {axis} is out of bounds for array of dimension {rank}")
    return int(axis) % rank


def axes_of(axis: Any, rank: int) -> int | tuple[int, ...] | None:
    """An axis argument, counted from 0: None, one, or several."""
    if axis is None:
        return None
    if isinstance(axis, (tuple, list)):
        return tuple(axis_of(one, rank) for one in axis)
    return axis_of(axis, rank)


def shape_of(shape: Any) -> Shape:
    """A shape argument: a whole number or several."""
    sizes = shape if isinstance(shape, (tuple, list, np.ndarray)) else (shape,)
    out = []
    for size in sizes:
        if isinstance(size, (bool, np.bool_)) or not isinstance(size, (int, np.integer)):
            raise BadValue(f"a shape is of whole numbers, not {size!r}")
        if size < 0:
            raise BadValue("negative dimensions are not allowed")
        out.append(int(size))
    return tuple(out)


def dtype_of(dtype: Any, default: Any = None) -> DType | None:
    """A dtype argument; only numbers and truth values."""
    if dtype is None:
        return None if default is None else np.dtype(default)
    if not isinstance(dtype, (str, type, np.dtype)):
        raise BadValue(f"{dtype!r} is not a dtype")
    try:
        found: DType = np.dtype(dtype)
    except TypeError as error:
        raise BadValue(str(error)) from None
    if found.kind not in "biuf" or found.itemsize > 8:
        raise Unsupported(
            f"arrays of dtype {found} are not read", hint="whole numbers, floats up to 64 bit and bool are"
        )
    return found


def room(r: Recorder, shape: Shape) -> Shape:
    """``shape``, if an array of it is within limits."""
    r.limits.need("entries of one array", math.prod(shape), r.limits.entries)
    r.limits.need("axes of one array", len(shape), 32)
    return shape


def constant(r: Recorder, value: Any, dtype: DType | None = None) -> Node:
    """An array that stands in the text."""
    return r.builder.constant(value, dtype)


def maybe_cast(a: Node, dtype: Any) -> Node:
    wanted = dtype_of(dtype)
    return a if wanted is None else a.cast(wanted)
