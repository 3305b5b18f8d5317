"""Shape rules are exact: what they let pass, the forward rule computes; what they refuse, they refuse in our words."""

import zlib

import numpy as np
import pytest

from unmagic.core.build import Builder
from unmagic.core.errors import ShapeClash, UnmagicError
from unmagic.core.op import OPS, Op

from .cases import CASES, Case, drawn

OURS = {"recurrence"}
"""Built by rules of ours alone, with shapes that fit."""

LENIENT: set[str] = set()
"""Known to let a shape pass that the forward rule then refuses in NumPy's words."""

PAIRS = [op for op in OPS.values() if op.elementwise and len(op.operands) > 1]


@pytest.mark.parametrize("op", PAIRS, ids=lambda op: op.name)
def test_elementwise_operands_broadcast(op: type[Op]) -> None:
    """A row meets a column through explicit steps; the gradient of each has its own shape."""
    case = drawn(op, 0)
    builder = Builder(values=[])
    shapes = [(3, 1), (1, 4), ()][-len(case.values) :]
    nodes = []
    for k, (value, shape) in enumerate(zip(case.values, shapes, strict=True)):
        nodes.append(builder.input(f"x{k}", np.resize(np.asarray(value), shape)[()]))
    y = builder.apply(op, *nodes, **case.attrs)
    assert y.shape == np.broadcast_shapes(*shapes)
    values = np.broadcast_arrays(*[node.value for node in nodes])
    np.testing.assert_array_equal(y.value, op.forward(np, *values, **case.attrs))


@pytest.mark.parametrize("op", PAIRS, ids=lambda op: op.name)
def test_shapes_that_do_not_meet_are_said(op: type[Op]) -> None:
    """The error is ours, names the op and marks the sizes that clash."""
    case = drawn(op, 0)
    builder = Builder(values=[])
    shapes = [(2, 3)] * (len(case.values) - 1) + [(2, 4)]
    nodes = [builder.input(f"x{k}", np.ones(shape, case.values[k].dtype)) for k, shape in enumerate(shapes)]
    with pytest.raises(ShapeClash) as caught:
        builder.apply(op, *nodes, **case.attrs)
    assert op.name.replace("_", " ") in caught.value.what
    assert caught.value.notes[0] == "2×[3]"
    assert caught.value.notes[-1] == "2×[4]"
    with pytest.raises(ShapeClash):
        op.shape(*shapes, **case.attrs)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_other_shapes(case: Case) -> None:
    """Random shapes, those of rank 0 and of size 0 among them, either compute to the shape said or are refused."""
    rng = np.random.default_rng(zlib.crc32(f"shapes {case.label}".encode()))
    op, sample = case.op, case.op.samples[int(case.label.rpartition("-")[2])]
    if op.name in OURS:
        return
    for _ in range(12):
        values = []
        for value in case.values:
            shape = tuple(rng.integers(0, 4, rng.integers(0, 4)))
            if value.dtype.kind == "f" and sample.low != sample.high and rng.random() < 0.7:
                value = rng.uniform(sample.low, sample.high, shape)[()]
            values.append(value)
        try:
            shape = op.shape(*[np.shape(value) for value in values], **case.attrs)
        except UnmagicError:
            continue
        if op.elementwise:  # the builder has made their shapes one
            values = list(np.broadcast_arrays(*values))
        try:
            y = op.forward(np, *values, **case.attrs)
        except UnmagicError:
            continue
        assert np.shape(y) == shape, [np.shape(value) for value in values]
