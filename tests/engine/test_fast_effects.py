"""What a traced function closes over, changes, draws, raises and warns of: at a replay too."""

from __future__ import annotations

import copy
import functools
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import unmagic as um
from tests.engine.traced import Linear, Stack, batch, holds, replays, rng, slope, slow

# what it closes over, and does beside ------------------------------------------------------------------------


def test_a_closure_over_objects() -> None:
    model = Stack()
    settings = SimpleNamespace(weight=0.5, inner=SimpleNamespace(power=2))

    def loss(x: Any) -> Any:
        return (model(x) ** settings.inner.power).sum() * settings.weight

    gradient = um.value_and_grad(loss)
    x = batch()[0]
    holds(gradient, loss, x, traces=1)
    settings.weight = 0.25
    holds(gradient, loss, x, traces=2)
    settings.inner = SimpleNamespace(power=4)
    holds(gradient, loss, x, traces=3)
    model.layers.append(Linear(2, 2, 8))
    holds(gradient, loss, x, traces=4)
    model.layers[0] = Linear(4, 5, 9)
    holds(gradient, loss, x)
    model = Stack()
    holds(gradient, loss, x)


SETTINGS: Any = SimpleNamespace(rate=0.5)
RATE = 2.0


def by_globals(x: Any) -> Any:
    return (x * SETTINGS.rate * rated(x)).sum()


def rated(x: Any) -> Any:
    return special_free(x) * RATE


def special_free(x: Any) -> Any:
    with np.errstate(all="ignore"):
        return np.exp(x)


def test_globals_of_every_function_that_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    gradient = um.value_and_grad(by_globals)
    x = np.array([0.5, 1.0])
    holds(gradient, by_globals, x, traces=1)
    monkeypatch.setitem(globals(), "RATE", 3.0)
    holds(gradient, by_globals, x, traces=2)
    monkeypatch.setattr(SETTINGS, "rate", 0.1)
    holds(gradient, by_globals, x, traces=3)
    monkeypatch.setitem(globals(), "special_free", np.sin)
    holds(gradient, by_globals, x, traces=4)


class Effects:
    def __init__(self) -> None:
        self.calls = 0
        self.history: list[Any] = []
        self.last: Any = None
        self.total = np.zeros(2)

    def counts(self, x: Any) -> Any:
        self.calls += 1
        return (x * self.calls).sum()

    def remembers(self, x: Any) -> Any:
        y = x * x
        self.history.append(float(y.sum()))
        return y.sum() * len(self.history)

    def keeps(self, x: Any) -> Any:
        self.last = np.tanh(x)
        return self.last.sum()

    def adds(self, x: Any) -> Any:
        self.total += x
        return (self.total * x).sum()

    def prints(self, x: Any) -> Any:
        y = (x * x).sum()
        print("loss", y)
        return y

    def greets(self, x: Any) -> Any:
        print("here")
        return (x * x).sum()

    def swaps(self, x: Any) -> Any:
        self.total = self.total + x
        return (self.total * x).sum()


