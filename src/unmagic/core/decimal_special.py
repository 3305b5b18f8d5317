"""The error function and the gamma function's relatives in decimals to any precision, as in `decimal_math`.

Formulas: NIST Digital Library of Mathematical Functions, chapters 5 (gamma) and 7 (error functions).
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from math import comb, factorial

from .decimal_math import INFINITY, NAN, ONE, TWO, ZERO, context, magnitude, pi, sin, tan


def _erf_series(x: Decimal, p: int) -> Decimal:
    """2/√π · exp(−x²) · Σ 2ⁿ x²ⁿ⁺¹/(2n+1)!!: no term is negative (DLMF 7.6.2)."""
    c = context(p + 12)
    square = c.multiply(x, x)
    twice = c.multiply(TWO, square)
    total = term = x
    n = 1
    while True:
        term = c.divide(c.multiply(term, twice), Decimal(2 * n + 1))
        n += 1
        if not term or (term.adjusted() < total.adjusted() - p - 10 and 2 * n > twice):
            break
        total = c.add(total, term)
    front = c.divide(c.multiply(TWO, c.exp(c.minus(square))), c.sqrt(pi(p + 12)))
    return c.multiply(front, total)


def erf(x: Decimal, p: int) -> Decimal:
    if not x.is_finite():
        return x if x.is_nan() else ONE.copy_sign(x)
    if not x:
        return x
    if x.copy_abs() <= 1:
        return context(p).plus(_erf_series(x, p))
    far = erfc(x.copy_abs(), p)
    value = context(p).subtract(ONE, far)
    return (context(p).next_minus(ONE) if value == 1 else value).copy_sign(x)


def erfc(x: Decimal, p: int) -> Decimal:
    if not x.is_finite():
        return x if x.is_nan() else (ZERO if x > 0 else TWO)
    if x < -1:
        value = context(p).subtract(TWO, erfc(x.copy_negate(), p))
        return context(p).next_minus(TWO) if value == 2 else value
    if x <= Decimal("0.5"):
        value = context(p).subtract(ONE, _erf_series(x, p + 3)) if x else ONE
        return context(p).next_minus(TWO) if value == 2 else value
    square = context(2 * p + 40).multiply(x, x)
    if square > Decimal(p) * Decimal("2.4") + 30:  # DLMF 7.12.1
        c = context(p + 10)
        total = term = ONE
        n = 1
        while True:
            term = c.divide(c.multiply(term, Decimal(1 - 2 * n)), c.multiply(TWO, square))
            n += 1
            if term.adjusted() < -p - 5:
                break
            total = c.add(total, term)
        front = c.divide(c.exp(c.minus(square)), c.multiply(x, c.sqrt(pi(p + 10))))
        return context(p).multiply(front, total)
    lost = int(square * Decimal("0.4343")) + 6  # digits that 1 − erf cancels
    return context(p).subtract(ONE, _erf_series(x, p + lost))


def normal_cdf(x: Decimal, p: int) -> Decimal:
    c = context(p + 5)
    return context(p).divide(erfc(c.minus(c.divide(x, c.sqrt(TWO))), p + 5), TWO)


@lru_cache(maxsize=1)
def _bernoulli(count: int) -> tuple[tuple[int, int], ...]:
    """B₂, B₄, …, as (numerator, denominator)."""
    from fractions import Fraction

    numbers = [Fraction(1)]
    for m in range(1, 2 * count + 1):
        if m > 1 and m % 2:
            numbers.append(Fraction(0))
            continue
        numbers.append(-sum((comb(m + 1, k) * numbers[k] for k in range(m)), Fraction(0)) / (m + 1))
    return tuple((b.numerator, b.denominator) for b in numbers[2::2])


_TERMS = 60


def _shifted(x: Decimal, p: int) -> Decimal:
    """How far up Stirling's series wants x: there its first terms reach p digits."""
    least = Decimal(10 + p // 2)
    return (least - x).to_integral_value() + 1 if x < least else ZERO


def gammaln(x: Decimal, p: int) -> Decimal:
    """log |Γ(x)| (DLMF 5.11.1, 5.5.3)."""
    if not x.is_finite():
        return x.copy_abs()
    if x <= 0 and x == x.to_integral_value():
        return INFINITY
    if x in (ONE, TWO):
        return ZERO
    work = p + 15
    while True:
        value = _gammaln(x, work)
        if value and work + min(0, value.adjusted()) >= p + 8:
            return context(p).plus(value)
        work += 10 - (value.adjusted() if value else -work)


def _gammaln(x: Decimal, p: int) -> Decimal:
    c = context(p + 5 + max(0, magnitude(x)))
    if x < 0:
        whole = x.to_integral_value()
        sine = sin(c.multiply(pi(c.prec), c.subtract(x, whole)), p + 5)
        return c.subtract(c.ln(c.divide(pi(c.prec), sine.copy_abs())), _gammaln(c.subtract(ONE, x), p))
    steps = int(_shifted(x, p))
    product, high = ONE, x
    for _ in range(steps):
        product = c.multiply(product, high)
        high = c.add(high, ONE)
    half = Decimal("0.5")
    value = c.subtract(c.multiply(c.subtract(high, half), c.ln(high)), high)
    value = c.add(value, c.multiply(half, c.ln(c.multiply(TWO, pi(c.prec)))))
    square, below = c.multiply(high, high), high
    for k, (top, bottom) in enumerate(_bernoulli(_TERMS), 1):
        term = c.divide(Decimal(top), c.multiply(Decimal(bottom * 2 * k * (2 * k - 1)), below))
        if term.adjusted() < -p - 5:
            break
        value = c.add(value, term)
        below = c.multiply(below, square)
    return c.subtract(value, c.ln(product)) if steps else value


def polygamma(order: Decimal, x: Decimal, p: int) -> Decimal:
    """The derivative of that order of digamma (DLMF 5.15.1, 5.15.8): its sum up to Stirling's range, then a series."""
    m = int(order)
    if m == 0:
        return digamma(x, p)
    if x <= 0 and x == x.to_integral_value():
        return NAN
    c = context(p + 15 + max(0, magnitude(x)))
    total, high = ZERO, x
    for _ in range(int(_shifted(x, p + 10)) + 2 * m):
        total = c.add(total, c.divide(ONE, c.power(high, Decimal(m + 1))))
        high = c.add(high, ONE)
    total = c.multiply(total, Decimal(factorial(m)))
    below = c.power(high, Decimal(m))
    total = c.add(total, c.divide(Decimal(factorial(m - 1)), below))
    total = c.add(total, c.divide(Decimal(factorial(m)), c.multiply(TWO, c.multiply(below, high))))
    square = c.multiply(high, high)
    below = c.multiply(below, square)
    for k, (top, bottom) in enumerate(_bernoulli(_TERMS), 1):
        weight = Decimal(top * factorial(2 * k + m - 1))
        term = c.divide(weight, c.multiply(Decimal(bottom * factorial(2 * k)), below))
        if term.adjusted() < total.adjusted() - p - 8:
            break
        total = c.add(total, term)
        below = c.multiply(below, square)
    value = context(p).plus(total)
    return value if m % 2 else value.copy_negate()


def digamma(x: Decimal, p: int) -> Decimal:
    """Γ′(x)/Γ(x) (DLMF 5.11.2, 5.5.4); to p digits but near its zeros, where digits after the point count."""
    if x <= 0 and x == x.to_integral_value():
        return NAN
    c = context(p + 15 + max(0, magnitude(x)))
    if x < 0:
        angle = c.multiply(pi(c.prec), c.subtract(x, x.to_integral_value()))
        return context(p).subtract(digamma(c.subtract(ONE, x), p + 5), c.divide(pi(c.prec), tan(angle, p + 10)))
    value, high = ZERO, x
    for _ in range(int(_shifted(x, p + 10))):
        value = c.subtract(value, c.divide(ONE, high))
        high = c.add(high, ONE)
    value = c.add(value, c.subtract(c.ln(high), c.divide(Decimal("0.5"), high)))
    square = below = c.multiply(high, high)
    for k, (top, bottom) in enumerate(_bernoulli(_TERMS), 1):
        term = c.divide(Decimal(top), c.multiply(Decimal(bottom * 2 * k), below))
        if term.adjusted() < -p - 12:
            break
        value = c.subtract(value, term)
        below = c.multiply(below, square)
    return context(p).plus(value)
