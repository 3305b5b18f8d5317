"""Figures of the lesson that are formulas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from unmagic.sources.formula import read_formula


def value(text: str, values: dict[str, Any], times: int | None = None) -> Any:
    language = "latex" if "\\" in text else "formula"
    program = read_formula(text, values, language=language, times=times)
    return np.asarray(program.values[program.graph.result])


@pytest.mark.parametrize(
    ("text", "values", "times", "expected", "digits"),
    [
        ("a·b", {"a": [2, 1], "b": [3, 4]}, None, 10, 12),
        ("f(x) = x²; ∇f", {"x": 3}, None, 6, 12),
        ("f(x) = x²; x ← x − η∇f; f(x)", {"x": 3, "η": 0.1}, 1, 5.76, 12),
        ("f(x) = x²; x ← x − η∇f; f′(x)", {"x": 3, "η": 0.1}, 1, 4.8, 12),
        ("f(x, y) = x² + y²; ∇f", {"x": 3, "y": 4}, None, [6, 8], 12),
        (
            "f(x, y) = x² + y²; x ← x − η ∂f/∂x; y ← y − η ∂f/∂y; f(x, y)",
            {"x": 3, "y": 4, "η": 0.1},
            1,
            16,
            12,
        ),
        ("f(x) = 0.18(x−3)²", {"x": -1.6}, None, 3.809, 3),
        ("f(x) = 0.18(x−3)²; f′(x)", {"x": -1.6}, None, -1.656, 3),
        ("z = (3x+1)²; dz/dx", {"x": 1}, None, 24, 12),
        ("z = u²; u = 3x + 1; dz/du", {"x": 1}, None, 8, 12),
        ("softmax(z)", {"z": [1, 3, 1]}, None, [0.107, 0.787, 0.107], 3),
        ("Σᵢ eᶻⁱ", {"z": [1, 3, 1]}, None, 25.522, 3),
        ("E[X] = Σ x·p(x)", {"x": [1, 2, 3], "p(x)": [0.2, 0.5, 0.3]}, None, 2.1, 12),
        ("P(A|B) = P(A,B)/P(B)", {"P(A,B)": 0.12, "P(B)": 0.4}, None, 0.3, 12),
        (
            "P(D) = P(D|H)P(H) + P(D|¬H)(1 − P(H)); P(H|D) = P(D|H)P(H)/P(D)",
            {"P(D|H)": 0.6, "P(H)": 0.2, "P(D|¬H)": 0.05},
            None,
            0.75,
            12,
        ),
        ("−log p", {"p": 0.7}, None, 0.357, 3),
        ("−log p", {"p": 0.1}, None, 2.303, 3),
        ("p = softmax(Wx); loss = −log p[c]; ∂loss/∂W", {
            "W": [[1, -1, 0], [0, 2, 1], [1, 0, -1]], "x": [2, 1, 1], "c": 1,
        }, None, [[0.213, 0.1065, 0.1065], [-0.426, -0.213, -0.213], [0.213, 0.1065, 0.1065]], 4),
    ],
)  # fmt: skip
def test_figure(text: str, values: dict[str, Any], times: int | None, expected: Any, digits: int) -> None:
    np.testing.assert_allclose(value(text, values, times), expected, atol=0.51 * 10.0**-digits)


def test_the_toy_oscillates_and_diverges_where_the_lesson_says() -> None:
    def end(eta: float, times: int) -> float:
        return float(value("f(x) = 0.18(x−3)²; x ← x − η∇f", {"x": -1.6, "η": eta}, times)) - 3

    assert end(2.7, 1) < 0 < end(2.85, 1)  # past 1/0.36 a step goes beyond the minimum
    assert abs(end(5.5, 40)) < 4.6 < abs(end(5.6, 40))
