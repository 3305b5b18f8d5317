"""The learning-rate toy under a visitor's hand, with script and without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import needs
from tests.web.browser.test_accessible import OPTIONS

Open = Callable[..., Any]

STATES = (
    "/toy",
    "/toy?rate.eta=5&rate.k=4&rate.guess=4&rate.keep=1,4,-1.6",
    "/toy?rate.f=x%C2%B2%20%2B%2010y%C2%B2&rate.x=4&rate.eta=0.09&rate.k=12",
    "/toy?rate.f=x%C2%B2%20%2B*%202&rate.eta=-1",
    "/toy?rate.eta=6&rate.k=86",
)


def expect(locator: Any) -> Any:
    return needs("playwright.sync_api").expect(locator)


def settled(page: Any, query: str) -> None:
    page.wait_for_url(lambda url: url.partition("#")[0].endswith(query))


def press(page: Any, name: str) -> None:
    page.locator("#rate").get_by_role("button", name=name, exact=True).click()


def title(page: Any) -> str:
    return page.locator("#rate .state").inner_text()


def rows(page: Any) -> int:
    return page.locator("#rate .run tbody tr").count()


@pytest.mark.parametrize(("width", "theme"), [(320, "light"), (1280, "dark")])
@pytest.mark.parametrize("path", STATES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(open_page: Open, path: str, theme: str, width: int) -> None:
    axe = needs("axe_playwright_python.sync_playwright").Axe()
    page = open_page(width, theme).open(path)
    found = axe.run(page, options=OPTIONS)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("script", [True, False])
def test_predict_step_and_go_back(open_page: Open, script: bool) -> None:
    page = open_page(script=script).open("/toy?rate.eta=5")
    page.get_by_role("textbox", name="Where does it stand after one step?").fill("4")
    press(page, "Step")
    settled(page, "rate.eta=5&rate.k=1&rate.guess=4")
    assert "You said 4; it went from −1.6 to 6.68" in page.locator("#rate").inner_text()
    press(page, "Ten")
    settled(page, "rate.k=11&rate.guess=4")
    press(page, "Back")
    settled(page, "rate.k=10&rate.guess=4")
    assert title(page) == "Overshooting"
    press(page, "Reset")
    settled(page, "/toy?rate.eta=5")
    assert rows(page) == 1


def test_every_button_without_script(open_page: Open) -> None:
    page = open_page(script=False).open("/toy")
    press(page, "Run")
    page.wait_for_url("**rate.k=*")
    assert title(page) == "Converged"
    press(page, "Keep this run")
    page.wait_for_url("**rate.keep=*")
    page.get_by_role("textbox", name="η", exact=True).fill("6")
    page.keyboard.press("Enter")
    page.wait_for_url("**rate.eta=6**")
    assert page.locator("#rate .runs li").count() == 2
    page.get_by_role("button", name="Drop the kept run with η = 1").click()
    page.wait_for_url(lambda url: "keep" not in url)
    page.get_by_role("slider").fill("2.5")
    press(page, "Recompute")
    page.wait_for_url("**rate.eta=2.5**")


def test_sliding_draws_frames_and_settles(open_page: Open) -> None:
    page = open_page().open("/toy?rate.k=4")
    slider = page.get_by_role("slider")
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    settled(page, "/toy?rate.eta=1.2&rate.k=4")
    assert page.get_by_role("textbox", name="η", exact=True).input_value() == "1.2"
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 10 + (box["width"] - 20) * 1.2 / 6.5, y)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.7, y, steps=6)
    expect(page.locator("#rate .state")).to_have_text("Overshooting")
    assert "rate.eta=1.2" in page.url
    page.mouse.up()
    page.wait_for_url(lambda url: "rate.eta=4." in url)
    live = page.locator("#rate").evaluate("e => e.outerHTML")
    fresh = open_page().open(page.url.removeprefix(page.evaluate("location.origin"))).locator("#rate")
    assert fresh.evaluate("e => e.outerHTML") == live


def test_a_run_plays_and_pauses(open_page: Open) -> None:
    page = open_page().open("/toy?rate.eta=5")
    page.emulate_media(reduced_motion="no-preference")
    press(page, "Run")
    page.locator("#rate .run tbody tr").nth(3).wait_for()
    press(page, "Pause")
    page.wait_for_url("**rate.k=*")
    count = page.locator("#rate tr[aria-current] th").inner_text()
    assert page.url.split("rate.k=")[1].split("#")[0] == count
    assert page.get_by_role("button", name="Run", exact=True).is_visible()


def test_a_run_plays_to_its_end(open_page: Open) -> None:
    page = open_page().open("/toy?rate.eta=2.5")
    page.emulate_media(reduced_motion="no-preference")
    press(page, "Run")
    page.wait_for_url("**rate.k=*")
    assert title(page) == "Converged"


def test_without_motion_run_goes_to_the_end(open_page: Open) -> None:
    page = open_page().open("/toy")
    press(page, "Run")
    page.wait_for_url("**rate.k=*")
    assert title(page) == "Converged"


def test_keys_step_where_the_focus_is(open_page: Open) -> None:
    page = open_page().open("/toy?rate.eta=5")
    page.keyboard.press("ArrowRight")
    page.locator(".sheet-box").focus()
    page.keyboard.press("ArrowRight")
    settled(page, "rate.eta=5&rate.k=1")
    page.keyboard.press("ArrowRight")
    settled(page, "rate.eta=5&rate.k=2")
    page.keyboard.press("ArrowLeft")
    settled(page, "rate.eta=5&rate.k=1")
    page.keyboard.press("r")
    settled(page, "/toy?rate.eta=5")
    page.keyboard.press(" ")
    page.wait_for_url("**rate.k=*")
    assert page.evaluate("document.activeElement.className") == "sheet-box"


def test_another_function_is_typed_and_an_error_keeps_it(open_page: Open) -> None:
    page = open_page().open("/toy")
    field = page.get_by_role("textbox", name="f(x), or f(x, y)")
    field.fill("x² +")
    page.locator("#rate [role=alert]").wait_for()
    assert field.input_value() == "x² +"
    field.press_sequentially(" 10 y²")
    page.get_by_role("textbox", name="start, y").wait_for()
    assert field.input_value() == "x² + 10 y²"
    press(page, "Step")
    page.wait_for_url("**rate.k=1#rate")
    page.go_back()
    expect(page.locator("#rate .run tbody tr")).to_have_count(1)
