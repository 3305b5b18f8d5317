"""Every worked line on the pages, read off and recomputed from its printed digits.

Nothing of the engine is asked; `tests.checker` reads arithmetic as people write it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

import mpmath
import numpy as np
import pytest

from tests.checker import DPS, half_unit, is_rational, number, read_text, real, special
from tests.web.browser.pages import LESSON

Open = Callable[..., Any]

LINES = """() => {
  const text = (one) => (one?.textContent ?? '').replace(/\\s+/g, ' ').trim();
  const rows = [...document.querySelectorAll('.steps > li:not(.opens, .whole)')].map((li) => {
    const machine = li.querySelector('.is .machine');
    const is = li.querySelector('.is')?.cloneNode(true);
    is?.querySelector('.machine')?.remove();
    return [text(li.querySelector('.how')), text(li.querySelector('.rel')), text(is), text(machine)];
  });
  for (const td of document.querySelectorAll('.detect td + td + td.n'))
    rows.push([text(td.previousElementSibling), ...text(td).split(' '), '']);
  for (const box of document.querySelectorAll('.evidence')) {
    const cells = [...box.children];
    for (let k = 0; k < cells.length; k += 4) {
      const how = cells[k].cloneNode(true);
      how.querySelector('.of')?.remove();
      const [is, machine = ''] = text(cells[k + 2]).split(/ (?=→)/);
      rows.push([text(how), text(cells[k + 1]), is, machine]);
    }
  }
  return rows;
}"""
"""Of every worked line: the arithmetic, the relation, the value, and what a machine makes of it."""


def mismatch(how: str, rel: str, value: str, machine: str) -> str:
    """Why a line does not hold as printed; empty where it does."""
    with mpmath.workdps(DPS):
        found = read_text(how)
        if not rel:
            return "" if found else "it is not so"
        if rel == "⇒":
            return "" if _passes(found, value) else f"it comes to {mpmath.nstr(real(found), 20)}"
        if value.lstrip("−").startswith("10^"):
            power = value.lstrip("−")[3:]
            off = abs(mpmath.log10(abs(real(found))) - real(number(power)))
            return "" if machine and off <= real(half_unit(power)) else "another power of ten"
        claimed = number(value)
        if rel == "=":
            return "" if is_rational(found) and found == claimed else f"it is {mpmath.nstr(real(found), 20)}"
        assert rel == "≈", rel
        close = abs(real(found) - real(claimed)) <= real(half_unit(value)) * (1 + mpmath.mpf(10) ** -60)
        return "" if close and claimed else f"it is {mpmath.nstr(real(found), 20)}"


def _passes(found: Any, value: str) -> bool:
    """Whether arithmetic leaves float64 for what a line says it does."""
    shown = float(value.replace("−", "-"))
    if np.isnan(shown):
        return special(found) and bool(mpmath.isnan(found))
    if special(found):
        return bool(real(found) == shown)
    return abs(real(found)) > np.finfo(np.float64).max and (found > 0) == (shown > 0)


def checked(page: Any) -> int:
    """How many lines a page has; all hold."""
    rows = page.evaluate(LINES)
    wrong = []
    for row in rows:
        try:
            why = mismatch(*row)
        except Exception as error:  # whatever can't be read is a mismatch, and named
            why = repr(error)
        if why:
            wrong.append(f"{' '.join(row)}: {why}")
    assert wrong == [], page.url
    return len(rows)


def states(page: Any) -> list[str]:
    """The lesson's address in states that between them ask every question of every panel and listing."""
    asked = page.evaluate(
        """() => [...document.querySelectorAll('[data-part]')].map((part) => [part.id,
        [...part.querySelectorAll('.ask a')].map((link) => link.search)]).filter(([id, links]) => links.length)"""
    )
    made = []
    for k in range(max(len(links) for _, links in asked)):
        pairs = [pair for _, links in asked if k < len(links) for pair in parse_qsl(links[k], keep_blank_values=True)]
        made.append(f"{LESSON}?{urlencode(pairs)}")
    return made


def test_every_line_of_the_lesson_holds(open_page: Open) -> None:
    watched = open_page(script=False)
    page = watched.open(LESSON)
    count = checked(page)
    assert count > 150
    for address in states(page):
        count += checked(watched.open(address))
    assert count > 1000
    print(f"{count} lines of the lesson recomputed")


def test_every_line_of_the_readers_examples_holds(open_page: Open) -> None:
    watched = open_page(script=False)
    page = watched.open("/read")
    examples = page.evaluate("[...document.querySelectorAll('.ahead a')].map((link) => link.pathname + link.search)")
    assert len(examples) >= 10
    count = sum(checked(watched.open(address)) for address in examples)
    assert count > 150
    print(f"{count} lines of the Reader recomputed")


@pytest.mark.parametrize(
    "row",
    [
        ("2 + 2", "=", "5", ""),
        ("1 / 3", "=", "0.333", ""),
        ("1 / 3", "≈", "0.334", ""),
        ("exp(1)", "⇒", "inf", ""),
        ("0·inf", "⇒", "inf", ""),
        ("2 < 1", "", "", ""),
        ("1e-200·1e-200", "=", "1e-401", "→ float64 0"),
    ],
)
def test_a_false_line_is_seen(row: tuple[str, str, str, str]) -> None:
    assert mismatch(*row)
