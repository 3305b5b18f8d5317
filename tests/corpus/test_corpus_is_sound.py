"""The corpus can be trusted: every expected number is there, finite, repeatable, and its row is well made."""

from __future__ import annotations

import copy
import re
from collections import Counter
from typing import Any

import numpy as np
import pytest

from tests.corpus.formulas import ROWS, Row

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
