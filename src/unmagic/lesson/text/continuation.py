"""Text drawn from the bigram model, word by word, every draw shown."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import accumulate

from unmagic.core.digits import shown
from unmagic.core.document import Block, Note, Table
from unmagic.lesson.bounds import CONTINUATION_WORDS, SEED, SENTENCE_CHARACTERS, SENTENCE_WORDS, whole_within

from .bigram import END, Bigrams, bigrams, known_word
from .words import typed


@dataclass(frozen=True, slots=True)
class Draw:
    """One word drawn: ``u``, uniform in [0, 1), fell between ``low`` and ``high``, the word's share of that line."""

    previous: str
    word: str
    u: float
    low: float
    high: float
    count: int
    total: int


@dataclass(frozen=True, slots=True)
class Continuation:
    """A start that the model went on from, word by word."""

    start: tuple[str, ...]
    draws: tuple[Draw, ...]
    ended: bool  # it drew the end of the sentence

    @property
    def text(self) -> str:
        drawn = [draw.word for draw in self.draws if draw.word != END]
        return " ".join([*self.start, *drawn]) + ("." if self.ended else " …")

    def blocks(self) -> tuple[Block, ...]:
        """Each draw."""
        rows = tuple(
            (d.previous, shown(d.u), shown(d.low), shown(d.high), d.word, f"{d.count:,} of {d.total:,}")
            for d in self.draws
        )
        head = ("after", "drawn", "from", "to", "gives", "count")
        return (Table(head, rows), Note("each word's share of the line from 0 to 1 is its unsmoothed probability."))


def continuation(start: str, seed: int = 0, most: int = 20) -> Continuation:
    """Words drawn one after the other, each from P(next | the one before). The same seed draws the same words."""
    model = bigrams()
    given = typed("start", start, SENTENCE_CHARACTERS, SENTENCE_WORDS) if start.strip() else []
    previous = known_word(given[-1] if given else "", model)
    draw = random.Random(whole_within("seed", seed, SEED)).random  # its stream is the same in every Python
    most = whole_within("words", most, CONTINUATION_WORDS)
    draws: list[Draw] = []
    while len(draws) < most and previous != END:
        draws.append(_drawn(model, previous, draw()))
        previous = draws[-1].word
    return Continuation(tuple(given), tuple(draws), previous == END)


def _drawn(model: Bigrams, previous: str, u: float) -> Draw:
    """The word whose share of the line from 0 to 1 holds ``u``."""
    ranked, total = model.ranked(previous), model.totals[previous]
    ends = accumulate(count for _, count in ranked)
    word, count, end = next((w, c, end) for (w, c), end in zip(ranked, ends, strict=True) if u * total < end)
    return Draw(previous, word, u, (end - count) / total, end / total, count, total)
