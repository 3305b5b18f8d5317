"""Detectors and heat: tables with drawn cells, which are their own twins."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from unmagic.render.svg.detectors import detectors
from unmagic.render.svg.heat import heat, shade
from unmagic.render.svg.row_in_words import so_it

from .drawn import num, of_class

W, X = [[1, 0], [2, 3], [0, 1]], [1, 2]


def rows(page: str) -> list[ET.Element]:
    body = ET.fromstring(page).find(".//tbody")
    assert body is not None
    return list(body)


def cells(row: ET.Element) -> list[str]:
    return ["".join(cell.itertext()) for cell in row]


def measure(page: str, weights: np.ndarray, x: np.ndarray) -> None:
    parts = weights * x
    reach = np.where(parts > 0, parts, 0).sum(axis=1).max() - np.where(parts < 0, parts, 0).sum(axis=1).min()
    unit = 290 / reach
    for row, contributions in zip(rows(page), parts, strict=True):
        zero = num(of_class(row, "axis")[0], "x1")
        bars = list(row.iter("rect"))
        drawn = [v for v in contributions if v]
        assert [num(b, "width") for b in bars] == [pytest.approx(abs(v) * unit, abs=0.11) for v in drawn]
        for bar, value in zip(bars, drawn, strict=True):
            assert (num(bar, "x") >= zero - 0.2) == (value > 0)
        right = max([zero, *(num(b, "x") + num(b, "width") for b in bars)])
        left = min([zero, *(num(b, "x") for b in bars)])
        net = of_class(row, "net")
        end = num(net[0], "x1") if net else right if right > zero + 0.2 else left
        assert (end - zero) / unit == pytest.approx(contributions.sum(), abs=0.3 / unit)


def test_the_lesson_s_three_rows() -> None:
    page = detectors(W, X)
    assert [cells(r)[:4] + cells(r)[5:] for r in rows(page)] == [
        ["1", "[1, 0]", "1·1 + 0·2", "= 1", "copies the first number"],
        ["2", "[2, 3]", "2·1 + 3·2", "= 8", "likes both, the second more"],
        ["3", "[0, 1]", "0·1 + 1·2", "= 2", "copies the second number"],
    ]
    measure(page, np.array(W), np.array(X))
    with pytest.raises(AssertionError):
        measure(page, np.array([W[1], W[0], W[2]]), np.array(X))


@pytest.mark.parametrize("seed", range(5))
def test_bars_add_up_to_what_the_row_answers(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights, x = rng.integers(-4, 5, (4, 3)).astype(float), rng.integers(-3, 4, 3).astype(float)
    measure(detectors(weights, x), weights, x)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ([0, 0, 0], "ignores everything"),
        ([1, 0], "copies the first number"),
        ([0, -1], "flips the sign of the second"),
        ([0, 0, 2.5], "takes the third, times 2.5"),
        ([1, -1, 0], "takes the second away from the first"),
        ([-2, 2], "takes the first away from the second, times 2"),
        ([3, -1], "sets the first against the second, the first weighing more"),
        ([1, -3], "sets the first against the second, but the second weighs more"),
        ([2, 3], "likes both, the second more"),
        ([-2, -3], "dislikes both, the second more"),
        ([1, 1, 1], "adds them up"),
        ([0.5, 0.5], "takes their mean"),
        ([3, 3], "likes both alike"),
        ([0, 2, 1], "likes the second and the third, the second more"),
        ([1, 2, 3], "likes all, the third most"),
        ([1, 3, 3], "likes all, the second and third most"),
        ([4, 1, -5, -1], "likes the first most, dislikes the third most"),
        ([1e-300], "takes the first, times 1e-300"),
    ],
)
def test_what_a_row_does_in_words(row: list[float], words: str) -> None:
    assert so_it(row) == words


@pytest.mark.parametrize(
    ("weights", "x", "why"),
    [
        ([[1, np.nan]], [1, 2], "W[0, 1] is nan"),
        (W, [1, 2, 3], "as many columns"),
        (W, [1, np.inf], "x[1] is inf"),
        ([1, 2], [1, 2], "table"),
    ],
)
def test_detectors_say_why_not(weights: list[list[float]], x: list[float], why: str) -> None:
    assert why in detectors(weights, x)


@pytest.mark.parametrize(("count", "entries"), [(1, 1), (12, 12), (3, 2)])
def test_sizes(count: int, entries: int) -> None:
    assert len(rows(detectors(np.ones((count, entries)), np.zeros(entries)))) == count


def test_overflow_is_said() -> None:
    assert "beyond what a float64 holds" in detectors([[1e308, 1e308]], [10, 10])
    assert "beyond what a float64 holds" in detectors([[1e308, -1e308]], [10, 10])


# ---- heat -------------------------------------------------------------------------------------------
def test_attention_of_the_reader() -> None:
    names = ["loss", "is", "nan"]
    A = [[0.307, 0.506, 0.186], [0.547, 0.122, 0.331], [0.422, 0.155, 0.422]]
    page = heat(A, names, names, caption="A", at=(2, 0))
    body = rows(page)
    assert [cells(r) for r in body] == [
        ["loss", "0.307", "0.506", "0.186"], ["is", "0.547", "0.122", "0.331"], ["nan", "0.422", "0.155", "0.422"],
    ]  # fmt: skip
    marks = [[c.get("class") for c in r][1:] for r in body]
    assert marks == [["w4", "w6", "w3"], ["w6", "w2", "w4"], ["w5 at", "w2", "w5"]]


def test_heat_goes_by_size_and_signs_are_hatched() -> None:
    (row,) = rows(heat([[-2, 0, 1, np.nan, np.inf]], ["r"], list("abcde"), caption="W", hue=2))
    assert [c.get("class") for c in row][1:] == ["w6 neg", None, "w3", None, "w6"]
    assert cells(row)[1:] == ["−2", "0", "1", "nan", "inf"]
    steps = [shade(v / 10, 1.0) for v in range(11)]
    assert steps == sorted(steps)
    assert (steps[0], steps[-1]) == (0, 6)


def test_counts_stay_whole() -> None:
    body = rows(heat(np.array([[50, 2], [3, 47]]), list("ab"), list("ab"), caption="Confusion"))
    assert [cells(r)[1:] for r in body] == [["50", "2"], ["3", "47"]]


def test_names_must_match() -> None:
    assert "Not drawn" in heat([[1, 2]], ["a"], ["b"], caption="M")
    assert "Not drawn" in heat(np.ones((30, 1)), ["a"] * 30, ["b"], caption="M")


def test_each_row_s_line_is_true_of_its_printed_digits() -> None:
    rng = np.random.default_rng(1)
    weights, x = rng.normal(size=(6, 3)), rng.normal(size=3)
    for row, exact in zip(rows(detectors(weights, x)), weights @ x, strict=True):
        _, _, left, answer, *_ = cells(row)
        sign, value = answer.split()
        plain = left.replace("−", "-").replace("·", "*")
        recomputed = float(eval(plain))
        printed = value.replace("−", "-")
        decimals = len(printed.partition(".")[2])
        assert sign == "≈"
        assert abs(recomputed - float(printed)) <= 0.5 * 10.0**-decimals * (1 + 1e-9)
        assert float(printed) == pytest.approx(exact, abs=10.0**-decimals)
