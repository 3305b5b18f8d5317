"""The digit rules one by one: what each prints, traps included (DESIGN.md, "Digits")."""

import math
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from unmagic.core.digits import LESSON, READING, Problem, Quantity, Style, shown, shown_array
from unmagic.core.digits.numerals import bfloat16, full, half_up, length, numeral, significant
from unmagic.core.lines import Line, Relation
from unmagic.core.scalar import Choose, Constant, Expr, Negative, Number, Product, Sum, call


def typed(x: Any) -> Quantity:
    return Quantity(x, given=True)


def solved(*lines: tuple[Expr, Quantity], style: Style = LESSON) -> list[Line]:
    problem = Problem(style)
    for left, result in lines:
        problem.line(left, result)
    return problem.solve()


def texts(*lines: tuple[Expr, Quantity], style: Style = LESSON) -> list[str]:
    return [line.text for line in solved(*lines, style=style)]


# -------------------------------------------------------------------------------------------------- relations


def test_exact_on_the_printed_decimals() -> None:
    assert texts((typed(0.1) + typed(0.2), Quantity(0.1 + 0.2))) == ["0.1 + 0.2 = 0.3"]
    assert texts((typed(3) - typed(0.1) * typed(6), Quantity(3 - 0.1 * 6))) == ["3 − 0.1·6 = 2.4"]


def test_a_third_is_rounded() -> None:
    assert texts((typed(1.0) / typed(3.0), Quantity(1 / 3))) == ["1 / 3 ≈ 0.333"]
    assert texts((typed(1.0) / typed(3.0) * typed(3.0), Quantity(1.0))) == ["(1 / 3)·3 = 1"]


def test_integers_wrap() -> None:
    [line] = solved((typed(np.int8(100)) + typed(np.int8(50)), Quantity(np.int8(-106))))
    assert line.text == "100 + 50 = 150 → int8 −106"
    assert line.gap == 256


def test_overflow_and_what_follows() -> None:
    inf, e = Quantity(math.inf), Quantity(math.e)
    lines = solved(
        (call("exp", typed(712.3)), inf),
        (call("exp", typed(1.0)), e),
        (e / inf, Quantity(0.0)),
        (inf / inf, Quantity(math.nan)),
    )
    assert [line.text for line in lines] == [
        "exp(712.3) ⇒ inf",
        "exp(1) ≈ 2.718",
        "2.718 / inf ⇒ 0",
        "inf / inf ⇒ nan",
    ]
    assert [line.rule for line in lines if line.rule] == [
        "exp of 712.3 passes the largest float64",
        "a number over inf is 0",
        "inf / inf",
    ]


@pytest.mark.parametrize(
    ("left", "result", "rule"),
    [
        (Product((typed(0.0), Quantity(math.inf))), math.nan, "0 · inf"),
        (call("log", typed(0.0)), -math.inf, "log of 0"),
        (call("log", typed(-2.5)), math.nan, "log of a negative number"),
        (call("sqrt", typed(-1.0)), math.nan, "sqrt of a negative number"),
        (typed(1.0) / typed(0.0), math.inf, "division by 0"),
        (typed(0.0) / typed(0.0), math.nan, "0 / 0"),
        (Quantity(math.inf) - Quantity(math.inf), math.nan, "inf − inf"),
        (typed(2.0) + Quantity(math.nan), math.nan, "nan stays nan"),
        (typed(2.0) * Quantity(math.inf), math.inf, "inf stays inf"),
        (call("exp", Quantity(-math.inf)), 0.0, "exp of −inf is 0"),
        (typed(1e300) * typed(1e300), math.inf, "the product passes the largest float64"),
        (typed(-8.0) ** typed(0.5), math.nan, "a negative number to a broken power"),
    ],
)
def test_rules_for_people(left: Expr, result: float, rule: str) -> None:
    [line] = solved((left, Quantity(result)))
    assert line.relation is Relation.NONFINITE
    assert line.rule == rule


def test_a_negative_zero_shows_where_its_sign_decides() -> None:
    assert texts((typed(1.0) / Quantity(-0.0), Quantity(-math.inf))) == ["1 / −0 ⇒ −inf".replace("−0", "(−0)")]
    assert texts((typed(1.0) + Quantity(-0.0), Quantity(1.0))) == ["1 + 0 = 1"]


