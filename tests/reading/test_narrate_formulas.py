"""Narration of formulas that come without numbers, by their notation alone."""

from __future__ import annotations

import pytest

from unmagic.core.notation import (
    Apply,
    Big,
    Fence,
    Fraction,
    Infix,
    Name,
    Notation,
    Numeral,
    Power,
    Prefix,
    Root,
    Row,
    Subscript,
    Word,
)
from unmagic.core.span import SourceText
from unmagic.idioms.match import match
from unmagic.idioms.symbolic import spoken
from unmagic.reading.narrate import narrate, narrate_formulas, narrate_text
from unmagic.sources.formula import read_formula

θ, η, x, z, i, j = (Name(letter) for letter in "θηxzij")


def call(function: str, *args: Notation) -> Notation:
    return Apply(Word(function), args)


def times(*parts: Notation) -> Notation:
    return Row(parts)


LIKELIHOOD = Prefix("−", Big("Σ", i, None, call("log", Apply(Name("p"), (Infix(";", (Subscript(x, i), θ)),)))))
STEP = Infix("−", (θ, times(η, Prefix("∇", Apply(Name("L"), (θ,))))))


def test_gradient_descent_on_the_negative_log_likelihood() -> None:
    assert narrate_formulas([("θ", STEP), ("L(θ)", LIKELIHOOD)]) == [
        "p(xᵢ; θ) is the probability that the model gives to each observed example; its log is added over the "
        "examples and the sign flipped, so L is large where the model finds the data unlikely. ∇L(θ) points to where "
        "L grows fastest; one step goes the other way, η times its length, and gives the new θ. Repeated, it makes "
        "the observed data ever more likely: maximum likelihood by gradient descent."
    ]


def test_attention() -> None:
    scores = Fraction(times(Name("Q"), Power(Name("K"), Word("T"))), Root(Name("d")))
    assert narrate_formulas([("", Infix("·", (call("softmax", scores), Name("V"))))]) == [
        "Every query meets every key in a dot product, so QKᵀ is a table of how well each query matches each key. "
        "Dividing by √d keeps those scores from growing with the length of the vectors, where softmax would put "
        "everything on one key. Softmax turns each row into shares: none negative, each row adding up to 1. "
        "Multiplying by V then mixes the values by those shares: each query leaves with a weighted average of the "
        "values, mostly of those whose keys matched it."
    ]


def test_standardise() -> None:
    top = Fence("(", Infix("−", (x, call("mean", x))), ")")
    assert narrate_formulas([("", Infix("/", (top, Root(Infix("+", (call("var", x), Name("ε")))))))]) == [
        "Take out the average of x, so that the entries lie around 0; divide by their spread, so that it becomes 1. "
        "The small ε keeps the division safe where all entries are equal."
    ]


def test_bayes() -> None:
    right = Infix("/", (times(Name("P(D|H)"), Name("P(H)")), Name("P(D)")))
    assert narrate_formulas([("P(H|D)", right)]) == [
        "How much to believe H after seeing D: how well H explains D, times how likely H was before, over how likely "
        "D is under everything. The division makes the beliefs add up to 1."
    ]


def names(right: Notation, name: str = "") -> list[str]:
    return [one.idiom.name for one in spoken((name, right))]


def test_indices_are_entry_by_entry() -> None:
    over = Big("Σ", j, None, Power(Name("e"), Subscript(z, j)))
    assert names(Fraction(Power(Name("e"), Subscript(z, i)), over)) == ["softmax"]


def test_small_ones() -> None:
    assert names(Infix("+", (times(Name("W"), x), Name("b")))) == ["affine_layer"]
    assert names(Fraction(Numeral("1"), Infix("+", (Numeral("1"), Power(Name("e"), Prefix("−", x)))))) == ["sigmoid"]
    lengths = times(Fence("‖", Name("a"), "‖"), Fence("‖", Name("b"), "‖"))
    assert names(Fraction(Infix("·", (Name("a"), Name("b"))), lengths))[-1] == "cosine_similarity"


def test_near_misses() -> None:
    over = Big("Σ", j, None, Power(Name("e"), Subscript(Name("w"), j)))
    assert "softmax" not in names(Fraction(Power(Name("e"), Subscript(z, i)), over))
    assert names(Infix("/", (times(Name("P(H|D)"), Name("P(H)")), Name("P(D)")))) == []
    assert names(Infix("+", (θ, times(η, Prefix("∇", Name("L")))))) == []


TYPED = [
    ("softmax(QKᵀ/√d)·V", "formula", ["Every query meets every key", "Dividing by √d"]),
    (r"\mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right)V", "latex", ["QKᵀ is a table", "Dividing by √dₖ"]),
    ("θ ← θ − η ∇L(θ), L(θ) = −Σᵢ log p(xᵢ; θ)", "formula", ["p(xᵢ; θ) is the probability", "maximum likelihood"]),
    ("(x − mean(x)) / √(var(x) + ε)", "formula", ["Take out the average of x", "The small ε"]),
    ("P(H|D) = P(D|H) P(H) / P(D)", "formula", ["How much to believe H after seeing D"]),
    (r"p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", "latex", ["Softmax turns z into shares"]),
    ("a·b/(|a||b|)", "formula", ["cosine of the angle"]),
    ("y = γ (x − μ)/√(σ² + ε) + β; μ = mean(x); σ² = var(x)", "formula", ["standardised over its own features", "γ"]),
    ("h = relu(W₁ x + b₁); y = W₂ h + b₂", "formula", ["Every row of W₁ meets x", "ReLU keeps what is positive"]),
    (r"L = -\sum_i y_i \log \hat{y}_i", "latex", ["log-probabilities of ŷ by the target y"]),
]


@pytest.mark.parametrize(("typed", "language", "ideas"), TYPED)
def test_as_typed(typed: str, language: str, ideas: list[str]) -> None:
    told = " ".join(narrate_text(SourceText(typed), language))
    assert [idea for idea in ideas if idea not in told] == [], told


def test_a_gradient_is_called_what_the_user_calls_it() -> None:
    program = read_formula("f(x) = x²; x ← x − η∇f", {"x": 3.0, "η": 0.1})
    told = narrate(program.graph, program.values, match(program.graph, program.values), program)
    assert told == [
        "∇f points to where f grows fastest; one step goes the other way, η times its length, and gives the new x."
    ]
