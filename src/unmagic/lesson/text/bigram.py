"""A bigram language model counted from the collection: how often each word follows each word.

A sentence starts with the mark ``‹start›`` and ends with ``‹end›``; a sentence that stands in several documents counts
once. P(next | word) is the count over the total.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.document import Block, Note, Table
from unmagic.core.errors import BadValue, UnmagicError
from unmagic.lesson.bounds import NEXT_WORDS, whole_within
from unmagic.lesson.once import once
from unmagic.reading.read import read
from unmagic.reading.reading import Reading

from .corpus import collection
from .near import nearest
from .words import words

START, END = "‹start›", "‹end›"  # no word: words are made of letters

CONDITIONAL = "P = c/n; total = Σᵢ Pᵢ"


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


@once
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
    word = known_word(word, model)
    ranked, total = model.ranked(word), model.totals[word]
    top = tuple(ranked[: whole_within("words", most, NEXT_WORDS)])
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


def known_word(text: str, model: Bigrams) -> str:
    """One typed word that the collection has; the start mark for none. Raises `UnmagicError`."""
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
