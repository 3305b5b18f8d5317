"""Text pages: what stands where, at which width."""

from __future__ import annotations

import io
import subprocess
import sys
from fractions import Fraction
from typing import Any

import mpmath
import pytest

from tests.golden.compare import assert_golden
from unmagic.core.document import Document, FindingBlock, Listing, Prose, StepBlock, Table, Title, Worked
from unmagic.core.errors import UnmagicError
from unmagic.core.lines import Line, Relation
from unmagic.core.notation import Name
from unmagic.core.symbols import cells
from unmagic.render import FORMATS, printers, render, terminal
from unmagic.render.text import text
from unmagic.render.wrap import wrap

from .documents import EVERYTHING, PAGES, hostile
from .readings import CLASSIFIER, READINGS


@pytest.mark.parametrize("name", READINGS)
def test_golden_readings(name: str) -> None:
    assert_golden(text(READINGS[name].document), f"readings/{name}.txt")


@pytest.mark.parametrize("name", READINGS)
def test_lines_of_the_golden_readings_hold(name: str) -> None:
    """From the printed text alone: exact ones in rationals or 30 digits, rounded ones to half a unit."""
    functions = {"exp": mpmath.exp, "log": mpmath.log, "sqrt": mpmath.sqrt}
    with mpmath.workdps(30):
        for block in READINGS[name].document.blocks:
            for line in block.lines if isinstance(block, StepBlock) else ():
                value = Fraction(line.value.replace("−", "-"))
                left = eval(_decimals(line.ascii), functions | {"number": mpmath.mpf})
                printed = mpmath.mpf(value.numerator) / value.denominator
                gap = abs(left - printed)
                if line.relation is Relation.EXACT:
                    assert gap < mpmath.mpf(10) ** -25, line
                else:
                    places = len(line.value.partition(".")[2])
                    assert 0 < gap <= mpmath.mpf(10) ** -places / 2, line


def _decimals(expression: str) -> str:
    """Every number of a Python expression as a decimal of its own, not as the float nearest to it."""
    import io as streams
    import tokenize

    tokens = tokenize.generate_tokens(streams.StringIO(expression).readline)
    return "".join(f"number('{t.string}')" if t.type == tokenize.NUMBER else t.string for t in tokens)


@pytest.mark.parametrize("width", [80, 60, 40])
@pytest.mark.parametrize("name", PAGES)
def test_pages_at_every_width(name: str, width: int) -> None:
    page = text(PAGES[name], width=width)
    assert_golden(page, f"text/{name}-{width}.txt")
    verbatim = {row for block in PAGES[name].blocks for row in _verbatim(block)}
    for shown in page.splitlines():
        assert cells(shown) <= width or any(part in shown for part in verbatim), shown


def _verbatim(block: object) -> list[str]:
    """Code is never wrapped: it would no longer be the user's."""
    match block:
        case Listing(rows):
            return [row[2:] for row in rows]
        case FindingBlock(finding):
            return [row[2:] for row in finding.mend] + ([finding.where] if finding.where else [])
    return []


@pytest.mark.parametrize("name", PAGES)
def test_ascii_pages(name: str) -> None:
    page = text(PAGES[name], ascii=True)
    assert page.isascii()
    assert_golden(page, f"text/{name}-ascii.txt")


def test_idioms_open_to_their_steps() -> None:
    assert_golden(text(EVERYTHING, inside=True), "text/everything-inside.txt")


@pytest.mark.parametrize("width", [1, 24, 33, 47, 79, 81, 120, 400])
def test_no_width_breaks_a_page(width: int) -> None:
    for page in [*PAGES.values(), hostile()]:
        assert text(page, width=width).count("\n") > 3


@pytest.mark.parametrize("width", [80, 60, 40, 24])
def test_relation_and_value_stay_on_one_row(width: int) -> None:
    """However narrow: the arithmetic wraps, the claim does not."""
    for shown in text(CLASSIFIER, width=width).splitlines():
        if shown.lstrip().startswith(("≈", "=")):
            assert shown.split()[1:], shown
        assert not shown.rstrip().endswith(("≈", " =")), shown


def test_relations_of_a_step_stand_in_one_column() -> None:
    for width in (80, 60):
        for block in CLASSIFIER.blocks:
            if isinstance(block, StepBlock) and block.lines:
                page = text(Document((block,)), width=width).splitlines()[1:]
                columns = {row.index(sign) for row in page for sign in (" ≈  ", " =  ") if sign in row}
                assert len(columns) == 1, page


def test_control_characters_reach_no_terminal() -> None:
    page = text(Document((Prose("a\x1b[2Jb\rc\td"), Listing(("\x07bell",)), StepBlock("1", Name("x\x1b")))))
    assert all(c.isprintable() or c == "\n" for c in page)
    assert "\\x1b[2Jb\\rc d" in page


