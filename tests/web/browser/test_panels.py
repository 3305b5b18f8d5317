"""Panels under a visitor's hand: typed, stepped, dragged, asked; back, forward and reload keep their state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.conftest import needs
from tests.web.browser.pages import LESSON

Open = Callable[..., Any]


def cell(page: Any, label: str) -> Any:
    return page.locator("#dot").get_by_role("textbox", name=label, exact=True)


def becomes(field: Any, value: str) -> None:
    """Wait until a field shows a value."""
    needs("playwright.sync_api").expect(field).to_have_value(value)


def result(page: Any) -> str:
    """What the dot product comes to."""
    return page.locator("#dot .steps li", has=page.get_by_text("a · b", exact=True)).locator(".is").inner_text()


def settled(page: Any, query: str) -> None:
    """Wait until the address holds a query."""
    page.wait_for_url(lambda url: query in url)


def test_typing_recomputes_and_changes_the_address(open_page: Open) -> None:
    page = open_page().open(LESSON)
    cell(page, "a, entry 1").fill("4")
    settled(page, "dot.a=4,2,3")
    assert page.locator("#dot .how").first.inner_text() == "4·2"


def test_what_is_being_typed_stays(open_page: Open) -> None:
    page = open_page().open(LESSON)
    cell(page, "a, entry 1").fill("1/")
    page.locator("#dot [role=alert]").wait_for()
    assert cell(page, "a, entry 1").input_value() == "1/"
    cell(page, "a, entry 1").press_sequentially("4")
    settled(page, "dot.a=1%2F4,2,3")
    assert page.locator("#dot [role=alert]").count() == 0


def test_buttons_step_and_sizes_grow(open_page: Open) -> None:
    page = open_page().open(LESSON)
    page.locator("#dot").get_by_role("button", name="a, entry 1 one more", exact=True).click()
    settled(page, "dot.a=2,2,3")
    page.locator("#dot").get_by_role("button", name="One entry more").click()
    settled(page, "dot.a=2,2,3,0")
    assert page.locator("#dot .cell").count() == 8


def test_arrow_keys_step(open_page: Open) -> None:
    page = open_page().open(LESSON)
    cell(page, "b, entry 2").focus()
    page.keyboard.press("ArrowUp")
    settled(page, "dot.b=2,1,1")
    page.keyboard.press("PageDown")
    settled(page, "dot.b=2,-9,1")


def grasp(page: Any, field: Any) -> tuple[float, float]:
    """Press the mouse on a field, when the page above has been laid out and it moves no more; where that is."""
    field.hover()
    box = field.bounding_box()
    page.mouse.down()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_dragging_draws_frames_and_settles(open_page: Open) -> None:
    page = open_page().open(LESSON)
    x, y = grasp(page, cell(page, "a, entry 1"))
    page.mouse.move(x + 10, y)
    becomes(cell(page, "a, entry 1"), "3")
    page.mouse.move(x - 25, y)
    becomes(cell(page, "a, entry 1"), "−4")
    assert page.locator("#dot .how").first.inner_text() == "(−4)·2"
    page.mouse.up()
    settled(page, "dot.a=-4,2,3")


def test_escape_ends_a_drag_where_it_began(open_page: Open) -> None:
    page = open_page().open(LESSON)
    x, y = grasp(page, cell(page, "a, entry 1"))
    page.mouse.move(x + 10, y)
    becomes(cell(page, "a, entry 1"), "3")
    page.keyboard.press("Escape")
    page.mouse.up()
    becomes(cell(page, "a, entry 1"), "1")


def test_questions_back_forward_and_reload(open_page: Open) -> None:
    page = open_page().open(LESSON)
    page.locator("#dot .ask a").first.click()
    settled(page, "dot.b=3,0,-1")
    assert result(page) == "0"
    page.go_back()
    becomes(cell(page, "b, entry 1"), "2")
    assert result(page) == "5"
    page.go_forward()
    becomes(cell(page, "b, entry 1"), "3")
    page.reload()
    assert result(page) == "0"


def test_what_a_script_shows_is_what_the_server_shows(open_page: Open) -> None:
    page = open_page().open(LESSON)
    cell(page, "a, entry 2").fill("-7")
    settled(page, "dot.a=1,-7,3")
    page.locator("h1").click()
    live = page.locator("#dot").evaluate("e => e.outerHTML")
    fresh = open_page().open(page.url.removeprefix(page.evaluate("location.origin"))).locator("#dot")
    assert fresh.evaluate("e => e.outerHTML") == live


def test_symbols_light_up_everywhere_and_pin(open_page: Open) -> None:
    page = open_page().open(LESSON)
    key = page.locator("#dot .key.s1").first
    key.focus()
    page.keyboard.press("Enter")
    assert key.get_attribute("aria-pressed") == "true"
    lit = "getComputedStyle(document.querySelector('#dot .formula .sym.s1')).backgroundColor"
    assert page.evaluate(lit) != "rgba(0, 0, 0, 0)"
    page.keyboard.press("Escape")
    assert key.get_attribute("aria-pressed") == "false"


def test_the_theme_is_remembered(open_page: Open) -> None:
    page = open_page(theme="light").open(LESSON)
    page.get_by_role("button", name="Dark").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.get_by_role("button", name="Light").is_visible()
