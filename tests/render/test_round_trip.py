"""A formula that was read, printed as text or as LaTeX and read again comes to the same graph."""

from __future__ import annotations

import contextlib
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

from tests.corpus.formulas import ROWS
from unmagic.core.errors import UnmagicError
from unmagic.core.notation import Notation
from unmagic.core.notation_text import text
from unmagic.core.program import Program
from unmagic.render.notation_latex import latex
from unmagic.render.notation_mathml import mathml
from unmagic.sources.formula import read_formula

from .test_latex import katex_refuses

THREE = {"a": [1, 2, 3], "b": [2, 0, 1]}
CLASSIFIER = {"W": [[1, -1, 0], [0, 2, 1], [1, 0, -1]], "x": [2, 1, 1], "c": 1}
TALL = {"W": [[1, 0], [2, 3], [0, 1]], "x": [1, 2]}
HEADS = {"Q": [[1, 0], [0, 1]], "K": [[1, 1], [0, 1]], "V": [[2, 0], [1, 4]], "d": 2}
Row = tuple[str, str, Mapping[str, Any], int | None]
GOLDEN: list[Row] = [
    ("dot", "a · b", THREE, None),
    ("dot-sum", "Σᵢ aᵢbᵢ", THREE, None),
    ("dot-range", r"\sum_{i=1}^{n} a_i b_i", {**THREE, "n": 3}, None),
    ("length", "|a| = √(Σ aᵢ²)", {"a": [3, 4]}, None),
    ("cosine", "a·b / (|a||b|)", THREE, None),
    ("matvec", "y = Wx", TALL, None),
    ("matvec-indices", r"y_i = \sum_j W_{ij} x_j", TALL, None),
    ("layer", "σ(Wx + b)", {**TALL, "b": [0, -8, 0]}, None),
    ("softmax", r"softmax(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}", {"z": [1, 3, 1]}, None),
    ("classifier", "loss = −log softmax(Wx)[c]", CLASSIFIER, None),
    ("expectation", "E[X] = Σ x·p(x)", {"x": [1, 2, 3], "p(x)": [0.2, 0.5, 0.3]}, None),
    ("bayes", "P(H|D) = P(D|H)P(H)/P(D)", {"P(D|H)": 0.9, "P(H)": 0.2, "P(D)": 0.3}, None),
    ("log-product", "log ∏ᵢ pᵢ = Σᵢ log pᵢ", {"p": [0.5, 0.25]}, None),
    ("attention", r"\mathrm{softmax}\left(\frac{QK^\top}{\sqrt{d}}\right)V", HEADS, None),
    ("perplexity", "exp(−(1/n) Σᵢ log pᵢ)", {"p": [0.5, 0.25], "n": 2}, None),
    ("slope", "z = (3x+1)²; dz/dx", {"x": 1}, None),
]
CORPUS: list[Row] = [(row.id, row.text, row.values, row.rounds) for row in ROWS if not row.refused]

INCOMPLETE: frozenset[str] = frozenset(
    {
        "hardswish-relu6",
        "partial-unicode",
        "smooth-l1-mean",
    }
)
"""Rows in which a definition follows its use (a where-clause): printed in order, another statement is the last."""


def language(source: str) -> str:
    return "latex" if "\\" in source else "formula"


def fingerprint(program: Program) -> int:
    """The result as a term over the numbers handed in: ops, attributes, shapes, but no step numbers."""
    terms: list[int] = []
    for step, value in zip(program.graph.steps, program.values, strict=True):
        leaf = "" if step.inputs else repr(np.asarray(value).tolist())
        attrs = tuple(sorted((name, repr(value)) for name, value in step.attrs.items()))
        terms.append(hash((step.op.name, tuple(terms[i] for i in step.inputs), attrs, step.shape, leaf)))
    return terms[program.graph.result]


def printed(program: Program, printer: Callable[[Notation], str], between: str) -> str:
    """The statements in the order of the source; an update stands once, however often it ran."""
    once = {(s.span.start, s.name): s for s in program.statements}
    return between.join(printer(s.notation) for s in sorted(once.values(), key=lambda s: s.span.start))


def trip(row: Row, printer: Callable[[Notation], str], to: str) -> str:
    """What is wrong with a row's way there and back; nothing if it comes to the same graph."""
    _, source, values, rounds = row
    try:
        there = read_formula(source, values, language=language(source), times=rounds)
    except UnmagicError:
        return "unread"  # the reader's own tests hold it to that
    page = printed(there, printer, "; " if to == "formula" else r" \\ ")
    try:
        back = read_formula(page, values, language=to, times=rounds)
    except UnmagicError as error:
        return f"{page}: {error.what}"
    return "" if fingerprint(there) == fingerprint(back) else f"{page}: another graph"


@pytest.mark.parametrize(("printer", "to"), [(text, "formula"), (latex, "latex")], ids=["text", "latex"])
@pytest.mark.parametrize("row", GOLDEN, ids=[row[0] for row in GOLDEN])
def test_golden_rows_come_back(row: Row, printer: Callable[[Notation], str], to: str) -> None:
    assert trip(row, printer, to) == ""


@pytest.mark.slow
@pytest.mark.parametrize(("printer", "to"), [(text, "formula"), (latex, "latex")], ids=["text", "latex"])
def test_the_corpus_comes_back(printer: Callable[[Notation], str], to: str) -> None:
    wrong = {row[0]: said for row in CORPUS if (said := trip(row, printer, to))}
    unread = {name for name, said in wrong.items() if said == "unread"}
    assert len(CORPUS) - len(unread) - len(INCOMPLETE) > 350
    assert {name: said for name, said in wrong.items() if name not in INCOMPLETE | unread} == {}
    assert INCOMPLETE - set(wrong) == set(), "these come back now: take them off the list"


@pytest.mark.slow
def test_the_corpus_is_set_by_katex_and_as_mathml() -> None:
    trees = []
    for _, source, values, rounds in CORPUS:
        with contextlib.suppress(UnmagicError):
            program = read_formula(source, values, language=language(source), times=rounds)
            trees += [statement.notation for statement in program.statements[:8]]
    assert len(trees) > 350
    for tree in trees:
        ET.fromstring(mathml(tree))
    assert katex_refuses([latex(tree) for tree in trees]) == []
