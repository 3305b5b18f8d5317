"""Documents as Markdown that GitHub shows: ``$…$`` math, tables, fenced code. Nothing of the user's is markup in it."""

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
from unmagic.core.lines import SIGNS, Line, Relation
from unmagic.core.notation import Notation

from .notation_latex import latex
from .text import is_numeric, place_of
from .way import AND_THEN, way

_SPECIAL = frozenset("\\*_[]#~")


def markdown(document: Document, *, level: int = 2) -> str:
    """A document as GitHub Markdown; ``level`` is the rank of its headings (2 to 6)."""
    return "\n\n".join(part for block in document.blocks for part in [_block(block, level)] if part) + "\n"


def escape(text: str) -> str:
    """Words in which nothing is markup: signs that Markdown, HTML or math would read get a backslash or an entity."""
    out: list[str] = []
    for char in text.replace("\r", " ").replace("\n", " "):
        if char in "<>&$@|`":
            out.append(f"&#{ord(char)};")  # a backslash does not stop these everywhere
        elif char in _SPECIAL:
            out.append(f"\\{char}")
        else:
            out.append(char)
    shown = "".join(out)
    first = shown.partition(" ")[0]
    at = 0 if first[:1] in ("-", "+", "=") else len(first) - 1 if first[:-1].isdigit() and first[-1] in ".)" else -1
    if at >= 0:
        shown = f"{shown[:at]}&#{ord(shown[at])};{shown[at + 1 :]}"  # no list and no rule begins here
    return shown


_WORDS = {
    "\\,": "\\thinspace ",
    "\\|": "\\Vert ",
    "\\{": "\\lbrace ",
    "\\}": "\\rbrace ",
    "\\\\": "\\cr ",
    "*": "\\ast ",
}
"""What Markdown would read as an escape or as emphasis, in words of TeX."""


def _tex(formula: Notation) -> tuple[str, bool]:
    """A formula as TeX, and whether Markdown leaves it as it is."""
    made = latex(formula)
    for sign, word in _WORDS.items():
        made = made.replace(sign, word)
    risky = any(f"\\{char}" in made for char in "_%#$&!\"'()[]`~-;:") or any(char in made for char in "$`<\n")
    return made, not risky


def math(formula: Notation) -> str:
    """A formula within a line: ``$…$``; where Markdown would change it, in the backquotes that GitHub has for that."""
    made, safe = _tex(formula)
    if "`" in made:
        return f"<code>{escape(made)}</code>"
    return f"${made}$" if safe else f"$`{made}`$"


def _display(formula: Notation) -> str:
    made, safe = _tex(formula)
    return f"$$\n{made}\n$$" if safe else _fenced(made, "math")


def _block(block: Block, level: int) -> str:
    match block:
        case Title(formula, aside):
            return _display(formula) + (f"\n\n{escape(aside)}" if aside else "")
        case Given():
            items = [
                math(item.name) + (f" = {escape(item.value)}" if item.value else f" {escape(item.shape)}")
                for item in block.items
            ]
            ours = ". The numbers are examples, and ours." if block.ours else ""
            return f"given {', '.join(items)}{ours}"
        case Heading(words):
            return f"{'#' * level} {escape(words)}"
        case StepBlock():
            return _step(block, level)
        case Prose(words):
            return escape(words)
        case Note(words):
            return f"<sub>{escape(words)}</sub>"
        case Worked(lines, caption):
            return "\n\n".join(part for part in (escape(caption), _lines(lines)) if part)
        case Table():
            return _table(block)
        case Listing(rows, caption):
            return "\n\n".join(part for part in (escape(caption), _listing(rows)) if part)
        case FindingBlock(finding):
            return _finding(finding, level)
    raise TypeError(f"no Markdown for {type(block).__name__}")


