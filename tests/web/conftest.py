"""The site as tests meet it: without a socket for what servers answer, in a real Chromium for what visitors see."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from starlette.testclient import TestClient

from tests.conftest import needs, required
from unmagic.web.app import create_app

ARGUMENTS = [
    "--no-sandbox",  # tests run as root in containers
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def client() -> TestClient:
    """Asks the application directly."""
    return TestClient(create_app(["testserver"]))


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of a site that is served for real, on loopback."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(["testserver"]), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A browser that every test opens its own context in; skipped where there is none, unless it is required."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        if "chromium" in required():
            pytest.fail("UNMAGIC_REQUIRE asks for chromium, which is not installed", pytrace=False)
        pytest.skip("chromium is not installed")
    playwright = needs("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


class Watched:
    """A page of the browser with all that it complained of and all that it asked for."""

    def __init__(self, page: Any, site: str) -> None:
        self.page = page
        self.site = site
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._asked)

    def _said(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith(self.site):
            self.elsewhere.append(request.url)

    def open(self, path: str) -> Any:
        """Go to a path of the site; the page itself."""
        answer = self.page.goto(self.site + path)
        if answer.status != 200:  # the browser's own remark on a page that is meant to be an error
            self.complaints = [words for words in self.complaints if "Failed to load resource" not in words]
        return self.page


@pytest.fixture
def open_page(chromium: Any, site: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """``open_page(width=…, theme=…, script=…)``: a `Watched` page, which at the end must have complained of nothing."""
    contexts = []
    watched = []

    def opened(width: int = 1280, theme: str = "light", script: bool = True, **options: Any) -> Watched:
        viewport = {"width": width, "height": 900}
        context = chromium.new_context(
            viewport=viewport, color_scheme=theme, java_script_enabled=script, reduced_motion="reduce", **options
        )
        contexts.append(context)
        watched.append(Watched(context.new_page(), site))
        return watched[-1]

    yield opened
    for context in contexts:
        context.close()
    for one in watched:
        assert one.complaints == []
        assert one.elsewhere == []
