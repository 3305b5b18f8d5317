"""What every request has to pass and every answer carries: one policy for the whole site."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers as HeaderMap
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)

LONGEST_QUERY = 48_000
"""Bytes of a URL's query: a formula of the longest kind fits, each of its characters as three escaped bytes."""

LARGEST_BODY = 400_000
"""Bytes of a posted form: a whole Python text of the longest kind."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """The names that the site answers to. Loopback addresses are always among them."""

    hosts: frozenset[str] = frozenset()

    def __contains__(self, host: str) -> bool:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
        return name == "localhost" or name in self.hosts or _is_loopback(name)


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def guards(hosts: Collection[str] = ()) -> list[Middleware]:
    """The middleware of the application, outermost first. ``hosts``: names beside loopback that it answers to."""
    return [Middleware(Headers), Middleware(Gate, admitted=Admitted(frozenset(hosts)))]


class Headers:
    """Adds the security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *HEADERS]
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


class Gate:
    """Turns away what no page of ours sends: foreign Host names (DNS rebinding), posts from other sites, sizes."""

    def __init__(self, app: ASGIApp, admitted: Admitted) -> None:
        self.app = app
        self.admitted = admitted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self.refusal(scope) if scope["type"] == "http" else None
        if refusal is not None:
            await PlainTextResponse(refusal[1], refusal[0])(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Status and reason, if the request may not pass."""
        headers = HeaderMap(scope=scope)
        if headers.get("host", "") not in self.admitted:
            return 400, "This site does not answer to that name. Start it with --host to admit one.\n"
        if len(scope["query_string"]) > LONGEST_QUERY:
            return 413, f"The address is too long: a query may have {LONGEST_QUERY:,} bytes.\n"
        if scope["method"] not in ("GET", "HEAD"):
            if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none") or not _own(headers):
                return 403, "A form of another site can't be sent here.\n"
            length = headers.get("content-length", "")
            if not length.isdecimal() or int(length) > LARGEST_BODY:
                return 413, f"Too much was sent: a form may have {LARGEST_BODY:,} bytes, and has to say how many.\n"
        return None


def _own(headers: HeaderMap) -> bool:
    """Whether a post comes from a page of this site, as far as the browser says."""
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")
