"""The grammar answers or refuses: whatever the text, nothing but an UnmagicError comes out."""

from __future__ import annotations

import random
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corpus.formulas import ROWS
from unmagic.core.errors import UnmagicError
from unmagic.core.limits import Limits
from unmagic.sources.formula import read_formula
from unmagic.sources.sniff import sniff

SIGNS = list("+-−·×*/⊙∘⊗@=←<>≤≥≠^_!()[]{}|‖,;:∇∂ΣΠ√′…ᵀ²ᵢⱼ₁∈→⌊⌋∞\n &")
SIGNS += [
    "\\frac", "\\sum", "\\left", "\\right", "\\begin{cases}", "\\end{cases}", "\\text{if }", "\\\\", "\\sqrt", "\\hat",
    "||", ":=", "+=", "...", "where ", " if ", " else ", "log ", "softmax", "max", "argmax", "lim", "d/dx ", "dz/dx",
    "sum_i ", "Σ_i ", "Σ_{i=1}^n ", "^T", "^{-1}", "_{ij}", "[0]", "\\begin{pmatrix}", "\\end{pmatrix}", "\\over",
    "f(x)", "P(A|B)", "E[", "1[", "KL(", "H(", "\\mathbb{1}", "det ", "9**9", "1e9", "∇f", "f′",
]  # fmt: skip
NAMES = ["a", "b", "x", "W", "A", "n", "c", "i", "j", "e", "pi", "z", "θ", "σ", "I", "p", "f", "2", "0.5", "10"]
VALUES: dict[str, Any] = {
    "a": [1, 2, 3], "b": [2, 0, 1], "x": 1.5, "W": [[1, 0, 2], [0, 1, 1], [1, 1, 0]], "A": [[1, 2], [3, 4]], "n": 3,
    "c": 1, "z": [1, 3, 1], "θ": 0.5, "p": [0.5, 0.25, 0.25],
}  # fmt: skip
SMALL = Limits(entries=10_000, steps=5_000)
soup = st.lists(st.sampled_from(SIGNS + NAMES * 3), min_size=1, max_size=24).map("".join)


def answers_or_refuses(text: str, values: dict[str, Any]) -> None:
    for language in ("formula", "latex"):
        refusal: UnmagicError | None = None
        try:
            program = read_formula(text, values, language=language, limits=SMALL, times=2)
            assert 0 <= program.graph.result < len(program.graph.steps) == len(program.values)
        except UnmagicError as error:
            refusal = error
        if refusal is not None:
            assert refusal.report()
            span = refusal.span
            assert span is None or 0 <= span.start <= span.end <= len(span.source.text)


@pytest.mark.slow
@given(soup)
@settings(max_examples=150)
def test_token_soup(text: str) -> None:
    answers_or_refuses(text, VALUES)


@given(st.text(max_size=60))
@settings(max_examples=50)
def test_any_text(text: str) -> None:
    answers_or_refuses(text, {})
    assert sniff(text) in ("formula", "latex", "python", "path")


def mutated(text: str, rng: random.Random) -> str:
    """A text with a few characters dropped, doubled or replaced."""
    characters = list(text)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(characters))
        match rng.randrange(4):
            case 0:
                del characters[at]
            case 1:
                characters.insert(at, rng.choice(SIGNS + NAMES))
            case 2:
                characters[at] = rng.choice(SIGNS + NAMES)
            case _:
                characters[at:at] = characters[at : at + 5]
        if not characters:
            return "x"
    return "".join(characters)


def mutate_corpus(rounds: int, seed: int) -> None:
    rng = random.Random(seed)
    for row in ROWS:
        for _ in range(rounds):
            text = mutated(row.text, rng)
            answers_or_refuses(text, row.values)


@pytest.mark.slow
def test_mutated_corpus() -> None:
    mutate_corpus(1, 0)


@pytest.mark.soak
def test_mutated_corpus_at_length() -> None:
    mutate_corpus(60, 1)


@pytest.mark.soak
@given(soup)
@settings(max_examples=20_000)
def test_token_soup_at_length(text: str) -> None:
    answers_or_refuses(text, VALUES)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 2000 + "x" + ")" * 2000,
        "−" * 3000 + "x",
        "x" + "!" * 3000,
        "x" + "[0]" * 1000,
        "x" + "²" * 1500,
        "√" * 3000 + "x",
        "log " * 900 + "x",
        "x^" * 1900 + "x",
        "\\sqrt{" * 600 + "x" + "}" * 600,
        "|" * 3000,
        "{" * 3000,
        "x + " * 990 + "x",
        "x · " * 990 + "x",
        "1 if x > 0 else " * 240 + "x",
        "a_" * 1900 + "b",
        "∇" * 3000 + "x",
        "\\hat{" * 700 + "x" + "}" * 700,
        "f(x) = f(x − 1) + x; f(3)",
        "f(x) = g(x); g(x) = f(x); f(3)",
        "y = z; z = y",
        "Σ_{i=1}^{1000000000} i",
        "x^(10^9)^9",
        "Σ_i Σ_j Σ_k Σ_l a_i a_j a_k a_l a_i a_j",
    ],
)
def test_deep_long_and_circular_texts(text: str) -> None:
    before = sys.getrecursionlimit()
    answers_or_refuses(text, {"x": 2.0, "a": list(np.arange(12.0))})
    assert sys.getrecursionlimit() == before
