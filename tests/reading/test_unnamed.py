"""Numbers without a name that were taken as given stand in a formula as the code that they came from."""

from __future__ import annotations

import numpy as np
import pytest

import unmagic as um
from unmagic.core.notation_text import ascii_text, text

rng = np.random.default_rng(0)


def drawn(x: np.ndarray) -> np.floating:
    logits = rng.normal(size=(4, 3)) * 300
    z = x @ np.array([[1.0, 2, 3], [4, 5, 6]]) + rng.normal(size=3)
    far = x - rng.normal(loc=0.12345678, scale=1.2345678, size=(4, 2))
    long = x - rng.normal(  # on several lines
        size=2
    )
    w = (rng.random(3) + 1) * z
    return logits.sum() + z.sum() + far.sum() + long.sum() + w.sum()


@pytest.fixture(scope="module")
def reading() -> um.Reading:
    return um.read(drawn, np.ones((4, 2)))


def test_short_code_is_printed_and_long_code_by_its_shape(reading: um.Reading) -> None:
    formulas = {step.name: text(step.formula) for step in reading.steps}
    assert formulas["logits"] == "300 rng.normal(size=(4, 3))"
    assert formulas["z"] == "x [2×3] + rng.normal(size=3)"
    assert formulas["far"] == "x − [4×2]"
    assert formulas["long"] == "x − [2]"
    assert formulas["w"] == "(rng.random(3) + 1) ⊙ z"
    assert ascii_text(next(step.formula for step in reading.steps if step.name == "logits")) == formulas["logits"]


@pytest.mark.parametrize(
    ("format", "line"),
    [
        ("text", "logits = 300 rng.normal(size=(4, 3)) "),
        ("latex", r"$\mathrm{logits} = 300 \, \text{rng.normal(size=(4, 3))}$"),
        ("markdown", r"$\mathrm{logits} = 300 \thinspace  \text{rng.normal(size=(4, 3))}$"),
        ("html", '<mn>300</mn><mo>&#x2062;</mo><mspace width="0.17em"/><mtext>rng.normal(size=(4, 3))</mtext>'),
        ("html", "<mtext>[2×3]</mtext></mrow><mo>+</mo><mtext>rng.normal(size=3)</mtext>"),
    ],
)
def test_in_every_format_without_brackets_around_it(reading: um.Reading, format: str, line: str) -> None:
    assert line in reading.to(format)
