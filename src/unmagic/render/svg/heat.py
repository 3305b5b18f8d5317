"""A matrix as a table with heat: one hue over paper, the number always in the cell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import ArrayLike

from unmagic.core.digits import LESSON, Style, shown_array

from .marks import tag

_SHADES = 6
MOST = 24  # rows or columns


def heat(
    M: ArrayLike,
    rows: Sequence[str],
    columns: Sequence[str],
    *,
    caption: str,
    at: tuple[int, int] | None = None,
    hue: int | None = None,
    style: Style = LESSON,
) -> str:
    """The table as HTML: it is its own twin. Shade goes by size; what is negative is hatched. ``at`` is outlined."""
    matrix = np.asarray(M)
    if matrix.shape != (len(rows), len(columns)) or not matrix.size:
        return _refused(f"{caption}: each row and each column needs its name.")
    if max(matrix.shape) > MOST:
        return _refused(f"{caption}: more than {MOST} rows or columns.")
    numbers = matrix.astype(np.float64)
    top = float(np.abs(numbers[np.isfinite(numbers)]).max(initial=0.0))
    told = cells(matrix, style)
    head = tag("tr", "<td></td>" + "".join(tag("th", escape(name), scope="col") for name in columns))
    body = []
    for i, name in enumerate(rows):
        marked = (
            tag("td", escape(told[i][j]), class_=_class(float(numbers[i, j]), top, (i, j) == at))
            for j in range(len(columns))
        )
        body.append(tag("tr", tag("th", escape(name), scope="row") + "".join(marked)))
    table = tag(
        "table",
        tag("caption", escape(caption), class_="vh") + tag("thead", head) + tag("tbody", "".join(body)),
        class_=f"heat s{hue}" if hue else "heat",
    )
    return tag("div", table, class_="scroll", tabindex="0", role="group", aria_label=caption)


def cells(matrix: np.ndarray, style: Style) -> list[list[str]]:
    """The numbers as texts of one column, so that all have equally many decimals."""
    column = shown_array(matrix.reshape(-1, 1), style=style, most=10_000)
    told = [row.strip("[]").strip() for row in column]
    wide = matrix.shape[1]
    return [told[k : k + wide] for k in range(0, len(told), wide)]


def shade(value: float, top: float) -> int:
    """0 to 6 by size: nought has none, the largest has the fullest."""
    if math.isnan(value) or not value or not top:
        return 0
    return min(_SHADES, math.ceil(_SHADES * min(1.0, abs(value) / top)))


def _class(value: float, top: float, here: bool) -> str | None:
    step = shade(value, top)
    marks = [f"w{step}"] if step else []
    if value < 0:
        marks.append("neg")
    if here:
        marks.append("at")
    return " ".join(marks) or None


def _refused(reason: str) -> str:
    return tag("p", escape(f"Not drawn: {reason}"), class_="quiet")
