"""What the tests of traced functions share: oracles, and a model as people write it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

Gradient = Callable[..., Any]


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def replays(gradient: Any) -> list[Any]:
    found: list[Any] = gradient.differentiated.replays
    return found


def slow(gradient: Any) -> str:
    found: str = gradient.differentiated.slow
    return found


def slope(fn: Callable[[Any], Any], x: Any, direction: Any) -> float:
    """The derivative of ``fn`` along ``direction``, by central differences of fourth order."""
    h = 1e-3
    f = [float(fn(x + k * h * direction)) for k in (-2, -1, 1, 2)]
    return (f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * h)


def holds(
    gradient: Gradient, fn: Callable[..., Any], x: Any, *rest: Any, traces: int | None = None, **given: Any
) -> None:
    """Value and gradient at the first argument; ``traces`` are kept afterwards."""
    wanted = fn(x, *rest, **given)
    value, found = gradient(x, *rest, **given)
    assert value == pytest.approx(wanted, rel=1e-14)
    direction = rng(9).standard_normal(np.shape(x))
    assert np.vdot(found, direction) == pytest.approx(slope(lambda x: fn(x, *rest, **given), x, direction), rel=1e-8)
    if traces is not None:
        assert len(replays(gradient)) == traces
        assert slow(gradient) == ""


def batch(seed: int = 3, rows: int = 6) -> tuple[Any, Any]:
    return rng(seed).standard_normal((rows, 4)), rng(seed).integers(0, 3, rows)


def ridge(w: Any, X: Any, y: Any, *, penalty: Any = 0.1) -> Any:
    return ((X @ w - y) ** 2).mean() + (penalty * w**2).sum()


class Linear:
    def __init__(self, rows: int, columns: int, seed: int) -> None:
        self.W = rng(seed).standard_normal((rows, columns))
        self.b = rng(seed + 1).standard_normal(columns)
        self.name = f"layer {seed}"
        self.shape = [rows, columns]

    def __call__(self, x: Any) -> Any:
        return x @ self.W + self.b


class Stack:
    def __init__(self) -> None:
        self.layers = [Linear(4, 5, 1), Linear(5, 2, 2)]
        self.gain = 0.7
        self.unread = np.ones(3)

    def __call__(self, x: Any) -> Any:
        for layer in self.layers:
            x = np.tanh(layer(x)) * self.gain
        return x
