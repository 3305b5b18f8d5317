"""Formulas as text: what stands on the page, and which brackets it needs."""

from __future__ import annotations

import pytest

from unmagic.core.notation import (
    Apply,
    Big,
    Fence,
    Fraction,
    Grid,
    Indexed,
    Infix,
    Name,
    Notation,
    Numeral,
    Operator,
    Postfix,
    Power,
    Prefix,
    Root,
    Row,
    Subscript,
    Word,
    apply,
    infix,
)
from unmagic.core.notation_text import ascii_text, text
from unmagic.core.symbols import Symbol, cells, plain, symbol

W, a, b, n, p, x, y, z = map(Name, "Wabnpxyz")
i, j = Name("i"), Name("j")


def num(text: str) -> Numeral:
    return Numeral(text)


def row(*parts: Notation) -> Row:
    return Row(parts)


def neg(arg: Notation) -> Prefix:
    return Prefix("−", arg)


def slope(top: str, bottom: str) -> Fraction:
    return Fraction(Prefix("∂", Name(top)), Prefix("∂", Name(bottom)))


def log(arg: Notation) -> Apply:
    return Apply(Word("log"), (arg,), bare=True)


def transposed(arg: Notation) -> Power:
    return Power(arg, Word("T"))


ROWS: list[tuple[Notation, str, str]] = [
    (
        infix("=", slope("loss", "W"), row(infix("−", p, y), transposed(x))),
        "∂loss/∂W = (p − y) xᵀ",
        "dloss/dW = (p - y) x^T",
    ),
    (
        infix("=", Name("loss"), neg(log(Indexed(apply("softmax", row(W, x)), (Name("c"),))))),
        "loss = −log softmax(W x)[c]",
        "loss = -log softmax(W x)[c]",
    ),
    (
        Fraction(apply("exp", z), Big("Σ", None, None, apply("exp", z))),
        "exp(z) / Σ exp(z)",
        "exp(z) / sum exp(z)",
    ),
    (
        row(apply("softmax", Fraction(row(Name("Q"), transposed(Name("K"))), Root(Name("d_k")))), Name("V")),
        "softmax(Q Kᵀ / √dₖ) V",
        "softmax(Q K^T / sqrt(d_k)) V",
    ),
    (
        infix("←", Name("theta"), infix("−", Name("theta"), row(Name("eta"), Prefix("∇", Name("f"))))),
        "θ ← θ − η ∇f",
        "theta <- theta - eta grad f",
    ),
    (
        row(Fraction(num("1"), n), Big("Σ", infix("=", i, num("1")), n, Subscript(x, i))),
        "(1/n) Σᵢ₌₁ⁿ xᵢ",
        "(1/n) sum_(i=1)^n x_i",
    ),
    (Power(infix("+", row(num("3"), x), num("1")), num("2")), "(3x + 1)²", "(3 x + 1)^2"),
    (Power(Name("e"), neg(Fraction(Power(x, num("2")), num("2")))), "e^(−x²/2)", "e^(-x^2/2)"),
    (
        infix("=", Name("P(H|D)"), Fraction(row(Name("P(D|H)"), Name("P(H)")), Name("P(D)"))),
        "P(H|D) = P(D|H) P(H) / P(D)",
        "P(H|D) = P(D|H) P(H) / P(D)",
    ),
    (
        Fraction(infix("·", a, b), row(Fence("‖", a, "‖"), Fence("‖", b, "‖"))),
        "a · b / (‖a‖ ‖b‖)",
        "a * b / (||a|| ||b||)",
    ),
    (Big("lim", infix("→", Name("h"), num("0")), None, Name("h")), "lim_{h→0} h", "lim_(h->0) h"),
    (Subscript(W, row(i, j)), "Wᵢⱼ", "W_ij"),
    (Subscript(W, infix(",", num("1"), num("2"))), "W_{1,2}", "W_(1,2)"),
    (Indexed(x, (num("1"), Operator(":"))), "x[1,:]", "x[1,:]"),
    (Indexed(row(Name("A"), Name("V")), (num("2"),)), "(A V)[2]", "(A V)[2]"),
    (Power(x, Fence("(", i, ")")), "x⁽ⁱ⁾", "x^(i)"),
    (Apply(Word("log"), (x,), num("2")), "log₂(x)", "log_2(x)"),
    (Root(x, num("3")), "∛x", "cbrt(x)"),
    (Root(x, Name("n")), "(x)^(1/n)", "(x)^(1/n)"),
    (Fence("⌊", Fraction(a, b), "⌋"), "⌊a/b⌋", "floor(a/b)"),
    (infix("⊙", infix("+", x, y), z), "(x + y) ⊙ z", "(x + y) .* z"),
    (infix("⊗", x, y), "x ⊗ y", "x (x) y"),
    (Prefix("¬", infix("<", x, y)), "¬(x < y)", "not (x < y)"),
    (Postfix(n, "!"), "n!", "n!"),
    (
        infix(
            "=",
            y,
            Grid(((x, row(Word("if"), infix(">", x, num("0")))), (num("0"), Word("otherwise"))), "{"),
        ),
        "y = { x if x > 0, 0 otherwise }",
        "y = { x if x > 0, 0 otherwise }",
    ),
    (Grid(((num("1"), num("2")), (num("3"), num("4")))), "[[1, 2], [3, 4]]", "[[1, 2], [3, 4]]"),
    (apply("P", infix("|", Name("D"), Name("H"))), "P(D|H)", "P(D|H)"),
    (apply("KL", infix("‖", p, Name("q"))), "KL(p ‖ q)", "KL(p || q)"),
]


