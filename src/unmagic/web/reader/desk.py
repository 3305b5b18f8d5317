"""Readings are worked in threads, a few at once: pages stay quick while somebody's reading is long."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple, TypeVar

import anyio
import anyio.to_thread

Made = TypeVar("Made")

AT_ONCE = 2
WAITING = 30
SECONDS = 10.0
"""What one answer may take, its wait included."""


class Busy(Exception):
    """More is asked for at this moment than can be worked."""


class TooSlow(Exception):
    """An answer took longer than it may."""


class Desk:
    """Works ``AT_ONCE`` readings at once, lets ``WAITING`` more wait, and sends the others away."""

    def __init__(self, at_once: int = AT_ONCE, waiting: int = WAITING, seconds: float = SECONDS) -> None:
        self.at_once = at_once
        self.most = at_once + waiting
        self.seconds = seconds
        self._limiter: anyio.CapacityLimiter | None = None
        self._here = 0

    async def work(self, make: Callable[[], Made]) -> Made:
        """What ``make`` gives, from a thread. Raises `Busy` or `TooSlow`."""
        if self._here >= self.most:
            raise Busy
        if self._limiter is None:  # belongs to the event loop that is running
            self._limiter = anyio.CapacityLimiter(self.at_once)
        self._here += 1
        try:
            with anyio.fail_after(self.seconds):
                return await anyio.to_thread.run_sync(make, abandon_on_cancel=True, limiter=self._limiter)
        except TimeoutError:
            raise TooSlow from None
        finally:
            self._here -= 1


class Page(NamedTuple):
    """An answer as it is sent."""

    status: int
    body: bytes


class Shelf:
    """The last pages made, by their address, within a number of bytes."""

    def __init__(self, most: int = 24_000_000) -> None:
        self.most = most
        self.size = 0
        self._pages: OrderedDict[tuple[tuple[str, str], ...], Page] = OrderedDict()

    def get(self, key: tuple[tuple[str, str], ...]) -> Page | None:
        page = self._pages.get(key)
        if page is not None:
            self._pages.move_to_end(key)
        return page

    def put(self, key: tuple[tuple[str, str], ...], page: Page) -> None:
        if key in self._pages or len(page.body) > self.most // 8:
            return
        self._pages[key] = page
        self.size += _weight(key, page)
        while self.size > self.most:
            self.size -= _weight(*self._pages.popitem(last=False))


def _weight(key: tuple[tuple[str, str], ...], page: Page) -> int:
    """Bytes that a page takes here, its address and the room that Python itself needs included."""
    return len(page.body) + sum(4 * len(text) + 120 for pair in key for text in pair)
