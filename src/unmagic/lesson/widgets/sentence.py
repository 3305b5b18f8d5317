"""``::: sentence attention``: the visitor's own sentence attending to itself, a row of the weights open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import ClassVar

from unmagic.core.digits import LESSON, shown
from unmagic.core.document import StepBlock
from unmagic.core.errors import UnmagicError
from unmagic.lesson.attention import Attention, attend
from unmagic.lesson.bounds import ATTENTION_CHARACTERS, ATTENTION_WORDS
from unmagic.lesson.markdown import Widget
from unmagic.lesson.text.vectors import DIMENSIONS
from unmagic.render.svg.heat import shade

from .fields import given, kept, whole
from .kind import Kind, Pairs
from .worked import block, entries

SENTENCE = "the thread waits for the lock"

_attend = lru_cache(maxsize=128)(attend)


@dataclass(frozen=True, slots=True)
class SentenceShown:
    """A sentence with its weights as heat; of one row the arithmetic."""

    id: str
    text: str
    attention: Attention | None = None
    row: int | None = None  # the token whose row is open
    steps: tuple[StepBlock, ...] = ()
    error: UnmagicError | None = None

    formula = "softmax(QKᵀ/√d)·V"
    hues: ClassVar[Mapping[str, int]] = {"Q": 1, "K": 2, "V": 3, "S": 4, "A": 7, "d": 8}
    limit = f"up to {ATTENTION_WORDS} words and {ATTENTION_CHARACTERS} characters"
    dimensions = shown(DIMENSIONS)

    @property
    def rows(self) -> Sequence[tuple[int, str, list[tuple[str, str]]]]:
        """Of each token: its place, itself, and its weights as text and class of shade."""
        if self.attention is None:
            return []
        weights = self.attention.weights
        return [
            (i, token, [(shown(w, style=LESSON), _shade(float(w))) for w in weights[i]])
            for i, token in enumerate(self.attention.tokens)
        ]

    @property
    def most(self) -> str:
        """What the open row's token attends to most."""
        if self.attention is None or self.row is None:
            return ""
        weights = self.attention.weights[self.row]
        best = [k for k, w in enumerate(weights) if w == weights.max()]
        tokens = self.attention.tokens
        what = "itself" if best == [self.row] else repr(tokens[next(k for k in best if k != self.row)])
        return f"{tokens[self.row]!r} attends most to {what}: {shown(weights.max(), style=LESSON)}"

    def link(self, row: int | None = None) -> Pairs:
        """The state in which a row is open, or none."""
        return _pairs(self.id, self.text, row)


class SentenceKind(Kind):
    """``ID.t`` is the sentence, ``ID.row`` the token whose row is open, counted from 1."""

    kind = "sentence"

    def query(self, widget: Widget, own: Pairs) -> Pairs:
        fields = given(widget, own)
        row = whole(fields.get("row"))
        return _pairs(widget.id, fields.get("t", SENTENCE), row - 1 if row and row <= ATTENTION_WORDS else None)

    def shown(self, widget: Widget, own: Pairs) -> SentenceShown:
        fields = given(widget, own)
        page = SentenceShown(widget.id, fields.get("t", SENTENCE))
        try:
            page = replace(page, attention=_attend(page.text))
            row = whole(fields.get("row"))
            return page if row is None else _open(page, row - 1)
        except UnmagicError as error:
            return replace(page, error=error)


def _open(page: SentenceShown, row: int) -> SentenceShown:
    attention = page.attention
    if attention is None or row >= len(attention.tokens):  # the row of a sentence that was longer
        return page
    tokens = attention.tokens
    weights = [("A", (row, column)) for column in range(len(tokens))]
    mixed = [("", (row, dimension)) for dimension in range(DIMENSIONS)]
    lines = entries(attention.reading, weights + mixed)
    of_row, of_mix = (tuple(dict.fromkeys(chain(*part))) for part in (lines[: len(tokens)], lines[len(tokens) :]))
    words = f"the row of {tokens[row]!r}: how its vector meets each, as shares that add up to 1"
    after = f"what comes out for {tokens[row]!r}: all vectors, mixed by these shares"
    return replace(page, row=row, steps=(block("A", of_row, words), block("A·V", of_mix, after)))


def _shade(weight: float) -> str:
    step = shade(weight, 1.0)
    return f"w{step}" if step else ""


def _pairs(id: str, text: str, row: int | None) -> Pairs:
    at = "" if row is None else str(row + 1)
    return kept(Widget("sentence", id, "", 0), ("t", text, SENTENCE), ("row", at, ""))
