"""Attention over a sentence: against NumPy, and its vectors against a plain singular value decomposition."""

from collections import Counter

import numpy as np
import pytest

from unmagic.core.document import Document
from unmagic.core.errors import LimitReached, UnmagicError
from unmagic.lesson.attention import attend
from unmagic.lesson.text.corpus import collection
from unmagic.lesson.text.vectors import CONTEXT_POWER, DIMENSIONS, VOCABULARY, WINDOW, vectors
from unmagic.render import printers

SENTENCE = "a thread waits until the file lock opens"


def test_it_is_scaled_dot_product_attention() -> None:
    found = attend(SENTENCE)
    X = found.X
    scores = X @ X.T / np.sqrt(DIMENSIONS)
    weights = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(found.weights, weights, rtol=1e-12)
    np.testing.assert_allclose(found.reading.value, weights @ X, rtol=1e-12, atol=1e-15)
    assert found.tokens == tuple(SENTENCE.split())
    assert found.weights.shape == (8, 8)
    assert any(step.title == "attention" for step in found.reading.steps)
    assert found.reading.why("A", 0, 1).lines[-1].label == "A[0,1]"
    for format in ("text", "html"):
        assert "thread" in printers[format](Document(found.blocks()))


def test_vectors_are_those_of_a_singular_value_decomposition() -> None:
    sentences = list(dict.fromkeys(s for p in collection().passages for s in p.sentences))
    counts = Counter(w for s in sentences for w in s)
    frequent = sorted(counts, key=lambda w: (-counts[w], w))[:VOCABULARY]
    near = np.zeros((VOCABULARY, VOCABULARY))
    rows = {w: k for k, w in enumerate(frequent)}
    for s in sentences:
        for i, a in enumerate(s):
            for b in s[max(0, i - WINDOW) : i] + s[i + 1 : i + 1 + WINDOW]:
                if a in rows and b in rows:
                    near[rows[a], rows[b]] += 1
    joint = near / near.sum()
    context = joint.sum(axis=0) ** CONTEXT_POWER
    with np.errstate(divide="ignore"):
        pmi = np.log(joint) - np.log(np.outer(joint.sum(axis=1), context / context.sum()))
    ppmi = np.maximum(pmi, 0)
    left, sizes, _ = np.linalg.svd(ppmi - ppmi.mean(axis=0), full_matrices=False)
    plain = left[:, :DIMENSIONS] * np.sqrt(sizes[:DIMENSIONS])
    plain *= np.sqrt(DIMENSIONS) / np.linalg.norm(plain, axis=1, keepdims=True)
    ours = vectors()
    assert list(ours.rows) == frequent
    # signs are free, dot products are not; ours are rounded to two decimals
    np.testing.assert_allclose(ours.table @ ours.table.T, plain @ plain.T, atol=0.06)
    np.testing.assert_allclose(np.linalg.norm(ours.table, axis=1), np.sqrt(DIMENSIONS), atol=0.02)


def test_words_used_alike_attend_to_each_other() -> None:
    found = attend("lock thread month year")
    lock, thread, month, year = range(4)
    assert found.weights[lock, thread] > 3 * max(found.weights[lock, month], found.weights[lock, year])
    assert found.weights[month, year] > 3 * max(found.weights[month, lock], found.weights[month, thread])


def test_a_rare_word_borrows_from_those_spelled_alike_and_it_is_said() -> None:
    found = attend("she waits")
    assert "waits" in found.borrowed
    assert "wait" in found.borrowed["waits"]
    assert "'waits' is no frequent word: its vector is the mean of those spelled most like it: wait," in found.words
    assert "not learned" in found.words


def test_a_word_spelled_like_none_attends_to_all_alike() -> None:
    found = attend("жук the lock")
    assert found.borrowed["жук"] == ()
    np.testing.assert_allclose(found.weights[0], 1 / 3)
    assert "'жук' is no frequent word: none is spelled like it" in found.words


def test_the_same_word_twice_has_the_same_row() -> None:
    found = attend("the lock the file")
    np.testing.assert_array_equal(found.X[0], found.X[2])
    np.testing.assert_allclose(found.weights[0], found.weights[2])


def test_bad_sentences_are_refused() -> None:
    with pytest.raises(LimitReached, match="9 words are over the limit of 8"):
        attend("the " * 9)
    with pytest.raises(LimitReached, match="characters"):
        attend("x" * 121)
    with pytest.raises(UnmagicError, match="nothing typed"):
        attend(" ")
    assert attend("one").weights.tolist() == [[1]]
