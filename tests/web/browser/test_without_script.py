"""With JavaScript off every widget is a form, and its state the address: the lesson is done by forms and links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.web.browser.course import TYPED, ids, tries
from tests.web.browser.pages import LESSON

Open = Callable[..., Any]


def test_a_number_is_typed_and_sent(open_page: Open) -> None:
    page = open_page(script=False).open(LESSON)
    page.locator("#dot").get_by_role("textbox", name="a, entry 1", exact=True).fill("4")
    page.keyboard.press("Enter")
    page.wait_for_url("**dot.a=4,2,3**")
    assert page.locator("#dot .how").first.inner_text() == "4·2"


def test_buttons_step_without_script(open_page: Open) -> None:
    page = open_page(script=False).open(LESSON)
    page.locator("#dot").get_by_role("button", name="b, entry 2 one less", exact=True).click()
    page.wait_for_url("**dot.b=2,-1,1**")
    assert page.url.endswith("#dot")


class Visit:
    """Someone whose browser runs no script. Every press loads the page in its new state, at the widget's place."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def press(self, id: str, what: str) -> None:
        was = self.page.url
        self.page.locator(f"#{id} {what}").first.click()
        self.page.wait_for_url(lambda url: url != was, wait_until="domcontentloaded")
        assert self.page.url.endswith(f"#{id}")

    def answer(self, id: str, text: str) -> str:
        """What is said to an answer."""
        self.page.locator(f"#{id} .field").fill(text)
        self.press(id, ".btn.main")
        return self.page.locator(f"#{id} .tries li").last.inner_text()


def test_the_lesson_is_done_by_forms_and_links(open_page: Open) -> None:
    page = open_page(script=False).open(LESSON)
    visit = Visit(page)
    for n, id in enumerate(ids("panel")):
        visit.press(id, ".cell button >> nth=1")
        if n < 3:
            visit.press(id, ".ask a")
        assert page.locator(f"#{id} .steps li").count() > 1
    for n, id in enumerate(ids("check")):
        wrong, right = tries(id)
        if n < 2:
            assert "Not yet." in visit.answer(id, wrong)
        assert "Right." in visit.answer(id, right)
    visit.press("rate", "button[value=step]")
    assert page.locator("#rate .run tbody tr").count() == 2
    for id in ids("listing"):
        visit.press(id, ".ask a")
    for id, text in TYPED.items():
        page.locator(f"#{id} .field").first.fill(text)
        visit.press(id, ".btn.main")
    for id in ids("ask")[:2]:
        page.locator(f"#{id} textarea").fill("multiply pairs and add")
        visit.press(id, ".btn.main")
        assert page.locator(f"#{id} .points li").count() > 1
    for field in page.locator("#ticket textarea").all():
        field.fill("softmax makes shares of the scores")
    visit.press("ticket", ".btn.main")
    assert page.locator("#ticket .points").count() == 2
    # nothing that was done before is lost
    assert page.locator(".verdict.right").count() == len(ids("check"))
    assert all(f"{id}." in page.url for id in ids("panel"))
