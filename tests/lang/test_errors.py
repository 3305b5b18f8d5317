"""Refusals as people read them, decisions as they are said, limits as they are named."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from unmagic.core.errors import BadValue, LimitReached, UnmagicError
from unmagic.lang.names import canonical
from unmagic.sources.formula import read_formula
from unmagic.sources.sniff import path_form, sniff

AB = {"a": [1, 2, 3], "b": [2, 0, 1]}


def refusal(text: str, values: dict[str, Any]) -> str:
    with pytest.raises(UnmagicError) as caught:
        read_formula(text, values, language="latex" if "\\" in text else "formula")
    return caught.value.report()


@pytest.mark.parametrize(
    ("text", "values", "report"),
    [
        ("y = W x + bias", {"W": [[1.0]], "x": [1], "bia": [1]},
         "bias is not bound\n  y = W x + bias\n            ^^^^\n  did you mean bia?"),
        ("x +", {"x": 1}, "the formula stops too early\n  x +\n     ^\n  expected: a name, a number or a bracket"),
        ("(a · b", AB, "the formula stops too early\n  (a · b\n        ^\n  expected: )"),
        ("a_{", AB, "the formula stops too early\n  a_{\n     ^\n  expected: a name, a number or a bracket"),
        ("Σᵢ₌₁⁴ aᵢ", AB,
         "i runs from 1 to 4, but this axis has 3 entries\n  Σᵢ₌₁⁴ aᵢ\n         ^\n"
         "  i has [4] values\n  the axis has [3] entries"),
        ("|A|", {"A": [[1, 2], [3, 4]]},
         "bars around a matrix have three meanings\n  |A|\n  ^^^\n  determinant     det A\n  a norm          ‖A‖\n"
         "  entry by entry  abs(A)\n  A is 2×2"),
        ("y = z; z = y", {"x": 1}, "y is defined by itself\n  y = z; z = y\n  ^^^^^"),
        ("y = z = y", {}, "y is defined by itself\n  y = z = y\n  ^^^^^^^^^"),
        ("y = y = y", {}, "y is defined by itself\n  y = y = y\n  ^^^^^^^^^"),
        ("a[3]", AB, "there is no entry 3: the axis has 3\n  a[3]\n    ^"),
        ("x_0", {"x": [1, 2]},
         "subscripts count from 1\n  x_0\n    ^\n  the first entry is written x_1 or x[0]"),
        ("det W", {"W": [[1, 2, 3], [4, 5, 6]]}, "det needs a square matrix\n  det W\n  ^^^^^\n  it is [2]×[3]"),
    ],
)  # fmt: skip
def test_refusal(text: str, values: dict[str, Any], report: str) -> None:
    assert refusal(text, values) == report


@pytest.mark.parametrize(
    ("text", "values", "words"),
    [
        ("Wx", {"W": [[1, 0], [0, 1]], "x": [1, 2]}, "juxtaposition: matrix times vector"),
        ("a * b", AB, "*: the entries are multiplied"),
        ("a × b", AB, "×: the entries are multiplied"),
        ("softmax(A)", {"A": [[1, 2], [3, 4]]}, "softmax of a matrix: along the last axis, each row adds up to 1"),
        ("A²", {"A": [[1, 2], [3, 4]]}, "A²: the power of the matrix, not of its entries"),
        ("A²", {"A": [[1, 2, 3], [3, 4, 5]]}, "A²: the power of each entry, for the matrix is not square"),
        ("E[a]", AB, "E[a]: the mean of the entries"),
        ("Σ_c 1[c = y] log p_c", {"y": 1, "p": [0.5, 0.5]}, "c = y: class numbers count from 0"),
        ("lim_{h→0} ((x + h)² − x²)/h", {"x": 3}, "0/0 at the limit: the quotient of the derivatives (L'Hôpital)"),
    ],
)
def test_decision(text: str, values: dict[str, Any], words: str) -> None:
    program = read_formula(text, values)
    assert words in [decision.words for decision in program.decisions]


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("9**9**9**9", "limit: an integer power's result ≤ 10^308"),
        ("x" + " + x" * 1500, "limit: characters of one formula ≤ 4,000"),
        ("(" * 80 + "x" + ")" * 80, "limit: depth of nesting ≤ 60"),
        ("Σ_{i=1}^{10000000000} i", "limit: terms of one sum ≤ 10,000,000"),
    ],
)
def test_limit(text: str, note: str) -> None:
    with pytest.raises(LimitReached) as caught:
        read_formula(text, {"x": 1.0})
    assert note in caught.value.notes


@pytest.mark.parametrize("bad", ["3", None, [[1, 2], [3]], {"a": 1}, 1 + 2j, ["a"], []])
def test_what_is_no_number_is_refused(bad: Any) -> None:
    with pytest.raises(BadValue):
        read_formula("x", {"x": bad})


def test_arrays_keep_their_dtype() -> None:
    program = read_formula("x + 1", {"x": np.array([1, 2], dtype=np.float16)})
    assert program.values[program.graph.result].dtype == np.float16


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("ŷ", "hat_y"), ("y_hat", "hat_y"), (r"\hat{y}", "hat_y"), ("θ", "theta"), ("ᾱ_t", "bar_alpha_t"),
        (r"\bar{\alpha}_t", "bar_alpha_t"), ("P( D | H )", "P(D|H)"), (r"P(D \mid H)", "P(D|H)"), ("W⁽¹⁾", "W^(1)"),
        (r"W^{(1)}", "W^(1)"), ("d_k", "d_k"), (r"\mathbf{W}_{ih}", "W_ih"), ("lambda_", "lambda"), ("eps", "epsilon"),
        ("m_{t-1}", "m_{t-1}"), ("x₁", "x_1"),
    ],
)  # fmt: skip
def test_canonical(given: str, name: str) -> None:
    assert canonical(given) == name


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (r"\frac{a}{b}", "latex"), ("a · b", "formula"), ("y = W x", "formula"), ("np.dot(a, b)", "python"),
        ("9**9**9**9", "python"), ("x = '\\n'\ny = x", "python"), ("x = 1  # Σ of all", "python"),
        ("x ← x − 1", "formula"),
        ("train.py", "path"), ("train.py:step", "path"), ("book.ipynb:3", "path"), ("x²", "formula"),
    ],
)  # fmt: skip
def test_sniff(text: str, language: str) -> None:
    assert sniff(text) == language


def test_path_form() -> None:
    assert path_form("dir/train.py:step") == ("dir/train.py", "step")
    assert path_form("a · b") is None
