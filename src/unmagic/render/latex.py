"""Documents as LaTeX: a snippet to put into a paper, or with ``whole=True`` an article of its own.

Plain pdflatex and amsmath set it: no other package, every character that they lack is spelled.
"""

from __future__ import annotations

from collections.abc import Sequence

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
from unmagic.core.lines import Line, Relation
from unmagic.core.symbols import plain

from .notation_latex import latex as formula
from .tex import arithmetic, escape
from .text import is_numeric, place_of
from .way import AND_THEN, way

_PREAMBLE = r"""\documentclass{article}
\usepackage{amsmath}
\usepackage{amssymb}
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.6em}
\begin{document}
"""
_SIGNS = {
    Relation.EXACT: "=",
    Relation.ROUNDED: r"\approx",
    Relation.ORDER: "",
    Relation.MACHINE: "=",
    Relation.NONFINITE: r"\Rightarrow",
}


def latex(document: Document, *, whole: bool = False) -> str:
    """A document as LaTeX; ``whole`` puts a preamble round it, so that it compiles as it is."""
    body = "\n\n".join(part for block in document.blocks for part in [_block(block)] if part) + "\n"
    return f"{_PREAMBLE}{body}\\end{{document}}\n" if whole else body


def _block(block: Block) -> str:
    match block:
        case Title(tree, aside):
            shape = rf" \qquad \text{{{escape(aside)}}}" if aside else ""
            return rf"\[ {formula(tree)}{shape} \]"
        case Given():
            items = [
                f"${formula(item.name)}$" + (f" = {escape(item.value)}" if item.value else f" {escape(item.shape)}")
                for item in block.items
            ]
            ours = " The numbers are examples, and ours." if block.ours else ""
            return f"given {', '.join(items)}.{ours}"
        case Heading(words):
            return rf"\subsection*{{{escape(words)}}}"
        case StepBlock():
            return _step(block)
        case Prose(words):
            return escape(words)
        case Note(words):
            return rf"{{\small {escape(words)}}}"
        case Worked(lines, caption):
            return "\n\n".join(part for part in (escape(caption), _lines(lines)) if part)
        case Table():
            return _table(block)
        case Listing(rows, caption):
            return "\n\n".join(part for part in (escape(caption), _listing(rows)) if part)
        case FindingBlock(finding):
            return _finding(finding)
    raise TypeError(f"no LaTeX for {type(block).__name__}")


def _step(block: StepBlock) -> str:
    aside = r" $\cdot$ ".join(escape(part) for part in (block.idiom, block.shape) if part)
    head = rf"\textbf{{{escape(block.number)}}}\quad ${formula(block.formula)}$"
    parts = [head + (rf"\hfill\textit{{{aside}}}" if aside else "")]
    if block.words:
        parts.append(rf"\textit{{{escape(block.words)}}}")
    if block.lines:
        parts.append(_lines(block.lines))
    parts += [escape(row) for row in block.value]
    if block.more:
        parts.append(rf"{{\small {escape(block.more)}}}")
    if block.inner:
        inside = "\n\n".join(_step(inner) for inner in block.inner)
        parts.append(f"\\begin{{quote}}\n{inside}\n\\end{{quote}}")
    return "\n\n".join(parts)


def _lines(lines: Sequence[Line]) -> str:
    """Lines as one aligned display: arithmetic, relation, value."""
    rows = []
    for line in lines:
        sign, value = _SIGNS[line.relation], arithmetic(line.value)
        if line.relation is Relation.MACHINE:
            sign = "=" if line.real_exact else r"\approx"
            value = rf"{arithmetic(line.real)} \to \text{{{escape(line.dtype)}}} \; {value}"
        note = ", ".join(part for part in (line.rule, line.note) if part)
        after = rf"\quad\text{{{escape(note)}}}" if note else ""
        label = rf"\text{{{escape(line.label)}}} \quad & " if line.label else "& "
        claim = f" {sign} {value}" if sign else ""
        rows.append(f"{label}{arithmetic(line.left)} & {{}}{claim}{after}")
    inside = " \\\\\n".join(rows)
    return f"\\[\n\\begin{{aligned}}\n{inside}\n\\end{{aligned}}\n\\]"


def _table(block: Table) -> str:
    numbers = [all(is_numeric(cell) for cell in column) for column in zip(*block.rows, strict=True)]
    width = len(block.head) or len(numbers)
    columns = "".join("r" if number else "l" for number in numbers) or "l" * width
    rows = [" & ".join(escape(cell) for cell in row) + r" \\" for row in block.rows]
    head = " & ".join(rf"\textit{{{escape(cell)}}}" for cell in block.head) + " \\\\\n\\hline\n" if block.head else ""
    caption = f"{escape(block.caption)}\n\n" if block.caption else ""
    return f"{caption}\\begin{{tabular}}{{{columns}}}\n{head}{chr(10).join(rows)}\n\\end{{tabular}}"


def _listing(rows: Sequence[str]) -> str:
    """Code in typewriter, character for character; ASCII, since TeX's typewriter has no more."""
    return "\n".join(rf"\texttt{{{_typed(row)}}}\\" for row in rows[:-1]) + "".join(
        f"\n\\texttt{{{_typed(row)}}}" for row in rows[-1:]
    )


def _typed(row: str) -> str:
    shown = "".join(c if c.isprintable() else " " for c in plain(row))
    special = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", " ": "~", "~": r"\textasciitilde{}"}
    special |= {"^": r"\textasciicircum{}", "-": "{-}", "<": "{<}", ">": "{>}", "`": "`{}"}
    return "".join(special.get(c, rf"\{c}" if c in "$&#_%" else c) for c in shown) or "~"


def _finding(finding: Finding) -> str:
    place = rf"\hfill\texttt{{{_typed(place_of(finding.span))}}}" if finding.span else ""
    acknowledged = " (acknowledged)" if finding.acknowledged else ""
    parts = [rf"\textbf{{{escape(finding.title)}}}{acknowledged}{place}"]
    if finding.span is not None:
        span = finding.span
        lines = span.source.text.split("\n")
        under = plain(lines[span.line - 1][span.column : span.column + span.end - span.start])
        before = len(plain(lines[span.line - 1][: span.column]))
        carets = " " * before + "^" * max(1, len(under)) + (f"   {finding.where}" if finding.where else "")
        shown = [line for line in lines[max(0, span.line - 2) : span.line - 1] if line.strip()]
        parts.append(_listing([*shown, lines[span.line - 1], carets]))
    elif finding.where:
        parts.append(escape(finding.where))
    if finding.evidence:
        parts.append(_lines(finding.evidence))
    if finding.path:
        rows = [f"{place}   {words}" if place else words for place, words in way(finding)]
        parts += [f"{AND_THEN}:", _listing(rows)]
    parts.append(escape(finding.meaning))
    if finding.confidence != "high":
        parts.append(
            r"\textit{It is so unless meant.}" if finding.confidence == "medium" else r"\textit{It may be so.}"
        )
    if finding.mend:
        parts += ["The mend:", _listing(finding.mend)]
    return "\n\n".join(parts)
