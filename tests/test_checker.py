"""The checker sees a false Line: planted faults, each a true Line with one thing changed."""

from typing import Any

import pytest

from tests.checker import FalseLine, assert_true, read_ascii, read_text
from unmagic.core.lines import Line, Relation

TRUE = [
    Line("", "2 + 3·(−4)", "2 + 3*(-4)", "−10", Relation.EXACT, "float64"),
    Line("", "exp(1)", "exp(1)", "2.7183", Relation.ROUNDED, "float64"),
    Line("", "5 / (3.742·2.236)", "5 / (3.742*2.236)", "0.598", Relation.ROUNDED, "float64"),
    Line("", "0.123 < 0.124", "0.123 < 0.124", "true", Relation.ORDER, "float64"),
    Line("", "100 + 50", "100 + 50", "−106", Relation.MACHINE, "int8", "150", True),
    Line("", "exp(−800)", "exp(-800)", "0", Relation.MACHINE, "float64", "3.668e-348", False),
    Line("", "exp(−2e+25)", "exp(-2e+25)", "0", Relation.MACHINE, "float64", "10^−8.686e+24", False),
    Line("", "exp(712.3)", "exp(712.3)", "inf", Relation.NONFINITE, "float64", rule="exp of 712.3 passes float64"),
    Line("", "2.718 / inf", "2.718 / inf", "0", Relation.NONFINITE, "float64", rule="a number over inf is 0"),
    Line("", "√(0.25 + 6)", "sqrt(0.25 + 6)", "2.5", Relation.EXACT, "float64"),
    Line("", "(−2)² − |−3|", "(-2)**2 - abs(-3)", "1", Relation.EXACT, "float64"),
    Line("", "−2²", "-2**2", "−4", Relation.EXACT, "float64"),
    Line("", "3 if 1 < 2 else 4", "3 if 1 < 2 else 4", "3", Relation.EXACT, "float64"),
    Line("", "1 / 3·3", "1 / 3*3", "1", Relation.EXACT, "float64"),
    Line("", "2^0.5", "2**0.5", "1.4142", Relation.ROUNDED, "float64"),
]


@pytest.mark.parametrize("line", TRUE, ids=lambda line: line.text)
def test_true_lines_pass(line: Line) -> None:
    assert_true(line)


def changed(line: Line, **changes: Any) -> Line:
    fields = {name: getattr(line, name) for name in Line.__slots__}
    return Line(**(fields | changes))


FALSE = [
    changed(TRUE[0], value="−11"),  # a digit
    changed(TRUE[0], relation=Relation.ROUNDED, value="−9"),
    changed(TRUE[1], value="2.7184"),
    changed(TRUE[1], value="2.71829"),
    changed(TRUE[1], relation=Relation.EXACT),  # the wrong relation
    changed(TRUE[2], left="5 / 3.742·2.236"),  # a bracket that is missing in the text, in the ASCII, in both
    changed(TRUE[2], ascii="5 / 3.742*2.236"),
    changed(TRUE[2], left="5 / 3.742·2.236", ascii="5 / 3.742*2.236"),
    changed(TRUE[3], left="0.123 < 0.123", ascii="0.123 < 0.123"),  # an order that is not strict in print
    changed(TRUE[3], ascii="0.125 < 0.124"),
    changed(TRUE[4], real="151"),
    changed(TRUE[4], value="150"),  # an arrow whose sides print alike
    changed(TRUE[4], value="−300"),  # not a number of the dtype
    changed(TRUE[5], real="3.669e-348"),
    changed(TRUE[5], real_exact=True),
    changed(TRUE[6], real="10^−8.687e+24"),
    changed(TRUE[7], left="exp(702.3)", ascii="exp(702.3)"),
    changed(TRUE[7], value="nan"),
    changed(TRUE[7], rule=""),
    changed(TRUE[8], value="1"),
    changed(TRUE[10], left="−2² − |−3|"),
    Line("", "tanh(200)", "tanh(200)", "1", Relation.EXACT, "float64"),  # close is not equal
    Line("", "0.0004·1", "0.0004*1", "0", Relation.ROUNDED, "float64"),  # zero is only for zero
    Line("", "exp(710)", "exp(710)", "1.798e+308", Relation.MACHINE, "float64", "2.234e+308", False),
    Line("", "sine(0)", "sine(0)", "0", Relation.EXACT, "float64"),
    Line("", "2 3", "2 3", "6", Relation.EXACT, "float64"),
]


@pytest.mark.parametrize("line", FALSE, ids=lambda line: f"{line.text}|{line.ascii}")
def test_false_lines_are_caught(line: Line) -> None:
    with pytest.raises(FalseLine):
        assert_true(line)


@pytest.mark.parametrize(
    ("text", "python"),
    [
        ("1 − (2 − 3)", "1 - (2 - 3)"),
        ("(1 / 2)·4", "(1 / 2)*4"),
        ("2³·3⁻¹", "2**3*3**-1"),
        ("⌊2.5⌋ + ⌈2.5⌉", "floor(2.5) + ceil(2.5)"),
        ("5! / 3!", "factorial(5) / factorial(3)"),
        ("7 mod 4", "7 % 4"),
        ("max(1, −2)·min(3, 4)", "max(1, -2)*min(3, 4)"),
        ("1e-8·1e+308", "1e-8*1e+308"),
    ],
)
def test_text_and_python_read_alike(text: str, python: str) -> None:
    assert read_text(text) == read_ascii(python)
    assert float(read_text(text)) == pytest.approx(eval(python, dict(vars(__import__("math")))))


def test_a_machine_result_that_rounding_cannot_explain_is_false() -> None:
    made = Line("z", "0.7137 + 1", "0.7137 + 1", "0.628", Relation.MACHINE, "float64", "1.7137", True)
    with pytest.raises(FalseLine, match="another's"):
        assert_true(made)
