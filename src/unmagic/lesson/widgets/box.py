"""``::: box``: a few lines set apart, under a title."""

from __future__ import annotations

from typing import NamedTuple

from unmagic.lesson.markdown import Widget, prose, sentence

from .kind import Kind, Pairs


class Box(NamedTuple):
    """Title and text, as HTML."""

    title: str
    text: str


class BoxKind(Kind):
    """The first line is the title, the rest Markdown."""

    kind = "box"

    def shown(self, widget: Widget, own: Pairs) -> Box:
        title, _, text = widget.body.partition("\n")
        return Box(sentence(title), prose(text))
