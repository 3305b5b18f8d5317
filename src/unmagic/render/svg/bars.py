"""A list of numbers as bars, the number always beside its bar: a distribution, logits, two distributions."""

from __future__ import annotations

import math
from collections.abc import Sequence

from unmagic.core.digits import LESSON, Style, shown_array
from unmagic.core.document import Table

from .labels import WORD, width
from .marks import drawing, hued, line, rect, text
from .picture import Picture, refused, several
from .scale import Scale

MOST = 24
_TOP = 6.0


def bars(
    values: Sequence[float],
    labels: Sequence[str],
    *,
    other: Sequence[float] | None = None,
    names: tuple[str, str] = ("p", "target"),
    hues: tuple[int, int] = (7, 8),
    total: float | None = None,
    style: Style = LESSON,
) -> Picture:
    """Filled bars, and open ones for ``other``. ``total`` is what the whole width stands for; probabilities: 1."""
    if len(labels) != len(values) or (other is not None and len(other) != len(values)):
        return refused("each bar needs its label, and its partner where there is a second list.")
    if not values:
        return refused("the list is empty.")
    told = _told(values, style)
    partners = None if other is None else _told(other, style)
    head = ("what", names[0]) if other is None else ("what", *names)
    columns = [tuple(labels), told] if partners is None else [tuple(labels), told, partners]
    table = Table(head, tuple(zip(*columns, strict=True)))
    drawn = [*values, *(other or ())]
    if not all(map(math.isfinite, drawn)):
        return refused(f"{names[0]} has entries that are not finite.", table)
    if len(values) > MOST:
        return refused(f"{len(values)} bars are more than {MOST}; read them in the table.", table)
    says = _said(told, partners, labels, names)

    low, high = min(0.0, *drawn), max(0.0, *drawn)
    if total is not None and total > 0 and high <= total:
        high = total
    word = min(132.0, max(width(label, WORD) for label in labels) + 10)
    number = max(width(t, WORD) for t in (*told, *(partners or ()))) + 8
    # numbers stand beyond the bars' ends: at the right always, at the left where one is negative
    left, right = word + (number if low < 0 else 2), 358 - number
    along = Scale(low, high, left, right) if low < high else Scale(0, 1, left, right)
    zero = along(0)
    step = 30.0 if other is None else 48.0
    parts: list[str] = []
    for k, label in enumerate(labels):
        y = _TOP + k * step
        middle = y + step / 2
        parts.append(text(_cut(label, word - 6), (word - 10, middle + 5.5), anchor="end"))
        parts += _bar(values[k], told[k], along, y + 5, step - 10 if other is None else 18, hues[0], False)
        if other is not None and partners is not None:
            parts += _bar(other[k], partners[k], along, y + 24, 18, hues[1], True)
    height = 2 * _TOP + step * len(values)
    parts.append(line((zero, _TOP), (zero, height - _TOP), "axis"))
    caption = f"Filled: {names[0]}. Open: {names[1]}." if other is not None else ""
    return Picture(drawing(360, height, says, *parts), says, table, caption)


def _bar(value: float, told: str, along: Scale, y: float, high: float, hue: int, hollow: bool) -> list[str]:
    zero, end = along(0), along(value)
    look = (
        {"fill": "currentColor", "fill_opacity": "0.16", "stroke": "currentColor"}
        if hollow
        else {"fill": "currentColor"}
    )
    parts = []
    if end != zero:
        parts.append(hued(hue, rect(min(zero, end), y, abs(end - zero), high, **look)))
    aside = 6 if value >= 0 else -6
    parts.append(text(told, (end + aside, y + high / 2 + 5.5), anchor="start" if value >= 0 else "end"))
    return parts


def _told(values: Sequence[float], style: Style) -> tuple[str, ...]:
    """The numbers as a column: equally many decimals."""
    rows = shown_array([[v] for v in values], style=style, most=10_000)
    return tuple(row.strip("[]").strip() for row in rows)


def _cut(label: str, room: float) -> str:
    """As much of a label as there is room for; the table has all of it."""
    if width(label, WORD) <= room:
        return label
    while label and width(label + "…", WORD) > room:
        label = label[:-1]
    return label + "…"


def _said(told: Sequence[str], partners: Sequence[str] | None, labels: Sequence[str], names: tuple[str, str]) -> str:
    first = several(f"{label} {value}" for label, value in zip(labels, told, strict=True))
    said = f"Bars of {names[0]}: {first}"
    if partners is not None:
        said += f"; open bars of {names[1]}: " + several(
            f"{label} {v}" for label, v in zip(labels, partners, strict=True)
        )
    return said + "."
