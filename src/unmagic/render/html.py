"""Documents as static HTML: no script, every word escaped, readable without a style sheet.

`html` makes a fragment under one class, with a small scoped style of its own for notebook cells (``style=False`` for a
page that has look.css); `page` makes a whole page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from html import escape
from importlib.resources import files

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
from unmagic.core.notation import Name, Notation
from unmagic.core.notation_text import text as formula_text
from unmagic.core.span import Span

from .hues import hues as default_hues
from .notation_mathml import Hues, mathml
from .text import is_numeric, place_of
from .way import AND_THEN, way


def html(document: Document, *, hues: Hues | None = None, style: bool = True) -> str:
    """A fragment: ``<div class="unmagic scope">``. ``hues`` are the symbols' colours by name, 1 to 8."""
    css = f"<style>{sheet('cell.css')}</style>\n" if style else ""
    shown = Html(default_hues(document) if hues is None else hues)
    return f'<div class="unmagic scope">\n{css}{shown.document(document)}</div>\n'


def page(document: Document, *, title: str = "", hues: Hues | None = None, language: str = "en") -> str:
    """A page that needs nothing beside itself."""
    name = title or next((formula_text(b.formula) for b in document.blocks if isinstance(b, Title)), "A reading")
    css = "".join(sheet(name) for name in ("tokens.css", "look.css", "reading.css"))
    return (
        f'<!doctype html>\n<html lang="{escape(language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(name)} · unmagic</title>\n<style>\n{css}</style>\n</head>\n<body>\n"
        f'<main class="page read">\n<h1 class="vh">{escape(name)}</h1>\n'
        f"{html(document, hues=hues, style=False)}</main>\n</body>\n</html>\n"
    )


def evidence(lines: Sequence[Line]) -> str:
    """The arithmetic that shows a finding, by itself."""
    return Html({}).evidence(lines)


@lru_cache
def sheet(name: str) -> str:
    """A style sheet of the package: ``tokens.css``, ``look.css``, ``reading.css``, ``cell.css``."""
    return files("unmagic.render").joinpath("style", name).read_text(encoding="utf-8")


def table(block: Table) -> str:
    """A table by itself."""
    return Html({}).table(block)


def worked(steps: Sequence[StepBlock], hues: Hues) -> str:
    """Steps as one list in the relation column, each opened by its formula: what a panel shows of a reading."""
    shown = Html(hues)
    items = "\n".join(item for step in steps for item in shown.worked_step(step))
    return tag("ol", f"\n{items}\n", class_="steps hung", role="list", aria_label="The steps, worked")


def tag(name: str, inside: str, **attributes: str) -> str:
    """An element; ``class_`` and ``aria_label`` are spelt as HTML does."""
    return f"<{name}{_marks(tuple(attributes.items()))}>{inside}</{name}>"


@lru_cache(maxsize=1024)  # nearly all are one of a few classes
def _marks(attributes: tuple[tuple[str, str], ...]) -> str:
    return "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes)


