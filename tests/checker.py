"""Re-reads a printed Line from its text and its ASCII and says whether it is true. Shares no code with the solver.

Rationals are computed as fractions, everything else by mpmath at 120 digits. A function of a rational number counts as
irrational but at the points where it is known to be rational, so that closeness never passes for equality.

``assert_true(line)`` raises `FalseLine`; `checked` counts.
"""

from __future__ import annotations

import ast
import math
import re
import sys
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache, reduce
from typing import Any

import mpmath
import numpy as np

DPS = 120
HUGE = 5000  # powers of ten beyond which a number is no fraction here

LARGEST = sys.float_info.max

Value = Any
"""A Fraction where rational for sure, else an mpf; nan and infinities are mpf."""

checked = 0


class FalseLine(AssertionError):
    """A Line that does not hold as printed."""


# ---------------------------------------------------------------------------------------------- numbers


def number(text: str) -> Value:
    """A printed numeral."""
    text = text.replace("−", "-").strip()
    if text in ("inf", "-inf", "nan"):
        return mpmath.mpf(text)
    mantissa, _, exponent = text.partition("e")
    power = int(exponent or 0)
    if abs(power) > HUGE:
        with mpmath.workdps(DPS):
            return mpmath.mpf(mantissa) * mpmath.mpf(10) ** power
    return Fraction(mantissa) * Fraction(10) ** power


def half_unit(text: str) -> Value:
    """Half a unit of the last printed digit."""
    mantissa, _, exponent = text.replace("−", "-").partition("e")
    decimals = len(mantissa.partition(".")[2]) - int(exponent or 0)
    if abs(decimals) > HUGE:
        return mpmath.mpf(10) ** -decimals / 2
    return Fraction(1, 2) * Fraction(10) ** -decimals


def real(x: Value) -> Any:
    """As mpf."""
    if isinstance(x, Fraction):
        return mpmath.mpf(x.numerator) / mpmath.mpf(x.denominator)
    return x


def is_rational(x: Value) -> bool:
    return isinstance(x, Fraction)


def special(x: Value) -> bool:
    return not isinstance(x, Fraction) and (mpmath.isnan(x) or mpmath.isinf(x))


# ---------------------------------------------------------------------------------------------- functions


def _irrational_but(points: dict[int, Fraction | int], f: Callable[[Any], Any]) -> Callable[[Value], Value]:
    def apply(x: Value) -> Value:
        if is_rational(x) and x in points:
            return Fraction(points[x])
        return f(real(x))

    return apply


def _root(n: int) -> Callable[[Value], Value]:
    def whole(k: int) -> int | None:
        r = math.isqrt(k) if n == 2 else int(mpmath.nint(mpmath.cbrt(k)))
        return r if r**n == k else None

    def apply(x: Value) -> Value:
        if is_rational(x):
            sign = -1 if x < 0 and n == 3 else 1
            if x < 0 and n == 2:
                return mpmath.nan
            top, bottom = whole(abs(x.numerator)), whole(x.denominator)
            if top is not None and bottom is not None:
                return Fraction(sign * top, bottom)
        y = real(x)
        return mpmath.sign(y) * mpmath.root(abs(y), n) if n == 3 else (mpmath.sqrt(y) if y >= 0 else mpmath.nan)

    return apply


def _log(base: int | None) -> Callable[[Value], Value]:
    def apply(x: Value) -> Value:
        if is_rational(x):
            if x < 0:
                return mpmath.nan
            if x == 0:
                return -mpmath.inf
            if x == 1:
                return Fraction(0)
            if base is not None:
                for k, whole in ((1, x), (-1, 1 / x)):
                    power = round(math.log(whole.numerator, base)) if whole.denominator == 1 else None
                    if power is not None and base**power == whole:
                        return Fraction(k * power)
        y = real(x)
        if mpmath.isnan(y) or y < 0:
            return mpmath.nan
        return mpmath.log(y) if base is None else mpmath.log(y) / mpmath.log(base)

    return apply


