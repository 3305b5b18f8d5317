"""The code twins: each listing is run from top to bottom, and gives what its panel says."""

from __future__ import annotations

import ast
import re
from typing import Any

import numpy as np
import pytest

from unmagic.lesson.panels.show import Shown, show

from .panels_at import IDS, at, states


def run(shown: Shown) -> list[tuple[str, Any, str]]:
    """Step, value and printed result of every line that has one."""
    names: dict[str, Any] = {"np": np}
    made = []
    with np.errstate(all="ignore"):
        for row in shown.code:
            body = ast.parse(row.code).body
            if isinstance(body[-1], ast.Expr):
                assert len(body) == 1
                value = eval(row.code, names)  # our own listing
            else:
                exec(row.code, names)
                target = body[-1]
                assert isinstance(target, ast.Assign)
                assert isinstance(target.targets[0], ast.Name)
                value = names[target.targets[0].id]
            if row.result:
                made.append((row.step, value, row.result))
    return made


@pytest.mark.parametrize("id", IDS)
def test_a_listing_gives_what_it_says(id: str) -> None:
    for state in states(id):
        shown = show(state)
        made = run(shown)
        assert made
        for step, value, printed in made:
            said = np.array(eval(printed, {"nan": np.nan, "inf": np.inf}), np.float64)
            np.testing.assert_allclose(value, said, rtol=1e-12, atol=1e-12, equal_nan=True, err_msg=f"{id} {step}")


@pytest.mark.parametrize("id", IDS)
def test_its_gutter_names_the_steps(id: str) -> None:
    for state in states(id):
        shown = show(state)
        assert shown.reading is not None
        numbers = {step.number for step in shown.steps}
        by_number = {str(step.number): step for step in shown.reading.view.steps}
        whole = {}
        for row in shown.code:
            assert bool(row.step) == bool(row.result)
            if row.step:
                assert row.step in numbers
                whole[row.step] = row
        for step, row in whole.items():
            if not step.startswith("↑"):
                value = shown.reading.values[by_number[step].id]
                said = np.array(eval(row.result, {"nan": np.nan, "inf": np.inf}), np.float64)
                np.testing.assert_array_equal(value, said, err_msg=f"{id} {row.code}")


@pytest.mark.parametrize("id", IDS)
def test_it_is_short_and_plain(id: str) -> None:
    for row in at(id).code:
        assert len(row.code) <= 88, row.code
        assert not re.search(r"[^\x20-\x7e]", row.code), "code is plain ASCII"
