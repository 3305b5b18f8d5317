"""Documents as text for a terminal: a gutter of step numbers, one relation column, asides at the right edge.

A page is built as rows of styled pieces. Plain text joins them; `terminal` colours them where a terminal wants it.
Colour never carries a meaning alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from unmagic.core.document import (
    Block,
    Document,
    FindingBlock,
    Given,
    Heading,
    Listing,
    Note,
    Prose,
    StepBlock,
    Table,
    Title,
    Worked,
)
from unmagic.core.finding import Finding
from unmagic.core.lines import SIGNS, Line, Relation
from unmagic.core.notation import Notation
from unmagic.core.notation_text import ascii_text
from unmagic.core.notation_text import text as formula_text
from unmagic.core.span import Span
from unmagic.core.symbols import cells, plain

from .columns import Piece, Row, Solved, columns
from .way import AND_THEN, way
from .wrap import wrap

WIDTH = 80
NARROWEST = 24


_GUTTER = 3  # step numbers are set right against this column
_HEAD = 5  # where a step's formula starts
_BODY = 7  # where what stands below it starts


def text(document: Document, *, width: int | None = None, ascii: bool = False, inside: bool = False) -> str:
    """A document as plain text, ``width`` columns wide (80), with a newline at its end.

    ``ascii`` keeps to ASCII; ``inside`` opens idioms to their steps.
    """
    return "".join(f"{''.join(p.text for p in row).rstrip()}\n" for row in rows(document, width, ascii, inside))


def to_ascii(text: str) -> str:
    """Text in ASCII: signs by their usual spelling, Greek by name."""
    return plain(text)


def rows(document: Document, width: int | None = None, ascii: bool = False, inside: bool = False) -> list[Row]:
    """A document as rows of styled pieces."""
    return _Page(max(width or WIDTH, NARROWEST), ascii, inside).document(document)


class _Page:
    def __init__(self, width: int, ascii: bool, inside: bool) -> None:
        self.width = width
        self.edge = width - 2 if width >= 60 else width
        self.ascii = ascii
        self.inside = inside
        self.column = width // 2
        """Where the relations of all steps stand, if they fit."""
        self.back = _BODY
        """Where the formulas of backward steps start: their numbers are longer."""

    # ---- text -------------------------------------------------------------------------------------
    def t(self, text: str) -> str:
        """User text made safe for a terminal, and ASCII where asked."""
        if not text.isprintable():
            text = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text.replace("\t", "    "))
        return plain(text) if self.ascii else text

    def aside(self, text: str) -> str:
        return self.t(text.replace(" · ", ", ") if self.ascii else text)

    def formula(self, tree: Notation) -> str:
        return self.t(ascii_text(tree) if self.ascii else formula_text(tree))

    # ---- blocks -----------------------------------------------------------------------------------
    def document(self, document: Document) -> list[Row]:
        numbers = [block.number for block in document.blocks if isinstance(block, StepBlock)]
        self.back = max([_BODY, *(cells(number) + 3 for number in numbers if number.startswith("↑"))])
        out: list[Row] = []
        before: Block | None = None
        for block in document.blocks:
            made = self.block(block)
            if not made:
                continue
            if before is not None and not _adjoins(before, block):
                out.append([])
            out += made
            before = block
        return out

    def block(self, block: Block) -> list[Row]:
        match block:
            case Title(formula, aside):
                return self.headed("", self.formula(formula), self.aside(aside), "title")
            case Heading(words):
                return [[Piece(row, "heading")] for row in wrap(self.t(words), self.edge)]
            case Given():
                return self.given(block)
            case StepBlock():
                return self.step(block)
            case Prose(words):
                return self.paragraph(words, 0, "")
            case Note(words):
                return self.paragraph(words, 0, "note")
            case Worked(lines, caption):
                return [*self.paragraph(caption, 0, "words"), *self.lines(lines, 2, None, 2, 3)]
            case Table():
                return self.table(block)
            case Listing(listed, caption):
                return [*self.paragraph(caption, 0, "words"), *self.listing(listed)]
            case FindingBlock(finding):
                return self.finding(finding)
        raise TypeError(f"no text for {type(block).__name__}")

    def paragraph(self, words: str, indent: int, style: str) -> list[Row]:
        if not words:
            return []
        room = self.edge - indent
        return [[Piece(" " * indent), Piece(row, style)] for row in wrap(self.t(words), room)]

    def headed(self, gutter: str, formula: str, aside: str, style: str) -> list[Row]:
        """A formula behind a gutter, its aside against the right edge, on a row of its own where both don't fit."""
        indent = cells(gutter)
        room = self.edge - indent
        parts = wrap(formula, room, "    ", formula=True)
        out = [
            [Piece(gutter if i == 0 else " " * indent, "gutter"), Piece(part, style)] for i, part in enumerate(parts)
        ]
        if not aside:
            return out
        gap = room - cells(parts[-1]) - cells(aside)
        if gap >= 2:
            out[-1] += [Piece(" " * gap), Piece(aside, "aside")]
        elif cells(aside) <= min(room, 40):
            out.append([Piece(" " * (self.edge - cells(aside))), Piece(aside, "aside")])
        else:  # a sentence
            out += [[Piece(" " * (indent + 2)), Piece(part, "aside")] for part in wrap(aside, room - 2)]
        return out

    def given(self, block: Given) -> list[Row]:
        items = []
        for item in block.items:
            name = self.formula(item.name)
            items.append(f"{name} = {self.t(item.value)}" if item.value else f"{name} {self.t(item.shape)}")
        lead = "given   "
        room = self.edge - len(lead)
        parts: list[str] = []
        for shown in items:
            if parts and cells(parts[-1]) + 4 + cells(shown) <= room:
                parts[-1] += f"    {shown}"
            else:
                parts += wrap(shown, room, "    ")
        out = [[Piece(lead if i == 0 else " " * len(lead), "words"), Piece(part)] for i, part in enumerate(parts)]
        if block.ours and out:
            ours = wrap("the numbers are examples, and ours", room)
            out += [[Piece(" " * len(lead)), Piece(part, "words")] for part in ours]
        return out

    def step(self, block: StepBlock, depth: int = 0) -> list[Row]:
        number = self.t(block.number.replace("↑", "^").replace("·", ".") if self.ascii else block.number)
        # Backward numbers hang from the left (↑3·2), forward numbers end at the gutter's edge.
        hang = number.startswith(("↑", "^"))
        gutter = f" {number}" if hang else " " * (_GUTTER - cells(number)) + number
        gutter = " " * (4 * depth) + gutter
        gutter += " " * max(1, (self.back if hang else _HEAD) + 4 * depth - cells(gutter))
        aside = self.aside(" · ".join(part for part in (block.idiom, block.shape) if part))
        body = _BODY + 4 * depth
        out = self.headed(gutter, self.formula(block.formula), aside, "formula")
        out += self.paragraph(block.words, body, "words")
        out += self.lines(block.lines, body, self.column, 1, 3)
        for row in block.value:
            out += [[Piece(" " * body), Piece(part, "value")] for part in wrap(self.t(row), self.edge - body, " ")]
        out += self.paragraph(block.more, body, "note")
        if self.inside:
            for inner in block.inner:
                out += self.step(inner, depth + 1)
        return out

    def table(self, block: Table) -> list[Row]:
        cols = list(zip(*([block.head, *block.rows] if block.head else block.rows), strict=True))
        shown = [_aligned([self.t(cell) for cell in column], bool(block.head)) for column in cols]
        widths = [max(map(cells, column)) for column in shown]
        room = self.edge - 2 - 3 * (len(widths) - 1)
        while sum(widths) > room and max(widths) > 8:
            widths[widths.index(max(widths))] -= 1
        out = self.paragraph(block.caption, 0, "words")
        for i, texts in enumerate(zip(*shown, strict=True)):
            broken = [
                wrap(text.strip(), w) if cells(text) > w else [text] for text, w in zip(texts, widths, strict=True)
            ]
            for k in range(max(map(len, broken))):
                row: Row = [Piece("  ")]
                for parts, w in zip(broken, widths, strict=True):
                    part = parts[k] if k < len(parts) else ""
                    row.append(Piece(part + " " * (w - cells(part) + 3), "words" if block.head and i == 0 else ""))
                out.append(row)
            if block.head and i == 0:
                rule = "-" if self.ascii else "─"
                out.append([Piece("  "), Piece(rule * (sum(widths) + 3 * (len(widths) - 1)), "note")])
        return out

    def listing(self, listed: Sequence[str]) -> list[Row]:
        out: list[Row] = []
        for row in listed:
            style = {"- ": "deleted", "+ ": "added"}.get(row[:2], "")
            shown = f"− {row[2:]}" if style == "deleted" else row
            out.append([Piece("  "), Piece(self.t(shown), style)])
        return out

    # ---- findings ---------------------------------------------------------------------------------
    def finding(self, finding: Finding) -> list[Row]:
        title = self.t(finding.title) + (" (acknowledged)" if finding.acknowledged else "")
        place = self.t(place_of(finding.span)) if finding.span else ""
        out = self.headed("", title, place, "finding")
        if finding.span is not None:
            out += self.source(finding.span, finding.where)
        elif finding.where:
            out.append([Piece("  "), Piece(self.t(finding.where), "finding")])
        out += self.lines(finding.evidence, 2, None, 3, 4)
        out += self.way(finding)
        out += self.paragraph(finding.meaning, 2, "")
        sure = {"medium": "it is so unless meant", "low": "it may be so"}.get(finding.confidence, "")
        sure = "" if finding.apart else sure
        python = finding.span is not None and finding.span.source.label != "formula"
        silence = f"if meant: # unmagic: ok {finding.code}" if python and finding.code != "unknown-code" else ""
        if sure or silence:
            out += self.paragraph("; ".join(filter(None, (sure, silence))), 2, "note")
        if finding.mend:
            out.append([Piece("mend", "heading")])
            out += self.listing(finding.mend)
        return out

    def way(self, finding: Finding) -> list[Row]:
        """``and then``: the lines that a bad number went through, in their order."""
        rows = way(finding)
        pad = max((cells(self.t(place)) for place, _ in rows), default=0)
        out: list[Row] = [[Piece(f"  {AND_THEN}", "note")]] if rows else []
        for place, words in rows:
            gap = " " * (pad - cells(self.t(place)) + 3) if pad else ""
            out.append([Piece("    "), Piece(self.t(place), "gutter"), Piece(f"{gap}{self.t(words)}")])
        return out

    def source(self, span: Span, where: str) -> list[Row]:
        """The line that a span starts on, the one before it, and carets under the span."""
        lines = span.source.text.split("\n")
        at = span.line
        numbered = len(lines) > 1
        out: list[Row] = []
        pad = len(str(at))
        for number in range(max(1, at - 1), at + 1):
            if number < at and not lines[number - 1].strip():
                continue
            gutter = f"  {str(number).rjust(pad)}  " if numbered else "  "
            out.append([Piece(gutter, "gutter"), Piece(self.t(lines[number - 1]))])
        indent = pad + 4 if numbered else 2
        before = cells(self.t(lines[at - 1][: span.column]))
        under = lines[at - 1][span.column : span.column + span.end - span.start]
        carets = "^" * max(1, cells(self.t(under)))
        out.append(
            [Piece(" " * (indent + before)), Piece(carets + (f"   {self.t(where)}" if where else ""), "finding")]
        )
        return out

    # ---- the relation column ----------------------------------------------------------------------
    def lines(self, lines: Sequence[Line], indent: int, column: int | None, gap: int, note_gap: int) -> list[Row]:
        if not lines:
            return []
        return columns([self.solved(line) for line in lines], self.edge, indent, column, gap, note_gap)

    def solved(self, line: Line) -> Solved:
        sign, value, style = SIGNS[line.relation], line.value, "value"
        note = ", ".join(part for part in (line.rule, line.note) if part)
        match line.relation:
            case Relation.ORDER:
                value = ""
            case Relation.MACHINE:
                sign = SIGNS[Relation.EXACT] if line.real_exact else SIGNS[Relation.ROUNDED]
                value = f"{line.real} → {line.dtype} {line.value}"
                style = "note" if line.gap <= 1 else "finding" if line.gap > 4 else "value"
            case Relation.NONFINITE:
                style = "finding"
        return Solved(self.t(line.label), self.t(line.left), self.t(sign), self.t(value), self.t(note), style)


