"""The lesson's text: no number in it is typed, its formulas are read, its places are there."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from tests.lesson.page import XHTML, elements, text_of, tree_of
from tests.lesson.site import get
from unmagic.core.errors import UnmagicError
from unmagic.lesson import facts, lesson
from unmagic.lesson.inline import answer, asked, bindings, formula, notation
from unmagic.lesson.lesson import lessons, lessons_in, parse
from unmagic.lesson.markdown import prose, sentence
from unmagic.render.notation_mathml import mathml

FOLDER = Path(str(facts.CONTENT))
FILES = sorted(FOLDER.glob("*.md"))

ASKED = {"answer", "with", "formula", "code", "digits", "idea"}
"""Lines of directives that the engine is given, or that are matched against what is typed."""


def typed_digits(text: str) -> list[str]:
    """Every line of a lesson's prose with a digit in it that its author typed."""
    front, _, body = text.removeprefix("---\n").partition("\n---\n")
    lines = [line for line in front.splitlines() if not line.startswith(("minutes:", "tags:"))]
    for line in body.splitlines():
        name, colon, value = line.partition(": ")
        if line.startswith(":::") or (colon and name in ASKED):
            continue
        if name in ("wrong", "piece"):
            value = value.partition(" -> ")[2]
            line = value
        lines.append(line)
    plain = "\n".join(lines)
    plain = re.sub(r"\{\{.*?\}\}", "", plain)  # the engine is asked
    plain = re.sub(r"\{fact:[\w-]+\}|\{#[\w-]+\}|\]\([^)]*\)", "", plain)  # facts, ids and addresses
    plain = re.sub(r"(?m)^level: .*$", "", plain)
    plain = re.sub(r"`[^`]*`", lambda code: re.sub(r"\[\d\]|(?<=[a-z])\d+", "", code[0]), plain)  # indices, float64
    plain = re.sub(r"(?<=[a-z])\d", "", plain)  # layer3
    return [line for line in plain.splitlines() if re.search(r"[0-9]", line)]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_number_is_typed_into_prose(path: Path) -> None:
    assert typed_digits(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "line",
    ["It is 5.", "Then $x = 3$.", "::: note\nabout 12 %\n:::", "wrong: 1 + 1 -> That is 2.", "`f(3)` is it", "lede: 4"],
)
def test_a_typed_number_is_seen(line: str) -> None:
    front = line if line.startswith("lede") else "title: x"
    assert typed_digits(f"---\n{front}\n---\n{line}\n")


@pytest.mark.parametrize(
    "line",
    ["{{ 1 + 1 }} asked", "$x₁² + xₙ$", "{fact:gpt3} is", "## Title {#part-2}", "`x[0]` of `float64`", "answer: 1 + 1"],
)
def test_what_is_asked_quoted_or_named_is_no_typed_number(line: str) -> None:
    assert not typed_digits(f"---\ntitle: x\n---\n{line}\n")


def test_every_fact_with_an_address_has_a_source_and_is_quoted() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in FILES)
    for name, fact in facts.facts().items():
        assert fact.source, name
        assert f"{{fact:{name}}}" in text, f"{name} is quoted nowhere"
        assert not fact.url or fact.url.startswith("https://")


def test_an_unknown_fact_does_not_build() -> None:
    with pytest.raises(UnmagicError, match="no fact 'gpt5'"):
        sentence("{fact:gpt5} has many")


