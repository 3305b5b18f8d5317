"""Naive Bayes: which part of Python's library a text sounds like, counted from the documentation of each.

For a class c with T words in all, in which word w stands C times, and a vocabulary of V words:

    log P(c | text) = log π_c + Σ_w n_w · log((C + α)/(T + α·V)) + what all classes share

π is the class's share of the documents, n how often the text has the word. It is naive because the words are taken as
independent. Words that no training document has are left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.document import Block, Note, Table
from unmagic.core.errors import UnmagicError
from unmagic.core.graph import Array
from unmagic.lesson.bounds import MESSAGE_CHARACTERS, MESSAGE_WORDS
from unmagic.lesson.once import once
from unmagic.reading.read import read
from unmagic.reading.reading import Reading

from .corpus import FAMILIES, Passage, collection
from .near import unknown_said
from .words import typed

CLASSES = tuple(filter(None, FAMILIES))
POSTERIOR = "Lᵢⱼ = log((Cᵢⱼ + α)/(Tᵢ + α·V)); sᵢ = log πᵢ + Σⱼ nⱼ Lᵢⱼ; P = softmax(s − max(s))"
ALPHA = 0.5
EVERY = 4
"""Each fourth document is held out: it is never counted, only asked."""


@dataclass(frozen=True)
class Model:
    """Counts per class over training documents."""

    words: dict[str, int]  # the vocabulary: column of each word
    counts: Array  # classes × words
    documents: Array  # training documents per class

    @property
    def totals(self) -> Array:
        """T: words in all, per class."""
        return self.counts.sum(axis=1)

    @property
    def prior(self) -> Array:
        """π: each class's share of the documents."""
        return self.documents / self.documents.sum()

    def scores(self, text: Counter[str]) -> Array:
        """log π + Σ n log((C + α)/(T + α·V)) per class, by plain NumPy: what the reading works out."""
        known = [word for word in text if word in self.words]
        columns = self.counts[:, [self.words[word] for word in known]]
        n = np.array([text[word] for word in known])
        logs = np.log((columns + ALPHA) / (self.totals + ALPHA * len(self.words))[:, None])
        return np.log(self.prior) + logs @ n


def fitted(passages: Sequence[Passage]) -> Model:
    """A model counted from documents."""
    words: dict[str, int] = {}
    for passage in passages:
        for word in passage.counts:
            words.setdefault(word, len(words))
    counts = np.zeros((len(CLASSES), len(words)), dtype=np.int64)
    documents = np.zeros(len(CLASSES), dtype=np.int64)
    for passage in passages:
        row = CLASSES.index(passage.family)
        documents[row] += 1
        counts[row, [words[word] for word in passage.counts]] += list(passage.counts.values())
    return Model(words, counts, documents)


def _without(whole: Model, passages: Sequence[Passage]) -> Model:
    """The model that the other documents would have made: counts subtracted, words that are left nowhere gone."""
    counts, documents = whole.counts.copy(), whole.documents.copy()
    for passage in passages:
        row = CLASSES.index(passage.family)
        documents[row] -= 1
        counts[row, [whole.words[word] for word in passage.counts]] -= list(passage.counts.values())
    left = np.flatnonzero(counts.any(axis=0))
    names = list(whole.words)
    return Model({names[column]: k for k, column in enumerate(left)}, counts[:, left], documents)


def split() -> tuple[list[Passage], list[Passage]]:
    """Training and held-out documents, always the same; a text that stands in two places is in the collection once."""
    labelled = [passage for passage in collection().passages if passage.family in CLASSES]
    return [p for k, p in enumerate(labelled) if k % EVERY != EVERY - 1], labelled[EVERY - 1 :: EVERY]


@once
def model() -> Model:
    """The model that visitors ask: counted from the training documents alone."""
    return fitted(split()[0])


@dataclass(frozen=True, slots=True)
class Accuracy:
    """How often the model is right on documents that it has not seen."""

    confusion: Array  # true class × said class, held-out documents
    majority: float  # the share right of always saying the most frequent class
    new_modules: float  # the share right where a document's whole module was left out of the counts
    trained_on: int
    words: str

    @property
    def held_out(self) -> int:
        return int(self.confusion.sum())

    @property
    def value(self) -> float:
        return float(np.trace(self.confusion) / self.held_out)

    def blocks(self) -> tuple[Block, ...]:
        """The confusion matrix and the shares."""
        rows = tuple((name, *map(shown, row)) for name, row in zip(CLASSES, self.confusion, strict=True))
        return (Table(("true \\ said", *CLASSES), rows), Note(self.words))


