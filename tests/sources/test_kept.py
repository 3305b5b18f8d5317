"""A text that was read before gives on new numbers what reading it afresh gives: steps, idioms, print, errors."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import unmagic as um
from unmagic.core.errors import UnmagicError
from unmagic.core.kept import Kept
from unmagic.core.limits import Limits
from unmagic.idioms.match import MOST_TRACES
from unmagic.reading.backward import MOST_CHAINS
from unmagic.reading.reading import Reading
from unmagic.sources import kept
from unmagic.sources.kept import KEPT, MOST_WAYS

NUMBERS = (0.0, -0.0, 1.0, 2.0, 0.5, -1.5, 0.1, 1 / 3, -4.0, 1e-9, 1e6, 12345.678, 1e300, np.inf, -np.inf, np.nan)

SOURCES: dict[str, dict[str, tuple[int, ...]]] = {
    "m_i = a_i b_i; s = Σᵢ m_i": {"a": (3,), "b": (3,)},
    "p = softmax(z/T)": {"z": (4,), "T": ()},
    "z = W x + b; p = softmax(z); loss = −log p[1]": {"W": (3, 2), "x": (2,), "b": (3,)},
    "P(D) = P(D|H) P(H) + P(D|¬H) (1 − P(H)); P(H|D) = P(D|H) P(H) / P(D)": {"P(D|H)": (), "P(H)": (), "P(D|¬H)": ()},
    "A = softmax(QKᵀ/√d); Y = A V; loss = Σᵢⱼ wᵢⱼ Yᵢⱼ": dict.fromkeys("QKVw", (2, 2)) | {"d": ()},
    "m = Σᵢ a_i / n; v = Σᵢ (a_i − m)² / n": {"a": (3,), "n": ()},
    r"y = \begin{cases} a & a > 0 \\ -a & \text{otherwise} \end{cases}": {"a": ()},
    "y = max(a, b); z = relu(a − b); l = Σᵢ |z_i| + y_1": {"a": (3,), "b": (3,)},
    "w ← w − η ∇L; L = ‖X w − y‖²/2": {"X": (3, 2), "w": (2,), "y": (3,), "η": ()},
    "q = −Σᵢ p_i log p_i": {"p": (3,)},
    "l = Σᵢ c x_i²; g = ∇_x l": {"x": (3,), "c": ()},
    "H = p ⊙ log(p / q); d = Σᵢ H_i": {"p": (3,), "q": (3,)},
    "c = a·b / (‖a‖ ‖b‖)": {"a": (2,), "b": (2,)},
}


def numbers(shapes: dict[str, tuple[int, ...]], rng: np.random.Generator, nasty: bool) -> dict[str, Any]:
    """Values of the shapes, plain ones or ones that overflow, divide by zero and are no numbers."""
    plain = rng.choice((-1, 1), 64) * (rng.integers(1, 9, 64) / 4 + 0.125)
    return {n: np.asarray(rng.choice(NUMBERS if nasty else plain, shape))[()] for n, shape in shapes.items()}


def same_numbers(a: Any, b: Any) -> bool:
    a, b = np.asarray(a), np.asarray(b)
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def same_graph(a: Any, b: Any) -> None:
    assert [repr(step) for step in a.steps] == [repr(step) for step in b.steps]
    facts = ("op", "name", "span", "implicit", "note", "dtype", "shape")
    assert [[getattr(s, f) for f in facts] for s in a.steps] == [[getattr(s, f) for f in facts] for s in b.steps]
    assert a == b or (a.names, a.result, a.regions, a.branches) == (b.names, b.result, b.regions, b.branches)


def matches(reading: Reading) -> list[Any]:
    def plain(one: Any) -> Any:
        attrs = {key: np.asarray(value).tobytes() for key, value in one.attrs.items()}
        return one.name, one.root, one.members, one.roles, attrs, one.visible, one.joined, [plain(p) for p in one.parts]

    return [plain(one) for one in reading.matches]


def same_reading(a: Reading, b: Reading) -> None:
    same_graph(a.graph, b.graph)
    assert all(same_numbers(x, y) for x, y in zip(a.values, b.values, strict=True))
    for fact in ("statements", "decisions", "passed_over", "gradients", "ours", "letters", "printed"):
        assert getattr(a.program, fact) == getattr(b.program, fact)
    assert matches(a) == matches(b)


def said(reading: Reading, gradient: bool) -> str:
    asked = reading.gradient() if gradient and reading.graph[reading.graph.result].shape == () else reading
    return asked.to("text", everything=True) + asked.to("json")


@pytest.mark.parametrize("source", SOURCES)
def test_a_kept_reading_is_the_fresh_one(source: str) -> None:
    shapes = SOURCES[source]
    rng = np.random.default_rng(sum(map(ord, source)))
    shared = 0
    for k in range(8):
        nasty = k % 3 == 2  # not printed: what digits make of such numbers has tests of its own
        values = numbers(shapes, rng, nasty)
        KEPT.clear()
        fresh = um.read(source, **values)
        expected = matches(fresh) if nasty else said(fresh, k % 2 == 0)
        KEPT.clear()
        before = um.read(source, **numbers(shapes, rng, nasty=k % 4 == 3))
        before.matches  # noqa: B018
        again = um.read(source, **values)
        shared += again.graph is before.graph
        same_reading(again, fresh)
        assert (matches(again) if nasty else said(again, k % 2 == 0)) == expected
    assert shared


@pytest.mark.parametrize("source", ["p = softmax(z/T)", "m = Σᵢ z_i / T"])
def test_many_readings_of_one_text(source: str) -> None:
    rng = np.random.default_rng(3)
    for _ in range(12):  # more ways to answer than are kept
        values = numbers({"z": (3,), "T": ()}, rng, nasty=True) | {"T": float(rng.integers(1, 5))}
        again = um.read(source, **values)
        found = matches(again)
        KEPT.clear()
        assert found == matches(um.read(source, **values))
        um.read(source, **values)
    assert again.graph.memo is not None
    assert len(again.graph.memo["idioms"]) <= MOST_TRACES


# what looks at numbers ----------------------------------------------------------------------------------------


def test_numbers_that_decide_steps_are_looked_at_again() -> None:
    matrix = [[1.0, 1.0], [0.0, 2.0]]
    graphs = []
    for power in (2, 3, 2, -1, 3):
        reading = um.read("B = A^k", lang="formula", A=matrix, k=float(power))
        assert np.allclose(reading.value, np.linalg.matrix_power(np.array(matrix), power))
        graphs.append(reading.graph)
    assert graphs[0] is graphs[2]
    assert graphs[1] is graphs[4]
    assert graphs[0] is not graphs[1]
    with pytest.raises(UnmagicError, match="two meanings"):
        um.read("B = A^k", lang="formula", A=matrix, k=0.5)


def test_ways_of_one_text_are_bounded() -> None:
    KEPT.clear()
    for power in range(2, 5 + MOST_WAYS):
        um.read("B = A^k", lang="formula", A=[[1.0, 1.0], [0.0, 2.0]], k=float(power))
    key = kept.key_of("B = A^k", "formula", {"A": np.zeros((2, 2)), "k": np.zeros(())}, None, Limits())
    assert len(KEPT.get(key) or ()) == MOST_WAYS


def test_an_index_is_whole_or_it_is_none() -> None:
    values: dict[str, Any] = {"p": np.array([0.2, 0.3, 0.5])}
    assert um.read("y = p[c]", c=1, **values).value == 0.3
    assert um.read("y = p[c]", c=2.0, **values).value == 0.5
    with pytest.raises(UnmagicError) as fresh:
        um.read("y = p[c]", c=1.5, **values)
    KEPT.clear()
    with pytest.raises(UnmagicError) as again:
        um.read("y = p[c]", c=1.5, **values)
    assert fresh.value.report() == again.value.report()


@pytest.mark.parametrize(
    ("source", "good", "bad"),
    [
        ("y = p[c]", {"p": np.array([0.2, 0.8]), "c": 1}, {"p": np.array([0.2, 0.8]), "c": 2}),
        (r"y = \begin{cases} x & x > 0 \\ -x & x < 0 \end{cases}", {"x": 2.0}, {"x": 0.0}),
        ("B = A^k", {"A": np.eye(2), "k": 2.0}, {"A": np.eye(2), "k": 1e9}),
        ("y = a ⊙ b", {"a": np.ones(2), "b": np.ones(2)}, {"a": np.ones(2), "b": np.ones(3)}),
    ],
)
def test_errors_are_those_of_a_fresh_reading(source: str, good: dict[str, Any], bad: dict[str, Any]) -> None:
    KEPT.clear()
    lang = "latex" if "\\" in source else "formula"
    with pytest.raises(UnmagicError) as fresh:
        um.read(source, lang=lang, **bad)
    um.read(source, lang=lang, **good)
    with pytest.raises(UnmagicError) as again:
        um.read(source, lang=lang, **bad)
    assert again.value.report() == fresh.value.report()
    assert fresh.value.span is None or fresh.value.span.text in source


def test_cases_take_the_other_way() -> None:
    source = r"y = \begin{cases} x^2 & x > 0 \\ -x & x \le 0 \end{cases}"
    for x in (3.0, -2.0, 0.0, 5.0, -1.0):
        assert um.read(source, x=x).value == (x * x if x > 0 else -x)


def test_what_is_computed_aside_is_not_kept() -> None:
    source = "s = 1·x + 2·x + … + n·x"
    for n in (3.0, 5.0, 4.0):
        assert um.read(source, lang="formula", n=n, x=2.0).value == n * (n + 1)


def test_limits_and_rounds_belong_to_the_text() -> None:
    values: dict[str, Any] = {"x": np.array([1.0, 2.0, 3.0])}
    um.read("y = x ⊗ x", **values)
    with pytest.raises(UnmagicError, match="limit"):
        um.read("y = x ⊗ x", limits=Limits(entries=4), **values)
    start: dict[str, Any] = {"w": 8.0, "η": 0.5}
    assert [float(um.read("w ← w − η w", times=k, **start).value) for k in (1, 2, 3)] == [4.0, 2.0, 1.0]


# sharing ------------------------------------------------------------------------------------------------------


def test_a_reading_is_its_own() -> None:
    first = um.read("y = a·b", a=[1.0, 2.0], b=[3.0, 4.0])
    first.program.decisions.clear()
    first.program.statements.clear()
    second = um.read("y = a·b", a=[1.0, 2.0], b=[3.0, 5.0])
    assert second.graph is first.graph
    assert [float(second.value), float(first.value)] == [13.0, 11.0]
    assert len(second.program.decisions) == 1
    assert len(second.program.statements) == 1
    assert first.change(b=[0.0, 1.0]).value == 2.0
    assert first.change(dtype="float32").value.dtype == np.float32
    assert second["b"].tolist() == [3.0, 5.0]


def test_a_gradient_does_not_grow_the_graph_that_is_shared() -> None:
    source, rng = "l = Σᵢ (w_i x_i − y_i)²", np.random.default_rng(0)
    KEPT.clear()
    steps = None
    for _ in range(4):
        w, x, y = rng.standard_normal((3, 4))
        reading = um.read(source, w=w, x=x, y=y)
        steps = len(reading.graph) if steps is None else steps
        assert np.allclose(reading.gradient("w")["w"], 2 * (w * x - y) * x)
        assert np.allclose(reading.gradient("x")["x"], 2 * (w * x - y) * w)
        assert len(reading.graph) == steps
    assert reading.graph.memo is not None
    assert 2 <= len(reading.graph.memo["backward"]) <= MOST_CHAINS


def test_threads_share_what_is_kept() -> None:
    source = "z = W x; p = softmax(z); loss = −log p[c]"
    rng = np.random.default_rng(1)
    states = [{"W": rng.standard_normal((3, 2)), "x": rng.standard_normal(2), "c": int(k % 3)} for k in range(24)]

    def read(values: dict[str, Any]) -> str:
        return um.read(source, **values).gradient("W").to("text")

    KEPT.clear()
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(read, states))
    alone = []
    for values in states:
        KEPT.clear()
        alone.append(read(values))
    assert together == alone


def test_texts_that_nobody_asks_for_any_more_go() -> None:
    KEPT.clear()
    for k in range(12):
        um.read(f"y = {k} A I + A", lang="formula", A=np.ones((70, 70)))  # an identity of 4,900 numbers is held
    assert 0 < len(KEPT) < 12
    assert KEPT.weight <= KEPT.most
    KEPT.clear()


def test_the_least_recently_used_go_first() -> None:
    found: Kept[str] = Kept(30)
    for name in "abc":
        found.put(name, name, 3)
    for k in range(7):
        found.put(k, "x", 3)
        assert found.get("a") == "a"  # asked for again and again
    found.put("d", "d", 3)
    assert found.get("b") is None
    assert found.get("a") == "a"
    assert found.weight <= 30
    found.put("a", "large", 4)  # a tenth of all at most; what is in its place goes
    assert found.get("a") is None
    found.clear()
    assert (len(found), found.weight) == (0, 0)
