"""The elementary functions that `scalar.Call` may name: how each prints, its value in decimals, its derivative.

``FUNCTIONS["exp"]`` is complete at import. A derivative is a tree over the same operands; a test holds each one to a
central difference, and each decimal value to multiple precision.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np

from . import decimal_math as dm
from . import decimal_special as ds
from .scalar import Call, Constant, Expr, Number, call

ZERO = Number(0)
Decimals = Callable[..., Decimal]
Slopes = Callable[..., tuple[Expr, ...]]


class Function:
    """One elementary function.

    ``text`` and ``ascii`` are templates of the operands' own print, ``{0}`` and ``{1}``; the ASCII is a Python
    expression over names of `math`. ``numpy`` works on scalars and arrays and keeps their dtype. ``decimal(*x, p)`` has
    p digits. ``exact(*x)`` is the value where it is a decimal number for sure, else None: closeness never makes ``=``.
    """

    __slots__ = ("ascii", "decimal", "derivative", "exact", "name", "numpy", "text")

    def __init__(
        self,
        name: str,
        text: str,
        ascii: str,
        numpy: Callable[..., Any],
        decimal: Decimals,
        derivative: Slopes,
        exact: Callable[..., Decimal | None],
    ) -> None:
        self.name = name
        self.text = text
        self.ascii = ascii
        self.numpy = numpy
        self.decimal = decimal
        self.derivative = derivative
        self.exact = exact


def _each(function: Callable[[float], float]) -> Callable[[Any], Any]:
    """A function of `math` on NumPy scalars and arrays, in their dtype."""

    def safe(x: float) -> float:
        try:
            return function(x)
        except OverflowError:
            return math.inf
        except ValueError:
            return math.nan if math.isnan(x) or x == -math.inf else math.inf

    def apply(x: Any) -> Any:
        array = np.asarray(x)
        dtype = array.dtype if array.dtype.kind == "f" else np.dtype(np.float64)
        values = np.array([safe(float(v)) for v in array.ravel()], dtype=np.float64)
        return values.reshape(array.shape).astype(dtype)[()]

    return apply


def _at(**points: str) -> Callable[[Decimal], Decimal | None]:
    """Exact points: ``_at(_0="1")`` says that the value at 0 is 1."""
    table = {Decimal(x[1:].replace("m", "-")): Decimal(y) for x, y in points.items()}
    return lambda x: table.get(x)


def _always(f: Callable[..., Decimal]) -> Callable[..., Decimal]:
    return lambda *x: f(*x, 0)


def _never(*_: Decimal) -> None:
    return None


def _exact_log(base: int) -> Callable[[Decimal], Decimal | None]:
    """Whole powers of the base."""

    def exact(x: Decimal) -> Decimal | None:
        if not x.is_finite() or x <= 0 or abs(x.adjusted()) > 320:
            return None
        power = round(float(x.adjusted()) + math.log10(float(x.scaleb(-x.adjusted()))), 9) / math.log10(base)
        k = round(power)
        top, bottom = x.as_integer_ratio()
        return Decimal(k) if (top == base**k * bottom if k >= 0 else top * base**-k == bottom) else None

    return exact


def _exact_root(x: Decimal) -> Decimal | None:
    if not x.is_finite() or x < 0 or len(x.as_tuple().digits) > 60:
        return None
    c = dm.context(60)
    root = c.sqrt(x)
    return root if dm.context(130).multiply(root, root) == x else None


def _exact_cbrt(x: Decimal) -> Decimal | None:
    if not x.is_finite():
        return x
    root = dm.context(20).plus(dm.cbrt(x, 30))
    return root if dm.context(70).power(root, Decimal(3)) == x else None


def _exact_exp2(x: Decimal) -> Decimal | None:
    return dm.exp2(x, 60) if x == x.to_integral_value() and x.copy_abs() < 150 else None


def _half_even(x: Decimal, _p: int) -> Decimal:
    return x.to_integral_value(rounding="ROUND_HALF_EVEN")


def _rounding(how: str) -> Decimals:
    return lambda x, _p: x.to_integral_value(rounding=how)


def _sign(x: Decimal, _p: int) -> Decimal:
    return x if not x or x.is_nan() else dm.ONE.copy_sign(x)


def _factorial(x: Decimal, p: int) -> Decimal:
    if x == x.to_integral_value() and 0 <= x <= 2000:
        return dm.context(p).plus(Decimal(math.factorial(int(x))))
    return dm.context(p).exp(ds.gammaln(dm.context(p + 10).add(x, dm.ONE), p + 10))


def _exact_factorial(x: Decimal) -> Decimal | None:
    return Decimal(math.factorial(int(x))) if x == x.to_integral_value() and 0 <= x <= 40 else None


def _polygamma(order: Any, x: Any) -> Any:
    return _each(lambda v: float(ds.polygamma(Decimal(int(order)), Decimal(repr(v)), 20)))(x)


def _arctan2(y: Decimal, x: Decimal, p: int) -> Decimal:
    c = dm.context(p + 6)
    half = c.divide(dm.pi(p + 6), dm.TWO)
    if not x:
        return dm.context(p).plus(half.copy_sign(y)) if y else (dm.ZERO if not x.is_signed() else dm.pi(p))
    base = dm.arctan(c.divide(y, x), p + 4)
    if x < 0:
        base = c.add(base, dm.pi(p + 6).copy_sign(y if y else dm.ONE))
    return dm.context(p).plus(base)


def _degrees(x: Decimal, p: int) -> Decimal:
    c = dm.context(p + 5)
    return dm.context(p).divide(c.multiply(x, Decimal(180)), dm.pi(p + 5))


def _radians(x: Decimal, p: int) -> Decimal:
    c = dm.context(p + 5)
    return dm.context(p).divide(c.multiply(x, dm.pi(p + 5)), Decimal(180))


def _floor_divide(a: Decimal, b: Decimal, _p: int) -> Decimal:
    if not b or not a.is_finite() or not b.is_finite():
        return dm.NAN
    c = dm.context(700)
    return c.divide(c.subtract(a, _remainder(a, b, 0)), b).to_integral_value()


def _remainder(a: Decimal, b: Decimal, _p: int) -> Decimal:
    """Of the divisor's sign, as Python's %."""
    if not b:
        return dm.NAN
    c = dm.context(700)
    rest = c.remainder(a, b)
    return c.add(rest, b) if rest and rest.is_signed() != b.is_signed() else rest


def _fmod(a: Decimal, b: Decimal, _p: int) -> Decimal:
    return dm.context(700).remainder(a, b)


def _copysign(a: Decimal, b: Decimal, _p: int) -> Decimal:
    return a.copy_sign(b)


def _on_whole(ufunc: np.ufunc) -> Callable[[Any, Any], Any]:
    """A bit operation on whole numbers that are held as floats."""
    return lambda a, b: ufunc(np.asarray(a, np.int64), np.asarray(b, np.int64))[()] * 1.0


def _bits(symbol: str) -> Decimals:
    def apply(a: Decimal, b: Decimal, _p: int) -> Decimal:
        x, y = int(a), int(b)
        return Decimal(x & y if symbol == "&" else x | y if symbol == "|" else x ^ y)

    return apply


def _truths(test: Callable[[bool, bool], bool]) -> Decimals:
    return lambda a, b, _p: Decimal(int(test(bool(a), bool(b))))


def _square(x: Expr) -> Expr:
    return x ** Number(2)


_TWO_OVER_ROOT_PI = Number(2) / Call("sqrt", Constant("pi"))
_LN2, _LN10 = Call("log", Number(2)), Call("log", Number(10))
_HALF_TURN = Number(180)


def _bell(x: Expr) -> Expr:
    return _TWO_OVER_ROOT_PI * call("exp", -_square(x))


def _normal(x: Expr) -> Expr:
    return call("exp", -_square(x) / 2) / call("sqrt", Number(2) * Constant("pi"))


def _along(x: Expr) -> Expr:
    return call("sign", x)


_TABLE: tuple[tuple[str, str, str, Callable[..., Any], Decimals, Slopes, Callable[..., Decimal | None]], ...] = (
    ("exp", "exp({0})", "exp({0})", np.exp, dm.exp, lambda x: (call("exp", x),), _at(_0="1")),
    ("expm1", "expm1({0})", "expm1({0})", np.expm1, dm.expm1, lambda x: (call("exp", x),), _at(_0="0")),
    ("exp2", "exp2({0})", "2**({0})", np.exp2, dm.exp2, lambda x: (call("exp2", x) * _LN2,), _exact_exp2),
    ("log", "log({0})", "log({0})", np.log, dm.log, lambda x: (1 / x,), _at(_1="0")),
    ("log1p", "log1p({0})", "log1p({0})", np.log1p, dm.log1p, lambda x: (1 / (1 + x),), _at(_0="0")),
    ("log2", "log2({0})", "log2({0})", np.log2, dm.log2, lambda x: (1 / (x * _LN2),), _exact_log(2)),
    ("log10", "log10({0})", "log10({0})", np.log10, dm.log10, lambda x: (1 / (x * _LN10),), _exact_log(10)),
    ("sqrt", "√{0}", "sqrt({0})", np.sqrt, dm.sqrt, lambda x: (0.5 / call("sqrt", x),), _exact_root),
    ("cbrt", "∛{0}", "cbrt({0})", np.cbrt, dm.cbrt, lambda x: (1 / (3 * _square(call("cbrt", x))),), _exact_cbrt),
    ("sin", "sin({0})", "sin({0})", np.sin, dm.sin, lambda x: (call("cos", x),), _at(_0="0")),
    ("cos", "cos({0})", "cos({0})", np.cos, dm.cos, lambda x: (-call("sin", x),), _at(_0="1")),
    ("tan", "tan({0})", "tan({0})", np.tan, dm.tan, lambda x: (1 + _square(call("tan", x)),), _at(_0="0")),
    ("arcsin", "arcsin({0})", "asin({0})", np.arcsin, dm.arcsin,
     lambda x: (1 / call("sqrt", 1 - _square(x)),), _at(_0="0")),
    ("arccos", "arccos({0})", "acos({0})", np.arccos, dm.arccos,
     lambda x: (-1 / call("sqrt", 1 - _square(x)),), _at(_1="0")),
    ("arctan", "arctan({0})", "atan({0})", np.arctan, dm.arctan, lambda x: (1 / (1 + _square(x)),), _at(_0="0")),
    ("sinh", "sinh({0})", "sinh({0})", np.sinh, dm.sinh, lambda x: (call("cosh", x),), _at(_0="0")),
    ("cosh", "cosh({0})", "cosh({0})", np.cosh, dm.cosh, lambda x: (call("sinh", x),), _at(_0="1")),
    ("tanh", "tanh({0})", "tanh({0})", np.tanh, dm.tanh, lambda x: (1 / _square(call("cosh", x)),), _at(_0="0")),
    ("arcsinh", "arcsinh({0})", "asinh({0})", np.arcsinh, dm.arcsinh,
     lambda x: (1 / call("sqrt", _square(x) + 1),), _at(_0="0")),
    ("arccosh", "arccosh({0})", "acosh({0})", np.arccosh, dm.arccosh,
     lambda x: (1 / call("sqrt", (x - 1) * (x + 1)),), _at(_1="0")),
    ("arctanh", "arctanh({0})", "atanh({0})", np.arctanh, dm.arctanh,
     lambda x: (1 / ((1 - x) * (1 + x)),), _at(_0="0")),
    ("erf", "erf({0})", "erf({0})", _each(math.erf), ds.erf, lambda x: (_bell(x),), _at(_0="0")),
    ("erfc", "erfc({0})", "erfc({0})", _each(math.erfc), ds.erfc, lambda x: (-_bell(x),), _at(_0="1")),
    ("normal_cdf", "Φ({0})", "0.5*erfc(-({0})/sqrt(2))", _each(lambda x: 0.5 * math.erfc(-x / math.sqrt(2))),
     ds.normal_cdf, lambda x: (_normal(x),), _at(_0="0.5")),
    ("gammaln", "logΓ({0})", "lgamma({0})", _each(math.lgamma), ds.gammaln,
     lambda x: (call("digamma", x),), _at(_1="0", _2="0")),
    ("digamma", "ψ({0})", "digamma({0})", _each(lambda x: float(ds.digamma(Decimal(repr(x)), 20))), ds.digamma,
     lambda x: (call("polygamma", 1, x),), _never),
    ("factorial", "{0}!", "factorial({0})", _each(lambda x: math.gamma(x + 1)), _factorial,
     lambda x: (call("factorial", x) * call("digamma", x + 1),), _exact_factorial),
    ("degrees", "degrees({0})", "degrees({0})", np.degrees, _degrees,
     lambda x: (_HALF_TURN / Constant("pi"),), _at(_0="0")),
    ("radians", "radians({0})", "radians({0})", np.radians, _radians,
     lambda x: (Constant("pi") / _HALF_TURN,), _at(_0="0")),
    # exact wherever they are defined
    ("abs", "|{0}|", "abs({0})", np.abs, lambda x, _p: x.copy_abs(), lambda x: (_along(x),), _always(
        lambda x, _p: x.copy_abs())),
    ("sign", "sign({0})", "(({0}) > 0) - (({0}) < 0)", np.sign, _sign, lambda x: (ZERO,), _always(_sign)),
    ("floor", "⌊{0}⌋", "floor({0})", np.floor, _rounding("ROUND_FLOOR"), lambda x: (ZERO,),
     _always(_rounding("ROUND_FLOOR"))),
    ("ceil", "⌈{0}⌉", "ceil({0})", np.ceil, _rounding("ROUND_CEILING"), lambda x: (ZERO,),
     _always(_rounding("ROUND_CEILING"))),
    ("trunc", "trunc({0})", "trunc({0})", np.trunc, _rounding("ROUND_DOWN"), lambda x: (ZERO,),
     _always(_rounding("ROUND_DOWN"))),
    ("rint", "round({0})", "round({0})", np.rint, _half_even, lambda x: (ZERO,), _always(_half_even)),
    # of two operands
    ("polygamma", "polygamma({0}, {1})", "polygamma({0}, {1})", _polygamma, ds.polygamma,
     lambda m, x: (ZERO, call("polygamma", m + 1, x)), _never),
    ("arctan2", "arctan2({0}, {1})", "atan2({0}, {1})", np.arctan2, _arctan2,
     lambda y, x: (x / (_square(x) + _square(y)), -y / (_square(x) + _square(y))), _never),
    ("floor_divide", "⌊{0} / {1}⌋", "({0})//({1})", np.floor_divide, _floor_divide,
     lambda a, b: (ZERO, ZERO), _always(_floor_divide)),
    ("remainder", "{0} mod {1}", "({0}) % ({1})", np.remainder, _remainder,
     lambda a, b: (Number(1), -call("floor_divide", a, b)), _always(_remainder)),
    ("fmod", "fmod({0}, {1})", "fmod({0}, {1})", np.fmod, _fmod,
     lambda a, b: (Number(1), -call("trunc", a / b)), _always(_fmod)),
    ("copysign", "copysign({0}, {1})", "copysign({0}, {1})", np.copysign, _copysign,
     lambda a, b: (call("copysign", 1, b) * call("copysign", 1, a), ZERO), _always(_copysign)),
    ("bitwise_and", "{0} & {1}", "({0}) & ({1})", _on_whole(np.bitwise_and), _bits("&"), lambda a, b: (ZERO, ZERO),
     _always(_bits("&"))),
    ("bitwise_or", "{0} | {1}", "({0}) | ({1})", _on_whole(np.bitwise_or), _bits("|"), lambda a, b: (ZERO, ZERO),
     _always(_bits("|"))),
    ("bitwise_xor", "{0} xor {1}", "({0}) ^ ({1})", _on_whole(np.bitwise_xor), _bits("^"), lambda a, b: (ZERO, ZERO),
     _always(_bits("^"))),
    ("logical_and", "{0} and {1}", "bool(({0}) and ({1}))", np.logical_and, _truths(lambda a, b: a and b),
     lambda a, b: (ZERO, ZERO), _always(_truths(lambda a, b: a and b))),
    ("logical_or", "{0} or {1}", "bool(({0}) or ({1}))", np.logical_or, _truths(lambda a, b: a or b),
     lambda a, b: (ZERO, ZERO), _always(_truths(lambda a, b: a or b))),
    ("logical_xor", "{0} xor {1}", "bool({0}) != bool({1})", np.logical_xor, _truths(lambda a, b: a != b),
     lambda a, b: (ZERO, ZERO), _always(_truths(lambda a, b: a != b))),
    ("logical_not", "not {0}", "not ({0})", np.logical_not, lambda x, _p: Decimal(int(not x)), lambda x: (ZERO,),
     _always(lambda x, _p: Decimal(int(not x)))),
)  # fmt: skip

FUNCTIONS: dict[str, Function] = {row[0]: Function(*row) for row in _TABLE}
"""Every elementary function by its name."""

__all__ = ["FUNCTIONS", "Function"]
