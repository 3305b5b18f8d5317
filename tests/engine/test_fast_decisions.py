"""Decisions of traced methods: each is guarded, or the function is traced at each call."""

from __future__ import annotations

import importlib
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import unmagic as um
from tests.engine.traced import replays, slope, slow

# decisions ------------------------------------------------------------------------------------------------


class Deciding:
    """Methods that decide on values, one way each."""

    limit = 1.0

    def early(self, x: Any) -> Any:
        if not x.sum() > self.limit:
            return x.sum()
        return (x * x).sum()

    def chain(self, x: Any) -> Any:
        return (x * x).sum() if 0.0 < float(x[0]) < 2.0 else x.sum()

    def chained_scalars(self, x: Any) -> Any:
        return (x * x).sum() if 0.0 < x[0] < 2.0 else x.sum()

    def either(self, x: Any) -> Any:
        flag = x[0] > 1 or x[1] > 1
        return (x * x).sum() if flag else x.sum()

    def truth(self, x: Any) -> Any:
        first = np.maximum(x[0], 0.0)
        scale = float(first) or 3.0
        return (x * scale).sum()

    def truth_of_single(self, x: Any) -> Any:
        if np.maximum(x[:1], 0.0):
            return (x * x).sum()
        return x.sum()

    def negated(self, x: Any) -> Any:
        flag = not float(np.maximum(x[0], 0.0))
        return (x * 2).sum() if flag else (x * x).sum()

    def whole(self, x: Any) -> Any:
        total = 0.0
        for k in range(int(abs(x[0])) + 1):
            total = total + (x**k).sum()
        return total

    def rounded(self, x: Any) -> Any:
        return (x * round(float(x[0]))).sum()

    def floor(self, x: Any) -> Any:
        return (x * math.floor(x[0])).sum()

    def largest(self, x: Any) -> Any:
        return x[np.argmax(x)] ** 2 + x[int(x.argmin())]

    def halved(self, x: Any) -> Any:
        while (x * x).sum() > 1.0:
            x = x / 2
        return x.sum()

    def halved_by_norm(self, x: Any) -> Any:
        n = 0
        size = float(np.sqrt((x * x).sum()))
        while size > 1.0:
            size /= 2
            n += 1
        return (x * n).sum()

    def items(self, x: Any) -> Any:
        total = 0.0
        for k, v in enumerate(x):
            if v > 0:
                total = total + v * v * (k + 1)
        return total

    def unpacked(self, x: Any) -> Any:
        a, b = x
        return a * a + 3 * b if a > b else a - b

    def paired(self, x: Any) -> Any:
        return sum(a * b * b for a, b in zip(x, x[::-1], strict=True))

    def listed(self, x: Any) -> Any:
        a, b = x.tolist()
        return a * a + (b if b > 0 else -2 * b)

    def comprehended(self, x: Any) -> Any:
        return sum([v**3 for v in x if v > 0]) + x.sum()

    def larger(self, x: Any) -> Any:
        a, b = float(x[0]), float(x[1])
        return max(a, b) ** 2 + min(a, b)

    def larger_scalar(self, x: Any) -> Any:
        return max(x[0], x[1], 0.5) ** 2 + min([x[0], x[1]])

    def masked(self, x: Any) -> Any:
        return (x[x > 0] ** 2).mean()

    def counted(self, x: Any) -> Any:
        return (x**2).sum() / len(np.flatnonzero(x > 0))

    def counted_mask(self, x: Any) -> Any:
        return (x**2).sum() / max(1, (x > 0).sum())

    def assigned(self, x: Any) -> Any:
        n = int((x > 0).sum())
        return (x**2).sum() * n


VALUES = [[1.6, 0.5], [-1.6, 0.25], [0.3, 2.4], [-0.2, -0.1], [3.7, -2.2], [0.25, 0.7], [1.6, 0.5]]


