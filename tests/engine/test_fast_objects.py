"""`um.grad` on methods, objects, callables, partials and decorated functions: what is read live, what is guarded."""

from __future__ import annotations

import copy
import functools
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import unmagic as um
from tests.engine.traced import Stack, batch, holds, replays, ridge, rng, slope, slow

# a network as a class -------------------------------------------------------------------------------------


class Network:
    decay = 0.1

    def __init__(self, seed: int = 0) -> None:
        draw = rng(seed)
        self.params = {
            "W1": draw.standard_normal((4, 5)),
            "b1": draw.standard_normal(5),
            "W2": draw.standard_normal((5, 3)),
        }
        self.gain = 1.5

    def hidden(self, X: Any) -> Any:
        p = self.params
        return np.tanh(X @ p["W1"] + p["b1"]) * self.gain

    @property
    def size(self) -> Any:
        return sum((w**2).sum() for w in self.params.values())

    def scores(self, X: Any) -> Any:
        return self.hidden(X) @ self.params["W2"]

    def loss(self, X: Any, y: Any, *, scale: float = 1.0) -> Any:
        z = self.scores(X)
        z = z - z.max(axis=1, keepdims=True)
        nll = (np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y]).mean()
        return scale * (nll + self.decay * self.size)


class Deeper(Network):
    def hidden(self, X: Any) -> Any:
        return np.sin(super().hidden(X))


@pytest.mark.parametrize("kind", [Network, Deeper])
def test_a_method(kind: type[Network]) -> None:
    net = kind()
    gradient = um.value_and_grad(net.loss)
    for seed in range(3):
        holds(gradient, net.loss, *batch(seed), traces=1)
    holds(gradient, net.loss, *batch(1, rows=4), traces=2)


def test_attributes_are_read_at_each_call() -> None:
    net = Network()
    gradient = um.value_and_grad(net.loss)
    X, y = batch()
    holds(gradient, net.loss, X, y, traces=1)
    net.params["W1"] *= 0.5
    holds(gradient, net.loss, X, y, traces=1)
    net.params["W1"] = net.params["W1"] + 1.0
    holds(gradient, net.loss, X, y, traces=1)
    net.params = {name: array * 2 for name, array in net.params.items()}
    holds(gradient, net.loss, X, y, traces=1)
    net.params["W2"] = rng(5).standard_normal((5, 7))
    holds(gradient, net.loss, X, y, traces=2)


def test_numbers_in_attributes_are_guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    net = Network()
    gradient = um.value_and_grad(net.loss)
    X, y = batch()
    holds(gradient, net.loss, X, y, traces=1)
    net.gain = 0.5
    holds(gradient, net.loss, X, y, traces=2)
    monkeypatch.setattr(Network, "decay", 0.7)
    holds(gradient, net.loss, X, y, traces=3)
    net.decay = 0.2  # in front of the class's
    holds(gradient, net.loss, X, y, traces=4)


def test_methods_and_properties_are_guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    net = Network()
    gradient = um.value_and_grad(net.loss)
    X, y = batch()
    holds(gradient, net.loss, X, y, traces=1)
    monkeypatch.setattr(Network, "hidden", lambda self, X: X @ self.params["W1"])
    holds(gradient, net.loss, X, y, traces=2)
    monkeypatch.setattr(Network, "size", property(lambda self: self.params["b1"].sum()))
    holds(gradient, net.loss, X, y, traces=3)
    net.hidden = lambda X: np.cos(X @ net.params["W1"])  # type: ignore[method-assign]
    holds(gradient, net.loss, X, y, traces=4)


def test_more_or_other_parameters_are_another_trace() -> None:
    net = Network()
    gradient = um.value_and_grad(net.loss)
    X, y = batch()
    holds(gradient, net.loss, X, y, traces=1)
    net.params["more"] = np.ones(2)
    holds(gradient, net.loss, X, y, traces=2)


