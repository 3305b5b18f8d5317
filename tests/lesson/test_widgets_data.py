"""The widgets on data: states that come back from their addresses, links that lead somewhere, text that stays text."""

from __future__ import annotations

import re
from html import escape

import pytest

from tests.conftest import needs
from tests.lesson.data_lesson import IDS, LESSON, WIDGETS, html, links, text
from unmagic.lesson.widgets import kinds
from unmagic.lesson.widgets.kind import Pairs, owned
from unmagic.web.pages import lesson as page
from unmagic.web.pages.lesson import canonical

html5lib = needs("html5lib")
needs("sklearn")  # its digits are data of one widget

KINDS = tuple(IDS)

STATES: dict[str, tuple[Pairs, ...]] = {
    "train": (
        (),
        (("digits.eta", "0.1"), ("digits.epochs", "3"), ("digits.batch", "100"), ("digits.seed", "7")),
        (("digits.pic", "1457"), ("digits.w", "9.12"), ("digits.all", "1"), ("digits.code", "1")),
        (("digits.pic", "0"),),
        (("digits.eta", "10"), ("digits.epochs", "2")),
        (("digits.eta", "fast"), ("digits.epochs", "1000")),
        (("digits.epochs", "100"), ("digits.batch", "8")),
        (("digits.pic", "99999"),),
        (("digits.pic", "3"), ("digits.w", "9.64")),
    ),
    "search": (
        (),
        (("docs.q", "wrap a long text"),),
        (("docs.q", "wrap a long text"), ("docs.doc", "textwrap.wrap"), ("docs.word", "wrap")),
        (("docs.doc", "string.Template"),),
        (("docs.q", ""),),
        (("docs.q", "zxqv"),),
        (("docs.doc", "no.such.thing"),),
        (("docs.doc", "fileinput.lineno"), ("docs.word", "elephant")),
    ),
    "bigram": (
        (),
        (("words.w", ""), ("words.s", "an elephant is closed"), ("words.seed", "5"), ("words.draws", "1")),
        (("words.factor", "2"), ("words.text", "the file is closed. the end"), ("words.long", "1")),
        (("words.w", "two words"), ("words.s", "123"), ("words.text", "…")),
        (("words.w", "elephant"), ("words.factor", "25")),
    ),
    "naivebayes": (
        (),
        (("topics.t", "parse the url and send a request"), ("topics.word", "2"), ("topics.held", "1")),
        (("topics.class", "6"),),
        (("topics.word", "60"),),
        (("topics.t", "qqq"),),
    ),
    "sentence": (
        (),
        (("sentence.t", "open the file"), ("sentence.row", "3")),
        (("sentence.t", "open"), ("sentence.row", "8")),
        (("sentence.t", "zzxqv"), ("sentence.row", "1")),
        (("sentence.t", ""),),
    ),
}

FIELDS = {
    "train": ("eta", "epochs", "batch", "seed"),
    "search": ("q",),
    "bigram": ("w", "s", "text"),
    "naivebayes": ("t",),
    "sentence": ("t",),
}

EVERY_STATE = [(kind, state) for kind in KINDS for state in STATES[kind]]


def well_formed(fragment: str) -> None:
    html5lib.HTMLParser(strict=True).parseFragment(fragment)


@pytest.mark.parametrize(("kind", "state"), EVERY_STATE)
def test_a_state_comes_back_from_its_address(kind: str, state: Pairs) -> None:
    once = canonical(LESSON, state)
    assert canonical(LESSON, once) == once
    assert [pair for pair in once if pair in state] == once  # it says nothing that was not said


@pytest.mark.parametrize(("kind", "state"), EVERY_STATE)
def test_equal_addresses_give_equal_bytes_and_well_formed_ones(kind: str, state: Pairs) -> None:
    first = html(kind, *state)
    page._made.cache_clear()
    assert html(kind, *state) == first
    well_formed(first)


@pytest.mark.parametrize("kind", KINDS)
def test_every_link_leads_to_a_state_that_renders(kind: str) -> None:
    widget = WIDGETS[kind]
    todo: list[Pairs] = list(STATES[kind][:3])
    seen: set[Pairs] = set()
    while todo and len(seen) < 24:
        state = tuple(todo.pop(0))
        if state in seen:
            continue
        seen.add(state)
        made = html(kind, *state)
        found = links(made)
        assert found
        for link in found:
            assert tuple(canonical(LESSON, link)) == link  # no redirect on the way
            assert all(pair in owned(widget.id, link) for pair in link)
        assert "trouble" not in made
        todo += found[:: max(1, len(found) // 5)]


@pytest.mark.parametrize("kind", KINDS)
def test_links_and_forms_carry_the_rest_of_the_page(kind: str) -> None:
    rest = next(("words.w", "a") if kind == "search" else ("docs.q", "a") for _ in "x")
    made = html(kind, rest)
    assert all(rest in link for link in links(made))
    assert f'<input type="hidden" name="{rest[0]}" value="a">' in made


NASTY = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{7*7}} ${7*7} {% raw %}",
    "a\x00b\x01\x02carried\x03\x02query\x03\x1b[0m\x7f\x85\ufffe",
    "‮ abc ⁦ 𝔘𝔫𝔦 e\u0301",
    "' OR 1=1 --",
    "../../etc/passwd",
)


@pytest.mark.parametrize("nasty", NASTY)
@pytest.mark.parametrize(("kind", "field"), [(kind, field) for kind in KINDS for field in FIELDS[kind]])
def test_what_is_typed_stays_text(kind: str, field: str, nasty: str) -> None:
    made = html(kind, (f"{IDS[kind]}.{field}", nasty))
    well_formed(made)
    assert "<script" not in made
    assert "<img" not in made
    assert "49" not in re.findall(r'value="([^"]*)"', made)
    assert made.count('name="at"') == 1  # no placeholder of ours can be typed
    kept = canonical(LESSON, [(f"{IDS[kind]}.{field}", nasty)])[0][1]
    shown = kept.replace("-", "−") if kind == "train" else kept
    assert escape(shown, quote=True).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in made


@pytest.mark.parametrize(("kind", "field"), [(kind, field) for kind in KINDS for field in FIELDS[kind]])
@pytest.mark.parametrize("long", ["word " * 2000, "x" * 10_000])
def test_too_much_is_kept_and_the_limit_named_in_place(kind: str, field: str, long: str) -> None:
    made = html(kind, (f"{IDS[kind]}.{field}", long))
    assert long.strip() in made
    assert 'role="alert"' in made
    assert re.search(r"limit of [\d,]+|[Aa]t most \d+|is not one word|stands nowhere", text(made))
    well_formed(made)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_field_says_at_first_needs_no_address(kind: str) -> None:
    made = html(kind)
    first = re.findall(r'<input class="field" id="[^"]*" name="([^"]*)" value="([^"]*)"', made)
    first += re.findall(r'<textarea id="[^"]*" name="([^"]*)"[^>]*>\n([^<]*)</textarea>', made)
    assert first
    assert canonical(LESSON, first) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_widget_at_first_is_small(kind: str) -> None:
    import gzip

    assert len(gzip.compress(html(kind).encode())) <= 4_000


def test_all_kinds_are_found() -> None:
    assert set(KINDS) <= set(kinds())
