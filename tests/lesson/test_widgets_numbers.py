"""What the widgets on data print is what the data say, counted again from outside."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from tests.conftest import needs
from tests.lesson.data_lesson import IDS, WIDGETS, html, text
from unmagic.lesson.digits import data
from unmagic.lesson.text.corpus import collection
from unmagic.lesson.widgets.bigram import BigramKind
from unmagic.lesson.widgets.search import SearchKind
from unmagic.lesson.widgets.sentence import SentenceKind
from unmagic.lesson.widgets.train import TrainKind
from unmagic.render.svg.row_bar import row_bar
from unmagic.render.svg.thumbnail import thumbnail

needs("sklearn")


def number(printed: str) -> float:
    return float(printed.replace("−", "-").replace(",", ""))


def test_the_run_is_scikit_learns_data_and_the_mistakes_are_drawn() -> None:
    datasets = needs("sklearn.datasets")
    X, y = datasets.load_digits(return_X_y=True)
    shown = TrainKind().shown(WIDGETS["train"], ())
    assert shown.run is not None
    P = X / 16 @ shown.run.W.T + shown.run.b
    wrong = [int(k) for k in np.flatnonzero(P.argmax(axis=1) != y) if k >= len(y) - data.HELD_OUT]
    assert [index for index, *_ in shown.mistakes] == wrong[:12]
    index, _svg, words, _open = shown.mistakes[0]
    assert words == f"{y[index]}, said {P[index].argmax()}"
    assert f"{len(wrong)} of 360 test pictures are wrong" in text(html("train"))


@pytest.mark.parametrize(("pic", "weight"), [("1457", "1.5"), ("1457", "9.35"), ("0", "3.20"), ("1796", "0.0")])
def test_the_blame_of_a_weight_is_its_gradient(pic: str, weight: str) -> None:
    shown = TrainKind().shown(WIDGETS["train"], (("digits.pic", pic), ("digits.w", weight)))
    assert shown.digit is not None
    one = shown.digit.one
    k, pixel = map(int, weight.split("."))
    assert shown.run is not None
    z = shown.run.W @ data.digits().X[int(pic)] + shown.run.b
    p = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
    expected = (p[k] - (k == one.true)) * data.digits().X[int(pic), pixel]
    assert one.blame.gradient == pytest.approx(expected, abs=1e-12)
    last = shown.digit.blame[-1].lines[-1]
    assert number(last.value) == pytest.approx(expected, abs=5e-4)
    assert shown.digit.ink == (data.digits().X[int(pic), pixel] > 0)


def test_bars_of_the_next_words_are_their_counts() -> None:
    sentences = {s for p in collection().passages for s in p.sentences}
    after = Counter(b for s in sentences for a, b in pairwise(("‹start›", *s, "‹end›")) if a == "the")
    shown = BigramKind().shown(WIDGETS["bigram"], ())
    best = sorted(after.items(), key=lambda pair: (-pair[1], pair[0]))[: len(shown.after) - 1]
    assert [row.word for row in shown.after[:-1]] == [word for word, _ in best]
    for row, (_, count) in zip(shown.after, best, strict=False):
        assert row.line.left == f"{count} / {after.total()}"
        assert number(row.line.value) == pytest.approx(count / after.total(), abs=5e-5)


def test_a_factor_opens_with_the_digits_of_the_table() -> None:
    shown = BigramKind().shown(WIDGETS["bigram"], (("words.factor", "3"),))
    assert shown.opened is not None
    assert shown.opened.lines[-1].value == shown.factors[2].p
    assert any(str(shown.factors[2].total) in line.left for line in shown.opened.lines)  # its total stands with it
    assert [row.open for row in shown.factors] == [False, False, True, False, False]


def test_continuations_are_seeded_and_another_is_another() -> None:
    kind, widget = BigramKind(), WIDGETS["bigram"]
    first = kind.shown(widget, ())
    again = kind.shown(widget, first.another())
    assert first.another() == [("words.seed", "1")]
    assert first.continued is not None
    assert again.continued is not None
    assert first.continued.text != again.continued.text
    assert kind.shown(widget, first.another()).continued == again.continued


def test_the_product_underflows_where_the_sum_does_not() -> None:
    shown = BigramKind().shown(WIDGETS["bigram"], ())
    assert shown.product_said.endswith("→ float64 0")
    assert shown.passage is not None
    assert number(shown.log_said.removeprefix("≈ ")) == pytest.approx(float(np.log(shown.passage.p).sum()), rel=1e-4)
    short = BigramKind().shown(WIDGETS["bigram"], (("words.text", "the file"),))
    assert "→" not in short.product_said


def test_the_open_score_is_the_listed_one() -> None:
    widget = WIDGETS["search"]
    for _, _, name, _, _ in SearchKind().shown(widget, ()).listed:
        shown = SearchKind().shown(widget, (("docs.doc", name),))
        assert shown.hit is not None
        (listed,) = [score for score, _, _, _, open in shown.listed if open]
        assert number(shown.hit.steps[-1].lines[-1].value) == pytest.approx(number(listed), abs=1e-4)


def test_a_document_that_is_not_listed_opens_too() -> None:
    shown = SearchKind().shown(WIDGETS["search"], (("docs.doc", "os.path"), ("docs.q", "wrap text")))
    assert shown.error is None
    assert shown.closed is not None or shown.beyond


def test_the_open_row_is_the_heat_maps() -> None:
    shown = SentenceKind().shown(WIDGETS["sentence"], (("sentence.row", "2"),))
    assert shown.attention is not None
    lines = {line.label: line for line in shown.steps[0].lines}
    for column, weight in enumerate(shown.attention.weights[1]):
        assert number(lines[f"A[1,{column}]"].value) == pytest.approx(weight, abs=1e-4)
    mixed = [number(line.value) for line in shown.steps[1].lines]
    assert mixed == pytest.approx(list(shown.attention.weights[1] @ shown.attention.X), abs=1e-3)
    texts = [line.text for line in shown.steps[0].lines]
    assert len(texts) == len(set(zip([line.label for line in shown.steps[0].lines], texts, strict=True)))


def test_all_three_figures_stand_beside_the_classifier() -> None:
    said = text(html("naivebayes"))
    figures = re.findall(r"\b0\.\d+", said[said.index("How good is it?") :])
    assert len(figures) >= 3


def test_without_scikit_learn_the_digits_say_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from unmagic.web.pages import lesson as page

    monkeypatch.setattr(data, "find_spec", lambda name: None)
    monkeypatch.setattr(data.digits, "_made", [])
    page._made.cache_clear()
    try:
        made = html("train")
        assert "unmagic[site]" in made
        assert 'role="alert"' in made
        assert 'value="0.5"' in made
        assert all("unmagic[site]" not in html(kind) for kind in IDS if kind != "train")
    finally:
        page._made.cache_clear()


def test_a_thumbnail_gives_its_image_back() -> None:
    image = data.digits().X[1457].reshape(8, 8)
    svg = thumbnail(image, "a one")
    seen = np.zeros((8, 8))
    for opacity, runs in re.findall(r'stroke-opacity="([\d.]+)" d="([^"]*)"', svg):
        for x, y in re.findall(r"M(\d) (\d)h1", runs):
            seen[int(y), int(x)] = float(opacity)
    assert np.abs(seen - image).max() <= 1 / 16 + 0.006
    assert 'aria-label="a one"' in svg


@pytest.mark.parametrize(("share", "wide"), [(0.25, "25"), (1.5, "100"), (-1.0, "0"), (float("nan"), "0")])
def test_a_rows_bar_is_its_share(share: float, wide: str) -> None:
    assert f'width="{wide}"' in row_bar(share, 7)
