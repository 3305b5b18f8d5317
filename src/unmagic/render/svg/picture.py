"""A picture with the sentence that says it and the table that replaces it, and its setting on a page."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from unmagic.core.document import Table
from unmagic.render.html import table


@dataclass(frozen=True, slots=True)
class Picture:
    """``says`` is the accessible name of ``svg``; ``table`` is what someone reads who does not see it."""

    svg: str
    says: str
    table: Table | None
    caption: str = ""


def figure(picture: Picture) -> str:
    """The picture, its caption and its twin."""
    words = f"<figcaption>{escape(picture.caption)}</figcaption>" if picture.caption else ""
    twin = f"<details><summary>The same as a table</summary>{table(picture.table)}</details>" if picture.table else ""
    return f'<figure class="picture">{picture.svg}{words}{twin}</figure>'
