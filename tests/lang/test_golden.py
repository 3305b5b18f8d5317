"""Every golden row of FORMULAS.md that is a formula, in all the spellings it is written in."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from unmagic.core.errors import Ambiguous, LimitReached, ShapeClash, UnmagicError
from unmagic.core.program import Program
from unmagic.sources.formula import read_formula

AB = {"a": [1, 2, 3], "b": [2, 0, 1]}
WX = {"W": [[1, 0], [2, 3], [0, 1]], "x": [1, 2]}
CLASSIFIER = {"W": [[1, -1, 0], [0, 2, 1], [1, 0, -1]], "x": [2, 1, 1], "c": 1}
SOFTMAX = [0.10650698, 0.78698604, 0.10650698]


def read(text: str, values: dict[str, Any] | None = None, times: int | None = None) -> Program:
    return read_formula(text, values, language="latex" if "\\" in text else "formula", times=times)


def value(text: str, values: dict[str, Any] | None = None, times: int | None = None) -> Any:
    program = read(text, values, times)
    return np.asarray(program.values[program.graph.result])


def ops(program: Program) -> list[str]:
    return [step.op.name for step in program.graph.steps if step.op.name not in ("input", "constant")]


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("a · b", AB, 5),
        ("Σᵢ aᵢbᵢ", AB, 5),
        ("Σ_i a_i b_i", AB, 5),
        ("sum_i a_i b_i", AB, 5),
        ("Σ aᵢbᵢ", AB, 5),
        ("Σᵢ₌₁³ aᵢbᵢ", AB, 5),
        (r"\sum_{i=1}^{n} a_i b_i", {**AB, "n": 3}, 5),
        (r"\sum_{i=0}^{n-1} a_i b_i", {**AB, "n": 3}, 5),
        (r"$\sum_{i=1}^{n} a_i b_i$", {**AB, "n": 3}, 5),
        (r"\[ \sum\limits_{i=1}^{n} \mathbf{a}_i \, \mathbf{b}_i \]", {**AB, "n": 3}, 5),
        (r"a_1 b_1 + a_2 b_2 + \dots + a_n b_n", {**AB, "n": 3}, 5),
        ("a₁b₁ + a₂b₂ + … + aₙbₙ", {**AB, "n": 3}, 5),
        (r"a^\top b", AB, 5),
        ("aᵀb", AB, 5),
        ("⟨a, b⟩", AB, 5),
        ("|a| = √(Σ aᵢ²)", {"a": [3, 4]}, 5),
        (r"\lVert a \rVert = \sqrt{\sum_i a_i^2}", {"a": [3, 4]}, 5),
        ("‖a‖", {"a": [3, 4]}, 5),
        ("||a||", {"a": [3, 4]}, 5),
        ("a·b / (|a||b|)", AB, 0.5976143046671968),
        (r"\frac{a \cdot b}{\|a\|\,\|b\|}", AB, 0.5976143046671968),
        ("cos(a, b)", AB, 0.5976143046671968),
        ("y = Wx", WX, [1, 8, 2]),
        ("y = W·x", WX, [1, 8, 2]),
        (r"y_i = \sum_j W_{ij} x_j", WX, [1, 8, 2]),
        ("yᵢ = Σⱼ Wᵢⱼxⱼ", WX, [1, 8, 2]),
        ("(AB)ᵢⱼ = Σₖ Aᵢₖ Bₖⱼ", {"A": [[1, 2], [3, 4]], "B": [[5, 6], [7, 8]]}, [[19, 22], [43, 50]]),
        ("f(x) = x²\nx ← x − η∇f", {"x": 3, "η": 0.1}, 2.4),
        ("z = (3x+1)²; dz/dx", {"x": 1}, 24),
        ("dz/dx = dz/dy · dy/dx where z = y², y = 3x + 1", {"x": 1}, 24),
        (r"\frac{dz}{dx} \text{ where } z = (3x+1)^2", {"x": 1}, 24),
        ("∇f where f(x,y) = x² + y²", {"x": 3, "y": 4}, [6, 8]),
        (r"softmax(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", {"z": [1, 3, 1]}, SOFTMAX),
        (r"\mathrm{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", {"z": [1, 3, 1]}, SOFTMAX),
        ("softmax(z)", {"z": [1, 3, 1]}, SOFTMAX),
        ("p = exp(z) / Σ exp(z)", {"z": [1, 3, 1]}, SOFTMAX),
        ("eᶻⁱ / Σⱼ eᶻʲ", {"z": [1, 3, 1]}, SOFTMAX),
        ("loss = −log softmax(Wx)[c]", CLASSIFIER, 0.23954476622188464),
        (r"\ell = -\log \operatorname{softmax}(Wx)_c", CLASSIFIER, 0.23954476622188464),
        ("p = softmax(W x); loss = -log p[c]", CLASSIFIER, 0.23954476622188464),
        ("E[X] = Σ x·p(x)", {"x": [1, 2, 3], "p(x)": [0.2, 0.5, 0.3]}, 2.1),
        (r"\mathbb{E}[X] = \sum_x x\, p(x)", {"x": [1, 2, 3], "p(x)": [0.2, 0.5, 0.3]}, 2.1),
        ("P(H|D) = P(D|H)P(H)/P(D)", {"P(D|H)": 0.9, "P(H)": 0.2, "P(D)": 0.3}, 0.6),
        (r"P(H \mid D) = \frac{P(D \mid H) P(H)}{P(D)}", {"P(D|H)": 0.9, "P(H)": 0.2, "P( D )": 0.3}, 0.6),
        ("log ∏ᵢ pᵢ = Σᵢ log pᵢ", {"p": [0.5, 0.25]}, -2.0794415416798357),
        ("exp(−(1/n) Σᵢ log pᵢ)", {"p": [0.5, 0.25], "n": 2}, 2.82842712474619),
        ("exp(−1/n Σᵢ log pᵢ)", {"p": [0.5, 0.25], "n": 2}, 2.82842712474619),
    ],
)
def test_row(text: str, values: dict[str, Any], expected: Any) -> None:
    np.testing.assert_allclose(value(text, values), expected, rtol=1e-7)


def test_sigmoid_where_sigma_is_applied_and_unbound() -> None:
    got = value("σ(Wx + b)", {**WX, "b": [0, -8, 0]})
    np.testing.assert_allclose(got, 1 / (1 + np.exp(-np.array([1.0, 0, 2]))))


def test_sigma_bound_multiplies_and_says_so() -> None:
    program = read("σ(x + 1)", {"σ": 2, "x": 3})
    assert program.values[program.graph.result] == 8
    assert any("multiplies the bracket" in decision.words for decision in program.decisions)


def test_two_rounds_of_descent() -> None:
    program = read("f(x) = x²; x ← x − η∇f", {"x": 3, "η": 0.1}, times=2)
    np.testing.assert_allclose(program.values[program.graph.result], 1.92)
    assert [region.label for region in program.graph.regions] == ["round 1", "round 2"]
    assert program.graph.regions[0].stop == program.graph.regions[1].start


def test_attention_is_numpys() -> None:
    rng = np.random.default_rng(0)
    q, k, v = rng.normal(size=(2, 4)), rng.normal(size=(3, 4)), rng.normal(size=(3, 5))
    s = q @ k.T / math.sqrt(4)
    w = np.exp(s - s.max(1, keepdims=True))
    expected = w / w.sum(1, keepdims=True) @ v
    for text in (
        r"\mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d}}\right)V",
        "softmax(QKᵀ/√d)V",
        "softmax(Q Kᵀ / √d) · V",
        "softmax(Q·K^T/sqrt(d))·V",
    ):
        np.testing.assert_allclose(value(text, {"Q": q, "K": k, "V": v, "d": 4}), expected)


def test_the_classifier_has_the_steps_that_it_is() -> None:
    program = read("loss = −log softmax(W x)[c]", CLASSIFIER)
    assert ops(program) == ["matvec", "softmax", "index", "log", "negative"]
    steps = {step.op.name: step for step in program.graph.steps}
    assert steps["softmax"].attrs["axis"] == -1
    assert steps["negative"].name == "loss"
    assert program.graph.names["loss"] == program.graph.result


@pytest.mark.parametrize(
    ("text", "values", "op"),
    [
        ("Σᵢ aᵢbᵢ", AB, "dot"),
        ("Σⱼ Wᵢⱼxⱼ", WX, "matvec"),
        ("Σⱼ xⱼWⱼᵢ", {"W": [[1, 0, 2], [2, 3, 1]], "x": [1, 2]}, "vecmat"),
        ("Σₖ AᵢₖBₖⱼ", {"A": [[1, 2], [3, 4]], "B": [[5, 6], [7, 8]]}, "matmul"),
        ("Σ x·y", {"x": [1, 2], "y": [3, 4]}, "dot"),
    ],
)
def test_plain_sums_of_products_are_one_step(text: str, values: dict[str, Any], op: str) -> None:
    assert ops(read(text, values)) == [op]


def test_identity_is_computed_on_both_sides() -> None:
    program = read("log ∏ᵢ pᵢ = Σᵢ log pᵢ", {"p": [0.5, 0.25]})
    [statement] = program.statements
    left, right = (program.values[side] for side in statement.sides)
    np.testing.assert_allclose([left, right], [-2.0794415416798357] * 2)
    assert statement.step == statement.sides[-1] == program.graph.result


def test_two_vectors_side_by_side_are_refused() -> None:
    with pytest.raises(Ambiguous) as caught:
        read("a b", AB)
    assert caught.value.report() == (
        "two vectors side by side: a b has three meanings\n"
        "  a b\n"
        "  ^^^\n"
        "  dot product      a · b\n"
        "  entry by entry   a ⊙ b\n"
        "  outer product    a ⊗ b\n"
        "  write the sign that is meant"
    )


def test_shapes_that_do_not_meet_are_shown() -> None:
    with pytest.raises(ShapeClash) as caught:
        read("y = W x", {"W": [[1, 0, 0], [0, 1, 0], [0, 0, 1]], "x": [1, 2]})
    assert caught.value.report() == (
        "can't multiply W by x\n"
        "  y = W x\n"
        "      ^^^\n"
        "  W is 3×[3]: each row wants 3 numbers\n"
        "  x is [2]: it has 2\n"
        "  3 against 2"
    )


def test_log_a_b_is_refused_with_both_meanings() -> None:
    with pytest.raises(Ambiguous) as caught:
        read("log a b", {"a": 2, "b": 3})
    assert caught.value.notes == ("log(a b)", "log(a) · b")
    assert caught.value.span is not None
    assert caught.value.span.text == "log a b"


def test_a_over_2b_is_refused_with_both_meanings() -> None:
    with pytest.raises(Ambiguous) as caught:
        read("a/2b", {"a": 2, "b": 3})
    assert caught.value.notes == ("(a/2) b", "a/(2 b)")


def test_a_tower_of_powers_is_refused_before_it_is_computed() -> None:
    with pytest.raises(LimitReached) as caught:
        read("9**9**9**9")
    assert caught.value.notes == ("limit: an integer power's result ≤ 10^308",)
    assert isinstance(caught.value, UnmagicError)
