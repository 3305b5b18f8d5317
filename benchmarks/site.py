"""The site as a visitor waits for it: server times, a crowd, and a slow phone's browser."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl, quote

LESSON = "/learn/math-for-ml"

ATTENTION = "A = softmax(QKᵀ/√d); Y = A V; loss = Σᵢⱼ wᵢⱼ Yᵢⱼ"

CROWD, SECONDS = 50, 60


class Direct:
    """Asks the application without a socket: what is timed is ours alone."""

    def __init__(self) -> None:
        from unmagic.web.app import create_app

        self.app = create_app()
        self.loop = asyncio.new_event_loop()

    def get(self, path: str) -> float:
        """Milliseconds of one answer. Raises `AssertionError` unless it is 200."""
        plain, _, query = path.partition("?")
        headers = [(b"host", b"localhost"), (b"accept-encoding", b"gzip")]
        scope = {"type": "http", "method": "GET", "path": plain, "raw_path": plain.encode(), "headers": headers,
                 "query_string": query.encode(), "http_version": "1.1", "scheme": "http", "server": ("localhost", 80),
                 "client": ("127.0.0.1", 1), "root_path": ""}  # fmt: skip
        status: list[int] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                status.append(message["status"])

        start = time.perf_counter()
        self.loop.run_until_complete(self.app(scope, receive, send))
        took = (time.perf_counter() - start) * 1e3
        assert status == [200], (path, status)
        return took


def spread(times: list[float]) -> str:
    """Median and 95th percentile."""
    ordered = sorted(times)
    return f"{statistics.median(ordered):.1f}, p95 {ordered[int(0.95 * len(ordered))]:.1f} ms"


def panel_states(rng: random.Random) -> Iterator[tuple[str, str]]:
    """Every panel in a state that nobody asked for yet: one cell stepped away from its default."""
    from unmagic.lesson.panels import panels
    from unmagic.lesson.panels.state import PanelState

    for id, panel in panels().items():
        state = PanelState.of(panel, [])
        field = rng.choice([field for field in panel.fields if not field.whole])
        rows = state.cells[field.slot]
        place = f"{rng.randrange(len(rows))}.{rng.randrange(len(rows[0]))}" if len(field.axes) == 2 else str(
            rng.randrange(len(rows[0])))  # fmt: skip
        for _ in range(rng.randint(1, 9)):
            state = state.after(f"{field.slot}.{place}{rng.choice('+-')}")
        yield id, "&".join(f"{key}={quote(text)}" for key, text in state.query())


def panel_time() -> str:
    """Server time of a panel in a fresh state, over all panels"""
    site, rng = Direct(), random.Random(0)
    times = [site.get(f"{LESSON}/part/{id}?{query}") for _ in range(30) for id, query in panel_states(rng)]
    return spread(times[len(times) // 5 :])


def lesson_time() -> str:
    """Server time of the lesson page: a state whose panels are all fresh / one that was seen"""
    from unmagic.lesson.lesson import lessons
    from unmagic.web.pages import lesson

    site, rng, whole = Direct(), random.Random(1), lessons()[LESSON.rpartition("/")[2]]
    site.get(LESSON)
    fresh: list[float] = []
    seen: list[float] = []
    for _ in range(15):
        lesson._made.cache_clear()
        for widget in whole.widgets:
            if widget.kind != "panel":
                lesson.part(whole, widget, ())
        query = "&".join(query for _, query in panel_states(rng) if query)
        pairs = lesson.canonical(whole, parse_qsl(query))  # in the order of the page
        path = f"{LESSON}{lesson.query_text(pairs)}"
        fresh.append(site.get(path))
        seen.extend(site.get(path) for _ in range(5))
    return f"{spread(fresh)} / {spread(seen)}"


def reader_time() -> str:
    """Server time of the Reader on attention 8×8 with its gradient, numbers never seen before"""
    from unmagic.web.reader.question import asked

    site, rng = Direct(), random.Random(2)

    def matrix() -> str:
        return ";".join(",".join(f"{rng.randint(-9, 9) / 4:g}" for _ in range(8)) for _ in range(8))

    times = []
    for _ in range(30):
        numbers = [(f"n.{name}", matrix()) for name in ("K", "Q", "V", "w")]
        times.append(site.get(asked([("src", ATTENTION), ("n.d", "8"), *numbers]).link()))
    return spread(times[3:])


@contextmanager
def served() -> Iterator[tuple[str, int]]:
    """A site in a process of its own: its address and process id."""
    command = [sys.executable, "-u", "-m", "unmagic", "serve", "--no-browser"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield server.stdout.readline().split()[3].rstrip("/"), server.pid
    finally:
        server.terminate()
        server.wait(10)


def resident(pid: int) -> float:
    """MB that a process has in memory."""
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def crowd() -> str:
    """50 visitors at once, one process, 60 s: errors, answers, p95, memory after 20 s and at the end"""
    import httpx2

    from unmagic.web.reader.question import asked

    times: list[float] = []
    errors = 0

    async def visitor(client: Any, k: int, until: float) -> None:
        nonlocal errors
        rng = random.Random(k)
        while time.perf_counter() < until:
            await asyncio.sleep(rng.uniform(0.5, 1.5))  # people look before they touch again
            if rng.random() < 0.8:
                id, query = rng.choice(list(panel_states(rng)))
                path = f"{LESSON}/part/{id}?{query}"
            else:
                numbers = [("n.W", f"1,{rng.randint(1, 99)};2,1"), ("n.x", f"1,{rng.randint(1, 99)}"), ("n.c", "1")]
                path = asked([("src", "p = softmax(W x); loss = −log p[c]"), *numbers]).link()
            start = time.perf_counter()
            answer = await client.get(path)
            times.append((time.perf_counter() - start) * 1e3)
            errors += answer.status_code != 200

    async def all_of_them(address: str, seconds: float) -> None:
        async with httpx2.AsyncClient(base_url=address, timeout=30) as client:
            until = time.perf_counter() + seconds
            await asyncio.gather(*(visitor(client, k, until) for k in range(CROWD)))

    with served() as (address, pid):
        asyncio.run(_warm(address))
        asyncio.run(all_of_them(address, SECONDS / 3))  # caches fill up to their bounds
        before = resident(pid)
        asyncio.run(all_of_them(address, SECONDS))
        after = resident(pid)
    return f"{errors} errors of {len(times):,}, {spread(times)}, {before:.0f} → {after:.0f} MB"


async def _warm(address: str) -> None:
    import httpx2

    async with httpx2.AsyncClient(base_url=address, timeout=60) as client:
        await client.get(LESSON)


@contextmanager
def browser() -> Iterator[Any]:
    """A real Chromium."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("google-chrome")
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=arguments)
        yield opened
        opened.close()


