"""Whole paths against brute force: every path of small graphs, followed one by one."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import unmagic.ops  # noqa: F401  (fills the registry)
from unmagic.core.build import Builder, Node
from unmagic.core.errors import UnmagicError
from unmagic.engine import paths as room
from unmagic.engine.differentiate import all_cotangents, differentiate
from unmagic.engine.paths import Link, Path, Sweep, paths

Rng = np.random.Generator


def attention(b: Builder, rng: Rng) -> tuple[list[Node], Node]:
    """One head on three tokens, one entry of what comes out."""
    q, k, v = (b.input(name, rng.standard_normal((3, 2))) for name in "qkv")
    scores = (q @ k.mT) / float(np.sqrt(2))
    out = scores.apply("softmax", axis=-1) @ v
    return [q, k, v, scores], out.apply("index", key=(1, 0))


def attention_by_hand(b: Builder, rng: Rng) -> tuple[list[Node], Node]:
    """The softmax written out, its maximum taken out and kept in the chain."""
    q, k, v = (b.input(name, rng.standard_normal((2, 2))) for name in "qkv")
    scores = q @ k.mT
    power = (scores - scores.apply("max", axis=1, keepdims=True)).apply("exp")
    out = (power / power.sum(axis=1, keepdims=True)) @ v
    return [q, k, scores, power], out.sum()


def mlp(b: Builder, rng: Rng) -> tuple[list[Node], Node]:
    """Two layers, relu, a normalisation, cross-entropy."""
    x, w, c = b.input("x", rng.standard_normal(3)), b.input("w", rng.standard_normal((4, 3))), b.input("c", np.ones(4))
    hidden = (w.apply("matvec", x) + c).apply("relu")
    away = hidden - hidden.apply("mean")
    scaled = away / ((away * away).apply("mean") + 0.1).apply("sqrt")
    u = b.input("u", rng.standard_normal((2, 4)))
    scores = u.apply("matvec", scaled)
    return [x, w, hidden, u], -(scores.apply("softmax", axis=-1).apply("index", key=(1,)).apply("log"))


def loop(b: Builder, rng: Rng) -> tuple[list[Node], Node]:
    """A state that comes round four times, and is squared by multiplying it by itself: one step, two edges."""
    h, w = b.input("h", rng.standard_normal(2)), b.input("w", rng.standard_normal((2, 2)))
    for _ in range(3):
        h = w.apply("matvec", h).apply("tanh")
    return [w, h], (h * h).sum()


def rearranged(b: Builder, rng: Rng) -> tuple[list[Node], Node]:
    """Copies, repeated picks, writes, sorting and running sums on the way."""
    x = b.input("x", rng.standard_normal((2, 3)))
    picked = x.apply("index", key=(np.array([0, 0, 1]),))  # 3×3
    written = picked.apply("set_index", x.apply("index", key=(1,)), key=(1,))
    ordered = written.apply("sort", axis=1).apply("cumsum", axis=0).apply("tile", reps=(1, 2))
    return [x, picked], (ordered * ordered).apply("mean")


GRAPHS: list[Callable[[Builder, Rng], tuple[list[Node], Node]]] = [attention, attention_by_hand, mlp, loop, rearranged]


def every_path(b: Builder, output: int, step: int, at: tuple[int, ...]) -> Iterator[Path]:
    """All paths of weight other than 0, followed through `Op.readers` alone."""
    uses = b.graph.uses()
    needed = b.graph.ancestors(output)
    stack: list[tuple[int, tuple[int, ...], float, tuple[Link, ...]]] = [(step, at, 1.0, ())]
    while stack:
        id, place, weight, links = stack.pop()
        if id == output:
            yield Path(links, weight)
            continue
        for reader in uses[id]:
            follow = b.graph[reader]
            for operand, i in enumerate(follow.inputs):
                if i != id or reader not in needed or not follow.op.differentiable:
                    continue
                inputs = [b.values[j] for j in follow.inputs]
                where, partial = follow.op.readers(operand, place, b.values[reader], *inputs, **follow.attrs)
                for k, slope in enumerate(partial):
                    if slope:
                        there = tuple(int(axis[k]) for axis in where)
                        link = Link(reader, operand, there, float(slope))
                        shown = links if follow.op.movement and reader != output else (*links, link)
                        stack.append((reader, there, weight * slope, shown))


def made(graph: Callable[..., Any], seed: int) -> tuple[Builder, list[Node], Node]:
    b = Builder(values=[])
    starts, output = graph(b, np.random.default_rng(seed))
    return b, starts, output


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.__name__)
@pytest.mark.parametrize("exact", [True, False], ids=["max-times bound", "mass bound"])
def test_against_brute_force(graph: Callable[..., Any], exact: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Σ paths is the gradient, Σ |paths| the mass, their number the count; the heaviest are the heaviest, in order."""
    if not exact:
        monkeypatch.setattr(room, "MOST_WEIGHED", 0)
    b, starts, output = made(graph, 3)
    size = len(b.graph)
    gradients = differentiate(Builder(b.graph.copy(), values=list(b.values)), output, starts)
    for start, gradient in zip(starts, gradients, strict=True):
        sweep = Sweep(b.graph, b.values, output.id, start.id)
        for at in np.ndindex(start.shape):
            every = sorted(every_path(b, output.id, start.id, at), key=lambda path: -abs(path.weight))
            mass = sum(abs(path.weight) for path in every)
            np.testing.assert_allclose(sum(p.weight for p in every), gradient.value[at], rtol=1e-9, atol=1e-12)
            got = sweep.paths(at, k=4)
            assert got.reason == ""
            assert got.mass == pytest.approx(mass, rel=1e-12)
            assert got.count == len(every)
            assert len(got.paths) == min(4, len(every))
            weights = [abs(path.weight) for path in got.paths]
            np.testing.assert_allclose(weights, [abs(path.weight) for path in every[:4]], rtol=1e-9)
            assert weights == sorted(weights, reverse=True)
            if every:
                assert got.covered == pytest.approx(sum(weights) / mass)
                assert got.largest == pytest.approx(weights[0] / mass)
                assert got.offered is (got.covered > 0.5)
            known = {path.links for path in map(rounded, every)}
            assert all(rounded(path).links in known for path in got.paths), "a path that there is not"
            assert len(set(got.paths)) == len(got.paths) or graph is rearranged
            assert paths(b.graph, b.values, output.id, start.id, at, 10**6).covered == pytest.approx(1.0 if mass else 0)
    assert len(b.graph) == size, "nothing is added to the graph"


