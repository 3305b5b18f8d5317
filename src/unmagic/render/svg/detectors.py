"""A matrix row by row: each row a detector, what it answers to x, and how loudly, as a table with bars."""

from __future__ import annotations

from html import escape

import numpy as np
from numpy.typing import ArrayLike

from unmagic.core.digits import LESSON, Style, shown, shown_array

from .coordinates import at
from .labels import italic
from .marks import line, rect, tag
from .picture import not_finite, several

_WIDE, _HIGH = 300.0, 26.0
_ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth",
    "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
)  # fmt: skip
_EPS = 1e-12


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
        sums = parts.sum(axis=1)
        most = float(np.where(parts > 0, parts, 0).sum(axis=1).max())
        least = float(np.where(parts < 0, parts, 0).sum(axis=1).min())
    drawable = bool(np.isfinite(sums).all()) and np.isfinite(most / 2 - least / 2)
    outcomes = _column(sums, style)
    rows = []
    for k, row in enumerate(weights):
        bar = _bar(parts[k], least, most) if drawable else ""
        cells = (
            tag("th", _num(str(k + 1)), scope="row", role="rowheader")
            + _cell(_num(_list(row, style), hues[0]))
            + _cell(_num(_product(row, given, style)))
            + _cell(tag("span", "= " + tag("span", escape(outcomes[k]), class_=f"sym s{hues[2]}"), class_="num"), "n")
            + _cell(bar, "bar")
            + _cell(escape(so_it(row)), "quiet so")
        )
        rows.append(tag("tr", cells, role="row"))
    table = tag(
        "table",
        tag("thead", _head(given, names, hues, style), role="rowgroup") + tag("tbody", "".join(rows), role="rowgroup"),
        class_="rows detect long" if len(given) > 2 else "rows detect",
        role="table",
    )
    label = f"Each row of {names[0]} as a detector"
    return tag("div", table, class_="scroll", tabindex="0", role="group", aria_label=label)


def so_it(row: ArrayLike) -> str:
    """What a row of weights does to a list, in words: ``copies the first number``."""
    w = np.asarray(row, dtype=np.float64)
    largest = float(np.abs(w).max(initial=0.0))
    if not largest:
        return "ignores everything"
    used = [k for k in range(len(w)) if abs(w[k]) > _EPS * largest]
    if len(used) == 1:
        return _single(float(w[used[0]]), used[0])
    positive, negative = [k for k in used if w[k] > 0], [k for k in used if w[k] < 0]
    if len(positive) == 1 and len(negative) == 1:
        i, j = positive[0], negative[0]
        if w[i] == -w[j]:
            scaled = "" if w[i] == 1 else f", times {shown(float(w[i]))}"
            return f"takes the {_th(j)} away from the {_th(i)}{scaled}"
        return f"sets the {_th(i)} against the {_th(j)}, {'the' if abs(w[i]) > abs(w[j]) else 'but'} {_louder(w, i, j)}"
    alike = len({float(w[k]) for k in used}) == 1
    if negative and positive:
        return f"likes the {_th(_peak(w, positive))} most, dislikes the {_th(_peak(w, negative))} most"
    verb = "likes" if positive else "dislikes"
    who = "both" if len(used) == 2 == len(w) else "all" if len(used) == len(w) else f"{len(used)} of {len(w)}"
    if len(used) == 2 < len(w):
        who = f"the {_th(used[0])} and the {_th(used[1])}"
    if alike:
        value = float(w[used[0]])
        if value == 1 and len(used) == len(w):
            return "adds them up"
        if abs(value * len(w) - 1) < _EPS and len(used) == len(w):
            return "takes their mean"
        return f"{verb} {who} alike"
    top = _peak(w, used)
    tied = [k for k in used if abs(w[k]) == abs(w[top])]
    if len(tied) > 1:
        return f"{verb} {who}, the {several(_th(k) for k in tied)} most" if len(tied) < 4 else f"{verb} {who}"
    return f"{verb} {who}, the {_th(top)} {'more' if len(used) == 2 else 'most'}"


def _single(weight: float, k: int) -> str:
    if weight == 1:
        return f"copies the {_th(k)} number"
    if weight == -1:
        return f"flips the sign of the {_th(k)}"
    return f"takes the {_th(k)}, times {shown(weight)}"


def _louder(w: np.ndarray, i: int, j: int) -> str:
    return f"{_th(i)} weighing more" if abs(w[i]) > abs(w[j]) else f"the {_th(j)} weighs more"


def _peak(w: np.ndarray, among: list[int]) -> int:
    return max(among, key=lambda k: abs(w[k]))


def _th(k: int) -> str:
    return _ORDINALS[k] if k < len(_ORDINALS) else f"number {k + 1}"


def _column(values: np.ndarray, style: Style) -> list[str]:
    """Numbers as texts, equally long behind the point only where they need it."""
    return [shown(value, style=style) for value in values]


def _product(row: np.ndarray, x: np.ndarray, style: Style, most: int = 4) -> str:
    """``2·1 + 3·2``: the first few terms."""
    terms = []
    for weight, value in list(zip(row, x, strict=True))[:most]:
        factors = [shown(v, style=style) for v in (weight, value)]
        terms.append("·".join(f"({f})" if f.startswith("−") else f for f in factors))
    return " + ".join(terms) + (" + …" if len(row) > most else "")


def _bar(parts: np.ndarray, least: float, most: float) -> str:
    """The contributions end to end, to the right of nought what adds and to the left what takes away."""
    share = most - least
    unit = (_WIDE - 10) / share if share else 0.0
    zero = -least * unit
    right = left = zero
    marks = [line((zero, 1), (zero, _HIGH - 1), "axis")]
    for k, part in enumerate(parts):
        wide = abs(float(part)) * unit
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
        end = zero + float(parts.sum()) * unit
        marks.append(line((end, 1), (end, _HIGH - 1), "net"))
    box = f"0 0 {at(_WIDE)} {at(_HIGH)}"
    return tag("svg", "".join(marks), viewBox=box, preserveAspectRatio="xMinYMid meet", aria_hidden="true")


def _head(x: np.ndarray, names: tuple[str, str, str], hues: tuple[int, int, int], style: Style) -> str:
    name = italic(names[1])
    filled, hollow = ("odd entries", "even ones") if len(x) > 2 else (f"{name}₁", f"{name}₂")
    bars = f"how loud: filled from {filled}" + (f", open from {hollow}" if len(x) > 1 else "")
    on = tag("span", escape(name), class_=f"sym s{hues[1]}")
    gives = tag("span", escape(italic(names[2])), class_=f"sym s{hues[2]}")
    vector = tag("span", escape(_list(x, style)), class_="num")
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


def _list(values: np.ndarray, style: Style) -> str:
    """A vector in one row; of a long one both ends."""
    return shown_array(values, style=style, width=1000, most=6, edge=2)[0]


def _num(words: str, hue: int | None = None) -> str:
    return tag("span", escape(words), class_=f"num sym s{hue}" if hue else "num")


def _cell(inside: str, class_: str | None = None) -> str:
    return tag("td", inside, role="cell", class_=class_)


def _refused(reason: str) -> str:
    return tag("p", escape(f"Not drawn: {reason}"), class_="quiet")
