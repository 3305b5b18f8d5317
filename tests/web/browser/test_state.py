"""All that a visitor changed is in the address: reload, back, forward and a shared link show the same numbers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from starlette.testclient import TestClient

from tests.web.browser.course import TYPED, ids, snapshot, tries
from tests.web.browser.pages import LESSON, PAGES

Open = Callable[..., Any]

CHANGE = """(typed) => {
  for (const [id, text] of Object.entries(typed)) {
    const part = document.getElementById(id);
    const field = part.querySelector('textarea, input.field:not([type=hidden])');
    if (text) { field.value = text; field.form.requestSubmit(); }
    else part.querySelector('.cell button[value$="+"], button[value="step"], .ask a').click();
  }
}"""


def changed(page: Any, texts: dict[str, str]) -> None:
    """Change widgets, all at one time, and wait until the address says so."""
    page.evaluate(CHANGE, texts)
    owned = "([id]) => [...new URLSearchParams(location.search).keys()].some((key) => key.split('.')[0] === id)"
    for id in texts:
        page.wait_for_function(owned, arg=[id])
    page.wait_for_function("() => !document.querySelector('[aria-busy]')")


def test_every_widget_keeps_its_state(open_page: Open) -> None:
    page = open_page().open(LESSON)
    everything = {id: "" for kind in ("panel", "toy", "listing") for id in ids(kind)}
    everything |= {id: tries(id)[0] for id in ids("check")}
    everything |= {id: "a sum of products" for kind in ("ask", "exit") for id in ids(kind)}
    everything |= TYPED | {"topics": "open a file and read it", "digits": "0.25"}
    fresh = snapshot(page)
    assert set(fresh) <= {*everything, *ids("words")}
    changed(page, {id: everything[id] for id in list(everything)[:-1]})
    before = snapshot(page)
    changed(page, {"digits": everything["digits"]})
    after = snapshot(page)
    assert {id for id in fresh if after[id] == fresh[id]} == set()
    page.reload()
    assert snapshot(page) == after
    page.go_back()
    _settles(page, before)
    page.go_forward()
    _settles(page, after)
    shared = open_page().open(page.url.removeprefix(page.evaluate("location.origin")))
    assert snapshot(shared) == after


def test_a_copied_link_holds_what_other_widgets_show_now(open_page: Open) -> None:
    page = open_page().open(LESSON)
    changed(page, {"dot": ""})
    changed(page, {"cosine": ""})
    link = page.locator("#dot a[data-copy=link]")
    link.dispatch_event("contextmenu")
    shared = open_page().open("/learn/math-for-ml" + link.get_attribute("href"))
    assert snapshot(shared) == snapshot(page)


def _settles(page: Any, wanted: dict[str, str]) -> None:
    for _ in range(40):
        if snapshot(page) == wanted:
            return
        page.wait_for_timeout(50)
    assert snapshot(page) == wanted


ADDRESSES = (
    *PAGES,
    f"{LESSON}?dot.a=4,2,3&chain.x=2&rate.k=4",
    f"{LESSON}/part/softmax?softmax.z=1,2,3",
    f"{LESSON}/part/dot.md?dot.a=4,2,3",
    "/read?src=a+%3D+x%5E2+%2B+y&n.x=3&n.y=1&blame=x",
    "/toy?rate.f=x%C2%B2%20%2B%2010y%C2%B2&rate.x=4&rate.eta=0.09&rate.k=12",
)

ANSWERS = """
import json, sys
from starlette.testclient import TestClient
from unmagic.web.app import create_app
client = TestClient(create_app(["testserver"]))
print(json.dumps([client.get(path).text for path in sys.argv[1:]]))
"""


def test_equal_addresses_are_equal_bytes_in_another_process_too(client: TestClient) -> None:
    """Asked twice here (the second time from the cache), and once of a process whose sets and dicts hash otherwise."""
    here = [client.get(path).text for path in ADDRESSES]
    assert [client.get(path).text for path in ADDRESSES] == here
    settings = {**os.environ, "PYTHONHASHSEED": "1"}
    there = subprocess.run(
        [sys.executable, "-c", ANSWERS, *ADDRESSES], env=settings, capture_output=True, text=True, check=True
    )
    for path, one, other in zip(ADDRESSES, here, json.loads(there.stdout), strict=True):
        at = next((k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
        assert one == other, (path, one[at - 200 : at + 200], other[at - 200 : at + 200])
    assert len(set(here)) == len(ADDRESSES)