def rounded(path: Path) -> Path:
    """Local derivatives to ten digits: the sweep takes them in float64 by another formula."""
    return Path(tuple(link._replace(partial=float(f"{link.partial:.9e}")) for link in path.links), path.weight)


def test_moves_are_stepped_through_unseen() -> None:
    """K is read by its transpose alone; the first link of its paths is the product."""
    b, (_, k, _, scores), output = made(attention, 0)
    product = b.graph[scores.id].inputs[0]
    got = paths(b.graph, b.values, output.id, k.id, (0, 1))
    assert got.paths
    assert {path.links[0].step for path in got.paths} == {product}
    assert not any(b.graph[link.step].op.name == "transpose" for path in got.paths for link in path.links)
    assert all(path.links[-1].step == output.id for path in got.paths), "the result is shown, move or not"


def test_peaked_is_offered_and_spread_is_not() -> None:
    """One dominating factor: one path explains; a long even sum: none does, and the numbers to say so are there."""
    b = Builder(values=[])
    x, w = b.input("x", np.array([1.0, 2.0])), b.input("w", np.array([[100.0, 0.0], [0.5, 0.25]]))
    h = w.apply("matvec", x)
    got = paths(b.graph, b.values, h.sum().id, x.id, (0,), k=1)
    assert got.offered
    assert got.covered == pytest.approx(100 / 100.5)
    even = b.input("even", np.ones((1000, 1))).apply("matvec", b.input("one", np.ones(1)))
    got = paths(b.graph, b.values, even.sum().id, b.graph.names["one"], (0,))
    assert not got.offered
    assert got.count == 1000
    assert got.largest == pytest.approx(1e-3)
    assert got.mass == pytest.approx(1000)


def test_the_result_itself_and_what_it_does_not_depend_on() -> None:
    """From the result to itself there is one path of no links; from elsewhere there is none."""
    b = Builder(values=[])
    x, other = b.input("x", np.array([1.0, 2.0])), b.input("other", np.array([1.0]))
    y = x.sum()
    assert paths(b.graph, b.values, y.id, y.id, ()) == room.Paths((Path((), 1.0),), 1.0, 1.0, 1)
    assert paths(b.graph, b.values, y.id, other.id, (0,)) == room.Paths((), 0.0, 0.0, 0)
    later = x * 2
    assert paths(b.graph, b.values, y.id, later.id, (0,)).count == 0
    with pytest.raises(UnmagicError, match="one number"):
        paths(b.graph, b.values, x.id, x.id, (0,))


