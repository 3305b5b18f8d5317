"""A lesson that holds the widgets on data and nothing else, as tests ask for them."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl

from unmagic.lesson.lesson import Lesson, parse
from unmagic.lesson.markdown import Widget
from unmagic.lesson.widgets.kind import Pairs
from unmagic.web.pages.lesson import canonical, part

IDS = {"train": "digits", "search": "docs", "bigram": "words", "naivebayes": "topics", "sentence": "sentence"}

LESSON: Lesson = parse(
    "data",
    "---\ntitle: Data\npart: All\nlede: All of it.\ndescription: Data.\ntags: IC3\nminutes: 1\nbefore: Nothing.\n"
    "previous: Nothing.\nnext: Nothing.\natlas: All\n---\n"
    + "".join(f"\n## {kind} {{#{kind}-s}}\n\n::: {kind} {id}\n:::\n" for kind, id in IDS.items()),
)

WIDGETS: dict[str, Widget] = {widget.kind: widget for widget in LESSON.widgets}

LINK = re.compile(r'href="\?([^"#]*)#')


def html(kind: str, *pairs: tuple[str, str]) -> str:
    """A widget's HTML in the canonical state of some pairs."""
    return part(LESSON, WIDGETS[kind], canonical(LESSON, pairs))


def links(page: str) -> list[Pairs]:
    """The states that a widget's links lead to."""
    return [tuple(parse_qsl(unescape(query), keep_blank_values=True)) for query in LINK.findall(page)]


def text(page: str) -> str:
    """What HTML says, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())
