"""Whatever a traced function uses may be another one at the next call: it is seen, wherever it was found."""

from __future__ import annotations

import functools
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import sparse

import unmagic as um
from tests.engine.traced import Linear, holds, slow


class Base:
    def scaled(self, x: Any) -> Any:
        return x * 2.0


class Derived(Base):
    table = np.array([1.0, 2.0])
    depth = 2

    def scaled(self, x: Any) -> Any:
        return super().scaled(x) * 3.0

    def loss(self, x: Any) -> Any:
        return self.scaled(x).sum()


class Holder:
    """What a loss may use, found in all kinds of places."""

    def __init__(self) -> None:
        self.ids = {1, 2}
        self.queue = deque([1.0, 2.0])
        self.ordered: dict[str, Any] = OrderedDict(W=np.array([1.0, 2.0]), k=3)
        self.act = functools.partial(self.power, n=2)
        self.step = Base().scaled
        self.matrix = sparse.csr_matrix(np.array([[1.0, 2.0], [0.0, 3.0]]))
        self.history = list(range(5000))
        self.counted = Counted(3)
        self.flag = np.True_
        self.lazy: Any = Lazy(3)

    def power(self, x: Any, n: int) -> Any:
        return x**n

    def by_set(self, x: Any) -> Any:
        return (x * len(self.ids)).sum() + sum(k * x[0] for k in self.ids)

    def by_deque(self, x: Any) -> Any:
        return (x * self.queue[0]).sum() + sum(k * x[1] for k in self.queue)

    def by_ordered(self, x: Any) -> Any:
        return (x * self.ordered["W"]).sum() * self.ordered["k"]

    def by_partial(self, x: Any) -> Any:
        return self.act(x).sum()

    def by_bound(self, x: Any) -> Any:
        return self.step(x).sum()

    def by_library(self, x: Any) -> Any:
        return x.sum() * self.matrix.sum()

    def by_long_list(self, x: Any) -> Any:
        return x.sum() * self.history[-1]

    def by_made(self, x: Any) -> Any:
        made = Derived()
        return (x * made.table).sum() * made.depth + made.loss(x)

    def by_len(self, x: Any) -> Any:
        return (x * len(self.counted)).sum()

    def by_operator(self, x: Any) -> Any:
        return (x * 2.0).sum() if self.counted > 3 else x.sum()

    def by_item(self, x: Any) -> Any:
        return (x * self.counted["n"]).sum()

    def by_iteration(self, x: Any) -> Any:
        return sum((x * k).sum() for k in self.counted)

    def by_getattr(self, x: Any) -> Any:
        return (x * self.lazy.n).sum()

    def by_flag(self, x: Any) -> Any:
        return x.sum() if self.flag else 2.0 * x.sum()

    def by_truth(self, x: Any) -> Any:
        return x.sum() if self.counted else 2.0 * x.sum()

    @functools.cached_property
    def total(self) -> Any:
        return self.ordered["W"].sum() * 2.0

    def by_cached(self, x: Any) -> Any:
        return x.sum() * self.total


class Lazy:
    def __init__(self, n: int) -> None:
        self.given = SimpleNamespace(n=n)

    def __getattr__(self, name: str) -> Any:
        return getattr(object.__getattribute__(self, "given"), name)


class Counted:
    def __init__(self, n: int) -> None:
        self.n = n

    def __len__(self) -> int:
        return self.n

    def __gt__(self, other: int) -> bool:
        return self.n > other

    def __getitem__(self, name: str) -> int:
        return self.n

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.n))


class Doubled(Base):
    def scaled(self, x: Any) -> Any:
        return x * 4.0


def swap(name: str, value: Any) -> Callable[[Any, Any], None]:
    return lambda one, patch: setattr(one, name, value)


