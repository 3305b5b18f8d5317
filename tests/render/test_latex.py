"""LaTeX and Markdown: balanced, escaped, and set by the programs that people have."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.conftest import needs_program
from tests.golden.compare import assert_golden
from unmagic.core.document import Document, Prose
from unmagic.core.notation import Name, Notation, Numeral, Power, Row, apply, infix
from unmagic.render import printers
from unmagic.render.markdown import escape as markdown_escape
from unmagic.render.notation_latex import latex as formula
from unmagic.render.tex import arithmetic, escape

from .documents import PAGES, hostile
from .readings import CLASSIFIER
from .test_html import TREES


def balanced(text: str) -> bool:
    """Whether braces pair up, escaped ones aside."""
    depth = 0
    skip = False
    for char in text:
        if skip:
            skip = False
            continue
        skip = char == "\\"
        depth += {"{": 1, "}": -1}.get(char, 0)
        if depth < 0:
            return False
    return depth == 0


FORMULAS: list[tuple[Notation, str]] = [
    (Name("theta"), r"\theta"),
    (Name("epsilon"), r"\varepsilon"),
    (Name("hat_y"), r"\hat{y}"),
    (Name("bar_alpha_t"), r"\bar{\alpha}_{t}"),
    (Name("d_model"), r"d_{\mathrm{model}}"),
    (Name("loss"), r"\mathrm{loss}"),
    (Name("train_loss"), r"\mathrm{train\_loss}"),
    (Name("P(D|H)"), "P(D|H)"),
    (Name("Größe"), r"\text{Gr\"{o}{\ss}e}"),
    (Name("数"), r"\text{U+6570}"),
    (Name("x'"), "x'"),
    (Name("|A∩B|"), r"|A\cap B|"),
    (Name("IDF(q_i)"), r"\mathrm{IDF}(q_{i})"),
    (Name("KL(p‖q)"), r"\mathrm{KL}(p \,\|\, q)"),
    (Name("E[X]"), "E[X]"),
    (Name("D^*_G(x)"), "D_{G}^{*}(x)"),
    (Name("P(H=1|D_1=1)"), "P(H=1|D_{1}=1)"),
    (Name("l^(i)(w,b)"), "l^{(i)}(w,b)"),
    (Name("pi_{theta_old}(a_t|s_t)"), r"\pi_{\theta_{\mathrm{old}}}(a_{t}|s_{t})"),
    (Name("a$b"), r"\text{a\$b}"),
    (Name("PE_{(pos"), r"\text{PE\_\{(pos}"),
    (Name("W^(1)"), "W^{(1)}"),
    (Numeral("−0.5"), "-0.5"),
    (Numeral("1e-05"), r"1 \cdot 10^{-5}"),
    (Numeral("inf"), r"\infty"),
    (infix("⊙", Name("a"), Name("b")), r"a \odot b"),
    (Row((Name("lr"), Name("g"))), r"\mathrm{lr} \, g"),
    (apply("softmax", Name("z")), r"\operatorname{softmax}(z)"),
    (apply("exp", Name("z")), r"\exp(z)"),
    (Power(Name("e"), Name("x")), "e^{x}"),
]


@pytest.mark.parametrize(("tree", "shown"), FORMULAS, ids=[row[1] for row in FORMULAS])
def test_formulas_as_latex(tree: Notation, shown: str) -> None:
    assert formula(tree) == shown


@pytest.mark.parametrize("tree", TREES, ids=str)
def test_braces_balance(tree: Notation) -> None:
    shown = formula(tree)
    assert balanced(shown)
    assert shown.count(r"\left") == shown.count(r"\right") + shown.count(r"\leftarrow") - shown.count(r"\rightarrow")
    assert shown.isascii()
    assert "\n" not in shown


@pytest.mark.parametrize("name", PAGES)
def test_latex_pages(name: str) -> None:
    page = printers["latex"](PAGES[name])
    assert balanced(page)
    assert page.isascii()
    assert_golden(page, f"latex/{name}.tex")
    whole = printers["latex"](PAGES[name], whole=True)
    assert page in whole
    assert whole.startswith(r"\documentclass")


def test_hostile_text_is_no_latex() -> None:
    page = printers["latex"](hostile())
    assert balanced(page)
    assert page.isascii()
    assert r"\input" not in page.replace(r"$\backslash$input", "")
    assert escape("50% of $x_1 & {y}") == r"50\% of \$x\_1 \& \{y\}"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("√(1² + 2²)", r"\sqrt{1^{2} + 2^{2}}"),
        ("(1·0 + 1) / √2", r"(1\cdot 0 + 1) / \sqrt{2}"),
        ("−log(0.7870)", r"-\log(0.7870)"),
        ("1.798e+308 · 1e−5", r"1.798 \cdot 10^{308} \cdot  1 \cdot 10^{-5}"),
        ("0 · inf", r"0 \cdot  \infty"),
        ("x_1 + lr_t", r"\mathrm{x\_1} + \mathrm{lr\_t}"),
        ("2^(1/3) ^", r"2^{1/3} \hat{}"),
        ("10^-9.1e24 {", r"10^{-9.1 \cdot 10^{24}} \{"),
    ],
)
def test_arithmetic_as_latex(text: str, shown: str) -> None:
    assert arithmetic(text) == shown


def test_pdflatex_sets_every_page(tmp_path: Path) -> None:
    pdflatex = needs_program("pdflatex")
    body = "\n\n".join(rf"\[ {formula(tree)} \]" for tree in TREES)
    sources = {name: printers["latex"](page, whole=True) for name, page in (PAGES | {"hostile": hostile()}).items()}
    head, _, tail = printers["latex"](Document((Prose("MARK"),)), whole=True).partition("MARK")
    sources["formulas"] = head + body + tail
    for name, source in sources.items():
        (tmp_path / f"{name}.tex").write_text(source, encoding="ascii")
        command = [pdflatex, "-interaction=nonstopmode", "-halt-on-error", "-draftmode", f"{name}.tex"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=120)
        log = done.stdout.decode("utf-8", "replace")
        assert done.returncode == 0, log[-2000:]
        assert "Missing character" not in log


KATEX = """
const katex = require(process.argv[1]);
const failed = [];
for (const tex of JSON.parse(require('fs').readFileSync(0, 'utf8'))) {
  try { katex.renderToString(tex, {displayMode: true, throwOnError: true, strict: 'error'}); }
  catch (error) { failed.push([tex, error.message]); }
}
console.log(JSON.stringify(failed));
"""


def katex_refuses(texts: list[str]) -> list[tuple[str, str]]:
    """The formulas that KaTeX does not set, with what it says."""
    package = Path(needs_program("katex")).resolve().parent  # the program lies in the package
    node = needs_program("node")
    command = [node, "-e", KATEX, str(package)]
    done = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True, timeout=120)
    failed: list[tuple[str, str]] = json.loads(done.stdout)
    return failed


def test_katex_sets_every_formula() -> None:
    assert katex_refuses([formula(tree) for tree in TREES]) == []
    assert katex_refuses([r"\frac{1}", "a"])[0][0] == r"\frac{1}"


@pytest.mark.parametrize("name", PAGES)
def test_markdown_pages(name: str) -> None:
    assert_golden(printers["markdown"](PAGES[name]), f"markdown/{name}.md")


def test_markdown_reads_nothing_into_text() -> None:
    from markdown_it import MarkdownIt

    page = printers["markdown"](hostile())
    shown = MarkdownIt("commonmark", {"html": True}).enable("table").render(page)
    assert "<script" not in shown.replace("&lt;script", "")
    assert "<a " not in shown
    text = "*a* _b_ [c](d) <e> `f` # g | h ~~i~~ \\j &amp; $k$ @l"
    inside = MarkdownIt("commonmark").render(markdown_escape(text))
    import html

    assert html.unescape(inside.removeprefix("<p>").removesuffix("</p>\n")) == text
    for start in ("1. a", "- a", "+ a", "# a", "> a", "=== a", "12) a", "--- a", "| a"):
        assert MarkdownIt("commonmark").render(markdown_escape(start)).startswith("<p>"), start


def test_markdown_has_math_tables_and_fences() -> None:
    page = printers["markdown"](CLASSIFIER)
    assert "$$\n\\mathrm{loss} = " in page
    assert "$z = W x$" in page
    assert "| p\\[1\\] | 20.0855 / 25.522 | ≈ | 0.7870 |" in page
    assert "```diff\n- w = np.exp(s) * mask\n+ s = " in printers["markdown"](PAGES["findings"])
