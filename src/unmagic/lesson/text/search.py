"""Documents ranked for a query by the cosine of their TF-IDF vectors, every score open to its arithmetic."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from unmagic.core.digits import shown
from unmagic.core.document import Block, Heading, Note, Table
from unmagic.core.errors import BadValue
from unmagic.lesson.bounds import HITS, QUERY_CHARACTERS, QUERY_WORDS, whole_within
from unmagic.reading.read import read
from unmagic.reading.reading import Reading

from .corpus import Passage, collection
from .near import unknown_said
from .tfidf import WEIGHT, index, length
from .words import typed

SCORE = "score = q·d / (|q||d|)"
LENGTH = "√(Σᵢ vᵢ²)"


@dataclass(frozen=True, slots=True)
class Hit:
    """A document and its score."""

    passage: Passage
    score: float
    shared: tuple[str, ...]  # the query's words that it has


@dataclass(frozen=True, slots=True)
class Results:
    """What a query found, best first; documents that share no word are not listed."""

    query: tuple[str, ...]
    unknown: tuple[str, ...]  # the query's words that no document has
    hits: tuple[Hit, ...]
    matching: int  # documents that share a word
    documents: int
    words: str

    def blocks(self) -> tuple[Block, ...]:
        """The ranking as a table, and what is to be said of it."""
        rows = tuple((shown(hit.score), hit.passage.name, ", ".join(hit.shared)) for hit in self.hits)
        table = (Table(("cos θ", "document", "shares"), rows),) if rows else ()
        return (*table, Note(self.words))


@dataclass(frozen=True, slots=True)
class Score:
    """One score opened: the weights of the words that both have, both lengths, and the quotient worked."""

    passage: Passage
    shared: tuple[str, ...]
    score: Reading  # of SCORE; q and d hold the shared words' weights, |q| and |d| the whole vectors' lengths
    query_length: Reading
    document_length: Reading
    words: str

    def blocks(self) -> tuple[Block, ...]:
        """Weights, lengths and the quotient, as blocks."""
        columns = zip(self.shared, self.score["q"], self.score["d"], strict=True)
        rows = tuple((word, shown(q), shown(d)) for word, q, d in columns)
        table = Table(("word", "q, its weight in the query", "d, its weight in the document"), rows)
        return (
            table,
            *self.score.document().blocks,
            Heading("the length of the document's vector"),
            *self.document_length.document().blocks,
            Note(self.words),
        )


def search(query: str, most: int = 10) -> Results:
    """The ``most`` documents that score highest for a query. Raises `UnmagicError` for a query without words."""
    asked = _asked(query)
    most = whole_within("documents", most, HITS)
    found, passages = index(), collection().passages
    vector = found.vector(asked)
    unknown = tuple(word for word in asked if word not in vector)
    scores = found.scores(vector) if vector else np.zeros(len(passages))
    matching = int(np.count_nonzero(scores))
    best = np.argsort(-scores, kind="stable")[: min(most, matching)]  # equal scores stay in their order
    hits = tuple(
        Hit(passages[k], float(scores[k]), tuple(word for word in vector if found.count(word, int(k)))) for k in best
    )
    said = [f"{matching:,} of {len(passages):,} documents share a word with the query"]
    if unknown:
        said.append(
            unknown_said(
                unknown,
                found.postings,
                "stands in no document and counts for nothing",
                "stand in no document and count for nothing",
            )
        )
    return Results(tuple(asked.elements()), unknown, hits, matching, len(passages), "; ".join(said) + ".")


def opened(query: str, name: str) -> Score:
    """The arithmetic of one document's score. Raises `BadValue` for a document that is not there or shares no word."""
    asked, passage, found = _asked(query), _named(name), index()
    vector, document = found.vector(asked), found.vector(passage.counts)
    shared = tuple(word for word in vector if word in document)
    if not shared:
        raise BadValue(f"{name} shares no word with the query: its score is 0")
    q, d = ([v[word] for word in shared] for v in (vector, document))
    lengths: dict[str, Any] = {"|q|": length(vector), "|d|": length(document)}
    return Score(
        passage,
        shared,
        read(SCORE, q=np.array(q), d=np.array(d), **lengths),
        _length_reading(vector),
        _length_reading(document),
        f"q·d needs only the words that both have, {len(shared):,} of {len(vector):,} in the query and of"
        f" {len(document):,} in the document: a word that one lacks has weight 0 there. Lengths are over all words.",
    )


def opened_weight(query: str, name: str, word: str) -> tuple[Reading, Reading]:
    """The arithmetic of a shared word's weight, in the query and in the document. Raises `BadValue`."""
    counts = _asked(query)[word], _named(name).counts[word]
    if not all(counts):
        raise BadValue(f"{word!r} does not stand in both")
    having = index().found_in(word)
    in_query, in_document = (read(WEIGHT, c=count, N=index().documents, n=having) for count in counts)
    return in_query, in_document


def _asked(query: str) -> Counter[str]:
    return Counter(typed("query", query, QUERY_CHARACTERS, QUERY_WORDS))


def _named(name: str) -> Passage:
    number = collection().by_name.get(name)
    if number is None:
        raise BadValue(f"no document is named {name!r}", hint="for example  textwrap.fill")
    return collection().passages[number]


def _length_reading(vector: dict[str, float]) -> Reading:
    return read(LENGTH, v=np.array(list(vector.values())))