CHANGES: dict[str, Callable[[Any, pytest.MonkeyPatch], Any]] = {
    "by_set": lambda one, patch: one.ids.add(7),
    "by_deque": lambda one, patch: one.queue.append(5.0),
    "by_ordered": lambda one, patch: one.ordered.update(k=5),
    "by_partial": lambda one, patch: one.act.keywords.update(n=3),
    "by_bound": lambda one, patch: setattr(one, "step", Doubled().scaled),
    "by_library": lambda one, patch: one.matrix.data.__imul__(2.0),
    "by_long_list": lambda one, patch: one.history.append(7),
    "by_made": lambda one, patch: patch.setattr(Derived, "depth", 5),
    "by_len": lambda one, patch: setattr(one.counted, "n", 5),
    "by_operator": lambda one, patch: setattr(one.counted, "n", 5),
    "by_item": lambda one, patch: setattr(one.counted, "n", 5),
    "by_iteration": lambda one, patch: setattr(one.counted, "n", 5),
    "by_getattr": lambda one, patch: setattr(one.lazy.given, "n", 5),
    "by_flag": lambda one, patch: setattr(one, "flag", np.False_),
    "by_truth": lambda one, patch: setattr(one.counted, "n", 0),
    "by_cached": lambda one, patch: setattr(one, "total", 7.0),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_changed_between_two_calls_is_seen(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Holder()
    gradient = um.value_and_grad(getattr(one, name))
    x = np.array([1.5, 2.5])
    for _ in range(2):
        holds(gradient, getattr(one, name), x)
    CHANGES[name](one, monkeypatch)
    holds(gradient, getattr(one, name), x)


def five(self: Any, x: Any) -> Any:
    return x * 5.0


def seven(self: Any, x: Any) -> Any:
    return x.sum() * 7.0


@pytest.mark.parametrize(
    ("kind", "name", "function"),
    [
        (Base, "scaled", five),
        (Derived, "scaled", five),
        (Derived, "table", np.array([5.0, 6.0])),
        (Derived, "loss", seven),
    ],
)
def test_what_a_class_has_is_seen_through_an_object_made_inside(
    kind: type, name: str, function: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Holder()
    gradient = um.value_and_grad(one.by_made)
    x = np.array([1.5, 2.5])
    holds(gradient, one.by_made, x, traces=1)
    monkeypatch.setattr(kind, name, function)
    holds(gradient, one.by_made, x)


def test_how_an_object_is_made_and_called_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def loss(x: Any) -> Any:
        return Linear(2, 2, 1)(x).sum()

    def other(self: Any, *args: Any) -> None:
        self.W, self.b = np.ones((2, 2)), np.ones(2)

    gradient = um.value_and_grad(functools.partial(loss))
    x = np.array([1.5, 2.5])
    holds(gradient, loss, x, traces=1)
    monkeypatch.setattr(Linear, "__init__", other)
    holds(gradient, loss, x, traces=2)
    monkeypatch.setattr(Linear, "__call__", lambda self, x: (x @ self.W) ** 2)
    holds(gradient, loss, x, traces=3)


def test_a_cached_property_is_computed_in_the_trace() -> None:
    one, x = Holder(), np.array([1.5, 2.5])
    gradient = um.value_and_grad(one.by_cached)
    value, found = gradient(x)
    assert value == one.by_cached(x)
    np.testing.assert_array_equal(found, [6.0, 6.0])
    assert slow(gradient) == "it changes self.total"  # it was set
    holds(gradient, one.by_cached, x, traces=1)


def test_a_list_too_long_to_be_looked_at_each_time() -> None:
    one = Holder()
    gradient = um.value_and_grad(one.by_long_list)
    holds(gradient, one.by_long_list, np.ones(2))
    assert "self.history has 5000 entries" in slow(gradient)


def test_another_object_behind_a_bound_method() -> None:
    class Scale:
        def __init__(self, k: float) -> None:
            self.k = k

        def __call__(self, x: Any) -> Any:
            return x * self.k

        def times(self, x: Any) -> Any:
            return x * self.k * (2.0 if isinstance(self, Other) else 1.0)

    class Other(Scale):
        pass

    one = SimpleNamespace(step=Scale(2.0).times, parts=[Scale(3.0), Scale(4.0).times])

    def loss(x: Any) -> Any:
        for part in one.parts:
            x = part(x)
        return one.step(x).sum()

    gradient = um.value_and_grad(loss)
    x = np.array([1.5, 2.5])
    holds(gradient, loss, x, traces=1)
    one.step = Scale(5.0).times
    holds(gradient, loss, x, traces=2)
    one.parts[1] = Scale(6.0).times
    holds(gradient, loss, x, traces=3)
    one.parts[0].k = 7.0
    holds(gradient, loss, x, traces=4)
    one.step = Other(5.0).times
    holds(gradient, loss, x, traces=5)
