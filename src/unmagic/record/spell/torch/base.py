"""What PyTorch's spellings share: the table, dtypes and their promotion, dimensions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import BadValue, Unsupported
from unmagic.core.graph import DType
from unmagic.record.recorder import Num
from unmagic.record.spell.table import Table

TABLE = Table("torch")
F4 = np.dtype(np.float32)
I8 = np.dtype(np.int64)

Operand = Node | float
Nodes = list[Node]


class Graded(NamedTuple):
    """A result with the name of its backward node, where that depends on the arguments."""

    result: Any
    grad: str


DTYPES: dict[str, Any] = {
    "float32": np.float32, "float": np.float32, "float64": np.float64, "double": np.float64, "float16": np.float16,
    "half": np.float16, "int64": np.int64, "long": np.int64, "int32": np.int32, "int": np.int32, "int16": np.int16,
    "int8": np.int8, "uint8": np.uint8, "bool": np.bool_,
}  # fmt: skip
NAMES = {np.dtype(value): f"torch.{name}" for name, value in reversed(DTYPES.items())}
"""The name that PyTorch prints for a dtype."""

TABLE.plain.update({"pi": math.pi, "e": math.e, "inf": math.inf, "nan": math.nan})
for _name in ("bfloat16", "complex64", "complex128", "float8_e4m3fn"):
    TABLE.refused[_name] = "NumPy has no such dtype, so its digits can't be vouched for"


def category(dtype: DType) -> int:
    return "buif".find({"u": "i"}.get(dtype.kind, dtype.kind)) if dtype.kind != "u" else 2


def promote(values: Sequence[Node | Num | float]) -> DType:
    """PyTorch's result type: whole tensors first, then tensors of rank 0, then Python numbers, by category."""
    ranks: list[list[DType]] = [[], [], []]
    for value in values:
        if isinstance(value, Node):
            ranks[0 if value.ndim else 1].append(value.dtype)
        else:
            number = value.value if isinstance(value, Num) else value
            kind = (
                np.bool_
                if isinstance(number, (bool, np.bool_))
                else np.int64
                if isinstance(number, int)
                else np.float32
            )
            ranks[2].append(np.dtype(kind))
    found: DType | None = None
    for rank in ranks:
        if not rank:
            continue
        high = max(category(dtype) for dtype in rank)
        joint = np.result_type(*[dtype for dtype in rank if category(dtype) == high])
        if found is None or high > category(found):
            found = joint
    assert found is not None
    return found


def real(node: Node) -> Node:
    """Whole numbers and truth values as float32, as PyTorch's functions take them."""
    return node if node.dtype.kind == "f" else node.cast(F4)


def dim_of(dim: Any, rank: int) -> int:
    """``dim`` counted from 0; the message is PyTorch's."""
    if isinstance(dim, bool) or not isinstance(dim, (int, np.integer)):
        raise BadValue(f"dim must be a whole number, not {dim!r}")
    n = max(rank, 1)
    if not -n <= dim < n:
        raise BadValue(f"Dimension out of range (expected to be in range of [{-n}, {n - 1}], but got {dim})")
    return int(dim) % n


def dims_of(dim: Any, rank: int) -> int | tuple[int, ...] | None:
    if dim is None:
        return None
    if isinstance(dim, (tuple, list)):
        return tuple(dim_of(one, rank) for one in dim) if dim else None
    return dim_of(dim, rank) if rank else None


def torch_dtype(dtype: Any, default: DType | None = None) -> DType | None:
    if dtype is None:
        return default
    try:
        return np.dtype(dtype)
    except TypeError:
        raise Unsupported(f"{dtype!r} is no dtype that is read") from None


def sizes_of(*size: Any) -> tuple[int, ...]:
    """A shape given as several numbers or as one sequence."""
    only = size[0] if len(size) == 1 and isinstance(size[0], (tuple, list)) else size
    found = []
    for n in only:
        if isinstance(n, bool) or not isinstance(n, (int, np.integer)):
            raise BadValue(f"a size is a whole number, not {n!r}")
        if n < -1:
            raise BadValue(f"Trying to create tensor with negative dimension {n}")
        found.append(int(n))
    return tuple(found)
