"""`um.grad`, `um.value_and_grad`: against JAX and differences; every guard; what is handed out, and left alone."""

from __future__ import annotations

import copy
import functools
import gc
import importlib
from collections.abc import Callable
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np
import pytest

import unmagic as um
from tests.conftest import needs
from tests.engine.traced import slow

SCALE = 0.5
TABLE = np.array([1.0, 2.0, 3.0])
CONFIG: dict[str, Any] = {"power": 2, "shift": [1.0, 2.0]}


def classifier(W: Any, x: Any, c: Any) -> Any:
    z = W @ x
    z = z - z.max()
    return np.log(np.exp(z).sum()) - z[c]


def mlp(P: Any, X: Any, y: Any) -> Any:
    h = np.maximum(X @ P["W1"] + P["b1"], 0)
    z = np.tanh(h) @ P["W2"] + P["b2"]
    z = z - z.max(axis=1, keepdims=True)
    return (np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y]).mean()


def attention(x: Any, Wq: Any, Wk: Any, Wv: Any, heads: Any) -> Any:
    T, d = x.shape
    q, k, v = [(x @ W).reshape(T, heads, d // heads).transpose(1, 0, 2) for W in (Wq, Wk, Wv)]
    scores = q @ k.transpose(0, 2, 1) / (d // heads) ** 0.5
    scores = np.where(np.tril(np.ones((T, T))) > 0, scores, -np.inf)
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    p = e / e.sum(axis=-1, keepdims=True)
    return ((p @ v).transpose(1, 0, 2).reshape(T, d) ** 2).mean()


def chain(x: Any, blocks: Any) -> Any:
    for _ in range(blocks):
        x = np.tanh(np.sin(x * 1.01 + 0.1))
    return x.sum()


def in_jax(fn: Any) -> Any:
    """The same function with JAX's arrays under the name of NumPy's."""
    jax = needs("jax")
    jax.config.update("jax_enable_x64", True)
    return FunctionType(fn.__code__, {**fn.__globals__, "np": jax.numpy})


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def layers(dtype: Any = np.float64) -> dict[str, Any]:
    shapes = {"W1": (6, 8), "b1": (8,), "W2": (8, 3), "b2": (3,)}
    return {name: rng(k).standard_normal(shape).astype(dtype) for k, (name, shape) in enumerate(shapes.items())}


CASES: dict[str, tuple[Callable[..., Any], tuple[int, ...], Callable[[Any], tuple[Any, ...]]]] = {
    "classifier": (
        classifier,
        (0, 1),
        lambda d: (rng().standard_normal((4, 3)).astype(d), rng(1).standard_normal(3).astype(d), 2),
    ),
    "mlp": (mlp, (0,), lambda d: (layers(d), rng(5).standard_normal((7, 6)).astype(d), rng(6).integers(0, 3, 7))),
    "attention": (
        attention,
        (0, 1, 2, 3),
        lambda d: (*[rng(k).standard_normal(s).astype(d) for k, s in enumerate(((5, 8), *[(8, 8)] * 3))], 2),
    ),
    "chain": (chain, (0,), lambda d: (rng().standard_normal(3).astype(d), 25)),
}


def flat(tree: Any) -> list[Any]:
    if isinstance(tree, dict):
        return [leaf for key in sorted(tree) for leaf in flat(tree[key])]
    return [leaf for part in tree for leaf in flat(part)] if isinstance(tree, (list, tuple)) else [tree]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", CASES)
def test_programs_are_jaxs(name: str, dtype: Any) -> None:
    """Value and gradient, in their dtype and structure; at the second call too, on other numbers."""
    fn, wrt, make = CASES[name]
    jax = needs("jax")
    static = tuple(k for k, arg in enumerate(make(dtype)) if isinstance(arg, int))
    theirs = jax.jit(jax.value_and_grad(in_jax(fn), wrt), static_argnums=static)
    ours = um.value_and_grad(fn, wrt)
    tight = 1e-12 if dtype == np.float64 else 2e-5
    for factor in (1.0, 0.7):
        args = [arg * dtype(factor) if getattr(arg, "dtype", None) == dtype else arg for arg in make(dtype)]
        value, gradients = ours(*args)
        wanted_value, wanted = theirs(*args)
        assert value == fn(*args)
        assert value.dtype == dtype
        assert isinstance(gradients, tuple)
        np.testing.assert_allclose(value, wanted_value, rtol=tight)
        for got, want in zip(flat(gradients), flat(wanted), strict=True):
            assert got.dtype == dtype
            assert got.shape == want.shape
            np.testing.assert_allclose(got, want, rtol=tight, atol=tight)
    assert len(replays(ours)) == 1


def replays(fn: Any) -> list[Any]:
    found: list[Any] = fn.differentiated.replays
    return found


def test_a_gradient_is_a_difference_quotient() -> None:
    P, X, y = CASES["mlp"][2](np.float64)
    gradient = um.grad(mlp)(P, X, y)
    for name, array in P.items():
        direction = rng(9).standard_normal(array.shape)
        there, back = ({**P, name: array + sign * 1e-6 * direction} for sign in (1, -1))
        slope = (mlp(there, X, y) - mlp(back, X, y)) / 2e-6
        assert np.vdot(gradient[name], direction) == pytest.approx(slope, rel=1e-6)


# what is asked for ----------------------------------------------------------------------------------------


def product(a: Any, b: Any) -> Any:
    return (a * b).sum()


def test_argnums() -> None:
    a, b = np.arange(3.0), np.ones(3)
    assert np.array_equal(um.grad(product)(a, b), b)
    assert np.array_equal(um.grad(product, 1)(a, b), a)
    assert np.array_equal(um.grad(product, -1)(a, b), a)
    (only,) = um.grad(product, (1,))(a, b)
    assert np.array_equal(only, a)
    second, first = um.grad(product, (1, 0))(a, b)
    assert np.array_equal(second, a)
    assert np.array_equal(first, b)
    with pytest.raises(um.UnmagicError, match="no argument 2"):
        um.grad(product, 2)(a, b)


def nested(tree: Any) -> Any:
    first, (second, third) = tree["pair"]
    return (first * second).sum() * third + tree["rest"][0].sum()


def test_structures() -> None:
    tree = {"pair": (np.arange(2.0), [np.ones(2), 3.0]), "rest": [np.zeros((2, 2))]}
    gradient = um.grad(nested)(tree)
    assert gradient.keys() == tree.keys()
    first, (second, third) = gradient["pair"]
    assert isinstance(gradient["pair"], tuple)
    assert isinstance(gradient["pair"][1], list)
    np.testing.assert_array_equal(first, [3.0, 3.0])
    np.testing.assert_array_equal(second, [0.0, 3.0])
    assert third == 1.0
    np.testing.assert_array_equal(gradient["rest"][0], np.ones((2, 2)))


def with_default(x: Any, power: Any = 2, *, unused: Any = None) -> Any:
    return (x**power).sum()


def with_keyword(x: Any, power: Any = 2) -> Any:
    return (x**power).sum()


def test_keywords_and_defaults() -> None:
    x = np.array([1.0, 2.0])
    gradient = um.grad(with_keyword)
    np.testing.assert_allclose(gradient(x), 2 * x)
    np.testing.assert_allclose(gradient(x, 3), 3 * x**2)
    np.testing.assert_allclose(gradient(power=3, x=x), 3 * x**2)
    with pytest.raises(TypeError, match="missing a required argument"):
        gradient()
    np.testing.assert_allclose(um.grad(with_default)(x), 2 * x)
    np.testing.assert_allclose(um.grad(with_default)(x, unused=3), 2 * x)


def test_any_number_of_arguments() -> None:
    def norms(*parts: Any) -> Any:
        return sum((part * part).sum() for part in parts)

    x, y = np.arange(2.0), np.ones((2, 2))
    np.testing.assert_array_equal(um.grad(norms)(x), 2 * x)
    first, second = um.grad(norms, (0, 1))(x, y)
    np.testing.assert_array_equal(first, 2 * x)
    np.testing.assert_array_equal(second, 2 * y)


def test_lambdas_and_what_they_close_over() -> None:
    k = np.array([2.0, 3.0])
    gradient = um.grad(lambda x: (x * k).sum() * SCALE)
    np.testing.assert_array_equal(gradient(np.ones(2)), k / 2)


def test_a_float_is_derived_too() -> None:
    def line(slope: Any, x: Any) -> Any:
        return (slope * x).sum()

    x = np.array([1.0, 2.5])
    assert um.grad(line)(2.0, x) == 3.5
    assert um.grad(line)(np.float32(2.0), x.astype(np.float32)).dtype == np.float32
    with pytest.raises(um.UnmagicError, match="it is int"):
        um.grad(line)(2, x)
    with pytest.raises(um.UnmagicError, match=r"argument 0.*\n.*array of int64"):
        um.grad(line)(np.arange(3), 1.0)


def test_what_does_not_enter_gets_zeros() -> None:
    def ignores(x: Any, y: Any) -> Any:
        return (x * 2.0).sum()

    value, (gx, gy) = um.value_and_grad(ignores, (0, 1))(np.ones(3, np.float32), np.ones((2, 2)))
    assert value == 6.0
    np.testing.assert_array_equal(gx, np.full(3, 2.0, np.float32))
    np.testing.assert_array_equal(gy, np.zeros((2, 2)))
    assert gy.flags.writeable


# guards ---------------------------------------------------------------------------------------------------


def total(x: Any) -> Any:
    return (x * x).sum()


def check(gradient: Any, *args: Any, traces: int) -> None:
    """The gradient of ``x·x`` at the first argument, after so many traces."""
    np.testing.assert_array_equal(gradient(*args), 2 * args[0])
    assert len(replays(gradient)) == traces


def test_guard_shape_dtype_type() -> None:
    gradient = um.grad(total)
    check(gradient, np.arange(3.0), traces=1)
    check(gradient, np.arange(3.0) + 1, traces=1)
    check(gradient, np.arange(4.0), traces=2)
    check(gradient, np.arange(4.0).reshape(2, 2), traces=3)
    check(gradient, np.arange(4.0).reshape(2, 2).T, traces=3)
    check(gradient, np.arange(3.0, dtype=np.float32), traces=4)
    check(gradient, np.float64(3.0), traces=5)
    check(gradient, np.arange(3.0), traces=5)
    with pytest.raises(um.UnmagicError, match="MaskedArray"):
        gradient(np.ma.masked_array([1.0, 2.0]))


def test_other_byte_order_is_another_dtype() -> None:
    x = np.arange(3.0)
    gradient = um.grad(total)
    gradient(x)
    np.testing.assert_array_equal(gradient(x.astype(">f8")), 2 * x)


def by_sign(x: Any) -> Any:
    if x.sum() > 0:
        return (x * x).sum()
    return x.sum()


def test_guard_branch() -> None:
    gradient = um.grad(by_sign)
    x = np.array([1.0, 2.0])
    for _ in range(2):
        np.testing.assert_array_equal(gradient(x), 2 * x)
        np.testing.assert_array_equal(gradient(-x), [1.0, 1.0])
    assert len(replays(gradient)) == 2


def halving(x: Any) -> Any:
    while (x * x).sum() > 1:
        x = x / 2
    return x.sum()


def test_guard_loop_count() -> None:
    gradient = um.grad(halving)
    for size in (0.5, 3.0, 20.0, 3.0, 0.5):
        x = np.array([size, 0.0])
        times = 0
        while ((x / 2**times) ** 2).sum() > 1:
            times += 1
        np.testing.assert_array_equal(gradient(x), np.full(2, 0.5**times))
    assert len(replays(gradient)) == 3


def picked(x: Any, at: Any) -> Any:
    return (x[at[0]] * x[: int(at[1])].sum()).sum()


def test_guard_whole_numbers_that_reach_python() -> None:
    gradient = um.grad(picked)
    x = np.arange(1.0, 6.0)
    for at in ((0, 2), (0, 4), (3, 2), (0, 2)):
        want = np.zeros(5)
        want[: at[1]] += x[at[0]]
        want[at[0]] += x[: at[1]].sum()
        np.testing.assert_allclose(gradient(x, np.array(at)), want)


def masked(x: Any, keep: Any) -> Any:
    return (x[keep] ** 2).mean()


def test_guard_how_many_a_mask_picks() -> None:
    gradient = um.grad(masked)
    x = np.arange(1.0, 5.0)
    masks = [[True, True, False, False], [False, False, True, True], [True, True, True, False]]
    for mask in masks:
        keep = np.array(mask)
        np.testing.assert_allclose(gradient(x, keep), np.where(keep, 2 * x / keep.sum(), 0))
    assert len(replays(gradient)) == 2


def by_label(x: Any, labels: Any) -> Any:
    return (x[labels] ** 2).sum() + x[np.flatnonzero(labels)].sum()


def test_guard_numbers_that_made_the_graph() -> None:
    gradient = um.grad(by_label)
    x = np.arange(1.0, 4.0)
    for labels in ([0, 1, 1], [0, 0, 1], [2, 2, 2], [0, 1, 1]):
        at = np.array(labels)
        want = np.zeros(3)
        np.add.at(want, at, 2 * x[at])
        want[np.flatnonzero(at)] += 1
        np.testing.assert_allclose(gradient(x, at), want)


def ranked(x: Any) -> Any:
    parts = [float(x[0]), float(x[1]), float(x[2])]
    low, _, high = sorted(parts)
    least = min(parts, key=lambda part: part * part)
    return low + 10 * high + 100 * least


def test_guard_an_order_that_python_decides_on() -> None:
    gradient = um.grad(ranked)
    for x in ([1.0, 2.0, 3.0], [3.0, 2.0, 1.0], [2.0, -5.0, 0.1], [1.0, 2.0, 3.0]):
        want = np.zeros(3)
        want[np.argmin(x)] += 1
        want[np.argmax(x)] += 10
        want[np.argmin(np.square(x))] += 100
        np.testing.assert_array_equal(gradient(np.array(x)), want)


def member(x: Any) -> Any:
    return (x * 2.0).sum() if float(x[0]) in [1.0, 2.0] else x.sum()


def test_guard_membership() -> None:
    gradient = um.grad(member)
    for first, slope in ((1.0, 2.0), (3.0, 1.0), (2.0, 2.0), (1.0, 2.0)):
        np.testing.assert_array_equal(gradient(np.array([first, 5.0])), [slope, slope])


def test_labels_are_free_to_change() -> None:
    gradient = um.grad(mlp)
    P, X, _ = CASES["mlp"][2](np.float64)
    for seed in range(3):
        y = rng(seed).integers(0, 3, 7)
        loss = um.value_and_grad(mlp)(P, X, y)[1]
        for name, part in gradient(P, X, y).items():
            np.testing.assert_allclose(part, loss[name], rtol=1e-12)
    assert len(replays(gradient)) == 1


def test_guard_numbers_given() -> None:
    gradient = um.grad(with_keyword)
    x = np.array([1.0, 2.0])
    for power in (2, 3, 2.0, True):
        np.testing.assert_allclose(gradient(x, power), power * x ** (power - 1))
    assert len(replays(gradient)) == 4
    for zero in (0.0, -0.0):
        assert np.signbit(um.grad(lambda x, z: (x * z).sum())(np.ones(1), zero)) == np.signbit(zero)


def test_guard_structure() -> None:
    def norm(parts: Any) -> Any:
        return sum((part * part).sum() for part in parts)

    gradient = um.grad(norm)
    for many in (1, 3, 1):
        parts = [np.arange(2.0) + k for k in range(many)]
        np.testing.assert_array_equal(gradient(parts), [2 * part for part in parts])
        assert isinstance(gradient(tuple(parts)), tuple)
    assert len(replays(gradient)) == 4


def scaled(x: Any) -> Any:
    return (x ** CONFIG["power"] * TABLE).sum() * SCALE + CONFIG["shift"][0]


def test_guard_captured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers by what they are, in containers too; arrays are read at each call."""
    gradient = um.grad(scaled)
    x = np.array([1.0, 2.0, 3.0])
    np.testing.assert_allclose(gradient(x), x * TABLE)
    monkeypatch.setitem(globals(), "SCALE", 1.5)
    np.testing.assert_allclose(gradient(x), 3 * x * TABLE)
    monkeypatch.setitem(globals(), "SCALE", 0.5)
    assert len(replays(gradient)) == 2
    monkeypatch.setitem(globals(), "TABLE", TABLE * 10)
    np.testing.assert_allclose(gradient(x), x * TABLE)
    TABLE[0] = 7.0
    np.testing.assert_allclose(gradient(x), x * TABLE)
    assert len(replays(gradient)) == 2
    monkeypatch.setitem(CONFIG, "power", 3)
    np.testing.assert_allclose(gradient(x), 1.5 * x**2 * TABLE)
    assert len(replays(gradient)) == 3


def helper(x: Any) -> Any:
    return x * x


def calls_helper(x: Any) -> Any:
    return helper(x).sum()


def cubed(x: Any) -> Any:
    return x * x * x


def test_guard_functions_called(monkeypatch: pytest.MonkeyPatch) -> None:
    gradient = um.grad(calls_helper)
    x = np.array([1.0, 2.0])
    np.testing.assert_allclose(gradient(x), 2 * x)
    monkeypatch.setitem(globals(), "helper", cubed)
    np.testing.assert_allclose(gradient(x), 3 * x**2)


def test_guard_closure() -> None:
    k = 2.0

    def times(x: Any) -> Any:
        return (x * k).sum()

    gradient = um.grad(times)
    assert gradient(np.ones(1)) == 2.0
    k = 3.0
    assert gradient(np.ones(1)) == 3.0


def test_few_traces_are_kept() -> None:
    gradient = um.grad(total)
    for n in range(1, 40):
        gradient(np.ones(n))
    assert len(replays(gradient)) == 16


# what is handed out, and what is written into --------------------------------------------------------------


def test_results_are_the_callers() -> None:
    gradient = um.value_and_grad(mlp)
    P, X, y = CASES["mlp"][2](np.float64)
    _, first = gradient(P, X, y)
    kept = {name: array.copy() for name, array in first.items()}
    gradient({name: array * 2 for name, array in P.items()}, X, y)
    for name, array in first.items():
        np.testing.assert_array_equal(array, kept[name])
        array[...] = np.nan
    for name, array in gradient(P, X, y)[1].items():
        np.testing.assert_array_equal(array, kept[name])


def test_equal_gradients_are_two_arrays() -> None:
    def added(a: Any, b: Any) -> Any:
        return ((a + b) ** 2).sum()

    x = np.ones(3)
    first, second = um.grad(added, (0, 1))(x, x)
    assert not np.shares_memory(first, second)
    np.testing.assert_array_equal(first, second)


def test_a_gradient_that_is_an_argument_is_a_copy() -> None:
    a, b = np.arange(3.0), np.ones(3)
    assert not np.shares_memory(um.grad(product)(a, b), b)


def test_the_same_array_twice() -> None:
    x = np.arange(1.0, 4.0)
    first, second = um.grad(product, (0, 1))(x, x)
    np.testing.assert_array_equal(first, x)
    np.testing.assert_array_equal(second, x)
    first, second = um.grad(product, (0, 1))(x[1:], x[:-1])
    np.testing.assert_array_equal(first, x[:-1])


def writes(x: Any, log: Any) -> Any:
    y = x * 3.0
    log[0] = y.sum()
    log[1:] += 1.0
    return (y * log[1]).sum()


def test_writes_into_arguments_happen_at_each_call() -> None:
    gradient = um.value_and_grad(writes, (0, 1))
    log, ours = np.zeros(3), np.zeros(3)
    x = np.arange(1.0, 4.0)
    for _ in range(3):
        before = log[1]
        value, (gx, glog) = gradient(x, log)
        assert value == writes(x, ours)
        np.testing.assert_array_equal(log, ours)
        np.testing.assert_allclose(gx, np.full(3, 3 * (before + 1)))
        np.testing.assert_allclose(glog, [0, (3 * x).sum(), 0])
    assert len(replays(gradient)) == 1


def swaps(a: Any, b: Any) -> Any:
    old = a.copy()
    a[:] = b
    b[:] = old
    return (a * b * a).sum()


def test_two_writes_do_not_see_each_other() -> None:
    a, b = np.array([1.0, 2.0]), np.array([5.0, 7.0])
    first, second = a.copy(), b.copy()
    ga, gb = um.grad(swaps, (0, 1))(a, b)
    np.testing.assert_array_equal(a, second)
    np.testing.assert_array_equal(b, first)
    np.testing.assert_allclose(ga, second**2)
    np.testing.assert_allclose(gb, 2 * first * second)


def test_writes_with_shared_memory_are_refused() -> None:
    """The alias pattern is a guard: a trace for arrays that lie apart does not hold for others."""
    gradient = um.grad(writes)
    x, log = np.ones(3), np.ones(3)
    gradient(x, log)
    with pytest.raises(um.UnmagicError, match="shares memory"):
        gradient(x, x)
    with pytest.raises(um.UnmagicError, match="shares memory"):
        gradient(log, log)


def flattened(x: Any) -> Any:
    x.reshape(-1)[0] = 2.0
    return (x * x).sum()


def test_guard_layout_where_it_decides_on_a_write() -> None:
    """A reshape is a view of a C array and a copy of a Fortran one: only the first takes the write along."""
    gradient = um.grad(flattened)
    for order in ("C", "F", "C"):
        x, same = np.ones((2, 3), order=order), np.ones((2, 3), order=order)
        flattened(same)
        gradient(x)
        np.testing.assert_array_equal(x, same)
    assert len(replays(gradient)) == 2


def test_nothing_is_kept_of_the_arguments() -> None:
    import weakref

    gradient = um.grad(product)
    a = np.ones(1000)
    watch = weakref.ref(a)
    gradient(a, np.ones(1000))
    del a
    gc.collect()
    assert watch() is None


# what is refused -------------------------------------------------------------------------------------------


GENERATOR = np.random.default_rng(0)


def noisy(x: Any) -> Any:
    return (x * np.random.standard_normal(3)).sum()


def drawn(x: Any) -> Any:
    return (x * GENERATOR.standard_normal(3)).sum()


def printing(x: Any) -> Any:
    print(x)
    return x.sum()


def remembers(x: Any, history: Any) -> Any:
    history.append(1.0)
    return x.sum()


def replaces(tree: Any) -> Any:
    tree["w"] = tree["w"] * 2.0
    return tree["w"].sum()


THINGS = [1.0, object()]


def captures(x: Any) -> Any:
    return (x * THINGS[0]).sum()


def doubles(x: Any) -> Any:
    x *= 2.0
    return (x * x).sum()


def test_an_argument_that_is_updated_in_place() -> None:
    """The gradient is at what was handed in."""
    gradient = um.value_and_grad(doubles)
    x = np.array([1.0, 3.0])
    for _ in range(3):
        before = x.copy()
        value, g = gradient(x)
        np.testing.assert_array_equal(x, 2 * before)
        np.testing.assert_array_equal(g, 8 * before)
        assert value == (x * x).sum()
    x.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        gradient(x)


def vector(x: Any) -> Any:
    return x * 2.0


def nothing(x: Any) -> None:
    x * 2.0


def raises(x: Any) -> Any:
    if x.shape[0] > 2:
        raise ValueError("too long")
    return x.sum()


@pytest.mark.parametrize(
    ("fn", "args", "said"),
    [
        (noisy, (np.ones(3),), "noisy draws at random"),
        (drawn, (np.ones(3),), "GENERATOR draws at random"),
        (vector, (np.ones(3),), "returns one float"),
        (nothing, (np.ones(3),), "returns no number"),
        (raises, (np.ones(3),), "ValueError: too long"),
        (total, (object(),), "argument 0\n  it is object"),
        (total, (np.ones(2, complex),), "argument 0\n  it is an array of complex128"),
        (nested, ({"pair": (1.0, 1j)},), r"argument 0\['pair'\]\[1\]\n  it is complex"),
        (product, (np.ones(2), np.ones(2, complex)), "product returns a complex128"),
        (np.sum, (np.ones(3),), "not a function with a text"),
    ],
)
def test_refused_by_name(fn: Any, args: tuple[Any, ...], said: str) -> None:
    with pytest.raises(um.UnmagicError, match=said):
        um.grad(fn)(*args)


def spread(x: Any) -> Any:
    return np.linspace(x[0], 2.0, 5).sum()


def test_no_derivative_is_lost_in_a_plain_argument() -> None:
    with pytest.raises(um.UnmagicError, match="no derivative comes through"):
        um.grad(spread)(np.ones(2))
    gradient = um.value_and_grad(lambda x, ends: (x * np.linspace(ends[0], ends[1], 3)).sum())
    for end in (2.0, 4.0):
        np.testing.assert_array_equal(gradient(np.ones(3), np.array([0.0, end]))[1], [0.0, end / 2, end])


def test_what_is_no_function_is_refused_at_once() -> None:
    with pytest.raises(um.UnmagicError, match="not int"):
        um.grad(3)  # type: ignore[arg-type]


def test_the_error_state_is_the_callers() -> None:
    """As in NumPy itself: a log of 0 warns, unless the caller says otherwise."""

    def logs(x: Any) -> Any:
        return np.log(x).sum()

    gradient = um.value_and_grad(logs)
    gradient(np.ones(2))
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        gradient(np.zeros(2))
    with np.errstate(all="ignore"):
        value, g = gradient(np.zeros(2))
    assert value == -np.inf
    np.testing.assert_array_equal(g, [np.inf, np.inf])
    np.testing.assert_array_equal(gradient(np.ones(2))[1], [1.0, 1.0])


# where a function's text comes from ------------------------------------------------------------------------


def wrapper(fn: Any) -> Any:
    @functools.wraps(fn)
    def doubled(*args: Any) -> Any:
        return 2 * fn(*args)

    return doubled


wrapped = wrapper(total)


def test_what_is_wrapped_is_not_mistaken_for_what_it_wraps() -> None:
    np.testing.assert_array_equal(um.grad(wrapped)(np.ones(2)), [4.0, 4.0])
    np.testing.assert_array_equal(um.grad(lambda x: wrapped(x))(np.ones(2)), [4.0, 4.0])
    with pytest.raises(um.UnmagicError, match="not derived once more"):
        um.grad(um.grad(total))(np.ones(2))


@pytest.mark.parametrize(
    ("fn", "args", "said"),
    [
        (printing, (np.ones(3),), "it calls print, in line"),
        (remembers, (np.ones(3), []), "it changes argument 1"),
        (replaces, ({"w": np.ones(3)},), "it changes argument 0"),
    ],
)
def test_what_a_replay_would_not_do_is_done_at_each_call(fn: Any, args: Any, said: str, capsys: Any) -> None:
    gradient = um.value_and_grad(fn)
    mine, theirs = copy.deepcopy(args), copy.deepcopy(args)
    for _ in range(3):
        assert gradient(*mine)[0] == fn(*theirs)
        assert str(mine) == str(theirs)
        assert slow(gradient).startswith(said)
    assert capsys.readouterr().out.count("[1. 1. 1.]") == (6 if fn is printing else 0)


def test_objects_beside_numbers_in_what_is_captured() -> None:
    np.testing.assert_array_equal(um.grad(captures)(np.ones(2)), [1.0, 1.0])


def test_a_text_that_was_changed_since_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "changing.py"
    file.write_text("import numpy as np\n\ndef f(x):\n    return (x * 2.0).sum()\n")
    monkeypatch.syspath_prepend(tmp_path)
    module = importlib.import_module("changing")
    np.testing.assert_array_equal(um.grad(module.f)(np.ones(1)), [2.0])
    file.write_text("import numpy as np\n\ndef f(x):\n    return (x * 3.00).sum() + 1\n")
    with pytest.raises(um.UnmagicError, match="not what it was made from"):
        um.grad(module.f)(np.ones(1))


def test_a_function_without_a_text_is_refused() -> None:
    there: dict[str, Any] = {}
    exec("def f(x):\n    return x.sum()\n", there)
    with pytest.raises(um.UnmagicError, match="f has no text"):
        um.grad(there["f"])(np.ones(2))


def test_defaults_that_only_the_place_of_definition_knows() -> None:
    for k in (2.0, 3.0):

        def scaled_by(x: Any, factor: Any = np.full(2, k)) -> Any:  # noqa: B008
            return (x * factor).sum()

        np.testing.assert_array_equal(um.grad(scaled_by)(np.ones(2)), [k, k])


COUNT = np.zeros(2)


def counts(x: Any) -> Any:
    COUNT[0] += 1.0
    return (x * COUNT[0]).sum()


def test_writes_into_a_captured_array_happen_at_each_call() -> None:
    COUNT[:] = 0
    gradient = um.grad(counts)
    for k in (1.0, 2.0, 3.0):
        np.testing.assert_array_equal(gradient(np.ones(2)), [k, k])
    np.testing.assert_array_equal(COUNT, [3.0, 0.0])


def test_what_comes_back_as_it_is() -> None:
    assert um.value_and_grad(lambda x: x)(2.0) == (2.0, 1.0)
    value, g = um.value_and_grad(lambda x: x)(np.array(2.0))
    assert (value, g) == (2.0, 1.0)
    value, g = um.value_and_grad(lambda x, y: y, 0)(np.ones(2), 3.0)
    assert value == 3.0
    np.testing.assert_array_equal(g, [0.0, 0.0])


def test_sizes_that_numpy_counted() -> None:
    """Axes and shapes may be NumPy's whole numbers."""

    def f(x: Any, axis: Any) -> Any:
        return (x.sum(axis=axis, keepdims=True).reshape(np.int64(1), -1) ** 2).sum() + x.mean(axis=np.int64(1)).sum()

    x = np.arange(6.0).reshape(2, 3)
    want = 2 * np.broadcast_to(x.sum(axis=0), (2, 3)) + 1 / 3
    np.testing.assert_allclose(um.grad(f)(x, np.int64(0)), want)


def test_memory_of_traces_that_rest_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unmagic.engine.fast.HELD", 200_000)
    gradient = um.grad(chain)
    for n in range(1, 6):
        gradient(np.full(n * 1_000, 0.1), 4)
    held = [replay.memory for replay in replays(gradient) if replay._idle]
    assert len(replays(gradient)) == 5
    assert 0 < sum(held[1:]) <= 200_000 < sum(replay.memory for replay in replays(gradient)[1:])
    np.testing.assert_array_equal(gradient(np.full(1_000, 0.1), 4), um.grad(chain)(np.full(1_000, 0.1), 4))