def test_a_planned_page_is_words_and_a_written_one_a_link(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert sentence("[What is ML?](lesson:what-is-ml)") == '<span class="planned">What is ML? (planned)</span>'
    (tmp_path / "what-is-ml.md").write_text("---\ntitle: x\n---\n")
    monkeypatch.setattr(facts, "CONTENT", tmp_path)
    assert sentence("[What is ML?](lesson:what-is-ml)") == '<a href="/learn/what-is-ml">What is ML?</a>'


def test_html_in_a_lesson_is_text() -> None:
    assert "<b>" not in prose("a <b>bold</b> claim <script>x</script>")


class TestInline:
    def test_formula_and_value_with_their_relation(self) -> None:
        assert text_of(answer("[1,2,3]·[2,0,1]")) == "[1,2,3]·[2,0,1] = 5 "
        assert "≈" in answer("softmax([1,3,1])")
        assert "⇒" in answer("e^1000")

    def test_exact_values_carry_no_noise(self) -> None:
        assert text_of(answer("0.7 + 0.2 + 0.1")) == "0.7+0.2+0.1 = 1 "
        assert text_of(answer("3.6² | | value")) == "12.96"

    def test_an_equals_sign_holds_as_printed(self) -> None:
        assert "≈" in text_of(answer("0.18·(x−3)² | x=-1.6"))
        assert text_of(answer("0.18·(x−3)² | x=-1.6 | value digits=4")) == "3.8088"

    def test_digits(self) -> None:
        assert text_of(answer("−log p | p=0.787 | value digits=4")) == "0.2395"
        assert asked("x | x=1 | value digits=2").style.decimals == 2

    def test_names_with_bars_and_calls(self) -> None:
        assert bindings("P(D|H)=0.6 W=[[1, 0],[2, 3]] x=[1, -2]") == {
            "P(D|H)": 0.6,
            "W": [[1, 0], [2, 3]],
            "x": [1, -2],
        }
        assert text_of(answer("P(D|H)·P(H)/P(D) | P(D|H)=0.6 P(H)=0.2 P(D)=0.16 | value")) == "0.75"

    @pytest.mark.parametrize(
        "text", ["x = [x₁, …, xₙ]", "L(θ) = −Σᵢ log p(xᵢ; θ)", "Δf ≈ f′(x)Δx", "P(A|B) = P(A,B)/P(B)"]
    )
    def test_formulas_that_no_numbers_fit_are_set_all_the_same(self, text: str) -> None:
        set_out = formula(text)
        assert set_out.startswith("<math>")
        assert "theta" not in set_out
        assert ("≈" in text) == ("≈" in set_out)

    @pytest.mark.parametrize("text", ["x | x=1 | full", "x | x", "x | x=y", "[1,2]·[1,2,3]"])
    def test_a_wrong_question_does_not_build(self, text: str) -> None:
        with pytest.raises(UnmagicError):
            answer(text)


class TestPage:
    def test_it_is_strict_html(self, page: str) -> None:
        tree_of(page)

    def test_headings_never_skip_a_rank(self, page: str) -> None:
        ranks = [int(element.tag[-1]) for element in tree_of(page).iter() if re.search(r"}h[1-6]$", str(element.tag))]
        assert ranks[0] == 1
        assert ranks.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(ranks))

    def test_ids_are_unique_and_every_fragment_leads_to_one(self, page: str) -> None:
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert len(ids) == len(set(ids))
        for target in re.findall(r'href="#([^"]+)"', page):
            assert target in ids

    def test_nothing_links_to_nowhere(self, page: str) -> None:
        for link in elements(page, "a"):
            href = link.get("href", "")
            assert href.startswith(("#", "https://", "/read", "?")) or get(href).status == 200, href
        for planned in ("What is ML?", "Chunking and embeddings", "How models learn", "Neural networks"):
            assert f"{planned} (planned)" in page

    def test_contents_name_every_section(self, page: str) -> None:
        toc = page.partition('<aside class="toc"')[2].partition("</aside>")[0]
        for section in lessons()["math-for-ml"].sections:
            assert f'href="#{section.id}"' in toc

    def test_no_style_or_script_stands_in_it(self, page: str) -> None:
        assert not re.search(r"\sstyle=|<style|\son\w+=", page)

    def test_every_field_has_a_label(self, page: str) -> None:
        tree = tree_of(page)
        labelled = {field for label in tree.iter(f"{XHTML}label") for field in label.iter()}
        named = {label.get("for") for label in tree.iter(f"{XHTML}label")} - {None}
        for tag in ("input", "textarea"):
            for field in tree.iter(f"{XHTML}{tag}"):
                said = field in labelled or field.get("id") in named or field.get("aria-label")
                assert field.get("type") == "hidden" or said, field.attrib


SECOND = """---
title: A second
part: x
lede: Short.
description: x
tags: Prereq
minutes: 1
before: Nothing.
previous: [Math for ML](lesson:math-for-ml)
next: Nothing.
atlas: More
---

## One {#one}

{{ [1,2]·[3,4] }} is asked here.

::: note
Aside.
:::

::: note
Another.
:::
"""


def test_another_lesson_is_another_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for path in FOLDER.iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "second.md").write_text(SECOND, encoding="utf-8")
    monkeypatch.setattr(facts, "CONTENT", tmp_path)
    lesson.lessons.cache_clear()
    try:
        answer_ = get("/learn/second")
        assert answer_.status == 200
        assert "[1,2]·[3,4] = 11" in text_of(answer_.text)
        assert 'href="/learn/math-for-ml">Math for ML' in answer_.text
        assert answer_.text.count('class="note"') == 2
        tree_of(answer_.text)
        assert "A second" in get("/?fresh").text
    finally:
        lesson.lessons.cache_clear()
    assert set(lessons_in(tmp_path)) == {"math-for-ml", "second"}


def test_a_lesson_without_its_facts_does_not_build(tmp_path: Path) -> None:
    (tmp_path / "bare.md").write_text("---\ntitle: x\n---\n")
    with pytest.raises(UnmagicError, match=r"bare.md does not open with part, lede"):
        lessons_in(tmp_path)


def test_two_places_of_one_name_do_not_build() -> None:
    with pytest.raises(UnmagicError, match="'dot'"):
        parse("x", "---\ntitle: x\n---\n## Dot {#dot}\n\n::: panel dot\n:::\n")


@pytest.mark.parametrize("directive", ["::: panel nowhere\n:::", "::: check x\nanswer: 1\n:::", "::: fold x\n:::"])
def test_a_directive_that_asks_wrong_does_not_build(directive: str) -> None:
    from unmagic.web.pages import lesson as pages

    made = parse("x", f"---\ntitle: x\n---\n## A {{#a}}\n\n{directive}\n")
    with pytest.raises((UnmagicError, KeyError)):
        pages.part(made, made.widgets[0], pages.canonical(made, []))


def test_a_formula_keeps_its_hues_whatever_was_printed_before() -> None:
    plain = mathml(notation("g = W h"))
    assert "sym" not in plain
    assert formula("g = W h").count('class="sym') == 3
    assert mathml(notation("g = W h")) == plain
