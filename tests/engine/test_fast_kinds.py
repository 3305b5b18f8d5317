"""Kinds of objects that a traced function meets, recursion, and functions as values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy import special

import unmagic as um
from tests.engine.traced import Stack, batch, holds, rng


@dataclass
class Config:
    rate: float
    W: Any
    names: tuple[str, ...] = ("a", "b")


@dataclass(slots=True)
class Slotted:
    rate: float
    W: Any


class Pair(NamedTuple):
    rate: float
    W: Any


class Lazy:
    def __init__(self) -> None:
        self.values = {"rate": 2.0, "W": np.array([1.0, 3.0])}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.values[name]

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "values":
            super().__setattr__(name, value)
        else:
            self.values[name] = value


@pytest.mark.parametrize(
    "make", [Config, Slotted, lambda rate, W: Lazy(), lambda rate, W: SimpleNamespace(rate=rate, W=W)]
)
def test_kinds_of_objects(make: Any) -> None:
    one = make(2.0, np.array([1.0, 3.0]))

    def loss(x: Any) -> Any:
        return (x * x * one.W).sum() * one.rate

    gradient = um.value_and_grad(loss)
    x = np.array([1.0, 2.0])
    holds(gradient, loss, x)
    one.W[0] = 7.0
    holds(gradient, loss, x)
    one.W = np.array([2.0, 2.0])
    holds(gradient, loss, x)
    one.rate = 5.0
    holds(gradient, loss, x)


def test_a_named_tuple_and_objects_made_inside() -> None:
    pair = Pair(2.0, np.array([1.0, 3.0]))

    class Local:
        def loss(self, x: Any, power: int) -> Any:
            inner = Config(pair.rate, x * pair.W)
            made = Stack()
            other = Pair(inner.rate, inner.W**power)
            return (made(np.ones((1, 4))) ** 2).sum() * (other.W * other.rate).sum()

    gradient = um.value_and_grad(Local().loss)
    for power in (1, 2, 1):
        holds(gradient, Local().loss, np.array([1.0, 2.0]), power)


class Tree:
    def __init__(self, *children: Any) -> None:
        self.children, self.weight = children, 1.0 + len(children)

    def total(self, x: Any, depth: int = 0) -> Any:
        if not self.children:
            return np.sin(x) * self.weight
        return sum(child.total(x * self.weight, depth + 1) for child in self.children) / (1 + depth)

    def power(self, x: Any, n: int) -> Any:
        return x if n == 1 else x * self.power(x, n - 1)

    def loss(self, x: Any, n: int) -> Any:
        return (self.total(x) + self.power(x, n)).sum()


def test_recursion() -> None:
    tree = Tree(Tree(), Tree(Tree(), Tree()))
    gradient = um.value_and_grad(tree.loss)
    x = np.array([0.3, 0.7])
    holds(gradient, tree.loss, x, 3, traces=1)
    holds(gradient, tree.loss, x, 4, traces=2)
    tree.children[1].children[0].weight = 2.0
    holds(gradient, tree.loss, x, 3, traces=3)


def test_generators_and_methods_as_values() -> None:
    class Parts:
        def __init__(self) -> None:
            self.steps: list[Any] = [np.tanh, self.double, lambda x: x**2]

        def double(self, x: Any) -> Any:
            return 2 * x

        def values(self, x: Any) -> Iterator[Any]:
            for step in self.steps:
                x = step(x)
                yield x

        def loss(self, x: Any) -> Any:
            return sum(value.sum() for value in self.values(x))

    parts = Parts()
    gradient = um.value_and_grad(parts.loss)
    holds(gradient, parts.loss, np.array([0.3, 0.7]), traces=1)
    parts.steps[0] = np.sin
    holds(gradient, parts.loss, np.array([0.3, 0.7]), traces=2)


def test_a_library_that_is_only_read_when_it_is_called() -> None:
    class Logistic:
        def loss(self, w: Any, X: Any) -> Any:
            return (special.expit(X @ w) ** 2).sum()

    gradient = um.value_and_grad(Logistic().loss)
    for seed in range(2):
        holds(gradient, Logistic().loss, rng(seed).standard_normal(4), batch()[0], traces=1)