def _within(low: Any, high: Any, f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: f(x) if low <= x <= high else mpmath.nan


def _rounded(f: Callable[[Any], int], g: Callable[[Any], Any]) -> Callable[[Value], Value]:
    return lambda x: Fraction(f(x)) if is_rational(x) else g(x)


def _extreme(pick: Callable[..., Any], xs: tuple[Value, ...]) -> Value:
    lost = [x for x in xs if special(x) and mpmath.isnan(x)]
    return lost[0] if lost else pick(xs, key=real)


def _sign(x: Value) -> Value:
    return Fraction((x > 0) - (x < 0))


def _factorial(x: Value) -> Value:
    if is_rational(x) and x.denominator == 1 and 0 <= x <= 3000:
        return Fraction(math.factorial(int(x)))
    return mpmath.gamma(real(x) + 1)


def _lgamma(x: Value) -> Value:
    if is_rational(x) and x in (1, 2):
        return Fraction(0)
    return mpmath.log(abs(mpmath.gamma(real(x))))


def _power(x: Value, y: Value) -> Value:
    if is_rational(x) and is_rational(y) and y.denominator == 1 and abs(y) <= 2000:
        if x == 0 and y < 0:
            return mpmath.inf
        return x ** int(y)
    if is_rational(x) and is_rational(y) and y == Fraction(1, 2):
        return FUNCTIONS["sqrt"](x)
    if is_rational(x) and x in (0, 1) and not special(y) and y > 0:
        return x
    base, exponent = real(x), real(y)
    if base < 0:
        return mpmath.nan if exponent != mpmath.floor(exponent) else mpmath.power(base, exponent)
    return mpmath.power(base, exponent)


def _remainder(a: Value, b: Value) -> Value:
    return a - b * Fraction(math.floor(a / b)) if is_rational(a) and is_rational(b) and b else mpmath.nan


def _fmod(a: Value, b: Value) -> Value:
    return a - b * Fraction(math.trunc(a / b)) if b else mpmath.nan


def _copysign(a: Value, b: Value) -> Value:
    return abs(a) if b >= 0 else -abs(a)


def _floor_divide(a: Value, b: Value) -> Value:
    return Fraction(math.floor(a / b))


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "exp": _irrational_but({0: 1}, mpmath.exp),
    "expm1": _irrational_but({0: 0}, mpmath.expm1),
    "exp2": lambda x: _power(Fraction(2), x),
    "log": _log(None),
    "log2": _log(2),
    "log10": _log(10),
    "log1p": lambda x: _log(None)(1 + x),
    "sqrt": _root(2),
    "cbrt": _root(3),
    "sin": _irrational_but({0: 0}, mpmath.sin),
    "cos": _irrational_but({0: 1}, mpmath.cos),
    "tan": _irrational_but({0: 0}, mpmath.tan),
    "arcsin": _irrational_but({0: 0}, _within(-1, 1, mpmath.asin)),
    "arccos": _irrational_but({1: 0}, _within(-1, 1, mpmath.acos)),
    "arctan": _irrational_but({0: 0}, mpmath.atan),
    "sinh": _irrational_but({0: 0}, mpmath.sinh),
    "cosh": _irrational_but({0: 1}, mpmath.cosh),
    "tanh": _irrational_but({0: 0}, mpmath.tanh),
    "arcsinh": _irrational_but({0: 0}, mpmath.asinh),
    "arccosh": _irrational_but({1: 0}, _within(1, mpmath.inf, mpmath.acosh)),
    "arctanh": _irrational_but({0: 0}, _within(-1, 1, mpmath.atanh)),
    "erf": _irrational_but({0: 0}, mpmath.erf),
    "erfc": _irrational_but({0: 1}, mpmath.erfc),
    "Φ": _irrational_but({0: Fraction(1, 2)}, mpmath.ncdf),
    "logΓ": _lgamma,
    "ψ": lambda x: mpmath.digamma(real(x)),
    "polygamma": lambda m, x: mpmath.polygamma(int(m), real(x)),
    "degrees": _irrational_but({0: 0}, lambda x: x * 180 / mpmath.pi),
    "radians": _irrational_but({0: 0}, lambda x: x * mpmath.pi / 180),
    "sign": _sign,
    "floor": _rounded(math.floor, mpmath.floor),
    "ceil": _rounded(math.ceil, mpmath.ceil),
    "trunc": _rounded(math.trunc, lambda x: mpmath.sign(x) * mpmath.floor(abs(x))),
    "round": _rounded(round, mpmath.nint),
    "arctan2": lambda y, x: mpmath.atan2(real(y), real(x)),
    "fmod": _fmod,
    "copysign": _copysign,
    "max": lambda *xs: _extreme(max, xs),
    "min": lambda *xs: _extreme(min, xs),
    "abs": abs,
    "factorial": _factorial,
    "bool": lambda x: Fraction(bool(x)),
}
PYTHON_NAMES = {
    "asin": "arcsin", "acos": "arccos", "atan": "arctan", "asinh": "arcsinh", "acosh": "arccosh", "atanh": "arctanh",
    "atan2": "arctan2", "lgamma": "logΓ", "digamma": "ψ",
}  # fmt: skip


