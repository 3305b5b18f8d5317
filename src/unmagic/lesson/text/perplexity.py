"""How surprised the bigram model is by a sentence, every factor of its probability shown.

With add-k smoothing every word of the vocabulary gets k more counts behind every word:

    P(next | word) = (count + k) / (total + k·V)

where V counts the words, the end mark, and one place for all words that the collection does not have.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.document import Block, Note, Table
from unmagic.lesson.bounds import SENTENCE_CHARACTERS, SENTENCE_WORDS, SMOOTHING, within
from unmagic.reading.read import read
from unmagic.reading.reading import Reading

from .bigram import END, START, Bigrams, bigrams
from .near import unknown_said
from .words import typed

PERPLEXITY = "p = (c + k)/(m + k·V); perplexity = exp(−(1/n) Σᵢ log pᵢ)"
SMOOTHED = 0.01
"""The k where none is named."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One factor of a sentence's probability."""

    previous: str
    word: str
    count: int  # how often the word follows the previous one
    total: int  # how often the previous one is followed by anything


@dataclass(frozen=True, slots=True)
class Perplexity:
    """A sentence's perplexity: the exp of its mean negative log-likelihood."""

    factors: tuple[Factor, ...]
    unknown: tuple[str, ...]
    reading: Reading  # of PERPLEXITY: c counts, m totals, k, V, n factors
    words: str

    @property
    def value(self) -> float:
        return float(self.reading["perplexity"])

    def blocks(self) -> tuple[Block, ...]:
        """Each factor, and what the numbers rest on; the reading works them."""
        rows = tuple(
            (f.previous, f.word, shown(f.count), shown(f.total), shown(p))
            for f, p in zip(self.factors, self.reading["p"], strict=True)
        )
        return (Table(("after", "comes", "count", "total", "p"), rows), Note(self.words))


def perplexity(sentence: str, k: float = SMOOTHED) -> Perplexity:
    """The perplexity of one typed sentence under the smoothed model. Raises `UnmagicError`."""
    found = typed("sentence", sentence, SENTENCE_CHARACTERS, SENTENCE_WORDS)
    model = bigrams()
    k = within("k", k, SMOOTHING)
    factors = tuple(factors_of([found], model))
    unknown = tuple(dict.fromkeys(word for word in found if word not in model))
    said = [
        f"add-k smoothing: k = {shown(k)} is added to every count, so k·V to every total; V = {model.size:,} words"
        " may come next, the end and one place for all unknown words among them"
    ]
    if unknown:
        said.append(
            unknown_said(
                unknown,
                model.following,
                "is unknown to the collection: its counts are 0",
                "are unknown to the collection: their counts are 0",
            )
        )
    counts, totals = np.array([(f.count, f.total) for f in factors]).T
    reading = read(PERPLEXITY, c=counts, m=totals, k=k, V=model.size, n=len(factors))
    return Perplexity(factors, unknown, reading, "; ".join(said) + ".")


def factors_of(parts: Sequence[Sequence[str]], model: Bigrams) -> Iterator[Factor]:
    """The factors of sentences, in order."""
    for part in parts:
        for previous, word in pairwise((START, *part, END)):
            count = model.following[previous][word] if previous in model else 0
            yield Factor(previous, word, count, model.totals.get(previous, 0))
