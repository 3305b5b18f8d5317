"""One text, many numbers: steps replayed without reading the text again."""

from __future__ import annotations

import numpy as np
import pytest

from unmagic.core.errors import BadValue
from unmagic.core.notation_text import text
from unmagic.reading.read import read
from unmagic.reading.reading import Reading
from unmagic.reading.show import Page


def worked(reading: Reading) -> list[str]:
    """Every worked line."""
    from unmagic.core.document import StepBlock

    steps = (block for block in Page(reading, None, everything=True).blocks() if isinstance(block, StepBlock))
    return [line.text for step in steps for line in step.lines]


def test_a_replay_is_the_reading_of_the_same_text_on_the_new_numbers() -> None:
    W, x = np.array([[1.0, -1, 0], [0, 2, 1]]), np.array([2.0, 1, 1])
    first = read("z = Wx; p = softmax(z)", W=np.ones((2, 3)), x=np.ones(3))
    replayed, fresh = first.replay(W=W, x=x), read("z = Wx; p = softmax(z)", W=W, x=x)
    assert worked(replayed) == worked(fresh)
    assert replayed.program.bindings.keys() == fresh.program.bindings.keys()
    np.testing.assert_array_equal(replayed.value, fresh.value)
    np.testing.assert_array_equal(replayed.change(x=2 * x).value, fresh.change(x=2 * x).value)
    np.testing.assert_array_equal(first["z"], [3, 3])  # the first one stands as it was


@pytest.mark.parametrize("x", [np.ones(4), np.ones(3, np.float32), 1.0])
def test_other_shapes_and_dtypes_are_refused(x: object) -> None:
    with pytest.raises(BadValue, match="x is float64 of shape"):
        read("y = Wx", W=np.ones((2, 3)), x=np.ones(3)).replay(x=x)


def test_a_sum_over_a_vector_names_no_axis() -> None:
    assert [text(step.formula) for step in read("s = Σᵢ xᵢ", x=[1.0, 2.0]).view.steps] == ["Σ x"]
    assert "axis" in text(read("import numpy as np\ns = np.sum(x, axis=0)", x=np.ones((2, 2))).view.steps[-1].formula)


def test_nought_times_an_irrational_number_is_nought() -> None:
    assert worked(read("c = 1; t = degrees(arccos(c))", c=1.0))[-1] == "0·180 / π = 0"


@pytest.mark.parametrize("z", [3e6, 1e12])
def test_an_exp_below_every_exponent_is_a_power_of_ten(z: float) -> None:
    lines = worked(read("h = sigmoid(z)", z=z))
    assert lines[0].startswith("exp(−")
    assert "10^−" in lines[0]
    assert "float64 0" in lines[0]


def test_scores_over_nought_are_matched_without_a_crash() -> None:
    assert np.isnan(read("s = z/T; m = max(s); e = exp(s − m); p = e/Σ e", z=[0.0, 0.0], T=0.0)["p"]).all()
