"""The chain rule over whole graphs, against JAX, and its second application."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import unmagic.ops  # noqa: F401  (fills the registry)
from tests.conftest import needs
from unmagic.core.build import Builder, Node
from unmagic.core.errors import UnmagicError
from unmagic.core.limits import Limits
from unmagic.engine.differentiate import differentiate
from unmagic.engine.evaluate import evaluate, rebuild

WIDE = Limits(steps=10_000_000)


def classifier(rng: np.random.Generator, classes: int = 5, inputs: int = 4) -> tuple[Builder, Node, Node, Node, Node]:
    """loss = logsumexp(W x + b) − (W x + b)[c], on random numbers."""
    b = Builder(values=[])
    W = b.input("W", rng.standard_normal((classes, inputs)))
    x = b.input("x", rng.standard_normal(inputs))
    bias = b.input("b", rng.standard_normal(classes))
    z = W.apply("matvec", x) + bias
    p = z.apply("softmax", axis=-1)
    loss = -p.apply("index", key=(2,)).apply("log")
    return b, loss, W, x, bias


def jax_loss(W: Any, x: Any, bias: Any) -> Any:
    import jax

    return -jax.nn.log_softmax(W @ x + bias)[2]


@pytest.fixture
def jax64() -> Any:
    jax = needs("jax")
    jax.config.update("jax_enable_x64", True)
    return jax


def test_gradient_of_a_classifier_is_jaxs(jax64: Any) -> None:
    b, loss, *wrt = classifier(np.random.default_rng(0))
    ours = [node.value for node in differentiate(b, loss, wrt)]
    theirs = jax64.grad(jax_loss, argnums=(0, 1, 2))(*(node.value for node in wrt))
    for mine, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(mine, np.asarray(other), rtol=1e-12, atol=1e-13)


def test_second_derivative_of_softmax_cross_entropy_is_jaxs(jax64: Any) -> None:
    for seed in range(3):
        b, loss, W, x, bias = classifier(np.random.default_rng(seed))
        (gradient,) = differentiate(b, loss, [W])
        v = b.input("v", np.random.default_rng(seed + 10).standard_normal(W.shape))
        product = (gradient * v).sum()
        ours = [node.value for node in differentiate(b, product, [W, x, bias])]

        def along(W: Any, x: Any, bias: Any, v: Any = v.value) -> Any:
            return (jax64.grad(jax_loss)(W, x, bias) * v).sum()

        theirs = jax64.grad(along, argnums=(0, 1, 2))(W.value, x.value, bias.value)
        for mine, other in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(mine, np.asarray(other), rtol=1e-10, atol=1e-12)


def test_a_step_used_twice_gets_both_cotangents() -> None:
    b = Builder(values=[])
    x = b.input("x", np.array(3.0))
    y = x * x + x
    (g,) = differentiate(b, y, [x])
    assert g.value == 7.0
    assert "used 3 times" in g.step.note


def test_what_the_result_does_not_read_gets_zeros() -> None:
    b = Builder(values=[])
    x, y = b.input("x", np.array([1.0, 2.0])), b.input("y", np.array([3.0, 4.0]))
    (g,) = differentiate(b, (x * x).sum(), [y])
    assert np.array_equal(g.value, np.zeros(2))


def test_an_array_needs_a_seed() -> None:
    b = Builder(values=[])
    x = b.input("x", np.array([1.0, 2.0]))
    y = x.apply("exp")
    with pytest.raises(UnmagicError, match="one number to start from"):
        differentiate(b, y, [x])
    (g,) = differentiate(b, y, [x], seed=b.input("s", np.array([1.0, -2.0])))
    np.testing.assert_allclose(g.value, np.exp([1.0, 2.0]) * [1, -2])


def test_a_chain_of_100_000_steps_works() -> None:
    b = Builder(values=[])
    x = b.input("x", np.array(0.5))
    y = x
    for _ in range(50_000):
        y = y.apply("sin") * 1.0
    assert len(b.graph) > 100_000
    (g,) = differentiate(Builder(b.graph, values=b.values, limits=WIDE), Node(b, y.id), [Node(b, x.id)])
    assert 0 < float(g.value) < 1
    assert len(evaluate(b.graph, {0: np.array(0.25)})) == len(b.graph)


def test_evaluate_gives_the_built_values_again() -> None:
    b, loss, *wrt = classifier(np.random.default_rng(5))
    differentiate(b, loss, wrt)
    inputs = {node.id: node.value for node in wrt}
    again = evaluate(b.graph, inputs)
    assert all(np.array_equal(x, y) for x, y in zip(again, b.values, strict=True))


def test_rebuild_in_float16_is_the_program_in_float16() -> None:
    b, loss, *wrt = classifier(np.random.default_rng(6))
    half = np.dtype(np.float16)
    built = rebuild(b.graph, {node.id: node.value.astype(half) for node in wrt}, half)
    assert built.values[loss.id].dtype == half
    assert abs(float(built.values[loss.id]) - float(loss.value)) < 0.01
