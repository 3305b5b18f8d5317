"""The front page: what this is, and the way in."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from unmagic.lesson.lesson import lessons
from unmagic.web.cache import cached
from unmagic.web.templates import page


@cached
async def front(request: Request) -> Response:
    """What unmagic is, its lessons, and a field to read something at once."""
    return page(request, "front.html", lessons=list(lessons().values()))


routes = [Route("/", front)]
