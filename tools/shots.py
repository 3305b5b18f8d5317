"""Pictures of the site's main views for the README: ``make shots``. Needs Chromium; writes docs/shots."""

from __future__ import annotations

import shutil
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Any, NamedTuple

import uvicorn

from unmagic.web.app import create_app
from unmagic.web.reader.examples import EXAMPLES

FOLDER = Path(__file__).parents[1] / "docs" / "shots"

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--hide-scrollbars"]


class View(NamedTuple):
    """A view: its file's name, address, window, theme, and what is scrolled to the top."""

    name: str
    path: str
    width: int = 1280
    height: int = 860
    theme: str = "light"
    at: str = ""


LESSON = "/learn/math-for-ml"


def reader_example(title: str) -> str:
    """The address of one of the Reader's examples."""
    return next(example.question.link() for example in EXAMPLES if example.title == title)


VIEWS = (
    View("lesson", LESSON),
    View("panel", f"{LESSON}#dot", at="#dot"),
    View("training", f"{LESSON}#digits", at="#digits", theme="dark"),
    View("toy", "/toy?rate.eta=5&rate.k=4", height=1000, at="#rate"),
    View("reader", reader_example("Attention"), theme="dark", at="main section:nth-of-type(2)"),
    View("phone", f"{LESSON}#softmax", width=390, height=844, at="#softmax"),
)


def main() -> int:
    """Make every picture."""
    from playwright.sync_api import sync_playwright

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(), log_level="warning"))
    threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True).start()
    while not server.started:
        time.sleep(0.05)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    FOLDER.mkdir(parents=True, exist_ok=True)
    path = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        for view in VIEWS:
            take(browser, address, view)
            print(view.name)
        browser.close()
    server.should_exit = True
    return 0


def take(browser: Any, address: str, view: View) -> None:
    """One picture."""
    window = {"width": view.width, "height": view.height}
    page = browser.new_page(viewport=window, color_scheme=view.theme, reduced_motion="reduce")
    answer = page.goto(address + view.path)
    assert answer.status == 200, view
    if view.at:
        page.locator(view.at).evaluate("element => element.scrollIntoView()")
    page.wait_for_timeout(500)
    page.screenshot(path=FOLDER / f"{view.name}.png")
    page.close()


if __name__ == "__main__":
    sys.exit(main())
