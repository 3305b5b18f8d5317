"""The Reader: any source a visitor hands in, read as a trace. Its state is its address; a long text has none.

A reading costs what its source costs, so it is worked in a thread, within limits, and kept for whoever asks the same.
"""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from functools import partial
from urllib.parse import parse_qsl, urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from unmagic.core.errors import LimitReached, UnmagicError
from unmagic.render import render as printed
from unmagic.web.reader.answer import Answer, answer
from unmagic.web.reader.beside import Beside, beside
from unmagic.web.reader.desk import Busy, Desk, Page, Shelf, TooSlow
from unmagic.web.reader.examples import EXAMPLES
from unmagic.web.reader.layout import Layout
from unmagic.web.reader.question import Pairs, Question, asked
from unmagic.web.templates import render

LARGEST = 400_000
"""Bytes of a form that is sent as a whole."""

LONGEST_ADDRESS = 6_000
"""Characters of an address that browsers and proxies carry for sure."""

HTML = "text/html; charset=utf-8"
FORMATS = {
    "md": ("markdown", "text/plain; charset=utf-8"),
    "tex": ("latex", "text/plain; charset=utf-8"),
    "txt": ("text", "text/plain; charset=utf-8"),
    "json": ("json", "application/json"),
}


async def show(request: Request) -> Response:
    """The page in the state that its address says; what a form sends is folded into that address first."""
    if request.method == "POST":
        question = asked(await _sent(request))
        if len(question.link()) <= LONGEST_ADDRESS:
            return RedirectResponse(question.link(), 303)
        return await _answered(request, question, keep=False)
    pairs = request.query_params.multi_items()
    question = asked(pairs)
    if question.pairs != pairs:
        return RedirectResponse(question.link(), 303)
    return await _answered(request, question, keep=True)


async def copy(request: Request) -> Response:
    """The reading in another format, for other places than this page."""
    if request.path_params["format"] not in FORMATS:
        raise HTTPException(404)
    question = asked(request.query_params.multi_items())
    format, kind = FORMATS[request.path_params["format"]]
    try:
        page = await _desk(request).work(partial(_copied, question, format))
    except Busy:
        raise HTTPException(503) from None
    except TooSlow:
        page = Page(422, _too_slow(_desk(request)).report().encode())
    if page.status != 200 and format != "json":
        kind = FORMATS["txt"][1]
    return Response(page.body, page.status, media_type=kind)


async def _answered(request: Request, question: Question, *, keep: bool) -> Response:
    desk, shelf, key = _desk(request), _shelf(request), tuple(question.pairs)
    page = shelf.get(key) if keep else None
    if page is None:
        try:
            page = await desk.work(partial(_made, question, keep))
        except Busy:
            body = _page(question, Answer(question.side), None, None, keep, busy=True)
            return Response(body, 503, {"retry-after": "2"}, HTML)
        except TooSlow:
            slow = Answer(question.side, error=_too_slow(desk))
            return Response(_page(question, slow, None, None, keep), 422, media_type=HTML)
        if keep and page.status != 500:
            shelf.put(key, page)
    return Response(page.body, page.status, media_type=HTML)


def _too_slow(desk: Desk) -> LimitReached:
    return LimitReached(
        f"this took longer than the {desk.seconds:g} seconds that a reading may take here",
        notes=(f"limit: seconds ≤ {desk.seconds:g}",),
        hint="fewer rounds, smaller arrays; or on your own machine, without the limit:  unmagic read",
    )


def _made(question: Question, keep: bool) -> Page:
    """The whole page, in a thread."""
    found = Answer(question.side)
    layout: Layout | None = None
    other: Beside | None = None
    try:
        found = answer(question)
        if found.shown is not None:
            layout = Layout(question, found, found.shown)
            other = beside(question, found, layout)
        return Page(found.status, _page(question, found, layout, other, keep))
    except (UnmagicError, RecursionError) as error:
        wrong = error if isinstance(error, UnmagicError) else LimitReached("it nests too deeply to be laid out")
        found.error, found.reading, found.gradient = wrong, None, None
        return Page(422, _page(question, found, None, None, keep))
    except Exception:  # whatever of ours breaks on a text, the visitor's page and text stand
        logging.getLogger(__name__).exception("a reading broke")
        broken = UnmagicError("this broke something of ours", hint="The text is kept. Another spelling may be read.")
        return Page(500, _page(question, Answer(question.side, error=broken), None, None, keep))


def _page(
    question: Question, found: Answer, layout: Layout | None, other: Beside | None, keep: bool, busy: bool = False
) -> bytes:
    return render(
        "reader.html",
        path="/read",
        question=question,
        answer=found,
        layout=layout,
        beside=other,
        busy=busy,
        kept=keep,
        examples=EXAMPLES,
        formats=FORMATS,
        replace=replace,
    ).encode()


def _copied(question: Question, format: str) -> Page:
    found = answer(question)
    reading = found.reading if format == "json" else found.shown  # the schema holds gradients beside the steps
    if found.error is None and reading is not None:
        asks = {"why": [question.why] if question.why else [], "blame": [question.blame] if question.blame else []}
        try:
            return Page(200, printed(reading, format, **({} if format == "json" else asks)).encode())
        except UnmagicError as error:
            found.error = error
    wrong = found.error or next((f.error for f in found.fields if f.error is not None), None)
    said = wrong.report() if wrong is not None else f"numbers are missing: {', '.join(found.waiting) or 'no source'}"
    if format == "json":
        said = json.dumps({"error": said}, ensure_ascii=False)
    return Page(found.status if found.status != 200 else 422, said.encode())


async def _sent(request: Request) -> Pairs:
    """The fields of a form sent from this site, as far as its size allows."""
    origin = request.headers.get("origin")
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403)
    if origin not in (None, "null") and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST:
            raise HTTPException(413)
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=300)
    except ValueError:
        raise HTTPException(400) from None


def _desk(request: Request) -> Desk:
    state = request.app.state
    if not hasattr(state, "desk"):
        state.desk = Desk()
    desk: Desk = state.desk
    return desk


def _shelf(request: Request) -> Shelf:
    state = request.app.state
    if not hasattr(state, "shelf"):
        state.shelf = Shelf()
    shelf: Shelf = state.shelf
    return shelf


routes = [
    Route("/read", show, methods=["GET", "POST"]),
    Route("/read.{format:str}", copy),
]
