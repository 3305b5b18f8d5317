"""Long sums: which terms to show, and the exact sum of all the others.

The rest is never `machine sum − shown`, which would hide the machine's error. Hidden terms stay arrays.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from unmagic.core import decimal_math as dm
from unmagic.core.graph import Array
from unmagic.core.scalar_eval import shortest

SHOWN = 8


def largest(terms: Array, count: int = SHOWN) -> list[int]:
    """The places of the ``count`` largest |terms|, in their own order; what is not finite counts as largest."""
    sizes = np.abs(np.asarray(terms, dtype=np.float64))
    sizes = np.where(np.isnan(sizes), np.inf, sizes)
    if len(sizes) > 100_000:  # a sort would cost more than all else; ties at the edge are taken in order
        edge = np.partition(sizes, -count)[-count]
        above = np.flatnonzero(sizes > edge)
        found = [*above.tolist(), *np.flatnonzero(sizes == edge)[: count - len(above)].tolist()]
    else:
        found = np.argsort(-sizes, kind="stable")[:count].tolist()
    return sorted(int(k) for k in found)


def exact_sum(factors: list[Array]) -> Decimal:
    """Σₖ Πᵢ factors[i][k] to 60 digits: float64 as the binary numbers they are, others as their shortest decimals.

    For float64 the two differ beyond digit 17; for shorter floats a reader who multiplies printed terms would see it.
    """
    finite = np.all([np.isfinite(f) for f in factors], axis=0)
    if not np.all(finite):
        return _not_finite([np.asarray(f, np.float64)[~finite] for f in factors])
    if all(f.dtype.kind in "iub" for f in factors):
        return Decimal(sum(_products([[int(v) for v in f.tolist()] for f in factors])))
    if all(f.dtype == np.float64 for f in factors):
        return _binary_sum(factors)
    c = dm.context(1000)  # the ends of float32 lie far apart
    total = dm.ZERO
    columns = [[shortest(v) for v in f] for f in factors]
    for row in zip(*columns, strict=True):
        term = row[0]
        for factor in row[1:]:
            term = c.multiply(term, factor)
        total = c.add(total, term)
    return dm.context(60).plus(total)


def _not_finite(factors: list[Array]) -> Decimal:
    """The sum of terms of which none is finite; the others, of whatever size, make no difference to it."""
    with np.errstate(all="ignore"):
        sizes = [np.sign(f) * np.where(np.isinf(f), np.inf, 1.0) for f in factors]
        return Decimal(float(np.sum(np.prod(sizes, axis=0))))


def _products(columns: list[list[int]]) -> list[int]:
    first, *others = columns
    for other in others:
        first = [a * b for a, b in zip(first, other, strict=True)]
    return first


def _binary_sum(factors: list[Array]) -> Decimal:
    """Integer mantissas shifted to one power of two."""
    mantissas: list[list[int]] = []
    powers = np.zeros(len(factors[0]), dtype=np.int64)
    for factor in factors:
        fraction, exponent = np.frexp(factor)
        mantissas.append((fraction * 2.0**53).astype(np.int64).tolist())
        powers += np.where(fraction == 0, 0, exponent.astype(np.int64) - 53)
    if not len(powers):
        return dm.ZERO
    whole = _products(mantissas)
    least = int(powers.min())
    total = sum([m << s for m, s in zip(whole, (powers - least).tolist(), strict=True)])
    c = dm.context(60)
    if least >= 0:
        return c.plus(Decimal(total << least))
    return c.divide(Decimal(total), Decimal(1 << -least))
