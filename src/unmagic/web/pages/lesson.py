"""A lesson as a page, and its widgets alone for scripts that fetch them.

The state of everything on the page is its URL. What a form without script sends is folded into the canonical URL by a
redirect, so that equal states have equal addresses, and equal addresses equal bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import NamedTuple

from anyio import to_thread
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from unmagic.core.errors import BadValue, UnmagicError
from unmagic.lesson.lesson import Lesson, lessons
from unmagic.lesson.markdown import Widget
from unmagic.lesson.panels import panels
from unmagic.lesson.panels.show import show
from unmagic.lesson.panels.state import PanelState
from unmagic.lesson.panels.sweep import sweep
from unmagic.lesson.widgets import kinds
from unmagic.lesson.widgets.kind import Pairs, owned
from unmagic.render import render as print_reading
from unmagic.web.cache import cached
from unmagic.web.templates import page, pairs_text, render

CARRIED, QUERY = "\x02carried\x03", "\x02query\x03"
"""Where a widget's HTML hands on the rest of the page's state: as hidden fields, and as the start of a link's query.
They are filled in last, so that a widget's HTML depends on its own state alone and is made once for it."""


@cached
async def lesson_page(request: Request) -> Response:
    """The lesson in the state that its URL says."""
    lesson = _lesson(request)
    query = request.query_params.multi_items()
    pairs = canonical(lesson, query)
    if pairs != query:
        return RedirectResponse(f"{request.url.path}{query_text(pairs)}{_place(lesson, query)}", 303)
    parts = await to_thread.run_sync(_parts, lesson, pairs)
    return page(request, "lesson.html", lesson=lesson, parts=parts)


@cached
async def widget_part(request: Request) -> Response:
    """One widget as HTML, for a script that puts it in place."""
    lesson = _lesson(request)
    widget = next((widget for widget in lesson.widgets if widget.id == request.path_params["id"]), None)
    if widget is None:
        raise HTTPException(404)
    pairs = canonical(lesson, request.query_params.multi_items())
    slow = kinds()[widget.kind].slow
    html = await to_thread.run_sync(part, lesson, widget, pairs) if slow else part(lesson, widget, pairs)
    return Response(html, media_type="text/html", headers={"x-state": query_text(pairs)})


@cached
async def panel_text(request: Request) -> Response:
    """A panel's reading as Markdown or LaTeX, to be copied."""
    lesson = _lesson(request)
    widget = next((w for w in lesson.widgets if w.id == request.path_params["id"] and w.kind == "panel"), None)
    if widget is None:
        raise HTTPException(404)
    shown = show(PanelState.of(panels()[widget.id], owned(widget.id, request.query_params.multi_items())))
    if shown.reading is None:
        raise HTTPException(422)
    format = {"md": "markdown", "tex": "latex"}[request.path_params["format"]]
    return PlainTextResponse(print_reading(shown.reading, format))


@cached
async def frames(request: Request) -> Response:
    """A panel for each value of a dragged cell: ``over=dot.a.0&step=1&low=-20&high=20``."""
    lesson = _lesson(request)
    query = dict(request.query_params)
    id, slot, *place = query.get("over", "").split(".")
    widget = next((w for w in lesson.widgets if w.id == id and w.kind == "panel"), None)
    try:
        low, high = int(query.get("low", "")), int(query.get("high", ""))
        at = tuple(int(part) for part in place)
        if widget is None:
            raise BadValue(f"no panel {id!r}")
        state = PanelState.of(panels()[id], owned(id, request.query_params.multi_items()))
        shown = sweep(state, slot, at, query.get("step", "1"), low, high)
    except (ValueError, UnmagicError) as error:
        raise HTTPException(422) from error
    made = [[text, render("widgets/panel-live.html", shown=one)] for text, one in shown]
    return JSONResponse({"frames": made})


def canonical(lesson: Lesson, query: Pairs) -> list[tuple[str, str]]:
    """The pairs of the canonical URL: each widget's own, in the order of the page; what nobody owns is dropped."""
    owners: dict[str, list[tuple[str, str]]] = {}
    for pair in query:
        owners.setdefault(pair[0].partition(".")[0], []).append(pair)
    asked = (widget for widget in lesson.widgets if widget.id in owners)  # the others are as they come: no pairs
    return [pair for widget in asked for pair in _canonical(widget, tuple(owners[widget.id]))]


@lru_cache(maxsize=512)  # of one page a few times over; what is asked for may be long
def _canonical(widget: Widget, own: tuple[tuple[str, str], ...]) -> Pairs:
    """One widget's pairs: most widgets of a page are as they were when one of them changes."""
    return kinds()[widget.kind].query(widget, own)


def _parts(lesson: Lesson, pairs: Pairs) -> dict[str, str]:
    return {widget.id: part(lesson, widget, pairs) for widget in lesson.widgets}


def part(lesson: Lesson, widget: Widget, pairs: Pairs) -> str:
    """A widget as HTML in the state that canonical ``pairs`` give the page."""
    html = _made(lesson.slug, widget, tuple(owned(widget.id, pairs)))
    rest = [pair for pair in _written(tuple(pairs)) if pair.owner != widget.id]
    hidden = _hidden("at", widget.id) + "".join(pair.hidden for pair in rest)
    return html.replace(CARRIED, hidden).replace(QUERY, escape("?" + "".join(f"{pair.query}&" for pair in rest)))


@lru_cache(maxsize=1024)
def _made(slug: str, widget: Widget, own: tuple[tuple[str, str], ...]) -> str:
    shown = kinds()[widget.kind].shown(widget, own)
    return render(
        f"widgets/{widget.kind}.html",
        widget=widget,
        shown=shown,
        action=f"/learn/{slug}",
        part=f"/learn/{slug}/part/{widget.id}",
        carried=CARRIED,
        query=QUERY,
    )


def query_text(pairs: Sequence[tuple[str, str]]) -> str:
    """A query with its question mark; nothing for nothing."""
    return f"?{pairs_text(pairs)}" if pairs else ""


class _Written(NamedTuple):
    """A pair as other widgets hand it on."""

    owner: str
    hidden: str
    query: str


@lru_cache(maxsize=8)  # all widgets of a page ask for the same, one after the other
def _written(pairs: tuple[tuple[str, str], ...]) -> tuple[_Written, ...]:
    return tuple(
        _Written(key.partition(".")[0], _hidden(key, text), pairs_text([(key, text)])) for key, text in pairs
    )


def _hidden(key: str, text: str) -> str:
    return f'<input type="hidden" name="{escape(key)}" value="{escape(text)}">'


def _lesson(request: Request) -> Lesson:
    slug = request.path_params["slug"]
    if slug not in lessons():
        raise HTTPException(404)
    return lessons()[slug]


def _place(lesson: Lesson, query: Pairs) -> str:
    """The widget that a form was sent from: a redirect forgets the fragment of the form's own address."""
    place = next((text for key, text in query if key == "at"), "")
    return f"#{place}" if any(widget.id == place for widget in lesson.widgets) else ""


class _Textual(StringConvertor):
    """The formats that a panel can be copied as."""

    regex = "md|tex"


register_url_convertor("textual", _Textual())

routes = [
    Route("/learn/{slug}", lesson_page),
    Route("/learn/{slug}/part/{id}.{format:textual}", panel_text),
    Route("/learn/{slug}/part/{id}", widget_part),
    Route("/learn/{slug}/frames", frames),
]
