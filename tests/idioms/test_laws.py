"""What holds for every match: numbers decide, members are the idiom's own, long graphs stay quick to read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from unmagic.core.build import Builder
from unmagic.idioms import match as search
from unmagic.idioms.match import match, spellings
from unmagic.idioms.record import IDIOMS, Idiom
from unmagic.idioms.verify import agree

from .spell import T, at, dot, exp, found, log, mean, mv, names, program, softmax, sqrt, total
from .test_match import POSITIVE

R = np.random.default_rng(5)
x, y = R.normal(size=4), R.normal(size=4)
W = R.normal(size=(3, 4))
Q, K, V = R.normal(size=(3, 4)), R.normal(size=(5, 4)), R.normal(size=(5, 2))


def test_a_planted_lie_is_refused() -> None:
    graph, values = program(lambda z: exp(z) / total(exp(z)), z=x)
    assert names(match(graph, values)) == ["softmax"]
    values[graph.result] = values[graph.result] * (1 + 1e-4)
    assert names(match(graph, values)) == []


@pytest.mark.parametrize(("name", "write", "inputs"), POSITIVE, ids=[f"{i}-{row[0]}" for i, row in enumerate(POSITIVE)])
def test_every_match_rests_on_its_own_definition(
    name: str, write: Any, inputs: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An idiom whose own definition is off by a part in a thousand finds nothing any more."""
    spellings()
    graph, values = program(write, **inputs)
    for idiom in IDIOMS.values():
        own = idiom.own
        monkeypatch.setattr(idiom, "own", staticmethod(lambda own=own, **given: own(**given) * 1.001 + 1e-3))
    assert match(graph, values) == []


@pytest.mark.parametrize(("name", "write", "inputs"), POSITIVE[::3])
def test_what_is_shown_does_not_overlap(name: str, write: Any, inputs: dict[str, Any]) -> None:
    graph, values = program(write, **inputs)
    taken: set[int] = set()
    for one in match(graph, values):
        assert one.root in one.members
        assert not one.members & set(one.roles.values())
        assert all(graph[member].inputs for member in one.members)  # no leaf belongs to an idiom
        if not one.joined:
            assert not taken & one.members
            taken |= one.members
            assert all(part.members <= one.members for part in one.parts)


def test_named_steps_inside_stay_visible() -> None:
    matches = found(
        lambda Q, K, V: (lambda s: (lambda a: {"s": s, "a": a, "o": a @ V})(softmax(s)))(Q @ T(K) / 2.0), Q=Q, K=K, V=V
    )
    (attention,) = [one for one in matches if one.name == "attention"]
    graph, _ = program(
        lambda Q, K, V: (lambda s: (lambda a: {"s": s, "a": a, "o": a @ V})(softmax(s)))(Q @ T(K) / 2.0), Q=Q, K=K, V=V
    )
    assert attention.visible == {graph.names["s"], graph.names["a"]}


def test_steps_read_outside_stay_visible() -> None:
    def write(z: Any) -> Any:
        e = exp(z)
        return e / total(e) + e

    matches = found(write, z=x)
    assert names(matches) == ["softmax"]
    assert len(matches[0].visible) == 1


def test_parts_are_kept() -> None:
    (one,) = found(lambda Q, K, V: softmax(Q @ T(K)) @ V, Q=Q, K=K, V=V)
    assert [part.name for part in one.parts] == ["attention_weights"]


def test_roles_are_the_users_values() -> None:
    graph, values = program(lambda a, b: -log(at(softmax(mv(a, b)), 2)), a=W, b=x)
    by_name = {one.name: one for one in match(graph, values)}
    assert by_name["linear_layer"].roles == {"W": graph.names["a"], "x": graph.names["b"]}
    assert by_name["softmax"].roles["z"] == by_name["linear_layer"].root
    assert by_name["cross_entropy_at"].attrs["c"] == 2


def test_an_overflow_does_not_hide_what_it_is() -> None:
    with np.errstate(all="ignore"):
        assert names(found(lambda z: exp(z) / total(exp(z)), z=np.array([1.0, 800.0]))) == ["softmax"]


def test_without_values_the_structure_decides() -> None:
    graph, _ = program(lambda z, w: mean((exp(z) / total(exp(z)) - w) ** 2), z=x, w=y)
    assert names(match(graph, None)) == ["softmax", "mean_squared_error"]


def test_float32() -> None:
    z = x.astype(np.float32)
    assert names(found(lambda z: exp(z) / total(exp(z)), z=z)) == ["softmax"]
    assert names(found(lambda a, b: dot(a, b) / (sqrt(dot(a, a)) * sqrt(dot(b, b))), a=z, b=z[::-1].copy())) == [
        "cosine_similarity"
    ]


def test_numbers_agree_by_their_dtype() -> None:
    a = np.array([1.0, 2.0, 3.0])
    assert agree(a, a * (1 + 1e-9))
    assert not agree(a, a * (1 + 1e-6))
    assert agree(a.astype(np.float16), a * (1 + 1e-3))
    assert not agree(a, a[:2])
    assert not agree(a, None)


def test_a_record_that_is_not_complete_does_not_import() -> None:
    with pytest.raises(TypeError, match="not complete: no patterns"):
        type("Half", (Idiom,), {"title": "half"})


def test_a_long_graph_of_scalars() -> None:
    """Thousands of steps that feed each other, by several ops: work stays in proportion (counted, not timed)."""
    b = Builder(values=[])
    s, t = b.input("s", np.asarray(0.1)), b.input("t", np.asarray(0.2))
    for k in range(1_000):
        s, t = s * 0.999 + t * t - 0.1 * k / 1_000, t / (1 + s * s)
    finder = search._Search(b.graph, b.values)
    finder.run()
    steps, terms = len(b.graph.steps), len(finder.normal.terms.nodes)
    assert steps > 7_000
    assert terms < 6 * steps
    assert (
        max(len(getattr(node, "parts", ()) or getattr(node, "factors", ())) for node in finder.normal.terms.nodes) <= 12
    )


def test_words_of_a_spelling_are_among_what_it_needs() -> None:
    """What is left out before compiling could not have matched after it."""
    for one in spellings():
        assert not one.words & ~one.pattern.needs, one.text
