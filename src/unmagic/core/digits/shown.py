"""Plain values for display, with no Working around: the one place where they become text."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from unmagic.core.graph import Array, DType, Index

from .numerals import MINUS, significant
from .problem import Problem
from .quantity import READING, Quantity, Style

PLAIN = 1000
"""Whole numbers below this are printed as they are, in every dtype."""

_TRUTH = {False: "false", True: "true"}


def shown(value: Any, dtype: DType | str | None = None, *, style: Style = READING) -> str:
    """One number as text: ``0.7870``, ``−3``, ``1.798e+308``, ``inf``, ``true``."""
    return _texts([value], dtype, style)[0]


def _texts(values: list[Any], dtype: DType | str | None, style: Style) -> list[str]:
    """Numbers as texts of one column."""
    problem = Problem(style)
    texts: list[str] = [""] * len(values)
    numbers: dict[int, Quantity] = {}
    for k, value in enumerate(values):
        scalar = value if isinstance(value, (bool, int, float, complex, np.generic)) else np.asarray(value)[()]
        if isinstance(scalar, (bool, np.bool_)):
            texts[k] = _TRUTH[bool(scalar)]
        elif isinstance(scalar, (complex, np.complexfloating)):
            sign = MINUS if np.signbit(scalar.imag) else "+"
            texts[k] = f"{shown(scalar.real, style=style)} {sign} {shown(abs(scalar.imag), style=style)}i"
        elif not isinstance(scalar, (int, float, np.number)):
            texts[k] = str(scalar)
        elif -PLAIN < scalar < PLAIN and scalar == int(scalar) and (scalar or not np.signbit(scalar)):
            texts[k] = str(int(scalar)).replace("-", MINUS)  # as the solver prints it, without asking
        else:
            number = numbers[k] = Quantity(scalar, dtype, column="")
            if number.full.is_finite() and (number.longest <= 0 or significant(number.full) <= number.kind.start):
                number.give()
            number.minus_zero = True
    problem.align([q for q in numbers.values() if not q.whole])
    for k, quantity in numbers.items():
        texts[k] = problem.printed(quantity)
    return texts


def shown_array(
    values: Any, *, width: int = 76, edge: int = 3, most: int = 60, style: Style = READING
) -> tuple[str, ...]:
    """An array as aligned rows of text; over ``most`` entries only ``edge`` at each end of an axis.

    A vector is one row ``[0.1065, −0.2130, 0.1065]`` (broken at ``width``), a matrix a row each, a stack of matrices
    one after the other under their index. If entries are left out, one more row tells how many there are, their range,
    and how many are not finite.
    """
    array = np.asarray(values)
    if array.ndim == 0:
        return (shown(array[()], style=style),)
    if array.size == 0:
        return (f"no entries ({'×'.join(map(str, array.shape))})",)
    whole = array.size <= most
    kept = [_kept(n, n if whole else edge) for n in array.shape]
    cells = array if whole else array[np.ix_(*kept)]
    texts = iter(_texts(list(cells.flat), array.dtype, style))
    rows = [list(itertools.islice(texts, cells.shape[-1])) for _ in range(cells.size // cells.shape[-1])]
    _align(rows)
    gap = _gap(array.shape[-1], kept[-1])
    if gap is not None:
        rows = [[*row[:gap], "…", *row[gap:]] for row in rows]
    lines = _stacked(rows, array.shape, kept, width)
    if not whole:
        lines.append(_summary(array, style))
    return tuple(lines)


def shown_cells(
    values: Any, *, edge: int = 3, most: int = 60, style: Style = READING
) -> tuple[tuple[tuple[Index, str], ...], ...]:
    """An array's entries as `shown_array` prints them, each with its place: one row for each innermost vector.

    What is left out of a large array stands as one cell ``…`` in its row, and as one row of such a cell.
    """
    array = np.asarray(values)
    if not array.size:
        return ()
    kept = [_kept(n, n if array.size <= most else edge) for n in array.shape]
    places = [tuple(at) for at in itertools.product(*kept)]
    texts = _texts([array[at] for at in places], array.dtype, style)
    across = len(kept[-1]) if kept else 1
    cells = list(zip(places, texts, strict=True))
    rows = [cells[k : k + across] for k in range(0, len(cells), across)]
    left_out: tuple[Index, str] = ((), "…")
    if array.ndim and (gap := _gap(array.shape[-1], kept[-1])) is not None:
        rows = [[*row[:gap], left_out, *row[gap:]] for row in rows]
    if array.ndim > 1 and (gap := _gap(array.shape[-2], kept[-2])) is not None:
        per = len(kept[-2])
        rows = [part for k, row in enumerate(rows) for part in ([[left_out], row] if k % per == gap else [row])]
    return tuple(tuple(row) for row in rows)


def exactly(text: str, value: Any) -> bool:
    """Whether a printed number is the machine's own, so that ``=`` may stand before it."""
    if isinstance(value, (bool, np.bool_)):
        return True
    try:
        printed = float(text.replace(MINUS, "-"))
    except ValueError:
        return False
    return printed == value or (printed != printed and value != value)


