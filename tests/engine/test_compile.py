"""Compiled graphs against `evaluate`: every op's samples, random graphs, memory that is used again."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.engine.graphs import Made, random_graph
from tests.ops.cases import CASES, Case, built, cotangent
from unmagic.core.build import Builder, Node
from unmagic.core.emit import Term
from unmagic.core.op import OPS
from unmagic.engine.compile import compiled
from unmagic.engine.differentiate import differentiate
from unmagic.engine.evaluate import evaluate, rebuild

graphs = st.builds(random_graph, st.integers(0, 2**32 - 1), st.integers(1, 16))


def alike(got: Any, want: Any, rtol: float = 1e-12, atol: float = 1e-13) -> None:
    assert got.dtype == want.dtype
    assert np.shape(got) == np.shape(want)
    np.testing.assert_allclose(got, want, rtol=rtol, atol=atol)


def with_gradient(case: Case) -> tuple[Builder, list[int], int]:
    """The op's step with the gradient of a random cotangent; what to compare, and where the gradient starts."""
    builder, nodes, y = built(case)
    wanted, forward = [y.id], len(builder.graph)
    if case.op.differentiable and y.dtype.kind == "f":
        g = builder.input("g", cotangent(case, y.value))
        forward = len(builder.graph)
        wrt = [node for node in nodes if node.dtype.kind == "f"]
        wanted += [node.id for node in differentiate(builder, y, wrt, seed=g)]
    return builder, wanted, forward


@pytest.mark.parametrize("case", CASES, ids=[case.label for case in CASES])
@np.errstate(all="ignore")
def test_every_op_compiles_to_what_it_is(case: Case) -> None:
    """Forward bit for bit, gradient to rounding; again on the same memory."""
    builder, wanted, forward = with_gradient(case)
    inputs = {step.id: builder.values[step.id] for step in builder.graph.steps if step.op.name == "input"}
    want = evaluate(builder.graph, inputs)
    function = compiled(builder.graph, wanted, forward=forward)
    for _ in range(2):
        for id, got in zip(wanted, function(*inputs.values()), strict=True):
            if id < forward:
                np.testing.assert_array_equal(got, want[id])
            alike(got, want[id])


def test_most_ops_that_numpy_has_a_ufunc_for_say_how_they_are_written() -> None:
    """The test above would pass if every op fell back on its number rule."""
    said = [name for name, op in OPS.items() if op.emit is not None]
    assert len(said) > 60
    x = Term((3,), np.dtype(float))
    assert OPS["exp"].emit is not None
    assert OPS["exp"].emit(x, x) is not None


def gradient_of(made: Made) -> tuple[Builder, list[int], int]:
    builder = Builder(made.builder.graph.copy())
    forward = len(builder.graph)
    with np.errstate(all="ignore"):
        parts = differentiate(builder, Node(builder, made.output.id), [Node(builder, n.id) for n in made.inputs])
    return builder, [made.output.id, *(node.id for node in parts)], forward


@given(graphs)
@np.errstate(all="ignore")
def test_random_graphs(made: Made) -> None:
    """Value and gradient are those of `evaluate`; results outlive later calls, and later calls do not see them."""
    builder, wanted, forward = gradient_of(made)
    function = compiled(builder.graph, wanted, forward=forward)
    given_ = {node.id: node.value for node in made.inputs}
    first = function(*given_.values())
    kept = [np.array(value) for value in first]
    halved = [np.asarray(value * 0.5)[()] for value in given_.values()]
    other = function(*halved)
    for value in other:
        if isinstance(value, np.ndarray):
            value[...] = 7.0
    again = function(*given_.values())
    want = evaluate(builder.graph, given_)
    for id, a, b, c in zip(wanted, first, kept, again, strict=True):
        alike(a, want[id], 1e-8, 1e-10)
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(b, c)


@given(graphs)
@np.errstate(all="ignore")
def test_arguments_are_left_alone_and_results_share_nothing(made: Made) -> None:
    builder, wanted, forward = gradient_of(made)
    function = compiled(builder.graph, wanted, forward=forward)
    values = [node.value for node in made.inputs]  # frozen: a write raises
    arrays = [value for value in function(*values) if isinstance(value, np.ndarray)]
    for k, a in enumerate(arrays):
        assert a.flags.writeable
        assert a.flags.c_contiguous
        assert not any(np.shares_memory(a, b) for b in arrays[k + 1 :])
        assert not any(np.shares_memory(a, np.asarray(value)) for value in values)


