"""Each rule finds its broken programs, at the right line and entry, and is silent on their sound twins."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import unmagic as um

RNG = np.random.default_rng(0)
Z = np.array([1.0, 3.0, 1.0])
ROWS = RNG.standard_normal((4, 3))
Q, K, V = (RNG.standard_normal((4, 3)) for _ in "QKV")

NUMPY = "import numpy as np\n"
TORCH = "import torch\nimport torch.nn.functional as F\n"

# (rule, source, values, the text the finding stands on, what its place must name)
BROKEN: list[tuple[str, str, dict[str, Any], str, str]] = [
    ("exp-overflow", "p = exp(z) / Σ exp(z)", {"z": [1.0, 712.3, 3.0]}, "", "z[1] = 712.3"),
    (
        "exp-overflow",
        NUMPY + "e = np.exp(z)\np = e / e.sum()",
        {"z": np.array([1.0, 800.0])},
        "np.exp(z)",
        "z[1] = 800",
    ),
    ("exp-overflow", NUMPY + "y = np.cosh(x)", {"x": 1000.0}, "np.cosh(x)", "1000"),
    ("power-overflow", NUMPY + "y = x ** 400", {"x": np.array([10.0])}, "x ** 400", "x[0] = 10"),
    ("log-of-zero", "loss = −log p[c]", {"p": [0.5, 0.0, 0.5], "c": 1}, "", ""),
    ("log-of-zero", NUMPY + "h = -(p * np.log(p)).sum()", {"p": np.array([1.0, 0.0])}, "np.log(p)", "p[1] = 0"),
    (
        "log-of-zero",
        NUMPY + "e = np.exp(z - z.max())\np = e / e.sum()\nloss = -np.log(p[0])",
        {"z": np.array([0.0, 1000.0])},
        "np.log(p[0])",
        "",
    ),
    ("log-of-negative", "y = log x", {"x": -2.0}, "", "x = −2"),
    ("division-by-zero", "c = a·b / (‖a‖‖b‖)", {"a": [0.0, 0.0], "b": [1.0, 2.0]}, "", ""),
    (
        "division-by-zero",
        NUMPY + "y = a / b",
        {"a": np.array([1.0, 0.0]), "b": np.array([2.0, 0.0])},
        "a / b",
        "b[1] = 0",
    ),
    ("product-underflow", "L = ∏ᵢ pᵢ", {"p": [1e-30] * 12}, "", ""),
    ("product-underflow", NUMPY + "L = np.prod(p)", {"p": np.full(400, 0.1)}, "np.prod(p)", ""),
    (
        "softmax-twice",
        TORCH + "p = F.softmax(z, dim=-1)\nloss = F.cross_entropy(p[None], torch.tensor([1]))",
        {"z": Z.astype(np.float32)},
        "",
        "",
    ),
    ("softmax-twice", "q = softmax(softmax(z))", {"z": Z}, "", ""),
    (
        "softmax-twice",
        NUMPY + "p = np.exp(z) / np.exp(z).sum()\nq = np.exp(p) / np.exp(p).sum()",
        {"z": Z},
        "",
        "",
    ),
    (
        "softmax-axis",
        TORCH + "A = torch.softmax(Q @ K.T / 3 ** 0.5, dim=0)\nY = A @ V",
        {"Q": Q.astype(np.float32), "K": K.astype(np.float32), "V": V.astype(np.float32)},
        "torch.softmax",
        "",
    ),
    ("softmax-axis", TORCH + "p = F.softmax(z[:, None], dim=1)", {"z": Z.astype(np.float32)}, "F.softmax", ""),
    (
        "silent-broadcast",
        NUMPY + "loss = ((pred - y) ** 2).mean()",
        {"pred": np.arange(4.0).reshape(4, 1), "y": np.arange(4.0)},
        "pred - y",
        "",
    ),
    (
        "silent-broadcast",
        TORCH + "loss = F.mse_loss(pred, y)",
        {"pred": np.arange(3.0, dtype=np.float32).reshape(3, 1), "y": np.ones(3, np.float32)},
        "",
        "",
    ),
    ("identity-differs", "(a + b)² = a² + b²", {"a": 1.0, "b": 2.0}, "", "left = 9, right = 5"),
]

SOUND: list[tuple[str, str, dict[str, Any]]] = [
    ("stable softmax", NUMPY + "e = np.exp(z - z.max())\np = e / e.sum()", {"z": np.array([1.0, 800.0])}),
    ("softmax op", "p = softmax(z)", {"z": [1.0, 712.3, 3.0]}),
    ("cross-entropy from logits", "loss = −log softmax(z)[c]", {"z": Z, "c": 1}),
    ("torch cross-entropy", TORCH + "loss = F.cross_entropy(z[None], torch.tensor([1]))", {"z": Z.astype(np.float32)}),
    ("log of shares", NUMPY + "h = -(p * np.log(p)).sum()", {"p": np.array([0.7, 0.3])}),
    ("cosine", "c = a·b / (‖a‖‖b‖)", {"a": [3.0, 4.0], "b": [1.0, 2.0]}),
    ("product", "L = ∏ᵢ pᵢ", {"p": [0.5, 0.25]}),
    ("a factor of 0", "L = ∏ᵢ pᵢ", {"p": [0.5, 0.0]}),
    ("log of a product", "log ∏ᵢ pᵢ = Σᵢ log pᵢ", {"p": [0.5, 0.25]}),
    (
        "attention",
        TORCH + "A = torch.softmax(Q @ K.T / 3 ** 0.5, dim=-1)\nY = A @ V",
        {"Q": Q.astype(np.float32), "K": K.astype(np.float32), "V": V.astype(np.float32)},
    ),
    ("softmax of another softmax's layer", "h = softmax(A x); p = softmax(W h)", {"A": ROWS, "x": Z, "W": ROWS.T}),
    ("mse of equal shapes", NUMPY + "loss = ((pred - y) ** 2).mean()", {"pred": np.arange(4.0), "y": np.ones(4)}),
    ("outer table meant", NUMPY + "D = a[:, None] - b[None, :]", {"a": np.arange(3.0), "b": np.arange(4.0)}),
    ("keepdims mean", NUMPY + "y = x - x.mean(axis=1, keepdims=True)", {"x": ROWS}),
    ("bias", NUMPY + "y = x @ W + b", {"x": ROWS, "W": ROWS.T, "b": np.ones(4)}),
    ("identity", "(a + b)² = a² + 2 a b + b²", {"a": 1.0, "b": 2.0}),
    ("softmax rows", NUMPY + "e = np.exp(x)\np = e / e.sum(axis=1, keepdims=True)", {"x": ROWS}),
]


@pytest.mark.parametrize(
    ("code", "source", "values", "at", "place"), BROKEN, ids=lambda v: v if isinstance(v, str) else ""
)
def test_a_broken_program_is_found(code: str, source: str, values: dict[str, Any], at: str, place: str) -> None:
    found = [finding for finding in um.check(source, **values) if finding.code == code]
    assert found, f"{code} not found in {source!r}"
    finding = found[0]
    if at:
        assert finding.span is not None
        assert at in finding.span.text
    assert place in finding.where
    assert finding.meaning.endswith(".")
    assert finding.title


@pytest.mark.parametrize(("what", "source", "values"), SOUND, ids=lambda v: v if isinstance(v, str) else "")
def test_a_sound_program_is_left_alone(what: str, source: str, values: dict[str, Any]) -> None:
    assert [f.code for f in um.check(source, **values) if f.confidence == "high"] == []


def test_a_finding_is_acknowledged_where_it_stands() -> None:
    text = NUMPY + "loss = ((pred - y) ** 2).mean()  # unmagic: ok broadcast"
    values = {"pred": np.arange(4.0).reshape(4, 1), "y": np.arange(4.0)}
    (finding,) = um.check(text, **values)
    assert finding.acknowledged
    (other,) = um.check(text.replace("ok broadcast", "ok log"), **values)
    assert not other.acknowledged


def test_what_does_not_reach_the_result_comes_last() -> None:
    text = NUMPY + "aside = np.log(zero)\nloss = np.log(other)"
    first, second = um.check(text, zero=0.0, other=0.0)
    assert {first.code, second.code} == {"log-of-zero"}
