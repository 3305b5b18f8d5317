"""The learning-rate toy on a page of its own, and what its script asks for wherever it stands: frames and tables."""

from __future__ import annotations

from functools import lru_cache

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from unmagic.core.errors import UnmagicError
from unmagic.lesson.markdown import Widget
from unmagic.lesson.toy.show import ALONE, frames, table
from unmagic.lesson.toy.state import ToyState
from unmagic.lesson.widgets import kinds
from unmagic.lesson.widgets.kind import Pairs, owned
from unmagic.web.cache import cached
from unmagic.web.templates import page, pairs_text, render

TOY = Widget("toy", ALONE, "", 0)
"""The toy of this page, as a lesson would ask for it."""


@cached
async def toy_page(request: Request) -> Response:
    """The toy in the state that the URL says."""
    query = request.query_params.multi_items()
    pairs = canonical(query)
    if pairs != query:
        place = f"#{TOY.id}" if any(key == "at" for key, _ in query) else ""
        return RedirectResponse(f"{request.url.path}{_query_text(pairs)}{place}", 303)
    return page(request, "toy.html", toy=part(tuple(pairs)))


@cached
async def toy_part(request: Request) -> Response:
    """The toy alone, for a script that puts it in place."""
    pairs = canonical(request.query_params.multi_items())
    return Response(part(tuple(pairs)), media_type="text/html", headers={"x-state": _query_text(pairs)})


@cached
async def toy_frames(request: Request) -> Response:
    """The toy for each stop of its slider, or after each count of steps: ``over=rate.eta&low=0&high=30``."""
    query = request.query_params.multi_items()
    named = dict(query)
    id, _, over = named.get("over", "").partition(".")
    try:
        low, high = int(named.get("low", "")), int(named.get("high", ""))
        made = frames(ToyState.of(id, owned(id, query)), over, low, high)
    except (ValueError, UnmagicError) as error:
        raise HTTPException(422) from error
    return JSONResponse({"frames": [[text, render("widgets/toy-live.html", shown=shown)] for text, shown in made]})


@cached
async def run_table(request: Request) -> Response:
    """The steps of a run as comma-separated values."""
    query = request.query_params.multi_items()
    id = next((key.partition(".")[0] for key, _ in query if "." in key), TOY.id)
    try:
        rows = table(ToyState.of(id, owned(id, query)))
    except UnmagicError as error:
        raise HTTPException(422) from error
    text = "".join(f"{','.join(row)}\r\n" for row in rows)
    return PlainTextResponse(text, media_type="text/csv")


def canonical(query: Pairs) -> list[tuple[str, str]]:
    """The pairs of the canonical URL."""
    return list(kinds()[TOY.kind].query(TOY, owned(TOY.id, query)))


@lru_cache(maxsize=1024)
def part(pairs: tuple[tuple[str, str], ...]) -> str:
    """The toy as HTML."""
    return render(
        "widgets/toy.html",
        widget=TOY,
        shown=kinds()[TOY.kind].shown(TOY, pairs),
        action="/toy",
        part="/toy/part",
        carried='<input type="hidden" name="at" value="rate">',
        query="?",
    )


def _query_text(pairs: Pairs) -> str:
    return f"?{pairs_text(pairs)}" if pairs else ""


routes = [
    Route("/toy", toy_page),
    Route("/toy/part", toy_part),
    Route("/toy/frames", toy_frames),
    Route("/toy/run.csv", run_table),
]
