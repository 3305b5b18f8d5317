"""What holds for every op. Each law raises AssertionError where it is broken, and takes the op to hold to it.

The op is passed apart from the case, so that a deliberately broken twin can be held to the same law.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unmagic.core.errors import Unsupported
from unmagic.core.op import Op, Operand

from .cases import Case, cotangent, derived, operands, pulled_back, result
from .trees import both_of

ROUNDING = 1e-11
"""Relative to the largest number about: what a few float64 roundings may leave."""

CHECKED = 1e-9
"""What an inverse or a solution may leave in the equation that checks it."""

QUOTIENT = 1e-7
"""What a fourth-order difference quotient may leave."""

STEP = 1e-3


def assert_close(got: Any, want: Any, within: float, what: str) -> None:
    """Equal to ``within`` of the largest finite number in either; infinities and NaN in the same places."""
    got, want = np.asarray(got, float), np.asarray(want, float)
    assert got.shape == want.shape, f"{what}: shape {got.shape}, wanted {want.shape}"
    finite = [np.abs(v[np.isfinite(v)]).max(initial=0.0) for v in (got, want)]
    np.testing.assert_allclose(got, want, rtol=within, atol=within * max(1e-3, *finite), err_msg=what)


def shape_and_dtype(case: Case, op: type[Op]) -> None:
    """The rules say what NumPy gives, and writing to an operand is not needed for it."""
    before = [np.array(value) for value in case.values]
    y = result(case, op)
    shapes = [np.shape(value) for value in case.values]
    assert op.shape(*shapes, **case.attrs) == np.shape(y), "shape"
    dtypes = [value.dtype for value in case.values]
    assert op.dtype(*dtypes, **case.attrs) == y.dtype, "dtype"
    cost = op.flops(np.shape(y), *shapes, **case.attrs)
    assert isinstance(cost, int | np.integer)
    assert cost >= 0, "flops"
    for value, copy in zip(case.values, before, strict=True):
        np.testing.assert_array_equal(value, copy, "an operand was written to")
        if cost and isinstance(y, np.ndarray):  # where no arithmetic is done, a view is the result
            assert not np.shares_memory(y, value), "the result is a view of an operand"


def entry_value(case: Case, op: type[Op]) -> None:
    """At every index the entry tree's value is the forward value, to rounding."""
    y, given = np.asarray(result(case, op)), operands(case)
    worked = np.zeros(y.shape)
    for at in np.ndindex(y.shape):
        try:
            worked[at] = both_of(op.entry(at, *given, **case.attrs))[0]
        except Unsupported:
            assert op.check is not None, "neither an entry tree nor a check"
            left, right = op.check(at, Operand(-1, y), *given, **case.attrs)
            assert not right.args, "what a check comes to is a leaf"
            # beside a 1, since a check may come to 0 by cancelling
            assert_close([both_of(left)[0], 1.0], [both_of(right)[0], 1.0], CHECKED, "check")
            worked[at] = y[at]
    assert_close(worked, y, ROUNDING, "entry")


def from_entries(case: Case, op: type[Op]) -> list[Any]:
    """∂y/∂x for each operand, axes of y first, from the entry trees."""
    y, given = np.asarray(result(case)), operands(case)
    tables = [np.zeros((*y.shape, *np.shape(value))) for value in case.values]
    for at in np.ndindex(y.shape):
        for (operand, leaf), slope in both_of(op.entry(at, *given, **case.attrs))[1].items():
            tables[operand][(*at, *leaf)] += slope
    return tables


