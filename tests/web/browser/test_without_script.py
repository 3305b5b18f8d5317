"""With JavaScript off every panel is a form, and its state the address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.web.browser.pages import LESSON

Open = Callable[..., Any]


def test_a_number_is_typed_and_sent(open_page: Open) -> None:
    page = open_page(script=False).open(LESSON)
    page.get_by_role("textbox", name="a, entry 1", exact=True).fill("4")
    page.keyboard.press("Enter")
    page.wait_for_url("**dot.a=4,2,3**")
    assert page.locator("#dot .how").first.inner_text() == "4·2"


def test_buttons_step_without_script(open_page: Open) -> None:
    page = open_page(script=False).open(LESSON)
    page.locator("#dot").get_by_role("button", name="b, entry 2 one less", exact=True).click()
    page.wait_for_url("**dot.b=2,-1,1**")
    assert page.url.endswith("#dot")
