"""``::: toy rate``: steps downhill on a function, with the learning rate in the visitor's hand.

The body may say another function and start: lines ``f:``, ``x:``, ``y:``, ``eta:``.
"""

from __future__ import annotations

from unmagic.lesson.lesson import named_lines
from unmagic.lesson.markdown import Widget
from unmagic.lesson.toy.show import Shown, show
from unmagic.lesson.toy.state import DEFAULTS, ToyState

from .kind import Kind, Pairs


class ToyKind(Kind):
    """The learning-rate toy."""

    kind = "toy"

    def query(self, widget: Widget, own: Pairs) -> Pairs:
        return toy_of(widget, own).query()

    def shown(self, widget: Widget, own: Pairs) -> Shown:
        return show(toy_of(widget, own))


def toy_of(widget: Widget, own: Pairs) -> ToyState:
    """The state of the toy that a directive puts in."""
    return ToyState.of(widget.id, own, {name: text for name, text in named_lines(widget.body) if name in DEFAULTS})