# ------------------------------------------------------------------------------------------------------ traps


def test_whole_by_luck_forces_no_digits() -> None:
    """A computed number with a short repr is a number like any other."""
    x = Quantity(np.float32(0.786986))
    [line] = solved((-call("log", x), Quantity(-np.log(np.float32(0.786986)))))
    assert line.text == "−log(0.787) ≈ 0.240"


def test_stripped_zeros_claim_nothing() -> None:
    assert texts((typed(1.4998) + typed(1.5), Quantity(2.9998)), style=READING) == ["1.4998 + 1.5 = 2.9998"]
    half = Quantity(1.49980001)
    assert texts((half + half, Quantity(2.99960002))) == ["1.500 + 1.500 = 3.000"]


def test_zero_is_only_for_zero() -> None:
    assert texts((call("exp", typed(-800.0)), Quantity(0.0))) == ["exp(−800) ≈ 3.67e-348 → float64 0"]
    assert texts((typed(0.0) * typed(5.0), Quantity(0.0))) == ["0·5 = 0"]
    assert texts((typed(1e-4) * typed(1e-4), Quantity(1e-8))) == ["0.0001·0.0001 = 1e-8"]


def test_overflows_edge() -> None:
    edge = 709.782712893384
    [finite] = solved((call("exp", Quantity(edge)), Quantity(math.exp(edge))))
    [over] = solved((call("exp", Quantity(709.7830001)), Quantity(math.inf)))
    assert finite.text == "exp(709.78271) ≈ 1.79769e+308"
    assert float(finite.value) < math.inf
    assert over.text == "exp(709.783) ⇒ inf"


def test_saturation_is_a_power_of_ten() -> None:
    [line] = solved((call("exp", typed(-2e25)), Quantity(0.0)))
    assert line.text == "exp(−2e+25) ≈ 10^−8.686e+24 → float64 0"
    assert line.rule == "underflow"


def test_overflow_inside_a_sum_whose_total_is_finite() -> None:
    x = [np.float16(v) for v in (50000, 40000, -60000)]
    [line] = solved((Sum([typed(v) for v in x]), Quantity(np.float16(np.inf))))
    assert line.text == "50000 + 40000 + (−60000) = 30000 → float16 inf"
    assert line.rule == "the sum of the first 2 terms passes the largest float16"


def test_absorption_is_true_and_untold() -> None:
    """The lost term is a finding, not a relation: no arrow with one number on both sides."""
    [line] = solved((typed(1e16) + typed(1.0), Quantity(1e16)))
    assert line.text == "1e+16 + 1 ≈ 1.00000e+16"


def test_at_a_rounding_edge_the_operand_gains_the_digit() -> None:
    """2.718 / 25.522 would round to 0.106."""
    assert texts((Quantity(math.e) / Quantity(25.52210058), Quantity(0.10650698))) == ["2.7183 / 25.522 ≈ 0.107"]


def test_a_column_gains_digits_together_but_not_in_turn() -> None:
    rng = np.random.default_rng(0)
    a = [Quantity(v, column="a") for v in rng.normal(size=6)]
    total = sum(float(q.value) for q in a)
    [line] = solved((Sum(a), Quantity(total)))
    digits = {len(part.strip("()−").partition(".")[2]) for part in line.left.split(" + ")}
    assert len(digits) == 1
    assert digits.pop() <= 5


def test_half_up_on_the_shortest_decimal() -> None:
    assert half_up(full(2.675, "float64"), 2) == Decimal("2.68")
    assert half_up(full(-2.5, "float64"), 0) == Decimal("-3")
    assert half_up(full(np.float32(0.125), "float32"), 2) == Decimal("0.13")


def test_threads_have_their_own_arithmetic() -> None:
    """Decimal's operators would use the thread's 28 digits."""
    import decimal

    with decimal.localcontext() as context:
        context.prec = 3
        assert texts((typed(1.0) / typed(3.0), Quantity(1 / 3)))[0] == "1 / 3 ≈ 0.333"
        assert texts((typed(123456) + typed(654321), Quantity(777777)))[0] == "123456 + 654321 = 777777"


