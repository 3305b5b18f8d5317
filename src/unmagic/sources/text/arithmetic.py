"""Operators: on Python's numbers told to the Recorder, on arrays computed by it, on containers as Python does."""

from __future__ import annotations

import operator
from typing import Any

from unmagic.core.errors import LimitReached, Unsupported
from unmagic.core.graph import NO_ATTRS
from unmagic.core.op import OPS
from unmagic.core.span import Span
from unmagic.record.recorder import INT_HIGH, INT_LOW, Num
from unmagic.record.spell.python import OPERATORS

from . import arrays
from .values import NUMBERS, DTypeValue, Instance, NDArray, Outside, Raise, Scalar, type_name
from .walk import Walk

COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})
_DUNDERS = {
    "+": "add", "-": "sub", "*": "mul", "/": "truediv", "//": "floordiv", "%": "mod", "**": "pow", "@": "matmul",
    "<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne",
}  # fmt: skip
_MIRROR = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq", "ne": "ne"}
_CONTAINERS = (str, list, tuple, dict, set, frozenset, range, type(None), bytes)


def is_number(value: Any) -> bool:
    """A Python number, a step or not."""
    kind = value.__class__
    return kind is Num or kind in NUMBERS


def raw(value: Any) -> Any:
    """The plain number behind a step, anything else as it is."""
    return value.value if isinstance(value, Num) else value


def lift(w: Walk, value: Any, span: Span | None) -> Any:
    """A Python number as a step; one past 64 bits stays as it is."""
    kind = value.__class__
    if kind is Num:
        return value
    if kind is int and not INT_LOW <= value <= INT_HIGH:
        w.decide("whole numbers past 64 bits are computed exactly, but are not steps", span)
        return value
    return w.recorder.number(value, span)


def told(w: Walk, op: str, operands: tuple[Any, ...], out: Any, span: Span | None) -> Any:
    """``out``, which Python computed from numbers ``operands``, as a step if all of them can be."""
    kind = out.__class__
    if kind is complex:
        raise Unsupported("complex numbers are not read", span=span)
    if kind not in NUMBERS or (kind is int and not INT_LOW <= out <= INT_HIGH):
        if kind is int:
            w.decide("whole numbers past 64 bits are computed exactly, but are not steps", span)
        return out
    lifted = [lift(w, value, span) for value in operands]
    if any(value.__class__ is not Num for value in lifted):
        return out
    return w.recorder.value(OPS[op], tuple(value.id for value in lifted), out, span)


def binary(w: Walk, symbol: str, a: Any, b: Any, span: Span | None) -> Any:
    """``a symbol b``, whatever they are."""
    if is_number(a) and is_number(b) and symbol != "@":
        return numbers(w, symbol, a, b, span)
    if w.torch is not None and (w.torch.is_tensor(a) or w.torch.is_tensor(b)):
        return w.torch.binary(symbol, a, b, span)
    if isinstance(a, Instance) or isinstance(b, Instance):
        found = _dunder(w, symbol, a, b, span)
        if found is not NotImplemented:
            return found
    if isinstance(a, (NDArray, Scalar)) or isinstance(b, (NDArray, Scalar)):
        return arrays.binary(w, symbol, a, b, span)
    return _plain(w, symbol, a, b, span)


def numbers(w: Walk, symbol: str, a: Any, b: Any, span: Span | None) -> Any:
    x, y = raw(a), raw(b)
    if symbol in ("<<", ">>"):
        if symbol == "<<":
            integer_size(w, x.bit_length() + max(0, min(y, 10**6)), span)
        return guarded(operator.lshift if symbol == "<<" else operator.rshift, (x, y), span)
    op, function = OPERATORS[symbol]
    if a.__class__ is not Num and b.__class__ is not Num and symbol in COMPARISONS:
        return function(x, y)
    if symbol == "**":
        check_power(w, x, y, span)
    elif symbol == "*" and isinstance(x, int) and isinstance(y, int):
        integer_size(w, x.bit_length() + y.bit_length(), span)
    out = guarded(function, (x, y), span)
    return told(w, op, (a, b), out, span)


def guarded(function: Any, operands: tuple[Any, ...], span: Span | None) -> Any:
    """Python's own arithmetic; what it raises is the program's."""
    try:
        return function(*operands)
    except (ArithmeticError, ValueError, TypeError) as error:
        raise Raise(type(error), str(error), span) from None


def check_power(w: Walk, x: Any, y: Any, span: Span | None) -> None:
    """A power of whole numbers is bounded before it is computed."""
    if isinstance(x, int) and isinstance(y, int) and y > 0 and abs(x) > 1:
        bits = (abs(x).bit_length() - 1) * y
        if bits > w.limits.exponent * 3.33:
            power_limit(w, span)


def integer_size(w: Walk, bits: int, span: Span | None) -> None:
    if bits > 2 * w.limits.exponent * 3.33:
        power_limit(w, span)


def power_limit(w: Walk, span: Span | None) -> None:
    raise LimitReached(
        f"a whole number here passes 10^{w.limits.exponent}",
        span=span,
        notes=(f"limit: whole numbers ≤ 10^{w.limits.exponent}",),
        hint="with a decimal point (9.0) it is a float and ends in an overflow",
    )


def negative(w: Walk, a: Any, span: Span | None) -> Any:
    if is_number(a):
        return told(w, "negative", (a,), -raw(a), span)
    return unary(w, "-", a, span)


