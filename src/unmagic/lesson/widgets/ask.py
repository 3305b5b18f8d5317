"""``::: ask``: say it in thirty seconds, then see the points of a good answer, and which of them you named."""

from __future__ import annotations

from typing import NamedTuple

from unmagic.lesson.clean import clean
from unmagic.lesson.ideas import LONGEST, Idea
from unmagic.lesson.markdown import Widget, sentence

from .body import Body, parts
from .kind import Kind, Pairs


class Point(NamedTuple):
    """A point of a good answer as HTML, and whether the typed text touches it."""

    words: str
    named: bool


class Ask(NamedTuple):
    """What the widget shows; ``points`` only once the visitor has answered or asked for them."""

    level: str
    ask: str
    text: str
    points: list[Point]
    why: str
    longest: int = LONGEST


class AskKind(Kind):
    """``level``, ``question``, ``point: words -> terms`` lines and ``why``."""

    kind = "ask"

    def query(self, widget: Widget, own: Pairs) -> Pairs:
        texts = [text for key, text in own if key == widget.id]
        return [(widget.id, clean(texts[-1], LONGEST))] if texts else []

    def shown(self, widget: Widget, own: Pairs) -> Ask:
        body = Body(widget)
        text = own[0][1] if own else ""
        ideas = [Idea(*parts(line)) for line in body.all("point")]
        points = [Point(sentence(idea.text), idea.named_in(text)) for idea in ideas] if own else []
        return Ask(body.one("level"), sentence(body.one("question")), text, points, sentence(body.one("why")))
