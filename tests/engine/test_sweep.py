"""Every op carries mass, number and heaviest weight back as its readers say, whatever array code it is done in."""

import numpy as np
import pytest

from tests.ops.cases import CASES, Case, derived, result
from unmagic.core.build import Builder
from unmagic.engine.sweep import Flow, carried


def by_readers(case: Case, operand: int, flow: Flow) -> Flow:
    """The same, one entry and one reader after the other."""
    y = result(case)
    shape = np.shape(case.values[operand])
    found = [np.zeros(shape) for _ in range(3)]
    for at in np.ndindex(shape):
        where, partial = case.op.readers(operand, at, y, *case.values, **case.attrs)
        for k, slope in enumerate(partial):
            there = tuple(int(axis[k]) for axis in where)
            assert flow.best is not None
            found[0][at] += abs(slope) * flow.mass[there]
            found[1][at] += flow.many[there] if slope else 0
            found[2][at] = max(found[2][at], abs(slope) * flow.best[there])
    return Flow(*found)


@pytest.mark.parametrize("case", [case for case in CASES if derived(case)], ids=lambda case: case.label)
def test_carried_back(case: Case) -> None:
    """Random weights, some of them 0; where a local derivative is nan or infinite the sums are too."""
    builder = Builder(values=[])
    y = builder.apply(case.op, *[builder.input(f"x{k}", v) for k, v in enumerate(case.values)], **case.attrs)
    rng = np.random.default_rng(7)
    for operand in derived(case):
        mass = rng.uniform(0.1, 2.0, y.shape) * rng.integers(0, 3, y.shape).astype(bool)
        best = mass * rng.uniform(0.1, 1.0, y.shape)
        flow = Flow(np.asarray(mass), np.asarray(rng.integers(0, 5, y.shape).astype(float)), np.asarray(best))
        inputs = [np.asarray(builder.values[i]) for i in y.step.inputs]
        got = carried(y.step, operand, np.asarray(y.value), inputs, flow)
        want = by_readers(case, operand, flow)
        for name in Flow._fields:
            one, other = getattr(got, name), getattr(want, name)
            assert one.shape == other.shape, name
            np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-13, err_msg=f"operand {operand}: {name}")
        alone = carried(y.step, operand, np.asarray(y.value), inputs, flow._replace(best=None))
        assert alone.best is None
        np.testing.assert_array_equal(alone.mass, got.mass)