@pytest.mark.parametrize(("tree", "unicode", "ascii"), ROWS, ids=[row[1] for row in ROWS])
def test_formulas_read_as_written(tree: Notation, unicode: str, ascii: str) -> None:
    assert text(tree) == unicode
    assert ascii_text(tree) == ascii
    assert ascii_text(tree).isascii()


BRACKETS: list[tuple[Notation, str]] = [
    # the right side of a minus, and a sum inside a sum: other steps than without brackets
    (infix("−", a, infix("−", b, x)), "a − (b − x)"),
    (infix("−", infix("−", a, b), x), "a − b − x"),
    (infix("+", a, infix("+", b, x)), "a + (b + x)"),
    (infix("−", a, neg(b)), "a − (−b)"),
    (infix("+", a, num("−2")), "a + (−2)"),
    (neg(infix("+", a, b)), "−(a + b)"),
    (neg(neg(a)), "−(−a)"),
    # powers
    (Power(neg(x), num("2")), "(−x)²"),
    (neg(Power(x, num("2"))), "−x²"),
    (Power(Power(x, num("2")), num("3")), "(x²)³"),
    (Power(num("−2"), num("2")), "(−2)²"),
    (Power(Fraction(a, b), num("2")), "(a/b)²"),
    (Power(Root(x), num("2")), "(√x)²"),
    (Power(log(x), num("2")), "(log x)²"),
    (Power(apply("exp", x), num("2")), "exp(x)²"),
    (Power(Name("W^(1)"), num("2")), "(W⁽¹⁾)²"),
    (Power(slope("L", "x"), num("2")), "(∂L/∂x)²"),
    (Power(x, num("0.5")), "x^0.5"),
    (Power(x, Fraction(num("1"), num("3"))), "x^(1/3)"),
    (Power(x, Name("T")), "x^(T)"),  # a power of T: no transpose
    # products and quotients
    (infix("·", infix("+", a, b), x), "(a + b) · x"),
    (infix("·", num("2"), num("−3")), "2·(−3)"),
    (infix("·", infix("·", a, b), x), "a · b · x"),
    (infix("·", a, infix("·", b, x)), "a · (b · x)"),
    (infix("⊙", infix("·", a, b), x), "a · b ⊙ x"),
    (infix("·", infix("⊙", a, b), x), "(a ⊙ b) · x"),
    (infix("·", a, row(b, x)), "a · (b x)"),
    (infix("·", row(a, b), x), "a b · x"),
    (row(infix("·", a, b), x), "(a · b) x"),
    (row(row(a, b), x), "a b x"),
    (row(a, row(b, x)), "a (b x)"),
    (row(neg(a), b), "(−a) b"),
    (row(infix("+", a, b), infix("−", a, b)), "(a + b) (a − b)"),
    (Fraction(a, infix("·", b, x)), "a / (b · x)"),
    (Fraction(a, row(b, x)), "a / (b x)"),
    (Fraction(row(a, b), x), "a b / x"),
    (Fraction(Fraction(a, b), x), "(a/b)/x"),
    (Fraction(a, Fraction(b, x)), "a/(b/x)"),
    (Fraction(neg(a), b), "(−a)/b"),
    (neg(Fraction(a, b)), "−a/b"),
    (infix("·", Fraction(a, b), x), "a/b · x"),
    (infix("·", x, Fraction(a, b)), "x · (a/b)"),
    (row(Fraction(a, b), x), "(a/b) x"),
    (row(slope("L", "z"), x), "(∂L/∂z) x"),
    (row(x, slope("L", "z")), "x ∂L/∂z"),
    (row(Name("∂loss/∂z_1"), transposed(x)), "(∂loss/∂z₁) xᵀ"),
    (infix("=", Name("∂loss/∂z_1"), x), "∂loss/∂z₁ = x"),
    (row(Fraction(Operator("d"), Prefix("d", x)), Power(x, num("3"))), "d/dx x³"),
    (infix("·", slope("L", "z"), x), "∂L/∂z · x"),
    (infix("·", x, slope("L", "z")), "x · ∂L/∂z"),
    (Fraction(slope("L", "z"), x), "(∂L/∂z)/x"),
    # a number before a letter
    (row(num("2"), Name("theta")), "2θ"),
    (row(num("2"), Name("e")), "2 e"),
    (row(num("0"), x), "0 x"),
    (row(num("2"), Name("lr")), "2 lr"),
    (row(num("2"), infix("+", a, b)), "2(a + b)"),
    (row(a, Power(num("0.9"), Name("t"))), "a · 0.9ᵗ"),
    (row(Name("eta"), row(Subscript(Operator("∇"), Name("theta")), apply("J", Name("theta")))), "η ∇_θ J(θ)"),
    (row(Operator("𝟙"), Fence("[", infix("≠", i, j), "]")), "𝟙[i ≠ j]"),
    (Subscript(Power(x, Fence("(", i, ")")), j), "x⁽ⁱ⁾ⱼ"),
    (Subscript(Name("w^l"), row(j, i)), "wˡⱼᵢ"),
    (Subscript(Name("s"), Subscript(y, i)), "s_{yᵢ}"),
    (Big("Σ", Word("axis 1"), None, x), "Σ_{axis 1} x"),
    (apply("h_theta", x), "h_θ(x)"),
    (Apply(Postfix(Word("phi"), "′"), (x,)), "φ′(x)"),
    (apply("reshape", x, num("-1")), "reshape(x, −1)"),
    (infix("^", a, infix("+", b, x)), "a ⊕ (b + x)"),
    (row(num("3"), Word(","), num("0")), "3, 0"),
    (row(x, Fence("[", infix("+", a, b), "]")), "x (a + b)"),  # x [a + b] would be an entry of x
    (Power(Name("a^l"), num("2")), "(aˡ)²"),
    # big signs reach to the right
    (Big("Σ", i, None, infix("+", a, b)), "Σᵢ (a + b)"),
    (infix("+", Big("Σ", i, None, Subscript(a, i)), b), "Σᵢ aᵢ + b"),
    (infix("+", Big("Σ", i, None, Subscript(a, i)), Subscript(b, i)), "(Σᵢ aᵢ) + bᵢ"),
    (infix("+", Big("Σ", None, None, a), Subscript(b, i)), "(Σ a) + bᵢ"),
    (infix("·", Big("Σ", i, None, Subscript(a, i)), b), "(Σᵢ aᵢ) · b"),
    (infix("·", b, Big("Σ", i, None, Subscript(a, i))), "b · Σᵢ aᵢ"),
    (Fraction(Big("Σ", i, None, Subscript(a, i)), n), "(Σᵢ aᵢ) / n"),
    (row(Fraction(x, Big("Σ", None, None, x)), y), "(x / Σ x) y"),
    (Power(Big("Σ", None, None, x), num("2")), "(Σ x)²"),
    # functions without brackets take one factor
    (log(infix("·", a, b)), "log(a · b)"),
    (log(row(a, b)), "log(a b)"),
    (log(Fraction(a, b)), "log(a/b)"),
    (log(Power(x, num("2"))), "log x²"),
    (log(Big("Π", i, None, Subscript(p, i))), "log Πᵢ pᵢ"),
    (log(log(x)), "log log x"),
    (infix("·", log(x), y), "(log x) · y"),
    (row(log(x), y), "(log x) y"),
    (infix("−", log(x), y), "log x − y"),
    (Apply(Word("log"), (Fence("(", x, ")"),)), "log(x)"),
    (Apply(Word("max"), (infix(",", a, b), x)), "max((a, b), x)"),
    # fences, relations
    (Fence("|", infix("+", a, b), "|"), "|a + b|"),
    (Root(infix("+", a, b)), "√(a + b)"),
    (Root(Fence("(", infix("+", a, b), ")")), "√(a + b)"),
    (Root(apply("exp", x)), "√(exp(x))"),
    (infix("<", infix("≤", a, b), x), "a ≤ b < x"),
    (infix("=", a, infix("=", b, x)), "a = (b = x)"),
    (infix("=", a, infix(",", b, x)), "a = (b, x)"),
    (Infix("=", (a, b, x)), "a = b = x"),
    (Subscript(row(a, b), i), "(a b)ᵢ"),
    (Postfix(infix("+", n, num("1")), "!"), "(n + 1)!"),
]


