"""Values entry by entry: the texts of `shown_array`, each with its place."""

from __future__ import annotations

import re

import numpy as np
import pytest

from unmagic.core.digits import exactly, shown, shown_array, shown_cells


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (8, 8), (9,), (70,), (2, 2, 2), (3, 20, 3)])
def test_cells_are_what_the_rows_print(shape: tuple[int, ...]) -> None:
    values = np.round(np.random.default_rng(3).normal(size=shape), 3)
    cells = shown_cells(values)
    texts = [text for row in cells for at, text in row if text != "…"]
    rows = [row for row in shown_array(values) if "entries," not in row and not re.fullmatch(r"\[[\d, ]+\]", row)]
    printed = " ".join(rows)
    assert texts == re.findall(r"−?\d+\.?\d*(?:e[+−-]?\d+)?", printed)
    for row in cells:
        for at, text in row:
            if text != "…":
                assert float(text.replace("−", "-")) == pytest.approx(float(values[at]), abs=1e-4)


def test_small_whole_numbers_print_plain() -> None:
    assert [shown(value) for value in (0, -3, 999.0, np.float16(7), np.int64(12), -0.0)] == [
        "0", "−3", "999", "7", "12", "−0",
    ]  # fmt: skip


def test_an_equals_sign_stands_before_the_machines_own_number() -> None:
    assert exactly("0.5", 0.5)
    assert exactly("−3", -3)
    assert exactly("nan", float("nan"))
    assert not exactly("0.3333", 1 / 3)
    assert not exactly("0.1", 1 - 0.9)