def from_readers(case: Case, op: type[Op], operand: int) -> Any:
    """∂y/∂x for one operand, axes of y first, from its readers and their local derivatives."""
    y, x = result(case), case.values[operand]
    table = np.zeros((*np.shape(y), *np.shape(x)))
    for at in np.ndindex(np.shape(x)):
        where, partial = op.readers(operand, at, y, *case.values, **case.attrs)
        partial = np.asarray(partial)
        assert partial.ndim == 1, "partials are one line"
        assert len(where) == np.ndim(y), "one index array a result axis"
        seen = set()
        for k, slope in enumerate(partial):
            place = tuple(int(axis[k]) for axis in where)
            assert place not in seen, "a reader is named twice"
            assert all(0 <= i < n for i, n in zip(place, np.shape(y), strict=True)), "a reader outside the result"
            seen.add(place)
            table[(*place, *at)] = slope
    return table


def three_derivatives(case: Case, op: type[Op]) -> None:
    """The entry tree's derivative, the readers' partials and the vjp agree at every entry."""
    wanted = derived(case)
    if not wanted:
        return
    try:
        trees = from_entries(case, op)
    except Unsupported:  # entries that are checked, not worked: two derivations are left
        trees = None
    parts, g = pulled_back(case, op), cotangent(case, result(case))
    for k in wanted:
        readers = from_readers(case, op, k)
        if trees is not None:
            assert_close(readers, trees[k], ROUNDING, f"operand {k}: readers against entry")
        part = np.zeros(np.shape(case.values[k])) if parts[k] is None else parts[k]
        assert_close(part, np.tensordot(g, readers, np.ndim(g)), ROUNDING, f"operand {k}: vjp against readers")


def nothing_comes_through(case: Case, op: type[Op]) -> None:
    """A comparison, an argmax, an index operand: no cotangent but None or zeros."""
    skipped = [k for k in range(len(case.values)) if k not in derived(case)]
    if len(skipped) == len(case.values):
        assert not op.differentiable or result(case).dtype.kind != "f" or not case.values
    if op.differentiable and derived(case):
        parts = pulled_back(case, op)
        for k in skipped:
            if case.values[k].dtype.kind != "f":
                assert parts[k] is None or parts[k].shape == np.shape(case.values[k])
    elif not op.differentiable:
        assert all(part is None for part in op.vjp(None, None, *[None] * len(case.values), **case.attrs))


def no_alias(case: Case, op: type[Op]) -> None:
    """No gradient is a view of an operand, and operands stay as they were (they are frozen: a write raises)."""
    if not derived(case):
        return
    for part in pulled_back(case, op):
        for value in case.values:
            if isinstance(part, np.ndarray) and isinstance(value, np.ndarray):
                assert not np.shares_memory(part, value), "a gradient is a view of an operand"


def quotients(case: Case, op: type[Op]) -> None:
    """The vjp agrees with fourth-order central differences of the forward rule."""
    if not case.smooth or not derived(case) or result(case).dtype != np.float64:
        return
    parts, g = pulled_back(case, op), cotangent(case, result(case))
    for k in derived(case):
        x = np.array(case.values[k])
        slopes = np.zeros(x.shape)
        for at in np.ndindex(x.shape):

            def moved(by: float, k: int = k, at: tuple[int, ...] = at) -> Any:
                shifted = np.array(case.values[k])
                shifted[at] += by
                values = [*case.values[:k], shifted[()], *case.values[k + 1 :]]
                return np.sum(g * op.forward(np, *values, **case.attrs))

            near, far = moved(STEP) - moved(-STEP), moved(2 * STEP) - moved(-2 * STEP)
            slopes[at] = (8 * near - far) / (12 * STEP)
        part = np.zeros(x.shape) if parts[k] is None else parts[k]
        assert part.shape == x.shape, "a cotangent has its operand's shape"
        assert part.dtype == x.dtype, f"a cotangent has its operand's dtype: {part.dtype} for {x.dtype}"
        assert_close(part, slopes, QUOTIENT, f"operand {k}: vjp against differences")


Law = Callable[[Case, type[Op]], None]
LAWS: tuple[Law, ...] = (shape_and_dtype, no_alias, entry_value, three_derivatives, nothing_comes_through, quotients)