def test_keyword_only_arguments() -> None:
    net = Network()
    gradient = um.value_and_grad(net.loss)
    X, y = batch()
    holds(gradient, net.loss, X, y, scale=2.0, traces=1)
    holds(gradient, net.loss, X, y, scale=3.0, traces=2)
    holds(gradient, net.loss, X, y, traces=3)
    value, found = gradient(y=y, X=X, scale=2.0)
    assert value == net.loss(X, y, scale=2.0)
    assert found.shape == X.shape
    assert len(replays(gradient)) == 3
    with pytest.raises(TypeError, match="unexpected keyword"):
        gradient(X, y, size=1)


def test_keyword_only_arguments_of_a_plain_function() -> None:
    gradient = um.value_and_grad(ridge)
    w, X, y = rng().standard_normal(4), *batch()
    for penalty in (0.1, 0.5, np.full(4, 0.3), np.arange(4.0)):
        holds(gradient, ridge, w, X, y, penalty=penalty)
    assert len(replays(gradient)) == 3


def many(x: Any, *others: Any, **named: Any) -> Any:
    return (x * sum(others) * named.get("factor", 1.0)).sum()


def test_any_number_of_arguments_and_keywords() -> None:
    gradient = um.value_and_grad(many)
    x = np.array([1.0, 2.0])
    for rest, named in (((x,), {}), ((x, 2.0), {}), ((x,), {"factor": 3.0}), ((x, 2.0), {}), ((x,), {"factor": x})):
        holds(gradient, many, x, *rest, **named)


# an object as the argument ---------------------------------------------------------------------------------


def energy(model: Stack, x: Any) -> Any:
    return (model(x) ** 2).sum()


def test_an_object_s_gradient_is_a_dict_by_attribute() -> None:
    gradient = um.value_and_grad(energy)
    model, (x, _) = Stack(), batch()
    for _ in range(3):
        value, found = gradient(model, x)
        assert value == energy(model, x)
        assert found.keys() == {"layers", "gain", "unread"}
        assert [part.keys() for part in found["layers"]] == [{"W", "b"}] * 2
        np.testing.assert_array_equal(found["unread"], np.zeros(3))
        for at, name in ((0, "W"), (1, "W"), (0, "b"), (1, "b")):
            array = getattr(model.layers[at], name)

            def moved(value: Any, at: int = at, name: str = name) -> Any:
                other = copy.deepcopy(model)
                setattr(other.layers[at], name, value)
                return energy(other, x)

            direction = rng(7).standard_normal(array.shape)
            assert np.vdot(found["layers"][at][name], direction) == pytest.approx(
                slope(moved, array, direction), rel=1e-8
            )
        model.layers[0].W *= 0.9
        model.layers[1].b = model.layers[1].b + 0.1
    assert len(replays(gradient)) == 1
    other = Stack()
    assert gradient(other, x)[0] == energy(other, x)
    assert len(replays(gradient)) == 1


def test_another_set_of_attributes_is_another_structure() -> None:
    gradient = um.grad(energy)
    model, (x, _) = Stack(), batch()
    assert gradient(model, x).keys() == {"layers", "gain", "unread"}
    model.more = np.ones(2)  # type: ignore[attr-defined]
    assert gradient(model, x).keys() == {"layers", "gain", "unread", "more"}
    del model.unread
    assert gradient(model, x).keys() == {"layers", "gain", "more"}


def test_nothing_is_kept_of_an_object_handed_in() -> None:
    import gc
    import weakref

    gradient = um.grad(energy)
    model = Stack()
    seen, array = weakref.ref(model), weakref.ref(model.layers[0].W)
    gradient(model, batch()[0])
    gradient(model, batch()[0])
    del model
    gc.collect()
    assert seen() is None
    assert array() is None


def test_an_object_of_another_class_is_another_trace() -> None:
    class Other(Stack):
        def __call__(self, x: Any) -> Any:
            return x * self.gain

    gradient = um.value_and_grad(energy)
    x = batch()[0]
    for model in (Stack(), Other(), Stack()):
        assert gradient(model, x)[0] == energy(model, x)
    assert len(replays(gradient)) == 2


class Other(Stack):
    pass


def by_class(model: Stack, x: Any) -> Any:
    return (model(x) ** 2).sum() * (3.0 if isinstance(model, Other) else 1.0)


