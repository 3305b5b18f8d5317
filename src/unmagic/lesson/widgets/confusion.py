"""``::: confusion``: a belief that many hold, beside what is so, both computed; and its finding in code."""

from __future__ import annotations

from typing import NamedTuple

from unmagic.core.finding import Finding
from unmagic.lesson.inline import bindings
from unmagic.lesson.links import reader
from unmagic.lesson.markdown import Widget, sentence
from unmagic.reading.read import read

from .body import Body, parts
from .kind import Kind, Pairs


class Side(NamedTuple):
    """One of the two results, as HTML: what comes out, and what that is."""

    result: str
    words: str


class InCode(NamedTuple):
    """The confusion in a program of a few lines: what the engine finds there, and the way to read it whole.

    ``rows`` are its lines, and under the place of the first finding one of carets.
    """

    rows: list[tuple[str, str]]
    findings: list[Finding]
    link: str


class Confusion(NamedTuple):
    """What the widget shows."""

    belief: str
    sides: list[Side]
    so: str
    code: InCode | None


class ConfusionKind(Kind):
    """``belief``, two ``side: result -> words``, ``so``; ``code`` lines that show it, on the numbers of ``with``."""

    kind = "confusion"

    def shown(self, widget: Widget, own: Pairs) -> Confusion:
        body = Body(widget)
        sides = [Side(*map(sentence, parts(line))) for line in body.all("side")]
        lines = body.code()
        return Confusion(
            sentence(body.one("belief")),
            sides,
            sentence(body.one("so")),
            _in_code(lines, body.one("with", "")) if lines else None,
        )


def _in_code(lines: list[str], numbers: str) -> InCode:
    source = "\n".join(lines)
    findings = list(read(source, lang="python", **bindings(numbers)).findings)
    rows = [(line, "") for line in lines]
    span = findings[0].span if findings else None
    if span is not None:
        rows.insert(span.line, (span.caret("").split("\n")[1], "carets"))
    return InCode(rows, findings, reader(source, numbers))