def _called(name: str, args: list[Value]) -> Value:
    if any(special(x) and mpmath.isnan(x) for x in args):
        return mpmath.nan
    with mpmath.workdps(DPS):
        try:
            return FUNCTIONS[name](*args)
        except (ZeroDivisionError, ValueError):
            return mpmath.nan


def _both(a: Value, b: Value, f: Callable[[Any, Any], Any]) -> Value:
    if is_rational(a) and is_rational(b):
        return f(a, b)
    with mpmath.workdps(DPS):
        return f(real(a), real(b))


def _add(a: Value, b: Value) -> Value:
    return _both(a, b, lambda x, y: x + y)


def _times(a: Value, b: Value) -> Value:
    if is_rational(a) and is_rational(b):
        return a * b
    if (is_rational(a) and a == 0 and not special(b)) or (is_rational(b) and b == 0 and not special(a)):
        return Fraction(0)
    return _both(a, b, lambda x, y: x * y)


def _over(a: Value, b: Value) -> Value:
    if not special(b) and b == 0:
        if special(a):
            return a
        return mpmath.nan if a == 0 else mpmath.inf if a > 0 else -mpmath.inf
    if special(b) and not special(a) and not mpmath.isnan(b):
        return Fraction(0)
    if is_rational(a) and a == 0 and not special(b):
        return Fraction(0)
    return _both(a, b, lambda x, y: x / y)


_ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b, "≤": lambda a, b: a <= b, ">": lambda a, b: a > b, "≥": lambda a, b: a >= b,
    "=": lambda a, b: a == b, "≠": lambda a, b: a != b,
}  # fmt: skip


def _ordered(sign: str, a: Value, b: Value) -> bool:
    if is_rational(a) and is_rational(b):
        return _ORDERS[sign](a, b)
    with mpmath.workdps(DPS):
        return _ORDERS[sign](real(a), real(b))


# ---------------------------------------------------------------------------------------------- printed text

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(?P<up>[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)|(?P<name>[A-Za-zΦψ][A-Za-z0-9Γ]*)|(?P<sign>\S))"
)
_DOWN = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
_CLOSE = {"(": ")", "|": "|", "⌊": "⌋", "⌈": "⌉"}


