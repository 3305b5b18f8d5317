"""Documents that show every kind of block, made by hand."""

from __future__ import annotations

from unmagic.core.document import (
    Block,
    Document,
    FindingBlock,
    Given,
    GivenItem,
    Heading,
    Listing,
    Note,
    Prose,
    StepBlock,
    Table,
    Title,
    Worked,
)
from unmagic.core.finding import Edit, Finding, Stop
from unmagic.core.lines import Line, Relation
from unmagic.core.notation import Name, Numeral, apply, infix
from unmagic.core.span import SourceText, Span

from .readings import ATTENTION, CLASSIFIER, about, exact, row

SCRIPT = SourceText(
    "import numpy as np\n" * 36 + "s = q @ k.T / np.sqrt(d)\nw = np.exp(s) * mask\nw = w / w.sum(-1, keepdims=True)\n",
    "train.py",
)
_at = SCRIPT.text.index("np.exp(s)")
_end = SCRIPT.text.index("w / w.sum")


def nonfinite(label: str, left: str, value: str, rule: str) -> Line:
    return Line(label, left, left, value, Relation.NONFINITE, "float64", rule=rule)


def machine(label: str, left: str, real: str, dtype: str, value: str, gap: float, exact: bool = False) -> Line:
    return Line(label, left, left, value, Relation.MACHINE, dtype, real=real, real_exact=exact, gap=gap)


OVERFLOW = Finding(
    "overflow",
    "overflow, then 0 × ∞",
    (1, 2),
    "it reaches loss through w.sum(), and every gradient with it",
    Span(SCRIPT, _at, _at + len("np.exp(s)")),
    (
        nonfinite("", "exp(712.3)", "inf", "past 709.78, where float64 ends"),
        nonfinite("", "0 · inf", "nan", "the entry is masked, but the mask comes too late"),
    ),
    (
        "- w = np.exp(s) * mask",
        "+ s = np.where(mask, s, -np.inf);  w = np.exp(s - s.max(-1, keepdims=True))",
    ),
    where="s[1,3] = 712.3",
    path=(
        Stop(2, "w[1,3] = nan", Span(SCRIPT, _at, _at + len("np.exp(s) * mask")), nonfinite("", "inf·0", "nan", "")),
        Stop(3, "w[1,0] = nan", Span(SCRIPT, _end, _end + len("w / w.sum(-1, keepdims=True)"))),
    ),
    edit=Edit(Span(SCRIPT, _at, _at + len("np.exp(s)")), "np.exp(s - s.max(-1, keepdims=True))"),
)

BROADCAST = Finding(
    "broadcast",
    "a column meets a row",
    (3,),
    "y − t has 9 entries, one for every pair; the loss of 3 examples has 3.",
    Span(SourceText("loss = mean((y − t)²)"), 13, 18),
    confidence="medium",
    where="3×1 against 3",
)

ACKNOWLEDGED = Finding("large-step", "the step is long", (2,), "The loss rose.", acknowledged=True, confidence="low")

FINDINGS = Document((FindingBlock(OVERFLOW), FindingBlock(BROADCAST), FindingBlock(ACKNOWLEDGED)))

x, y, W = Name("x"), Name("y"), Name("W")

BLAME = Document(
    (
        Prose("W[0,1] → loss      gradient 0.1065: raise it by 0.01, the loss rises by about 0.0011"),
        Worked((exact("read by z[0]", "1 · 0.1065", "1*0.1065", "0.1065", "all of it; nothing cancels"),)),
        Table(
            ("through, heaviest first", "carries", "share"),
            (
                ("A[2,0] → h[0]", "+0.3871", "+98.9 %"),
                ("A[2,2] → h[0]", "−0.14", "−36.2 %"),
                ("together, the gradient", "+12.3914", "+100.0 %"),
            ),
            "the paths",
        ),
    )
)

EVERYTHING = Document(
    (
        Title(infix("=", y, apply("relu", infix("+", row(W, x), Name("b")))), "float16 · 2"),
        Given((GivenItem(W, "2×2", "[[1, 2], [3, 4]]"), GivenItem(x, "2"), GivenItem(Name("b"), "", "0.5")), ours=True),
        Note("juxtaposition: matrix times vector"),
        Note("passed over: “We now define”"),
        Heading("down"),
        StepBlock(
            "1",
            infix("=", Name("z"), row(W, x)),
            "linear layer",
            "2",
            "each row of W meets x",
            (
                machine("z[0]", "0.1 + … + 0.1 + 408.8", "409.6", "float16", "256", 9.0, exact=True),
                machine("z[1]", "2.718 / 25.52", "0.1065", "float16", "0.1066", 1.0),
                Line("", "0.123 < 0.5", "0.123 < 0.5", "true", Relation.ORDER, "float16", note="so it stays"),
            ),
            inner=(
                StepBlock(
                    "1.1", infix("=", Name("u"), row(W, x)), "product", "2", lines=(about("", "1/3", "1/3", "0.333"),)
                ),
                StepBlock("1.2", infix("+", Name("u"), Name("b")), "", "2", value=("[1, 2]",)),
            ),
        ),
        StepBlock("10", infix("·", Name("a"), Numeral("−2")), shape="1"),
        Worked((exact("", "1 + 1", "1 + 1", "2"),), "by itself"),
        Listing(("- a = b", "+ a = c", "  print(a)"), "the change"),
        FindingBlock(BROADCAST),
        Note("checked: replay equal."),
    )
)

HOSTILE = "</math><script>alert(1)</script>"


def hostile() -> Document:
    """A document in which every text tries to break out of its place."""
    bad = HOSTILE + "|`$x$` \\input{x} & % # ~ _ {"
    line = Line(bad, bad, bad, bad, Relation.EXACT, bad, rule=bad, note=bad)
    source = SourceText(f"a\n{bad}\n", bad)
    finding = Finding(bad, bad, (0,), bad, Span(source, 2, 6), (line,), (f"- {bad}", f"+ {bad}"), where=bad)
    blocks: tuple[Block, ...] = (
        Title(Name(bad), bad),
        Given((GivenItem(Name(bad), bad, bad),), ours=True),
        Heading(bad),
        StepBlock(bad, Name(bad), bad, bad, bad, (line,), (bad,), bad, (StepBlock(bad, Numeral(bad)),)),
        Prose(bad),
        Note(bad),
        Worked((line,), bad),
        Table((bad, bad), ((bad, bad),), bad),
        Listing((f"- {bad}", bad), bad),
        FindingBlock(finding),
    )
    return Document(blocks)


PAGES: dict[str, Document] = {
    "classifier": CLASSIFIER,
    "attention": ATTENTION,
    "findings": FINDINGS,
    "blame": BLAME,
    "everything": EVERYTHING,
}
