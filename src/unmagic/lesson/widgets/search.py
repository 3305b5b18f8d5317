"""``::: search docs``: a query, the documents that it finds, and the arithmetic of every score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from unmagic.core.document import StepBlock
from unmagic.core.errors import UnmagicError
from unmagic.lesson.bounds import QUERY_CHARACTERS, QUERY_WORDS
from unmagic.lesson.markdown import Widget
from unmagic.lesson.text.search import SCORE, Results, Score, opened, opened_weight, search
from unmagic.lesson.text.tfidf import WEIGHT
from unmagic.render.svg.row_bar import row_bar

from .fields import given, kept
from .kind import Kind, Pairs
from .worked import column, worked

QUERY = "read a file line by line"
LONGEST_NAME = 200
HITS = 6

HUES = {"q": 1, "d": 2, "score": 4, "w": 2, "c": 1, "N": 8, "n": 7}

_search = lru_cache(maxsize=128)(search)
_opened = lru_cache(maxsize=128)(opened)


@dataclass(frozen=True, slots=True)
class OpenHit:
    """One score's arithmetic, and that of one word's weights in it."""

    score: Score
    rows: tuple[tuple[str, str, str], ...]  # word, its weight in the query, in the document
    steps: tuple[StepBlock, ...]
    length: tuple[StepBlock, ...]
    word: str = ""
    in_query: tuple[StepBlock, ...] = ()
    in_document: tuple[StepBlock, ...] = ()
    error: UnmagicError | None = None

    @property
    def alike(self) -> bool:
        """The word stands as often in the query as in the document, so that it weighs the same."""
        return self.in_query == self.in_document


@dataclass(frozen=True, slots=True)
class SearchShown:
    """A query with what it found; of one document the arithmetic."""

    id: str
    query: str
    results: Results | None = None
    name: str = ""  # the document whose score is open
    hit: OpenHit | None = None
    error: UnmagicError | None = None  # of the query
    closed: UnmagicError | None = None  # why the document can't be opened

    score = SCORE
    weight = WEIGHT
    hues = HUES
    limit = f"up to {QUERY_WORDS} words and {QUERY_CHARACTERS} characters"

    @property
    def listed(self) -> Sequence[tuple[str, str, str, str, bool]]:
        """Of each hit: score, bar, name, headline, whether it is open."""
        hits = self.results.hits if self.results else ()
        scores = column([hit.score for hit in hits])
        return [
            (score, row_bar(hit.score, 4), hit.passage.name, hit.passage.headline, hit.passage.name == self.name)
            for score, hit in zip(scores, hits, strict=True)
        ]

    @property
    def beyond(self) -> bool:
        """The open document is none of those listed."""
        return self.hit is not None and not any(row[-1] for row in self.listed)

    def link(self, name: str = "", word: str = "") -> Pairs:
        """The state in which a document's score is open, or none."""
        return _pairs(self.id, self.query, name, word)


class SearchKind(Kind):
    """``ID.q`` is the query, ``ID.doc`` the document whose score is open, ``ID.word`` the word whose weight is."""

    kind = "search"

    def query(self, widget: Widget, own: Pairs) -> Pairs:
        fields = given(widget, own)
        name = fields.get("doc", "")[:LONGEST_NAME]
        return _pairs(widget.id, fields.get("q", QUERY), name, fields.get("word", "")[:LONGEST_NAME] if name else "")

    def shown(self, widget: Widget, own: Pairs) -> SearchShown:
        fields = given(widget, own)
        query, name = fields.get("q", QUERY), fields.get("doc", "")
        page = SearchShown(widget.id, query, name=name)
        try:
            page = replace(page, results=_search(query, HITS))
        except UnmagicError as error:
            return replace(page, error=error)
        try:
            return replace(page, hit=_open(query, name, fields.get("word", ""))) if name else page
        except UnmagicError as error:
            return replace(page, closed=error)


def _open(query: str, name: str, word: str) -> OpenHit:
    score = _opened(query, name)
    rows = tuple(zip(score.shared, column(score.score["q"]), column(score.score["d"]), strict=True))
    hit = OpenHit(score, rows, worked(score.score, everything=True), worked(score.document_length), word)
    if not word:
        return hit
    try:
        in_query, in_document = opened_weight(query, name, word)
    except UnmagicError as error:
        return replace(hit, error=error)
    return replace(hit, in_query=worked(in_query), in_document=worked(in_document))


def _pairs(id: str, query: str, name: str, word: str) -> Pairs:
    return kept(Widget("search", id, "", 0), ("q", query, QUERY), ("doc", name, ""), ("word", word, ""))
