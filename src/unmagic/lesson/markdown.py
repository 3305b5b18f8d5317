"""Markdown as lessons use it: a kept library reads it, formulas and directives are ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from unmagic.core.errors import UnmagicError

from . import facts
from .inline import answer, display, formula

LESSON = "lesson:"
"""``[How models learn](lesson:how-models-learn)`` is a link once that lesson is there, and says "planned" till then."""

_FACT = re.compile(r"\{fact:([\w-]+)\}")
_PUNCTUATED = re.compile(r"(<math>(?:(?!</math>).)*</math>(?:</span>)?)([.,;:?!)]+)")
_SLUG = re.compile(r"\s*\{#([\w-]+)\}\s*$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading that opens a section: ``## Dot product {#dot}``."""

    id: str
    title: str
    depth: int


@dataclass(frozen=True, slots=True)
class Markup:
    """HTML of some paragraphs, lists and tables; a margin note is one of class ``note``."""

    html: str


@dataclass(frozen=True, slots=True)
class Widget:
    """A directive: its kind, its id, and the text in it, which its kind reads.

    ``level`` is the rank that a heading in it has on the page.
    """

    kind: str
    id: str
    body: str
    line: int
    level: int = 3


Piece = Heading | Markup | Widget


def pieces(text: str) -> Iterator[Piece]:
    """The top level of a Markdown text, in order. Raises `UnmagicError` for a heading without an id."""
    parser = _parser()
    environment: dict[str, Any] = {}
    tokens = parser.parse(text, environment)
    waiting: list[Token] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.type == "colon_fence" or (token.type == "heading_open" and token.tag in ("h2", "h3")):
            yield from _markup(parser, waiting, environment)
            waiting = []
            if token.type == "colon_fence":
                kind, _, id = token.info.strip().partition(" ")
                yield Widget(kind, id.strip(), token.content, (token.map or [0])[0] + 1)
                at += 1
            else:
                yield _heading(parser, tokens[at + 1], token, environment)
                at += 3
            continue
        waiting.append(token)
        at += 1
    yield from _markup(parser, waiting, environment)


def prose(text: str) -> str:
    """A text of one or more paragraphs as HTML."""
    return _kept_together(str(_parser().render(text)).strip())


def sentence(text: str) -> str:
    """One line of Markdown as HTML, without a paragraph around it."""
    return _kept_together(str(_parser().renderInline(text)))


def _kept_together(html: str) -> str:
    """A formula and the sign after it stay on one line."""
    return _PUNCTUATED.sub(r'<span class="nb">\1\2</span>', html)


@cache
def _parser() -> MarkdownIt:
    """CommonMark with tables, formulas and directives; HTML in it is text."""
    parser = MarkdownIt("commonmark", {"html": False, "typographer": True})
    parser.enable(["table", "replacements", "smartquotes"])
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    parser.use(colon_fence_plugin)
    parser.inline.ruler.before("escape", "answer", _answer)
    parser.inline.ruler.before("escape", "fact", _fact)
    parser.add_render_rule("answer", _show_answer)
    parser.add_render_rule("fact", _show_fact)
    parser.add_render_rule("link_open", _show_link)
    parser.add_render_rule("link_close", _show_link)
    parser.add_render_rule("table_open", _show_table)
    parser.add_render_rule("math_inline", _show_formula)
    parser.add_render_rule("math_inline_double", _show_formula)
    parser.add_render_rule("math_block", _show_formula_large)
    return parser


def _answer(state: StateInline, silent: bool) -> bool:
    """``{{ … }}``."""
    if not state.src.startswith("{{", state.pos):
        return False
    end = state.src.find("}}", state.pos + 2)
    if end < 0:
        return False
    if not silent:
        token = state.push("answer", "math", 0)
        token.content = state.src[state.pos + 2 : end].strip()
    state.pos = end + 2
    return True


def _fact(state: StateInline, silent: bool) -> bool:
    """``{fact:name}``."""
    match = _FACT.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("fact", "", 0).content = match[1]
    state.pos = match.end()
    return True


def _show_fact(_: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return facts.quoted(tokens[at].content)


def _show_link(renderer: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    """A link; to a lesson that is not written yet it is plain words that say so, and leads nowhere."""
    opening = _opening(tokens, at)
    target = str(opening.attrGet("href") or "")
    if not target.startswith(LESSON):
        return renderer.renderToken(tokens, at, options, env)
    slug = target.removeprefix(LESSON)
    there = (facts.CONTENT / f"{slug}.md").is_file()
    if tokens[at] is opening:
        return f'<a href="/learn/{slug}">' if there else '<span class="planned">'
    return "</a>" if there else " (planned)</span>"


def _opening(tokens: Sequence[Token], at: int) -> Token:
    """The token that opens the link at ``at``; links do not nest."""
    return next(token for token in reversed(tokens[: at + 1]) if token.type == "link_open")


def _show_table(_: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return '<table class="rows told">\n'


def _show_answer(_: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return answer(tokens[at].content)


def _show_formula(_: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    return formula(tokens[at].content.strip())


def _show_formula_large(_: RendererHTML, tokens: Sequence[Token], at: int, options: Any, env: Any) -> str:
    large = display(tokens[at].content.strip())
    return f'<div class="formula" tabindex="0" role="group" aria-label="Formula">{large}</div>'


def _markup(parser: MarkdownIt, tokens: list[Token], environment: dict[str, Any]) -> Iterator[Markup]:
    if tokens:
        yield Markup(_kept_together(str(parser.renderer.render(tokens, parser.options, environment))))


def _heading(parser: MarkdownIt, inline: Token, opening: Token, environment: dict[str, Any]) -> Heading:
    match = _SLUG.search(inline.content)
    if match is None:
        line = (opening.map or [0])[0] + 1
        raise UnmagicError(f"line {line}: the heading {inline.content!r} has no id", hint="## Title {#id}")
    title = str(parser.renderInline(inline.content[: match.start()], environment))
    return Heading(match[1], title, int(opening.tag[1]))