def _kept(size: int, edge: int) -> list[int]:
    """The places of an axis that are shown."""
    return list(range(size)) if size <= 2 * edge + 1 else [*range(edge), *range(size - edge, size)]


def _gap(size: int, kept: list[int]) -> int | None:
    return None if len(kept) == size else len(kept) // 2


def _align(rows: list[list[str]]) -> None:
    """Pad cells so that points stand under each other."""
    for column in range(len(rows[0])):
        parts = [row[column].partition(".") for row in rows]
        before = max(len(head) for head, _, _ in parts)
        after = max(len(dot + tail) for _, dot, tail in parts)
        if len(rows) > 1:
            for row, (head, dot, tail) in zip(rows, parts, strict=True):
                row[column] = head.rjust(before) + (dot + tail).ljust(after)


def _stacked(rows: list[list[str]], shape: tuple[int, ...], kept: list[list[int]], width: int) -> list[str]:
    lines: list[str] = []
    if len(shape) == 1:
        return _broken(rows[0], width)
    per = len(kept[-2])
    gap = _gap(shape[-2], kept[-2])
    places = list(itertools.product(*kept[:-2]))
    for block, place in enumerate(places):
        if place:
            lines.append(f"[{', '.join(map(str, place))}]")
        for k in range(per):
            if gap is not None and k == gap:
                lines.append("…")
            row = rows[block * per + k]
            lines.append("[" + _joined(row) + "]")
    return lines


def _joined(row: list[str]) -> str:
    """Cells with commas right behind them, whatever they are padded with."""
    parts = [cell.rstrip() + "," + " " * (len(cell) - len(cell.rstrip())) for cell in row[:-1]]
    return " ".join([*parts, row[-1].rstrip()])


def _broken(cells: list[str], width: int) -> list[str]:
    """One vector, broken over rows where it is wider than ``width``."""
    lines, line = [], "["
    for k, cell in enumerate(cells):
        piece = cell + (", " if k + 1 < len(cells) else "]")
        if len(line) + len(piece.rstrip()) > width and line.strip():
            lines.append(line.rstrip())
            line = " "
        line += piece
    return [*lines, line]


def _summary(array: Array, style: Style) -> str:
    said = [f"{array.size:,} entries"]
    if array.dtype.kind in "fiu":
        finite = array[np.isfinite(array)] if array.dtype.kind == "f" else array
        if finite.size:
            low, high = finite.min(), finite.max()
            said.append(f"all {shown(low, style=style)}" if low == high else
                        f"{shown(low, style=style)} to {shown(high, style=style)}")  # fmt: skip
        if array.dtype.kind == "f":
            for name, count in (("nan", np.isnan(array).sum()), ("inf", np.isposinf(array).sum()),
                                (f"{MINUS}inf", np.isneginf(array).sum())):  # fmt: skip
                if count:
                    said.append(f"{int(count):,} {name}")
    elif array.dtype.kind == "b":
        said.append(f"{int(array.sum()):,} true")
    return ", ".join(said)