class _Text:
    """A recursive reader of arithmetic as people write it."""

    def __init__(self, text: str) -> None:
        self.tokens: list[tuple[str, str]] = []
        place = 0
        while place < len(text.rstrip()):
            found = _TOKEN.match(text, place)
            assert found is not None
            kind = found.lastgroup or ""
            self.tokens.append((kind, found.group(kind)))
            place = found.end()
        self.place = 0
        self.bars = 0  # open bars: the next one closes

    def peek(self) -> tuple[str, str]:
        return self.tokens[self.place] if self.place < len(self.tokens) else ("", "")

    def take(self) -> tuple[str, str]:
        token = self.peek()
        self.place += 1
        return token

    def accept(self, *texts: str) -> str:
        if self.peek()[1] in texts and self.peek()[0]:
            return self.take()[1]
        return ""

    def need(self, text: str) -> None:
        if not self.accept(text):
            raise FalseLine(f"{text!r} expected at token {self.place} of {self.tokens}")

    def whole(self) -> Value:
        value = self.choice()
        if self.place != len(self.tokens):
            raise FalseLine(f"cannot read on from {self.tokens[self.place :]}")
        return value

    def choice(self) -> Value:
        value = self.loose()
        if self.accept("if"):
            test = self.loose()
            self.need("else")
            other = self.choice()
            return value if test else other
        return value

    def loose(self) -> Value:
        if self.accept("not"):
            return Fraction(not self.arithmetic())
        left = self.arithmetic()
        sign = self.accept("<", "≤", ">", "≥", "=", "≠", "mod", "and", "or", "xor", "&", "" if self.bars else "|")
        if not sign:
            return left
        right = self.arithmetic()
        if sign in _ORDERS:
            return Fraction(_ordered(sign, left, right))
        if sign == "mod":
            return _remainder(left, right)
        if sign == "and":
            return Fraction(bool(left) and bool(right))
        if sign == "or":
            return Fraction(bool(left) or bool(right))
        if sign == "|":
            return Fraction(int(left) | int(right))
        return Fraction(int(left) & int(right) if sign == "&" else int(left) ^ int(right))

    def arithmetic(self) -> Value:
        value = -self.term() if self.accept("−") else self.term()
        while sign := self.accept("+", "−"):
            other = self.term()
            value = _add(value, -other if sign == "−" else other)
        return value

    def term(self) -> Value:
        value = self.power()
        while sign := self.accept("·", "/"):
            other = self.power()
            value = _times(value, other) if sign == "·" else _over(value, other)
        return value

    def power(self) -> Value:
        value = self.atom()
        if self.accept("!"):
            value = _called("factorial", [value])
        kind, text = self.peek()
        if kind == "up":
            self.take()
            return _power(value, Fraction(int(text.translate(_DOWN))))
        if self.accept("^"):
            with mpmath.workdps(DPS):
                return _power(value, self.atom())
        return value

    def atom(self) -> Value:
        kind, text = self.take()
        if kind == "number":
            return number(text)
        if kind == "name":
            return self.named(text)
        if text == "π":
            with mpmath.workdps(DPS):
                return +mpmath.pi
        if text in ("√", "∛"):
            return _called("sqrt" if text == "√" else "cbrt", [self.atom()])
        if text in _CLOSE:
            bars, self.bars = self.bars, int(text == "|")
            value = self.choice()
            self.need(_CLOSE[text])
            self.bars = bars
            if text == "|":
                return abs(value)
            return _called({"⌊": "floor", "⌈": "ceil"}[text], [value]) if text != "(" else value
        raise FalseLine(f"cannot read {text!r}")

    def named(self, name: str) -> Value:
        if name in ("inf", "nan"):
            return mpmath.mpf(name)
        if name == "e":
            with mpmath.workdps(DPS):
                return +mpmath.e
        self.need("(")
        args = [self.choice()]
        while self.accept(","):
            args.append(self.choice())
        self.need(")")
        if name not in FUNCTIONS:
            raise FalseLine(f"no function {name!r}")
        return _called(name, args)


def read_text(text: str) -> Value:
    """The value of arithmetic as printed for people."""
    return _Text(text).whole()


