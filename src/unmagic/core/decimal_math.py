"""Elementary functions in decimals to any precision: ``f(x, p)`` has p correct digits, give or take one in the last.

Standard library only. Series run on arguments made small by identities, with guard digits for what those cost.
Formulas: NIST Digital Library of Mathematical Functions, chapter 4.
"""

from __future__ import annotations

import threading
from decimal import Context, Decimal
from functools import lru_cache

ZERO, ONE, TWO = Decimal(0), Decimal(1), Decimal(2)
NAN, INFINITY = Decimal("NaN"), Decimal("Infinity")
LARGEST_EXPONENT = 10**6


class _Contexts(threading.local):
    def __init__(self) -> None:
        self.by_precision: dict[int, Context] = {}


_contexts = _Contexts()


def context(precision: int) -> Context:
    """This thread's own context of a precision: no traps, wide exponents. Its flags are the caller's to clear."""
    found = _contexts.by_precision.get(precision)
    if found is None:
        found = Context(prec=precision, Emax=LARGEST_EXPONENT, Emin=-LARGEST_EXPONENT, traps=[])
        _contexts.by_precision[precision] = found
    return found


def magnitude(x: Decimal) -> int:
    """Power of ten of the leading digit; 0 for 0."""
    return x.adjusted() if x else 0


