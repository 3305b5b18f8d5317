"""A matrix row by row: each row a detector, what it answers to x, and how loudly, as a table with bars."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
from numpy.typing import ArrayLike

from unmagic.core.digits import LESSON, Problem, Quantity, Style
from unmagic.core.lines import SIGNS, Line, Relation
from unmagic.core.scalar import Sum

from .coordinates import at
from .labels import italic
from .marks import line, rect, tag
from .picture import not_finite
from .row_in_words import so_it
from .scale import Scale

_WIDE, _HIGH = 300.0, 26.0
_LONG = 6  # entries; of a longer vector both ends are printed
Array = np.ndarray


def detectors(
    W: ArrayLike,
    x: ArrayLike,
    *,
    names: tuple[str, str, str] = ("W", "x", "y"),
    hues: tuple[int, int, int] = (2, 1, 3),
    style: Style = LESSON,
) -> str:
    """The table as HTML: it is its own twin. The bars are drawn beside the numbers that they stand for."""
    weights, given = np.asarray(W, dtype=np.float64), np.asarray(x, dtype=np.float64)
    if weights.ndim != 2 or given.shape != weights.shape[1:]:
        return _refused(f"{names[0]} must be a table with as many columns as {names[1]} has entries.")
    if not weights.size:
        return _refused(f"{names[0]} has no entries.")
    for name, array in ((names[0], weights), (names[1], given)):
        if (reason := not_finite(name, array)) is not None:
            return _refused(reason)
    with np.errstate(over="ignore", invalid="ignore"):
        parts = weights * given
        if not np.isfinite(np.abs(parts).sum(axis=1)).all():
            return _refused(f"{names[0]}{names[1]} is beyond what a float64 holds.")
    most = float(np.where(parts > 0, parts, 0).sum(axis=1).max())
    least = float(np.where(parts < 0, parts, 0).sum(axis=1).min())
    printed, printed_x, worked = _worked(weights, given, parts.sum(axis=1), style)
    rows = []
    for k, row in enumerate(weights):
        bar = _bar(parts[k], least, most)
        cells = (
            tag("th", _num(str(k + 1)), scope="row", role="rowheader")
            + _cell(_num(printed[k], hues[0]))
            + _cell(_num(_left(worked[k])))
            + _cell(_answer(worked[k], hues[2]), "n")
            + _cell(bar, "bar")
            + _cell(escape(so_it(row)), "quiet so")
        )
        rows.append(tag("tr", cells, role="row"))
    table = tag(
        "table",
        tag("thead", _head(len(given), printed_x, names, hues), role="rowgroup")
        + tag("tbody", "".join(rows), role="rowgroup"),
        class_="rows detect long" if len(given) > 2 else "rows detect",
        role="table",
    )
    label = f"Each row of {names[0]} as a detector"
    return tag("div", table, class_="scroll", tabindex="0", role="group", aria_label=label)


def _worked(weights: Array, x: Array, sums: Array, style: Style) -> tuple[list[str], str, list[Line]]:
    """The rows and x as printed, and the rows' arithmetic: lines that are true of the digits which they print."""
    problem = Problem(style)
    entries = [[Quantity(w, given=True) for w in row] for row in weights]
    given = [Quantity(v, given=True) for v in x]
    for row, answer in zip(entries, sums, strict=True):
        products = tuple(w * v for w, v in zip(row, given, strict=True))
        problem.line(Sum(products) if len(products) > 1 else products[0], Quantity(answer))
    lines = problem.solve()
    return [_list(problem, row) for row in entries], _list(problem, given), lines


def _list(problem: Problem, values: Sequence[Quantity]) -> str:
    """A vector in one row; of a long one both ends."""
    printed = [problem.printed(v) for v in values]
    if len(printed) > _LONG:
        printed = [*printed[:2], "…", *printed[-2:]]
    return f"[{', '.join(printed)}]"


def _left(worked: Line, most: int = 4) -> str:
    """``2·1 + 3·2``; of a long sum the first terms."""
    terms = worked.left.split(" + ")
    return " + ".join([*terms[:most], "…"] if len(terms) > most else terms)


def _answer(worked: Line, hue: int) -> str:
    """``= 8``: the sign that is true of the printed digits, and the value."""
    sign, value = SIGNS[worked.relation], worked.value
    if worked.relation is Relation.MACHINE:
        sign, value = ("=" if worked.real_exact else "≈"), worked.real
    return tag("span", f"{sign} " + tag("span", escape(value), class_=f"sym s{hue}"), class_="num")


def _bar(parts: np.ndarray, least: float, most: float) -> str:
    """The contributions end to end, to the right of nought what adds and to the left what takes away."""
    along = Scale(least, most, 0, _WIDE - 10) if least < most else Scale(0, 1, 0, _WIDE - 10)
    right = left = zero = along(0)
    marks = [line((zero, 1), (zero, _HIGH - 1), "axis")]
    for k, part in enumerate(parts):
        wide = abs(along(float(part)) - zero)
        if not wide:
            continue
        look = "b2" if k % 2 else "b1"
        if part > 0:
            marks.append(rect(right, 6, wide, 14, look))
            right += wide
        else:
            left -= wide
            marks.append(rect(left, 6, wide, 14, look))
    if left < zero < right:  # where they cancel, a mark at what is left of them
        end = along(float(parts.sum()))
        marks.append(line((end, 1), (end, _HIGH - 1), "net"))
    box = f"0 0 {at(_WIDE)} {at(_HIGH)}"
    return tag("svg", "".join(marks), viewBox=box, preserveAspectRatio="xMinYMid meet", aria_hidden="true")


def _head(count: int, x: str, names: tuple[str, str, str], hues: tuple[int, int, int]) -> str:
    name = italic(names[1])
    filled, hollow = ("odd entries", "even ones") if count > 2 else (f"{name}₁", f"{name}₂")
    bars = f"how loud: filled from {filled}" + (f", open from {hollow}" if count > 1 else "")
    on = tag("span", escape(name), class_=f"sym s{hues[1]}")
    gives = tag("span", escape(italic(names[2])), class_=f"sym s{hues[2]}")
    vector = tag("span", escape(x), class_="num")
    columns = {
        "row": "",
        "looks for": "",
        f"on {on} = {vector}": "",
        f"gives {gives}": "n",
        escape(bars): "bar",
        "so it": "so",
    }
    cells = (tag("th", c, scope="col", role="columnheader", class_=k or None) for c, k in columns.items())
    return tag("tr", "".join(cells), role="row")


def _num(words: str, hue: int | None = None) -> str:
    return tag("span", escape(words), class_=f"num sym s{hue}" if hue else "num")


def _cell(inside: str, class_: str | None = None) -> str:
    return tag("td", inside, role="cell", class_=class_)


def _refused(reason: str) -> str:
    return tag("p", escape(f"Not drawn: {reason}"), class_="quiet")
