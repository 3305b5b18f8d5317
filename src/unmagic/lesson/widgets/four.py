"""``::: four``: the one formula that a lesson teaches to read, and its pieces."""

from __future__ import annotations

from typing import NamedTuple

from unmagic.lesson.markdown import Widget, sentence
from unmagic.render.hues import hue_of

from .body import Body, parts
from .kind import Kind, Pairs


class Item(NamedTuple):
    """A symbol of the formula: what it is, what that means, and a value, as HTML; and its hue."""

    symbol: str
    name: str
    meaning: str
    value: str
    hue: int


class Four(NamedTuple):
    """The formula as text, and its pieces."""

    formula: str
    items: list[Item]


class FourKind(Kind):
    """``formula: …`` and ``piece: symbol -> what it is -> meaning -> value`` lines."""

    kind = "four"

    def shown(self, widget: Widget, own: Pairs) -> Four:
        body = Body(widget)
        items = []
        for line in body.all("piece"):
            symbol, *rest = parts(line, 4)
            name, meaning, value = map(sentence, rest)
            items.append(Item(symbol, name, meaning, value, hue_of(symbol.lstrip("∇")) or 1))
        return Four(body.one("formula"), items)
