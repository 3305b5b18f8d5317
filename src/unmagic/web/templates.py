"""Templates: where data becomes HTML. Everything is escaped but what was made as HTML by `render`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from unmagic.core.document import StepBlock
from unmagic.core.notation import Name, Notation
from unmagic.lesson.inline import answer, display, formula
from unmagic.lesson.markdown import sentence
from unmagic.render.html import evidence, worked
from unmagic.render.notation_mathml import Hues, mathml
from unmagic.render.svg import figure

from .static import url_of


@cache
def environment() -> Environment:
    """The one Jinja environment."""
    made = Environment(
        loader=PackageLoader("unmagic.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name, made_of in (("formula", formula), ("display", display), ("answer", answer), ("markdown", sentence)):
        made.filters[name] = _html(made_of)
    made.filters["math"] = _math
    made.globals.update(static=url_of, symbol=_symbol, steps=_steps, figure=_html(figure), evidence=_html(evidence))
    return made


def render(template: str, **values: Any) -> str:
    """A template as text."""
    return environment().get_template(template).render(**values)


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A whole page as an answer."""
    return HTMLResponse(render(template, path=request.url.path, **values), status)


def _html(make: Callable[..., str]) -> Callable[..., Markup]:
    """A function whose text is HTML already."""
    return lambda *args: Markup(make(*args))


def _math(tree: Notation, hues: Hues | None = None, block: bool = False) -> Markup:
    return Markup(mathml(tree, hues, block=block))


def _symbol(name: str, hue: int) -> Markup:
    return Markup(mathml(Name(name), {name: hue}))


def _steps(blocks: tuple[StepBlock, ...], hues: Hues) -> Markup:
    return Markup(worked(blocks, hues))