@once
def accuracy() -> Accuracy:
    """Measured on the fixed split, and module by module."""
    training, held_out = split()
    confusion = np.zeros((len(CLASSES), len(CLASSES)), dtype=np.int64)
    for passage in held_out:
        confusion[CLASSES.index(passage.family), _said(model(), passage)] += 1
    majority = float(confusion.sum(axis=1)[np.argmax(model().documents)] / confusion.sum())
    everything = training + held_out
    right = 0
    whole = fitted(everything)
    for module in sorted({passage.module for passage in everything}):
        own = [passage for passage in everything if passage.module == module]
        rest = _without(whole, own)
        right += sum(CLASSES[_said(rest, p)] == p.family for p in own)
    new = right / len(everything)
    share = float(np.trace(confusion) / confusion.sum())
    return Accuracy(
        confusion,
        majority,
        new,
        len(training),
        f"of {len(held_out):,} held-out documents a share of {shown(share)} is put right, after counting"
        f" {len(training):,} others; always saying the most frequent class would get {shown(majority)}. Held-out ones"
        " have neighbours from their own module among those counted: where each module is left out whole in its turn,"
        f" the share right is {shown(new)}.",
    )


def _said(model: Model, passage: Passage) -> int:
    return int(np.argmax(model.scores(passage.counts)))


@dataclass(frozen=True, slots=True)
class Posterior:
    """The classes of a text with their probabilities, open word by word."""

    said: str
    runner_up: str
    known: tuple[str, ...]  # the text's different words, in the order of the reading's columns
    unknown: tuple[str, ...]
    reading: Reading  # of POSTERIOR: C counts, T totals, n the text's own counts, π the prior, V, α
    words: str

    @property
    def probabilities(self) -> dict[str, float]:
        return {name: float(p) for name, p in zip(CLASSES, self.reading["P"], strict=True)}

    def blocks(self) -> tuple[Block, ...]:
        """What each word says per class, and what comes of it."""
        logs, n, prior = self.reading["L"], self.reading["n"], np.log(self.reading["π"])
        rows = [("log prior", "", *map(shown, prior))]
        rows += [(word, shown(n[j]), *map(shown, logs[:, j])) for j, word in enumerate(self.known)]
        rows.append(("sum", "", *map(shown, self.reading["s"])))
        rows.append(("P", "", *map(shown, self.reading["P"])))
        return (Table(("log P(word | class)", "times", *CLASSES), tuple(rows)), Note(self.words))


def classify(text: str) -> Posterior:
    """Which part of the library a typed text sounds like. Raises `UnmagicError`."""
    found = typed("text", text, MESSAGE_CHARACTERS, MESSAGE_WORDS)
    counted = model()
    n = Counter(word for word in found if word in counted.words)
    unknown = tuple(dict.fromkeys(word for word in found if word not in counted.words))
    if not n:
        raise UnmagicError(
            "none of these words stands in the documents that were counted",
            hint="for example  wait until the thread releases the lock",
        )
    reading = read(
        POSTERIOR,
        C=counted.counts[:, [counted.words[word] for word in n]],
        T=counted.totals,
        n=np.array(list(n.values())),
        V=len(counted.words),
        α=ALPHA,
        π=counted.prior,
    )
    order = np.argsort(-reading["s"], kind="stable")
    said, runner_up = CLASSES[order[0]], CLASSES[order[1]]
    words = [_tipped(tuple(n), reading, order)]
    if unknown:
        words.append(
            unknown_said(
                unknown,
                counted.words,
                "was never counted and is left out",
                "were never counted and are left out",
            )
        )
    return Posterior(said, runner_up, tuple(n), unknown, reading, "; ".join(words) + ".")


def _tipped(known: tuple[str, ...], reading: Reading, order: Array) -> str:
    """The word that speaks most for the class said against the next."""
    first, second = order[0], order[1]
    lead = reading["n"] * (reading["L"][first] - reading["L"][second])
    best = int(np.argmax(lead))
    if lead[best] <= 0:
        return f"no word speaks for {CLASSES[first]} against {CLASSES[second]}: its prior does"
    return f"{known[best]!r} speaks most for {CLASSES[first]} against {CLASSES[second]}"
