"""Naive Bayes: against scikit-learn's, and measured on documents that were never counted."""

from collections import Counter

import numpy as np
import pytest

from tests.conftest import needs
from unmagic.core.document import Document
from unmagic.core.errors import LimitReached, UnmagicError
from unmagic.core.graph import Array
from unmagic.lesson.text.corpus import Passage
from unmagic.lesson.text.naive_bayes import ALPHA, CLASSES, accuracy, classify, fitted, model, split
from unmagic.lesson.text.words import words
from unmagic.render import printers

TEXTS = (
    "Wait until the thread releases the lock.",
    "Copy a directory tree and its permissions.",
    "the number of days in a leap year",
    "send mail to a server over a socket, then parse the reply reply reply",
    "set a breakpoint and print the traceback",
)


def counts_of(passages: list[Passage], columns: dict[str, int]) -> Array:
    table = np.zeros((len(passages), len(columns)), dtype=np.int64)
    for row, passage in enumerate(passages):
        for word, count in passage.counts.items():
            if word in columns:
                table[row, columns[word]] = count
    return table


def test_it_is_scikit_learns_multinomial_model() -> None:
    bayes = needs("sklearn.naive_bayes")
    training, held_out = split()
    columns = model().words
    theirs = bayes.MultinomialNB(alpha=ALPHA).fit(
        counts_of(training, columns), [CLASSES.index(p.family) for p in training]
    )
    for text in TEXTS:
        row = np.zeros((1, len(columns)))
        for word, count in Counter(words(text)).items():
            if word in columns:
                row[0, columns[word]] = count
        np.testing.assert_allclose(list(classify(text).probabilities.values()), theirs.predict_proba(row)[0], rtol=1e-9)
    predicted = theirs.predict(counts_of(held_out, columns))
    confusion = np.zeros_like(accuracy().confusion)
    np.add.at(confusion, ([CLASSES.index(p.family) for p in held_out], predicted), 1)
    assert np.array_equal(accuracy().confusion, confusion)


def test_held_out_documents_are_never_counted() -> None:
    training, held_out = split()
    assert not {p.text for p in training} & {p.text for p in held_out}
    assert {p.family for p in held_out} == set(CLASSES)
    assert model().counts.sum() == sum(p.counts.total() for p in training)
    assert model().documents.sum() == len(training)
    again = fitted(training)
    assert np.array_equal(again.counts, model().counts)


def test_accuracy_is_measured_and_said() -> None:
    found = accuracy()
    assert found.held_out == len(split()[1])
    assert 1 / len(CLASSES) < found.majority < 0.3
    assert found.majority < found.new_modules < found.value < 1  # a new module is harder than a new document
    assert f"{found.held_out}" in found.words
    assert CLASSES[0] in printers["text"](Document(found.blocks()))


def test_the_posterior_opens_word_by_word() -> None:
    found = classify(TEXTS[0])
    assert found.said == "concurrency"
    counted = model()
    for j, word in enumerate(found.known):
        column = counted.counts[:, counted.words[word]]
        wanted = np.log((column + ALPHA) / (counted.counts.sum(axis=1) + ALPHA * len(counted.words)))
        np.testing.assert_allclose(found.reading["L"][:, j], wanted, rtol=1e-12)
    np.testing.assert_allclose(found.reading["s"], counted.scores(Counter(words(TEXTS[0]))), rtol=1e-12)
    assert sum(found.probabilities.values()) == pytest.approx(1)
    assert max(found.probabilities, key=found.probabilities.__getitem__) == found.said
    lines = found.reading.why("P", CLASSES.index(found.said)).lines
    assert lines[-1].label.startswith("P[")
    text = printers["text"](Document(found.blocks()))
    assert all(word in text for word in found.known)


def test_the_word_that_tips_it_is_said() -> None:
    assert "speaks most for concurrency" in classify(TEXTS[0]).words
    found = classify("lock of the month")
    first, second = (CLASSES.index(name) for name in (found.said, found.runner_up))
    lead = found.reading["n"] * (found.reading["L"][first] - found.reading["L"][second])
    assert found.words.startswith(f"'{found.known[int(np.argmax(lead))]}' speaks most for {found.said}")
    order = sorted(found.probabilities, key=found.probabilities.__getitem__)
    assert [found.said, found.runner_up] == order[:-3:-1]


def test_unknown_words_are_left_out_and_said() -> None:
    known, more = classify("release the lock"), classify("release the lock zzyzx")
    assert more.unknown == ("zzyzx",)
    assert "'zzyzx' was never counted and is left out" in more.words
    assert more.probabilities == known.probabilities


def test_bad_texts_are_refused() -> None:
    with pytest.raises(UnmagicError, match="none of these words"):
        classify("zzyzx qwrtp")
    with pytest.raises(LimitReached, match="61 words"):
        classify("lock " * 61)
    with pytest.raises(LimitReached, match="characters"):
        classify("x" * 2_001)


def test_a_text_at_the_limit_stays_in_range() -> None:
    found = classify("lock " * 60)  # s is some −400: exp would underflow had the maximum not been taken out
    assert sum(found.probabilities.values()) == pytest.approx(1)
    assert found.said == "concurrency"