def test_what_class_an_object_is_of_may_decide() -> None:
    gradient = um.value_and_grad(by_class)
    x = batch()[0]
    for model in (Stack(), Other(), Stack()):
        assert gradient(model, x)[0] == by_class(model, x)
    assert len(replays(gradient)) == 2


def test_an_object_without_floats_is_refused_before_anything_runs() -> None:
    calls = []

    def f(config: Any, x: Any) -> Any:
        calls.append(1)
        return x.sum()

    with pytest.raises(um.UnmagicError, match=r"argument 0\n  it is SimpleNamespace"):
        um.grad(f)(SimpleNamespace(depth=3, name="a"), np.ones(2))
    assert not calls


# callables, partials, decorators -----------------------------------------------------------------------------


def test_a_callable_object() -> None:
    model = Stack()

    class Loss:
        def __init__(self, model: Any, target: Any) -> None:
            self.model, self.target = model, target

        def __call__(self, x: Any) -> Any:
            return ((self.model(x) - self.target) ** 2).mean()

    loss = Loss(model, np.array([0.5, -0.5]))
    gradient = um.value_and_grad(loss)
    x = batch()[0]
    holds(gradient, loss, x, traces=1)
    loss.target = np.array([1.0, 2.0])
    holds(gradient, loss, x, traces=1)
    loss.model = Stack()
    loss.model.gain = 0.1
    holds(gradient, loss, x, traces=2)


def test_a_partial() -> None:
    X, y = batch()
    table = np.arange(4.0)
    given = functools.partial(ridge, X=X, y=y, penalty=0.3)
    gradient = um.value_and_grad(given)
    holds(gradient, given, rng().standard_normal(4), traces=1)
    X *= 2
    holds(gradient, given, rng(1).standard_normal(4), traces=1)
    first = functools.partial(many, table)
    holds(um.value_and_grad(first), first, np.ones(4), 2.0, traces=1)
    method = functools.partial(Network().loss, y=y, scale=2.0)
    holds(um.value_and_grad(method), method, X, traces=1)


def doubled(fn: Any) -> Any:
    @functools.wraps(fn)
    def wrapper(*args: Any, **given: Any) -> Any:
        return 2 * fn(*args, **given)

    return wrapper


@doubled
def decorated(x: Any, k: Any = 1.0) -> Any:
    return (x**3 * k).sum()


def test_a_decorated_function() -> None:
    gradient = um.value_and_grad(decorated)
    x = np.array([1.0, 2.0])
    holds(gradient, decorated, x, traces=1)
    holds(gradient, decorated, x * 2, traces=1)
    holds(gradient, decorated, x, k=3.0, traces=2)


@functools.lru_cache
def table(size: int) -> Any:
    return np.arange(1.0, size + 1)


class Encoded:
    def loss(self, x: Any) -> Any:
        return (x * table(len(x))).sum()


def test_lru_cache() -> None:
    """What it remembers may be anything: traced at each call. What it is itself is refused by name."""
    model = Encoded()
    gradient = um.value_and_grad(model.loss)
    for _ in range(2):
        holds(gradient, model.loss, np.array([1.0, 2.0, 3.0]))
        assert "remembers" in slow(gradient)
    with pytest.raises(um.UnmagicError, match="remembers what it gave"):
        um.grad(table)(3.0)


class Static:
    base = np.array([2.0, 3.0])

    @staticmethod
    def square(x: Any) -> Any:
        return x * x

    @classmethod
    def loss(cls, x: Any) -> Any:
        return (cls.square(x) * cls.base).sum()


def test_static_and_class_methods(monkeypatch: pytest.MonkeyPatch) -> None:
    gradient = um.value_and_grad(Static.loss)
    holds(gradient, Static.loss, np.array([1.0, 2.0]), traces=1)
    monkeypatch.setattr(Static, "square", staticmethod(lambda x: x * x * x))
    holds(gradient, Static.loss, np.array([1.0, 2.0]), traces=2)
    monkeypatch.setattr(Static, "base", np.array([5.0, 6.0]))
    holds(gradient, Static.loss, np.array([1.0, 2.0]), traces=2)
