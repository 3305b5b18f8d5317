"""HTML: well formed, nothing of the user's in it but text, and a meaning without a style sheet."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest

import unmagic.ops  # noqa: F401  (fills the registry)
from tests.golden.compare import assert_golden
from unmagic.core.document import Document
from unmagic.core.notation import Name, Notation, Word, apply, infix
from unmagic.core.op import OPS
from unmagic.render import printers
from unmagic.render.html import html, page, sheet
from unmagic.render.hues import hues
from unmagic.render.notation_mathml import NAMESPACE, mathml

from ..core.test_notation_text import BRACKETS, NAMES, ROWS
from .documents import HOSTILE, PAGES, hostile
from .readings import CLASSIFIER, READINGS

TREES: list[Notation] = [row[0] for row in ROWS] + [row[0] for row in BRACKETS] + [Name(row[0]) for row in NAMES]


def of_ops() -> list[Notation]:
    """What the ops themselves give to be printed."""
    found: dict[str, Notation] = {}
    for op in OPS.values():
        for sample in op.samples:
            count = len(sample.inputs)
            names = "abcdefg"[:count] if op.variadic else op.operands[:count]
            tree = op.notation(*map(Name, names), **sample.attrs)
            found[str(tree)] = tree
    return list(found.values())


TREES += of_ops()
VOID = {"br", "meta", "link", "hr"}
# an element of MathML takes just so many children
ARITY = {"mfrac": 2, "msup": 2, "msub": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3, "mroot": 2}
CORE = {"math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "msqrt", "mtable", "mtr", "mtd", *ARITY}


class Nesting(HTMLParser):
    """Reads a page and holds every end tag to the element that is open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "title"} & set(self.open):
            self.text.append(data)


def read(text: str) -> Nesting:
    parser = Nesting()
    parser.feed(text)
    parser.close()
    assert parser.open == []
    return parser


@pytest.mark.parametrize("name", PAGES)
def test_pages_nest_and_run_no_script(name: str) -> None:
    for text in (html(PAGES[name]), page(PAGES[name])):
        tags = read(text).tags
        assert not [tag for tag, _ in tags if tag in ("script", "iframe", "link", "img")]
        assert not [
            key for _, attrs in tags for key in attrs if key.startswith("on") or key in ("style", "src", "href")
        ]
        assert "@import" not in text
        assert "url(" not in text.replace("url(#", "")


@pytest.mark.parametrize("name", PAGES)
def test_fragments_are_as_they_were(name: str) -> None:
    assert_golden(html(PAGES[name], style=False), f"html/{name}.html")


def test_hostile_text_stays_text() -> None:
    for text in (html(hostile()), page(hostile(), title=HOSTILE), page(hostile())):
        parser = read(text)
        assert not [tag for tag, _ in parser.tags if tag == "script"]
        assert HOSTILE in "".join(parser.text)


def test_the_meaning_survives_without_a_style_sheet() -> None:
    """Labels, relations and values are apart as text, changes are del and ins, and tables have heads."""
    shown = " ".join("".join(read(html(CLASSIFIER, style=False)).text).split())
    assert "z[0] 1·2 + (−1)·1 + 0·1 = 1" in shown
    assert "p[1] 20.0855 / 25.522 ≈ 0.7870" in shown
    tags = read(html(PAGES["findings"])).tags
    assert {"del", "ins", "pre", "article", "h3"} <= {tag for tag, _ in tags}
    table = [(tag, attrs.get("scope")) for tag, attrs in read(html(PAGES["blame"])).tags if tag == "th"]
    assert table.count(("th", "col")) == 3
    assert table.count(("th", "row")) == 3


def test_idioms_open_to_their_steps_by_details() -> None:
    assert [tag for tag, _ in read(html(PAGES["everything"])).tags].count("details") == 1


