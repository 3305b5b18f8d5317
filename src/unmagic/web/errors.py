"""Pages for what went wrong: said in words, with the way on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from .templates import page

_WORDS = {
    404: ("Nothing stands here", "The address leads to no page of this site."),
    405: ("Not this way", "This address can only be read."),
    413: ("Too much at once", "What was sent is larger than this page takes."),
    429: ("Too many requests", "Wait a moment, then try again; nothing you typed is lost."),
    503: ("Busy", "More readings are under way than this machine can do at once. Try again in a moment."),
}


def handlers() -> Mapping[Any, Any]:
    """The exception handlers of the application."""
    return {HTTPException: show_error}


async def show_error(request: Request, error: Exception) -> Response:
    """An HTTP error as a page."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    title, words = _WORDS.get(status, ("That did not work", "The fault is ours, not yours."))
    return page(request, "error.html", status=status, title=title, words=words)
