"""Panels: the facts of the lesson, every preset, any numbers, states and URLs, bad cells."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import needs
from unmagic.core.digits import LESSON, shown
from unmagic.lesson.markdown import Widget
from unmagic.lesson.panels import panels
from unmagic.lesson.panels.panel import Preset
from unmagic.lesson.panels.show import Shown, show
from unmagic.lesson.panels.state import PanelState, rank
from unmagic.web.templates import render

from .panels_at import IDS, at, lines, shape_of, states

PARAMETERS: dict[str, Any] = {
    "widget": Widget("panel", "y", "", 1),
    "action": "/learn/x",
    "part": "/learn/x/part/y",
    "carried": "",
    "query": "?",
}


def html(what: Shown) -> str:
    return render("widgets/panel.html", shown=what, **PARAMETERS)


def test_every_formula_of_the_lesson_has_its_panel() -> None:
    assert set(IDS) == {
        "dot", "cosine", "matvec", "layer", "matmul", "derivative", "gradient", "descent", "chain", "softmax",
        "expectation", "conditional", "bayes", "likelihood", "cross-entropy", "perplexity", "attention",
    }  # fmt: skip


@pytest.mark.parametrize("id", IDS)
def test_a_panel_says_what_it_is(id: str) -> None:
    panel = panels()[id]
    assert 3 <= len(panel.presets) <= 5
    assert all(np.ndim(field.default) == len(field.axes) for field in panel.fields)
    assert all(preset.ask.endswith("?") and preset.look.endswith(".") for preset in panel.presets)
    assert all(1 <= symbol.hue <= 8 for symbol in panel.symbols)
    assert len({symbol.hue for symbol in panel.symbols}) == len(panel.symbols), "one symbol, one hue"
    what = at(id)
    assert panel.title
    assert what.say.endswith(".")
    assert what.formula
    assert {field.name for field in panel.fields} <= set(what.hues), "every number has its symbol in the legend"


@pytest.mark.parametrize("id", IDS)
def test_every_preset_is_read_and_shown(id: str) -> None:
    for state in states(id):
        what = show(state)
        assert what.error is None
        assert not what.troubles
        assert what.steps
        assert what.code
        assert 3 <= len(what.now.split()) <= 25, what.now
        assert what.picture is not None or what.table or id in ("layer",)
        assert html(what)


@pytest.mark.parametrize("id", IDS)
def test_presets_change_what_is_said(id: str) -> None:
    said = {show(state).now for state in states(id)}
    assert len(said) >= 4


# the facts -------------------------------------------------------------------------------------------------


def test_dot_is_5() -> None:
    what = at("dot")
    assert what.reading is not None
    assert what.reading["s"] == 5
    assert lines(what)[:4] == ["1·2 = 2", "2·0 = 0", "3·1 = 3", "2 + 0 + 3 = 5"]
    assert "√14 ≈ 3.742" in lines(what)
    assert "5 / 3.742 ≈ 1.336" in lines(what)
    assert shown(what.reading["θ"], style=LESSON) == "53.301"
    assert what.reading["n_a"] == math.sqrt(14)
    assert what.reading["n_b"] == math.sqrt(5)


@pytest.mark.parametrize(("id", "name"), [("matvec", "y"), ("layer", "y")])
def test_W_x_is_1_8_2(id: str, name: str) -> None:
    reading = at(id).reading
    assert reading is not None
    assert reading[name].tolist() == [1, 8, 2]


def test_matmul() -> None:
    reading = at("matmul").reading
    assert reading is not None
    assert reading["C"].tolist() == [[19, 22], [43, 50]]


def test_descent_of_a_square() -> None:
    what = at("descent")
    for line in ("2·3 = 6", "3 − 0.1·6 = 2.4", "3² = 9", "2.4² = 5.76", "2·2.4 = 4.8", "2.4 − 0.1·4.8 = 1.92"):
        assert line in lines(what)


def test_gradient_of_a_bowl() -> None:
    what = at("gradient")
    assert what.reading is not None
    assert what.reading["g"].tolist() == [6, 8]
    for line in ("3² + 4² = 25", "3 − 0.1·6 = 2.4", "4 − 0.1·8 = 3.2", "2.4² + 3.2² = 16"):
        assert line in lines(what)


def test_chain_is_24() -> None:
    assert lines(at("chain")) == ["3·1 + 1 = 4", "4² = 16", "1·2·4 = 8", "8·3 = 24"]


def test_softmax_adds_up_and_rounds() -> None:
    what = at("softmax")
    assert what.reading is not None
    assert [shown(x, style=LESSON) for x in what.reading["p"]] == ["0.107", "0.787", "0.107"]
    assert "2.7183 + 20.0855 + 2.7183 ≈ 25.522" in lines(what), "0.106 would come of 2.718/25.522"
    assert "2.7183 / 25.522 ≈ 0.107" in lines(what)
    assert "may miss 1" in what.now


def test_expectation_conditional_and_bayes() -> None:
    reading = at("expectation").reading
    assert reading is not None
    assert float(reading["E"]) == pytest.approx(2.1)
    assert "0.12 / 0.4 = 0.3" in lines(at("conditional"))
    assert lines(at("bayes")) == ["0.6·0.2 = 0.12", "0.05·(1 − 0.2) = 0.04", "0.12 + 0.04 = 0.16", "0.12 / 0.16 = 0.75"]


def test_cross_entropy_there_and_back() -> None:
    what = at("cross-entropy")
    assert what.reading is not None
    assert what.reading["z"].tolist() == [1, 3, 1]
    assert lines(what)[-10] == "−log(0.787) ≈ 0.2395"
    assert [part.heading for part in what.parts] == ["", "back up, from L"]
    jax = needs("jax")
    jax.config.update("jax_enable_x64", True)
    W, x = np.array([[1.0, -1, 0], [0, 2, 1], [1, 0, -1]]), np.array([2.0, 1, 1])
    slopes = jax.grad(lambda W: -jax.nn.log_softmax(W @ x)[1])(W)
    np.testing.assert_allclose(what.reading.gradient("W")["W"], slopes, rtol=1e-12)


def test_surprise_of_a_tenth_and_of_seven_tenths() -> None:
    reading = at("perplexity", p=(0.7, 0.1)).reading
    assert reading is not None
    assert [shown(x, style=LESSON) for x in reading["ℓ"]] == ["0.357", "2.303"]
    reading = at("perplexity", p=(0.5, 0.25)).reading
    assert reading is not None
    assert float(reading["P"]) == pytest.approx(2.8284271247461903)


def test_a_likelihood_underflows_and_its_log_does_not() -> None:
    what = at("likelihood", p=(1e-40,) * 10)
    assert what.reading is not None
    assert what.reading["L"] == 0
    assert float(what.reading["s"]) == pytest.approx(-400 * math.log(10))
    assert "→ float64 0" in lines(what)[0]


def test_attention_as_scipy_has_it() -> None:
    special = needs("scipy.special")
    rng = np.random.default_rng(5)
    Q, K, V = (rng.normal(size=shape).round(2) for shape in ((2, 3), (4, 3), (4, 2)))
    reading = at("attention", Q=Q, K=K, V=V).reading
    assert reading is not None
    np.testing.assert_allclose(reading["O"], special.softmax(Q @ K.T / np.sqrt(3), axis=1) @ V, rtol=1e-12)


# zeros and infinities ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "values", "line"),
    [
        ("dot", {"b": (0, 0, 0)}, "0 / 0 ⇒ nan"),
        ("cosine", {"b": (0, 0)}, "0 / 0 ⇒ nan"),
        ("softmax", {"z": (1001, 1003, 1001)}, "exp(1001) ⇒ inf"),
        ("softmax", {"z": (1001, 1003, 1001)}, "inf / inf ⇒ nan"),
        ("softmax", {"T": 0}, "1 / 0 ⇒ inf"),
        ("derivative", {"f": "inverse", "x": 0}, "1 / 0 ⇒ inf"),
        ("likelihood", {"p": (0.5, 0)}, "log(0) ⇒ −inf"),
        ("perplexity", {"p": (0.5, 0)}, "−log(0) ⇒ inf"),
        ("conditional", {"both": 0, "b": 0}, "0 / 0 ⇒ nan"),
        ("conditional", {"both": 0.1, "b": 0}, "0.1 / 0 ⇒ inf"),
        ("bayes", {"hit": 0, "alarm": 0}, "0 / 0 ⇒ nan"),
        ("cross-entropy", {"W": ((500, 0, 0), (0, 2, 1), (1, 0, -1))}, "−log(0) ⇒ inf"),
    ],
)
def test_where_arithmetic_ends_a_line_says_so(id: str, values: dict[str, Any], line: str) -> None:
    what = at(id, **values)
    assert what.error is None
    assert line in lines(what)
    assert html(what)


def test_taking_the_largest_out_keeps_softmax_whole() -> None:
    whole, shifted = at("softmax").reading, at("softmax", z=(1001, 1003, 1001), how="stable").reading
    assert whole is not None
    assert shifted is not None
    np.testing.assert_allclose(whole["p"], shifted["p"], rtol=1e-14)


@pytest.mark.parametrize("scale", [0.1, 0.3, 1.7, 3.0, 1e-9])
def test_parallel_vectors_never_pass_a_cosine_of_1(scale: float) -> None:
    a = np.array([0.1, 0.7, 0.3])
    for b in (a * scale, -a * scale):
        reading = at("dot", a=a, b=b).reading
        assert reading is not None
        assert abs(reading["c"]) <= 1
        assert float(reading["θ"]) == pytest.approx(0 if b[0] > 0 else 180, abs=1e-5)


# any numbers, any sizes ------------------------------------------------------------------------------------------

NUMBERS = st.one_of(
    st.integers(-9, 9).map(float),
    st.floats(-5, 5).map(lambda x: round(x, 2)),
    st.sampled_from([0.0, 1e6, -1e6, 1e-9, 0.1, 1e12, -1e12]),
)


def _within(low: float, high: float, x: float) -> float:
    return min(max(x, low), high)


@st.composite
def visits(draw: st.DrawFn, id: str) -> PanelState:
    """A panel as a visitor may leave it."""
    panel = panels()[id]
    sizes = {size.axis: draw(st.integers(size.least, size.most)) for size in panel.sizes}
    values: dict[str, Any] = {}
    for field in panel.fields:
        low, high = (field.low, min(field.high, 1.0) if field.whole else field.high)
        drawn = NUMBERS.map(partial(_within, low, high))
        values[field.slot] = np.reshape(
            [draw(drawn.map(round) if field.whole else drawn) for _ in range(math.prod(shape_of(panel, field, sizes)))],
            shape_of(panel, field, sizes),
        )
    if panel.choice is not None:
        values[panel.choice.slot] = draw(st.sampled_from([option.key for option in panel.choice.options]))
    return PanelState.preset(panel, Preset("", "", values))


@pytest.mark.parametrize("id", IDS)
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_any_numbers_are_shown(id: str, data: st.DataObject) -> None:
    state = data.draw(visits(id))
    what = show(state)
    assert not what.troubles
    assert what.error is None
    assert what.steps
    assert 3 <= len(what.now.split()) <= 25, what.now
    assert html(what) == html(show(PanelState.of(state.panel, state.query())))


# states and URLs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", IDS)
def test_a_state_is_its_url(id: str) -> None:
    for state in states(id):
        again = PanelState.of(state.panel, state.query())
        assert again == state
        assert again.query() == state.query()
        assert html(show(again)) == html(show(state))
    assert states(id)[0].query() == []


@pytest.mark.parametrize("id", IDS)
def test_buttons_step_every_cell_up_and_down(id: str) -> None:
    panel, start = panels()[id], states(id)[0]
    for field in panel.fields:
        for at_ in np.ndindex(*start.shape(field)) if rank(field) else [(0,)]:
            place = ".".join(map(str, at_))
            up = start.after(f"{field.slot}.{place}+")
            down = up.after(f"{field.slot}.{place}-")
            before = start.values()[0][field.name]
            index = at_ if rank(field) else ()
            moved = np.asarray(up.values()[0][field.name])[index] - np.asarray(before)[index]
            assert moved == pytest.approx(min(field.step, field.high - np.asarray(before)[index]))
            if moved == pytest.approx(field.step):
                assert down == start
            assert show(up).error is None


@pytest.mark.parametrize("id", IDS)
def test_axes_grow_and_shrink_together_within_their_bounds(id: str) -> None:
    panel, start = panels()[id], states(id)[0]
    for size in panel.sizes:
        grown = start
        for _ in range(size.most + 1):
            grown = grown.after(f"{size.axis}+")
        assert {grown.shape(f)[f.axes.index(size.axis)] for f in panel.fields if size.axis in f.axes} == {size.most}
        assert show(grown).error is None
        least = grown
        for _ in range(size.most + 1):
            least = least.after(f"{size.axis}-")
        assert least.length(size.axis) == size.least
        what = show(least)
        if id != "cross-entropy":
            assert what.error is None
        assert html(what)


@pytest.mark.parametrize("id", [id for id in IDS if panels()[id].choice])
def test_a_choice_is_part_of_the_state(id: str) -> None:
    panel = panels()[id]
    assert panel.choice is not None
    for option in panel.choice.options:
        state = PanelState.of(panel, [(f"{id}.{panel.choice.slot}", option.key)])
        assert state.pick == option.key
        assert show(state).formula
        assert state.after(f"{panel.fields[0].slot}.0+").pick == option.key
        page = html(show(state))
        assert page.count('type="radio"') == len(panel.choice.options)
        assert page.count(" checked") == 1
    assert PanelState.of(panel, [(f"{id}.{panel.choice.slot}", "nonsense")]).query() == []


@pytest.mark.parametrize("id", IDS)
@pytest.mark.parametrize(
    ("text", "hint"), [("two", "try"), ("", "for example"), ("1/0", ""), ("9e99", "10¹²"), ("<b>", "try")]
)
def test_a_cell_that_can_not_be_read_is_kept_and_explained(id: str, text: str, hint: str) -> None:
    panel = panels()[id]
    field = panel.fields[0]
    place = ".".join("0" for _ in range(max(rank(field), 1)))
    state = PanelState.of(panel, [(f"{id}.{field.slot}.{place}", text)])
    what = show(state)
    assert [trouble.field for trouble in what.troubles] == [field]
    assert hint in what.troubles[0].error.hint
    assert state.cells[field.slot][0][0] == text
    page = html(what)
    assert 'aria-invalid="true"' in page
    assert text != "<b>" or 'value="&lt;b&gt;"' in page
    assert PanelState.of(panel, state.query()) == state


def test_a_class_that_is_not_there_is_an_error_in_place() -> None:
    what = at("cross-entropy", c=4)
    assert what.error is not None
    assert "counts from 0" in what.error.report()
    assert html(what)


@pytest.mark.parametrize("id", IDS)
def test_presets_are_states_of_their_own(id: str) -> None:
    what = at(id)
    assert [preset for preset, _ in what.presets] == list(what.panel.presets)
    for preset, pairs in what.presets:
        assert pairs, f"{preset.ask} changes nothing"
        assert PanelState.of(what.panel, pairs).query() == list(pairs)


@pytest.mark.parametrize("id", IDS)
def test_the_reader_opens_the_same_numbers(id: str) -> None:
    from unmagic.lesson.numbers import typed
    from unmagic.reading.read import read

    for state in states(id):
        what = show(state)
        assert what.reading is not None
        (_, source), *numbers = what.reader
        values: dict[str, Any] = {}
        for name, text in numbers:
            rows = [[typed(cell) for cell in row.split(",")] for row in text.split(";")]
            wanted = what.reading[name.removeprefix("n.")]
            values[name.removeprefix("n.")] = np.reshape(rows, wanted.shape).astype(wanted.dtype)[()]
        again = read(source, lang="formula", **values)
        for name in again.names:
            np.testing.assert_array_equal(again[name], what.reading[name], err_msg=name)


def test_floors_go_by_what_lines_are_called() -> None:
    state = states("dot")[0]
    assert "√5 ≈ 2.23607" in lines(show(state, {"|b|": 5}))
    assert "√5 ≈ 2.236" in lines(show(state))


def test_shapes_meet_in_the_ribbon() -> None:
    def told(id: str) -> str:
        return " ".join(text for text, _, _ in at(id).ribbon)

    assert told("matvec") == told("layer") == "(3×2) · (2) → (3)"
    assert told("matmul") == "(2×2) · (2×2) → (2×2)"
    assert told("attention") == "(2×2) · (2×3) · (3×2) → (2×2)"
    for id in IDS:
        assert all(used in text for text, used, _ in at(id).ribbon)


@pytest.mark.parametrize("id", IDS)
def test_a_replay_shows_what_a_fresh_reading_does(id: str) -> None:
    from unmagic.reading.read import read

    panel, start = panels()[id], states(id)[0]
    for pick in [option.key for option in panel.choice.options] if panel.choice else [""]:
        state = PanelState(panel, start.cells, pick)
        values = state.values()[0]
        replayed = panel.read(values, state.option)
        fresh = read(replayed.program.source.text, lang="formula", **{**values, **panel.beside(values)})
        for a, b in zip(replayed.view.steps, fresh.view.steps, strict=True):
            assert (a.name, a.formula, a.title, a.words) == (b.name, b.formula, b.title, b.words)
            np.testing.assert_array_equal(replayed.values[a.id], fresh.values[b.id])
