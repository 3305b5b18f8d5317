"""A visitor of the site: requests to the application itself, with no server and no network between."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from unmagic.web.app import create_app


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str


def get(url: str, *, follow: bool = True) -> Answer:
    """The answer to a request, after redirects."""
    for _ in range(3):
        answer = asyncio.run(_get(url))
        if not follow or answer.status not in (302, 303, 307):
            return answer
        url = answer.headers["location"]
    raise AssertionError(f"{url} redirects without end")


async def _get(url: str) -> Answer:
    parts = urlsplit(url)
    sent: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "headers": [(b"host", b"127.0.0.1")],
        "server": ("127.0.0.1", 80),
        "client": ("127.0.0.1", 1),
        "root_path": "",
    }

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await create_app()(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent)
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Answer(sent[0]["status"], headers, body.decode())
