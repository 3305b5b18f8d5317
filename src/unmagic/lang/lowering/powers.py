"""Powers and roots: of numbers, of each entry, of a square matrix."""

from __future__ import annotations

import math

import numpy as np

from unmagic.core.errors import Ambiguous, LimitReached, Unsupported

from ..tree import Const, Power, Root, bare
from .checks import square
from .lowerer import Lowerer
from .numbers import constant
from .values import Value, elementwise


def power(low: Lowerer, tree: Power) -> Value:
    builder = low.builder
    exponent = constant(low, tree.exponent)
    base_tree = bare(tree.base)
    if isinstance(base_tree, Const) and base_tree.name == "e" and low.scope.get("e") is None:
        return elementwise(builder, "exp", low.lower(tree.exponent))
    base = low.lower(tree.base)
    if base.rank == 2:
        made = _matrix_power(low, tree, base, exponent)
        if made is not None:
            return made
    if base.lazy:
        return base
    if exponent == 2:
        return elementwise(builder, "square", base) if not base.plain else _numbers(low, base, Value(number=2), tree)
    if exponent == -1 and not base.plain:
        return elementwise(builder, "reciprocal", base)
    raised = low.lower(tree.exponent)
    if raised.lazy:
        raise Unsupported("a matrix as an exponent is not read", span=low.over(tree))
    return _numbers(low, base, raised, tree)


def _numbers(low: Lowerer, base: Value, raised: Value, tree: Power) -> Value:
    """A power entry by entry; whole numbers beyond the limit are named before they are computed."""
    parts = [
        value.number if value.plain else (value.node.value if value.node.ndim == 0 else None)
        for value in (base, raised)
    ]
    if None not in parts:
        b, n = (float(part) for part in parts)  # type: ignore[arg-type]
        if b == int(b) if math.isfinite(b) else False:
            digits = n * math.log10(abs(b)) if b else 0.0
            if math.isfinite(n) and n == int(n) and digits > low.limits.exponent:
                raise LimitReached(
                    f"{low.text(tree)} has {digits:,.0f} digits"
                    if digits < 1e15
                    else f"{low.text(tree)} has more digits than can be counted here",
                    span=low.over(tree),
                    notes=(f"limit: an integer power's result ≤ 10^{low.limits.exponent}",),
                )
    if not base.plain and base.node.dtype.kind in "iub":
        base = Value(low.builder.cast(base.node, np.dtype(np.float64)), base.labels, row=base.row)
    return elementwise(low.builder, "power", base, raised)


def _matrix_power(low: Lowerer, tree: Power, base: Value, exponent: int | float | None) -> Value | None:
    """A⁻¹, A² of a square matrix; None where the power goes entry by entry."""
    if exponent == -1:
        square(low, base, "an inverse", tree)
        if base.labels:
            raise Unsupported("the inverse of a matrix with an index is not read", span=low.over(tree))
        return Value(low.builder.apply("inv", base.node))
    if base.shape[0] != base.shape[1]:
        low.decide(f"{low.text(tree)}: the power of each entry, for the matrix is not square", tree)
        return None
    if base.labels:
        return None
    if exponent is None:
        power = low.lower(tree.exponent)
        if power.rank or power.labels:
            return None
        exponent = power.number if power.plain else float(power.node.value)
    if exponent is None or exponent != int(exponent):
        raise Ambiguous(
            f"{low.text(tree)} of a matrix has two meanings",
            span=low.over(tree),
            notes=("the power of each entry", "the power of the matrix, which has to be a whole number"),
        )
    low.limits.need("the power of a matrix", abs(int(exponent)), 10_000)
    low.decide(f"{low.text(tree)}: the power of the matrix, not of its entries", tree)
    node = base.node if exponent >= 0 else low.builder.apply("inv", base.node)
    return Value(low.builder.apply("matrix_power", node, n=abs(int(exponent))))


def root(low: Lowerer, tree: Root) -> Value:
    body = low.lower(tree.body)
    if body.rank == 2:
        low.decide(f"{low.text(tree)}: the root of each entry", tree)
    if tree.degree is None:
        return elementwise(low.builder, "sqrt", body)
    degree = constant(low, tree.degree)
    if degree == 3:
        return elementwise(low.builder, "cbrt", body)
    if degree == 2:
        return elementwise(low.builder, "sqrt", body)
    part = elementwise(low.builder, "divide", Value(number=1), low.lower(tree.degree))
    return elementwise(low.builder, "power", body, part)
