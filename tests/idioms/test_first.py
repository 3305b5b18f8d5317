"""A classifier's forward pass, at the idioms' level."""

import numpy as np

import unmagic.ops  # noqa: F401
from unmagic.core.build import Builder
from unmagic.idioms.match import match


def test_a_classifier_reads_as_three_idioms_and_one_that_joins_two() -> None:
    b = Builder(values=[])
    W = b.input("W", np.array([[1.0, -1, 0], [0, 2, 1], [1, 0, -1]]))
    z = b.apply("matvec", W, b.input("x", np.array([2.0, 1, 1])))
    e = z.apply("exp")
    p = e / e.sum(keepdims=True)
    loss = -p.apply("index", key=(1,)).apply("log")
    found = match(b.graph, b.values)
    assert [(m.name, m.root, dict(m.roles), m.joined) for m in found] == [
        ("linear_layer", z.id, {"W": 0, "x": 1}, False),
        ("softmax", p.id, {"z": z.id}, False),
        ("cross_entropy_at", loss.id, {"p": p.id}, False),
        ("softmax_cross_entropy_at", loss.id, {"z": z.id}, True),
    ]
    assert found[-1].attrs["c"] == 1
