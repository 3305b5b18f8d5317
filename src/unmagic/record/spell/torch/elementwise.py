"""PyTorch's elementwise functions and methods. Operands reach them in one dtype (`promote`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unmagic.core.build import Node
from unmagic.core.errors import Unsupported

from .base import TABLE, Graded, Operand, dim_of, real

_UNARY = {  # name: op, backward node
    "exp": "exp", "expm1": "expm1", "exp2": "exp2", "log": "log", "log1p": "log1p", "log2": "log2", "log10": "log10",
    "sqrt": "sqrt", "sin": "sin", "cos": "cos", "tan": "tan", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh",
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
    "erf": "erf", "erfc": "erfc", "lgamma": "gammaln", "sigmoid": "sigmoid", "reciprocal": "reciprocal",
    "deg2rad": "radians", "rad2deg": "degrees", "sinc": "sinc",
}  # fmt: skip
_KEEPING = {
    "abs": "absolute", "absolute": "absolute", "neg": "negative", "negative": "negative", "sign": "sign",
    "relu": "relu", "square": "square",
}  # fmt: skip
_GRADS = {"absolute": "Abs", "negative": "Neg", "square": "Pow", "deg2rad": "Deg2Rad", "rad2deg": "Rad2Deg"}


def _one(op: str, floats: bool) -> Callable[..., Any]:
    def build(input: Node) -> Node:
        return (real(input) if floats else input).apply(op)

    return build


for _floats, _names in ((True, _UNARY), (False, _KEEPING)):
    for _name, _op in _names.items():
        _grad = f"{_GRADS.get(_name, _name.capitalize())}Backward0"
        TABLE.function(_name, method=True, grad=_grad)(_one(_op, _floats))

for _name, _op in (("floor", "floor"), ("ceil", "ceil"), ("trunc", "trunc")):
    TABLE.function(_name, method=True, grad=f"{_name.capitalize()}Backward0")(_one(_op, False))
for _name, _op in (("isnan", "isnan"), ("isinf", "isinf"), ("isfinite", "isfinite"), ("logical_not", "logical_not")):
    TABLE.function(_name, method=True)(_one(_op, False))
for _name in ("special.erf", "special.expit"):
    TABLE.function(_name, grad="ErfBackward0")(_one("erf" if "erf" in _name else "sigmoid", True))


@TABLE.function("round", method=True)
def round_(input: Node, *, decimals: int = 0) -> Graded:
    out = input.apply("rint", decimals=int(decimals)) if input.dtype.kind == "f" else input
    return Graded(out, "RoundBackward1" if decimals else "RoundBackward0")


@TABLE.function("rsqrt", method=True, grad="RsqrtBackward0")
def rsqrt(input: Node) -> Node:
    return real(input).apply("sqrt").apply("reciprocal")


_BINARY = {
    "add": "add", "sub": "subtract", "subtract": "subtract", "mul": "multiply", "multiply": "multiply",
    "maximum": "maximum", "minimum": "minimum", "fmod": "fmod", "remainder": "remainder",
}  # fmt: skip
_COMPARE = {
    "eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal",
    "logical_and": "logical_and", "logical_or": "logical_or", "logical_xor": "logical_xor",
}  # fmt: skip
_FLOAT_BINARY = {"atan2": "arctan2", "hypot": "hypot", "logaddexp": "logaddexp", "xlogy": "xlogy"}


def _two(op: str, floats: bool) -> Callable[..., Any]:
    def build(input: Operand, other: Operand) -> Node:
        assert isinstance(input, Node)
        assert isinstance(other, Node)
        return real(input).apply(op, real(other)) if floats else input.apply(op, other)

    return build


def _scaled(op: str) -> Callable[..., Any]:
    def build(input: Operand, other: Operand, *, alpha: float = 1) -> Node:
        assert isinstance(input, Node)
        assert isinstance(other, Node)
        return input.apply(op, other if alpha == 1 else other * alpha)

    return build


for _name, _op in _BINARY.items():
    _grad = {"subtract": "Sub", "multiply": "Mul"}.get(_name, _name.capitalize()) + "Backward0"
    _make = _scaled if _op in ("add", "subtract") else lambda op: _two(op, False)
    TABLE.function(_name, method=True, grad=_grad)(_make(_op))
for _name, _op in _COMPARE.items():
    TABLE.function(_name, method=True)(_two(_op, False))
for _name, _op in _FLOAT_BINARY.items():
    TABLE.function(_name, method=True, grad=f"{_name.capitalize()}Backward0")(_two(_op, True))


@TABLE.function("div", "divide", "true_divide", method=True, grad="DivBackward0")
def div(input: Operand, other: Operand, *, rounding_mode: str | None = None) -> Node:
    assert isinstance(input, Node)
    assert isinstance(other, Node)
    if rounding_mode is None:
        return real(input).apply("divide", real(other))
    if rounding_mode == "floor":
        return input.apply("floor_divide", other)
    return real(input).apply("divide", real(other)).apply("trunc").cast(input.dtype)


@TABLE.function("pow", method=True)
def pow_(input: Operand, exponent: Operand) -> Node:
    assert isinstance(input, Node)
    assert isinstance(exponent, Node)
    return input.apply("power", exponent)


@TABLE.function("clamp", "clip", method=True, grad="ClampBackward1")
def clamp(input: Node, min: float | None = None, max: float | None = None) -> Node:
    for end in (min, max):
        if isinstance(end, np.ndarray):
            raise Unsupported("clamp is read with numbers as its ends")
    return input.apply("clip", low=min, high=max)


@TABLE.method("clip", grad="ClampBackward1")
def clip(input: Node, min: float | None = None, max: float | None = None) -> Node:
    return clamp(input, min, max)


@TABLE.function("where", method=False, grad="WhereBackward0")
def where(condition: Node, input: Operand, other: Operand) -> Node:
    return condition.builder.apply("where", condition, input, other)


@TABLE.function("masked_fill", method=True, grad="MaskedFillBackward0")
def masked_fill(input: Node, mask: Node, value: Any) -> Node:
    number = float(value) if input.dtype.kind == "f" else value
    return input.builder.apply("where", mask, input.builder.constant(number, input.dtype), input)


@TABLE.function("lerp", method=True, grad="LerpBackward0")
def lerp(input: Node, end: Node, weight: float) -> Node:
    return input + (end - input) * weight


@TABLE.function("softmax", "nn.functional.softmax", "special.softmax", method=True, grad="SoftmaxBackward0")
def softmax(input: Node, dim: Any = None, dtype: Any = None) -> Node:
    return _along("softmax", input, dim, dtype)


@TABLE.function("log_softmax", "nn.functional.log_softmax", method=True, grad="LogSoftmaxBackward0")
def log_softmax(input: Node, dim: Any = None, dtype: Any = None) -> Node:
    return _along("log_softmax", input, dim, dtype)


def _along(op: str, input: Node, dim: Any, dtype: Any) -> Node:
    if dim is None:
        raise Unsupported(f"{op} needs dim: PyTorch only guesses it, with a warning")
    if dtype is not None:
        input = input.cast(np.dtype(dtype))
    if input.dtype.kind != "f":
        raise Unsupported(f'"{op}" not implemented for whole numbers')
    return input.apply(op, axis=dim_of(dim, input.ndim))


@TABLE.function("allclose", method=True)
def allclose(input: Node, other: Node, rtol: float = 1e-5, atol: float = 1e-8) -> Any:
    from unmagic.record.spell.table import Plain

    near = (input - other).apply("absolute").apply("less_equal", other.apply("absolute") * rtol + atol)
    return Plain(near.apply("logical_or", input.apply("equal", other)).apply("all", axis=None))


__all__ = ["Graded"]
