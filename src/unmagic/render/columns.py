"""Worked lines in a terminal: label · arithmetic · relation · value, the relations under one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from unmagic.core.symbols import cells

from .wrap import wrap


class Piece(NamedTuple):
    """Characters of one row in one style."""

    text: str
    style: str = ""  # a name of `terminal.STYLES`


Row = list[Piece]


class Solved(NamedTuple):
    """A Line's parts as they are printed; an order has no sign and no value."""

    label: str
    left: str
    sign: str
    value: str
    note: str
    style: str


_CRAMPED = 10  # with less room than this for arithmetic, relation and value take rows of their own


def columns(lines: Sequence[Solved], edge: int, indent: int, column: int | None, gap: int, note_gap: int) -> list[Row]:
    """Lines set between ``indent`` and ``edge``.

    ``column`` is where relations stand if all arithmetic ends before it, else ``gap`` behind the longest. Where that
    leaves no room for the values, the arithmetic wraps; relation and value stay together. A note stands behind the
    value, or on rows below.
    """
    labels = max(cells(line.label) for line in lines)
    own_row = indent + labels + 3 > edge // 2  # a long label stands above its line
    start = indent + (labels + 3 if labels and not own_row else 0)
    starts = [start if line.label and not own_row else indent + (2 if line.label else 0) for line in lines]
    sign = max(cells(line.sign) for line in lines)
    ends = [at + cells(line.left) for at, line in zip(starts, lines, strict=True) if line.sign]
    longest = max(ends, default=indent)
    limit = edge - max(cells(line.value) for line in lines) - sign - 2
    relation = min(max(column or 0, longest + gap), limit)
    stacked = relation < longest + 1 and relation - 1 - max(starts) < _CRAMPED
    noted = max((cells(line.value) for line in lines if line.note), default=0)
    out: list[Row] = []
    for at, line in zip(starts, lines, strict=True):
        if own_row and line.label:
            out += [[Piece(" " * indent), Piece(part, "label")] for part in wrap(line.label, edge - indent)]
            lead: Row = [Piece(" " * at)]
        else:
            lead = [Piece(" " * indent), Piece(line.label, "label"), Piece(" " * (at - indent - cells(line.label)))]
        room = (relation - 1 if line.sign and not stacked else edge) - at
        *early, last = wrap(line.left, room, "  ", formula=True)
        for part in early:
            out.append([*lead, Piece(part)])
            lead = [Piece(" " * at)]
        row: Row = [*lead, Piece(last)]
        end = at + cells(last)
        out.append(row)
        if line.sign and stacked:
            out += _claim(row, end, line, edge, indent)
            out += _below(line.note, start, edge)
            continue
        if line.sign:
            value_at = relation + sign + 2
            row += [Piece(" " * max(relation - end, 1)), Piece(line.sign, "relation")]
            row += [Piece(" " * (value_at - relation - cells(line.sign))), Piece(line.value, line.style)]
            end = value_at + cells(line.value)
            note_at = value_at + max(noted, cells(line.value)) + note_gap
        else:
            value_at, note_at = at, end + note_gap
        if line.note and note_at + cells(line.note) <= edge:
            row += [Piece(" " * (note_at - end)), Piece(line.note, "words")]
        else:
            fits = value_at + cells(line.note) <= edge
            out += _below(line.note, value_at if fits else start, edge)
    return out


def _claim(row: Row, end: int, line: Solved, edge: int, indent: int) -> list[Row]:
    """Relation and value at the right edge: on ``row`` itself, which ends at ``end``, or on rows below."""
    claim = f"{line.sign}  {line.value}"
    gap = edge - end - cells(claim)
    if gap >= 1:
        row += [Piece(" " * gap), Piece(claim, line.style)]
        return []
    parts = wrap(claim, edge - indent, formula=True)
    return [[Piece(" " * (edge - cells(part))), Piece(part, line.style)] for part in parts]


def _below(note: str, at: int, edge: int) -> list[Row]:
    return [[Piece(" " * at), Piece(part, "words")] for part in wrap(note, edge - at)] if note else []