def test_headings_step_down_by_one() -> None:
    levels = [int(tag[1]) for tag, _ in read(html(CLASSIFIER)).tags if re.fullmatch(r"h\d", tag)]
    assert set(levels) == {2, 3}
    assert [tag for tag, _ in read(page(CLASSIFIER)).tags].count("h1") == 1


def test_every_class_has_a_style() -> None:
    """A class that no sheet names is a slip: the look is the sheets' alone."""
    shown = {c for p in PAGES.values() for _, attrs in read(html(p)).tags for c in (attrs.get("class") or "").split()}
    look = sheet("look.css") + sheet("reading.css")
    assert {c for c in shown if not re.search(rf"\.{c}\b", look)} <= {"unmagic", "formula", "open", "no"}


def test_the_cell_style_is_scoped() -> None:
    css = re.sub(r"/\*.*?\*/", "", sheet("cell.css"), flags=re.DOTALL)
    for rule in re.findall(r"([^{}]+)\{", css):
        for selector in rule.split(",") if ":is(" not in rule else [rule]:
            assert ".unmagic" in selector or selector.strip().startswith("@media"), selector
    assert "prefers-color-scheme: dark" in css


def test_both_dark_blocks_of_the_tokens_agree() -> None:
    css = sheet("tokens.css")
    system = re.search(r'not\(\[data-theme="light"\]\) \{(.*?)\}', css, re.DOTALL)
    asked = re.search(r':root\[data-theme="dark"\] \{\s*color-scheme: dark;(.*?)\}', css, re.DOTALL)
    assert system is not None
    assert asked is not None
    assert system[1].split() == asked[1].split()


# ---- MathML -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("tree", TREES, ids=str)
def test_formulas_are_mathml_core(tree: Notation) -> None:
    root = ET.fromstring(mathml(tree, namespace=True))
    for element in root.iter():
        tag = element.tag.removeprefix(f"{{{NAMESPACE}}}")
        assert tag in CORE
        assert len(element) == ARITY.get(tag, len(element)), ET.tostring(element)
        if tag in ("mi", "mn", "mo", "mtext"):
            assert element.text
            assert len(element) == 0


def test_brackets_grow_with_their_own_group() -> None:
    """Each bracket is first or last in its mrow, so that it stretches over nothing else."""
    for tree in TREES:
        for row in ET.fromstring(mathml(tree)).iter("mrow"):
            marks = [child.text for child in row]
            for sign in "([⌊⌈":
                assert sign not in marks[1:], ET.tostring(row)
            for sign in ")]⌋⌉":
                assert sign not in marks[:-1], ET.tostring(row)


def test_a_symbol_carries_its_hue_wherever_it_stands() -> None:
    shown = mathml(infix("=", Name("hat_y"), apply("f", Name("x_1"), Name("x"))), {"hat_y": 3, "x": 1, "x_1": 2})
    assert '<mover accent="true" class="sym s3"><mi>y</mi>' in shown
    assert '<msub class="sym s2"><mi>x</mi><mn>1</mn></msub>' in shown
    assert '<mi class="sym s1">x</mi>' in shown


def test_hues_go_by_role() -> None:
    found = hues(CLASSIFIER)
    assert (found["W"], found["x"], found["loss"], found["z"], found["p"], found["c"]) == (2, 1, 5, 3, 7, 8)
    for reading in READINGS.values():
        given = list(hues(reading.document).values())
        assert len(given) == len(set(given))


def test_hostile_names_stay_names() -> None:
    for tree in (Name(HOSTILE), Word(HOSTILE), apply(HOSTILE, Name("x"))):
        root = ET.fromstring(mathml(tree))
        assert HOSTILE in "".join(root.itertext())


def test_the_mathml_printer_gives_every_formula() -> None:
    lines = printers["mathml"](CLASSIFIER).splitlines()
    assert len(lines) == 6
    for line in lines:
        assert ET.fromstring(line).tag == f"{{{NAMESPACE}}}math"
    assert printers["mathml"](Document()) == ""
