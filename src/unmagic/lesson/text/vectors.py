"""Word vectors counted, not learned: which words stand near which in the collection, pressed into six numbers.

How often two frequent words stand within four words of each other is compared with chance (the positive part of the
pointwise mutual information, PPMI); the six strongest directions of that table are kept (a singular value
decomposition). So words used alike get vectors that point alike. A word that is not among the frequent ones gets the
mean of those spelled most like it, weighed by the letter triples that they share.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from unmagic.core.graph import Array
from unmagic.lesson.once import once

from .corpus import collection

VOCABULARY = 1_000
WINDOW = 4
DIMENSIONS = 6
CONTEXT_POWER = 0.75  # rare neighbours are counted as a little less rare: they'd weigh too much (Levy et al. 2015)
ALIKE = 5
"""How many words a word without a vector borrows from."""

DECIMALS = 2
"""Vectors are rounded to so many, so that all arithmetic on them is short."""


@dataclass(frozen=True)
class Vectors:
    """A row per word, each √DIMENSIONS long, as a transformer's normalisation makes them."""

    rows: dict[str, int]
    table: Array

    def of(self, word: str) -> tuple[Array, tuple[str, ...]]:
        """A word's vector, and the words that it was borrowed from if it has none of its own."""
        if word in self.rows:
            return self.table[self.rows[word]], ()
        shares = {known: _alike(word, known) for known in self.rows}
        best = sorted((known for known in shares if shares[known]), key=lambda known: (-shares[known], known))[:ALIKE]
        if not best:
            return np.zeros(DIMENSIONS), ()
        mean = sum(shares[known] * self.table[self.rows[known]] for known in best)
        return _scaled(np.asarray(mean)[None, :])[0], tuple(best)


@once
def vectors() -> Vectors:
    """The vectors of the collection's most frequent words, computed at first use."""
    sentences = list(dict.fromkeys(sentence for passage in collection().passages for sentence in passage.sentences))
    counts = Counter(word for sentence in sentences for word in sentence)
    frequent = sorted(counts, key=lambda word: (-counts[word], word))[:VOCABULARY]
    rows = {word: row for row, word in enumerate(frequent)}
    near = _neighbours([[rows.get(word, -1) for word in sentence] for sentence in sentences], len(rows))
    table = _scaled(_strongest(_association(near)))
    table.flags.writeable = False  # all visitors share it
    return Vectors(rows, table)


def _neighbours(sentences: list[list[int]], size: int) -> Array:
    """How often two words stand within the window of each other, in either order."""
    pairs = [
        pair
        for sentence in sentences
        for off in range(1, WINDOW + 1)
        for pair in zip(sentence[:-off], sentence[off:], strict=True)
    ]
    left, right = np.array([(a, b) for a, b in pairs if a >= 0 and b >= 0]).T
    near = np.zeros((size, size))
    np.add.at(near, (left, right), 1)
    return near + near.T


def _association(near: Array) -> Array:
    """PPMI: log P(a, b) / P(a)P(b) where that is positive, else 0."""
    together = near / near.sum()
    word = together.sum(axis=1)
    context = word**CONTEXT_POWER / (word**CONTEXT_POWER).sum()
    chance = np.outer(word, context)
    ratio = np.divide(together, chance, out=np.zeros_like(together), where=chance > 0)
    return np.log(np.maximum(ratio, 1))


def _strongest(table: Array) -> Array:
    """The left singular vectors of the centred table that belong to its largest singular values, times their roots."""
    centred = table - table.mean(axis=0)
    squares, directions = np.linalg.eigh(centred @ centred.T)  # faster than a full SVD; squares ascend
    kept = directions[:, ::-1][:, :DIMENSIONS] * np.maximum(squares[::-1][:DIMENSIONS], 0) ** 0.25
    largest = kept[np.abs(kept).argmax(axis=0), np.arange(DIMENSIONS)]
    return kept * np.sign(largest)  # a singular vector's sign is free: fix it


def _scaled(rows: Array) -> Array:
    """Rows of length √DIMENSIONS, rounded; a row of zeros stays."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled = np.divide(rows * np.sqrt(DIMENSIONS), lengths, out=np.zeros_like(rows), where=lengths > 0)
    return np.round(scaled, DECIMALS) + 0.0  # no −0


def _alike(a: str, b: str) -> float:
    """The share of letter triples that two words have in common, the ends marked (Dice)."""
    x, y = _triples(a), _triples(b)
    return 2 * len(x & y) / (len(x) + len(y))


@lru_cache(maxsize=2 * VOCABULARY)
def _triples(word: str) -> frozenset[str]:
    marked = f"‹{word}›"
    return frozenset(marked[k : k + 3] for k in range(len(marked) - 2))
