"""A maximum taken out before exponentials: its gradient is left out exactly where it adds up to nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import unmagic as um
from tests.conftest import needs
from tests.engine.test_fast import in_jax, replays


def stable(z: Any, y: Any) -> Any:
    z = z - z.max(axis=1, keepdims=True)
    return (np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y]).mean()


def dropped(z: Any, y: Any) -> Any:
    z = z - z.max(axis=-1)[:, None]
    p = np.exp(z) / np.exp(z).sum(axis=-1)[:, None]
    return -(np.log(p[np.arange(len(y)), y])).mean()


def all_at_once(z: Any, y: Any) -> Any:
    z = z - z.max()
    e = np.exp(z)
    return (e / e.sum() * y.sum()).max()


def turned(z: Any, y: Any) -> Any:
    z = (z - z.max(axis=1, keepdims=True)).T
    return (np.log(np.exp(z).sum(axis=0)) - z[y, np.arange(len(y))]).sum()


def left_over(z: Any, y: Any) -> Any:
    """Not free of the maximum: only the logarithm is moved by it."""
    return np.log(np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1)).sum()


def doubled(z: Any, y: Any) -> Any:
    z = z - z.max(axis=1, keepdims=True)
    return (np.log(np.exp(z).sum(axis=1)) - 2 * z[np.arange(len(y)), y]).sum()


def other_rows(z: Any, y: Any) -> Any:
    """Each row is set against the next one's maximum."""
    z = z - z.max(axis=1, keepdims=True)
    return (np.log(np.exp(z).sum(axis=1)) * np.roll(z[np.arange(len(y)), y], 1)).sum()


def shuffled(z: Any, y: Any) -> Any:
    """Which row meets which hangs on the labels."""
    z = z - z.max(axis=1, keepdims=True)
    return (np.log(np.exp(z).sum(axis=1)) - z[y][:, 0]).sum()


def wrong_axis(z: Any, y: Any) -> Any:
    z = z - z.max(axis=0, keepdims=True)
    return (np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y]).mean()


FREE: list[Callable[..., Any]] = [stable, dropped, all_at_once, turned]
BOUND: list[Callable[..., Any]] = [left_over, doubled, other_rows, shuffled, wrong_axis]


@pytest.mark.parametrize("fn", FREE + BOUND)
def test_gradients_are_jaxs(fn: Any) -> None:
    jax = needs("jax")
    rng = np.random.default_rng(3)
    gradient = um.value_and_grad(fn)
    for seed in range(3):
        z, y = rng.standard_normal((4, 5)), np.random.default_rng(seed).integers(0, 4, 4)
        value, got = gradient(z, y)
        assert value == fn(z, y)
        np.testing.assert_allclose(got, jax.grad(in_jax(fn))(z, y), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("fn", FREE + BOUND)
def test_where_it_adds_up_to_nothing_it_is_not_computed(fn: Any) -> None:
    """The gradient of a maximum looks for the entries that are equal to it."""
    gradient = um.grad(fn)
    gradient(np.random.default_rng(0).standard_normal((4, 5)), np.array([0, 1, 2, 1]))
    ties = 1 if fn is all_at_once else 0  # its own maximum at the end
    assert (replays(gradient)[0].text.count("equal_") > ties) == (fn in BOUND)


def test_ties_change_nothing() -> None:
    z = np.zeros((2, 3))
    got = um.grad(stable)(z, np.array([0, 1]))
    np.testing.assert_allclose(got, [[-1 / 3, 1 / 6, 1 / 6], [1 / 6, -1 / 3, 1 / 6]], atol=1e-16)
