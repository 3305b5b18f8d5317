"""An idiom is accepted only where its own definition gives the numbers that the steps gave."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from .record import Idiom

FLOOR = 1e-9


@lru_cache(maxsize=64)
def tolerance(dtype: Any) -> float:
    """How far two ways to one number may part, relative to the largest: half of the dtype's digits."""
    if np.dtype(dtype).kind not in "fc":
        return FLOOR
    return float(np.sqrt(np.finfo(dtype).eps))


def own_value(idiom: type[Idiom], values: Mapping[str, Any], attrs: Mapping[str, Any]) -> Any:
    """What the idiom's own definition makes of its roles; None if it can't take them."""
    given = {**attrs, **values}
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a mean over no entries warns in its own way
            return idiom.own(**given)
    except (ValueError, IndexError, TypeError, ArithmeticError, np.linalg.LinAlgError):
        return None  # shapes that the definition does not fit: it is not this idiom


def agree(actual: Any, expected: Any) -> bool:
    """Are two results the same numbers, as far as their dtype can tell? Only finite entries are compared."""
    if expected is None:
        return False
    a, b = np.asarray(actual), np.asarray(expected)
    if a.shape != b.shape and a.size == b.size:
        b = b.reshape(a.shape) if _same_but_ones(a.shape, b.shape) else b
    if a.shape != b.shape:
        return False
    if not a.size:
        return True
    tol = max(tolerance(a.dtype), tolerance(b.dtype) if b.dtype.kind == "f" else 0.0)
    with np.errstate(all="ignore"):
        a, b = a.astype(np.float64, copy=False), b.astype(np.float64, copy=False)
        finite = np.isfinite(a) & np.isfinite(b)
        if not finite.any():
            return bool(np.array_equal(a, b, equal_nan=True)) or not np.isfinite(a).any()
        if not finite.all():
            a, b = a[finite], b[finite]
        scale = max(float(abs(one)) for one in (a.max(), a.min(), b.max(), b.min()))
        gap = a - b
        return bool(max(abs(gap.max()), abs(gap.min())) <= tol * max(scale, 1e-300))


def _same_but_ones(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return [n for n in a if n != 1] == [n for n in b if n != 1]