@pytest.mark.parametrize("name", [name for name in vars(Effects) if not name.startswith("_")])
def test_what_it_does_beside_is_done_at_each_call(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    mine, theirs = Effects(), Effects()
    gradient = um.value_and_grad(getattr(mine, name))
    for k in range(3):
        x = np.array([0.5, 1.5]) + k
        before = copy.deepcopy(theirs)
        said = capsys.readouterr().out
        value, found = gradient(x)
        printed = capsys.readouterr().out
        assert value == getattr(theirs, name)(x)
        assert capsys.readouterr().out == printed
        assert said == ""
        for part in vars(mine):
            np.testing.assert_array_equal(getattr(mine, part), getattr(theirs, part))

        def fresh(x: Any, before: Any = before) -> Any:
            return getattr(copy.deepcopy(before), name)(x)

        for i, unit in enumerate(np.eye(2)):
            assert found[i] == pytest.approx(slope(fresh, x, unit), rel=1e-8)
        capsys.readouterr()
    assert bool(slow(gradient)) == (name != "adds")


def test_a_global_or_a_cell_that_it_writes() -> None:
    count = 0

    def loss(x: Any) -> Any:
        nonlocal count
        count += 1
        return (x * count).sum()

    gradient = um.grad(functools.partial(loss))
    for k in range(1, 4):
        np.testing.assert_array_equal(gradient(np.ones(2)), [k, k])
        assert count == k
    assert slow(gradient) == "it changes count"


def test_writes_into_arguments_and_what_is_captured_happen_at_each_call() -> None:
    class Averaged:
        def __init__(self) -> None:
            self.mean = np.zeros(3)

        def loss(self, x: Any, log: Any) -> Any:
            self.mean *= 0.9
            self.mean += 0.1 * x
            log[0] = (self.mean * x).sum()
            x[0] = 2.0
            return log[0] + (x * log[1:].sum()).sum()

    mine, theirs = Averaged(), Averaged()
    gradient = um.value_and_grad(mine.loss)
    logs = np.zeros(4), np.zeros(4)
    for k in range(4):
        x, same = np.arange(3.0) + k, np.arange(3.0) + k
        before = copy.deepcopy(theirs), logs[1].copy(), x.copy()
        value, found = gradient(x, logs[0])
        assert value == theirs.loss(same, logs[1])
        np.testing.assert_array_equal(x, same)
        np.testing.assert_array_equal(logs[0], logs[1])
        np.testing.assert_array_equal(mine.mean, theirs.mean)

        def fresh(x: Any, before: Any = before) -> Any:
            return copy.deepcopy(before[0]).loss(x.copy(), before[1].copy())

        for i, unit in enumerate(np.eye(3)):
            assert found[i] == pytest.approx(slope(fresh, before[2], unit), rel=1e-8, abs=1e-12)
        logs[0][1] = logs[1][1] = k
    assert len(replays(gradient)) == 1


# memory ---------------------------------------------------------------------------------------------------


class Memory:
    def product(self, a: Any, b: Any) -> Any:
        return (a * a * b).sum()

    def writes(self, a: Any, b: Any) -> Any:
        a[0] = 5.0
        return (a * b).sum()

    def flat(self, a: Any) -> Any:
        a.reshape(-1)[0] = 2.0
        return (a * a).sum()


def test_the_same_array_twice_and_parts_of_one() -> None:
    gradient = um.grad(Memory().product, (0, 1))
    whole = np.arange(1.0, 5.0)
    for a, b in ((whole, whole), (whole[1:], whole[:-1]), (whole[::2], whole[1::2]), (whole, whole.copy())):
        first, second = gradient(a, b)
        np.testing.assert_allclose(first, 2 * a * b)
        np.testing.assert_allclose(second, a * a)
    np.testing.assert_array_equal(whole, np.arange(1.0, 5.0))


def test_writes_into_a_part_of_a_larger_array() -> None:
    gradient = um.grad(Memory().writes)
    whole, b = np.arange(12.0).reshape(4, 3), np.ones(3)
    for k in range(3):
        np.testing.assert_array_equal(gradient(whole[k], b), [0.0, 1.0, 1.0])
        assert whole[k, 0] == 5.0
    np.testing.assert_array_equal(whole[3], [9.0, 10.0, 11.0])
    assert len(replays(gradient)) == 1


def test_writes_with_shared_memory_are_refused() -> None:
    gradient = um.grad(Memory().writes)
    a = np.ones(3)
    gradient(a, np.ones(3))
    for pair in ((a, a), (a[:2], a[1:])):
        a[:] = 1.0
        with pytest.raises(um.UnmagicError, match="shares memory"):
            gradient(*pair)
        np.testing.assert_array_equal(a, np.ones(3))


def test_a_write_that_nobody_told_of_is_done_at_each_call() -> None:
    class Flat:
        def loss(self, x: Any, log: Any) -> Any:
            log.flat[0] += 1.0
            return (x * x).sum()

    gradient = um.grad(Flat().loss)
    log = np.zeros(2)
    for k in range(1, 4):
        np.testing.assert_array_equal(gradient(np.ones(2), log), [2.0, 2.0])
        assert log[0] == k
    del log


def test_guard_layout_where_it_decides_on_a_write() -> None:
    gradient = um.grad(Memory().flat)
    for order in ("C", "F", "C"):
        x, same = np.ones((2, 3), order=order), np.ones((2, 3), order=order)
        Memory().flat(same)
        gradient(x)
        np.testing.assert_array_equal(x, same)
    assert len(replays(gradient)) == 2


def test_what_can_t_be_written_to_is_numpy_s_to_say() -> None:
    gradient = um.grad(Memory().writes)
    a = np.ones(3)
    gradient(a, np.ones(3))
    a.flags.writeable = False
    for _ in range(2):
        with pytest.raises(ValueError, match="read-only"):
            gradient(a, np.ones(3))


def test_nothing_is_written_twice_where_something_can_t_be() -> None:
    class Both:
        def loss(self, x: Any, a: Any, b: Any) -> Any:
            a += 1.0
            b += x
            return (a * b).sum()

    gradient = um.grad(Both().loss)
    x, a, b = np.ones(3), np.zeros(3), np.zeros(3)
    gradient(x, a, b)
    gradient(x, a, b)
    b.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        gradient(x, a, b)
    np.testing.assert_array_equal(a, np.full(3, 3.0))
    np.testing.assert_array_equal(b, np.full(3, 2.0))


def test_one_array_in_two_attributes() -> None:
    class Tied:
        def __init__(self) -> None:
            self.first = self.second = np.array([1.0, 2.0])

        def loss(self, x: Any) -> Any:
            return (x * self.first * self.second).sum()

    tied = Tied()
    gradient = um.value_and_grad(tied.loss)
    holds(gradient, tied.loss, np.ones(2), traces=1)
    tied.second = np.array([5.0, 6.0])
    holds(gradient, tied.loss, np.ones(2), traces=2)
    again = Tied()
    with pytest.raises(um.UnmagicError, match=r"second and .*first are one object"):
        um.grad(Tied.loss)(again, np.ones(2))


def test_an_argument_that_is_an_attribute_too() -> None:
    """What is derived is the argument alone."""

    class Held:
        def __init__(self) -> None:
            self.W = np.array([1.0, 2.0])

        def loss(self, W: Any) -> Any:
            return (W * self.W).sum()

        def writes(self, W: Any) -> Any:
            W *= 2.0
            return (W * self.W).sum()

    held = Held()
    with pytest.raises(um.UnmagicError, match=r"argument 0 is written to, and shares memory with self\.W"):
        um.grad(held.writes)(held.W)
    held = Held()
    gradient = um.grad(held.loss)
    for _ in range(2):
        np.testing.assert_array_equal(gradient(held.W), held.W)


# random draws -----------------------------------------------------------------------------------------------

GENERATOR = rng(4)


class Noisy:
    def __init__(self) -> None:
        self.generator = rng(5)

    def given(self, x: Any, generator: Any) -> Any:
        return (x * generator.standard_normal(2)).sum() + generator.integers(5) * x[0]

    def held(self, x: Any) -> Any:
        return (x * self.generator.standard_normal(2)).sum()

    def captured(self, x: Any) -> Any:
        return (x * GENERATOR.normal(size=2)).sum()

    def anywhere(self, x: Any) -> Any:
        return (x * np.random.standard_normal(2)).sum()

    def unseeded(self, x: Any) -> Any:
        return (x * np.random.default_rng().standard_normal(2)).sum()

    def seeded(self, x: Any) -> Any:
        generator = np.random.default_rng(7)
        return (x * generator.standard_normal(2)).sum() * generator.normal()


def test_a_generator_that_is_an_argument_is_drawn_from_at_each_call() -> None:
    gradient = um.value_and_grad(Noisy().given)
    mine, theirs, again = rng(1), rng(1), rng(1)
    x = np.array([2.0, 3.0])
    for _ in range(4):
        value, found = gradient(x, mine)
        assert value == Noisy().given(x, theirs)
        draw = again.standard_normal(2)
        np.testing.assert_allclose(found, draw + np.array([again.integers(5), 0]))
        assert "draws at random from argument 1" in slow(gradient)
    assert mine.bit_generator.state == theirs.bit_generator.state


@pytest.mark.parametrize("name", ["held", "captured", "anywhere", "unseeded"])
def test_other_draws_are_refused(name: str) -> None:
    gradient = um.grad(getattr(Noisy(), name))
    for _ in range(2):
        with pytest.raises(um.UnmagicError, match="draws at random"):
            gradient(np.ones(2))


def test_draws_from_a_seed_in_the_text_are_always_the_same() -> None:
    noisy = Noisy()
    gradient = um.value_and_grad(noisy.seeded)
    for k in range(3):
        holds(gradient, noisy.seeded, np.ones(2) + k, traces=1)


def test_one_array_derived_in_one_place_and_read_in_another() -> None:
    class Two:
        def loss(self, params: Any, fixed: Any) -> Any:
            return (params["W"] * fixed["W"]).sum()

    array = np.array([1.0, 2.0])
    gradient = um.grad(Two().loss)
    np.testing.assert_array_equal(gradient({"W": array}, {"W": array * 3})["W"], array * 3)
    with pytest.raises(um.UnmagicError, match="are one object"):
        um.grad(Two().loss)({"W": array}, {"W": array})
    np.testing.assert_array_equal(gradient({"W": array}, {"W": array})["W"], array)


def test_one_number_given_twice() -> None:
    class Two:
        def loss(self, a: float, b: float) -> float:
            return a * a * b * 3.0

    gradient = um.grad(Two().loss, (0, 1))
    for _ in range(2):
        assert gradient(3.0, 3.0) == (54.0, 27.0)
