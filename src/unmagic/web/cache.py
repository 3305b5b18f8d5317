"""Pages by canonical URL: equal addresses give equal bytes, so each is made and compressed once."""

from __future__ import annotations

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from functools import wraps
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

MOST_BYTES = 24 * 1024 * 1024
"""Pages that are kept, plain and packed, of one process."""

SMALLEST_PACKED = 600
"""Bytes under which packing is not worth a header."""

KEPT = ("content-type", "x-state")
"""Headers of an answer that belong to the page."""

Handler = Callable[[Request], Awaitable[Response]]


class Kept(NamedTuple):
    """A finished answer."""

    body: bytes
    packed: bytes
    headers: Mapping[str, str]


class Pages:
    """The most recently asked pages, up to a number of bytes."""

    def __init__(self, most: int = MOST_BYTES) -> None:
        self.most = most
        self.size = 0
        self._kept: OrderedDict[str, Kept] = OrderedDict()

    def get(self, key: str) -> Kept | None:
        """A page, now the most recent."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def put(self, key: str, page: Kept) -> None:
        """Keep a page; the longest unasked make room."""
        if key not in self._kept:
            self._kept[key] = page
            self.size += _size(key, page)
        while self.size > self.most:
            old, dropped = self._kept.popitem(last=False)
            self.size -= _size(old, dropped)


def _size(key: str, page: Kept) -> int:
    return len(key) + len(page.body) + len(page.packed)


_PAGES = Pages()


def cached(handler: Handler, pages: Pages = _PAGES) -> Handler:
    """A handler of GET whose answer depends on the URL alone; only what went well is kept, all of it in one place."""

    @wraps(handler)
    async def serve(request: Request) -> Response:
        key = f"{request.url.path}?{request.url.query}"
        kept = pages.get(key)
        if kept is None:
            answer = await handler(request)
            if answer.status_code != 200:
                return answer
            kept = _finished(answer)
            pages.put(key, kept)
        return _answer(request, kept)

    return serve


def _finished(answer: Response) -> Kept:
    body = bytes(answer.body)
    packed = gzip.compress(body, 6, mtime=0) if len(body) >= SMALLEST_PACKED else b""
    headers = {name: text for name, text in answer.headers.items() if name in KEPT}
    headers |= {"etag": f'"{hashlib.sha256(body).hexdigest()[:20]}"', "cache-control": "no-cache"}
    return Kept(body, packed, headers | {"vary": "accept-encoding"})


def _answer(request: Request, page: Kept) -> Response:
    if page.headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=page.headers)
    if page.packed and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(page.packed, headers={**page.headers, "content-encoding": "gzip"})
    return Response(page.body, headers=page.headers)
