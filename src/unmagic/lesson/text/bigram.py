"""A bigram language model counted from the collection: how often each word follows each word.

A sentence starts with the mark ``‹start›`` and ends with ``‹end›``; a sentence that stands in several documents counts
once. Unsmoothed, P(next | word) is count over total. With add-k smoothing every word of the vocabulary gets k more
counts behind every word:

    P(next | word) = (count + k) / (total + k·V)

where V counts the words, the end mark, and one place for all words that the collection does not have.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate, pairwise

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.document import Block, Note, Table
from unmagic.core.errors import BadValue, UnmagicError
from unmagic.lesson.bounds import (
    CONTINUATION_WORDS,
    NEXT_WORDS,
    SEED,
    SENTENCE_CHARACTERS,
    SENTENCE_WORDS,
    SMOOTHING,
    whole_within,
    within,
)
from unmagic.reading.read import read
from unmagic.reading.reading import Reading

from .corpus import collection
from .near import nearest, unknown_said
from .words import typed, words

START, END = "‹start›", "‹end›"  # no word: words are made of letters

CONDITIONAL = "P = c/n; total = Σᵢ Pᵢ"
PERPLEXITY = "p = (c + k)/(m + k·V); perplexity = exp(−(1/n) Σᵢ log pᵢ)"
SMOOTHED = 0.01


@dataclass(frozen=True)
class Bigrams:
    """Counts of pairs: ``following[word][next]``."""

    following: dict[str, Counter[str]]

    @cached_property
    def totals(self) -> dict[str, int]:
        """How often each word is followed by anything."""
        return {word: counts.total() for word, counts in self.following.items()}

    @cached_property
    def size(self) -> int:
        """V: the words that may come next, with one place for all unknown ones."""
        return len(self.following) - 1 + 2  # without ‹start›, with ‹end› and the unknown

    def __contains__(self, word: str) -> bool:
        return word in self.following

    def ranked(self, word: str) -> list[tuple[str, int]]:
        """What follows a word, most frequent first, equal counts by the alphabet."""
        return sorted(self.following[word].items(), key=lambda pair: (-pair[1], pair[0]))


@cache
def bigrams() -> Bigrams:
    """The model of the collection, counted at first use."""
    following: dict[str, Counter[str]] = {}
    different = dict.fromkeys(sentence for passage in collection().passages for sentence in passage.sentences)
    for sentence in different:
        for word, after in pairwise((START, *sentence, END)):
            following.setdefault(word, Counter())[after] += 1
    return Bigrams(following)


@dataclass(frozen=True, slots=True)
class NextWords:
    """P(next | word) for the most frequent followers; ``reading`` works them, the rest as the last entry."""

    word: str
    followers: tuple[tuple[str, int], ...]
    rest: int  # how often something else follows
    rest_words: int  # how many different words that is
    total: int
    reading: Reading  # of CONDITIONAL: c the counts with the rest last, n the total
    words: str

    def blocks(self) -> tuple[Block, ...]:
        """The table, counts and shares."""
        names = [word for word, _ in self.followers]
        if self.rest:
            names.append(f"{self.rest_words:,} other words" if self.rest_words > 1 else "1 other word")
        counts, shares = self.reading["c"], self.reading["P"]
        rows = tuple((n, shown(c), shown(p)) for n, c, p in zip(names, counts, shares, strict=True))
        return (Table(("next", "count", f"P(next | {self.word})"), rows), Note(self.words))


def next_words(word: str, most: int = 8) -> NextWords:
    """What follows a word in the collection; an empty one asks what begins a sentence. Raises `UnmagicError`."""
    model = bigrams()
    word = _one_word(word, model)
    ranked, total = model.ranked(word), model.totals[word]
    top = tuple(ranked[: max(1, min(most, NEXT_WORDS))])
    rest = total - sum(count for _, count in top)
    counts = [count for _, count in top] + ([rest] if rest else [])
    what = "sentences and how they begin" if word == START else f"places where {word!r} stands"
    return NextWords(
        word,
        top,
        rest,
        len(ranked) - len(top),
        total,
        read(CONDITIONAL, c=np.array(counts), n=total),
        f"counted over {total:,} {what}; a share is its count over {total:,}, and the shares add up to 1.",
    )


def _one_word(text: str, model: Bigrams) -> str:
    if not text.strip() or text.strip() == START:
        return START
    found = words(text)
    if len(found) != 1:
        raise UnmagicError(f"{text.strip()[:40]!r} is not one word", hint="for example  the")
    word = found[0]
    if word not in model:
        near = nearest(word, model.following)
        hint = f"nearest: {near}" if near else ""
        raise BadValue(f"{word!r} stands nowhere in the collection, so nothing was counted behind it", hint=hint)
    return word


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
        f"add-k smoothing: k = {shown(k)} is added to every count, so k·V to every total; V = {shown(model.size)} words"
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
    reading = read(PERPLEXITY, **counted(factors), k=k, V=model.size, n=len(factors))
    return Perplexity(factors, unknown, reading, "; ".join(said) + ".")


def factors_of(parts: Sequence[Sequence[str]], model: Bigrams) -> Iterator[Factor]:
    """The factors of sentences, in order."""
    for part in parts:
        for previous, word in pairwise((START, *part, END)):
            count = model.following[previous][word] if previous in model else 0
            yield Factor(previous, word, count, model.totals.get(previous, 0))


def counted(factors: Sequence[Factor]) -> dict[str, np.ndarray]:
    """The counts and totals of factors as arrays, named as in PERPLEXITY."""
    return {"c": np.array([f.count for f in factors]), "m": np.array([f.total for f in factors])}


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
    previous = _one_word(given[-1] if given else "", model)
    draw = random.Random(whole_within("seed", seed, SEED)).random  # its stream is the same in every Python
    most = whole_within("words", most, (1, CONTINUATION_WORDS))
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