@pytest.mark.parametrize(("tree", "unicode"), BRACKETS, ids=[row[1] for row in BRACKETS])
def test_brackets_stand_where_the_tree_needs_them(tree: Notation, unicode: str) -> None:
    assert text(tree) == unicode


NAMES = [
    ("theta", "θ", "theta"),
    ("hat_y", "ŷ", "hat_y"),
    ("ŷ", "ŷ", "hat_y"),
    ("bar_alpha_t", "ᾱₜ", "bar_alpha_t"),
    ("d_k", "dₖ", "d_k"),
    ("W₁", "W₁", "W_1"),
    ("beta_1", "β₁", "beta_1"),
    ("x_b", "x_b", "x_b"),
    ("W_hh", "Wₕₕ", "W_hh"),
    ("h_{t-1}", "hₜ₋₁", "h_{t-1}"),
    ("a^{l-1}", "aˡ⁻¹", "a^{l-1}"),
    ("sigma_B^2", "σ_B²", "sigma_B^2"),
    ("b^+", "b⁺", "b^{+}"),
    ("IDF(q_i)", "IDF(q_i)", "IDF(q_i)"),
    ("pi_{theta_old}", "π_{θ_old}", "pi_{theta_old}"),
    ("x_{<i}", "x_{<i}", "x_{<i}"),
    ("h_prev", "h_prev", "h_prev"),
    ("d_model", "d_model", "d_model"),
    ("train_loss", "train_loss", "train_loss"),
    ("P(D|H)", "P(D|H)", "P(D|H)"),
    ("|D|", "|D|", "|D|"),
    ("x'", "x′", "x'"),
    ("q'_1", "q₁′", "q_1'"),
    ("y′", "y′", "y'"),
    ("W^(1)", "W⁽¹⁾", "W^(1)"),
    ("Sigma", "Sigma", "Sigma"),  # a printed Σ would read as a sum
    ("W1", "W1", "W1"),
    ("x̂", "x̂", "hat_x"),
    ("Größe", "Größe", "Gro\\xdfe"),
    ("数", "数", "\\u6570"),
]


@pytest.mark.parametrize(("name", "unicode", "ascii"), NAMES, ids=[row[0] for row in NAMES])
def test_names_are_set_as_symbols(name: str, unicode: str, ascii: str) -> None:
    assert text(Name(name)) == unicode
    assert ascii_text(Name(name)) == ascii
    assert ascii_text(Name(name)).isascii()


def test_a_name_is_taken_apart() -> None:
    assert symbol("bar_alpha_t") == Symbol("α", ("bar",), "t")
    assert symbol("hat_W_1") == Symbol("W", ("hat",), "1")
    assert symbol("train_loss") == Symbol("train_loss")


def test_columns_are_counted_as_a_terminal_does() -> None:
    assert cells("x̂ = 1") == 5
    assert cells("数") == 2


def test_plain_leaves_no_character_behind() -> None:
    assert plain("3×4 ≈ 2·√2 → x₁² “q” …") == '3x4 ~= 2*sqrt2 -> x_1^2 "q" ...'
    assert plain("\U0001f600").isascii()
