"""What holds for every graph: gradients against differences, hops and paths against gradients, values left alone."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.graphs import Made, random_graph
from unmagic.core.build import Builder, Node
from unmagic.core.graph import Array
from unmagic.engine.differentiate import all_cotangents, differentiate
from unmagic.engine.evaluate import evaluate, rebuild
from unmagic.engine.influence import hops
from unmagic.engine.paths import Sweep

graphs = st.builds(random_graph, st.integers(0, 2**32 - 1), st.integers(1, 14))
STEP = 2e-3


def difference(f: Callable[[float], float], step: float) -> float:
    """Fourth-order central difference at 0."""
    return (8 * (f(step) - f(-step)) - (f(2 * step) - f(-2 * step))) / (12 * step)


def slopes(made: Made, of: int, start: Node) -> tuple[Array, Array]:
    """∂(step ``of``)/∂``start`` by differences, and how far they can be trusted (nan: a kink is near)."""
    builder = made.builder
    known = {node.id: node.value for node in made.inputs}
    found, within = np.zeros(start.shape), np.zeros(start.shape)
    for at in np.ndindex(start.shape):

        def moved(by: float, at: tuple[int, ...] = at) -> float:
            shifted = np.array(start.value)
            shifted[at] += by
            return float(evaluate(builder.graph, known | {start.id: shifted[()]})[of])

        wide, fine = difference(moved, STEP), difference(moved, STEP / 2)
        found[at] = fine
        noise = 1e-10 * (1 + abs(moved(0.0)))
        bent = abs(wide - fine)
        within[at] = noise + bent if bent < 1e-5 * (1 + abs(fine)) else np.nan
    return found, within


def assert_slopes(got: Array, found: Array, within: Array, what: str) -> int:
    """The derivative is the difference, to what the differences themselves agree to; how many could be told."""
    told = ~np.isnan(within)
    off = np.abs(got - found)[told]
    room = 2 * within[told] + 1e-8 * (1 + np.abs(found[told]))
    assert (off <= room).all(), f"{what}: off by {off.max()}, {got} for {found}"
    return int(told.sum())


def with_gradient(made: Made) -> tuple[Builder, list[Node]]:
    """The gradients of the inputs, on a copy of the graph that goes on with values."""
    builder = Builder(made.builder.graph.copy(), values=list(made.builder.values))
    with np.errstate(all="ignore"):
        return builder, differentiate(builder, Node(builder, made.output.id), made.inputs)


@given(graphs)
def test_gradient(made: Made) -> None:
    """Against differences, entry by entry."""
    _, gradients = with_gradient(made)
    for start, gradient in zip(made.inputs, gradients, strict=True):
        assert gradient.shape == start.shape
        assert_slopes(np.asarray(gradient.value), *slopes(made, made.output.id, start), f"{start.step.name}")


def test_differences_tell_most_entries() -> None:
    """The test above would pass if every difference were distrusted: here they are counted."""
    told = entries = 0
    for seed in range(60):
        made = random_graph(seed, 10)
        _, gradients = with_gradient(made)
        for start, gradient in zip(made.inputs, gradients, strict=True):
            told += assert_slopes(np.asarray(gradient.value), *slopes(made, made.output.id, start), f"seed {seed}")
            entries += start.value.size
    assert told > 0.9 * entries
    assert entries > 300


@settings(max_examples=25)
@given(st.builds(random_graph, st.integers(0, 2**32 - 1), st.integers(1, 8)), st.integers(0, 2**32 - 1))
def test_second_order(made: Made, seed: int) -> None:
    """The gradient of a random mix of gradients, against differences of that mix."""
    rng = np.random.default_rng(seed)
    builder, gradients = with_gradient(made)
    with np.errstate(all="ignore"):
        mixed = builder.constant(0.0)
        for gradient in gradients:
            mixed = mixed + (gradient * builder.leaf(np.asarray(rng.uniform(-1, 1, gradient.shape)))).sum()
        once = Made(builder, [Node(builder, node.id) for node in made.inputs], mixed)
        _, seconds = with_gradient(once)
    for start, second in zip(once.inputs, seconds, strict=True):
        assert second.shape == start.shape
        found, within = slopes(once, mixed.id, start)
        assert_slopes(np.asarray(second.value), found, 10 * within, f"{start.step.name}, second order")


@given(graphs)
def test_hops_add_up(made: Made) -> None:
    """At every entry of every step on the way, what its readers bring back is its gradient."""
    builder = Builder(made.builder.graph.copy(), values=list(made.builder.values))
    with np.errstate(all="ignore"):
        cotangents = {
            id: node.value for id, node in all_cotangents(builder, Node(builder, made.output.id), made.inputs).items()
        }
    graph, values = made.builder.graph, made.builder.values
    uses = graph.uses()
    for id, cotangent in cotangents.items():
        if id == made.output.id:
            continue
        for at in np.ndindex(graph[id].shape):
            found = hops(graph, values, cotangents, id, at, uses)
            for hop in found:
                assert hop.partial.shape == hop.cotangent.shape
                assert all(axis.shape == hop.partial.shape for axis in hop.at)
            shares = [share for hop in found for share in hop.share.tolist()]
            size = max([1.0, *map(abs, shares)])
            assert sum(shares) == pytest.approx(float(cotangent[at]), rel=1e-9, abs=1e-11 * size), graph[id]


@given(graphs)
def test_paths_hold_together(made: Made) -> None:
    """|gradient| ≤ mass; the heaviest come in order and cover what they say; all of few paths are the gradient."""
    graph, values = made.builder.graph, made.builder.values
    _, gradients = with_gradient(made)
    for start, gradient in zip(made.inputs, gradients, strict=True):
        sweep = Sweep(graph, values, made.output.id, start.id)
        assert sweep.refused == ""
        for at in list(np.ndindex(start.shape))[:6]:
            got, slope = sweep.paths(at, 64), float(gradient.value[at])
            assert abs(slope) <= got.mass * (1 + 1e-9) + 1e-12
            weights = [abs(path.weight) for path in got.paths]
            assert weights == sorted(weights, reverse=True)
            assert len(weights) == min(64, got.count)
            assert sum(weights) == pytest.approx(got.covered * got.mass, rel=1e-9)
            for path in got.paths:
                assert path.weight == pytest.approx(np.prod([link.partial for link in path.links]), rel=1e-9)
                assert [link.step for link in path.links] == sorted({link.step for link in path.links})
            if got.count <= 64:
                assert sum(path.weight for path in got.paths) == pytest.approx(
                    slope, rel=1e-9, abs=1e-13 + 1e-10 * got.mass
                )
                assert got.covered == pytest.approx(1.0 if got.mass else 0.0)


@given(graphs)
def test_what_a_graph_is(made: Made) -> None:
    """Position is number, inputs come earlier, shapes and dtypes are the values'; evaluating anew gives the same."""
    builder, gradients = with_gradient(made)
    graph, values = builder.graph, builder.values
    assert len(values) == len(graph)
    for id, (step, value) in enumerate(zip(graph.steps, values, strict=True)):
        assert step.id == id
        assert all(0 <= i < id for i in step.inputs), step
        assert np.shape(value) == step.shape, step
        assert value.dtype == step.dtype, step
    for start, gradient in zip(made.inputs, gradients, strict=True):
        assert (gradient.shape, gradient.dtype) == (start.shape, start.dtype)
    given_ = {node.id: node.value for node in made.inputs}
    known = values[: made.output.id + 1]
    again: list[Array] = evaluate(graph, given_)
    onward = evaluate(graph, given_, known)
    assert len(known) == made.output.id + 1, "what was handed in is not added to"
    anew = rebuild(graph, given_)
    for step, value, *others in zip(graph.steps, values, again, onward, anew.values, strict=True):
        for other in others:
            np.testing.assert_array_equal(value, other, err_msg=repr(step))
    assert [(s.op, s.inputs, s.shape, s.dtype) for s in anew.graph.steps] == [
        (s.op, s.inputs, s.shape, s.dtype) for s in graph.steps
    ]


@given(graphs)
def test_nothing_is_written_to(made: Made) -> None:
    """Differentiating, hops and paths leave graph and values as they were."""
    steps, values = made.builder.graph.steps, made.builder.values
    told: list[Any] = [repr(step) for step in steps]
    copies = [np.array(value) for value in values]
    many = len(steps)
    _, gradients = with_gradient(made)
    start = made.inputs[0]
    at = (0,) * start.value.ndim
    hops(made.builder.graph, values, {id: np.ones(s.shape) for id, s in enumerate(steps)}, start.id, at)
    Sweep(made.builder.graph, values, made.output.id, start.id).paths(at)
    assert len(gradients) == len(made.inputs)
    assert [repr(step) for step in steps] == told
    assert len(values) == many
    for copy, value in zip(copies, values, strict=True):
        np.testing.assert_array_equal(copy, value)
        assert copy.tobytes() == np.asarray(value).tobytes()
