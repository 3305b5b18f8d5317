"""The dtype rule of every op is what NumPy gives, for halves, singles, whole numbers and truth values too."""

from itertools import product
from typing import Any

import numpy as np
import pytest

from unmagic.core.errors import UnmagicError
from unmagic.core.op import OPS, Op

from .cases import Case, drawn, frozen, pulled_back

SMOOTH = [op for op in OPS.values() if op.differentiable]
DTYPES = [np.dtype(name) for name in ("float16", "float32", "int64", "int32", "int8", "uint8", "bool")]
MIXED = [("float32", "float64"), ("int64", "float32"), ("float16", "int8"), ("bool", "float64"), ("bool", "int32")]


def recast(case: Case, dtypes: tuple[np.dtype[Any], ...]) -> Case:
    """The case with its floating-point operands in other dtypes, in turn."""
    values, k = [], 0
    for value in case.values:
        if value.dtype.kind == "f":
            value, k = frozen(np.asarray(value).astype(dtypes[k % len(dtypes)])), k + 1
        values.append(value)
    return case._replace(values=tuple(values))


def first_numeric(op: type[Op]) -> list[Case]:
    """One case a set of attributes, the scalar ones included."""
    cases = [drawn(op, k) for k in range(len(op.samples))]
    return [case for case in cases if any(v.dtype.kind == "f" for v in case.values)]


@pytest.mark.parametrize("op", OPS.values(), ids=list(OPS))
def test_dtype_rule(op: type[Op]) -> None:
    """Result dtype as NumPy's; what NumPy refuses, the rule refuses in our words."""
    mixed = [tuple(map(np.dtype, pair)) for pair in MIXED]
    pairs = [*mixed, *[pair[::-1] for pair in mixed]] if len(op.operands) > 1 or op.variadic else []
    checked = 0
    for case, dtypes in product(first_numeric(op), [*[(d,) for d in DTYPES], *pairs]):
        tried = recast(case, dtypes)
        given = [value.dtype for value in tried.values]
        try:
            ruled = op.dtype(*given, **tried.attrs)
        except UnmagicError:
            with pytest.raises((TypeError, UnmagicError)):
                op.forward(np, *tried.values, **tried.attrs)
            checked += 1
            continue
        try:
            y = op.forward(np, *tried.values, **tried.attrs)
        except (np.linalg.LinAlgError, UnmagicError):
            continue  # cut to whole numbers, the sample has left the op's domain
        assert y.dtype == ruled, f"{given} {tried.attrs}: NumPy gives {y.dtype}, the rule {ruled}"
        checked += 1
    assert checked >= 7 or not first_numeric(op)


@pytest.mark.parametrize("dtype", ["float16", "float32"])
@pytest.mark.parametrize("op", SMOOTH, ids=lambda op: op.name)
def test_a_gradient_stays_in_its_dtype(op: type[Op], dtype: str) -> None:
    """No Python number widens a gradient: in halves all the way, halves come out, near the float64 ones."""
    for case in first_numeric(op):
        low = recast(case, (np.dtype(dtype),))
        try:
            op.dtype(*[value.dtype for value in low.values], **low.attrs)
        except UnmagicError:
            continue  # linear algebra has no halves
        if op.forward(np, *low.values, **low.attrs).dtype != dtype:
            continue
        high = recast(low, (np.dtype(np.float64),))
        for value, part, exact in zip(low.values, pulled_back(low), pulled_back(high), strict=True):
            if part is None or value.dtype != dtype:
                continue
            assert part.dtype == dtype
            near = 0.1 if dtype == "float16" else 1e-3
            fits = np.isfinite(part) & (np.abs(exact) < 1e4)  # 52 over 5 is no float16
            part, exact = part[fits], exact[fits]
            np.testing.assert_allclose(part, exact, rtol=near, atol=near * np.abs(exact).max(initial=1))
