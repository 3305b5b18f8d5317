"""The application: pages, and what stands around all of them."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from .errors import handlers
from .pages import front, lesson, reader
from .security import guards
from .static import static_routes


def create_app() -> Starlette:
    """A fresh application. It holds no state that a second process beside it would miss."""
    routes: list[BaseRoute] = [*front.routes, *lesson.routes, *reader.routes, *static_routes()]
    return Starlette(routes=routes, middleware=guards(), exception_handlers=handlers())
