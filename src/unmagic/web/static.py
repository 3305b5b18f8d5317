"""Styles, scripts and the font, under names that hold their content's hash, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

STYLES = ("tokens.css", "look.css", "reading.css", "pictures.css", "site.css", "reader.css")
"""The style sheet is one file, in this order."""

mimetypes.add_type("text/javascript", ".js")


@cache
def content() -> Mapping[str, bytes]:
    """Every static file by its plain name."""
    styles = files("unmagic.render") / "style"
    own = files("unmagic.web") / "static"
    found = {}
    for path in own.iterdir():
        if path.name.endswith((".js", ".svg")):
            found[path.name] = path.read_bytes()
    sheets = (folder / name for name in STYLES for folder in (styles, own) if (folder / name).is_file())
    found["site.css"] = b"".join(sheet.read_bytes() for sheet in sheets)
    return found


@cache
def url_of(name: str) -> str:
    """The address of a static file."""
    digest = hashlib.sha256(content()[name]).hexdigest()[:12]
    return f"/static/{digest}/{name}"


async def _serve(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in content() or url_of(name) != request.url.path:
        raise HTTPException(404)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Response(content()[name], media_type=kind, headers={"cache-control": "public, max-age=31536000, immutable"})


def static_routes() -> list[BaseRoute]:
    """The route of all static files."""
    return [Route("/static/{digest}/{name}", _serve)]