OBSERVE = """
window.vitals = {lcp: 0, cls: 0, inp: 0};
new PerformanceObserver(list => { for (const e of list.getEntries()) vitals.lcp = e.startTime; })
  .observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(list => { for (const e of list.getEntries()) if (!e.hadRecentInput) vitals.cls += e.value; })
  .observe({type: 'layout-shift', buffered: true});
new PerformanceObserver(list => { for (const e of list.getEntries()) vitals.inp = Math.max(vitals.inp, e.duration); })
  .observe({type: 'event', buffered: true, durationThreshold: 16});
"""


def vitals() -> str:
    """The lesson on a slow phone (CPU 4× slower, slow 4G): LCP, INP, CLS, medians of 5"""
    rows = []
    with served() as (address, _), browser() as opened:
        for _ in range(5):
            context = opened.new_context(viewport={"width": 390, "height": 844})
            page = context.new_page()
            session = context.new_cdp_session(page)
            session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
            session.send("Network.enable")
            slow = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
            session.send("Network.emulateNetworkConditions", slow)
            page.add_init_script(OBSERVE)
            page.goto(address + LESSON)
            page.wait_for_timeout(2500)
            box = page.locator("#dot").get_by_role("textbox", name="a, entry 1", exact=True)
            box.scroll_into_view_if_needed()
            box.click()
            page.keyboard.type("4")
            page.wait_for_timeout(600)
            page.locator("#dot .key").first.click()
            page.locator("#dot").get_by_role("button", name="a, entry 2 one more", exact=True).click()
            page.wait_for_timeout(1200)
            rows.append(page.evaluate("vitals"))
            context.close()
    lcp, inp, cls = (statistics.median(row[name] for row in rows) for name in ("lcp", "inp", "cls"))
    return f"{lcp / 1e3:.2f} s, {inp:.0f} ms, {cls:.3f}"