def test_near_one_is_not_equal_to_one() -> None:
    assert texts((call("tanh", typed(200.0)), Quantity(1.0))) == ["tanh(200) ≈ 1"]
    assert texts((call("exp", typed(0.0)), Quantity(1.0))) == ["exp(0) = 1"]
    assert texts((call("sqrt", typed(6.25)), Quantity(2.5))) == ["√6.25 = 2.5"]


def test_orders_are_strict_in_print() -> None:
    problem = Problem(LESSON)
    problem.order(Quantity(0.12299), "<", Quantity(0.12301))
    problem.order(typed(2), "==", typed(2.0))
    assert [line.text for line in problem.solve()] == ["0.12299 < 0.12301", "2 = 2"]


def test_a_choice_is_one_of_its_operands() -> None:
    a, b = Quantity(0.1230001), Quantity(0.1230002)
    problem = Problem(LESSON)
    problem.order(a, "<", b)
    problem.line(Choose("max", (a, b), 1), b)
    assert [line.text for line in problem.solve()] == ["0.1230001 < 0.1230002", "max(0.1230001, 0.1230002) = 0.1230002"]


def test_brackets_come_from_precedence() -> None:
    a, b, c = typed(5.0), typed(3.742), typed(2.236)
    [line] = solved((a / Product((b, c)), Quantity(5 / (3.742 * 2.236))))
    assert (line.left, line.ascii) == ("5 / (3.742·2.236)", "5 / (3.742*2.236)")
    [line] = solved((typed(2.0) * typed(-3.0) - (typed(1.0) - typed(-4.0)), Quantity(-11.0)))
    assert line.text == "2·(−3) − (1 − (−4)) = −11"
    [line] = solved((Negative(typed(-2.0) ** 2), Quantity(-4.0)))
    assert (line.text, line.ascii) == ("−(−2)² = −4", "-(-2)**2")
    [line] = solved((typed(1e-8) ** 2, Quantity(1e-16)))
    assert (line.text, line.ascii) == ("(1e-8)² = 1e-16", "(1e-8)**2")


def test_residues_are_named_and_not_chased() -> None:
    c, d = Quantity(0.1 + 0.2), Quantity(0.1 + 0.2 - 0.3)
    lines = texts((typed(0.1) + typed(0.2), c), (c - typed(0.3), d))
    assert lines == ["0.1 + 0.2 = 0.3", "0.3 − 0.3 = 0 → float64 5.55e-17"]


def test_starting_digits_go_by_dtype() -> None:
    x = np.float16(3)
    assert texts((call("exp", typed(x)), Quantity(np.exp(x)))) == ["exp(3) ≈ 20.1"]


def test_float32_variance_by_the_wrong_formula() -> None:
    square, mean = Quantity(np.float32(1.0000399e8)), Quantity(np.float32(10000.2))
    [line] = solved((square - mean * mean, Quantity(np.float32(-8))))
    assert line.relation is Relation.MACHINE
    assert line.value == "−8"


def test_a_quotient_of_differences_keeps_what_it_needs() -> None:
    over = Quantity(1 + 1e-8)
    high, low = Quantity(math.exp(1 + 1e-8)), Quantity(math.e)
    gap = Quantity(high.value - low.value)
    assert texts(
        (typed(1.0) + typed(1e-8), over),
        (call("exp", over), high),
        (call("exp", typed(1.0)), low),
        (high - low, gap),
        (gap / typed(1e-8), Quantity(gap.value / 1e-8)),
    ) == [
        "1 + 1e-8 = 1.00000001",
        "exp(1.00000001) ≈ 2.71828185564",
        "exp(1) ≈ 2.71828182846",
        "2.71828185564 − 2.71828182846 = 2.718e-8",
        "2.718e-8 / 1e-8 = 2.718",
    ]


# ------------------------------------------------------------------------------------------- floors, constants


def test_an_author_sets_a_floor() -> None:
    p = Quantity(0.786986, floor=None)
    assert texts((-call("log", p), Quantity(-math.log(0.786986), floor=5))) == ["−log(0.78699) ≈ 0.23954"]


def test_constants_are_printed_as_their_names() -> None:
    [line] = solved((typed(2.0) * Constant("pi"), Quantity(2 * math.pi)))
    assert (line.text, line.ascii) == ("2·π ≈ 6.283", "2*pi")


