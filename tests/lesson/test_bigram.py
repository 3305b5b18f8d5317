"""The bigram model: its counts, its probabilities, perplexity, draws, and the product that vanishes."""

import math
import re
from collections import Counter

import mpmath
import numpy as np
import pytest
from scipy import stats

from unmagic.core.document import Document
from unmagic.core.errors import BadValue, LimitReached, UnmagicError
from unmagic.lesson.text.bigram import END, START, bigrams, next_words
from unmagic.lesson.text.continuation import continuation
from unmagic.lesson.text.corpus import collection
from unmagic.lesson.text.perplexity import perplexity
from unmagic.lesson.text.underflow import long_text
from unmagic.render import printers


def test_counts_are_those_of_a_text_search() -> None:
    lines = {" ".join(sentence) for passage in collection().passages for sentence in passage.sentences}
    text = "\n".join(f"{START} {line} {END}" for line in lines)
    for first, second in (("the", "same"), ("list", "of"), (START, "return"), ("strings", END)):
        found = len(re.findall(rf"(?<![^ \n])(?={re.escape(first)} {re.escape(second)}(?![^ \n]))", text))
        assert bigrams().following[first][second] == found > 0


def test_probabilities_are_counts_over_the_total_and_add_up() -> None:
    for word in ("the", "", "lock"):
        table = next_words(word)
        assert table.reading["c"].sum() == table.total
        np.testing.assert_allclose(table.reading["P"], table.reading["c"] / table.total)
        assert float(table.reading["total"]) == pytest.approx(1)
        assert len(table.followers) + table.rest_words == len(bigrams().following[table.word])
        assert table.word in printers["text"](Document(table.blocks()))
    counts = [count for _, count in next_words("the", 20).followers]
    assert counts == sorted(counts, reverse=True)


def test_a_word_with_few_followers_has_no_rest() -> None:
    few = next(w for w, counts in bigrams().following.items() if len(counts) == 2 and w.isascii() and w.isalpha())
    table = next_words(few)
    assert (table.rest, table.rest_words, len(table.followers)) == (0, 0, 2)


def test_unknown_or_several_words_are_refused() -> None:
    with pytest.raises(BadValue, match="stands nowhere") as caught:
        next_words("thred")
    assert caught.value.hint == "nearest: thread"
    with pytest.raises(UnmagicError, match="not one word"):
        next_words("the lock")
    with pytest.raises(BadValue, match="words = 21 is out of bounds"):
        next_words("the", 21)


@pytest.mark.parametrize("k", [1e-6, 0.01, 1.0, 10.0])
@pytest.mark.parametrize("sentence", ["Return a list of strings.", "strings of list a return", "zzyzx thred the"])
def test_perplexity_is_the_exp_of_the_mean_surprise(sentence: str, k: float) -> None:
    model = bigrams()
    words = re.findall("[a-z]+", sentence.lower())
    size = len({w for p in collection().passages for s in p.sentences for w in s}) + 2
    surprise = []
    for previous, word in zip([START, *words], [*words, END], strict=True):
        counts = model.following.get(previous, Counter())
        surprise.append(-math.log((counts[word] + k) / (sum(counts.values()) + k * size)))
    found = perplexity(sentence, k)
    assert found.value == pytest.approx(math.exp(sum(surprise) / len(surprise)), rel=1e-12)
    assert len(found.factors) == len(words) + 1
    assert printers["html"](Document(found.blocks()))


def test_smoothed_probabilities_of_all_that_may_come_add_up_to_one() -> None:
    model = bigrams()
    k = 0.01
    for word in ("the", START, "strings"):
        whole = [w for w in model.following if w != START] + [END, "‹unknown›"]
        assert len(whole) == model.size
        total = math.fsum((model.following[word][w] + k) / (model.totals[word] + k * model.size) for w in whole)
        assert total == pytest.approx(1, rel=1e-12)


def test_unknown_words_are_said() -> None:
    found = perplexity("retrun the zzyzx")
    assert found.unknown == ("retrun", "zzyzx")
    assert "are unknown to the collection: their counts are 0" in found.words


def test_perplexity_has_bounds() -> None:
    for k in (0, -1, 11, math.nan, math.inf):
        with pytest.raises(BadValue, match="k = "):
            perplexity("the lock", k)
    with pytest.raises(LimitReached, match="25 words"):
        perplexity("the " * 25)


def test_the_same_seed_draws_the_same_words() -> None:
    assert continuation("return the", 7) == continuation("return the", 7)
    assert len({continuation("return the", seed).text for seed in range(20)}) > 10


def test_each_draw_falls_into_the_word_that_it_gives() -> None:
    model = bigrams()
    for seed in range(30):
        found = continuation("", seed, 40)
        previous = START
        for draw in found.draws:
            assert draw.previous == previous
            ranked = model.ranked(previous)
            ends = np.cumsum([count for _, count in ranked]) / model.totals[previous]
            assert ranked[int(np.searchsorted(ends, draw.u, side="right"))][0] == draw.word
            assert draw.low <= draw.u < draw.high
            assert draw.high - draw.low == pytest.approx(draw.count / draw.total)
            previous = draw.word
        assert found.ended == (previous == END)
        assert found.text.endswith("." if found.ended else "…")
        assert printers["text"](Document(found.blocks()))


def test_draws_come_as_often_as_the_model_says() -> None:
    drawn = Counter(continuation("list", seed, 1).draws[0].word for seed in range(3_000))
    ranked = bigrams().ranked("list")
    top = [(w, c) for w, c in ranked if 3_000 * c / bigrams().totals["list"] >= 20]
    share = sum(c for _, c in top) / bigrams().totals["list"]
    observed = [drawn[w] for w, _ in top] + [3_000 - sum(drawn[w] for w, _ in top)]
    expected = [3_000 * c / bigrams().totals["list"] for _, c in top] + [3_000 * (1 - share)]
    assert stats.chisquare(observed, expected).pvalue > 0.001


def test_draws_have_bounds() -> None:
    for arguments in (("the", -1), ("the", 2**31), ("the", 0, 0), ("the", 0, 41)):
        with pytest.raises(BadValue):
            continuation(*arguments)
    with pytest.raises(BadValue, match="stands nowhere"):
        continuation("the zzyzx")


def test_a_long_texts_product_vanishes_and_its_log_sum_does_not() -> None:
    found = long_text()
    assert float(found.product.value) == 0
    assert [finding.code for finding in found.product.findings] == ["product-underflow"]
    with mpmath.workdps(50):
        real = mpmath.fprod(mpmath.mpf(float(p)) for p in found.p)
        assert real > 0
        assert float(found.log_sum.value) == pytest.approx(float(mpmath.log(real)), rel=1e-12)
    assert found.vanishes is not None
    assert math.prod(found.p[: found.vanishes].tolist()) == 0 < math.prod(found.p[: found.vanishes - 1].tolist())
    assert f"from factor {found.vanishes} on" in found.words


def test_a_short_texts_product_does_not_vanish() -> None:
    found = long_text("Return a list. Wait for the lock.")
    assert found.vanishes is None
    assert found.factors == 9
    assert float(found.product.value) == pytest.approx(math.exp(float(found.log_sum.value)))
    with pytest.raises(LimitReached):
        long_text("the " * 401)
    with pytest.raises(UnmagicError, match="no word"):
        long_text("1 2 3")
