"""The learning-rate toy's engine: functions replayed, runs in print, words that are true of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import unmagic as um
from unmagic.core.errors import BadValue, LimitReached, ShapeClash, SyntaxUnread, Unbound, UnmagicError
from unmagic.lesson.toy.function import function_of
from unmagic.lesson.toy.landscape import curve, heights, landscape
from unmagic.lesson.toy.show import Shown, show
from unmagic.lesson.toy.slider import slider
from unmagic.lesson.toy.state import ToyState
from unmagic.lesson.toy.trace import MOST, End, Trace, number, trace, traces
from unmagic.lesson.toy.words import WORDS, Said, words

D = Decimal
BOWL = "0.18(x − 3)²"

FORMULAS: dict[str, tuple[Callable[..., Any], ...]] = {
    # f, f′ (or ∂f/∂x and ∂f/∂y), in multiple precision
    BOWL: (lambda x: mpmath.mpf(18) / 100 * (x - 3) ** 2, lambda x: mpmath.mpf(36) / 100 * (x - 3)),
    "x²": (lambda x: x**2, lambda x: 2 * x),
    "x⁴ − 2x² + 0.3x": (
        lambda x: x**4 - 2 * x**2 + mpmath.mpf(3) / 10 * x,
        lambda x: 4 * x**3 - 4 * x + mpmath.mpf(3) / 10,
    ),
    "sin x + x²/10": (lambda x: mpmath.sin(x) + x**2 / 10, lambda x: mpmath.cos(x) + x / 5),
    "e^(−x) + x": (lambda x: mpmath.exp(-x) + x, lambda x: 1 - mpmath.exp(-x)),
    "tanh x": (mpmath.tanh, lambda x: 1 / mpmath.cosh(x) ** 2),
    r"\frac{1}{2} x^2 + \ln(1 + x^2)": (
        lambda x: x**2 / 2 + mpmath.log(1 + x**2),
        lambda x: x + 2 * x / (1 + x**2),
    ),
    "Σ_{k=1}^{4} cos(k x)/k": (
        lambda x: sum(mpmath.cos(k * x) / k for k in range(1, 5)),
        lambda x: -sum(mpmath.sin(k * x) for k in range(1, 5)),
    ),
    "x² + y²": (lambda x, y: x**2 + y**2, lambda x, y: 2 * x, lambda x, y: 2 * y),
    "f(x, y) = (1−x)² + 100(y−x²)²": (
        lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
        lambda x, y: -2 * (1 - x) - 400 * x * (y - x**2),
        lambda x, y: 200 * (y - x**2),
    ),
}


def run(text: str, start: str, eta: str, most: int = MOST) -> Trace:
    return trace(function_of(text), tuple(map(D, start.split(","))), D(eta), most)


def said(text: str, start: str, eta: str, count: int | None = None) -> Said:
    made = run(text, start, eta)
    return words(made, made.length if count is None else count, land(text, start))


def land(text: str, start: str) -> Any:
    return landscape(function_of(text), tuple(float(x) for x in start.split(",")))


# functions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", FORMULAS)
def test_values_and_slopes_are_those_of_multiple_precision(text: str) -> None:
    function = function_of(text)
    f, *slopes = FORMULAS[text]
    rng = np.random.default_rng(7)
    at = [rng.uniform(-2, 2, 40) for _ in function.axes]
    value, found = function.slopes(*at)
    for k in range(40):
        place = [mpmath.mpf(float(x[k])) for x in at]
        assert float(value[k]) == pytest.approx(float(f(*place)), rel=1e-12, abs=1e-13)
        for slope, mine in zip(slopes, found, strict=True):
            assert float(mine[k]) == pytest.approx(float(slope(*place)), rel=1e-11, abs=1e-12)


@pytest.mark.parametrize("text", [*FORMULAS, "max(x, 0.5)", "|x|", "softmax([x, 1])[0]", "x² if x > 1 else 2x − 1"])
def test_a_replay_on_many_places_is_the_reading_on_each(text: str) -> None:
    function = function_of(text)
    rng = np.random.default_rng(3)
    at = [rng.uniform(-3, 3, 12) for _ in function.axes]
    value, slopes = function.slopes(*at)
    for k in range(12):
        bound: dict[str, Any] = {axis: np.float64(x[k]) for axis, x in zip(function.axes, at, strict=True)}
        reading = um.read(text, lang="latex" if "\\" in text else "formula", **bound)
        gradient = reading.gradient(*function.axes)
        assert float(value[k]) == float(reading.value)
        for axis, slope in zip(function.axes, slopes, strict=True):
            assert float(slope[k]) == pytest.approx(float(gradient[axis]), rel=1e-14)


def test_second_derivatives_are_those_by_hand() -> None:
    x = np.linspace(-2, 2, 9)
    np.testing.assert_allclose(function_of("x⁴ − 2x²").bends(x)[0], 12 * x**2 - 4, rtol=1e-13)
    a, b = np.array([0.5, -1.0]), np.array([1.0, 2.0])
    xx, xy, yx, yy = function_of("x² y + sin y").bends(a, b)
    np.testing.assert_allclose(xx, 2 * b)
    np.testing.assert_allclose(xy, 2 * a)
    np.testing.assert_allclose(yx, 2 * a)
    np.testing.assert_allclose(yy, -np.sin(b))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", BadValue),
        ("x² +* 3", SyntaxUnread),
        ("x² + a", Unbound),
        ("[x, x]", BadValue),
        ("x" * 300, LimitReached),
        ("Σ_{k=1}^{999} cos(k x)", LimitReached),
        ("(" * 80 + "x" + ")" * 80, UnmagicError),
    ],
)
def test_what_is_no_function_is_refused_in_words(text: str, kind: type[UnmagicError]) -> None:
    with pytest.raises(kind) as caught:
        function_of(text)
    assert not isinstance(caught.value, ShapeClash)
    assert caught.value.what


# runs -------------------------------------------------------------------------------------------------------------


def test_the_facts_of_the_lesson() -> None:
    first = run(BOWL, "-1.6", "1").rows[0]
    assert (round(first.loss, 3), first.slope[0]) == (D("3.809"), D("-1.656"))
    there = land(BOWL, "-1.6")
    assert there.minima == (3.0,)
    assert [zone.text for zone in slider(there, 1.0).zones] == ["0", "2.78", "5.56"]
    steps = run("x²", "3", "0.1").rows
    assert [row.at[0] for row in steps[:3]] == [D(3), D("2.4"), D("1.92")]
    assert [row.loss for row in steps[:2]] == [D(9), D("5.76")]
    assert [row.slope[0] for row in steps[:2]] == [D(6), D("4.8")]
    bowl = run("x² + y²", "3,4", "0.1").rows
    assert bowl[0].slope == (D(6), D(8))
    assert (bowl[1].at, bowl[0].loss, bowl[1].loss) == ((D("2.4"), D("3.2")), D(25), D(16))


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 400), st.integers(-50, 50), st.integers(-60, 60), st.integers(5, 195))
def test_on_a_bowl_a_run_is_its_closed_form(a: int, m: int, x0: int, share: int) -> None:
    """x after k steps is m + (x₀ − m)(1 − ηf″)ᵏ."""
    bend = Fraction(2 * a, 100)
    eta = number(float(Fraction(share, 100) / bend))
    made = run(f"{a}/100 · (x − {m}/10)²".replace("−-", "+").replace("− -", "+ "), str(D(x0) / 10), str(eta), 30)
    rate = 1 - Fraction(eta) * bend
    unit = Fraction(1, 10**made.decimals)
    lost = Fraction(0)
    for k, row in enumerate(made.rows):
        exact = Fraction(m, 10) + (Fraction(x0, 10) - Fraction(m, 10)) * rate**k
        assert abs(Fraction(row.at[0]) - exact) <= lost
        lost = lost * abs(rate) + unit * 2  # the move's rounding, and the slope's times η


@pytest.mark.parametrize(
    ("text", "start", "eta", "gradient"),
    [
        ("sin x + x²/10", "2.5", "0.3", lambda p: np.array([np.cos(p[0]) + p[0] / 5])),
        ("e^(−x) + x", "-1", "0.5", lambda p: np.array([1 - np.exp(-p[0])])),
        ("tanh x", "0.5", "0.2", lambda p: np.array([1 / np.cosh(p[0]) ** 2])),
        (
            "f(x, y) = (1−x)² + 100(y−x²)²",
            "-1,1",
            "0.001",
            lambda p: np.array([-2 * (1 - p[0]) - 400 * p[0] * (p[1] - p[0] ** 2), 200 * (p[1] - p[0] ** 2)]),
        ),
    ],
)
def test_runs_are_numpys_up_to_the_digits_kept(text: str, start: str, eta: str, gradient: Any) -> None:
    at = np.array([float(x) for x in start.split(",")])
    for row in run(text, start, eta, 60).rows:
        np.testing.assert_allclose([float(x) for x in row.at], at, atol=1e-4)
        at = at - float(eta) * gradient(at)


def test_a_batch_of_rates_is_each_rate_alone() -> None:
    function = function_of("x⁴ − 2x² + 0.3x")
    etas = [D(k) / 100 for k in range(0, 60, 7)]
    for eta, made in zip(etas, traces(function, (D("1.5"),), etas, 40), strict=True):
        assert made == trace(function, (D("1.5"),), eta, 40)


def cells(shown: Shown) -> list[tuple[int, list[tuple[list[str], bool]]]]:
    """The printed table: for each step its cells, as the numbers in them and whether ≈ stands before."""
    rows = []
    for row in shown.rows:
        texts = [(cell.head + cell.tail, cell.about) for cell in row.cells if cell is not None]
        rows.append((row.step, [(text.strip("()").replace("−", "-").split(", "), about) for text, about in texts]))
    return rows


def agrees(printed: str, exact: Any, about: bool) -> bool:
    """Whether a printed number is the exact one, or with ≈ the exact one rounded to the digits shown."""
    whole = mpmath.mpf(printed)
    if not about:
        return bool(abs(whole - exact) <= mpmath.mpf(10) ** -13 * max(1, abs(exact)))
    exponent = D(printed).as_tuple().exponent
    assert isinstance(exponent, int)
    # what float64 loses where f cancels (ln(1 + x²) near 0) may move a number over the middle between two printed ones
    return bool(abs(whole - exact) <= mpmath.mpf(10) ** exponent / 2 * (1 + mpmath.mpf(10) ** -5))


@pytest.mark.parametrize("text", FORMULAS)
@pytest.mark.parametrize("eta", ["0.0007", "0.13", "0.9", "2.3"])
def test_every_number_of_the_table_follows_from_what_is_printed(text: str, eta: str) -> None:
    f, *slopes = FORMULAS[text]
    query = [("t.f", text), ("t.x", "1.7"), ("t.y", "0.6"), ("t.eta", eta), ("t.k", "40"), ("t.rows", "all")]
    rows = cells(show(ToyState.of("t", query)))
    with mpmath.workdps(50):
        for (step, row), following in zip(rows, [*rows[1:], None], strict=True):
            (at, _), (loss, loss_about), (slope, slope_about), *rest = row
            place = [mpmath.mpf(x) for x in at]
            if len(rest) == 1:  # the last row of a run that flew off only says where
                assert agrees(loss[0], f(*place), loss_about), (step, "loss")
                for text_of, exact in zip(slope, slopes, strict=True):
                    assert agrees(text_of, exact(*place), slope_about), (step, "slope")
                moves, about = rest[0]
                for g, move in zip(slope, moves, strict=True):
                    assert agrees(move, -mpmath.mpf(eta) * mpmath.mpf(g), about), (step, "move")
                if following is not None and len(following[1]) == 4:
                    assert [D(x) + D(m) for x, m in zip(at, moves, strict=True)] == [D(x) for x in following[1][0][0]]


def test_how_runs_end() -> None:
    assert run("x²", "3", "0.1").end is End.STILL
    assert run("x²", "3", "1.2").end is End.FAR
    assert run("log x", "1", "2").end is End.LOST
    assert run("log x", "-1", "1").end is End.LOST
    assert run("x²", "3", "1").end is End.LONG
    assert run("x²", "3", "1").length == MOST
    assert run("x³", "-1", "0.1").end is End.FAR
    assert run("exp(exp(x))", "8", "1").end is End.LOST
    assert run("exp(x²)", "26", "1").length <= 1
    assert run("5", "2", "1").end is End.STILL


# words ------------------------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=150)
@given(
    st.integers(1, 500), st.integers(-50, 50), st.integers(1, 80), st.booleans(), st.integers(3, 300), st.integers(1, 9)
)  # fmt: skip
def test_on_bowls_words_agree_with_the_theory(a: int, m: int, away: int, left: bool, share: int, count: int) -> None:
    """With ηf″ below 1 it walks in, below 2 it steps over and comes back, above 2 it flies off."""
    start = D(m - away if left else m + away) / 10
    middle = f"(x − {m}/10)" if m >= 0 else f"(x + {-m}/10)"
    bend = Fraction(2 * a, 100)
    eta = number(float(Fraction(share, 100) / bend))
    made = trace(function_of(f"{a}/100 · {middle}²"), (start,), eta)
    there = landscape(made_function := function_of(f"{a}/100 · {middle}²"), (float(start),))
    assert made_function is there.function
    assert there.bend == pytest.approx(float(bend))
    word = words(made, min(count, made.length), there).word
    times = Fraction(eta) * bend
    if min(count, made.length) == made.length and made.end is End.STILL:
        assert word == "converged"
    elif abs(times - 1) < Fraction(1, 50):
        assert word in ("descending", "overshooting", "converged")
    elif times < 1:
        assert word == "descending"
    elif times <= 2 or min(count, made.length) == 1:
        assert word == "overshooting"
    else:
        assert word == "diverging"


@pytest.mark.parametrize(
    ("text", "start", "eta", "count", "word"),
    [
        (BOWL, "-1.6", "1", 0, ""),
        (BOWL, "-1.6", "1", 4, "descending"),
        (BOWL, "-1.6", "5", 4, "overshooting"),
        (BOWL, "-1.6", "1", None, "converged"),
        (BOWL, "-1.6", "6", 1, "overshooting"),
        (BOWL, "-1.6", "6", 2, "diverging"),
        (BOWL, "-1.6", "6", None, "diverging"),
        (BOWL, "-1.6", "0", 0, ""),
        ("tanh x", "6", "1", 3, "stuck on a flat"),
        ("x⁴", "1", "0.1", None, "stuck on a flat"),
        ("1 − e^(−x²)", "3.2", "1", 5, "stuck on a flat"),
        ("5", "2", "1", 0, "stuck on a flat"),
        ("x³", "0", "1", 0, "stuck on a flat"),
        ("x² − y²", "0,0", "1", 0, "stuck on a flat"),
        ("x⁴ − 2x² + 0.3x", "1.5", "0.2", 1, "in another basin"),
        ("x⁴ − 2x² + 0.3x", "1.5", "0.2", None, "converged"),
        ("x⁴ − 2x² + 0.3x", "1.5", "0.02", 3, "descending"),
        ("log x", "1", "2", 1, ""),
        ("log x", "-1", "2", 0, ""),
        ("x³", "-1", "0.1", 2, "descending"),
        ("x³", "-1", "0.1", None, "diverging"),
        ("|x|", "2", "0.3", 20, "overshooting"),
        ("x² + 10y²", "4,1", "0.09", 5, "overshooting"),
        ("x² + 10y²", "4,1", "0.04", 5, "descending"),
        ("x² + 10y²", "4,1", "0.04", None, "converged"),
        ("x² + 10y²", "4,1", "0.12", 8, "diverging"),
        ("sin x sin y", "1,2", "0.5", None, "converged"),
    ],
)
def test_each_word_is_reached(text: str, start: str, eta: str, count: int | None, word: str) -> None:
    found = said(text, start, eta, count)
    assert found.word == word
    assert found.word in ("", *WORDS)
    assert found.title
    assert found.sentence.endswith((".", "!"))


CURVES = ["x⁴ − 2x² + 0.3x", "sin x + x²/10", "e^(−x) + x", "x⁴", "1 − e^(−x²)", "tanh x", BOWL]


@settings(deadline=None, max_examples=120)
@given(st.sampled_from(CURVES), st.integers(-40, 40), st.integers(1, 300), st.integers(1, 30))
def test_no_word_is_said_falsely(text: str, x0: int, rate: int, count: int) -> None:
    function, start, eta = function_of(text), D(x0) / 10, D(rate) / 100
    made = trace(function, (start,), eta)
    count = min(count, made.length)
    if not count:
        return
    there = landscape(function, (float(start),))
    found = words(made, count, there)
    before, here = made.rows[count - 1], made.rows[count]
    x = float(here.at[0])
    step = 1e-3 * there.width
    around = function.value(np.array([x - step, x, x + step]))
    match found.word:
        case "descending":
            assert here.loss <= before.loss
            assert here.slope[0] * before.slope[0] >= 0
        case "overshooting":
            assert here.slope[0] * before.slope[0] < 0 or here.loss > before.loss
        case "diverging":
            assert made.end in (End.FAR, End.LOST) or before.loss < here.loss
            assert made.end in (End.FAR, End.LOST) or made.rows[count - 2].loss < before.loss
        case "converged":
            assert around[1] <= max(around[0], around[2])
            assert float(function.bends(np.array([x]))[0][0]) >= 0
            assert abs(float(here.slope[0]) * float(eta)) <= 10.5 * 10**-made.decimals
        case "stuck on a flat":
            assert abs(float(here.slope[0])) <= 1e-3 * there.steepest
            below = float(function.slopes(np.array([x - step]))[1][0][0])
            above = float(function.slopes(np.array([x + step]))[1][0][0])
            assert not below < 0 < above
        case "in another basin":
            height = function.value(np.linspace(float(start), x, 20_001))
            assert ((height[1:-1] > height[:-2]) & (height[1:-1] > height[2:])).any()


def test_overshooting_counts_and_measures() -> None:
    assert said(BOWL, "-1.6", "5", 4).sentence == (
        "It has passed the minimum 4 times. Each leap is 0.8 of the one before, so it settles, slowly."
    )
    assert "as long as the one before" in said("x²", "3", "1", 6).sentence


# landscapes -------------------------------------------------------------------------------------------------------


def test_minima_and_ridges_are_the_polynomials_roots() -> None:
    there = land("x⁴ − 2x² + 0.3x", "1.5")
    roots = sorted(np.roots([4, 0, -4, 0.3]).real)
    np.testing.assert_allclose([there.minima[0], there.ridges[0], there.minima[1]], roots, rtol=1e-9)
    assert there.lowest == (there.minima[1],)
    assert there.low[0] < -1 < 1.5 < there.high[0]


def test_minima_at_0_are_0() -> None:
    assert land("1 − e^(−x²)", "3.2").minima == (0.0,)
    assert land("x⁴", "1.3").minima == (0.0,)


def test_the_deepest_minimum_in_sight_is_drawn() -> None:
    there = land("sin(3x) + x²/4", "4")
    assert there.low[0] < -0.5 < 4 < there.high[0]


def test_poles_are_no_minima() -> None:
    assert land("−1/x²", "2").minima == ()
    assert land("tan x", "0").minima == ()


def test_far_minima_are_found_and_none_is_made_up() -> None:
    assert land("(x − 100)²", "3").minima == (100.0,)
    assert land("tanh x", "1").lowest is None
    assert land("log x", "-1").minima == ()


def test_the_bend_is_known_only_where_it_is_one() -> None:
    assert land("x² + 10y²", "4,1").bend == pytest.approx(20)
    assert land("x² + x y + y²", "1,2").bend == pytest.approx(3)
    assert land("x⁴", "1").bend is None
    assert land("5", "1").bend == 0
    assert land("x² − y²", "1,1").bend is None


def test_level_lines_and_curves_are_the_function() -> None:
    function = function_of("x² + 10y²")
    grid, xs, ys = heights(function, land("x² + 10y²", "4,1"))
    np.testing.assert_allclose(grid, xs[None, :] ** 2 + 10 * ys[:, None] ** 2)
    places, values = curve(function_of("sin x"), land("sin x", "1"))
    np.testing.assert_allclose(values, np.sin(places))


def test_sliders_end_behind_where_runs_fly_off_and_hold_any_rate() -> None:
    there = land(BOWL, "-1.6")
    bar = slider(there, 1.0)
    assert (bar.high, bar.step, bar.place) == (D("6.5"), D("0.05"), D(1))
    assert slider(there, 100.0).high >= 100
    assert [zone.here for zone in slider(there, 3.0).zones] == [False, True, False]
    for text, start in (("tanh x", "6"), ("5", "1"), ("x⁴", "1"), ("log x", "-1"), ("e^x", "9")):
        bar = slider(land(text, start), 0.1)
        assert 0 < bar.step <= bar.high
        assert bar.stops >= 100
        assert math.isfinite(float(bar.high))
