"""A picture with the sentence that says it and the table that replaces it, and its setting on a page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

from unmagic.core.digits import Style, shown
from unmagic.core.document import Table
from unmagic.render.html import table

from .labels import Label, lettered
from .marks import drawing, tag


@dataclass(frozen=True, slots=True)
class Picture:
    """``says`` is the accessible name of ``svg``; ``table`` is what someone reads who does not see it."""

    svg: str
    says: str
    table: Table | None
    caption: str = ""


def figure(picture: Picture, *, narrow: Picture | None = None, caption: str | None = None) -> str:
    """The picture, its caption (``caption``: HTML of the page's own) and its twin.

    ``narrow`` is another drawing of the same, which takes the place of the first where there is little room.
    """
    svg = picture.svg
    if narrow is not None:
        svg = tag("div", picture.svg, class_="roomy") + tag("div", narrow.svg, class_="tight")
    words = escape(picture.caption) if caption is None else caption
    under = tag("figcaption", words) if words else ""
    twin = ""
    if picture.table is not None:
        twin = tag("details", tag("summary", "The same as a table") + table(picture.table), class_="twin")
    return tag("figure", svg + under + twin, class_="picture")


def refused(reason: str, rows: Table | None = None) -> Picture:
    """What stands in the place of a picture that numbers do not allow."""
    says = f"Not drawn: {reason}"
    words = lettered([Label(part, (0, 22 + 22 * k), "E", gap=0, must=True) for k, part in enumerate(_rows(says))],
                     (0, 0, 360, 90))  # fmt: skip
    return Picture(drawing(360, 22 * len(_rows(says)) + 22, says, words), says, rows)


def _rows(words: str, longest: int = 40) -> list[str]:
    rows = [""]
    for word in words.split():
        if rows[-1] and len(rows[-1]) + len(word) + 1 > longest:
            rows.append(word)
        else:
            rows[-1] = f"{rows[-1]} {word}".strip()
    return rows


def not_finite(name: str, values: object) -> str | None:
    """The reason why numbers cannot be drawn: the first that is nan or infinite, and where. None if all are finite."""
    array = np.asarray(values, dtype=np.float64)
    for place in np.argwhere(~np.isfinite(array)):
        where = ", ".join(map(str, place))
        return f"{name}{f'[{where}]' if where else ''} is {shown(array[tuple(place)])}."
    return None


def steps(run: Sequence[tuple[float, float]], head: tuple[str, str, str], style: Style, most: int = 60) -> Table:
    """The twin of a run: two numbers a step; of a long one the beginning and the last ten."""
    rows = list(enumerate(run))
    cut = most - 10 if len(rows) > most else len(rows)

    def told(part: list[tuple[int, tuple[float, float]]]) -> list[tuple[str, ...]]:
        return [(str(k), shown(a, style=style), shown(b, style=style)) for k, (a, b) in part]

    after = [("…", "…", "…"), *told(rows[-10:])] if cut < len(rows) else []
    return Table(head, (*told(rows[:cut]), *after))


def several(words: Iterable[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    *front, last = words
    return f"{', '.join(front)} and {last}" if front else last