@lru_cache(maxsize=64)
def _pi(digits: int) -> Decimal:
    def arctan_inverse(n: int, one: int) -> int:
        total = term = one // n
        square, k, sign = n * n, 3, -1
        while term:
            term //= square
            total += sign * (term // k)
            k, sign = k + 2, -sign
        return total

    one = 10 ** (digits + 10)
    value = 4 * (4 * arctan_inverse(5, one) - arctan_inverse(239, one))  # Machin
    return context(digits + 5).scaleb(context(digits + 5).plus(Decimal(value)), -(digits + 10))


def pi(p: int) -> Decimal:
    """π."""
    return _pi((p + 63) // 64 * 64)


@lru_cache(maxsize=64)
def _ln_of(n: int, digits: int) -> Decimal:
    return context(digits).ln(Decimal(n))


def e(p: int) -> Decimal:
    """e."""
    return context(p).exp(ONE)


# ------------------------------------------------------------------------------------- exponential, logarithm


def exp(x: Decimal, p: int) -> Decimal:
    return context(p).exp(x)


def expm1(x: Decimal, p: int) -> Decimal:
    if not x or not x.is_finite():
        return x if not x or x > 0 or x.is_nan() else -ONE
    small = max(0, -magnitude(x))
    if small > p + 5:
        c = context(p)
        return c.fma(x, c.multiply(x, Decimal("0.5")), x)
    c = context(p + small + 5)
    return context(p).subtract(c.exp(x), ONE)


def exp2(x: Decimal, p: int) -> Decimal:
    if x == x.to_integral_value() and x.copy_abs() < 10**5:
        return context(p).power(TWO, x)
    c = context(p + 5 + max(0, magnitude(x) + 1) if x.is_finite() else p)
    return context(p).plus(c.exp(c.multiply(x, _ln_of(2, c.prec))))


def log(x: Decimal, p: int) -> Decimal:
    return context(p).ln(x)


def log1p(x: Decimal, p: int) -> Decimal:
    if not x:
        return x
    if not x.is_finite():
        return context(p).ln(x)
    small = max(0, -magnitude(x))
    c = context(p)
    if small > p + 5:
        return c.fma(c.minus(x), c.multiply(x, Decimal("0.5")), x)
    return c.ln(context(p + small + 5).add(ONE, x))


def log2(x: Decimal, p: int) -> Decimal:
    c = context(p + 3)
    return context(p).divide(c.ln(x), _ln_of(2, p + 3))


def log10(x: Decimal, p: int) -> Decimal:
    return context(p).log10(x)


def sqrt(x: Decimal, p: int) -> Decimal:
    return context(p).sqrt(x)


def cbrt(x: Decimal, p: int) -> Decimal:
    if not x or not x.is_finite():
        return x
    c = context(p + 5)
    root = c.exp(c.divide(c.ln(x.copy_abs()), Decimal(3)))
    return context(p).plus(root.copy_sign(x))


def power(x: Decimal, y: Decimal, p: int) -> Decimal:
    """x to the power of y; whole exponents by multiplication."""
    c = context(p)
    if y == y.to_integral_value() or not x.is_finite() or not y.is_finite() or x <= 0:
        return c.power(x, y)
    guard = context(p + 8 + max(0, magnitude(y)) + len(str(abs(magnitude(x)))))
    return c.plus(guard.exp(guard.multiply(y, guard.ln(x))))


# --------------------------------------------------------------------------------------------- trigonometry


def _alternating(r: Decimal, first: Decimal, k: int, sign: int, p: int) -> Decimal:
    """first·(1 ± r²/((k+1)(k+2)) + …): the series of sin, cos (sign −1), sinh, cosh (sign 1)."""
    c = context(p + 10)
    square = c.multiply(r, r) if sign > 0 else c.minus(c.multiply(r, r))
    total = term = first
    while term:
        term = c.divide(c.multiply(term, square), Decimal((k + 1) * (k + 2)))
        k += 2
        if not term or term.adjusted() < total.adjusted() - p - 8:
            break
        total = c.add(total, term)
    return total


def _quarter(x: Decimal, p: int) -> tuple[int, Decimal]:
    """x = n·π/2 + r with |r| ≤ π/4: n modulo 4, and r to p digits however near a multiple x lies."""
    extra = 10
    while True:
        c = context(p + extra + 2 * max(0, magnitude(x)))
        half = c.divide(pi(c.prec), TWO)
        n = c.divide(x, half).to_integral_value()
        r = c.subtract(x, c.multiply(n, half))
        lost = -magnitude(r) if n else 0
        if lost + 8 <= extra:
            return int(n) % 4, r
        extra = lost + 20


def _sin_shifted(x: Decimal, shift: int, p: int) -> Decimal:
    if not x.is_finite():
        return NAN
    n, r = _quarter(x, p)
    n = (n + shift) % 4
    value = _alternating(r, ONE, 0, -1, p) if n % 2 else _alternating(r, r, 1, -1, p)
    return context(p).plus(value.copy_negate() if n >= 2 else value)


def sin(x: Decimal, p: int) -> Decimal:
    return _sin_shifted(x, 0, p)


def cos(x: Decimal, p: int) -> Decimal:
    return _sin_shifted(x, 1, p)


def tan(x: Decimal, p: int) -> Decimal:
    return context(p).divide(sin(x, p + 4), cos(x, p + 4))


def arctan(x: Decimal, p: int) -> Decimal:
    if x.is_nan() or not x:
        return x
    c = context(p + 12)
    size = x.copy_abs()
    if size > 1:
        quarter = c.divide(pi(p + 12), TWO)
        value = c.subtract(quarter, arctan(c.divide(ONE, size), p + 4)) if x.is_finite() else quarter
        return context(p).plus(value.copy_sign(x))
    halvings = 0
    while size > Decimal("0.05"):
        size = c.divide(size, c.add(ONE, c.sqrt(c.fma(size, size, ONE))))
        halvings += 1
    minus_square = c.minus(c.multiply(size, size))
    total = power_ = size
    k = 1
    while True:
        power_ = c.multiply(power_, minus_square)
        k += 2
        if not power_ or power_.adjusted() < total.adjusted() - p - 8:
            break
        total = c.add(total, c.divide(power_, Decimal(k)))
    return context(p).multiply(total, Decimal(2**halvings)).copy_sign(x)


def arcsin(x: Decimal, p: int) -> Decimal:
    if x.copy_abs() > 1:
        return NAN
    c = context(p + 6)
    if x.copy_abs() == 1:
        return context(p).divide(pi(p + 6), TWO).copy_sign(x)
    exact = context(2 * p + 40)
    root = c.sqrt(exact.multiply(exact.subtract(ONE, x), exact.add(ONE, x)))
    return arctan(c.divide(x, root), p)


def arccos(x: Decimal, p: int) -> Decimal:
    if x.copy_abs() > 1:
        return NAN
    if x == -1:
        return context(p).plus(pi(p + 5))
    c, exact = context(p + 6), context(2 * p + 40)
    root = c.sqrt(c.divide(exact.subtract(ONE, x), exact.add(ONE, x)))
    return context(p).multiply(TWO, arctan(root, p + 4))


# ------------------------------------------------------------------------------------------------ hyperbolic


def sinh(x: Decimal, p: int) -> Decimal:
    if not x.is_finite() or not x:
        return x
    if x.copy_abs() < 1:
        return context(p).plus(_alternating(x, x, 1, 1, p))
    c = context(p + 5)
    up = c.exp(x)
    return context(p).divide(c.subtract(up, c.divide(ONE, up)), TWO)


def cosh(x: Decimal, p: int) -> Decimal:
    if not x.is_finite():
        return x.copy_abs()
    c = context(p + 5)
    up = c.exp(x.copy_abs())
    return context(p).divide(c.add(up, c.divide(ONE, up)), TWO)


def tanh(x: Decimal, p: int) -> Decimal:
    if not x.is_finite():
        return x if x.is_nan() else ONE.copy_sign(x)
    far = x.copy_abs() > 5 * p
    value = ONE if far else context(p).divide(sinh(x, p + 4), cosh(x, p + 4)).copy_abs()
    if value == 1:  # 1 − 2 exp(−2x) is 1 to all digits asked for, and is not 1
        value = context(p).next_minus(ONE)
    return value.copy_sign(x)


def arcsinh(x: Decimal, p: int) -> Decimal:
    if not x.is_finite() or not x:
        return x
    c, size = context(p + 5), x.copy_abs()
    square = c.multiply(size, size)
    inner = c.add(size, c.divide(square, c.add(ONE, c.sqrt(c.add(ONE, square)))))
    return log1p(inner, p).copy_sign(x)


def arccosh(x: Decimal, p: int) -> Decimal:
    if x < 1:
        return NAN
    exact, c = context(2 * p + 400), context(p + 5)
    t = exact.subtract(x, ONE)
    return log1p(c.add(t, c.sqrt(c.multiply(t, c.add(t, TWO)))), p)


def arctanh(x: Decimal, p: int) -> Decimal:
    if x.copy_abs() > 1:
        return NAN
    if x.copy_abs() == 1:
        return INFINITY.copy_sign(x)
    exact, c = context(2 * p + 40), context(p + 5)
    size = x.copy_abs()
    inner = c.divide(c.multiply(TWO, size), exact.subtract(ONE, size))
    return context(p).divide(log1p(inner, p + 4), TWO).copy_sign(x)
