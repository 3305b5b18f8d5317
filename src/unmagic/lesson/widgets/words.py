"""``::: words``: a fold-out for newcomers, one line a word, then the steps from the first to the last."""

from __future__ import annotations

from typing import NamedTuple

from unmagic.lesson.markdown import Widget, sentence

from .body import Body, parts
from .kind import Kind, Pairs


class Words(NamedTuple):
    """What the fold-out holds, as HTML."""

    summary: str
    words: list[tuple[str, str]]
    steps: list[str]


class WordsKind(Kind):
    """``summary: …``, ``word: name -> meaning`` and ``step: …`` lines."""

    kind = "words"

    def shown(self, widget: Widget, own: Pairs) -> Words:
        body = Body(widget)
        words = [parts(line) for line in body.all("word")]
        return Words(
            sentence(body.one("summary")),
            [(sentence(word), sentence(meaning)) for word, meaning in words],
            [sentence(step) for step in body.all("step")],
        )
