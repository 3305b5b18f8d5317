"""A reading as the Reader draws it: steps hung in a gutter, every printed entry something to point at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from unmagic.core.document import Cells, Given, StepBlock
from unmagic.core.graph import Index
from unmagic.core.notation import Name, Notation
from unmagic.core.notation_text import text as formula_text

from .html import Html, tag
from .notation_mathml import Hues

LONG = 14
"""Lines of a step that stand open; more wait behind a summary."""

Entry = Callable[[str, Index], str]
"""The address that an entry of a named array leads to, or nothing."""


class Trace(Html):
    """``why`` leads from an entry of a step to its arithmetic, ``moves`` from a number to how it moves the result."""

    def __init__(self, hues: Hues, why: Entry, moves: Entry) -> None:
        super().__init__(hues)
        self.why = why
        self.moves = moves

    # ---- steps ------------------------------------------------------------------------------------
    def forward(self, given: Given | None, steps: Sequence[StepBlock]) -> str:
        """What was handed in, then the steps down to the result."""
        first = [tag("li", self.handed_in(given))] if given is not None else []
        items = [*first, *(tag("li", self.shown(step, self.why), id=f"s{step.number}") for step in steps)]
        return self.listed(items, "Forward")

    def backward(self, steps: Sequence[StepBlock]) -> str:
        """The way back: each gradient's entries lead to how that number moves the result."""
        return self.listed([tag("li", self.shown(step, self.moves)) for step in steps], "Backward")

    def listed(self, items: Sequence[str], label: str) -> str:
        return tag("ol", "\n" + "\n".join(items) + "\n", class_="trace hung", role="list", aria_label=label)

    def shown(self, block: StepBlock, entry: Entry) -> str:
        shape = tag("span", escape(" → ".join(p for p in (block.takes, block.shape) if p)), class_="shape")
        line = tag("div", self.formula(block.formula) + self.cells(block.name, block.cells, entry), class_="line")
        if block.idiom:
            parts = [tag("div", f"{tag('h3', escape(block.idiom))} {shape}", class_="head"), line]
        else:
            parts = [tag("div", f"{line} {shape}", class_="head")]
        if block.words:
            parts.append(tag("p", escape(block.words), class_="say"))
        if block.lines:
            parts.append(self.arithmetic(block))
        if block.inner:
            parts.append(self.inside(block))
        return gutter(block.number) + tag("div", "\n".join(parts), class_="step")

    def arithmetic(self, block: StepBlock) -> str:
        """The lines, behind a summary where they are many."""
        lines = self.lines(block.lines)
        others = f"{escape(block.more)}; each other one is a link to its own"
        more = tag("p", others, class_="label") if block.more else ""
        if len(block.lines) <= LONG:
            return lines + more
        summary = tag("summary", f"worked, in {len(block.lines)} lines", class_="plain")
        return tag("details", f"{summary}{lines}{more}", class_="open")

    def inside(self, block: StepBlock) -> str:
        """The raw steps that an idiom opens to, numbered under it."""
        rows = []
        for k, inner in enumerate(block.inner, 1):
            value = tag("span", "<br>".join(escape(row) for row in inner.value), class_="num")
            number = tag("span", f"{escape(block.number)}.{k}", class_="gut")
            shape = tag("span", escape(inner.shape), class_="shape")
            rows.append(tag("li", f"{number} {self.formula(inner.formula)} {value} {shape}"))
        count = "one step inside" if len(rows) == 1 else f"{len(rows)} steps inside"
        listed = tag("ol", "\n".join(rows), class_="inside", role="list")
        return tag("details", tag("summary", count, class_="plain") + listed, class_="open")

    def handed_in(self, given: Given) -> str:
        """Step 0: every array by its entries; numbers alone at the right, letters where there are no numbers."""
        scalars = " · ".join(
            f"{escape(formula_text(item.name))} = {self.pointed(self.spelled(item.name), (), item.value)}"
            if item.value
            else f"{escape(formula_text(item.name))} {escape(item.shape)}"
            for item in given.items
            if not item.cells
        )
        arrays = "".join(
            tag("span", self.formula(item.name) + self.cells(self.spelled(item.name), item.cells, self.moves),
                class_="array")
            for item in given.items
            if item.cells
        )  # fmt: skip
        head = tag("div", tag("h3", "given") + " " + tag("span", scalars, class_="shape"), class_="head")
        box = tag("div", arrays, class_="givens", tabindex="0", role="group", aria_label="The numbers given")
        return gutter("0") + tag("div", head + (box if arrays else ""), class_="step")

    def spelled(self, name: Notation) -> str:
        """What a name is called in links."""
        return name.text if isinstance(name, Name) else ""

    # ---- entries ----------------------------------------------------------------------------------
    def cells(self, name: str, cells: Cells, entry: Entry) -> str:
        """A value, each entry a link: a number or a vector in a row, a matrix in brackets."""
        if not cells:
            return ""
        sign, first = "=" if cells.exact else "≈", cells.rows[0]
        if len(first[0][0]) < 2:
            shown = ", ".join(self.cell(name, at, text, entry) for at, text in first)
            return " " + tag("span", f"{sign} [{shown}]" if first[0][0] else f"{sign} {shown}", class_="num value")
        rows = "".join(
            tag("tr", "".join(tag("td", self.cell(name, at, text, entry)) for at, text in row)) for row in cells.rows
        )
        table = tag("table", tag("tbody", rows), class_="entries num", aria_label=name or "the value")
        return f' <span class="num rel">{sign}</span> {tag("div", table, class_="matrix")}'

    def cell(self, name: str, at: Index, text: str, entry: Entry) -> str:
        where = entry(name, at) if text != "…" else ""
        return tag("a", escape(text), href=where, aria_label=f"{spelled(name, at)}: {text}") if where else escape(text)

    def pointed(self, name: str, at: Index, text: str) -> str:
        where = self.moves(name, at)
        return tag("a", escape(text), href=where, aria_label=f"{name}: {text}") if where else escape(text)

    def label(self, label: str) -> str:
        """What a line gives, as a link to its arithmetic alone."""
        said = super().label(label)
        name, at = parted(label)
        where = self.why(name, at) if name else ""
        return tag("a", said, href=where) if where else said


def gutter(number: str) -> str:
    return tag("span", escape(number), class_="gut") + " "


def spelled(name: str, at: Index) -> str:
    """``z[0]``; a number by its name alone."""
    return f"{name}[{','.join(map(str, at))}]" if at else name


def parted(label: str) -> tuple[str, Index]:
    """``A[0,1]`` as name and place; no name where the label is no entry."""
    name, bracket, rest = label.partition("[")
    inside = rest.removesuffix("]").split(",")
    if not bracket:
        return label, ()
    return (name, tuple(map(int, inside))) if all(part.isdecimal() for part in inside) else ("", ())
