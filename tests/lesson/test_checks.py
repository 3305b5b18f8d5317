"""Answers: what is right is accepted over its whole rule, what is wrong never, and known slips are named."""

from __future__ import annotations

import math
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmagic.core.errors import BadValue
from unmagic.lesson.ideas import Idea
from unmagic.lesson.lesson import lessons
from unmagic.lesson.typed import typed_answer
from unmagic.lesson.verdict import Question, Slip, coinciding
from unmagic.lesson.widgets.check import question_of

CHECKS = {widget.id: question_of(widget) for widget in lessons()["math-for-ml"].widgets if widget.kind == "check"}
each_check = pytest.mark.parametrize("id", CHECKS)


def written(values: np.ndarray, decimals: int | None = None) -> str:
    """Numbers as a visitor types them, to so many decimals or in full."""
    texts = [repr(float(x)) if decimals is None else rounded(float(x), decimals) for x in values]
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


def rounded(x: float, decimals: int, how: str = ROUND_HALF_UP) -> str:
    return str(Decimal(repr(x)).quantize(Decimal(1).scaleb(-decimals), rounding=how))


@each_check
def test_the_right_answer_is_right_in_full_and_rounded(id: str) -> None:
    question = CHECKS[id]
    assert question.judge(written(question.exact)).state == "right"
    for decimals in range(question.decimals if question.decimals is not None else 9, 12):
        assert question.judge(written(question.exact, decimals)).state == "right", decimals


@each_check
def test_an_answer_that_is_off_is_never_right(id: str) -> None:
    """Just outside of half a unit, either way, and far out; also as a rounding that lost its way."""
    question = CHECKS[id]
    unit = 10.0 ** -(question.decimals if question.decimals is not None else 6)
    for off in (1.6, -1.6, 5, -5, 100, -100):
        assert question.judge(written(question.exact + off * unit)).state != "right", off
    for factor in (-1, 2, 10, 0.1, 100):
        if np.any(np.abs(question.exact * factor - question.exact) > 2 * unit):
            assert question.judge(written(question.exact * factor)).state != "right", factor


@each_check
def test_half_a_unit_is_the_border(id: str) -> None:
    question = CHECKS[id]
    if question.decimals is None:
        return
    half = 0.5 * 10.0**-question.decimals
    assert question.within(question.exact + 0.999 * half, question.exact)
    assert not question.within(question.exact + 1.001 * half, question.exact)


@each_check
def test_every_slip_is_named(id: str) -> None:
    question = CHECKS[id]
    assert question.slips
    for slip in question.slips:
        verdict = question.judge(written(question.slip_value(slip)))
        assert (verdict.state, verdict.words) == ("wrong", slip.words), slip.formula


@each_check
def test_slips_tell_people_apart(id: str) -> None:
    """No slip gives the right number, nor another slip's; none says the answer."""
    question = CHECKS[id]
    assert coinciding(question) == []
    values = [question.slip_value(slip) for slip in question.slips]
    for i, one in enumerate(values):
        for other in values[i + 1 :]:
            assert not question.within(one, other)


@each_check
def test_exact_answers_can_be_typed_exactly(id: str) -> None:
    question = CHECKS[id]
    if question.decimals is None:
        np.testing.assert_allclose(np.round(question.exact, 6), question.exact, atol=1e-12)


@each_check
@pytest.mark.parametrize(
    "text",
    ["", "   ", "abc", "[1, x]", "1 +", "nan", "inf", "1e999", "∞", "[", "[]", "()", "9**9**9", "1" * 500],
)
def test_what_is_no_number_costs_nothing_and_never_fails(id: str, text: str) -> None:
    assert CHECKS[id].judge(text).state in ("empty", "unread")


@given(st.text(max_size=60))
def test_whatever_is_typed_gets_an_answer(text: str) -> None:
    assert CHECKS["two-shares"].judge(text).state in ("empty", "unread", "wrong", "close", "right")
    assert CHECKS["nll"].judge(text).state in ("empty", "unread", "wrong", "close", "right")


SHARE = Question("softmax(z)[0]", "z=[1,3,1]", 3, (Slip("z[0]", "a score"),), "Good.", "Exponentials first.")


