"""Python statements as formulas."""

from __future__ import annotations

import ast

import pytest

from unmagic.core import notation as n
from unmagic.core.notation import infix
from unmagic.sources.text import read_text
from unmagic.sources.text.notation import statement_notation

z, x, W = n.Name("z"), n.Name("x"), n.Name("W")
exp_z = n.Apply(n.Word("exp"), (z,))

ROWS = [
    ("p = np.exp(z) / np.exp(z).sum()", infix("=", n.Name("p"), n.Fraction(exp_z, n.Big("Σ", None, None, exp_z)))),
    ("y = W @ x + b", infix("=", n.Name("y"), infix("+", n.Row((W, x)), n.Name("b")))),
    ("y = W.T @ x", infix("=", n.Name("y"), n.Row((n.Power(W, n.Word("T")), x)))),
    ("(3 * x + 1) ** 2", n.Power(n.Fence("(", infix("+", infix("·", n.Numeral("3"), x), n.Numeral("1")), ")"),
                                 n.Numeral("2"))),
    ("loss = -np.log(p[c])", infix("=", n.Name("loss"), n.Prefix("−", n.Apply(n.Word("log"), (
        n.Indexed(n.Name("p"), (n.Name("c"),)),))))),
    ("np.sqrt(x)", n.Root(x)),
    ("x ** 0.5", n.Root(x)),
    ("np.linalg.norm(x)", n.Fence("‖", x, "‖")),
    ("abs(x)", n.Fence("|", x, "|")),
    ("x -= lr * g", infix("←", x, infix("−", x, infix("·", n.Name("lr"), n.Name("g"))))),
    ("np.dot(z, x)", infix("·", z, x)),
    ("print(z.mean())", n.Apply(n.Word("mean"), (z,))),
    ("x[1:, 0]", n.Indexed(x, (n.Row((n.Numeral("1"), n.Operator(":"))), n.Numeral("0")))),
    ("F.softmax(z, dim=0)", n.Apply(n.Word("softmax"), (z,), n.Numeral("0"))),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ROWS, ids=[text for text, _ in ROWS])
def test_a_statement_is_set_as_people_write_it(text: str, expected: n.Notation) -> None:
    [statement] = ast.parse(text).body
    assert statement_notation(statement)[0] == expected


@pytest.mark.parametrize("text", ["x = [i for i in z]", "x = lambda: 1", "f(*z)", "import numpy", "x = {'a': 1}"])
def test_what_has_no_formula_has_none(text: str) -> None:
    assert statement_notation(ast.parse(text).body[0]) == (None, None)


def test_statements_stand_in_the_order_of_the_text_with_their_last_step() -> None:
    program = read_text("x = 3.0\nfor i in range(2):\n    x = x - 0.1 * 2 * x\ny = x * x\nprint(y + 1)", {})
    assert [statement.name for statement in program.statements] == ["x", "x", "y", ""]
    assert [statement.span.line for statement in program.statements] == [1, 3, 4, 5]
    assert program.statements[1].step == program.graph.names["x"]
    assert program.values[program.statements[1].step] == pytest.approx(1.92)
    assert program.graph.result == program.statements[-1].step
