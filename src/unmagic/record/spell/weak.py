"""The dtype that a number of Python's takes in a function, beside arrays of whole numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from unmagic.core.graph import DType
from unmagic.record.recorder import Num

_FLOATS = frozenset({
    "divide", "true_divide", "arctan2", "atan2", "hypot", "logaddexp", "logaddexp2", "float_power", "copysign",
    "heaviside",
})  # fmt: skip
_COMPARES = frozenset({"less", "less_equal", "greater", "greater_equal", "equal", "not_equal"})


def beside(name: str, numbers: Sequence[Any], strong: Sequence[DType]) -> Sequence[DType]:
    """The dtypes that Python's numbers take after in a function: those its arithmetic is in, and which hold them.

    2**32 beside uint32 is a float where it divides, and is compared as it is; elsewhere NumPy raises.
    """
    if name in _FLOATS:
        return [np.dtype(np.float64) if dtype.kind in "iub" else dtype for dtype in strong]
    if name in _COMPARES:
        for number in numbers:
            for dtype in strong:
                if number.__class__ is int and dtype.kind in "iu" and not _holds(dtype, number):
                    wider = np.dtype(np.float64 if dtype == np.uint64 else np.int64)
                    return [*strong, wider] if number < 0 or wider.kind == "i" else strong
    return strong


def _holds(dtype: DType, number: int) -> bool:
    return int(np.iinfo(dtype).min) <= number <= int(np.iinfo(dtype).max)


def raw(value: Any) -> Any:
    return value.value if value.__class__ is Num else value


__all__ = ["beside", "raw"]