@pytest.mark.parametrize("name", [name for name in vars(Deciding) if not name.startswith("_") and name != "limit"])
def test_guard_decision(name: str) -> None:
    """A stale decision gives another number: each of these comes out otherwise for other values."""
    one = getattr(Deciding(), name)
    gradient = um.value_and_grad(one)
    for values in (*VALUES, *VALUES):
        x = np.array(values)
        if name in ("counted", "masked") and not (x > 0).any():
            continue
        wanted = one(x)
        value, found = gradient(x)
        assert value == pytest.approx(wanted, rel=1e-14)
        for k, unit in enumerate(np.eye(2)):
            assert found[k] == pytest.approx(slope(one, x, unit * 1e-3) / 1e-3, rel=1e-7, abs=1e-9)
    assert slow(gradient) == ""
    assert (1 if name == "paired" else 2) <= len(replays(gradient)) < 8


class Ordered:
    """Decisions that are not guarded one by one: right, and traced at each call."""

    def order(self, x: Any) -> Any:
        low, high = sorted([float(x[0]), float(x[1])])
        return low + 10 * high

    def key(self, x: Any) -> Any:
        return min([x[0], x[1]], key=lambda v: v * v) ** 3

    def membership(self, x: Any) -> Any:
        return (x * x).sum() if float(x[0]) in [1.6, 0.25] else x.sum()

    def place(self, x: Any) -> Any:
        values = [float(v) for v in x]
        return (x * values.index(max(values))).sum()

    def equal(self, x: Any) -> Any:
        return (x * x).sum() if np.array_equal(np.sign(x), [1.0, 1.0]) else x.sum()

    def looked_up(self, x: Any) -> Any:
        return (x * {1.6: 2.0, 0.25: 3.0}.get(float(x[0]), 4.0)).sum()

    def caught(self, x: Any) -> Any:
        try:
            if x[0] < 0:
                raise ValueError
            return (x * x).sum()
        except ValueError:
            return x.sum()

    def any_of(self, x: Any) -> Any:
        positive = [float(v) if v > 0 else 0.0 for v in x]
        return (x * x).sum() if any(positive) else x.sum()

    def set_of(self, x: Any) -> Any:
        return (x * len({float(v) for v in np.maximum(x, 0)})).sum()


@pytest.mark.parametrize("name", [name for name in vars(Ordered) if not name.startswith("_")])
def test_what_is_not_guarded_is_traced_at_each_call(name: str) -> None:
    one = getattr(Ordered(), name)
    gradient = um.value_and_grad(one)
    for values in (*VALUES, *VALUES):
        x = np.array(values)
        value, found = gradient(x)
        assert value == one(x)
        if name in ("membership", "looked_up"):  # where its neighbours go another way
            np.testing.assert_array_equal(found, 2 * x if value == (x * x).sum() else found)
            assert (found * x).sum() == pytest.approx(value if name == "looked_up" or found[0] == 1 else 2 * value)
            continue
        for k, unit in enumerate(np.eye(2)):
            assert found[k] == pytest.approx(slope(one, x, unit * 1e-4) / 1e-4, rel=1e-6, abs=1e-6)


def test_an_error_that_a_replay_meets_is_the_functions_own_to_handle() -> None:
    class Solver:
        def loss(self, A: Any) -> Any:
            try:
                return np.linalg.inv(A).sum()
            except np.linalg.LinAlgError:
                return A.sum()

        def bare(self, A: Any) -> Any:
            return np.linalg.inv(A).sum()

    gradient = um.value_and_grad(Solver().loss)
    regular, singular = np.array([[2.0, 1.0], [0.0, 1.0]]), np.ones((2, 2))
    for A in (regular, singular, regular, singular):
        value, found = gradient(A)
        assert value == Solver().loss(A)
        assert np.array_equal(found, np.ones((2, 2))) == (A is singular)
    bare = um.grad(Solver().bare)
    bare(regular)
    with pytest.raises(np.linalg.LinAlgError, match="Singular"):
        bare(singular)


def test_an_assertion_is_a_decision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a file of its own: pytest rewrites assertions."""
    text = "class A:\n    def f(self, x):\n        assert x.sum() > 0\n        return (x * 2.0).sum()\n"
    (tmp_path / "asserting.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    gradient = um.grad(importlib.import_module("asserting").A().f)
    gradient(np.ones(2))
    gradient(np.ones(2))
    with pytest.raises(AssertionError):
        gradient(-np.ones(2))
