"""The math module: Python computes, the op says what it was."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

from unmagic.core.errors import BadValue
from unmagic.core.span import Span
from unmagic.record.recorder import Num
from unmagic.record.spell.python import MATH_BINARY, MATH_INT, MATH_PLAIN, MATH_UNARY

from .arithmetic import binary, check_power, guarded, integer_size, is_number, lift, raw, told
from .builtins import Args, Given, _changed, _float, _int, _no_more, _sum_of_numbers
from .iterate import collect, items
from .values import Builtin, NDArray, Raise, Scalar, type_name
from .walk import Walk


def math_member(w: Walk, name: str) -> Any:
    """``math.name``; None if there is no reading for it."""
    if name in MATH_PLAIN:
        return MATH_PLAIN[name]
    if name in MATH_UNARY or name in MATH_BINARY or name in MATH_INT or name in _MATH_OTHER:
        return Builtin(f"math.{name}", functools.partial(_math, w, name))
    return None


_MATH_OTHER = ("log", "prod", "hypot", "dist", "fsum", "isclose", "sumprod")


def _math(w: Walk, name: str, args: Args, given: Given, span: Span | None) -> Any:
    if name in ("prod", "fsum", "sumprod", "dist", "hypot") or name == "isclose":
        return _math_of_many(w, name, args, given, span)
    _no_more(f"math.{name}", given, span)
    parts = [_number_of(w, value, span) for value in args]
    values = tuple(raw(part) for part in parts)
    if name == "factorial" and values and isinstance(values[0], int) and values[0] > 170:
        integer_size(w, 10**6, span)
    if name in ("comb", "perm") and any(isinstance(value, int) and abs(value) > 1000 for value in values):
        integer_size(w, 10**6, span)
    if name == "pow":
        check_power(w, 1.0, 1.0, span)
    out = guarded(getattr(math, name), values, span)
    if name == "log":
        if len(parts) == 1:
            return told(w, "log", tuple(parts), out, span)
        base = told(w, "log", (parts[1],), math.log(values[1]), span)
        return told(w, "divide", (told(w, "log", (parts[0],), math.log(values[0]), span), base), out, span)
    if name in MATH_INT:
        return out
    if name in ("floor", "ceil", "trunc"):
        lifted = lift(w, parts[0], span)
        if not isinstance(lifted, Num) or lifted.value.__class__ is not float:
            return parts[0] if lifted.__class__ is Num else out
        return _changed(w, lifted, name, out, span)
    op = MATH_UNARY.get(name) or MATH_BINARY[name]
    return told(w, op, tuple(parts), out, span)


def _number_of(w: Walk, value: Any, span: Span | None) -> Any:
    if is_number(value):
        return value
    if isinstance(value, (NDArray, Scalar)) or (w.torch is not None and w.torch.is_tensor(value)):
        return (
            _float(w, [value], {}, span)
            if not (isinstance(value, Scalar) and np.asarray(value.value).dtype.kind in "iu")
            else _int(w, [value], {}, span)
        )
    raise Raise(TypeError, f"must be real number, not {type_name(value)}", span)


def _math_of_many(w: Walk, name: str, args: Args, given: Given, span: Span | None) -> Any:
    if name == "prod":
        total: Any = given.pop("start", 1)
        for part in items(w, args[0], span):
            total = (
                binary(w, "*", total, part, span)
                if raw(total) != 1 or isinstance(total, Num)
                else (part if raw(part).__class__ is not bool else binary(w, "*", total, part, span))
            )
        return total
    if name == "hypot":
        if len(args) == 2:
            parts = [_number_of(w, part, span) for part in args]
            return told(w, "hypot", tuple(parts), math.hypot(*[raw(part) for part in parts]), span)
        args = [list(args), [0.0] * len(args)]
        name = "dist"
    if name == "isclose":
        values = [raw(_number_of(w, part, span)) for part in args]
        return math.isclose(*values, **{key: raw(value) for key, value in given.items()})
    first = collect(w, args[0], span)
    if name == "fsum":
        made = _sum_of_numbers(w, first, 0.0, span)
        out = guarded(math.fsum, ([raw(part) for part in first],), span)
        if isinstance(made, Num):
            w.recorder.values[made.id] = np.float64(out)
            return Num(out, made.id)
        return out
    second = collect(w, args[1], span)
    if len(first) != len(second):
        raise BadValue(f"math.{name}: {len(first)} numbers against {len(second)}", span=span)
    if name == "sumprod":
        return _sum_of_numbers(w, [binary(w, "*", a, b, span) for a, b in zip(first, second, strict=True)], 0, span)
    gaps = [binary(w, "-", a, b, span) for a, b in zip(first, second, strict=True)]
    squares = [binary(w, "*", gap, gap, span) for gap in gaps]
    out = math.dist([raw(part) for part in first], [raw(part) for part in second])
    total = _sum_of_numbers(w, squares, 0, span)
    return told(w, "sqrt", (total,), out, span)


__all__ = ["math_member"]