def test_numbers_align_at_the_point() -> None:
    page = text(Document((Table(("name", "n"), (("a", "1.5"), ("b", "−20.25"), ("c", "3"))),)))
    assert page == "  name        n\n  ─────────────\n  a        1.5\n  b      −20.25\n  c        3\n"


def test_a_long_sum_wraps_before_its_signs() -> None:
    terms = " + ".join(["12.345·6.789"] * 8)
    line = Line("y[0]", terms, "", "670.482", Relation.ROUNDED, "float64")
    page = text(Document((Worked((line,)),)), width=60)
    assert max(map(len, page.splitlines())) <= 60
    assert all(row.lstrip().startswith(("y[0]", "+ ")) for row in page.splitlines())
    assert page.splitlines()[-1].endswith("≈  670.482")


def test_wrapping_keeps_every_word() -> None:
    assert wrap("a b c", 3) == ["a b", "c"]
    assert wrap("x = a + b", 5, "  ", formula=True) == ["x = a", "  + b"]
    assert wrap("abcdefgh", 3) == ["abc", "def", "gh"]
    assert wrap("", 10) == [""]
    assert wrap("数数数", 4) == ["数数", "数"]


class Screen(io.StringIO):
    """A terminal for `terminal`."""

    encoding = "utf-8"

    def __init__(self, encoding: str = "utf-8", tty: bool = True) -> None:
        super().__init__()
        self.encoding = encoding
        self.tty = tty

    def isatty(self) -> bool:
        return self.tty


@pytest.mark.parametrize(
    ("environ", "tty", "coloured"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colour_only_where_it_is_wanted(environ: dict[str, str], tty: bool, coloured: bool) -> None:
    assert terminal.wants_colour(Screen(tty=tty), environ) is coloured


def test_colour_changes_no_character(monkeypatch: pytest.MonkeyPatch) -> None:
    import re

    monkeypatch.setenv("TERM", "xterm-256color")
    screen, plain = Screen(), Screen()
    for name in PAGES:
        terminal.write(PAGES[name], screen, colour=True, width=80)
        terminal.write(PAGES[name], plain, colour=False, width=80)
    assert "\x1b[" in screen.getvalue()
    assert "\x1b" not in plain.getvalue()
    assert re.sub(r"\x1b\[[0-9;]*m", "", screen.getvalue()) == plain.getvalue()


@pytest.mark.parametrize(("encoding", "ascii"), [("utf-8", False), ("ascii", True), ("cp1252", True), ("cp437", True)])
def test_a_stream_that_has_no_signs_gets_ascii(encoding: str, ascii: bool) -> None:
    screen = Screen(encoding, tty=False)
    terminal.write(EVERYTHING, screen)
    assert screen.getvalue().isascii() is ascii


def test_the_width_is_the_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    assert terminal.width_of(Screen()) == 50
    assert terminal.width_of(Screen(tty=False)) == 80


def test_plain_pages_import_no_rich() -> None:
    code = (
        "import sys; from unmagic.render import printers, terminal; from unmagic.core.document import *;"
        "terminal.write(Document((Prose('x'),)), colour=False); printers['text'](Document());"
        "sys.exit(any(m.partition('.')[0] == 'rich' for m in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, stdout=subprocess.DEVNULL).returncode == 0


class Reading:
    """What `render` needs of a reading."""

    def document(self, *, only: str = "", **_: Any) -> Document:
        return Document((Prose(only),)) if only else CLASSIFIER

    def facts(self) -> dict[str, Any]:
        return {"value": 1.5}


def test_a_reading_is_rendered_in_every_format() -> None:
    reading = Reading()
    assert render(reading, "text", width=40) == text(CLASSIFIER, width=40)
    assert render(reading, "text", only="findings") == "findings\n"
    assert render(reading, "json") == '{"schema": "unmagic/1", "value": 1.5}\n'
    for format in FORMATS:
        assert render(reading, format).strip()
    with pytest.raises(UnmagicError, match="no format pdf"):
        render(reading, "pdf")


def test_titles_stand_together_and_a_sentence_beside_one_wraps() -> None:
    words = "gradient 0.1065: raise it by 0.01, the loss rises by about 0.0011"
    page = text(Document((Title(Name("W[0,1] → loss"), words), Title(Name("x")))), width=60)
    assert page == "W[0,1] → loss\n  gradient 0.1065: raise it by 0.01, the loss rises by\n  about 0.0011\nx\n"


def test_the_printers_are_listed() -> None:
    assert printers["text"](CLASSIFIER) == text(CLASSIFIER)
    assert set(printers) == {"text", "html", "markdown", "latex", "mathml"}
