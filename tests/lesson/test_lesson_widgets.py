"""The lesson's widgets as a visitor without script uses them: forms, links and addresses."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import html5lib
import pytest

from tests.lesson.page import XHTML, parse_strictly, text_of
from tests.lesson.site import get
from unmagic.core.errors import UnmagicError
from unmagic.lesson.lesson import lessons
from unmagic.lesson.markdown import Widget
from unmagic.lesson.widgets import kinds
from unmagic.lesson.widgets.exit import narrated

from .conftest import LESSON


def url(*pairs: tuple[str, str]) -> str:
    return f"{LESSON}?{urlencode(pairs, quote_via=quote)}"


def part(html: str, id: str) -> str:
    """The markup of one widget, up to the next one or section."""
    return re.split(r'<(?:div|section) (?:class="(?:check|confusion|panel)|id=")', html.partition(f'id="{id}"')[2])[0]


def sent(html: str, id: str, text: str, button: tuple[str, str] | None = None) -> str:
    """The address that a browser without script goes to when the form of a widget is sent."""
    form = re.search(rf'(?s)<form method="get" action="[^"]*#{id}".*?</form>', html)
    assert form is not None
    pairs = []
    for field in html5lib.parseFragment(form[0]).iter():
        if field.tag == f"{XHTML}input" and field.get("name"):
            pairs.append((field.get("name", ""), field.get("value", "") if field.get("type") == "hidden" else text))
        elif field.tag == f"{XHTML}textarea":
            pairs.append((field.get("name", ""), text))
    return url(*pairs, *([button] if button else []))


class TestCheck:
    def test_tries_stay_listed_and_the_address_holds_them(self, page: str) -> None:
        first = get(sent(page, "dot-zero", "[4, -4]"))
        assert "That is the entrywise product." in first.text
        second = get(sent(first.text, "dot-zero", "0"))
        shown = text_of(part(second.text, "dot-zero"))
        assert "[4, −4]" in shown
        assert "Not yet." in shown
        assert "Right." in shown
        assert "at right angles" in shown

    def test_a_redirect_leads_to_the_canonical_address_and_the_place(self) -> None:
        answer = get(url(("at", "dot-zero"), ("dot-zero", "  3 "), ("unknown", "x")), follow=False)
        assert answer.status == 303
        assert answer.headers["location"] == f"{LESSON}?dot-zero=3#dot-zero"

    @pytest.mark.parametrize(
        "pairs",
        [
            (("dot-zero", "[4,-4]"), ("dot-zero", "0")),
            (("dot-zero", ""),),
            (("dot-zero", "abc"),),
            (("surprise.skipped", "1"),),
            (("surprise", "1"), ("surprise.skipped", "1")),
            (("why-dot", "two\nlines & <tags>"),),
            (("why-dot", ""),),
            (("ticket.1", "queries"), ("ticket.2", "")),
            (("dot.b", "3,0,-1"), ("dot-zero", "1"), ("ticket.1", ""), ("ticket.2", "ü √ ∇")),
        ],
    )
    def test_every_state_is_its_address(self, pairs: tuple[tuple[str, str], ...]) -> None:
        address = f"{LESSON}?{urlencode(pairs, quote_via=quote, safe=',;')}"
        first = get(address, follow=False)
        assert first.status == 200, first.headers
        assert get(address).text == first.text
        for id in {key.partition(".")[0] for key, _ in pairs}:
            parse_strictly(get(f"{LESSON}/part/{id}?{urlsplit(address).query}").text)

    def test_at_most_five_tries_are_kept(self) -> None:
        answer = get(url(*(("dot-zero", str(i)) for i in range(1, 9))), follow=False)
        assert parse_qsl(urlsplit(answer.headers["location"]).query) == [("dot-zero", str(i)) for i in range(4, 9)]

    def test_the_same_text_sent_twice_is_one_try(self) -> None:
        answer = get(url(("dot-zero", "1"), ("dot-zero", "1")), follow=False)
        assert answer.headers["location"] == f"{LESSON}?dot-zero=1"

    def test_skip_shows_the_engines_answer(self, page: str) -> None:
        answer = get(sent(page, "surprise", "", ("surprise.do", "skip")))
        shown = text_of(part(answer.text, "surprise"))
        assert "−logp ≈ 0.693" in shown
        assert 'value="skip"' not in part(answer.text, "surprise")

    def test_the_answer_is_nowhere_on_the_page_before(self, page: str) -> None:
        shown = part(page, "rare-case")
        assert "0.092" not in shown
        assert "verdict" not in shown

    def test_what_cannot_be_read_costs_nothing_and_is_dropped_by_the_next_try(self, page: str) -> None:
        first = get(sent(page, "two-shares", "[0.5, x]"))
        shown = part(first.text, "two-shares")
        assert "Can’t read that:" in shown
        assert 'aria-invalid="true"' in shown
        assert "[0.5, x]\n      ^" in unescape(shown)
        second = get(sent(first.text, "two-shares", "[0.269, 0.731]"))
        assert "[0.5, x]" not in unescape(second.text)

    def test_start_over_forgets_only_this_check(self) -> None:
        page_ = get(url(("dot-zero", "0"), ("surprise", "1"))).text
        link = re.search(r'href="([^"]+)#dot-zero">Start over', page_)
        assert link is not None
        assert parse_qsl(unescape(link[1]).lstrip("?").rstrip("&")) == [("surprise", "1")]

    @pytest.mark.parametrize(
        "text",
        [
            *("<script>alert(1)</script>", "{{ 1 + 1 }}", "{{ [ }}", "{fact:x}", "$x$", "[a](javascript:x)"),
            *('" onfocus="x', "\x02carried\x03", "`" * 50),
        ],
    )
    def test_what_a_visitor_types_is_only_ever_text(self, text: str) -> None:
        answer = get(url(("dot-zero", text), ("why-dot", text), ("ticket.1", text)))
        assert answer.status == 200
        assert "<script>alert" not in answer.text
        assert "javascript:" not in re.sub(r">[^<]*<|value=\"[^\"]*\"", "", answer.text)
        for id in ("dot-zero", "why-dot", "ticket"):
            own = url((f"{id}.1" if id == "ticket" else id, text))
            parse_strictly(get(own.replace(LESSON, f"{LESSON}/part/{id}")).text)


class TestAsk:
    def test_points_come_after_an_answer(self, page: str) -> None:
        assert "A good answer makes these points" not in page
        answer = get(sent(page, "why-not-accuracy", "It is smooth, so it has a slope; accuracy is flat."))
        shown = text_of(part(answer.text, "why-not-accuracy"))
        assert shown.count("you named") == 2
        assert shown.count("not yet named") == 1
        assert "It is smooth, so it has a slope" in shown

    def test_nothing_typed_shows_the_points_too(self, page: str) -> None:
        shown = text_of(part(get(sent(page, "why-root", "")).text, "why-root"))
        assert shown.count("not yet named") == 2

    def test_a_text_is_bounded(self) -> None:
        answer = get(url(("why-dot", "x" * 5000)), follow=False)
        assert answer.headers["location"] == f"{LESSON}?why-dot={'x' * 1000}"

    @pytest.mark.parametrize(
        ("id", "good"),
        [
            ("why-dot", "How aligned two vectors are: positive, zero or negative. Direction is meaning, so it ranks."),
            ("what-gradient", "All partial derivatives; it points uphill; a small step the opposite way, repeated."),
            ("logits-or-shares", "Raw unbounded scores; softmax makes them non-negative, sum to one."),
            ("why-not-accuracy", "Smooth, so there is a slope; accuracy is flat; it punishes confident mistakes."),
            ("what-backward", "The graph in reverse, local derivatives multiplied and added up, for every parameter."),
            ("why-cosine", "Lengths divided out: direction only."),
            ("why-maximum", "exp overflows; subtracting it leaves the shares unchanged."),
            ("why-root", "The spread of a dot product grows with d; softmax saturates."),
        ],
    )  # fmt: skip
    def test_a_good_answer_names_every_point(self, id: str, good: str) -> None:
        shown = text_of(part(get(url((id, good))).text, id))
        assert "not yet named" not in shown
        assert "you named" in shown

    def test_an_answer_to_something_else_names_nothing(self) -> None:
        for widget in lessons()["math-for-ml"].widgets:
            if widget.kind == "ask":
                shown = kinds()["ask"].shown(widget, [(widget.id, "Lunch was good today, thank you.")])
                assert not any(point.named for point in shown.points), widget.id


class TestExit:
    GOOD = (
        "Queries meet keys in dot products, divided by the root of d; softmax gives shares; a mix of values.",
        "The negative log-likelihood of the data; step against the gradient; repeated, that is maximum likelihood.",
    )

    def test_the_engine_tells_both(self, page: str) -> None:
        assert "Every query meets every key" not in text_of(page)
        html = get(url(("ticket.1", ""), ("ticket.2", ""))).text
        shown = text_of(html.partition('id="ticket"')[2])
        assert "Every query meets every key in a dot product" in shown
        assert "maximum likelihood by gradient descent" in shown
        assert shown.count("not yet named") == sum(len(narrated(formula)) for formula in self.formulas())

    def formulas(self) -> list[str]:
        widget = next(widget for widget in lessons()["math-for-ml"].widgets if widget.kind == "exit")
        return re.findall(r"(?m)^formula: (.+)$", widget.body)

    def test_a_good_narration_touches_every_idea(self) -> None:
        html = get(url(("ticket.1", self.GOOD[0]), ("ticket.2", self.GOOD[1]))).text
        shown = html.partition('id="ticket"')[2]
        assert "not yet named" not in shown
        assert shown.count("you named") == sum(len(narrated(formula)) for formula in self.formulas())

    def test_ideas_and_sentences_must_match(self) -> None:
        widget = Widget("exit", "x", "question: Tell.\nformula: softmax(QKᵀ/√d)·V\nidea: one\n", 1)
        with pytest.raises(UnmagicError, match="is told in 4 ideas, not 1"):
            kinds()["exit"].shown(widget, [])


class TestConfusion:
    def widgets(self) -> list[Widget]:
        return [widget for widget in lessons()["math-for-ml"].widgets if widget.kind == "confusion"]

    def test_there_are_seven_with_two_sides_each(self) -> None:
        shown = [kinds()["confusion"].shown(widget, []) for widget in self.widgets()]
        assert len(shown) == 7
        assert all(len(one.sides) == 2 for one in shown)
        assert all("<math" in side.result for one in shown for side in one.sides)

    @pytest.mark.parametrize(
        ("id", "code"),
        [
            ("entrywise", "elementwise-for-dot"),
            ("to-the-minimum", "ascent"),
            ("scores-are-shares", "logits-as-probabilities"),
            ("smaller-numbers", "product-underflow"),
            ("always-faster", "step-too-long"),
        ],
    )
    def test_the_engine_finds_it_in_code(self, page: str, id: str, code: str) -> None:
        widget = next(widget for widget in self.widgets() if widget.id == id)
        shown = kinds()["confusion"].shown(widget, [])
        assert [finding.code for finding in shown.code.findings][:1] == [code]
        assert shown.code.findings[0].title[1:] in text_of(part(page, id))

    def test_code_leads_to_the_reader(self) -> None:
        shown = [kinds()["confusion"].shown(widget, []) for widget in self.widgets()]
        links = [one.code.link for one in shown if one.code is not None]
        assert len(links) == 5
        for link in links:
            assert dict(parse_qsl(urlsplit(link).query))["src"]
        assert links[0].endswith("&n.q=%5B1.0,2.0,3.0%5D&n.k=%5B2.0,0.0,1.0%5D")


@pytest.mark.parametrize("kind", ["check", "ask", "confusion", "four", "words", "exit"])
def test_a_directive_with_a_line_missing_does_not_build(kind: str) -> None:
    with pytest.raises((UnmagicError, KeyError)):
        kinds()[kind].shown(Widget(kind, "x", "question:\nwrong: a\npiece: x\nword: x\nside: x\n", 7), [])
