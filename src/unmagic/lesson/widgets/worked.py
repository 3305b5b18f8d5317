"""Readings as a widget shows them: all of their steps, or chosen entries, worked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from unmagic.core.digits import READING, Style
from unmagic.core.document import StepBlock
from unmagic.core.graph import Index
from unmagic.core.lines import SIGNS, Line, Relation
from unmagic.core.notation import Infix, Name
from unmagic.reading.laid_out import lines_of
from unmagic.reading.reading import Reading
from unmagic.reading.show import Page
from unmagic.render.svg.heat import cells


def worked(reading: Reading, *, everything: bool = False) -> tuple[StepBlock, ...]:
    """The steps of a reading, each with its lines."""
    return tuple(b for b in Page(reading, None, everything).blocks() if isinstance(b, StepBlock))


def entries(reading: Reading, wanted: Sequence[tuple[str, Index]]) -> list[tuple[Line, ...]]:
    """The lines of each wanted entry, by name and index, solved together so that their digits agree.

    What several of them need stands with the first.
    """
    ids = {step.name: step.id for step in reading.view.steps}
    book = reading.view.book(reading.digits)
    numbers = [reading.view.put(book, ids[name], at) for name, at in wanted]
    workings = book.solve()
    return [lines_of(own, workings) for own in numbers]


def block(name: str, lines: Sequence[Line], words: str = "") -> StepBlock:
    """Lines under a name of their own, to stand among steps."""
    return StepBlock("", Name(name), words=words, lines=tuple(lines))


def step_of(reading: Reading, name: str, lines: Sequence[Line]) -> StepBlock:
    """A named step of a reading with chosen lines."""
    step = next(step for step in reading.view.steps if step.name == name)
    return StepBlock("", Infix("=", (Name(name), step.formula)), step.title, words=step.words, lines=tuple(lines))


def column(values: ArrayLike, style: Style = READING) -> list[str]:
    """Numbers as texts of one column: equally many decimals."""
    array = np.asarray(values)
    return [row[0] for row in cells(array.reshape(-1, 1), style)] if array.size else []


def relation(line: Line) -> str:
    """What stands between a line's sides."""
    return "" if line.relation is Relation.ORDER else SIGNS[line.relation]


def result(line: Line) -> str:
    """What a line comes to, with its relation: ``≈ 4.28e-791 → float64 0``."""
    if line.relation is Relation.MACHINE:
        sign = SIGNS[Relation.EXACT] if line.real_exact else SIGNS[Relation.ROUNDED]
        return f"{sign} {line.real} → {line.dtype} {line.value}"
    return f"{relation(line)} {line.value}"
