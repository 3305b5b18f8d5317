"""What findings say: the way a bad entry took, what is apart, what names mean, how sure they are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import unmagic as um
from unmagic.core.finding import Finding
from unmagic.reading.findings.names import derived_from, is_goal, is_loss, is_slope, is_weight

NUMPY = "import numpy as np\n"


def one(text: str, code: str, **values: Any) -> Finding:
    (found,) = [finding for finding in um.check(text, **values) if finding.code == code]
    return found


def test_the_first_bad_entry_says_which_way_it_took_and_where_it_became_nan() -> None:
    text = NUMPY + "w = np.exp(s) * mask\np = w / w.sum()\nloss = -np.log(p[0])"
    found = one(text, "exp-overflow", s=np.array([1.0, 712.3]), mask=np.array([1.0, 0.0]))
    assert found.where == "s[1] = 712.3"
    assert found.span is not None
    assert found.span.line == 2
    assert [line.text for line in found.evidence] == ["exp(712.3) ⇒ inf"]
    assert [stop.where for stop in found.path] == ["w[1] = nan", "p[0] = nan", "loss = nan"]
    assert [stop.span.line if stop.span else None for stop in found.path] == [2, 3, 4]
    assert [stop.line.text if stop.line else None for stop in found.path] == ["inf·0 ⇒ nan", None, None]
    assert "where(mask, s, -inf)" in found.mend[1]


def test_a_sigmoid_that_overflows_is_mended_as_a_sigmoid_and_the_mend_is_right() -> None:
    z = np.array([1.5, -800.0])
    found = one(NUMPY + "p = 1 / (1 + np.exp(-z))\nloss = -np.mean(y * np.log(p))", "exp-overflow", z=z, y=np.ones(2))
    assert found.mend == ("- 1 / (1 + np.exp(-z))", "+ np.exp(-np.logaddexp(0, -z))")
    mended = np.exp(-np.logaddexp(0, -z))
    assert mended.tolist() == pytest.approx([1 / (1 + np.exp(-1.5)), 0.0], rel=1e-15)


def test_a_bad_number_apart_from_the_result_is_said_to_be() -> None:
    text = NUMPY + "aside = np.log(zero)\nloss = (x ** 2).sum()"
    found = one(text, "log-of-zero", zero=0.0, x=np.ones(2))
    assert found.confidence == "low"
    assert found.apart
    assert found.path == ()
    page = um.read(text, zero=0.0, x=np.ones(2)).to("text", only="findings")
    assert page.startswith("elsewhere, not reaching the result\nlog of 0")


def test_a_bad_number_that_is_not_taken_up_is_less_sure() -> None:
    text = NUMPY + "y = np.where(x > 0, np.log(x), 0.0)\ntotal = y.sum()"
    found = one(text, "log-of-zero", x=np.array([0.0, 2.0]))
    assert found.confidence == "medium"
    assert found.meaning.endswith("What it comes to in the end is finite.")


def test_a_log_of_shares_knows_that_they_underflowed() -> None:
    text = NUMPY + "p = np.exp(z - z.max()) / np.exp(z - z.max()).sum()\nloss = -np.log(p[1])"
    assert one(text, "log-of-zero", z=np.array([0.0, -900.0])).title == "log of a softmax that underflowed"


def test_a_nan_with_no_rule_of_its_own_is_followed_back_to_finite_operands() -> None:
    text = NUMPY + "a = np.arcsin(x)\nb = a * 2\nloss = b.sum()"
    found = one(text, "non-finite", x=np.array([0.5, 1.5]))
    assert found.span is not None
    assert found.span.text == "np.arcsin(x)"
    assert found.where == "a[1] = nan"
    assert [stop.where for stop in found.path] == ["b[1] = nan", "loss = nan"]


def test_a_minus_infinity_that_stands_in_the_text_is_meant() -> None:
    text = NUMPY + "m = np.where(keep, 0.0, -np.inf)"
    assert um.check(text, keep=np.array([True, False])) == []


def test_ours_against_theirs_names_the_first_wrong_line() -> None:
    text = NUMPY + (
        "h = np.tanh(x @ A)\nloss = ((h @ b - y) ** 2).sum()\ne = 2 * (h @ b - y)\n"
        "dh = np.outer(e, b)\ndz = dh * (1 + h * h)\ndA = x.T @ dz\nA = A - 0.01 * dA"
    )
    rng = np.random.default_rng(2)
    values = {"x": rng.standard_normal((4, 2)), "A": rng.standard_normal((2, 3)), "b": rng.standard_normal(3)}
    found = one(text, "gradient-differs", y=rng.standard_normal(4), **values)
    assert found.title == "dA is not ∂loss/∂A"  # z has no name of its own: h = tanh(…) stands for it
    assert found.where.startswith("theirs[")
    assert len(found.evidence) == 2


def test_the_parameter_of_a_class_is_called_as_it_is_written() -> None:
    text = NUMPY + (
        "class M:\n    def __init__(self):\n        self.w = np.ones(2)\n    def step(self, x):\n"
        "        loss = (x @ self.w) ** 2\n        self.w += 0.1 * 2 * (x @ self.w) * x\n        return loss\n"
        "m = M()\nloss = m.step(x)"
    )
    assert one(text, "ascent", x=np.array([1.0, 2.0])).where.startswith("self.w[1] goes from 1 to")


def test_a_loop_says_it_once() -> None:
    text = NUMPY + "for i in range(20):\n    y = np.log(x * 0)\n    z = y + i"
    assert len([f for f in um.check(text, x=np.ones(2)) if f.code == "log-of-zero"]) == 1


@pytest.mark.parametrize(
    ("name", "loss", "goal", "slope", "weight"),
    [
        ("loss", True, False, False, False),
        ("total_loss", True, False, False, False),
        ("self.cost", True, False, False, False),
        ("L", True, False, False, False),
        ("neg_log_likelihood", False, False, False, False),
        ("log_likelihood", False, True, False, False),
        ("reward", False, True, False, False),
        ("dW1", False, False, True, False),
        ("W.grad", False, False, True, False),
        ("grad_h", False, False, True, False),
        ("∇L", False, False, True, False),
        ("W2", False, False, False, True),
        ("data", False, False, True, False),  # a d and a name: only numbers can tell
        ("x", False, False, False, False),
    ],
)
def test_what_names_say(name: str, loss: bool, goal: bool, slope: bool, weight: bool) -> None:
    assert (is_loss(name), is_goal(name), is_slope(name), is_weight(name)) == (loss, goal, slope, weight)


def test_what_a_slope_is_derived_from() -> None:
    assert "W1" in derived_from("dW1")
    assert "h" in derived_from("grad_h")
    assert "h" in derived_from("h_grad")
    assert derived_from("x") == []
