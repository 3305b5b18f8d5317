"""What a reading answers: values, why, gradient, change, compare, vouching."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

import unmagic as um
from unmagic.core.errors import BadValue, Unbound, UnmagicError

FORMULA = "loss = −log softmax(W x)[c]"
NUMBERS: dict[str, Any] = {"W": [[1, -1, 0], [0, 2, 1], [1, 0, -1]], "x": [2, 1, 1], "c": 1}


def classifier() -> um.Reading:
    return um.read(FORMULA, **NUMBERS)


def test_the_classifier_of_the_lesson() -> None:
    r = classifier()
    assert float(r.value) == pytest.approx(0.23954477, abs=5e-9)
    assert float(r["loss"]) == float(r.value)
    titles = [step.title for step in r.steps]
    assert titles == ["linear layer", "softmax", "cross-entropy"]
    assert [step.name for step in r.steps] == ["z", "p", "loss"]


def test_gradient_is_p_minus_y_times_x() -> None:
    g = classifier().gradient("W")
    z = np.array([1.0, 3.0, 1.0])
    p = np.exp(z) / np.exp(z).sum()
    expected = np.outer(p - np.array([0, 1, 0]), [2.0, 1.0, 1.0])
    np.testing.assert_allclose(g["W"], expected, rtol=1e-12)
    text = g.to("text")
    assert "∂loss/∂W = (p − y) xᵀ" in text
    assert "∂loss/∂z = p − y" in text


def test_whole_numbers_stand_for_reals_where_a_gradient_is_asked() -> None:
    g = um.read("y = w·x", w=[1, 2], x=[3, 4]).gradient()
    assert g["w"].dtype == np.float64
    assert g["w"].tolist() == [3.0, 4.0]


def test_why_answers_for_one_entry() -> None:
    working = classifier().why("p", 1)
    assert [line.text for line in working.lines][-1].endswith("0.7870")
    assert classifier().why("W", 0, 1).lines == ()
    with pytest.raises(BadValue, match="3×3"):
        classifier().why("W", 0)
    with pytest.raises(BadValue, match="no entry 7"):
        classifier().why("p", 7)
    with pytest.raises(Unbound, match="no q"):
        classifier().why("q", 0)


def test_blame_adds_up_to_the_gradient() -> None:
    r = classifier()
    for i in range(3):
        for j in range(3):
            blame = r.blame("W", i, j)
            assert sum(reader.share for reader in blame.readers) == pytest.approx(blame.gradient, rel=1e-12)
            assert blame.gradient == pytest.approx(float(r.gradient("W")["W"][i, j]), rel=1e-12)
    assert "nothing cancels" in r.blame("W", 0, 1).cancelling()


def test_change_marks_what_moved() -> None:
    r = classifier()
    other = r.change(x=[2, 1, 5])
    assert "x" in other.moved
    assert "loss" in other.moved
    assert "W" not in other.moved
    assert float(other.value) != float(r.value)
    with pytest.raises(Unbound, match="no q was handed in"):
        r.change(q=1)


def test_change_says_which_branch_flipped() -> None:
    text = "y = 0.0\nif x > 1:\n    y = x * 2\nelse:\n    y = x"
    r = um.read(text, x=3.0)
    assert float(r["y"]) == 6.0
    other = r.change(x=0.5)
    assert float(other["y"]) == 0.5
    assert other.flipped == ("x > 1",)
    assert r.change(x=4.0).flipped == ()


def test_another_dtype_shows_where_it_breaks() -> None:
    r = um.read("y = exp(x)", x=12.0)
    half = r.change(dtype="float16")
    assert np.isinf(half.value)
    assert half.value.dtype == np.float16
    parting = half.compare(r)
    assert parting.step == half.graph.result
    assert any(f.code == "exp-overflow" for f in half.findings)


def test_compare_finds_the_first_step_that_parts() -> None:
    r = classifier()
    assert r.compare(classifier()).step is None
    parting = r.change(x=[2, 1, 5]).compare(r)
    assert parting.step is not None
    assert r.graph[parting.step].op.name == "matvec"
    assert parting.gap > 0


def test_a_reading_vouches_for_itself() -> None:
    verdict = classifier().verdict
    assert verdict.replayed
    assert verdict.gap is not None
    assert verdict.gap < 1e-8


def test_a_wrong_value_is_not_vouched_for() -> None:
    r = classifier()
    r.program.values[-2] = r.program.values[-2] * 1.5
    assert not r.verdict.replayed


def test_a_wrong_gradient_shows_in_the_gap() -> None:
    from unmagic.reading.vouch import directional_gap

    r = classifier().change(**{k: np.asarray(v, float) for k, v in NUMBERS.items() if k != "c"})
    g = r.gradient("W", "x")
    right = {i: g.backward.values[g.backward.cotangents[i]] for i in g.backward.wrt}
    gap = directional_gap(g.reading.graph, g.reading.values, g.backward.of, right)
    assert gap is not None
    assert gap < 1e-8
    wrong = {i: value * 1.001 for i, value in right.items()}
    gap = directional_gap(g.reading.graph, g.reading.values, g.backward.of, wrong)
    assert gap is not None
    assert gap > 5e-4


def test_an_array_has_no_gradient() -> None:
    with pytest.raises(UnmagicError, match="one number to start from"):
        um.read("y = W x", W=[[1.0, 2.0]] * 2, x=[1.0, 2.0]).gradient("W")


def test_cost_counts_flops() -> None:
    r = um.read("y = W x", W=np.ones((5, 7)), x=np.ones(7))
    assert r.cost.flops == 2 * 5 * 7 or r.cost.flops == 5 * (2 * 7 - 1)
    assert r.cost.bytes == 8 * (35 + 7 + 5)


def test_values_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(BadValue, match="x is not made of numbers"):
        um.read("y = x", x="five")
    with pytest.raises(BadValue, match="rows differ in length"):
        um.read("y = x", x=[[1, 2], [3]])


def test_blame_shows_whole_paths_where_few_carry_most() -> None:
    r = um.read(
        "h = tanh(W x); y = v·h; loss = (y − t)²", W=[[1.0, 2.0], [0.5, -1.0]], x=[0.3, -0.2], v=[1.0, 3.0], t=1.0
    )
    blame = r.blame("x", 0)
    assert len(blame.routes) == 2
    assert blame.routes[0].stops[0] == "x[0]"
    assert blame.routes[0].stops[-1] == "loss"
    assert sum(route.weight for route in blame.routes) == pytest.approx(blame.gradient)
    assert blame.spread == "they carry 100 % of what flows, by size"


def test_blame_says_how_many_paths_a_gradient_is_spread_over() -> None:
    rng = np.random.default_rng(0)
    arrays: dict[str, Any] = {name: rng.standard_normal((6, 4)) for name in "QKV"}
    blame = um.read("Y = softmax(QKᵀ/√d) V; loss = Σᵢⱼ Yᵢⱼ²", d=4.0, **arrays).blame("Q", 0, 0)
    assert not blame.routes
    assert blame.spread.startswith("spread over ")
    assert blame.spread.endswith(" %")


def test_a_taught_gradient_speaks_of_the_users_names() -> None:
    r = um.read("z = W x; q = softmax(z); loss = −log q[c]", **NUMBERS)
    assert "∂loss/∂z = q − y" in r.gradient("W").to("text")


def test_a_notebook_shows_it() -> None:
    r = classifier()
    bundle = r._repr_mimebundle_()
    assert bundle.keys() == {"text/plain", "text/html", "text/markdown"}
    assert "0.7870" in bundle["text/plain"]
    assert "<script" not in bundle["text/html"]
    assert r._repr_html_() == bundle["text/html"]
    assert r._repr_mimebundle_(include={"text/html"}).keys() == {"text/html"}
    assert str(r) == bundle["text/plain"]
    assert len(repr(r)) < 120


def test_without_numbers_there_are_shapes_and_words_but_no_numbers() -> None:
    r = um.read("y = softmax(W x)")
    page = r.to("text")
    assert "no numbers were given" in page
    assert "linear layer" in page
    assert "add up to 1" in page
    assert not re.search(r"[=≈] +[−\d]", page)
    for ask in (
        lambda: r.value,
        lambda: r["y"],
        lambda: r.why("y", 0),
        lambda: r.gradient("W"),
        lambda: r.blame("x", 0),
    ):
        with pytest.raises(UnmagicError, match="no numbers were given"):
            ask()
    assert r.findings == []
    facts = r.facts()
    assert facts["value"] is None
    assert facts["workings"] == []
    assert all(step["value"] is None for step in facts["steps"])


def test_an_example_is_asked_for_and_said_to_be_ours() -> None:
    r = um.read("E = m c²", example=True)
    assert np.isfinite(r.value)
    assert "and ours" in r.to("text")


def test_a_nameless_reader_is_called_by_its_formula() -> None:
    r = um.read("L = Σᵢ (yᵢ − wᵢ)²", y=[1, 2], w=[0, 1])
    assert r.blame("w", 0).lines[0].label == "(y − w)[0]"


def test_nought_times_a_rounded_number_is_nought() -> None:
    """A gradient's entry all of whose terms are nought, though some hold √8, which no decimal says exactly."""
    rng = np.random.default_rng(0)
    numbers: dict[str, Any] = {name: rng.integers(-2, 3, (8, 8)).tolist() for name in "QK"}
    numbers |= {"V": rng.integers(-2, 3, (8, 2)).tolist(), "W": [[2, 1], [0, -1], [-1, 0]], "d": 8, "c": 1}
    r = um.read("A = softmax(QKᵀ / √d)\nh = (A V)[2]\nloss = −log softmax(W h)[c]", **numbers)
    assert "checked: replay equal" in r.to("text", grad=["Q", "K"])


def test_whole_numbers_take_a_dtype_too_but_not_those_that_pick() -> None:
    r = um.read("loss = −log softmax(W x)[c]", W=[[1, -1], [0, 2]], x=[2, 1], c=1).change(dtype="float16")
    assert r["W"].dtype == np.float16
    assert r["c"].dtype.kind == "i"


def test_a_gradient_that_is_a_number_handed_in() -> None:
    assert "back up" in um.read("z = a b", a=3.0, b=2.0).to("text", grad=["a"])
