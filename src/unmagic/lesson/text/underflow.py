"""The probability of a long text under the bigram model: its product vanishes, the sum of its logarithms does not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.document import Block, Note
from unmagic.core.errors import UnmagicError
from unmagic.core.graph import Array
from unmagic.lesson.bounds import PASSAGE_CHARACTERS, PASSAGE_WORDS, SMOOTHING, counted, short_enough, within
from unmagic.reading.read import read
from unmagic.reading.reading import Reading

from .bigram import bigrams
from .corpus import collection
from .perplexity import SMOOTHED, factors_of
from .words import RULE, sentences

PRODUCT = "∏ᵢ pᵢ"
LOG_SUM = "Σᵢ log pᵢ"

SAMPLE = "topic: with"
"""The collection's text that is multiplied up where none is typed; every Python has it."""


@dataclass(frozen=True, slots=True)
class LongText:
    """The probabilities of a text's words, multiplied up and their logarithms added up."""

    factors: int
    p: Array
    product: Reading  # of PRODUCT; where it vanishes, with the finding that says so
    log_sum: Reading  # of LOG_SUM
    vanishes: int | None  # after how many factors the float64 product is 0
    words: str

    def blocks(self) -> tuple[Block, ...]:
        """Both readings and what happened."""
        return (*self.product.document().blocks, *self.log_sum.document().blocks, Note(self.words))


def long_text(text: str = "", k: float = SMOOTHED) -> LongText:
    """The product and the log sum for a typed text, or for one of the collection. Raises `UnmagicError`."""
    model = bigrams()
    k = within("k", k, SMOOTHING)
    own = not text.strip()
    parts = _sample() if own else sentences(short_enough("text", text, PASSAGE_CHARACTERS))
    if not parts:
        raise UnmagicError("text: no word in it", hint=RULE)
    counted("text", "words", sum(map(len, parts)), PASSAGE_WORDS)
    factors = list(factors_of(parts, model))
    p = np.array([(f.count + k) / (f.total + k * model.size) for f in factors])
    with np.errstate(under="ignore"):
        zeros = np.flatnonzero(np.cumprod(p) == 0)
    vanishes = int(zeros[0]) + 1 if len(zeros) else None
    said = f"{len(p):,} factors, the ends of sentences among them"
    if vanishes is not None:
        said += f"; in float64 the product is 0 from factor {shown(vanishes)} on, though no factor is"
    else:
        said += "; the product still fits a float64: a longer text's does not"
    if own:
        said += f"; the text is {SAMPLE!r}, which the model was counted from, so its factors are large ones"
    return LongText(len(p), p, read(PRODUCT, p=p), read(LOG_SUM, p=p), vanishes, said + ".")


def _sample() -> list[tuple[str, ...]]:
    """The first sentences of SAMPLE, as many as are allowed."""
    parts: list[tuple[str, ...]] = []
    room = PASSAGE_WORDS
    for sentence in collection().passages[collection().by_name[SAMPLE]].sentences:
        room -= len(sentence)
        if room < 0:
            break
        parts.append(sentence)
    return parts