FRAMES = """async () => {
  const gaps = []; let last = performance.now(); let on = true;
  const tick = now => { gaps.push(now - last); last = now; if (on) requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
  window.stopFrames = () => { on = false; return gaps.slice(2); };
}"""


def scrubbing() -> str:
    """Dragging a number for 4 s: frames drawn on time (60 Hz)"""
    with served() as (address, _), browser() as opened:
        page = opened.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address + LESSON)
        cell = page.locator("#dot").get_by_role("textbox", name="a, entry 1", exact=True)
        cell.scroll_into_view_if_needed()
        box = cell.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 10, y)
        page.wait_for_timeout(500)
        page.evaluate(FRAMES)
        until, k = time.perf_counter() + 4, 0
        while time.perf_counter() < until:
            k += 1
            page.mouse.move(x + 60 * (1 if k // 30 % 2 else -1) * (k % 30) / 30, y)
        gaps = page.evaluate("stopFrames()")
        page.mouse.up()
    late = sum(gap > 1.5 * 1000 / 60 for gap in gaps)
    return f"{100 * (1 - late / len(gaps)):.1f} % of {len(gaps)}"


SLIDE = """async () => {
  const slide = document.querySelector('#rate input[type=range]');
  const gaps = []; let then = performance.now();
  for (let k = 0; k < 120; k++) {
    slide.value = String(Number(slide.value) + (k % 20 < 10 ? 0.05 : -0.05));
    slide.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise(requestAnimationFrame);
    const now = performance.now(); gaps.push(now - then); then = now; }
  return gaps; }"""


def sliding() -> str:
    """Sliding the toy's learning rate through 120 values: frames drawn on time (60 Hz)"""
    with served() as (address, _), browser() as opened:
        page = opened.new_page(viewport={"width": 1280, "height": 900})
        page.goto(address + "/toy?rate.k=6")
        page.get_by_role("slider").focus()
        page.wait_for_timeout(400)
        gaps = page.evaluate(SLIDE)
    late = sum(gap > 1.5 * 1000 / 60 for gap in gaps)
    return f"{100 * (1 - late / len(gaps)):.1f} % of {len(gaps)}"


def transfer() -> str:
    """The lesson page, gzipped, with style, script and font; scripts of ours alone"""
    sizes: dict[str, int] = {}
    with served() as (address, _), browser() as opened:
        page = opened.new_page()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        names: dict[str, str] = {}
        session.on("Network.responseReceived", lambda e: names.update({e["requestId"]: e["response"]["url"]}))
        session.on("Network.loadingFinished", lambda e: sizes.update({names[e["requestId"]]: e["encodedDataLength"]}))
        page.goto(address + LESSON)
        page.wait_for_timeout(500)
    scripts = sum(size for url, size in sizes.items() if url.endswith(".js"))
    return f"{sum(sizes.values()) / 1e3:.0f} kB; {scripts / 1e3:.1f} kB"


SITE: tuple[tuple[Callable[[], str], str], ...] = (
    (panel_time, "p95 ≤ 3 ms"),
    (lesson_time, "p95 ≤ 60 / 5 ms"),
    (reader_time, "p95 ≤ 30 ms"),
    (crowd, "0 errors, p95 ≤ 150 ms, flat"),
    (transfer, "≤ 150 kB; ≤ 25 kB"),
    (vitals, "≤ 1.5 s, ≤ 100 ms, ≤ 0.02"),
    (scrubbing, "≥ 95 %"),
    (sliding, "≥ 95 %"),
)
