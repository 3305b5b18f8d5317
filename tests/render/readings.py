"""The ten golden readings as documents made by hand, before and beside the engine.

Each has the source and the numbers that the engine is given to make the same page.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from unmagic.core.document import Block, Document, Given, GivenItem, Heading, Note, Prose, StepBlock, Title
from unmagic.core.lines import Line, Relation
from unmagic.core.notation import (
    Apply,
    Big,
    Fence,
    Fraction,
    Indexed,
    Name,
    Notation,
    Numeral,
    Power,
    Prefix,
    Root,
    Row,
    Word,
    apply,
    infix,
)

n, num = Name, Numeral


class Reading(NamedTuple):
    """A source with its numbers, and the page that it comes to."""

    source: str
    bindings: dict[str, Any]
    options: dict[str, Any]
    document: Document


def exact(label: str, left: str, ascii: str, value: str, note: str = "") -> Line:
    return Line(label, left, ascii, value, Relation.EXACT, "float64", note=note)


def about(label: str, left: str, ascii: str, value: str, note: str = "") -> Line:
    return Line(label, left, ascii, value, Relation.ROUNDED, "float64", note=note)


def row(*parts: Notation) -> Row:
    return Row(parts)


def neg(arg: Notation) -> Prefix:
    return Prefix("−", arg)


def transposed(arg: Notation) -> Power:
    return Power(arg, Word("T"))


def squared(arg: Notation) -> Power:
    return Power(arg, num("2"))


def partial(top: Notation, bottom: Notation, sign: str = "∂") -> Fraction:
    return Fraction(Prefix(sign, top), Prefix(sign, bottom))


def log(arg: Notation) -> Apply:
    return Apply(Word("log"), (arg,), bare=True)


def given(*items: tuple[str, str, str]) -> Given:
    return Given(tuple(GivenItem(n(name), shape, value) for name, shape, value in items))


def document(*blocks: Block) -> Document:
    return Document(blocks)


REPLAYED = Note("checked: replay equal.")
CHECKED = Note("checked: replay equal; along a random direction the gradient and a central difference part by 3e-11.")

W, a, b, c, d, p, x, y, z = map(n, "Wabcdpxyz")
loss, eta = n("loss"), n("eta")

SOFTMAX = "scores become shares that add up to 1"
EXPS = (about("", "exp(1)", "exp(1)", "2.7183"), about("", "exp(3)", "exp(3)", "20.0855"))
TOTAL = about("sum", "2.7183 + 20.0855 + 2.7183", "2.7183 + 20.0855 + 2.7183", "25.522")

CLASSIFIER = document(
    Title(infix("=", loss, neg(log(Indexed(apply("softmax", row(W, x)), (c,))))), "scalar"),
    given(("W", "3×3", ""), ("x", "3", ""), ("c", "", "1")),
    StepBlock(
        "1",
        infix("=", z, row(W, x)),
        "linear layer",
        "3",
        "each row of W meets x: one score a class",
        (
            exact("z[0]", "1·2 + (−1)·1 + 0·1", "1*2 + (-1)*1 + 0*1", "1"),
            exact("z[1]", "0·2 + 2·1 + 1·1", "0*2 + 2*1 + 1*1", "3"),
            exact("z[2]", "1·2 + 0·1 + (−1)·1", "1*2 + 0*1 + (-1)*1", "1"),
        ),
    ),
    StepBlock(
        "2",
        infix("=", p, apply("softmax", z)),
        "softmax",
        "3",
        SOFTMAX,
        (
            *EXPS,
            TOTAL,
            about("p[0]", "2.7183 / 25.522", "2.7183/25.522", "0.1065"),
            about("p[1]", "20.0855 / 25.522", "20.0855/25.522", "0.7870"),
            about("p[2]", "2.7183 / 25.522", "2.7183/25.522", "0.1065"),
        ),
    ),
    StepBlock(
        "3",
        infix("=", loss, neg(log(Indexed(p, (num("1"),))))),
        "cross-entropy",
        "1",
        "how surprised the model is by the right class",
        (about("loss", "−log(0.7870)", "-log(0.7870)", "0.2395", "nats; a guess among 3 costs 1.0986"),),
    ),
    Heading("back up, from loss"),
    StepBlock(
        "↑3·2",
        infix("=", partial(loss, z), infix("−", p, y)),
        "softmax with cross-entropy",
        "3",
        "what it said, less what was true",
        value=("[0.1065, −0.2130, 0.1065]",),
    ),
    StepBlock(
        "↑1",
        infix("=", partial(loss, W), row(infix("−", p, y), transposed(x))),
        "",
        "3×3",
        "each score's error, spread over the inputs that made it",
        (
            exact("∂loss/∂W[0,0]", "0.1065·2", "0.1065*2", "0.2130"),
            exact("∂loss/∂W[1,0]", "(−0.2130)·2", "(-0.2130)*2", "−0.4260"),
        ),
        more="… 9 entries, --grad W --all",
    ),
    CHECKED,
)

DOT = document(
    Title(infix("·", a, b), "scalar"),
    given(("a", "3", ""), ("b", "3", "")),
    StepBlock(
        "1",
        infix("·", a, b),
        "dot product",
        "1",
        "entries that meet are multiplied, and the products added up",
        (exact("", "1·2 + 2·0 + 3·1", "1*2 + 2*0 + 3*1", "5"),),
    ),
    REPLAYED,
)

MATVEC = document(
    Title(infix("=", y, row(W, x)), "3"),
    given(("W", "3×2", ""), ("x", "2", "")),
    StepBlock(
        "1",
        infix("=", y, row(W, x)),
        "linear layer",
        "3",
        "each row of W meets x",
        (
            exact("y[0]", "1·1 + 0·2", "1*1 + 0*2", "1"),
            exact("y[1]", "2·1 + 3·2", "2*1 + 3*2", "8"),
            exact("y[2]", "0·1 + 1·2", "0*1 + 1*2", "2"),
        ),
    ),
    REPLAYED,
)

SHARES = document(
    Title(infix("=", p, apply("softmax", z)), "3"),
    given(("z", "3", "")),
    StepBlock(
        "1",
        infix("=", p, apply("softmax", z)),
        "softmax",
        "3",
        SOFTMAX,
        (
            *EXPS,
            TOTAL,
            about("p[0]", "2.7183 / 25.522", "2.7183/25.522", "0.107"),
            about("p[1]", "20.0855 / 25.522", "20.0855/25.522", "0.787"),
            about("p[2]", "2.7183 / 25.522", "2.7183/25.522", "0.107"),
        ),
    ),
    REPLAYED,
)

_update = infix("−", x, row(eta, Prefix("∇", n("f"))))


def _round(number: int, at: str, slope: str, after: str) -> tuple[Block, ...]:
    return (
        Heading(f"round {number}"),
        StepBlock(
            str(2 * number - 1),
            infix("=", Prefix("∇", n("f")), row(num("2"), x)),
            "gradient",
            "1",
            "which way f grows, and how fast",
            (exact("∇f", f"2·{at}", f"2*{at}", slope),),
        ),
        StepBlock(
            str(2 * number),
            infix("←", x, _update),
            "gradient descent",
            "1",
            "a step the other way, η times as long",
            (exact("x", f"{at} − 0.1·{slope}", f"{at} - 0.1*{slope}", after),),
        ),
    )


DESCENT = document(
    Title(infix("←", x, _update), "scalar"),
    given(("x", "", "3"), ("eta", "", "0.1")),
    Prose("where f(x) = x², 2 rounds"),
    *_round(1, "3", "6", "2.4"),
    *_round(2, "2.4", "4.8", "1.92"),
    REPLAYED,
)

_inside = infix("+", row(num("3"), x), num("1"))

CHAIN = document(
    Title(partial(z, x, "d"), "scalar"),
    given(("x", "", "1")),
    StepBlock("1", _inside, "", "1", lines=(exact("", "3·1 + 1", "3*1 + 1", "4"),)),
    StepBlock("2", infix("=", z, squared(_inside)), "", "1", lines=(exact("z", "4²", "4**2", "16"),)),
    Heading("back up, from z"),
    StepBlock(
        "↑2",
        infix("=", partial(z, _inside, "d"), row(num("2"), _inside)),
        "",
        "1",
        lines=(exact("", "2·4", "2*4", "8"),),
    ),
    StepBlock(
        "↑1",
        infix("=", partial(z, x, "d"), infix("·", partial(z, _inside, "d"), num("3"))),
        "chain rule",
        "1",
        "the slopes along the way, multiplied",
        (exact("dz/dx", "8·3", "8*3", "24"),),
    ),
    CHECKED,
)

_bayes = infix("=", n("P(H|D)"), Fraction(row(n("P(D|H)"), n("P(H)")), n("P(D)")))

BAYES = document(
    Title(_bayes, "scalar"),
    given(("P(D|H)", "", "0.9"), ("P(H)", "", "0.2"), ("P(D)", "", "0.3")),
    StepBlock(
        "1",
        _bayes,
        "Bayes' rule",
        "1",
        "how much to believe H after seeing D",
        (exact("P(H|D)", "0.9·0.2 / 0.3", "0.9*0.2/0.3", "0.6"),),
    ),
    REPLAYED,
)

_cosine = Fraction(infix("·", a, b), row(Fence("|", a, "|"), Fence("|", b, "|")))

COSINE = document(
    Title(_cosine, "scalar"),
    given(("a", "3", ""), ("b", "3", "")),
    StepBlock(
        "1",
        _cosine,
        "cosine similarity",
        "1",
        "how far a and b point the same way, whatever their lengths",
        (
            exact("a · b", "1·2 + 2·0 + 3·1", "1*2 + 2*0 + 3*1", "5"),
            about("|a|", "√(1² + 2² + 3²)", "sqrt(1**2 + 2**2 + 3**2)", "3.742"),
            about("|b|", "√(2² + 0² + 1²)", "sqrt(2**2 + 0**2 + 1**2)", "2.236"),
            about("cos", "5 / (3.742·2.236)", "5/(3.742*2.236)", "0.598"),
        ),
    ),
    REPLAYED,
)


EXPECTATION = document(
    Title(infix("=", n("E[X]"), Big("Σ", None, None, infix("·", x, n("p(x)")))), "scalar"),
    given(("x", "3", ""), ("p(x)", "3", "")),
    StepBlock(
        "1",
        infix("=", n("E[X]"), Big("Σ", None, None, infix("·", x, n("p(x)")))),
        "expectation",
        "1",
        "each value counts by its probability",
        (exact("E[X]", "1·0.2 + 2·0.5 + 3·0.3", "1*0.2 + 2*0.5 + 3*0.3", "2.1"),),
    ),
    REPLAYED,
)

_attention = row(apply("softmax", Fraction(row(n("Q"), transposed(n("K"))), Root(d))), n("V"))

ATTENTION = document(
    Title(infix("=", n("h"), _attention), "2×2"),
    given(("Q", "2×2", ""), ("K", "2×2", ""), ("V", "2×2", ""), ("d", "", "2")),
    StepBlock(
        "1",
        infix("=", n("h"), _attention),
        "scaled dot-product attention",
        "2×2",
        "each query leaves with an average of the values, weighted by how well its key matched",
        (
            about("S[0,0]", "(1·1 + 0·1) / √2", "(1*1 + 0*1)/sqrt(2)", "0.7071"),
            exact("S[0,1]", "(1·0 + 0·1) / √2", "(1*0 + 0*1)/sqrt(2)", "0"),
            about("", "exp(0.7071)", "exp(0.7071)", "2.028"),
            exact("", "exp(0)", "exp(0)", "1"),
            exact("sum", "2.028 + 1", "2.028 + 1", "3.028"),
            about("A[0,0]", "2.028 / 3.028", "2.028/3.028", "0.670"),
            about("A[0,1]", "1 / 3.028", "1/3.028", "0.330"),
            exact("h[0,0]", "0.670·2 + 0.330·1", "0.670*2 + 0.330*1", "1.670"),
        ),
        ("[1.670, 1.321]", "[1.5, 2]"),
        "… 4 entries, --why h[1,0]",
    ),
    REPLAYED,
)

THREE = {"a": [1, 2, 3], "b": [2, 0, 1]}
READINGS: dict[str, Reading] = {
    "01-classifier": Reading(
        "loss = −log softmax(W x)[c]",
        {"W": [[1, -1, 0], [0, 2, 1], [1, 0, -1]], "x": [2, 1, 1], "c": 1},
        {"grad": "W", "digits": {"p": 4, "loss": 4}},
        CLASSIFIER,
    ),
    "02-dot-product": Reading("a · b", THREE, {}, DOT),
    "03-matrix-vector": Reading("y = Wx", {"W": [[1, 0], [2, 3], [0, 1]], "x": [1, 2]}, {}, MATVEC),
    "04-softmax": Reading("p = softmax(z)", {"z": [1, 3, 1]}, {}, SHARES),
    "05-descent": Reading("f(x) = x²; x ← x − η∇f", {"x": 3, "η": 0.1}, {"times": 2}, DESCENT),
    "06-chain-rule": Reading("z = (3x+1)²; dz/dx", {"x": 1}, {}, CHAIN),
    "07-bayes": Reading("P(H|D) = P(D|H)P(H)/P(D)", {"P(D|H)": 0.9, "P(H)": 0.2, "P(D)": 0.3}, {}, BAYES),
    "08-cosine": Reading("a·b / (|a||b|)", THREE, {}, COSINE),
    "09-expectation": Reading("E[X] = Σ x·p(x)", {"x": [1, 2, 3], "p(x)": [0.2, 0.5, 0.3]}, {}, EXPECTATION),
    "10-attention": Reading(
        "h = softmax(QKᵀ/√d)V",
        {"Q": [[1, 0], [0, 1]], "K": [[1, 1], [0, 1]], "V": [[2, 0], [1, 4]], "d": 2},
        {"why": "h[0,0]"},
        ATTENTION,
    ),
}