def test_a_path_of_weight_nothing_is_none() -> None:
    """What relu holds back is neither counted nor shown."""
    b = Builder(values=[])
    x = b.input("x", np.array([-1.0, 2.0]))
    y = (x.apply("relu") * 3).sum()
    assert paths(b.graph, b.values, y.id, x.id, (0,)) == room.Paths((), 0.0, 0.0, 0)
    got = paths(b.graph, b.values, y.id, x.id, (1,))
    assert [link.partial for link in got.paths[0].links] == [1.0, 3.0, 1.0]
    assert (got.count, got.mass, got.covered) == (1, 3.0, 1.0)


def test_refusals_say_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not finite; too many entries to follow; too many products; a search that was stopped."""
    b = Builder(values=[])
    x = b.input("x", np.array([0.0, 4.0]))
    with np.errstate(all="ignore"):
        y = x.apply("sqrt").sum()
    assert "not finite" in paths(b.graph, b.values, y.id, x.id, (0,)).reason
    assert paths(b.graph, b.values, y.id, x.id, (1,)).paths[0].weight == pytest.approx(0.25)

    z = x.apply("sort", axis=0).apply("square").sum()
    monkeypatch.setattr(room, "MOST_READ", 1)
    refused = paths(b.graph, b.values, z.id, x.id, (1,))
    assert "sort" in refused.reason
    assert not refused.offered
    assert np.isnan(refused.mass)
    monkeypatch.setattr(room, "MOST_WORK", 1)
    assert "too many to add up" in paths(b.graph, b.values, y.id, x.id, (1,)).reason

    monkeypatch.undo()
    b, starts, output = made(attention, 1)
    monkeypatch.setattr(room, "MOST_WEIGHED", 0)
    monkeypatch.setattr(room, "MOST_LOOKED_AT", 5)
    stopped = paths(b.graph, b.values, output.id, starts[0].id, (1, 0))
    assert "stopped" in stopped.reason
    assert stopped.mass > 0


def test_other_dtypes_are_followed_in_float64() -> None:
    """A float16 program has the paths of its values; what does not fit float16 does not break them."""
    b = Builder(values=[])
    x = b.input("x", np.array([0.001, 2.0], np.float16))
    y = (1.0 / x).sum()  # the slope at 0.001 is a million: no float16
    got = paths(b.graph, b.values, y.id, x.id, (0,))
    assert got.reason == ""
    assert got.mass == pytest.approx(1 / float(x.value[0]) ** 2, rel=1e-6)


def test_a_long_chain_is_swept_without_recursion() -> None:
    """Three thousand steps, 2³⁰⁰⁰ paths: the count is held, the mass overflows and that is said."""
    b = Builder(values=[])
    x = b.input("x", np.array(0.5))
    h = x
    for _ in range(1500):
        h = h - h
    got = paths(b.graph, b.values, h.id, x.id, ())
    assert got.reason
    assert got.count == int(1e300)
    h = x
    for _ in range(3000):
        h = h.apply("tanh")
    assert len(paths(b.graph, b.values, h.id, x.id, ()).paths[0].links) == 3000


def test_agrees_with_the_hops_at_size() -> None:
    """Attention over 96 tokens: the mass is at least the gradient, the heaviest path at most the mass."""
    rng = np.random.default_rng(0)
    b = Builder(values=[])
    q, k, v = (b.input(name, rng.standard_normal((96, 16))) for name in "qkv")
    p = ((q @ k.mT) / 4.0).apply("softmax", axis=-1)
    y = (p @ v).sum()
    twin = Builder(b.graph.copy(), values=list(b.values))
    gradient = all_cotangents(twin, y, [q, k, v])[k.id].value
    sweep = Sweep(b.graph, b.values, y.id, k.id)
    got = sweep.paths((5, 7), 3)
    assert got.mass >= abs(gradient[5, 7])
    assert 0 < got.largest <= got.covered < 0.5
    assert got.count == 96 * 96 * 16
