"""A kind of widget is one class: which part of a URL is its state, and what it shows in that state.

Its HTML is the web's template of the same name. A widget never raises for what a visitor typed: it shows the error.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from unmagic.lesson.markdown import Widget

Pairs = Sequence[tuple[str, str]]
"""A query string, in order."""


class Kind:
    """Base of all kinds. A widget owns the keys ``id`` and ``id.…`` of the page's URL."""

    kind: ClassVar[str]
    slow: ClassVar[bool] = False
    """Whether a fresh state may take longer than others should wait for: then it is made beside them."""

    def query(self, widget: Widget, own: Pairs) -> Pairs:
        """The canonical pairs of a state, given what a URL or a form said: defaults left out, order fixed."""
        return ()

    def shown(self, widget: Widget, own: Pairs) -> Any:
        """What the template is given, as ``shown``; ``own`` is canonical."""
        return None


def owned(id: str, query: Pairs) -> list[tuple[str, str]]:
    """The pairs of a query that belong to the widget called ``id``."""
    return [pair for pair in query if pair[0] == id or pair[0].startswith(f"{id}.")]
