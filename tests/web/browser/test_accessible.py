"""WCAG 2.2 AA as far as rules can tell, on every page, in both themes, on a phone and a desk; no sideways scroll."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import needs
from tests.web.browser.pages import PAGES, STATES

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {"runOnly": TAGS, "resultTypes": ["violations"]}
"""What is sought. To list all that passes too would cost five times as long."""


def laid_out(page: Any) -> None:
    """Lay out what is far off screen too: axe takes places first and looks behind them later, while all moves."""
    page.evaluate(
        """() => { const sheet = new CSSStyleSheet();
        sheet.replaceSync('.panel { content-visibility: visible !important }');
        document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]; }"""
    )


def accessible(page: Any, within: str | None = None) -> None:
    """In both themes no rule is broken on the page, or within some of it, with all that unfolds unfolded."""
    laid_out(page)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    axe = needs("axe_playwright_python.sync_playwright").Axe()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        found = axe.run(page, context=within and {"include": within.split(", ")}, options=OPTIONS)
        assert found.violations_count == 0, f"{theme}: {found.generate_report()}"


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(open_page: Callable[..., Any], path: str, width: int) -> None:
    accessible(open_page(width).open(path))


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize(("path", "within"), STATES.items())
def test_axe_finds_nothing_in_other_states(open_page: Callable[..., Any], path: str, within: str, width: int) -> None:
    accessible(open_page(width).open(path), within)


@pytest.mark.parametrize("path", [*PAGES, *STATES])
def test_nothing_scrolls_sideways_on_a_phone(open_page: Callable[..., Any], path: str) -> None:
    page = open_page(320).open(path)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    # WCAG 1.4.12: with wider text spacing too
    page.evaluate(
        """() => { const sheet = new CSSStyleSheet();
        const wide = 'line-height: 1.5; letter-spacing: .12em; word-spacing: .16em'.replaceAll(/;|$/g, ' !important;');
        sheet.replaceSync(`* { ${wide} }`);
        document.adoptedStyleSheets = [sheet]; }"""
    )
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_axe_sees_a_planted_fault(open_page: Callable[..., Any]) -> None:
    axe = needs("axe_playwright_python.sync_playwright").Axe()
    page = open_page().open("/")
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    assert axe.run(page, options=OPTIONS).violations_count > 0
