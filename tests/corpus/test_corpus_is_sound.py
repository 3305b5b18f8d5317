"""The corpus can be trusted: every expected number is there, finite, repeatable, and its row is well made."""

from __future__ import annotations

import ast
import copy
import re
from collections import Counter
from typing import Any

import numpy as np
import pytest

from tests.conftest import needs
from tests.corpus.formulas import ROWS, Row
from tests.corpus.python_rows import NUMPY_ROWS, PYTHON_ROWS, TORCH_ROWS, PythonRow, has_torch, run

READABLE = [row for row in ROWS if row.refused is None]
REFUSED = [row for row in ROWS if row.refused is not None]


def _id(row: Row) -> str:
    return row.id


def _result(row: Row) -> Any:
    assert row.expect is not None
    return row.expect(row.values)


def test_there_are_enough_rows_of_every_kind() -> None:
    counts = Counter(row.category for row in READABLE)
    assert len(READABLE) >= 160
    assert 1 <= len(REFUSED) <= 8
    assert len(counts) >= 16
    assert min(counts.values()) >= 8, counts


def test_ids_are_unique_slugs() -> None:
    assert [name for name, count in Counter(row.id for row in ROWS).items() if count > 1] == []
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row.id) for row in ROWS)


def test_no_formula_stands_twice() -> None:
    assert [text for text, count in Counter(row.text for row in ROWS).items() if count > 1] == []


@pytest.mark.parametrize("row", READABLE, ids=_id)
def test_expected_number_is_finite_and_repeatable(row: Row) -> None:
    before = copy.deepcopy(row.values)
    first = np.asarray(_result(row), dtype=float)
    assert first.size > 0
    assert first.ndim <= 3
    assert np.isfinite(first).all()
    assert np.array_equal(first, np.asarray(_result(row), dtype=float))
    assert row.values == before, "expect changed its input"


@pytest.mark.parametrize("row", ROWS, ids=_id)
def test_row_is_well_made(row: Row) -> None:
    assert row.text.strip()
    assert len(row.text) <= 4000
    assert row.source.strip()
    assert row.rounds is None or row.rounds >= 1
    for name, value in row.values.items():
        assert name == name.strip()
        assert name
        assert "\\" not in name, "a name is written as a user types it"
        assert isinstance(value, int | float | list | str)
        if not isinstance(value, str):
            # A ragged list would not get through this.
            assert np.isfinite(np.asarray(value, dtype=float)).all()


@pytest.mark.parametrize("row", REFUSED, ids=_id)
def test_refused_row_says_why(row: Row) -> None:
    assert row.refused
    assert row.expect is None


def _python_id(row: PythonRow) -> str:
    return row.id


def test_there_are_enough_programs() -> None:
    assert len(PYTHON_ROWS) >= 40
    assert min(len(NUMPY_ROWS), len(TORCH_ROWS)) >= 10
    assert len({row.id for row in PYTHON_ROWS}) == len(PYTHON_ROWS)
    assert [row.torch for row in PYTHON_ROWS] == [row in TORCH_ROWS for row in PYTHON_ROWS]


@pytest.mark.parametrize("row", PYTHON_ROWS, ids=_python_id)
def test_program_runs_and_ends_with_finite_numbers(row: PythonRow) -> None:
    if row.torch:
        needs("torch")
    ran, again = run(row), run(row)
    assert ran.stdout == again.stdout
    assert bool(ran.stdout) == ("print(" in row.text)
    for name in row.final:
        value = np.asarray(ran.names[name], dtype=float)
        assert value.size > 0
        assert np.isfinite(value).all(), name
        assert np.array_equal(value, np.asarray(again.names[name], dtype=float)), name


@pytest.mark.parametrize("row", PYTHON_ROWS, ids=_python_id)
def test_program_uses_what_it_is_given_and_sets_what_is_compared(row: PythonRow) -> None:
    names = [node for node in ast.walk(ast.parse(row.text)) if isinstance(node, ast.Name)]
    assert set(row.values) <= {node.id for node in names if isinstance(node.ctx, ast.Load)}
    assert row.final
    assert set(row.final) <= {node.id for node in names if isinstance(node.ctx, ast.Store)} | set(row.values)


def test_two_spellings_in_one_program_agree() -> None:
    pairs = {
        "one-hot": ("one_hot", "same"),
        "torch-cross-entropy": ("grad", "by_hand"),
        "torch-bce-with-logits": ("loss", "same"),
        "torch-layer-norm": ("out", "by_hand"),
    }
    for row in PYTHON_ROWS:
        if row.id in pairs and (has_torch() or not row.torch):
            left, right = (run(row).names[name] for name in pairs[row.id])
            np.testing.assert_allclose(left, right, rtol=1e-5, atol=1e-7)
