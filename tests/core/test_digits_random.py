"""Random Workings: every Line true, no digit to spare, and the same text every time."""

import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.core.digit_families import FAMILIES, made
from unmagic.core.lines import Relation

MANY = {"classifier": 300, "attention": 300, "layer_norm": 350, "functions": 600, "integers": 500}


@pytest.mark.slow
@pytest.mark.parametrize("family", FAMILIES)
def test_every_line_is_true(family: str) -> None:
    """The lines are checked by the suite's own observer (tests/conftest.py)."""
    for seed in range(MANY.get(family, 700)):
        made(family, seed).solve()


@pytest.mark.parametrize("family", FAMILIES)
def test_no_column_can_lose_a_digit(family: str) -> None:
    for seed in range(1000, 1025):
        problem = made(family, seed)
        problem.solve()
        for group in problem.groups:
            if group.extra:
                group.extra -= 1
                assert not all(problem.rows[k].holds(problem) for k in group.rows), (family, seed)
                group.extra += 1
        for row in problem.rows:
            assert row.holds(problem)


@pytest.mark.parametrize("family", FAMILIES)
def test_an_arrows_sides_differ(family: str) -> None:
    for seed in range(2000, 2025):
        for line in made(family, seed).solve():
            if line.relation is Relation.MACHINE:
                assert line.real != line.value


@pytest.mark.parametrize("family", FAMILIES)
def test_the_ascii_is_python(family: str) -> None:
    """Evaluated by Python itself, with nothing but `math`."""
    for seed in range(3000, 3010):
        for line in made(family, seed).solve():
            if line.relation in (Relation.EXACT, Relation.ROUNDED) and "−" not in line.value:
                found, claimed = float(eval(line.ascii, dict(vars(math)))), float(line.value)
                mantissa, _, exponent = line.value.partition("e")
                unit = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
                assert abs(found - claimed) <= 0.51 * unit + 1e-9 * abs(claimed)
            elif line.relation is Relation.ORDER:
                assert eval(line.ascii)


PROGRAM = """
from tests.core.digit_families import FAMILIES, made
for family in FAMILIES:
    for seed in range(3):
        for line in made(family, seed).solve():
            print(line.text)
"""


def test_the_same_text_under_two_hash_seeds() -> None:
    root = Path(__file__).parents[2]
    outputs = [
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "77")
    ]
    assert outputs[0] == outputs[1]
    assert len(outputs[0].splitlines()) > 200
