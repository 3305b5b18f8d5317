"""TF-IDF vectors of the collection, held by word: who has the word, and with what weight.

The weight of a word that stands c times in a document, in a collection of N documents of which n have the word:

    w = (1 + log c) · (1 + log((1 + N) / (1 + n)))

The first factor grows slowly with repetition; the second is large for words that few documents have. The ones keep a
word that every document has from vanishing. Logarithms are natural; nothing is normalised, since the cosine divides
the lengths out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from unmagic.core.graph import Array
from unmagic.lesson.once import once

from .corpus import collection

WEIGHT = "w = (1 + log c) · (1 + log((1 + N)/(1 + n)))"
"""The formula, as a reading reads it."""


@dataclass(frozen=True)
class Index:
    """Postings: for each word the documents that have it, how often, and its weight there; and each vector's length."""

    documents: int
    postings: dict[str, tuple[Array, Array]]  # document numbers, counts
    weights: dict[str, Array]
    lengths: Array

    def found_in(self, word: str) -> int:
        """How many documents have a word."""
        return len(self.postings[word][0]) if word in self.postings else 0

    def count(self, word: str, document: int) -> int:
        """How often a word stands in a document."""
        numbers, counts = self.postings[word]
        k = int(np.searchsorted(numbers, document))
        return int(counts[k]) if k < len(numbers) and numbers[k] == document else 0

    def weight(self, word: str, count: int) -> float:
        """The weight of a word that stands ``count`` times."""
        return weight(count, self.documents, self.found_in(word)) if count else 0.0

    def vector(self, counts: Mapping[str, int]) -> dict[str, float]:
        """The vector of a text from its counts, by word; words that no document has are left out."""
        return {w: self.weight(w, c) for w, c in counts.items() if w in self.postings}

    def scores(self, query: dict[str, float]) -> Array:
        """The cosine of a vector with each document's; 0 for documents that share no word."""
        dots = np.zeros(self.documents)
        for word, w in query.items():
            dots[self.postings[word][0]] += w * self.weights[word]
        return dots / (length(query) * self.lengths)


def weight(count: int, documents: int, having: int) -> float:
    """The weight formula."""
    return (1 + math.log(count)) * (1 + math.log((1 + documents) / (1 + having)))


def length(vector: dict[str, float]) -> float:
    """√Σ w² of a vector held by word."""
    return math.sqrt(sum(w * w for w in vector.values()))


@once
def index() -> Index:
    """The index of the collection, computed at first use."""
    passages = collection().passages
    places: dict[str, list[tuple[int, int]]] = {}
    for number, passage in enumerate(passages):
        for word, count in passage.counts.items():
            places.setdefault(word, []).append((number, count))
    postings, weights = {}, {}
    squares = np.zeros(len(passages))
    for word, found in places.items():
        numbers, counts = np.array(found).T
        postings[word] = numbers, counts
        weights[word] = (1 + np.log(counts)) * (1 + math.log((1 + len(passages)) / (1 + len(found))))
        squares[numbers] += weights[word] ** 2
    return Index(len(passages), postings, weights, np.sqrt(squares))