# ---------------------------------------------------------------------------------------------- printed ASCII

_SIGNS: dict[type, str] = {
    ast.Lt: "<", ast.LtE: "≤", ast.Gt: ">", ast.GtE: "≥", ast.Eq: "=", ast.NotEq: "≠",
}  # fmt: skip


def read_ascii(text: str) -> Value:
    """The value of a Python expression over printed digits and names of `math`."""
    return _read(ast.parse(text, mode="eval").body, text)


def _read(node: ast.expr, text: str) -> Value:
    match node:
        case ast.Constant():
            return number(ast.get_source_segment(text, node) or "")
        case ast.Name(id="inf" | "nan" as name):
            return mpmath.mpf(name)
        case ast.Name(id="pi" | "e" as name):
            with mpmath.workdps(DPS):
                return +getattr(mpmath, name)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_read(inner, text)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return Fraction(not _read(inner, text))
        case ast.BinOp(left=left, op=op, right=right):
            return _binary(op, _read(left, text), _read(right, text))
        case ast.BoolOp(op=op, values=values):
            truths = [bool(_read(v, text)) for v in values]
            return Fraction(all(truths) if isinstance(op, ast.And) else any(truths))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return Fraction(_ordered(_SIGNS[type(op)], _read(left, text), _read(right, text)))
        case ast.IfExp(test=test, body=body, orelse=other):
            return _read(body, text) if _read(test, text) else _read(other, text)
        case ast.Call(func=ast.Name(id="Decimal"), args=[ast.Constant(value=str(digits))]):
            return number(digits)
        case ast.Call(func=ast.Name(id=name), args=args):
            own = PYTHON_NAMES.get(name, name)
            if own not in FUNCTIONS:
                raise FalseLine(f"no function {name!r}")
            return _called(own, [_read(arg, text) for arg in args])
    raise FalseLine(f"cannot read {ast.dump(node)}")


def _binary(op: ast.operator, a: Value, b: Value) -> Value:
    match op:
        case ast.Add():
            return _add(a, b)
        case ast.Sub():
            return _add(a, -b)
        case ast.Mult():
            return _times(a, b)
        case ast.Div():
            return _over(a, b)
        case ast.Pow():
            with mpmath.workdps(DPS):
                return _power(a, b)
        case ast.Mod():
            return _remainder(a, b)
        case ast.FloorDiv():
            return _floor_divide(a, b)
        case ast.BitAnd():
            return Fraction(int(a) & int(b))
        case ast.BitOr():
            return Fraction(int(a) | int(b))
        case ast.BitXor():
            return Fraction(int(a) ^ int(b))
    raise FalseLine(f"no sign {op}")


def ieee(text: str, dtype: str) -> float:
    """The same expression in a dtype's own arithmetic, step by step."""
    kind = np.dtype({"bfloat16": "float32"}.get(dtype, dtype if dtype.startswith("float") else "float64")).type
    names: dict[str, Any] = {
        "inf": kind(np.inf), "nan": kind(np.nan), "pi": kind(np.pi), "e": kind(np.e),
        # what hidden terms come to may pass what the dtype holds: a number it is all the same
        "_": lambda x: kind(x) if np.isfinite(kind(x)) else np.clip(np.float64(x), -LARGEST, LARGEST),
        "Decimal": lambda d: names["_"](float(d)), "log": np.log, "atan2": np.arctan2, "round": np.rint,
        "lgamma": lambda x: kind(np.inf if x <= 0 and x == np.floor(x) else mpmath.log(abs(mpmath.gamma(float(x))))),
        "factorial": lambda x: kind(mpmath.gamma(float(x) + 1)), "erf": lambda x: kind(math.erf(x)),
        "erfc": lambda x: kind(math.erfc(x)),
        "max": lambda *xs: reduce(np.maximum, xs), "min": lambda *xs: reduce(np.minimum, xs),
        "digamma": lambda x: kind(np.nan), "polygamma": lambda m, x: kind(np.nan),
    }  # fmt: skip
    for name in ("exp", "expm1", "exp2", "log1p", "log2", "log10", "sqrt", "cbrt", "sin", "cos", "tan", "sinh", "cosh",
                 "tanh", "abs", "floor", "ceil", "trunc", "fmod", "copysign", "degrees", "radians"):  # fmt: skip
        names[name] = getattr(np, name)
    for name, own in PYTHON_NAMES.items():
        names.setdefault(name, getattr(np, own, None))

    class Typed(ast.NodeTransformer):
        def visit_Constant(self, node: ast.Constant) -> ast.expr:
            return ast.Call(ast.Name("_", ast.Load()), [node], []) if not isinstance(node.value, str) else node

    tree = ast.fix_missing_locations(Typed().visit(ast.parse(text, mode="eval")))
    with np.errstate(all="ignore"):
        return float(kind(eval(compile(tree, "line", "eval"), {"__builtins__": {"bool": bool}}, names)))


