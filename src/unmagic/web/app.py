"""The application: pages, and what stands around all of them."""

from __future__ import annotations

from collections.abc import Collection

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from .errors import handlers
from .pages import front, lesson, reader, toy
from .security import guards
from .static import static_routes


def create_app(hosts: Collection[str] = ()) -> Starlette:
    """A fresh application, which holds no state that a second process beside it would miss.

    ``hosts``: names beside loopback that it answers to.
    """
    routes: list[BaseRoute] = [*front.routes, *lesson.routes, *reader.routes, *toy.routes, *static_routes()]
    return Starlette(routes=routes, middleware=guards(hosts), exception_handlers=handlers())