class Html:
    """The printer of blocks; a page that prints more on them extends it."""

    def __init__(self, hues: Hues) -> None:
        self.hues = hues

    def formula(self, tree: Notation, block: bool = False) -> str:
        return mathml(tree, self.hues, block=block)

    # ---- blocks -----------------------------------------------------------------------------------
    def document(self, document: Document) -> str:
        sections: list[tuple[str, list[str]]] = [("", [])]
        steps: list[StepBlock] = []

        def close_steps() -> None:
            if steps:
                sections[-1][1].append(self.trace(steps))
                steps.clear()

        for block in document.blocks:
            if isinstance(block, StepBlock):
                steps.append(block)
                continue
            close_steps()
            if isinstance(block, Heading):
                sections.append((block.text, [tag("h2", escape(block.text))]))
            else:
                sections[-1][1].append(self.block(block))
        close_steps()
        return "".join(
            f"<section{f' aria-label={chr(34)}{escape(label)}{chr(34)}' if label else ''}>\n"
            + "".join(f"{part}\n" for part in parts)
            + "</section>\n"
            for label, parts in sections
            if parts
        )

    def block(self, block: Block) -> str:
        match block:
            case Title(formula, aside):
                shape = f" {tag('span', escape(aside), class_='shape')}" if aside else ""
                return tag("div", self.formula(formula, block=True) + shape, class_="formula title")
            case Given():
                return self.given(block)
            case Prose(words):
                return tag("p", escape(words))
            case Note(words):
                return tag("p", escape(words), class_="note")
            case Worked(lines, caption):
                return (f"{tag('p', escape(caption), class_='label')}\n" if caption else "") + self.lines(lines)
            case Table():
                return self.table(block)
            case Listing(rows, caption):
                return (f"{tag('p', escape(caption), class_='label')}\n" if caption else "") + self.listing(
                    rows, caption
                )
            case FindingBlock(finding):
                return self.finding(finding)
        raise TypeError(f"no HTML for {type(block).__name__}")

    def given(self, block: Given) -> str:
        items = []
        for item in block.items:
            name = self.formula(item.name)
            value = f" = {tag('span', escape(item.value), class_='num')}" if item.value else ""
            shape = f" {tag('span', escape(item.shape), class_='shape')}" if item.shape else ""
            items.append(tag("li", name + (value or shape)))
        ours = f"\n{tag('p', 'The numbers are examples, and ours.', class_='label')}" if block.ours else ""
        return tag("ul", " ".join(items), class_="givens", role="list", aria_label="given") + ours

    def trace(self, steps: Sequence[StepBlock]) -> str:
        items = "\n".join(tag("li", self.step(step)) for step in steps)
        return tag("ol", f"\n{items}\n", class_="trace", role="list")

    def step(self, block: StepBlock) -> str:
        number = tag("span", escape(block.number), class_="gut")
        shape = f" {tag('span', escape(block.shape), class_='shape')}" if block.shape else ""
        formula = self.formula(block.formula)
        parts = [tag("div", tag("h3", escape(block.idiom) if block.idiom else formula) + shape, class_="head")]
        value = "<br>".join(escape(row) for row in block.value)
        shown = f" {tag('span', value, class_='num')}" if value else ""
        if block.idiom or shown:
            parts.append(tag("p", (formula if block.idiom else "") + shown, class_="line"))
        if block.words:
            parts.append(tag("p", escape(block.words), class_="say"))
        if block.lines:
            parts.append(self.lines(block.lines))
        if block.more:
            parts.append(tag("p", escape(block.more), class_="quiet"))
        if block.inner:
            count = "one step inside" if len(block.inner) == 1 else f"{len(block.inner)} steps inside"
            inside = tag("div", self.trace(block.inner), class_="inside")
            parts.append(tag("details", tag("summary", count, class_="plain") + inside, class_="open"))
        return f"{number} " + tag("div", "\n".join(parts), class_="step")

    def worked_step(self, block: StepBlock) -> Iterator[str]:
        """A step's formula and words as one row, then its lines; where no line gives it, its value."""
        number = tag("span", escape(block.number), class_="no")
        words = f" {tag('span', escape(block.words), class_='words')}" if block.words else ""
        yield tag("li", f"{number} {tag('span', self.formula(block.formula) + words, class_='what')}", class_="opens")
        for line in block.lines:
            yield self.line(line)
        if block.value:
            value = tag("span", "<br>".join(escape(row) for row in block.value), class_="how num")
            yield tag("li", value, class_="whole")

    def label(self, label: str) -> str:
        """What a line gives, its symbol in its hue: ``z[0]``."""
        name, bracket, index = label.partition("[")
        hue = self.hues.get(name)
        spelled = escape(formula_text(Name(name)))
        return (tag("span", spelled, class_=f"sym s{hue}") if hue else spelled) + escape(bracket + index)

    def lines(self, lines: Sequence[Line]) -> str:
        items = "\n".join(self.line(line) for line in lines)
        return tag("ol", f"\n{items}\n", class_="steps worked", role="list")

    def line(self, line: Line) -> str:
        label = tag("span", self.label(line.label), class_="of num")
        how = tag("span", escape(line.left), class_="how num")
        sign, value, after = SIGNS[line.relation], escape(line.value), ""
        match line.relation:
            case Relation.ORDER:
                sign = value = ""
            case Relation.MACHINE:
                sign = SIGNS[Relation.EXACT] if line.real_exact else SIGNS[Relation.ROUNDED]
                value = escape(line.real)
                kind = "machine far" if line.gap > 4 else "machine"
                after = " " + tag("span", f"→ {escape(line.dtype)} {escape(line.value)}", class_=kind)
            case Relation.NONFINITE:
                value = tag("span", value, class_="nonfinite")
        to = ""
        if sign:
            claim = f"{tag('span', sign, class_='rel')} {tag('span', value + after, class_='is')}"
            to = " " + tag("span", claim, class_="to")
        remark = ", ".join(part for part in (line.rule, line.note) if part)
        if remark:
            to += " " + tag("span", escape(remark), class_="remark")
        mark = {"class_": "sum"} if line.label == "sum" else {}
        return tag("li", f"{label} {how}{to}", **mark)

    def table(self, block: Table) -> str:
        numbers = [all(is_numeric(cell) for cell in column) for column in zip(*block.rows, strict=True)]
        head = ""
        if block.head:
            cells = (
                tag("th", escape(cell), scope="col", **({"class_": "n"} if number else {}))
                for cell, number in zip(block.head, numbers or [False] * len(block.head), strict=True)
            )
            head = f"<thead>{tag('tr', ''.join(cells))}</thead>\n"
        rows = []
        for row in block.rows:
            first = tag("th", escape(row[0]), scope="row") if row else ""
            rest = (
                tag("td", tag("span", escape(cell), class_="num"), class_="n") if number else tag("td", escape(cell))
                for cell, number in zip(row[1:], numbers[1:], strict=True)
            )
            rows.append(tag("tr", first + "".join(rest)))
        caption = tag("caption", escape(block.caption), class_="label") if block.caption else ""
        table = tag("table", caption + head + f"<tbody>{''.join(rows)}</tbody>", class_="rows")
        label = block.caption or " ".join(block.head[:1]) or "table"
        return tag("div", table, class_="scroll", tabindex="0", role="group", aria_label=label)

    def listing(self, rows: Sequence[str], label: str) -> str:
        out = []
        for row in rows:
            kind, change = {"- ": ("del", "del"), "+ ": ("add", "ins")}.get(row[:2], ("", ""))
            code = tag("code", escape(row[2:] if kind else row) + "\n")
            out.append(tag("span", tag(change, code), class_=kind) if kind else tag("span", code))
        return _code(out, label or "code")

    # ---- findings ---------------------------------------------------------------------------------
    def finding(self, finding: Finding) -> str:
        place = f" {tag('span', escape(place_of(finding.span)), class_='placed')}" if finding.span else ""
        title = finding.title + (" (acknowledged)" if finding.acknowledged else "")
        parts = [tag("header", tag("h3", escape(title)) + place)]
        if finding.span is not None:
            parts.append(self.source(finding.span, finding.where))
        elif finding.where:
            parts.append(tag("p", escape(finding.where), class_="num"))
        if finding.evidence:
            parts.append(self.evidence(finding.evidence))
        if finding.path:
            rows = [f"{place}   {words}" if place else words for place, words in way(finding)]
            parts.append(tag("p", AND_THEN, class_="label"))
            parts.append(self.listing(tuple(rows), AND_THEN))
        parts.append(tag("p", escape(finding.meaning)))
        if finding.confidence != "high":
            sure = "It is so unless meant." if finding.confidence == "medium" else "It may be so."
            parts.append(tag("p", sure, class_="label"))
        if finding.mend:
            parts.append(tag("p", "The mend", class_="label"))
            parts.append(self.listing(finding.mend, "the mend"))
        return tag("article", "\n" + "\n".join(parts) + "\n", class_="finding", aria_label=finding.title)

    def evidence(self, lines: Sequence[Line]) -> str:
        cells = []
        for line in lines:
            value, rel = line.value, SIGNS[line.relation]
            if line.relation is Relation.MACHINE:
                rel, value = ("=" if line.real_exact else "≈"), f"{line.real} → {line.dtype} {line.value}"
            elif line.relation is Relation.ORDER:
                value = ""
            label = tag("span", escape(line.label), class_="of") + " " if line.label else ""
            why = ", ".join(part for part in (line.rule, line.note) if part)
            cells.append(
                f"{tag('span', label + escape(line.left), class_='num')} {tag('span', rel, class_='num to')} "
                f"{tag('span', escape(value), class_='num to')} {tag('span', escape(why), class_='why')}"
            )
        return tag("div", "\n".join(cells), class_="evidence")

    def source(self, span: Span, where: str) -> str:
        lines = span.source.text.split("\n")
        at = span.line
        out = []
        for number in range(max(1, at - 1), at + 1):
            if number == at or lines[number - 1].strip():
                mark = {"data_step": str(number)} if len(lines) > 1 else {}
                out.append(tag("span", tag("code", escape(lines[number - 1]) + "\n"), **mark))
        under = lines[at - 1][span.column : span.column + span.end - span.start]
        carets = " " * span.column + "^" * max(1, len(under)) + (f"   {where}" if where else "")
        out.append(tag("span", tag("code", escape(carets) + "\n"), class_="carets"))
        return _code(out, f"{place_of(span)}, the source")


def _code(rows: Sequence[str], label: str) -> str:
    return tag("pre", "".join(rows), class_="code", tabindex="0", role="group", aria_label=label)
