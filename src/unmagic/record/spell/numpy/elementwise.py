"""NumPy's elementwise functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import BadValue, Unsupported
from unmagic.record.spell.table import Plain

from .base import TABLE, Weak, maybe_cast
from .creation import nonzero

_UNARY = {
    "negative": "negative", "absolute": "absolute", "abs": "absolute", "fabs": "absolute", "sign": "sign",
    "exp": "exp", "expm1": "expm1", "exp2": "exp2", "log": "log", "log1p": "log1p", "log2": "log2", "log10": "log10",
    "sqrt": "sqrt", "cbrt": "cbrt", "square": "square", "reciprocal": "reciprocal",
    "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh",
    "arcsin": "arcsin", "arccos": "arccos", "arctan": "arctan", "asin": "arcsin", "acos": "arccos", "atan": "arctan",
    "arcsinh": "arcsinh", "arccosh": "arccosh", "arctanh": "arctanh", "asinh": "arcsinh", "acosh": "arccosh",
    "atanh": "arctanh", "floor": "floor", "ceil": "ceil", "trunc": "trunc", "fix": "trunc", "rint": "rint",
    "degrees": "degrees", "rad2deg": "degrees", "radians": "radians", "deg2rad": "radians", "sinc": "sinc",
    "isnan": "isnan", "isinf": "isinf", "isfinite": "isfinite", "logical_not": "logical_not",
}  # fmt: skip

_BINARY = {
    "add": "add", "subtract": "subtract", "multiply": "multiply", "divide": "divide", "true_divide": "divide",
    "power": "power", "pow": "power", "float_power": "power", "floor_divide": "floor_divide",
    "remainder": "remainder", "mod": "remainder", "fmod": "fmod", "maximum": "maximum", "minimum": "minimum",
    "fmax": "fmax", "fmin": "fmin", "arctan2": "arctan2", "atan2": "arctan2", "hypot": "hypot",
    "logaddexp": "logaddexp", "logaddexp2": "logaddexp2", "copysign": "copysign", "heaviside": "heaviside",
    "less": "less", "less_equal": "less_equal", "greater": "greater", "greater_equal": "greater_equal",
    "equal": "equal", "not_equal": "not_equal", "logical_and": "logical_and", "logical_or": "logical_or",
    "logical_xor": "logical_xor", "bitwise_and": "bitwise_and", "bitwise_or": "bitwise_or",
    "bitwise_xor": "bitwise_xor",
}  # fmt: skip


# NumPy takes the smallest float for small whole numbers (int8 -> float16); the ops say float64: too rare to model.
def _unary(op: str) -> Callable[..., Any]:
    def build(x: Node, dtype: Any = None) -> Node:
        return maybe_cast(x, dtype).apply(op)

    return build


def _binary(op: str) -> Callable[..., Any]:
    def build(x1: Node, x2: Node, dtype: Any = None) -> Node:
        return maybe_cast(x1, dtype).apply(op, maybe_cast(x2, dtype))

    return build


for _names, _make in ((_UNARY, _unary), (_BINARY, _binary)):
    for _name, _op in _names.items():
        TABLE.function(_name)(_make(_op))


@TABLE.function("positive")
def positive(x: Node) -> Node:
    return x


@TABLE.function("bitwise_not", "invert")
def invert(x: Node) -> Node:
    if x.dtype.kind != "b":
        raise Unsupported("~ is read on truth values only")
    return x.apply("logical_not")


@TABLE.function("round", "around", method=True)
def round_(a: Node, decimals: int = 0) -> Node:
    if a.dtype.kind in "iub":
        return a
    return a.apply("rint", decimals=int(decimals))


@TABLE.function("clip", method=True)
def clip(a: Node, a_min: Weak | None = None, a_max: Weak | None = None, *, min: Weak | None = None,
         max: Weak | None = None) -> Node:  # fmt: skip
    low, high = a_min if a_min is not None else min, a_max if a_max is not None else max
    if not isinstance(low, Node) and not isinstance(high, Node):
        return a.apply("clip", low=low, high=high)
    if low is not None:
        a = a.apply("maximum", low)
    return a if high is None else a.apply("minimum", high)


@TABLE.function("where")
def where(condition: Node, x: Weak | None = None, y: Weak | None = None) -> Any:
    if x is None or y is None:
        if x is not y:
            raise BadValue("either both or neither of x and y should be given")
        return nonzero(condition)
    from unmagic.core.build import weak

    test = condition if condition.dtype.kind == "b" else condition.apply("not_equal", 0)
    builder = condition.builder
    strong = [part.dtype for part in (x, y) if isinstance(part, Node)]
    parts = [part if isinstance(part, Node) else builder.constant(part, weak(part, *strong)) for part in (x, y)]
    if not strong:
        dtype = np.result_type(*[part.dtype for part in parts])
        parts = [part.cast(dtype) for part in parts]
    from unmagic.record.spell.table import Held

    return Held(builder.apply("where", test, *parts))


@TABLE.function("nan_to_num")
def nan_to_num(x: Node, copy: bool = True, nan: float = 0.0, posinf: float | None = None,
               neginf: float | None = None) -> Node:  # fmt: skip
    if x.dtype.kind != "f":
        return x
    info = np.finfo(x.dtype)
    ends = (("greater", np.inf, info.max if posinf is None else posinf),
            ("less", -np.inf, info.min if neginf is None else neginf))  # fmt: skip
    out = x.builder.apply("where", x.apply("isnan"), nan, x)
    for _sign, end, value in ends:
        out = x.builder.apply("where", out.apply("equal", end), float(value), out)
    return out


@TABLE.function("isclose")
def isclose(a: Node, b: Node, rtol: float = 1e-5, atol: float = 1e-8) -> Node:
    near = (a - b).apply("absolute").apply("less_equal", b.apply("absolute") * rtol + atol)
    return near.apply("logical_or", a.apply("equal", b))  # equal infinities are close


@TABLE.function("allclose")
def allclose(a: Node, b: Node, rtol: float = 1e-5, atol: float = 1e-8) -> Plain:
    return Plain(isclose(a, b, rtol, atol).apply("all", axis=None))


@TABLE.function("array_equal")
def array_equal(a1: Node, a2: Node) -> Any:
    if a1.shape != a2.shape:
        return False
    return Plain(a1.apply("equal", a2).apply("all", axis=None))