class TestDigits:
    @pytest.mark.parametrize("text", ["0.107", "0.1065", "0.10650698", ".107", "0,107", "10.7 %", "0.1070", "1.07e-1"])
    def test_right(self, text: str) -> None:
        assert SHARE.judge(text).state == "right"

    @pytest.mark.parametrize("text", ["0.11", "0.1"])
    def test_too_few_digits_are_close(self, text: str) -> None:
        verdict = SHARE.judge(text)
        assert verdict.state == "close"
        assert "three decimals" in verdict.words

    def test_cut_off_is_said(self) -> None:
        verdict = SHARE.judge(rounded(float(SHARE.exact[0]), 3, ROUND_DOWN))
        assert verdict.state == "close"
        assert "cut off" in verdict.words

    def test_rounded_on_the_way_is_right_with_a_remark(self) -> None:
        question = Question("a·b·c", "a=1.234 b=1.117 c=3.3", 1, (), "Good.")
        step = rounded(1.234 * 1.117, 1)  # 1.4
        typed = rounded(float(step) * 3.3, 1)
        assert abs(float(typed) - question.exact[0]) > 0.05
        verdict = question.judge(typed)
        assert verdict.state == "right"
        assert "rounded on the way" in verdict.words

    @pytest.mark.parametrize("text", ["−0.107", "-0.1065"])
    def test_a_sign(self, text: str) -> None:
        assert "sign" in SHARE.judge(text).words

    @pytest.mark.parametrize("text", ["10.65", "1.065", "0.0107"])
    def test_a_decimal_point(self, text: str) -> None:
        assert "decimal point" in SHARE.judge(text).words

    @pytest.mark.parametrize("text", ["0.2", "0", "7", "0.109"])
    def test_else_the_hint(self, text: str) -> None:
        assert SHARE.judge(text).words == "Exponentials first."


VECTOR = Question("Wx", "W=[[1,0],[2,3],[0,1]] x=[1,2]", None, (), "Good.", "Row by row.")


class TestVectors:
    @pytest.mark.parametrize("text", ["[1, 8, 2]", "1 8 2", "(1, 8, 2)", "1; 8; 2", "<1,8,2>", "[1. 8. 2.]", "1, 8, 2"])
    def test_every_way_of_writing(self, text: str) -> None:
        assert VECTOR.judge(text).state == "right"

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("[1, 8]", "Three numbers"),
            ("8", "Three numbers"),
            ("[1, 7, 2]", "second again"),
            ("[1, 7, 3]", "second and the third"),
            ("[−1, −8, −2]", "sign"),
            ("[8, 2, 1]", "another order"),
        ],
    )
    def test_what_is_off(self, text: str, said: str) -> None:
        verdict = VECTOR.judge(text)
        assert verdict.state == "wrong"
        assert said in verdict.words


class TestTyped:
    @pytest.mark.parametrize(
        ("text", "numbers"),
        [
            ("3", (3,)), ("−3", (-3,)), ("3/4", (0.75,)), ("1 000", (1000,)), ("3,5", (3.5,)), ("75 %", (0.75,)),
            ("(1+2)/3", (1,)), ("√2", (math.sqrt(2),)), ("4,-4", (4, -4)), ("[.5]", (0.5,)), ("[1 2]", (1, 2)),
            ("[1/2, 1/4]", (0.5, 0.25)), ("{1; 2}", (1, 2)),
        ],
    )  # fmt: skip
    def test_numbers(self, text: str, numbers: tuple[float, ...]) -> None:
        assert typed_answer(text).numbers == pytest.approx(numbers)

    def test_the_caret_stands_under_what_is_wrong(self) -> None:
        with pytest.raises(BadValue) as caught:
            typed_answer("[1, two, 3]")
        assert caught.value.span is not None
        assert caught.value.span.text == "two"

    @pytest.mark.parametrize(
        ("text", "decimals"), [("3", 0), ("0.50", 2), ("[1, .25]", 2), ("3/4", None), ("√2", None)]
    )
    def test_decimals(self, text: str, decimals: int | None) -> None:
        assert typed_answer(text).decimals == decimals

    @pytest.mark.parametrize("text", ["x" * 201, str([1] * 13)])
    def test_limits_are_named(self, text: str) -> None:
        with pytest.raises(BadValue, match=r"at most \d+"):
            typed_answer(text)


class TestIdeas:
    @pytest.mark.parametrize(
        ("terms", "text", "named"),
        [
            ("align", "How ALIGNED they are", True),
            ("align", "misaligned", False),
            ("up.", "it points up", True),
            ("up.", "an upper bound", False),
            ("quer+key", "each query meets keys", True),
            ("quer+key", "each query alone", False),
            ("reverse mode", "reverse-mode autodiff", True),
            ("naiv", "naïve Bayes", True),
            ("√d", "divided by √d", True),
            ("a, b", "only b", True),
        ],
    )
    def test_named(self, terms: str, text: str, named: bool) -> None:
        assert Idea("", terms).named_in(text) is named

    @given(st.text(max_size=200))
    def test_never_fails_and_needs_a_word(self, text: str) -> None:
        assert Idea("", "zzqx").named_in(text) == ("zzqx" in text.casefold())