def unary(w: Walk, symbol: str, a: Any, span: Span | None) -> Any:
    """``-a``, ``+a``, ``~a``."""
    if is_number(a):
        value = raw(a)
        if symbol == "+":
            return a if value.__class__ is not bool else told(w, "cast", (a,), +value, span)
        if symbol == "~":
            return ~value if isinstance(value, int) else _bad_unary(symbol, a, span)
        return told(w, "negative", (a,), -value, span)
    if w.torch is not None and w.torch.is_tensor(a):
        return w.torch.unary(symbol, a, span)
    if isinstance(a, (NDArray, Scalar)):
        name = {"-": "negative", "+": "positive", "~": "invert"}[symbol]
        return arrays.call_name(w, name, [a], span)
    if isinstance(a, Instance):
        method = a.kind.find({"-": "__neg__", "+": "__pos__", "~": "__invert__"}[symbol])
        if method is not None:
            from .calls import call_method

            return call_method(w, method, a, [], span)
    return _bad_unary(symbol, a, span)


def _bad_unary(symbol: str, a: Any, span: Span | None) -> Any:
    raise Raise(TypeError, f"bad operand type for unary {symbol}: '{type_name(a)}'", span)


def truth(w: Walk, value: Any, span: Span | None) -> bool:
    """The truth of ``value`` where the program decides on it; a decision on a step is recorded."""
    kind = value.__class__
    if kind is bool or value is None:
        return bool(value)
    if kind is Num or kind is Scalar:
        return _decided(w, value, span)
    if kind is NDArray:
        return arrays.truth(w, value, span)
    if w.torch is not None and w.torch.is_tensor(value):
        return bool(w.torch.truth(value, span))
    if kind is Instance:
        for name in ("__bool__", "__len__"):
            method = value.kind.find(name)
            if method is not None:
                from .calls import call_method

                return truth(w, call_method(w, method, value, [], span), span)
        return True
    if isinstance(value, (*NUMBERS, *_CONTAINERS)):
        return bool(value)
    if kind is Outside:
        raise Unsupported(f"{value.name} is not read", span=span)
    return True


def _decided(w: Walk, value: Num, span: Span | None) -> bool:
    step = w.recorder.graph.steps[value.id]
    taken = bool(value.value)
    if not step.inputs and not step.name:
        return taken  # a number that stands in the text decides nothing
    id = value.id
    if step.dtype.kind != "b":
        zero = w.recorder.number(0.0 if step.dtype.kind == "f" else 0, span)
        id = w.recorder.value(OPS["not_equal"], (id, zero.id), taken, span).id
    w.recorder.branch(span, id, taken)
    return taken


def negated(w: Walk, value: Any, span: Span | None) -> Any:
    """``not value``."""
    if value.__class__ is Num and value.value.__class__ is bool:
        return told(w, "logical_not", (value,), not value.value, span)
    return not truth(w, value, span)


def _dunder(w: Walk, symbol: str, a: Any, b: Any, span: Span | None) -> Any:
    from .calls import call_method

    name = _DUNDERS.get(symbol)
    if name is None:
        return NotImplemented
    if isinstance(a, Instance):
        method = a.kind.find(f"__{name}__")
        if method is not None:
            return call_method(w, method, a, [b], span)
    if isinstance(b, Instance):
        method = b.kind.find(f"__{_MIRROR.get(name, 'r' + name)}__")
        if method is not None:
            return call_method(w, method, b, [a], span)
    if symbol in ("==", "!="):
        return (a is b) == (symbol == "==")
    raise _mismatch(symbol, a, b, span)


def _mismatch(symbol: str, a: Any, b: Any, span: Span | None) -> Raise:
    if symbol in COMPARISONS:
        words = f"'{symbol}' not supported between instances of '{type_name(a)}' and '{type_name(b)}'"
        return Raise(TypeError, words, span)
    named = "** or pow()" if symbol == "**" else symbol
    words = f"unsupported operand type(s) for {named}: '{type_name(a)}' and '{type_name(b)}'"
    return Raise(TypeError, words, span)


def _plain(w: Walk, symbol: str, a: Any, b: Any, span: Span | None) -> Any:
    """Strings and containers, sizes checked first."""
    if symbol in ("==", "!="):
        return (a == b) == (symbol == "==")
    allowed = (*_CONTAINERS, *NUMBERS, Num)
    if isinstance(a, DTypeValue) or not isinstance(a, allowed) or not isinstance(b, allowed):
        raise _mismatch(symbol, a, b, span)
    if symbol == "%" and isinstance(a, str):
        from .printing import percent

        return percent(w, a, b, span)
    if symbol == "*":
        many, many_of = (a, b) if is_number(a) else (b, a)
        times = raw(many)
        if isinstance(times, int) and isinstance(many_of, (str, list, tuple)):
            size = len(many_of) * max(0, times)
            (w.check_text if isinstance(many_of, str) else w.check_list)(size)
            return many_of * times
        raise _mismatch(symbol, a, b, span)
    if symbol == "+":
        if isinstance(a, str) and not isinstance(b, str):
            raise Raise(TypeError, f'can only concatenate str (not "{type_name(b)}") to str', span)
        if isinstance(a, (list, tuple)) and type(a) is not type(b):
            kind = type(a).__name__
            raise Raise(TypeError, f'can only concatenate {kind} (not "{type_name(b)}") to {kind}', span)
        if isinstance(a, (str, list, tuple)):
            other: Any = b
            (w.check_text if isinstance(a, str) else w.check_list)(len(a) + len(other))
            return operator.add(a, other)
    if symbol in OPERATORS and isinstance(a, (set, dict, str, list, tuple)) and type(a) is type(b):
        function = operator.sub if symbol == "-" else OPERATORS[symbol][1]
        try:
            return function(a, b)
        except TypeError:
            raise _mismatch(symbol, a, b, span) from None
    raise _mismatch(symbol, a, b, span)


__all__ = ["NO_ATTRS", "binary", "guarded", "is_number", "lift", "negated", "negative", "raw", "told", "truth", "unary"]
