"""x / Σx: one gradient for both ways, wherever the sum is the operand's own, along the axes it was taken over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import unmagic as um
from tests.conftest import needs
from tests.engine.test_fast import in_jax, replays


def rows(x: Any, w: Any) -> Any:
    e = np.exp(x)
    return (e / e.sum(axis=1, keepdims=True) * w).sum()


def columns(x: Any, w: Any) -> Any:
    return (x**2 / (x**2).sum(axis=0) * w).sum()


def both(x: Any, w: Any) -> Any:
    e = np.exp(x)
    return (e / e.sum(axis=(0, 1), keepdims=True) * w).sum()


def whole(x: Any, w: Any) -> Any:
    e = np.exp(x)
    return (e / e.sum() * w).sum()


def put_back(x: Any, w: Any) -> Any:
    e = np.exp(x)
    return (e / e.sum(axis=-1)[:, None] * w).sum() + e[0, 0]


def scaled(x: Any, w: Any) -> Any:
    """The quotient is read twice, and the sum elsewhere too."""
    e = np.exp(x)
    s = e.sum(axis=1, keepdims=True)
    p = e / s
    return (p * w).sum() + (p * p).sum() * np.log(s).mean()


def of_another(x: Any, w: Any) -> Any:
    e = np.exp(x)
    return (e / w.sum(axis=1, keepdims=True) * w).sum()


def across(x: Any, w: Any) -> Any:
    """Square, and divided by the sums of the other axis."""
    e = np.exp(x[:, :3])
    return (e / e.sum(axis=1) * w[:, :3]).sum()


def one_column(x: Any, w: Any) -> Any:
    e = np.exp(x[:, :1])
    return (e / e.sum(axis=0) * w[:, :1]).sum() + (e / e.sum(axis=1, keepdims=True)).sum()


SHARES: list[Callable[..., Any]] = [rows, columns, both, whole, put_back, scaled]
OTHERS: list[Callable[..., Any]] = [of_another, across, one_column]


@pytest.mark.parametrize("fn", SHARES + OTHERS)
def test_gradients_are_jaxs(fn: Any) -> None:
    jax = needs("jax")
    rng = np.random.default_rng(0)
    x, w = rng.standard_normal((3, 4)), rng.uniform(0.5, 1.5, (3, 4))
    value, got = um.value_and_grad(fn, (0, 1))(x, w)
    assert value == fn(x, w)
    for mine, other in zip(got, jax.grad(in_jax(fn), (0, 1))(x, w), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("fn", [rows, both, whole])
def test_after_an_exponential_one_division_is_left(fn: Any) -> None:
    gradient = um.value_and_grad(fn)
    gradient(np.zeros((3, 4)), np.ones((3, 4)))
    assert replays(gradient)[0].text.count("divide_") == 1