@given(graphs)
@np.errstate(all="ignore")
def test_every_step_of_a_random_graph(made: Made) -> None:
    """All steps asked for at once: nothing can be dropped, and memory is held to the end."""
    graph = made.builder.graph
    function = compiled(graph, range(len(graph)))
    for got, want in zip(function(*[node.value for node in made.inputs]), made.builder.values, strict=True):
        alike(got, want, 1e-10, 1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@given(made=graphs)
@np.errstate(all="ignore")
def test_small_floats_stay_small(dtype: Any, made: Made) -> None:
    """The same graphs in a lower precision: every result in the dtype that NumPy gives it."""
    given_ = {node.id: node.value.astype(dtype) for node in made.inputs}
    again = Made(rebuild(made.builder.graph, given_, np.dtype(dtype)), made.inputs, made.output)
    builder, wanted, forward = gradient_of(again)
    want = evaluate(builder.graph, given_)
    room = 2e-3 if dtype == np.float32 else 0.3
    for id, got in zip(wanted, compiled(builder.graph, wanted, forward=forward)(*given_.values()), strict=True):
        assert got.dtype == want[id].dtype
        if np.isfinite(want[id]).all():
            np.testing.assert_allclose(got, want[id], rtol=room, atol=room)


def test_memory_is_used_again() -> None:
    """A chain of a hundred steps lives in two buffers, and its result in an array of its own."""
    builder = Builder(values=[])
    y = builder.input("x", np.linspace(0, 1, 1000))
    for _ in range(50):
        y = (y * 0.5).apply("sin")
    function = compiled(builder.graph, [y.id])
    assert function.setup_text.count("empty(") == 1
    np.testing.assert_array_equal(function(np.linspace(0, 1, 1000))[0], y.value)


def test_equal_steps_are_computed_once_and_dead_ones_not_at_all() -> None:
    builder = Builder(values=[])
    x = builder.input("x", np.linspace(1, 2, 5))
    y = x.apply("exp") * x.apply("exp") + x.apply("exp")
    x.apply("log")
    function = compiled(builder.graph, [y.id])
    assert function.text.count("exp_") == 1
    assert "log_" not in function.text


def test_overlapping_operands_in_place() -> None:
    """x + xᵀ may not be written over x while xᵀ is still read."""
    builder = Builder(values=[])
    x = builder.input("x", np.arange(9.0).reshape(3, 3))
    y = x.apply("exp")
    z = y + y.mT
    w = builder.apply("where", x.apply("less", 4.0), z, z.mT)
    u = builder.apply("add_at", w, w.apply("index", key=(0,)), key=(slice(1, None),))
    function = compiled(builder.graph, [u.id])
    np.testing.assert_array_equal(function(np.arange(9.0).reshape(3, 3))[0], u.value)


@pytest.mark.parametrize("dtype", ["f4", "f8", "f2"])
def test_what_a_mask_leaves_out_never_enters(dtype: str) -> None:
    """Infinite and NaN entries that are not taken leave zeros, and signs of zero survive."""
    builder = Builder(values=[])
    a = np.array([np.inf, -np.inf, np.nan, -0.0, 1.5, -2.5], dtype)
    b = np.array([np.nan, 1.0, -0.0, np.inf, -np.inf, 0.5], dtype)
    test = np.array([True, False, False, True, True, False])
    t, x, y = builder.input("t", test), builder.input("x", a), builder.input("y", b)
    outs = [
        builder.apply("where", t, x, 0.0),
        builder.apply("where", t, 0.0, x),
        builder.apply("where", t, x, y),
        builder.apply("where", t, x, -1.0),
        builder.apply("where", t, x * 1.0, y * 1.0),
    ]
    function = compiled(builder.graph, [node.id for node in outs])
    for got, node in zip(function(test, a, b), outs, strict=True):
        assert got.dtype == node.value.dtype
        assert got.tobytes() == node.value.tobytes()


@pytest.mark.parametrize("dtype", ["f4", "f8"])
def test_ties_of_a_maximum_share_the_gradient(dtype: str) -> None:
    for tied in ([0.0, 1.0, -1.0, 0.0], [2.0, 1.0, -1.0, -3.0]):
        builder = Builder(values=[])
        x = builder.input("x", np.array([tied, tied], dtype))
        y = (builder.apply("maximum", x, 0.0) * builder.constant(np.array([3.0, 5.0, 7.0, 9.0], dtype))).sum()
        (g,) = differentiate(builder, y, [x])
        function = compiled(builder.graph, [g.id])
        assert "halved" not in function.text
        for _ in range(2):
            np.testing.assert_array_equal(function(x.value)[0], g.value)


def test_narrow_products_of_long_sums() -> None:
    """The gradient of a last layer's weights, handed out and read on."""
    builder = Builder(values=[])
    rng = np.random.default_rng(0)
    x, g = builder.input("x", rng.standard_normal((600, 16))), builder.input("g", rng.standard_normal((600, 3)))
    y = x.mT @ g
    z = y.apply("sin")
    function = compiled(builder.graph, [y.id, z.id], forward=2)
    assert function.text.count(".T.dot(") == 1
    for got, node in zip(function(x.value, g.value), (y, z), strict=True):
        alike(got, node.value, 1e-11, 1e-11)
        assert got.flags.c_contiguous
    (inner,) = compiled(builder.graph, [z.id], forward=2)(x.value, g.value)
    alike(inner, z.value, 1e-11, 1e-11)


def test_layouts_of_arguments_do_not_matter() -> None:
    builder = Builder(values=[])
    rng = np.random.default_rng(0)
    x = builder.input("x", rng.standard_normal((6, 4)))
    y = ((x.apply("sin") @ x.mT).apply("tanh").reshape((4, 9)).apply("exp") * 0.5).sum()
    (g,) = differentiate(builder, y, [x])
    function = compiled(builder.graph, [y.id, g.id])
    wide = np.zeros((12, 8))
    wide[::2, ::2] = x.value
    for laid in (x.value, np.asfortranarray(x.value), wide[::2, ::2], x.value[::-1][::-1]):
        for got, node in zip(function(laid), (y, g), strict=True):
            np.testing.assert_allclose(got, node.value, rtol=1e-13)


def test_calls_from_many_threads_do_not_meet() -> None:
    builder = Builder(values=[])
    x = builder.input("x", np.zeros(5_000))
    y = x
    for _ in range(20):
        y = (y * 1.5).apply("sin") + x
    function = compiled(builder.graph, [y.id])
    wanted = [evaluate(builder.graph, {x.id: np.full(5_000, float(k))})[y.id] for k in range(4)]
    wrong: list[int] = []

    def work(k: int) -> None:
        for _ in range(25):
            if not np.array_equal(function(np.full(5_000, float(k)))[0], wanted[k]):
                wrong.append(k)

    threads = [threading.Thread(target=work, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
