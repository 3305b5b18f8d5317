"""Values and entries as a page lays them out: which are worked, their lines, a value in rows or cells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from unmagic.core.build import marked
from unmagic.core.digits import READING, Style, exactly, shown_array, shown_cells
from unmagic.core.document import Cells
from unmagic.core.errors import BadValue
from unmagic.core.graph import Array, Index
from unmagic.core.lines import Line, Working

from .working import Book

FEW = 6
"""Entries of a step that are all worked; of a larger one the first row's are, and its value is printed whole."""

MOST_STEPS = 48
"""Steps shown of a long program: the first ones, and the last few."""

LAST_STEPS = 6


def entry_of(text: str) -> tuple[str, Index]:
    """``W[0,1]`` as a name and an index; a bare name is a scalar. Raises `BadValue`."""
    name, bracket, rest = text.partition("[")
    if not bracket:
        return text.strip(), ()
    try:
        return name.strip(), tuple(int(part) for part in rest.rstrip().removesuffix("]").split(","))
    except ValueError as error:
        raise BadValue(f"can't read {text!r} as an entry", hint="for example  W[0,1]") from error


class Ticket(NamedTuple):
    """Where a step's lines will be in the solved book."""

    step: int
    numbers: tuple[int, ...]
    whole: bool  # all of its entries are worked


def worked_entries(shape: tuple[int, ...], everything: bool, few: int = FEW) -> tuple[list[Index], bool]:
    """The entries of a step that are worked, and whether these are all of them."""
    size = math.prod(shape)
    if everything or size <= few:
        return [tuple(int(i) for i in at) for at in np.ndindex(*shape)], True
    row = shape[-1] if len(shape) > 1 and shape[-1] <= few else 1
    first = (0,) * (len(shape) - 1)
    return [(*first, i) for i in range(row)], False


def lines_of(numbers: Sequence[int], workings: Sequence[Working]) -> tuple[Line, ...]:
    """The lines of several entries, what they share once."""
    return tuple({id(line): line for number in numbers for line in workings[number].lines}.values())


def value_rows(value: Array, style: Style = READING) -> tuple[str, ...]:
    """A value whole, as rows of text."""
    return shown_array(value, style=style)


def cells_of(value: Array, book: Book | None = None, step: int = -1) -> Cells:
    """A value entry by entry; as a solved book prints the entries, where it has them all."""
    rows = shown_cells(value)
    if book is not None:
        rows = tuple(tuple((at, book.printed(step, at) or text) for at, text in row) for row in rows)
    return Cells(rows, all(exactly(text, value[at]) for row in rows for at, text in row if text != "…"))


def shape_words(shape: tuple[int, ...]) -> str:
    """A shape as the right margin has it: ``3×3``, ``3``, ``1`` for one number."""
    return marked(shape) if shape else "1"
