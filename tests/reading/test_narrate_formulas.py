"""Narration of formulas that come without numbers, by their notation alone."""

from __future__ import annotations

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
from unmagic.idioms.symbolic import spoken
from unmagic.reading.narrate import narrate_formulas

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
    return [one.idiom.name for one in spoken(right, name)]


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