# ---------------------------------------------------------------------------------------------- the claims


def assert_true(line: Any) -> None:
    """Raise `FalseLine` if a Line does not hold as printed, read from its text and from its ASCII alike."""
    global checked
    checked += 1
    _verify(line.text, line.left, line.ascii, line.value, str(line.relation), line.dtype, line.real, line.real_exact,
            line.rule)  # fmt: skip


@lru_cache(maxsize=200_000)
def _verify(
    text: str, left: str, ascii: str, value: str, relation: str, dtype: str, real_text: str, exact: bool, rule: str
) -> None:
    def fail(why: str) -> None:
        raise FalseLine(f"{text}   [{relation}, ascii {ascii}]: {why}")

    with mpmath.workdps(DPS):
        try:
            from_text, from_ascii = read_text(left), read_ascii(ascii)
        except (FalseLine, SyntaxError) as error:
            raise FalseLine(f"{text}   [{relation}, ascii {ascii}]: cannot be read: {error}") from error
        if not _same(from_text, from_ascii):
            fail(f"text and ASCII differ: {mpmath.nstr(real(from_text), 20)} and {mpmath.nstr(real(from_ascii), 20)}")
        if relation == "order":
            _claim_order(text, left, value, from_text, fail)
        elif relation == "exact":
            if text != f"{left} = {value}":
                fail("its text says something else")
            if not is_rational(from_text) or from_text != number(value):
                fail(f"the left side is {mpmath.nstr(real(from_text), 25)}")
        elif relation == "rounded":
            if text != f"{left} ≈ {value}":
                fail("its text says something else")
            _claim_rounded(from_text, value, fail)
        elif relation == "machine":
            _claim_machine(text, left, ascii, value, dtype, real_text, exact, from_text, fail)
        elif relation == "nonfinite":
            _claim_nonfinite(text, left, ascii, value, dtype, rule, fail)
        else:
            fail("no such relation")


def _same(a: Value, b: Value) -> bool:
    if is_rational(a) and is_rational(b):
        return bool(a == b)
    x, y = real(a), real(b)
    if mpmath.isnan(x) or mpmath.isinf(x):
        return bool(mpmath.isnan(x) and mpmath.isnan(y)) or bool(x == y)
    return bool(abs(x - y) <= abs(y) * mpmath.mpf(10) ** -60)


def _claim_order(text: str, left: str, value: str, found: Value, fail: Callable[[str], None]) -> None:
    if text != left or value != "true":
        fail("an order is its own text, and true")
    if not any(sign in left for sign in "<≤>≥=≠"):
        fail("no order in it")
    if not found:
        fail("it is not so")


