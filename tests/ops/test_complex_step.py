"""Ops that are analytic in every operand, differentiated by a step along the imaginary axis: exact to rounding."""

from typing import Any

import numpy as np
import pytest

from unmagic.core.op import OPS

from .cases import CASES, Case, cotangent, derived, pulled_back, result
from .laws import assert_close

ANALYTIC = """
    add subtract multiply divide negative square reciprocal sqrt power exp expm1 exp2 log log1p log2 log10 sin cos tan
    arcsin arccos arctan sinh cosh tanh arcsinh arccosh arctanh sum mean prod cumsum cumprod dot matvec vecmat matmul
    outer einsum trace diag diagonal inv det solve matrix_power broadcast reshape transpose index concatenate stack pad
    roll flip tile repeat scatter take_along embedding tril triu rms_norm
"""

STEP = 1e-30

TRIED = [case for case in CASES if case.op.name in ANALYTIC.split() and derived(case) and case.whole]


def test_the_list_names_ops() -> None:
    """A misspelt name would be skipped in silence."""
    assert set(ANALYTIC.split()) <= set(OPS)
    assert len({case.op.name for case in TRIED}) >= 50


@pytest.mark.parametrize("case", TRIED, ids=lambda case: case.label)
def test_complex_step(case: Case) -> None:
    """The imaginary part of f(x + ih)/h is the derivative; a rule that cannot carry it gives a real result."""
    parts, g = pulled_back(case), cotangent(case, result(case))
    for k in derived(case):
        x = np.asarray(case.values[k])
        slopes = np.zeros(x.shape)
        for at in np.ndindex(x.shape):
            moved: Any = x.astype(complex)
            moved[at] += 1j * STEP
            y = case.op.forward(np, *case.values[:k], moved[()], *case.values[k + 1 :], **case.attrs)
            assert np.iscomplexobj(y)
            slopes[at] = np.sum(g * np.imag(y)) / STEP
        part = np.zeros(x.shape) if parts[k] is None else parts[k]
        assert_close(part, slopes, 1e-12, f"operand {k}")
