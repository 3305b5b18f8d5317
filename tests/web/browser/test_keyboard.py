"""The lesson, from its skip link to its exit test, by keyboard alone: focus is seen at every stop and never lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.web.browser.course import TYPED, ids, tries
from tests.web.browser.pages import LESSON

Open = Callable[..., Any]

AT = """() => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
  const part = at.closest('[data-part]');
  return {
    tag: at.tagName, name: at.getAttribute('name') ?? '', class: at.className, text: at.textContent.trim().slice(0, 60),
    part: part?.id ?? '', path: (at.stop ??= (window.stops = (window.stops ?? 0) + 1)),
    section: at.closest('main section[id]:not([data-part])')?.id, ask: !!at.closest('.ask'),
    cell: !!at.closest('.cell') && at.tagName === 'INPUT',
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth };
}"""


class Hand:
    """A visitor with a keyboard and nothing else."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.stops: list[int] = []

    def at(self) -> dict[str, Any]:
        return self.page.evaluate(AT)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def tab(self) -> dict[str, Any]:
        """On to the next stop, which must be seen, and another one."""
        self.press("Tab")
        stop = self.at()
        if stop["tag"] != "BODY":
            assert stop["ring"], f"no focus ring on {stop}"
            assert stop["seen"], f"focus out of sight on {stop}"
            assert not self.stops or stop["path"] != self.stops[-1], f"trapped at {stop}"
            self.stops.append(stop["path"])
        return stop

    def until(self, state: str) -> None:
        """Wait until the address holds a state, then see that focus stayed in the widget."""
        part = self.at()["part"]
        self.page.wait_for_url(lambda url: state in url)
        stop = self.at()
        assert stop["part"] == part, f"{state}: focus went to {stop}"

    def retype(self, text: str) -> None:
        self.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def answer(self, id: str) -> None:
        """A check; the first few right after a slip that is told."""
        wrong, right = tries(id)
        said = self.page.locator(f"#{id}-said")
        for text, word in ((wrong, "Not yet."), (right, "Right."))[id not in ids("check")[:4] :]:
            self.retype(text)
            self.press("Enter")
            said.locator(".verdict", has_text=word).first.wait_for()
            assert self.at()["part"] == id


def test_the_lesson_is_done_by_keyboard(open_page: Open) -> None:
    page = open_page().open(LESSON)
    hand = Hand(page)
    assert hand.tab()["class"] == "skip"
    hand.press("Enter")
    page.wait_for_url("**#main")
    hand.stops.clear()
    done: set[str] = set()
    named = 0
    while (stop := hand.tab())["tag"] != "BODY" and len(hand.stops) < 3000:
        id = stop["part"]
        if stop["cell"] and f"{id} stepped" not in done:
            hand.press("ArrowUp")
            hand.until(f"{id}.")
            done.add(f"{id} stepped")
        elif stop["ask"] and f"{id} asked" not in done:
            was = page.url
            hand.press("Enter")
            page.wait_for_function("was => location.href !== was", arg=was)
            hand.until(f"{id}.")
            done.add(f"{id} asked")
        elif stop["tag"] == "INPUT" and id in ids("check") and id not in done:
            hand.answer(id)
            done.add(id)
        elif stop["class"].startswith("key") and not named:
            hand.press("Enter")
            named = page.locator(".key[aria-pressed=true]").count()
            hand.press("Escape")
            assert page.locator(".key[aria-pressed=true]").count() == 0
        elif "sheet-box" in stop["class"] and id == "rate" and id not in done:
            hand.press("ArrowRight")
            hand.until("rate.k=1")
            done.add(id)
        elif stop["tag"] == "TEXTAREA" and id in ids("exit"):
            hand.retype("Every query meets every key; softmax makes shares; they blend the values.")
        elif stop["text"] == "Compare" and id in ids("exit") and id not in done:
            hand.press("Enter")
            page.locator(f"#{id} .points").first.wait_for()
            assert hand.at()["part"] == id
            done.add(id)
        elif stop["tag"] == "INPUT" and id in TYPED and id not in done:
            hand.retype(TYPED[id])
            hand.press("Enter")
            hand.until(f"{id}.")
            done.add(id)
    assert named == 1
    wanted = {f"{id} {what}" for id in ids("panel") for what in ("stepped", "asked")} | {"rate", *TYPED}
    wanted |= {f"{id} asked" for id in ("rate", *ids("listing"))} | {*ids("check"), *ids("exit")}
    assert wanted - done == set()
    # and back again, the way it came
    last = hand.stops[-1]
    hand.press("Shift+Tab")
    for expected in reversed(hand.stops[-6:]):
        assert hand.at()["path"] == expected or expected == last
        hand.press("Shift+Tab")


def test_contents_lead_into_the_text(open_page: Open) -> None:
    page = open_page().open(LESSON)
    hand = Hand(page)
    while hand.tab()["text"] != "Bayes":
        pass
    hand.press("Enter")
    page.wait_for_url("**#bayes-idea")
    assert hand.tab()["section"] == "bayes-idea"


def test_focus_stays_where_a_button_goes_away(open_page: Open) -> None:
    """Skip is gone once it was pressed, and so is Start over; the field takes over."""
    page = open_page().open(LESSON)
    id = ids("check")[0]
    page.locator(f"#{id}").get_by_role("button", name="Skip").focus()
    page.keyboard.press("Enter")
    page.locator(f"#{id} .solved").wait_for()
    assert page.evaluate("document.activeElement.name") == id
    page.locator(f"#{id}").get_by_role("link", name="Start over").focus()
    page.keyboard.press("Enter")
    page.locator(f"#{id} .solved").wait_for(state="detached")
    assert page.evaluate("document.activeElement.name") == id
