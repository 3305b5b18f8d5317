"""Styles, scripts and the font, in a folder named by the hash of all of them, so that browsers may keep them for ever.

One folder, so that a script finds the modules it imports beside it.
"""

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

STYLES = (
    "tokens.css",
    "look.css",
    "reading.css",
    "pictures.css",
    "site.css",
    "lesson.css",
    "reader.css",
    "toy.css",
    "data.css",
)
"""The style sheet is one file, in this order."""

FACE = f'@font-face {{ font-family: "STIX Two Math"; src: url("{NAME}") format("woff2"); font-display: swap; }}\n'
"""The rule by which pages find the math font."""

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
    found["site.css"] = (css + (FACE if face is not None else "")).encode()
    return found


@cache
def version() -> str:
    """Changes with any of the files."""
    whole = hashlib.sha256()
    for name, body in sorted(content().items()):
        whole.update(f"{name} {len(body)} ".encode() + body)
    return whole.hexdigest()[:12]


def url_of(name: str) -> str:
    """The address of a static file. Raises `KeyError` for a name that is none."""
    content()[name]
    return f"/static/{version()}/{name}"


async def _serve(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in content() or request.path_params["version"] != version():
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
    return [Route("/static/{version}/{name}", _serve)]
