"""Hops add up to the gradient, whatever lies between an entry and its readers."""

from __future__ import annotations

import numpy as np
import pytest

import unmagic.ops  # noqa: F401  (fills the registry)
from unmagic.core.build import Builder, Node
from unmagic.engine.differentiate import all_cotangents
from unmagic.engine.influence import hops


def attention(rng: np.random.Generator, T: int = 5, d: int = 3) -> tuple[Builder, Node, list[Node]]:
    b = Builder(values=[])
    Q, K, V = (b.input(name, rng.standard_normal((T, d))) for name in "QKV")
    scores = Q.apply("matmul", K.mT) / np.sqrt(d)
    mixed = scores.apply("softmax", axis=-1).apply("matmul", V)
    weights = b.input("w", rng.standard_normal((T, d)))
    return b, (mixed * weights).sum(), [Q, K, V]


@pytest.mark.parametrize("which", [0, 1, 2])
def test_hops_of_every_entry_add_up_to_the_gradient(which: int) -> None:
    b, loss, inputs = attention(np.random.default_rng(which))
    forward = b.graph.copy()
    nodes = all_cotangents(b, loss, inputs)
    cotangents = {id: node.value for id, node in nodes.items()}
    values = b.values[: len(forward)]
    gradient = cotangents[inputs[which].id]
    for at in np.ndindex(gradient.shape):
        found = hops(forward, values, cotangents, inputs[which].id, at)
        assert found, "an input of the loss is read by something"
        total = sum(float(hop.share.sum()) for hop in found)
        np.testing.assert_allclose(total, gradient[at], rtol=1e-12, atol=1e-13)
        assert all(not forward[hop.step].op.movement for hop in found)


def test_a_broadcast_bias_is_read_by_every_row() -> None:
    rng = np.random.default_rng(0)
    b = Builder(values=[])
    x, bias = b.input("x", rng.standard_normal((4, 3))), b.input("b", rng.standard_normal(3))
    loss = (x + bias).apply("tanh").sum()
    forward = b.graph.copy()
    nodes = all_cotangents(b, loss, [bias])
    cotangents = {id: node.value for id, node in nodes.items()}
    (hop,) = hops(forward, b.values[: len(forward)], cotangents, bias.id, (1,))
    assert len(hop.partial) == 4
    assert forward[hop.step].op.name == "add"
    np.testing.assert_allclose(hop.share.sum(), cotangents[bias.id][1], rtol=1e-13)
