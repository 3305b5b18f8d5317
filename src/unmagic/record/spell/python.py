"""How Python's own arithmetic spells ops: operators on numbers, the math module, a few built-ins."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

OPERATORS: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "+": ("add", operator.add),
    "-": ("subtract", operator.sub),
    "*": ("multiply", operator.mul),
    "/": ("divide", operator.truediv),
    "//": ("floor_divide", operator.floordiv),
    "%": ("remainder", operator.mod),
    "**": ("power", operator.pow),
    "&": ("bitwise_and", operator.and_),
    "|": ("bitwise_or", operator.or_),
    "^": ("bitwise_xor", operator.xor),
    "<": ("less", operator.lt),
    "<=": ("less_equal", operator.le),
    ">": ("greater", operator.gt),
    ">=": ("greater_equal", operator.ge),
    "==": ("equal", operator.eq),
    "!=": ("not_equal", operator.ne),
}
"""Binary operators and comparisons: the op, and Python's own function."""

MATH_UNARY: dict[str, str] = {
    "exp": "exp", "expm1": "expm1", "exp2": "exp2", "log1p": "log1p", "log2": "log2", "log10": "log10", "sqrt": "sqrt",
    "cbrt": "cbrt", "sin": "sin", "cos": "cos", "tan": "tan", "asin": "arcsin", "acos": "arccos", "atan": "arctan",
    "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
    "erf": "erf", "erfc": "erfc", "lgamma": "gammaln", "fabs": "absolute", "floor": "floor", "ceil": "ceil",
    "trunc": "trunc", "degrees": "degrees", "radians": "radians", "factorial": "factorial", "isnan": "isnan",
    "isinf": "isinf", "isfinite": "isfinite",
}  # fmt: skip
"""Functions of `math` with one argument. Python computes the value; the op says what it was."""

MATH_BINARY: dict[str, str] = {
    "pow": "power", "hypot": "hypot", "atan2": "arctan2", "fmod": "fmod", "copysign": "copysign", "comb": "binomial",
}  # fmt: skip

MATH_PLAIN: dict[str, float] = {"pi": math.pi, "e": math.e, "tau": math.tau, "inf": math.inf, "nan": math.nan}

MATH_INT = ("gcd", "lcm", "perm", "isqrt")
"""Functions of whole numbers that have no op: their result is a number without a step."""