def test_large_whole_numbers_stay_whole() -> None:
    assert texts((typed(4096.0) * typed(4096.0), Quantity(16777216.0))) == ["4096·4096 = 16777216"]
    largest = np.int64(9223372036854775807)
    assert texts((typed(largest) + typed(np.int64(0)), Quantity(largest)))[0].endswith("= 9223372036854775807")


def test_bfloat16_has_three_or_four_digits() -> None:
    assert bfloat16(1.0) == 1.0
    assert full(bfloat16(3.14159), "bfloat16") == Decimal("3.14")
    x = bfloat16(0.7)
    line = solved((call("exp", Quantity(x, "bfloat16", given=True)), Quantity(bfloat16(math.exp(x)), "bfloat16")))[0]
    assert line.dtype == "bfloat16"
    assert line.relation in (Relation.ROUNDED, Relation.MACHINE)


# ----------------------------------------------------------------------------------------------------- numerals


@pytest.mark.parametrize(
    ("x", "d", "text"),
    [
        ("0.7870", 4, "0.7870"),
        ("-3", 0, "-3"),
        ("3", 3, "3.000"),
        ("1.7976931e308", -304, "1.7977e+308"),
        ("5.551e-17", 20, "5.551e-17"),
        ("123456", -2, "1.235e+5"),
        ("0.00012345", 6, "0.000123"),
        ("0.000012345", 8, "1.235e-5"),
        ("1260", -1, "1.26e+3"),
    ],
)
def test_numerals(x: str, d: int, text: str) -> None:
    assert numeral(Decimal(x), d) == text


def test_lengths() -> None:
    assert [length(Decimal(x)) for x in ("1.50", "100", "0", "0.001")] == [1, -2, 0, 3]
    assert [significant(Decimal(x)) for x in ("1.50", "100", "0", "0.001")] == [2, 1, 1, 1]


# -------------------------------------------------------------------------------------------------------- shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (712.3, "712.3"),
        (-3, "−3"),
        (1 / 3, "0.3333"),
        (True, "true"),
        (np.float32(0.1), "0.1"),
        (1e-5, "1e-5"),
        (math.inf, "inf"),
        (-math.inf, "−inf"),
        (math.nan, "nan"),
        (-0.0, "−0"),
        (1e308, "1e+308"),
        (5e-324, "5e-324"),
        (123456789, "123456789"),
        (123456.789, "123457"),
        (1 - 2j, "1 − 2i"),
    ],
)
def test_shown(value: Any, text: str) -> None:
    assert shown(value) == text


def test_a_vector_is_one_row() -> None:
    assert shown_array(np.array([0.10650698, -0.21301396, 0.10650698])) == ("[0.1065, −0.2130, 0.1065]",)


def test_a_matrix_is_aligned_at_the_point() -> None:
    assert shown_array(np.array([[1.0, -12.5], [0.25, 3.0]])) == ("[1,    −12.5]", "[0.25,   3]")


def test_what_is_not_finite_and_what_is_extreme_stays_visible() -> None:
    assert shown_array(np.array([1.0, np.nan, -np.inf, 1e-300])) == ("[1, nan, −inf, 1e-300]",)


def test_a_large_array_shows_its_edges_and_says_what_else() -> None:
    values = np.arange(10_000.0).reshape(100, 100)
    values[50, 50] = np.nan
    values[60, 3] = np.inf
    rows = shown_array(values)
    assert len(rows) == 8
    assert rows[0] == "[   0,    1,    2, …,   97,   98,   99]"
    assert rows[3] == "…"
    assert rows[-1] == "10,000 entries, 0 to 9999, 1 nan, 1 inf"


def test_arrays_of_other_ranks_and_kinds() -> None:
    assert shown_array(np.float64(2.5)) == ("2.5",)
    assert shown_array(np.zeros((0, 3))) == ("no entries (0×3)",)
    assert shown_array(np.array([True, False])) == ("[true, false]",)
    assert shown_array(np.arange(4).reshape(2, 1, 2)) == ("[0]", "[0, 1]", "[1]", "[2, 3]")
    long = shown_array(np.linspace(0, 1, 40), width=40)
    assert len(long) > 3
    assert all(len(row) <= 40 for row in long)


def test_a_number_of_the_formula_keeps_all_its_digits() -> None:
    assert texts((Number(0.044715) * typed(2.0), Quantity(0.08943))) == ["0.044715·2 = 0.08943"]
