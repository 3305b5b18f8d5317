"""What a trace did not see is never taken for granted: right, or refused by name with its place."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from scipy import special

import unmagic as um
from tests.engine.traced import holds, replays, slope

# what was not seen is never taken for granted --------------------------------------------------------------


class Number:
    """Arithmetic of the user's own, which no hook hears."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __mul__(self, other: Any) -> Any:
        return self.value * other

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.asarray(self.value)


class Items:
    def __init__(self, *parts: Any) -> None:
        self.parts = parts

    def __iter__(self) -> Iterator[Any]:
        return (part * 2.0 for part in self.parts)

    def __getitem__(self, k: int) -> Any:
        return self.parts[k] * 3.0


class Unseen:
    def overloaded(self, x: Any) -> Any:
        return (Number(x * 2) * np.ones(2)).sum()

    def by_array(self, x: Any) -> Any:
        return np.add(Number(x), 1.0).sum()

    def iterated(self, x: Any) -> Any:
        return sum(part.sum() for part in Items(x, x))

    def indexed(self, x: Any) -> Any:
        return Items(x)[0].sum()

    def vectorized(self, x: Any) -> Any:
        return np.vectorize(lambda v: v * v)(x).sum()

    def reduced(self, x: Any) -> Any:
        return functools.reduce(lambda a, b: a * b, [x, x]).sum()

    def mapped(self, x: Any) -> Any:
        return sum(map(lambda v: v * v, [x[0], x[1]]))  # noqa: C417

    def along(self, x: Any) -> Any:
        return np.apply_along_axis(lambda v: v * v, 0, x).sum()

    def library(self, x: Any) -> Any:
        return special.j0(x).sum()

    def complex_numbers(self, x: Any) -> Any:
        return np.abs(x * 1j).sum()

    def masked_arrays(self, x: Any) -> Any:
        return np.ma.masked_less(x, 0.0).sum() * 1.0

    def through_a_list(self, x: Any) -> Any:
        return np.array([float(str(v)) for v in x]).sum()

    def through_bytes(self, x: Any) -> Any:
        return np.frombuffer(x.tobytes()).sum()

    def by_a_view(self, x: Any) -> Any:
        return x.view(np.int64).view(np.float64).sum()

    def by_structure(self, x: Any) -> Any:
        table = np.zeros(2, [("a", float)])
        table["a"] = x
        return table["a"].sum()

    def by_iterator(self, x: Any) -> Any:
        return sum(float(v) for v in np.nditer(x))  # type: ignore[arg-type,misc]

    def by_flat(self, x: Any) -> Any:
        return sum(v * v for v in x.flat)

    def polynomial(self, x: Any) -> Any:
        return np.poly1d(x)(2.0)

    def resized(self, x: Any) -> Any:
        y = x * 2
        y.resize((2, 1), refcheck=False)
        return y.sum()

    def reshaped_in_place(self, x: Any) -> Any:
        y = x * 2
        y.shape = (2, 1)
        return y.sum()

    def formatted(self, x: Any) -> Any:
        return (x * 0).sum() + float(f"{x[0]!r}".removeprefix("np.float64(").removesuffix(")"))

    def by_callback(self, x: Any) -> Any:
        from scipy.integrate import quad

        return quad(lambda t: float(x[0]) * t, 0.0, 1.0)[0]

    def by_hex(self, x: Any) -> Any:
        return x.sum() * 0 + float.fromhex(float(x[0]).hex())

    def by_plain_arguments(self, x: Any) -> Any:
        return np.linspace(x[0], x[1], 5).sum()

    def by_pads(self, x: Any) -> Any:
        return np.pad(x, 1, constant_values=x[0]).sum()

    def by_attribute_dictionary(self, x: Any) -> Any:
        class Bag(dict[str, Any]):
            __getattr__ = dict.__getitem__

        return (Bag(y=x * 2).y).sum()  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", [name for name in vars(Unseen) if not name.startswith("_")])
def test_never_a_silent_zero(name: str) -> None:
    """Each of these hides a part of the way from the argument to the result: refused, if not seen through."""
    one = getattr(Unseen(), name)
    gradient = um.value_and_grad(one)
    for values in ([0.5, 1.5], [1.0, 2.0]):
        x = np.array(values)
        if name not in SEEN:
            with pytest.raises(um.UnmagicError) as caught:
                gradient(x)
            assert caught.value.what
            continue
        value, found = gradient(x)
        assert value == pytest.approx(one(x), rel=1e-14)
        for i, unit in enumerate(np.eye(2)):
            assert found[i] == pytest.approx(slope(one, x, unit), rel=1e-7)


SEEN = frozenset({"by_attribute_dictionary", "by_flat", "reduced", "by_a_view"})


def test_an_opaque_step_on_the_way_is_named_with_its_place() -> None:
    with pytest.raises(um.UnmagicError, match="j0") as caught:
        um.grad(Unseen().library)(np.ones(2))
    assert "special.j0(x)" in str(caught.value)
    assert "the result depends on it" in str(caught.value)


class Beside:
    """What no value comes through that is derived: right, replayed where what it was given is the same."""

    def __init__(self) -> None:
        self.X = np.array([0.5, 2.5])
        self.n = 3

    def captured(self, x: Any) -> Any:
        return (x * special.j1(self.X)).sum()

    def static(self, x: Any) -> Any:
        return (x * special.j1(self.n)).sum()

    def labels(self, x: Any, y: Any) -> Any:
        return (x * np.bincount(y, minlength=2)).sum() / len(set(y.tolist()))

    def shown(self, x: Any) -> Any:
        y = x * x
        f"{special.j0(y)}"
        return y.sum()


def test_opaque_steps_beside_the_way_are_guarded_by_what_they_were_given() -> None:
    beside = Beside()
    x = np.array([1.0, 2.0])
    gradient = um.value_and_grad(beside.captured)
    holds(gradient, beside.captured, x, traces=1)
    holds(gradient, beside.captured, x * 2, traces=1)
    beside.X[0] = 4.5
    holds(gradient, beside.captured, x, traces=2)
    gradient = um.value_and_grad(beside.static)
    holds(gradient, beside.static, x, traces=1)
    beside.n = 7
    holds(gradient, beside.static, x, traces=2)
    gradient = um.value_and_grad(beside.labels)
    for labels in ([0, 1, 1], [0, 0, 1], [1, 1, 1], [0, 1, 1]):
        holds(gradient, beside.labels, x, np.array(labels))
    assert len(replays(gradient)) == 3
    gradient = um.value_and_grad(beside.shown)
    holds(gradient, beside.shown, x, traces=1)
    holds(gradient, beside.shown, x + 1, traces=1)


class Tagged(np.ndarray):
    pass


@pytest.mark.parametrize("value", [np.ones(2).view(Tagged), np.ma.masked_array([1.0, 2.0])])
def test_other_kinds_of_arrays_are_refused_by_name(value: Any) -> None:
    net = SimpleNamespace(W=value)

    def loss(x: Any) -> Any:
        return (x * net.W).sum()

    for gradient, args in ((um.grad(Unseen().library), (value,)), (um.grad(loss), (np.ones(2),))):
        with pytest.raises(um.UnmagicError, match=type(value).__name__):
            gradient(*args)
