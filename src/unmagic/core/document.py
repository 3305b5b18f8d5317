"""What a reading shows, as blocks; a format is one printer over them. All numbers are text already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from .finding import Finding
from .graph import Index
from .lines import Line
from .notation import Notation
from .span import Span


class Cells(NamedTuple):
    """A value entry by entry, a row for each innermost vector: every entry's place and its text.

    ``exact`` says that the printed numbers are the machine's own: ``=`` stands before them, else ``≈``.
    """

    rows: Sequence[Sequence[tuple[Index, str]]] = ()
    exact: bool = True

    def __bool__(self) -> bool:
        return bool(self.rows)


NO_CELLS = Cells()


class Block:
    """A part of a document."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Title(Block):
    """The formula that was read, with its shape or dtype at the right."""

    formula: Notation
    aside: str = ""


@dataclass(frozen=True, slots=True)
class Heading(Block):
    """A heading in words: "back up, from loss"."""

    text: str


@dataclass(frozen=True, slots=True)
class Given(Block):
    """What was handed in: name, shape in words, values as text (empty if long), and whether the numbers are ours."""

    items: tuple[GivenItem, ...]
    ours: bool = False


@dataclass(frozen=True, slots=True)
class GivenItem:
    name: Notation
    shape: str
    value: str = ""
    cells: Cells = NO_CELLS  # an array whole, where a page prints each entry as something to point at


@dataclass(frozen=True, slots=True)
class StepBlock(Block):
    """One step at the idiom's level: gutter number, formula, idiom and shape at the right, words, Lines, value.

    ``inner`` are the raw steps it opens to.
    """

    number: str  # "1", "↑3·2"
    formula: Notation
    idiom: str = ""
    shape: str = ""
    words: str = ""
    lines: tuple[Line, ...] = ()
    value: Sequence[str] = ()  # the value as rows of text, where the Lines don't give it whole
    more: str = ""  # "… 9 entries, --grad W --all"
    inner: tuple[StepBlock, ...] = ()
    span: Span | None = None
    takes: str = ""  # the shapes of what it reads: "Q 3×4 · K 3×4"
    name: str = ""  # what its entries are asked for by
    cells: Cells = NO_CELLS  # the value entry by entry, in the place of ``value``


@dataclass(frozen=True, slots=True)
class Prose(Block):
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Note(Block):
    """Small print: decisions, what was passed over, the vouching."""

    text: str


@dataclass(frozen=True, slots=True)
class Worked(Block):
    """Lines in the relation column under an optional caption: a Working, a hop of a blame."""

    lines: tuple[Line, ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Table(Block):
    """Cells of text; numbers align at the point."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Listing(Block):
    """Code or output, verbatim; a row starting with ``- `` or ``+ `` may be set as a change."""

    rows: tuple[str, ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class FindingBlock(Block):
    """A finding with its place, evidence and mend."""

    finding: Finding


@dataclass(frozen=True, slots=True)
class Document:
    """Blocks in order."""

    blocks: tuple[Block, ...] = field(default_factory=tuple)
