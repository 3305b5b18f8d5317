"""The engine's own evaluator of scalar trees agrees with the tests' one on every entry of every op."""

import numpy as np
import pytest

from unmagic.core.errors import Unsupported
from unmagic.core.scalar_eval import decimal_value, derivatives, value

from .cases import CASES, Case, derived, operands, result
from .laws import ROUNDING, assert_close, from_entries


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_an_entry_is_worked_alike(case: Case) -> None:
    """Value in float64 and in decimals, and the slope along every entry that the tree names."""
    y, given = np.asarray(result(case)), operands(case)
    slopes = [np.zeros((*y.shape, *np.shape(x))) for x in case.values]
    for at in np.ndindex(y.shape):
        try:
            tree = case.op.entry(at, *given, **case.attrs)
        except Unsupported:
            assert case.op.check is not None
            return
        assert_close(value(tree), y[at], ROUNDING, "value")
        if np.isfinite(y[at]):
            assert_close(float(decimal_value(tree)), y[at], ROUNDING, "decimals")
        for (operand, leaf), slope in derivatives(tree).items():
            slopes[operand][(*at, *leaf)] += slope
    for k in derived(case):
        assert_close(slopes[k], from_entries(case, case.op)[k], ROUNDING, f"slopes of operand {k}")
