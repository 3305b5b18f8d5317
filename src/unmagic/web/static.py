"""Styles, scripts and the font, under names that hold their content's hash, so that browsers may keep them for ever."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from .font import NAME, font

STYLES = ("tokens.css", "look.css", "reading.css", "pictures.css", "site.css")
"""The style sheet is one file, in this order."""

mimetypes.add_type("text/javascript", ".js")
mimetypes.add_type("font/woff2", ".woff2")


@cache
def content() -> Mapping[str, bytes]:
    """Every static file by its plain name."""
    styles = files("unmagic.render") / "style"
    own = files("unmagic.web") / "static"
    found = {}
    for path in own.iterdir():
        if path.name.endswith((".js", ".svg")):
            found[path.name] = path.read_bytes()
    face = font()
    if face is not None:
        found[NAME] = face
    sheets = (folder / name for name in STYLES for folder in (styles, own) if (folder / name).is_file())
    css = "".join(sheet.read_text(encoding="utf-8") for sheet in sheets)
    found["site.css"] = (css + (_face(face) if face is not None else "")).encode()
    return found


def _face(face: bytes) -> str:
    """The rule by which pages find the math font, under its own name for them."""
    rule = f'src: url("{_address(NAME, face)}") format("woff2"); font-display: swap;'
    return f'@font-face {{ font-family: "STIX Two Math"; {rule} }}\n'


@cache
def url_of(name: str) -> str:
    """The address of a static file."""
    return _address(name, content()[name])


def _address(name: str, body: bytes) -> str:
    return f"/static/{hashlib.sha256(body).hexdigest()[:12]}/{name}"


async def _serve(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in content() or url_of(name) != request.url.path:
        raise HTTPException(404)
    headers = {"cache-control": "public, max-age=31536000, immutable", "vary": "accept-encoding"}
    body = content()[name]
    if "gzip" in request.headers.get("accept-encoding", "") and not name.endswith(".woff2"):
        body, headers["content-encoding"] = _packed(name), "gzip"
    return Response(body, media_type=mimetypes.guess_type(name)[0], headers=headers)


@cache
def _packed(name: str) -> bytes:
    return gzip.compress(content()[name], 9, mtime=0)


def static_routes() -> list[BaseRoute]:
    """The route of all static files."""
    return [Route("/static/{digest}/{name}", _serve)]
