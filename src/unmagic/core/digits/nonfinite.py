"""Where a number is infinite or none: what IEEE arithmetic of the dtype gives, and the rule in words."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import numpy as np

from unmagic.core.scalar import Call, Choose, Constant, Expr, Negative, Power, Product, Quotient, Sum, Where
from unmagic.core.scalar_eval import _apply

from .left import Left
from .numerals import MINUS, as_dtype, as_text, length, numeral

_POLES = {"log": "0", "log2": "0", "log10": "0", "log1p": "−1", "arctanh": "±1", "gammaln": "a whole number ≤ 0"}
_DOMAINS = {
    "log": "a negative number",
    "log2": "a negative number",
    "log10": "a negative number",
    "log1p": "a number below −1",
    "sqrt": "a negative number",
    "arcsin": "a number outside −1 to 1",
    "arccos": "a number outside −1 to 1",
    "arctanh": "a number outside −1 to 1",
    "arccosh": "a number below 1",
}


def kind(x: Any) -> str:
    """``nan``, ``inf``, ``-inf`` or ``finite``."""
    x = float(x)
    return "finite" if math.isfinite(x) else "nan" if math.isnan(x) else "inf" if x > 0 else "-inf"


def machine_values(left: Left, values: list[Decimal], dtype: str) -> dict[Expr, Any]:
    """Every node in the dtype's own arithmetic, step by step, on the printed operands."""
    here: dict[Expr, Any] = {}
    name = dtype if dtype != "bool" and not dtype.startswith(("int", "uint", "real")) else "float64"
    with np.errstate(all="ignore"):
        for key, place in left.places.items():
            here[key] = as_dtype(float(values[place]), name)
            if values[place].is_finite() and not np.isfinite(here[key]):
                here[key] = _beyond(values[place])
        for node in left.order:
            here[node] = machine_step(node, [here[arg] for arg in node.args], name)
    return here


def _beyond(x: Decimal) -> np.float64:
    """A number that the dtype does not hold, as a sum of hidden terms may be: it is finite all the same."""
    largest = float(np.finfo(np.float64).max)
    return np.float64(min(max(float(x), -largest), largest))


def outcome(left: Left, values: list[Decimal], dtype: str) -> str:
    """What kind of number the dtype's own arithmetic comes to, in the order that is written."""
    return kind(machine_values(left, values, dtype)[left.root])


def machine_step(node: Expr, args: list[Any], dtype: str) -> Any:
    """One node on machine numbers of a dtype, rounded to it as the machine does."""
    match node:
        case Sum():
            total = args[0] if args else as_dtype(0, dtype)
            for term in args[1:]:
                total = as_dtype(total + term, dtype)
            return total
        case Product():
            result = args[0] if args else as_dtype(1, dtype)
            for factor in args[1:]:
                result = as_dtype(result * factor, dtype)
            return result
        case Power():
            return as_dtype(np.power(args[0], args[1]), dtype)
        case Quotient():
            return as_dtype(np.divide(args[0], args[1]), dtype)
        case Choose(kind=which):
            return (
                (max if which == "max" else min)(args) if not any(a != a for a in args) else as_dtype(math.nan, dtype)
            )
        case Constant():
            return as_dtype(_apply(node, []), dtype)
    return as_dtype(_apply(node, args), dtype)


def rule(left: Left, values: list[Decimal], dtype: str) -> str:
    """In words, what first makes the result infinite or no number."""
    here = machine_values(left, values, dtype)
    limit = f"the largest {dtype}"
    for node in left.order:
        args = [here[arg] for arg in node.args]
        if isinstance(node, Sum):
            said = _sum_rule(args, dtype, limit)
        elif isinstance(node, Product):
            said = _product_rule(args, dtype, limit)
        else:
            said = _step_rule(node, args, here[node], limit)
        if said:
            return said
    if all(v.is_finite() for v in values):
        return f"in the order that the machine adds in, a partial sum passes {limit}"
    return "nan stays nan" if any(v.is_nan() for v in values) else "inf stays inf"


def _written(x: Any) -> str:
    x = Decimal(str(x))
    return as_text(numeral(x, length(x) if x.is_finite() else 0, stripped=True))


def _step_rule(node: Expr, args: list[Any], result: Any, limit: str) -> str:
    kinds = [kind(a) for a in args]
    if isinstance(node, (Negative, Where, Choose)):
        return "" if all(k == "finite" for k in kinds) or isinstance(node, Negative) else _stays(kinds)
    if isinstance(node, Quotient):
        if "nan" in kinds:
            return "nan stays nan"
        if kinds[0] != "finite" and kinds[1] != "finite":
            return "inf / inf"
        if args[1] == 0:
            return "0 / 0" if args[0] == 0 else "division by 0"
        if kinds[1] != "finite":
            return "a number over inf is 0"
        if kinds[0] != "finite":
            return _stays(kinds)
        return f"the quotient passes {limit}" if kind(result) != "finite" else ""
    if all(k == "finite" for k in kinds):
        return _finite_rule(node, args, result, limit)
    if "nan" in kinds:
        return "nan stays nan"
    if isinstance(node, Call):
        given = _written(args[0])
        if kind(result) == "nan":
            return f"{node.function} of {given} has no value"
        return f"{node.function} of {given} is {_written(result)}"
    if isinstance(node, Power):
        return f"{_written(args[0])} to the power of {_written(args[1])} is {_written(result)}"
    return _stays(kinds)


def _finite_rule(node: Expr, args: list[Any], result: Any, limit: str) -> str:
    found = kind(result)
    if found == "finite":
        return ""
    if isinstance(node, Call):
        name = node.function
        if found == "nan":
            return f"{name} of {_DOMAINS.get(name, _written(args[0]))}"
        if name in _POLES:
            return f"{name} of {_POLES[name]}"
        return f"{name} of {_written(args[0])} passes {limit}"
    if isinstance(node, Power):
        if found == "nan":
            return "a negative number to a broken power"
        if args[0] == 0:
            return "0 to a negative power"
        return f"the power passes {limit}"
    return f"the result passes {limit}"


def _stays(kinds: list[str]) -> str:
    return "nan stays nan" if "nan" in kinds else "inf stays inf"


def _sum_rule(args: list[Any], dtype: str, limit: str) -> str:
    kinds = [kind(a) for a in args]
    if "nan" in kinds:
        return "nan stays nan"
    if "inf" in kinds and "-inf" in kinds:
        return f"inf {MINUS} inf"
    if any(k != "finite" for k in kinds):
        return "inf stays inf"
    total = args[0] if args else 0.0
    with np.errstate(all="ignore"):
        for k, term in enumerate(args[1:], 2):
            total = as_dtype(total + term, dtype) if not dtype.startswith(("int", "uint", "bool", "real")) else total
            if kind(total) != "finite":
                return f"the sum of the first {k} terms passes {limit}" if k < len(args) else f"the sum passes {limit}"
    return ""


def _product_rule(args: list[Any], dtype: str, limit: str) -> str:
    kinds = [kind(a) for a in args]
    if "nan" in kinds:
        return "nan stays nan"
    if any(k != "finite" for k in kinds):
        return "0 · inf" if any(a == 0 for a in args) else "inf stays inf"
    result = args[0] if args else 1.0
    with np.errstate(all="ignore"):
        for factor in args[1:]:
            result = result * factor
    return f"the product passes {limit}" if kind(result) != "finite" else ""
