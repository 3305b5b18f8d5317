"""Attention over the visitor's own sentence: ``softmax(QKᵀ/√d)·V`` on vectors counted from real text."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.document import Block, Note, Table
from unmagic.core.graph import Array
from unmagic.lesson.bounds import ATTENTION_CHARACTERS, ATTENTION_WORDS
from unmagic.reading.read import read
from unmagic.reading.reading import Reading

from .text.vectors import DIMENSIONS, vectors
from .text.words import typed

ATTENTION = "A = softmax(QKᵀ/√d); A·V"

HONEST = (
    "The vectors are counted from Python's documentation, not learned: words with the same neighbours point alike."
    " Q, K and V are the same vectors; a trained model multiplies them by three matrices that it has learned, and adds"
    " where in the sentence each word stands."
)


@dataclass(frozen=True, slots=True)
class Attention:
    """A sentence attending to itself."""

    tokens: tuple[str, ...]
    X: Array  # a row per token: Q, K and V
    weights: Array  # tokens × tokens: how much the row's token attends to the column's; rows add up to 1
    reading: Reading  # of ATTENTION; A are the weights
    borrowed: dict[str, tuple[str, ...]]  # tokens without a vector of their own, and whose they got
    words: str

    def blocks(self) -> tuple[Block, ...]:
        """The vectors and the weights as tables; the reading works them."""
        dimensions = tuple(map(str, range(DIMENSIONS)))
        rows = tuple((token, *map(shown, row)) for token, row in zip(self.tokens, self.X, strict=True))
        shares = tuple((token, *map(shown, row)) for token, row in zip(self.tokens, self.weights, strict=True))
        return (
            Table(("vector of", *dimensions), rows, "Q, K and V"),
            Table(("attends to", *self.tokens), shares, "the weights A"),
            Note(self.words),
        )


def attend(sentence: str) -> Attention:
    """The attention of a typed sentence's words to each other. Raises `UnmagicError`."""
    tokens = typed("sentence", sentence, ATTENTION_CHARACTERS, ATTENTION_WORDS)
    known = vectors()
    found = {token: known.of(token) for token in tokens}
    X = np.array([found[token][0] for token in tokens])
    borrowed = {token: sources for token, (_, sources) in found.items() if token not in known.rows}
    said = [f"{token!r} is no frequent word: {_origin(sources)}" for token, sources in borrowed.items()]
    reading = read(ATTENTION, Q=X, K=X, V=X, d=DIMENSIONS)
    return Attention(tuple(tokens), X, reading["A"], reading, borrowed, " ".join([HONEST, *said]))


def _origin(sources: tuple[str, ...]) -> str:
    if not sources:
        return "none is spelled like it, so its vector is 0 and it attends to all alike."
    return f"its vector is the mean of those spelled most like it: {', '.join(sources)}."
