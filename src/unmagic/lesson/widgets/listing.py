"""``::: listing classifier``: a program that the visitor may edit, read line by line beside its running numbers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from unmagic.core.document import Document, StepBlock
from unmagic.core.errors import LimitReached, UnmagicError
from unmagic.core.finding import Finding
from unmagic.core.limits import WEB
from unmagic.lesson.listings import Change, Listing, listings
from unmagic.lesson.markdown import Widget
from unmagic.reading.read import read
from unmagic.reading.reading import Reading
from unmagic.render.hues import hues

from .kind import Kind, Pairs

LONGEST = 2_000
"""Characters of a listing: its text travels in the address."""


class Row(NamedTuple):
    """A line of the program, and the numbers of the steps that it makes."""

    steps: str
    code: str


@dataclass(frozen=True, slots=True)
class ListingShown:
    """A program read: its lines, steps forwards and backwards, what it prints, what is wrong with it."""

    listing: Listing
    code: str
    edited: bool
    questions: tuple[tuple[Change, str], ...]
    rows: tuple[Row, ...] = ()
    forward: tuple[StepBlock, ...] = ()
    backward: tuple[StepBlock, ...] = ()
    printed: str = ""
    findings: tuple[Finding, ...] = ()
    error: UnmagicError | None = None

    @property
    def hues(self) -> dict[str, int]:
        """The hue of each symbol of the program."""
        return hues(Document((*self.forward, *self.backward)))


class ListingKind(Kind):
    """The listing that the directive names; ``ID.code`` is the visitor's text."""

    kind = "listing"

    def query(self, widget: Widget, own: Pairs) -> Pairs:
        code = next((_tidy(text) for key, text in own if key == f"{widget.id}.code"), None)
        for key, text in own:
            if key == f"{widget.id}.do" and text == "reset":
                code = None
        return [] if code is None or code == _listing(widget).code else [(f"{widget.id}.code", code)]

    def shown(self, widget: Widget, own: Pairs) -> ListingShown:
        listing = _listing(widget)
        code = own[0][1] if own else listing.code
        shown = ListingShown(listing, code, bool(own), tuple((c, listing.changed(c)) for c in listing.changes))
        try:
            if len(code) > LONGEST:
                hint = f"here at most {LONGEST:,}; the Reader takes more"
                raise LimitReached(f"a text of {len(code):,} characters", hint=hint)
            return _read(shown)
        except UnmagicError as error:
            return _with(shown, error=error)


def _read(shown: ListingShown) -> ListingShown:
    from unmagic.reading.show import Page

    listing = shown.listing
    reading = read(shown.code, lang="python", limits=WEB)
    blocks = Page(reading, None, everything=False).blocks()
    shown = _with(
        shown,
        rows=_rows(shown.code, reading),
        forward=tuple(block for block in blocks if isinstance(block, StepBlock)),
        printed=reading.printed.rstrip("\n"),
        findings=tuple(finding for finding in reading.findings if not finding.acknowledged),
        error=reading.program.failure,
    )
    if reading.program.failure is not None or any(name not in reading for name in (listing.of, *listing.by)):
        return shown
    try:
        gradient = reading.gradient(*listing.by, of=listing.of)
        back = Page(gradient.reading, gradient, everything=False).blocks()
    except UnmagicError:  # what the visitor made of it has no way back; the way there stands
        return shown
    return _with(shown, backward=tuple(b for b in back if isinstance(b, StepBlock) and b.number.startswith("↑")))


def _rows(code: str, reading: Reading) -> tuple[Row, ...]:
    """Each line with the steps that it makes, as numbers of the shown steps."""
    made: dict[int, list[int]] = {}
    for step in reading.steps:
        span = reading.graph[step.id].span
        if span is not None:
            made.setdefault(span.line, []).append(step.number)
    return tuple(
        Row("·".join(map(str, made.get(number, ()))), line) for number, line in enumerate(code.splitlines(), start=1)
    )


def _with(shown: ListingShown, **changes: object) -> ListingShown:
    return replace(shown, **changes)  # type: ignore[arg-type]  # fields of its own


def _tidy(text: str) -> str:
    """A form's text with plain line ends."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip()


def _listing(widget: Widget) -> Listing:
    if widget.id not in listings:
        raise UnmagicError(f"line {widget.line}: no listing {widget.id!r}", hint=f"there are {', '.join(listings)}")
    return listings[widget.id]
