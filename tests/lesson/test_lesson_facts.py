"""Everything that the lesson owes its reader is on the page, and every figure of it is the engine's.

Expected figures are written here by hand or come from NumPy; the page gets them from the engine.
"""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

from tests.lesson.page import text_of
from tests.lesson.site import get
from unmagic.lesson.lesson import lessons
from unmagic.lesson.widgets.check import question_of

from . import stubs
from .conftest import LESSON


@pytest.fixture
def text(page: str) -> str:
    return text_of(page)


def section(page: str, id: str) -> str:
    """The words of one section."""
    html = page.partition(f'<section id="{id}"')[2]
    return text_of("<x" + re.split(r'<section id="[\w-]+" aria-labelledby', html)[0])


FIGURES = [  # section, what stands there
    ("words-first", "[2,1,3]"),
    ("words-first", "[2,1]·[3,4] = 10"),
    ("vectors", "x=[x1,…,xn]"),
    ("vectors", "1024 numbers"),
    ("dot-product", "a·b=∑iaibi"),
    ("dot-product", "[1,2,3]·[2,0,1] = 5"),
    ("cosine-similarity", "a·b=|a||b|cosθ"),
    ("cosine-similarity", "between −1 and 1"),
    ("cosine-similarity", "≈ 0.598"),
    ("matrix-function", "y=Wx"),
    ("matrix-function", "yi=∑jWijxj"),
    ("matrix-function", "Wx = [1,8,2]"),
    ("layer-idea", "Wx+b"),
    ("matrix-product", "(AB)ij=∑kAikBkj"),
    ("sensitivity", "f′(x)"),
    ("sensitivity", "Δf≈f′(x)"),
    ("gradient-idea", "∇f=(∂f∂x1,…,∂f∂xn)"),
    ("gradient-idea", "it is [6,8]"),
    ("descent-idea", "x←x−η∇f"),
    ("descent-idea", "something like 0.01"),
    ("descent-idea", "gradient is 6, so x goes to 2.4 and f falls from 9 to 5.76"),
    ("descent-idea", "gradient is 4.8, and the next step lands on 1.92"),
    ("descent-idea", "against [6,8], one step leads to [2.4,3.2], and f falls from 25 to 16"),
    ("learning-rate", "f(x)=0.18·(x−3)2"),
    ("learning-rate", "minimum at 3; you start at −1.6, where the loss is 3.809 and the gradient −1.656"),
    ("learning-rate", "past 2.78"),
    ("learning-rate", "past 5.56"),
    ("chain-rule", "dzdx=dzdy·dydx"),
    ("chain-rule", "6(3x+1): 24 at 1"),
    ("backprop", "loss(layer3(layer2(layer1(x))))"),
    ("backprop", "GPT-3 has 175 billion parameters"),
    ("distributions", "cat 0.7, dog 0.2, bird 0.1; 0.7+0.2+0.1 = 1"),
    ("softmax-idea", "ezi/∑jezj"),
    ("softmax-idea", "softmax([1,3,1]) ≈ [0.107,0.787,0.107]"),
    ("softmax-idea", "add up to 1.001"),
    ("softmax-idea", "≈ 25.522"),
    ("softmax-idea", "= 25.53 "),
    ("softmax-idea", "2.718/25.522 ≈ 0.106"),
    ("softmax-idea", "e1000 ⇒ inf"),
    ("expected", "E[X]=∑x·p(x)"),
    ("expected", "[1,2,3] with shares [0.2,0.5,0.3] it is 2.1"),
    ("given", "P(A∣B)=P(A,B)/P(B)"),
    ("given", "0.12 for both and 0.4 for B, P(A,B)/P(B) = 0.3"),
    ("given", "P(next token | all tokens so far)"),
    ("bayes-idea", "P(H∣D)=P(D∣H)P(H)/P(D)"),
    ("bayes-idea", "0.6·0.2+0.05·0.8 = 0.16"),
    ("bayes-idea", "P(D∣H)·P(H)/P(D) = 0.75"),
    ("likelihood-idea", "L(θ)=−∑ilogp(xi;θ)"),
    ("likelihood-idea", "maximum likelihood"),
    ("cross-entropy-idea", "−logq(c)"),
    ("cross-entropy-idea", "0.357 for a model that gave it 0.7, 2.303 for one that gave it 0.1"),
    ("attention-idea", "softmax(QKᵀ/d)·V"),
    ("code-classifier", "Logits [1,3,1] become [0.107,0.787,0.107]"),
    ("code-classifier", "true class is 0.2395"),
    ("code-classifier", "only 0.1, it would be 2.303"),
    ("code-classifier", "p−y: [0.107,−0.213,0.107]"),
    ("code-autograd", "which is 1. Through the square, dzdu: 2u = 8 . Through the inside, dudx: 3"),
    ("code-autograd", "x.grad is 24"),
]


@pytest.mark.parametrize(("place", "figure"), FIGURES)
def test_each_figure_stands_in_its_section(page: str, place: str, figure: str) -> None:
    assert figure in section(page, place)


def test_the_figures_are_right() -> None:
    """The same figures, by NumPy and the standard library."""
    z = np.array([1.0, 3.0, 1.0])
    p = np.exp(z) / np.exp(z).sum()
    assert [f"{x:.3f}" for x in p] == ["0.107", "0.787", "0.107"]
    assert f"{-math.log(p[1]):.4f}" == "0.2395"
    assert f"{np.exp(z).sum():.3f}" == "25.522"
    assert f"{2.718 / 25.522:.3f}" == "0.106"
    assert [f"{-math.log(x):.3f}" for x in (0.7, 0.1)] == ["0.357", "2.303"]
    assert f"{0.18 * (-1.6 - 3) ** 2:.3f}" == "3.809"
    assert f"{2 * 0.18 * (-1.6 - 3):.3f}" == "-1.656"
    assert [f"{x / 0.36:.2f}" for x in (1, 2)] == ["2.78", "5.56"]


