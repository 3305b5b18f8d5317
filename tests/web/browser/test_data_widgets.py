"""The widgets on data in a real browser: by rule accessible, fit for phones, the same with and without script."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import needs
from tests.lesson.data_lesson import LESSON
from tests.web.browser.test_accessible import OPTIONS, laid_out
from unmagic.web.pages import lesson as pages

needs("sklearn")

DATA = "/learn/data"
OPEN = (
    f"{DATA}?digits.pic=1457&digits.all=1&digits.code=1&docs.doc=fileinput.isfirstline&docs.word=line&words.draws=1"
    "&words.factor=2&words.long=1&topics.word=3&topics.held=1&sentence.row=2"
)
WRONG = f"{DATA}?digits.eta=fast&docs.q=&words.w=elephant&words.s=1&words.text=%E2%80%A6&topics.t=&sentence.t="

Open = Callable[..., Any]


@pytest.fixture(autouse=True)
def data_lesson(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "lessons", lambda: {"data": LESSON})


LOOKS = [(DATA, "light", 320), (DATA, "dark", 1280), (OPEN, "dark", 320), (OPEN, "light", 1280), (WRONG, "light", 320)]


@pytest.mark.parametrize(("path", "theme", "width"), LOOKS)
def test_axe_finds_nothing(open_page: Open, path: str, theme: str, width: int) -> None:
    axe = needs("axe_playwright_python.sync_playwright").Axe()
    page = open_page(width, theme).open(path)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    laid_out(page)
    found = axe.run(page, options=OPTIONS)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("script", [True, False])
def test_search_is_asked_and_a_score_opened(open_page: Open, script: bool) -> None:
    page = open_page(script=script).open(DATA)
    docs = page.locator("#docs")
    docs.get_by_role("textbox", name="Query").fill("wrap a long text")
    page.keyboard.press("Enter")
    page.wait_for_url("**docs.q=wrap%20a%20long%20text**")
    docs.get_by_role("link", name="textwrap.wrap", exact=True).click()
    page.wait_for_url("**docs.doc=textwrap.wrap**")
    assert docs.get_by_role("link", name="textwrap.wrap", exact=True).get_attribute("aria-expanded") == "true"
    docs.get_by_role("link", name="wrap", exact=True).click()
    page.wait_for_url("**docs.word=wrap**")
    docs.get_by_role("heading", name="The weight of “wrap”").first.wait_for()


@pytest.mark.parametrize("script", [True, False])
def test_a_pixel_leads_to_its_weights_blame(open_page: Open, script: bool) -> None:
    page = open_page(script=script).open(DATA)
    digits = page.locator("#digits")
    digits.locator(".thumbs a").first.click()
    page.wait_for_url("**digits.pic=*")
    digits.get_by_role("link", name="row 3, column 4: ink").click()
    page.wait_for_url("**digits.w=*.28*")
    digits.get_by_role("heading", name=",28]").wait_for()


@pytest.mark.parametrize("script", [True, False])
def test_a_form_of_one_widget_keeps_the_state_of_the_others(open_page: Open, script: bool) -> None:
    page = open_page(script=script).open(f"{DATA}?words.w=file&topics.t=open+a+file&sentence.row=2")
    sentence = page.locator("#sentence")
    sentence.get_by_role("textbox", name="Sentence").fill("read the file")
    sentence.get_by_role("button", name="Attend").click()
    page.wait_for_url("**sentence.t=read*")
    assert "words.w=file" in page.url
    assert "topics.t=open" in page.url
    assert page.locator("#sentence .heat tbody tr").count() == 3