def _step(block: StepBlock, level: int) -> str:
    aside = " · ".join(escape(part) for part in (block.idiom, block.shape) if part)
    head = f"**{escape(block.number)}** {math(block.formula)}" + (f" — *{aside}*" if aside else "")
    parts = [head]
    if block.words:
        parts.append(escape(block.words))
    if block.lines:
        parts.append(_lines(block.lines))
    if block.value:
        parts.append("<br>".join(escape(row) for row in block.value))
    if block.more:
        parts.append(escape(block.more))
    if block.inner:
        inside = "\n\n".join(_step(inner, level) for inner in block.inner)
        parts.append(f"<details><summary>the steps inside</summary>\n\n{inside}\n\n</details>")
    return "\n\n".join(parts)


def _lines(lines: Sequence[Line]) -> str:
    """Lines as a table: label, arithmetic, relation, value, and a remark where there is one."""
    rows = []
    for line in lines:
        sign, value = SIGNS[line.relation], line.value
        match line.relation:
            case Relation.ORDER:
                value = ""
            case Relation.MACHINE:
                sign = SIGNS[Relation.EXACT] if line.real_exact else SIGNS[Relation.ROUNDED]
                value = f"{line.real} → {line.dtype} {line.value}"
        note = ", ".join(part for part in (line.rule, line.note) if part)
        rows.append([escape(line.label), escape(line.left), sign, escape(value), escape(note)])
    used = [k for k in range(5) if k in (1, 2, 3) or any(row[k] for row in rows)]
    align = ["---", "---", ":-:", "---", "---"]
    head = f"| {' | '.join('' for _ in used)} |\n| {' | '.join(align[k] for k in used)} |\n"
    return head + "\n".join(f"| {' | '.join(row[k] for k in used)} |" for row in rows)


def _table(block: Table) -> str:
    numbers = [all(is_numeric(cell) for cell in column) for column in zip(*block.rows, strict=True)]
    head = block.head or ("",) * len(numbers)
    out = [f"| {' | '.join(escape(cell) for cell in head)} |"]
    out.append(f"| {' | '.join('--:' if number else '---' for number in numbers or [False] * len(head))} |")
    out += [f"| {' | '.join(escape(cell) for cell in row)} |" for row in block.rows]
    return (f"{escape(block.caption)}\n\n" if block.caption else "") + "\n".join(out)


def _listing(rows: Sequence[str]) -> str:
    changed = any(row[:2] in ("- ", "+ ") for row in rows)
    shown = [row.replace("\r", " ").replace("\n", " ") for row in rows]
    return _fenced("\n".join(shown), "diff" if changed else "python")


def _fenced(code: str, language: str) -> str:
    """Code in a fence longer than any run of backquotes in it."""
    longest = run = 0
    for char in code:
        run = run + 1 if char == "`" else 0
        longest = max(longest, run)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{code}\n{fence}"


def _finding(finding: Finding, level: int) -> str:
    place = f" — {escape(place_of(finding.span))}" if finding.span else ""
    acknowledged = " (acknowledged)" if finding.acknowledged else ""
    parts = [f"{'#' * min(level + 1, 6)} {escape(finding.title)}{acknowledged}{place}"]
    if finding.span is not None:
        span = finding.span
        lines = span.source.text.split("\n")
        shown = [line for line in lines[max(0, span.line - 2) : span.line - 1] if line.strip()]
        under = lines[span.line - 1][span.column : span.column + span.end - span.start]
        carets = " " * span.column + "^" * max(1, len(under)) + (f"   {finding.where}" if finding.where else "")
        parts.append(_fenced("\n".join([*shown, lines[span.line - 1], carets]), ""))
    elif finding.where:
        parts.append(escape(finding.where))
    if finding.evidence:
        parts.append(_lines(finding.evidence))
    if finding.path:
        rows = [f"- {escape(': '.join(part for part in row if part))}" for row in way(finding)]
        parts.append("\n".join([f"{AND_THEN}:", "", *rows]))
    parts.append(escape(finding.meaning))
    if finding.confidence != "high":
        parts.append("*It is so unless meant.*" if finding.confidence == "medium" else "*It may be so.*")
    if finding.mend:
        parts += ["The mend:", _listing(finding.mend)]
    return "\n\n".join(parts)
