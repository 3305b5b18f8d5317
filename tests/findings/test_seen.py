"""A unit counts as dead, a layer as flat, only where all that was recorded agrees; and it is said what was seen."""

from __future__ import annotations

from typing import Any

import numpy as np

import unmagic as um
from unmagic.core.finding import Finding

NUMPY = "import numpy as np\n"
RNG = np.random.default_rng(3)
X = RNG.normal(size=(32, 4))
W = RNG.normal(size=(4, 5))


def found(text: str, code: str, **values: Any) -> list[Finding]:
    return [finding for finding in um.check(NUMPY + text, **values) if finding.code == code]


def test_one_batch_is_called_one_batch() -> None:
    b = np.array([0.0, 0.0, -30.0, 0.0, -40.0])
    (one,) = found("h = np.maximum(x @ W + b, 0)\nout = h.sum()\n", "dead-relu", x=X, W=W, b=b)
    assert one.title == "dead ReLU: 2 of 5 units give 0 for every example that was seen"
    assert one.where.startswith("unit 2's largest of 32 examples: ")
    assert one.meaning.startswith("It was so in this batch of 32. ")
    assert one.confidence == "medium"


def test_every_recorded_round_has_to_agree() -> None:
    loop = "for k in range(4):\n    h = np.maximum(x @ W + b{}, 0)\n    out = h.sum()\n"
    b = np.array([0.0, 0.0, -30.0, 0.0, 0.0])
    (one,) = found(loop.format(""), "dead-relu", x=X, W=W, b=b)
    assert "every recorded round (k = 0, 1, 2, 3)" in one.meaning
    assert "of 128 examples" in one.where
    assert found(loop.format(" + 12 * k"), "dead-relu", x=X, W=W, b=b) == []  # in the last rounds it fires


def test_two_layers_of_one_function_are_two_layers() -> None:
    text = (
        "def relu(z):\n    return np.maximum(z, 0)\nfor k in range(3):\n    h = relu(x @ W - 50)\n    g = relu(x @ W)\n"
        "    out = (h + g).sum()\n"
    )
    (one,) = found(text, "dead-relu", x=X, W=W)
    assert one.confidence == "high"


def test_a_sigmoid_at_the_end_may_be_as_sure_as_it_likes() -> None:
    text = (
        "w = 40 * np.ones(4)\nfor k in range(3):\n    p = 1 / (1 + np.exp(-(x @ w)))\n"
        "    loss = np.mean((p - y) ** 2)\n    w = w - 0.1 * x.T @ (p - y) / len(y)\n"
    )
    x = np.sign(X) * (1 + np.abs(X))
    assert found(text, "saturated", x=x, y=(x.sum(axis=1) > 0).astype(float)) == []


def test_saturation_says_how_many_and_how_flat() -> None:
    x = np.full((8, 4), 3.0)
    (one,) = found("h = np.tanh(x @ W)\nout = h @ v\n", "saturated", x=x, W=np.full((4, 5), 2.0), v=np.ones(5))
    assert one.title == "saturated tanh: 40 of 40 entries are on the flat part"
    assert "in this batch of 8" in one.meaning
    assert one.evidence[-1].relation.name == "ORDER"
