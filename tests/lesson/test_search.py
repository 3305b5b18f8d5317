"""Search: TF-IDF and cosine against scikit-learn's, and every score opened to its arithmetic."""

from collections import Counter

import numpy as np
import pytest

from tests.conftest import needs
from unmagic.core.document import Document
from unmagic.core.errors import BadValue, LimitReached, UnmagicError
from unmagic.core.lines import Relation
from unmagic.lesson.text.corpus import collection
from unmagic.lesson.text.search import opened, opened_weight, search
from unmagic.lesson.text.tfidf import index
from unmagic.lesson.text.words import words
from unmagic.render import printers

QUERIES = (
    "wrap a long line of text",
    "wait until a thread finishes",
    "leap year",
    "the",
    "parse parse the query of a url",
)


@pytest.mark.parametrize("query", QUERIES)
def test_every_score_is_what_scikit_learn_gets(query: str) -> None:
    text = needs("sklearn.feature_extraction.text")
    passages = collection().passages
    vectorizer = text.TfidfVectorizer(analyzer=lambda item: item, sublinear_tf=True, smooth_idf=True, norm="l2")
    documents = vectorizer.fit_transform([[w for s in passage.sentences for w in s] for passage in passages])
    theirs = (documents @ vectorizer.transform([words(query)]).T).toarray()[:, 0]
    found = index()
    ours = found.scores(found.vector(Counter(words(query))))
    np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-15)
    results = search(query, 10)
    best = np.sort(theirs)[::-1][: len(results.hits)]
    np.testing.assert_allclose([hit.score for hit in results.hits], best, rtol=1e-12)
    assert results.matching == np.count_nonzero(theirs)


def test_what_is_asked_for_is_found_first() -> None:
    assert search("leap year").hits[0].passage.name == "calendar.isleap"
    assert {hit.passage.module for hit in search("wrap a long line of text").hits} >= {"textwrap"}


@pytest.mark.parametrize("query", QUERIES)
def test_a_score_opens_to_its_arithmetic(query: str) -> None:
    hit = search(query).hits[0]
    score = opened(query, hit.passage.name)
    assert score.shared == hit.shared
    assert float(score.score.value) == pytest.approx(hit.score, rel=1e-12)
    assert float(score.query_length.value) == pytest.approx(float(score.score["|q|"]), rel=1e-12)
    assert float(score.document_length.value) == pytest.approx(float(score.score["|d|"]), rel=1e-12)
    for word, in_query, in_document in zip(score.shared, score.score["q"], score.score["d"], strict=True):
        q, d = opened_weight(query, hit.passage.name, word)
        assert float(q.value) == pytest.approx(in_query, rel=1e-12)
        assert float(d.value) == pytest.approx(in_document, rel=1e-12)
    lines = score.score.why("score").lines
    assert lines
    assert all(line.relation in (Relation.EXACT, Relation.ROUNDED) for line in lines)
    for format in ("text", "html"):
        assert hit.shared[0] in printers[format](Document(score.blocks()))


def test_unknown_words_are_said_with_the_nearest_known() -> None:
    results = search("thred zzyzx lock")
    assert results.unknown == ("thred", "zzyzx")
    assert "'thred' (nearest: thread), 'zzyzx' stand in no document and count for nothing" in results.words
    assert [hit.passage.name for hit in results.hits] == [hit.passage.name for hit in search("lock").hits]
    assert "'zzyzx' stands in no document and counts for nothing" in search("zzyzx lock").words


def test_nothing_known_finds_nothing() -> None:
    results = search("zzyzx")
    assert results.hits == ()
    assert results.matching == 0
    assert results.words.startswith("0 of ")
    assert printers["text"](Document(results.blocks()))


def test_bad_queries_are_refused() -> None:
    with pytest.raises(UnmagicError, match="nothing typed"):
        search("")
    with pytest.raises(LimitReached):
        search("a " * 13)
    with pytest.raises(BadValue, match="no document is named"):
        opened("lock", "no such document")
    with pytest.raises(BadValue, match="shares no word"):
        opened("leap", "textwrap.fill")
    with pytest.raises(BadValue, match="does not stand in both"):
        opened_weight("leap text", "textwrap.fill", "leap")
    with pytest.raises(BadValue, match="documents = 0 is out of bounds"):
        search("lock", 0)
