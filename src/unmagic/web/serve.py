"""Serving the site: by default to this machine alone, at a free port, with the browser opened."""

from __future__ import annotations

import os
import socket
import sys
import threading
import webbrowser
from contextlib import suppress

import uvicorn
from starlette.applications import Starlette

from unmagic.core.errors import BadValue, UnmagicError
from unmagic.lesson.lesson import lessons
from unmagic.lesson.warm import warm

from .app import create_app
from .font import font
from .pages.lesson import part
from .static import content

LOOPBACK = "127.0.0.1"

HOSTS = "UNMAGIC_HOSTS"
"""Environment: further names that the site answers to, comma-separated, for those who serve it to others."""


def serve(host: str = LOOPBACK, port: int = 0, workers: int = 1, browser: bool = True) -> int:
    """Serve until interrupted. ``port`` 0 takes a free one; the address is printed. Returns the exit code."""
    if workers < 1:
        raise BadValue(f"{workers} workers can't serve", hint="--workers 1 or more")
    listening = _listen(host, port)
    font()  # cut before the first visitor waits for it, and before workers would cut it each
    content()
    taken = listening.getsockname()[1]
    address = f"http://{_shown(host)}:{taken}/"
    print(f"unmagic is at  {address}  (stop it with Ctrl-C)", flush=True)
    if browser:
        threading.Timer(0.6, webbrowser.open, [address]).start()
    os.environ[HOSTS] = ",".join(filter(None, (os.environ.get(HOSTS, ""), host)))
    config = uvicorn.Config(
        "unmagic.web.serve:application",
        factory=True,
        workers=workers,
        log_level="warning",
        server_header=False,
        date_header=False,
        timeout_keep_alive=20,
        h11_max_incomplete_event_size=64_000,
        limit_concurrency=500,
    )
    with suppress(KeyboardInterrupt):  # Ctrl-C is how it is meant to end
        if workers > 1:
            from uvicorn.supervisors import Multiprocess

            Multiprocess(config, [listening]).run()
        else:
            uvicorn.Server(config).run(sockets=[listening])
    return 0


def application() -> Starlette:
    """The application as a server process makes it; what its pages need is computed beside the first visitors."""
    threading.Thread(target=_warm, name="warm", daemon=True).start()
    return create_app([name.strip() for name in os.environ.get(HOSTS, "").split(",") if name.strip()])


def _warm() -> None:
    """Compute the lessons' data, then each widget as it is at first."""
    with suppress(UnmagicError):  # data that can't be had: the widget that asks for it says so
        warm()
    for lesson in lessons().values():
        for widget in lesson.widgets:
            part(lesson, widget, ())


def _listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises `UnmagicError` saying why it can't be had."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(place)
        listening.listen(512)  # who comes before the server is up waits, and is not turned away
        listening.set_inheritable(True)
    except OSError as error:
        hint = "leave --port out to take a free one" if port else "--host 127.0.0.1"
        raise UnmagicError(f"can't listen at {host}, port {port}: {error.strerror or error}", hint=hint) from error
    return listening


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


if __name__ == "__main__":
    sys.exit(serve(browser=False))