def place_of(span: Span) -> str:
    """``train.py:38``; a text of one line is only named."""
    return f"{span.source.label}:{span.line}" if "\n" in span.source.text.strip("\n") else span.source.label


_JOINED: tuple[Callable[[Block, Block], bool], ...] = (
    lambda a, b: isinstance(a, StepBlock) and isinstance(b, StepBlock),
    lambda a, b: isinstance(a, Note) and isinstance(b, Note),
    lambda a, b: isinstance(a, Title) and isinstance(b, Title),
    lambda a, b: isinstance(a, Heading) and not isinstance(b, Heading),
)


def _adjoins(before: Block, block: Block) -> bool:
    """Whether no blank row parts two blocks."""
    return any(joined(before, block) for joined in _JOINED)


def _aligned(column: list[str], head: bool) -> list[str]:
    """A column of cells padded so that numbers stand at their points; words stand left, and so does a mixed column."""
    body = column[1:] if head else column
    if not body or not all(is_numeric(cell) for cell in body if cell):
        return column
    points = [_point(cell) for cell in body]
    before = max(points)
    shifted = [" " * (before - point) + cell for point, cell in zip(points, body, strict=True)]
    width = max(map(cells, shifted))
    if head:
        lead = " " * (width - cells(column[0]))
        return [lead + column[0], *(" " * max(0, cells(column[0]) - width) + cell for cell in shifted)]
    return shifted


def is_numeric(cell: str) -> bool:
    """Whether a cell of a table is a number."""
    rest = cell.lstrip("+−-±").lstrip()
    return rest[:1].isdigit() or rest in ("inf", "nan")


def _point(cell: str) -> int:
    """Columns before the decimal point, or before what ends the digits."""
    for i, c in enumerate(cell):
        if c == "." or (i and cell[i - 1].isdigit() and not c.isdigit() and c != ","):
            return i
    return len(cell)