def _claim_rounded(found: Value, value: str, fail: Callable[[str], None]) -> None:
    claimed = number(value)
    if special(found) or special(claimed):
        fail("not a finite number")
    if claimed == 0:
        fail("zero is only for zero")
    off = abs(_add(found, -claimed))
    half = half_unit(value)
    if is_rational(off) and off > half:
        fail(f"the left side is {mpmath.nstr(real(found), 25)}")
    if not is_rational(off) and off > real(half) * (1 + mpmath.mpf(10) ** -60):
        fail(f"the left side is {mpmath.nstr(found, 25)}")


def _claim_machine(
    text: str,
    left: str,
    ascii: str,
    value: str,
    dtype: str,
    real_text: str,
    exact: bool,
    found: Value,
    fail: Callable[[str], None],
) -> None:
    if text != f"{left} {'=' if exact else '≈'} {real_text} → {dtype} {value}":
        fail("its text says something else")
    if real_text == value:
        fail("both sides of the arrow print alike")
    if real_text.lstrip("−").startswith("10^"):
        if number(value) != 0:
            fail("a number that small is 0 to any machine")
        power = real_text.lstrip("−")[3:]
        log = mpmath.log10(abs(real(found)))
        if abs(log - real(number(power))) > real(half_unit(power)):
            fail(f"the left side is 10^{mpmath.nstr(log, 20)}")
        return
    claimed = number(real_text)
    if exact:
        if not is_rational(found) or found != claimed:
            fail(f"the real result is {mpmath.nstr(real(found), 25)}")
    else:
        _claim_rounded(found, real_text, fail)
    machine = number(value)
    if not special(machine) and machine == claimed:
        fail("both sides of the arrow are one number")
    if dtype.startswith(("int", "uint")):
        info = np.iinfo(dtype)
        if special(machine) or machine.denominator != 1 or not info.min <= machine <= info.max:
            fail(f"{dtype} has no {value}")
    elif dtype.startswith("float") and not special(machine):
        gap = abs(real(machine) - real(claimed)) - real(half_unit(real_text)) - real(half_unit(value))
        if dtype == "float64" and gap > _coarseness(ascii) * _mass(ascii) + 1e-307:  # subnormals are coarse
            fail(f"rounding in float64 does not get from {real_text} to {value}: one of the operands is another's")
        largest = Fraction(float(np.finfo(dtype).max))
        if abs(machine) > largest * (1 + Fraction(float(np.finfo(dtype).eps)) / 2):
            fail(f"{value} reads back as inf in {dtype}")


def _coarseness(ascii: str) -> float:
    """How far off, relative to it, a machine may hold an operand: a subnormal has few digits."""
    numbers = [abs(float(node.value)) for node in ast.walk(ast.parse(ascii, mode="eval"))
               if isinstance(node, ast.Constant) and isinstance(node.value, (int, float))]  # fmt: skip
    return max([1e-6, *(5e-324 / x for x in numbers if 0 < x < 2.3e-308)])


def _mass(ascii: str) -> float:
    """What the terms of an expression come to if none cancels: rounding is small beside it (inf: nothing is known)."""

    def weigh(node: ast.expr) -> float:
        match node:
            case ast.Constant(value=int() | float() as number):
                return abs(float(number))
            case ast.UnaryOp(operand=inner):
                return weigh(inner)
            case ast.BinOp(left=a, op=ast.Add() | ast.Sub(), right=b):
                return weigh(a) + weigh(b)
            case ast.BinOp(left=a, op=ast.Mult(), right=b):
                return weigh(a) * weigh(b)
        return math.inf

    return weigh(ast.parse(ascii, mode="eval").body)


def _claim_nonfinite(
    text: str, left: str, ascii: str, value: str, dtype: str, rule: str, fail: Callable[[str], None]
) -> None:
    if text != f"{left} ⇒ {value}":
        fail("its text says something else")
    if not rule:
        fail("no rule says why")
    found, claimed = ieee(ascii, dtype), ieee(value.replace("−", "-"), dtype)
    if math.isnan(found) != math.isnan(claimed) or (not math.isnan(found) and found != claimed):
        fail(f"{dtype} gives {found}")