@pytest.mark.parametrize(
    "words",
    [
        *("Prereq", "IC3", "12 minutes", "ML Foundations (for engineers)", "What is ML?", "school algebra"),
        *("A list of numbers.", "A function from list to list.", "normalised"),
        "Which way is up; training steps against it.",
        *("matmul, then softmax, then cross-entropy, repeated and nested", "autograd", "BLAS"),
        *("Retrieval", "A transformer", "Fine-tuning", "log-loss", "why cosine similarity?", "loss.backward()"),
        *("array in which distance means similarity", "a pure function whose weights are its source code"),
        *("the hot loop", "compiler’s arrow, pointing uphill", "dynamic programming over the call graph"),
        *("normalize() for scores", "the assertion you minimise", "FLOPs", "affine", "nabla", "held fixed"),
        *("steepest", "reverse-mode automatic differentiation", "underflow", "one-hot"),
        *("posterior", "prior", "calibration"),
        *("A matrix is only a table of data.", "The dot product is what a * b does."),
        "The gradient points to the minimum.",
        *("Logits are probabilities.", "Backprop is something other than the chain rule."),
        *("Logs are there to make numbers smaller.", "A bigger learning rate is always faster."),
        *("CS229 linear-algebra review", "CS229 probability review"),
        *("Essence of Linear Algebra", "Essence of Calculus"),
        *("CS231n notes on backpropagation", "Dive into Deep Learning, appendix on mathematics", "Primary sources"),
        *("More in ML Foundations", "How models learn (planned)", "Neural networks (planned)"),
        "Chunking and embeddings (planned)",
        "loss surfaces, learning rates, stochastic gradient descent, overfitting",
    ],
)
def test_what_is_owed_is_said(text: str, words: str) -> None:
    assert words in text


def test_the_sections_stand_in_order() -> None:
    ids = [section.id for section in lessons()["math-for-ml"].sections if section.depth == 2]
    wanted = ["one-sentence", "why", "words-first", "linear-algebra", "calculus", "probability", "attention-idea"]
    wanted += ["code", "real-text", "models", "confusions", "check-yourself", "exit-test", "deeper", "next"]
    assert ids == wanted


def test_every_panel_and_widget_has_its_place() -> None:
    widgets = lessons()["math-for-ml"].widgets
    assert sorted(widget.id for widget in widgets if widget.kind == "panel") == sorted(stubs.PANELS)
    for kind, ids in stubs.KINDS.items():
        assert tuple(widget.id for widget in widgets if widget.kind == kind) == ids


def test_every_idea_has_its_check() -> None:
    """Each section with a panel has one inline check, under it."""
    for section_ in lessons()["math-for-ml"].sections:
        kinds = [piece.kind for piece in section_.body if hasattr(piece, "kind")]
        if "panel" in kinds:
            assert kinds.count("check") == 1, section_.id
            assert kinds.index("panel") < kinds.index("check")


def test_each_side_of_the_words_is_there() -> None:
    page_ = section(get(LESSON).text, "words-first")
    for word in ("vector", "matrix", "dot product", "gradient", "softmax", "cross-entropy"):
        assert f" {word} " in page_
    widget = next(widget for widget in lessons()["math-for-ml"].widgets if widget.kind == "words")
    assert widget.body.count("word: ") == 6
    assert widget.body.count("step: ") == 6


def test_the_gradient_is_never_said_to_point_downhill(text: str) -> None:
    for sentence in re.split(r"(?<=[.?])\s", text.lower()):
        if "gradient points" in sentence:
            assert "down" not in sentence, sentence


def test_the_checks_ask_for_what_numpy_finds() -> None:
    """Each check's answer, by other means than the engine."""
    A, B = np.array([[1, 2], [3, 4]]), np.array([[5, 6], [7, 8]])
    expected = {
        "index": 7,
        "dot-zero": np.dot([1, -2], [4, 2]),
        "cosine-of": np.dot([3, 4], [4, 3]) / np.linalg.norm([3, 4]) / np.linalg.norm([4, 3]),
        "row-two": np.dot([2, 3], [0.5, 0.25]),
        "layer-out": np.maximum(0, np.array([[1, 0], [2, 3]]) @ [1, -1] + [-2, 2]),
        "entry-of-product": (A @ B)[1, 0],
        "predicted-change": 2 * 3 * 0.1,
        "two-slopes": (2 * 2 * 3, 2**2),
        "one-step": 5 - 0.2 * 10,
        "inner-outer": 3 * 3**2 * 2,
        "weight-slope": 2 * (2 * 3 - 5) * 3,
        "what-is-left": 1 - 0.5 - 0.2,
        "two-shares": np.exp([1, 2]) / np.exp([1, 2]).sum(),
        "lottery": np.dot([0, 10], [0.9, 0.1]),
        "given-b": 0.1 / 0.25,
        "rare-case": 0.9 * 0.01 / (0.9 * 0.01 + 0.09 * 0.99),
        "nll": -np.log([0.5, 0.25, 0.8]).sum(),
        "surprise": -math.log(0.5),
        "choices": math.exp(-np.log([0.1, 0.4]).mean()),
        "scaled-score": np.dot([2, 0, 2, 0], [2, 1, 1, 0]) / 2,
    }
    checks = {widget.id: question_of(widget) for widget in lessons()["math-for-ml"].widgets if widget.kind == "check"}
    assert checks.keys() == expected.keys()
    for id, value in expected.items():
        np.testing.assert_allclose(checks[id].exact, np.atleast_1d(value), rtol=1e-12, err_msg=id)
