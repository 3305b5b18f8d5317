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


MASKED = [
    "y = x * 1.0\ny[x > 0] = 5.0\nL = y.sum()",
    "y = x * 1.0\ny[x > 0] *= 2\nL = y.sum()",
    "m = x > 0\ny = x * 1.0\ny[m] = x[m] ** 2\nL = y.sum()",
    "y = np.stack([x, -x])\ny[:, x > 0] = 2.0\nL = y.sum()",
    "L = np.sum(x[x > 0] ** 2)",
    "L = 0.0\nfor v in x[x > 0]:\n    L = L + v * v",
    "i = np.flatnonzero(x > 0)\nL = np.sum(x[i])",
    "k = np.argmax(x)\nL = np.sum(x[:k])",
    "L = np.sum(x) if x[0] > 0 else np.sum(x * x)",
    "b = np.zeros(4, dtype=bool)\nm = x > 0\nb[m] = x[m] > 1\nL = np.sum(x * b)",
]


@pytest.mark.parametrize("source", MASKED)
@pytest.mark.parametrize("x", [[1.0, -1, 2, -2], [1.0, 3, 2, -2], [-1.0, 3, -2, 2], [-1.0, -3, -2, -2]])
def test_numbers_that_make_other_steps_are_read_afresh(source: str, x: list[float]) -> None:
    source, known = "import numpy as np\n" + source, {"x": np.array(x)}
    exec(source, known)  # the oracle: Python itself, on text of our own
    first = read(source, x=np.array([1.0, -1, 2, -2]))
    for reading in (first.replay(x=np.array(x)), first.change(x=np.array(x))):
        np.testing.assert_array_equal(reading["L"], known["L"])
        assert reading.verdict.replayed


def test_a_mask_keeps_what_it_picks_where_the_count_is_the_same() -> None:
    first = read("import numpy as np\nL = np.sum(x[x > 0])", x=np.array([1.0, -1, 2]))
    replayed = first.replay(x=np.array([-1.0, 5, 2]))
    assert replayed.value == 7
    assert replayed.graph is first.graph  # not read again


@pytest.mark.parametrize("x", [0.0, 1.0])
def test_an_entry_on_the_edge_of_a_mask_is_vouched_for(x: float) -> None:
    shown = read(f"import numpy as np\ny = x * 1.0\ny[x > {x}] += 1.0\nL = y.sum()", x=np.array([x, 3.0, 4.0, -1.0]))
    assert shown.verdict.replayed


def test_a_mask_that_rounding_changes_is_read_afresh() -> None:
    source = "import numpy as np\ny = x * 1.0\ny[x > 1.0] *= 2\nL = y.sum()"
    half = read(source, x=np.array([1.0001, 3.0])).change(dtype="float16")
    np.testing.assert_array_equal(half["y"], np.array([1, 6], np.float16))


def test_a_range_that_ends_elsewhere_is_read_afresh() -> None:
    reading = read(r"s = \sum_{k=0}^n x^k", x=2.0, n=3)
    assert reading.replay(n=5.0)["s"] == 63


def clipped(x: np.ndarray) -> np.floating:
    y = x * 1.0
    y[x > 0] = 5.0
    return y.sum()


def test_a_program_that_ran_is_not_run_again_by_a_replay() -> None:
    from unmagic.reading.read import read_call

    reading = read_call(clipped, (np.array([1.0, -1.0]),), {})
    with pytest.raises(BadValue, match="this mask picks 2 entries now, and picked 1"):
        reading.replay(x=np.array([1.0, 2.0]))
    assert reading.change(x=np.array([1.0, 2.0])).value == 10
