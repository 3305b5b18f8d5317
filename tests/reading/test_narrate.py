"""Narration: exact for the formulas that the lesson asks for, key ideas for others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.idioms.spell import T, at, dot, erf, log, mean, mv, program, relu, softmax, sqrt, total, var
from unmagic.idioms.match import match
from unmagic.reading.narrate import narrate, say
from unmagic.reading.read import read

R = np.random.default_rng(3)
x, y = R.normal(size=4), R.normal(size=4)
p, q = (np.exp(v) / np.exp(v).sum() for v in (x, y))
Q, K, V = R.normal(size=(3, 4)), R.normal(size=(5, 4)), R.normal(size=(5, 2))
W = R.normal(size=(3, 4))


def told(write: Callable[..., Any], **inputs: Any) -> str:
    graph, values = program(write, **inputs)
    return "\n".join(narrate(graph, values, match(graph, values)))


def test_attention() -> None:
    assert told(lambda Q, K, V, d: softmax(Q @ T(K) / sqrt(d)) @ V, Q=Q, K=K, V=V, d=4.0) == (
        "Every query meets every key in a dot product, so QKᵀ is a table of how well each query matches each key. "
        "Dividing by √d keeps those scores from growing with the length of the vectors, where softmax would put "
        "everything on one key. Softmax turns each row into shares: none negative, each row adding up to 1. "
        "Multiplying by V then mixes the values by those shares: each query leaves with a weighted average of the "
        "values, mostly of those whose keys matched it."
    )


def test_standardise() -> None:
    assert told(lambda x, ε: (x - mean(x)) / sqrt(var(x) + ε), x=x, ε=1e-5) == (
        "Take out the average of x, so that the entries lie around 0; divide by their spread, so that it becomes 1. "
        "The small ε keeps the division safe where all entries are equal."
    )


def test_bayes() -> None:
    given = {"P(D|H)": 0.9, "P(H)": 0.2, "P(D)": 0.3}
    assert told(lambda **n: {"P(H|D)": n["P(D|H)"] * n["P(H)"] / n["P(D)"]}, **given) == (
        "How much to believe H after seeing D: how well H explains D, times how likely H was before, over how likely "
        "D is under everything. The division makes the beliefs add up to 1."
    )


Case = tuple[Callable[..., Any], dict[str, Any], list[str]]
IDEAS: list[Case] = [
    (
        lambda W, x, b: {"y": mv(W, x) + b},
        {"W": W, "x": x, "b": R.normal(size=3)},
        ["row of W meets x", "b then shifts"],
    ),
    (lambda x: {"z": (3 * x + 1) ** 2}, {"x": 1.0}, ["Start from 3x + 1 and square it: that is z."]),
    (
        lambda a, b: dot(a, b) / (a.apply("norm") * b.apply("norm")),
        {"a": x, "b": y},
        ["dot product of a and b", "dividing by both lengths leaves direction", "cosine of the angle"],
    ),
    (
        lambda p, q: total(p * log(p / q)),
        {"p": p, "q": q},
        ["expects q where p is true", "0 only where the two are equal", "not the same the other way round"],
    ),
    (lambda x: 0.5 * x * (1 + erf(x / 2**0.5)), {"x": x}, ["GELU multiplies x", "bell curve", "gate opens smoothly"]),
    (
        lambda x, γ, β: γ * (x - mean(x, -1, True)) / sqrt(var(x, -1, True) + 1e-5) + β,
        {"x": Q, "γ": x, "β": y},
        [
            "Each example is standardised over its own features",
            "γ then gives every feature its own scale",
            "β its own centre",
        ],
    ),
    (
        lambda W, x: -log(at(softmax(mv(W, x)), 1)),
        {"W": W, "x": x},
        ["row of W meets x", "Softmax turns W x into shares", "−log makes it a surprise"],
    ),
    (
        lambda X, A, B: relu(X @ A) @ B,
        {"X": Q, "A": W.T, "B": W},
        ["ReLU keeps what is positive in X A"],
    ),
]


@pytest.mark.parametrize(("write", "inputs", "ideas"), IDEAS)
def test_says_the_ideas(write: Callable[..., Any], inputs: dict[str, Any], ideas: list[str]) -> None:
    text = told(write, **inputs)
    assert [idea for idea in ideas if idea not in text] == [], text


def test_a_network_is_named_by_how_its_layers_join() -> None:
    def network(X: Any, W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
        h = relu(X @ W1 + b1)
        return {"h": h, "y": h @ W2 + b2}

    text = told(network, X=Q, W1=W.T, b1=R.normal(size=3), W2=R.normal(size=(3, 2)), b2=R.normal(size=2))
    assert "Two layers with ReLU between them: a multilayer perceptron." in text
    assert text.index("h: ReLU") < text.index("y: every row of h meets every column of W2")


def test_one_step() -> None:
    graph, values = program(lambda x, y: x / (1 + y), x=x, y=y)
    matches = match(graph, values)
    assert say(graph, values, matches, graph.result) == "Divide x by 1 + y."


def test_causal_masks_are_said() -> None:
    mask = np.where(np.tril(np.ones((4, 4))) > 0, 0.0, -np.inf)
    S = R.normal(size=(4, 4))
    text = told(lambda Q, K, V, M: softmax(Q @ T(K) / 2.0 + M) @ V, Q=S, K=S, V=S, M=mask)
    assert "M hides what lies ahead" in text


def test_numbers_of_the_text_are_no_result() -> None:
    said = read("import numpy as np\ny = X @ np.array([1.0, -2.0, 0.5, 4.0])", X=np.ones((2, 4))).narrate()
    assert "the given vector" in said
    assert "the result so far" not in said
