"""Decimals as print: what a dtype can hold, rounding half up, and a number as text that reads back."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Any

import numpy as np

from unmagic.core.decimal_math import LARGEST_EXPONENT
from unmagic.core.scalar_eval import shortest

MINUS = "−"


class Precision:
    """A dtype as far as digits go: ``cap`` digits tell all its numbers apart, ``start`` are sure to be its own."""

    __slots__ = ("cap", "eps", "largest", "name", "start", "whole")

    def __init__(
        self, name: str, cap: int, start: int, eps: float, largest: Decimal | None = None, whole: bool = False
    ) -> None:
        self.name = name
        self.cap = cap
        self.start = start
        self.eps = eps
        self.largest = largest  # the first real that rounds to inf
        self.whole = whole


_LARGEST64 = Decimal(2**1024 - 2**970)
_LARGEST32 = Decimal(2**128 - 2**103)
_BFLOAT16 = Precision("bfloat16", 4, 2, 2.0**-7, Decimal(2**128 - 2**119))
_REAL = Precision("real", 45, 45, 0.0)
_KNOWN = {
    "float64": Precision("float64", 17, 15, 2.0**-52, _LARGEST64),
    "float32": Precision("float32", 9, 6, 2.0**-23, _LARGEST32),
    "float16": Precision("float16", 5, 3, 2.0**-10, Decimal(65520)),
    "bfloat16": _BFLOAT16,
    "real": _REAL,
    "bool": Precision("bool", 1, 1, 0.0, whole=True),
}


def precision(name: str) -> Precision:
    """What is known of a dtype, by its name; ``real`` is a number that no machine holds."""
    found = _KNOWN.get(name)
    if found is None:
        kind = np.dtype(name)
        if kind.kind in "iu":
            found = Precision(name, 20, 20, 0.0, whole=True)
        elif kind.kind == "f":
            info = np.finfo(kind)
            found = Precision(name, info.precision + 3, info.precision, float(info.eps))
        else:
            raise TypeError(f"digits knows no numbers of dtype {name}")
        _KNOWN[name] = found
    return found


def bfloat16(x: float) -> float:
    """x rounded to bfloat16, ties to even, as a float."""
    bits = int(np.float32(x).view(np.uint32))
    if not math.isfinite(x):
        return x
    rounded = ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16) << 16
    return float(np.uint32(rounded & 0xFFFFFFFF).view(np.float32))


def as_dtype(x: Any, name: str) -> Any:
    """A number rounded to a dtype: a NumPy scalar (bfloat16: a float32 that it can hold)."""
    if name == "bfloat16":
        return np.float32(bfloat16(float(x)))
    if name == "real":
        return np.float64(x)
    return _kind(name)(x)


@lru_cache(maxsize=64)
def _kind(name: str) -> Any:
    return np.dtype(name).type


def full(value: Any, name: str) -> Decimal:
    """The shortest decimal that reads back to the number in its dtype."""
    if name != "bfloat16":
        return shortest(value)
    x = float(value)
    if not math.isfinite(x) or x == 0:
        return Decimal(repr(x))
    for digits in range(4):
        text = f"{x:.{digits}e}"
        if bfloat16(float(text)) == x:
            return Decimal(text)
    return Decimal(f"{x:.4e}")


_WIDE = Context(prec=450, Emax=LARGEST_EXPONENT, Emin=-LARGEST_EXPONENT, traps=[])
"""Room for any rounding. Its flags are nobody's, so threads may share it."""


def half_up(x: Decimal, d: int) -> Decimal:
    """x rounded half up to d decimals (d may be negative)."""
    if x.adjusted() + d > 440:
        return x
    return x.quantize(unit(d), ROUND_HALF_UP, _WIDE)


@lru_cache(maxsize=1024)
def unit(d: int) -> Decimal:
    """One in the last of d decimals."""
    return Decimal((0, (1,), -d))


@lru_cache(maxsize=1024)
def half_unit(d: int) -> Decimal:
    """How far a number rounded to d decimals may be from what it was."""
    return Decimal("0.5").scaleb(-d)


def length(x: Decimal) -> int:
    """How many decimals a decimal needs; negative for a whole number that ends in zeros."""
    if not x:
        return 0
    digits, _, exponent = str(x).partition("E")
    whole, _, rest = digits.partition(".")
    rest = rest.rstrip("0")
    return (len(rest) or len(whole.rstrip("0")) - len(whole)) - int(exponent or 0)


def significant(x: Decimal) -> int:
    """How many digits a decimal needs."""
    return x.adjusted() + length(x) + 1 if x else 1


def numeral(x: Decimal, d: int, *, stripped: bool = False) -> str:
    """A number in ASCII, its last digit at d decimals: ``0.7870``, ``-3``, ``1.798e+308``, ``5.551e-17``.

    Scientific beyond 10¹⁶ and below 10⁻⁴, and where digits before the point are not known. ``stripped`` is for a whole
    number, ``d`` what it needs: no zero at its end.
    """
    if not x.is_finite():
        return "nan" if x.is_nan() else "inf" if x > 0 else "-inf"
    if not x:
        return "0" if stripped else _positional(x, max(d, 0))
    e = x.adjusted()
    if -5 < e < 16 and (d >= 0 or stripped):
        return _positional(x, max(d, 0))
    digits = "".join(map(str, half_up(x, d).as_tuple().digits)) if not stripped else _digits(x)
    digits = digits.ljust(max(1, e + d + 1) if not stripped else 1, "0")
    sign = "-" if x.is_signed() else ""
    mantissa = digits[0] + ("." + digits[1:] if len(digits) > 1 else "")
    return f"{sign}{mantissa}e{'+' if e >= 0 else '-'}{abs(e)}"


def _digits(x: Decimal) -> str:
    return "".join(map(str, x.as_tuple().digits)).rstrip("0")


def _positional(x: Decimal, d: int) -> str:
    text = format(half_up(x, d), "f")
    return text[1:] if text.startswith("-") and not x else text


def as_text(ascii: str) -> str:
    """An ASCII numeral as people read it: the sign is a minus, the exponent's stays as it is."""
    return MINUS + ascii[1:] if ascii.startswith("-") else ascii
