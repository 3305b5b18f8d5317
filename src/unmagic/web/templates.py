"""Templates: where data becomes HTML. Everything is escaped but what was made as HTML by `render`."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from unmagic.core.document import StepBlock
from unmagic.core.notation import Name, Notation
from unmagic.core.notation_text import text as formula_text
from unmagic.lesson.inline import answer, display, formula, set_formula
from unmagic.lesson.markdown import sentence
from unmagic.render.html import evidence, worked
from unmagic.render.notation_mathml import Hues, mathml
from unmagic.render.svg import figure

from .font import NAME as FONT
from .static import content, url_of

MODULES = ("contents.js", "copy.js", "legend.js", "morph.js", "parts.js", "say.js", "scrub.js", "switch.js", "toy.js")
"""What site.js imports: named to the browser at once, or it would learn of them one after the other."""

_LONG = re.compile(r'(?<=<span class="how num">)[^<+]{48,}')
"""Arithmetic that may not fit a phone: a product breaks after a sign, not within a number."""

_IDENTIFIER = re.compile(r"(?<![\w.])([^\W\d]\w*)")


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
    made.filters["ucfirst"] = _ucfirst
    made.filters["query"] = pairs_text
    made.globals.update(static=url_of, symbol=_symbol, steps=_steps, figure=_html(figure), evidence=_html(evidence))
    made.globals.update(font_url=url_of(FONT) if FONT in content() else "", modules=MODULES)
    made.globals.update(formula=_html(set_formula), plain=_plain, code=_code)
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


def _ucfirst(words: str) -> str:
    """A clause as a sentence begins: its first letter large, the others as they are."""
    return words[:1].upper() + words[1:] if words[:1].isascii() else words


def _symbol(name: str, hue: int) -> Markup:
    return Markup(mathml(Name(name), {name: hue}))


def pairs_text(pairs: Sequence[tuple[str, str]]) -> str:
    """``a=1&b=2,3``: a query without its question mark, readable."""
    return urlencode(pairs, quote_via=quote, safe=",;")


def _plain(name: str) -> str:
    """A symbol as plain text: θ for ``theta``."""
    return formula_text(Name(name))


def _code(text: str, hues: Hues) -> Markup:
    """A line of code, its symbols in their hues."""
    parts = _IDENTIFIER.split(text)
    marked = (
        Markup('<b class="sym s{}">{}</b>').format(hues[part], part) if k % 2 and part in hues else escape(part)
        for k, part in enumerate(parts)
    )
    return Markup("").join(marked)


def _steps(blocks: tuple[StepBlock, ...], hues: Hues) -> Markup:
    return Markup(_LONG.sub(lambda found: found[0].replace("·", "·<wbr>"), worked(blocks, hues)))
