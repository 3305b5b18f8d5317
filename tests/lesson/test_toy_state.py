"""The toy's state in a URL and back, its buttons, predictions, kept runs; nothing typed ever raises."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmagic.core.errors import UnmagicError
from unmagic.lesson.markdown import Widget
from unmagic.lesson.toy.presets import PRESETS, Preset
from unmagic.lesson.toy.show import MOST_FRAMES, frames, show, table
from unmagic.lesson.toy.state import ToyState
from unmagic.lesson.widgets import kinds

Pairs = list[tuple[str, str]]


def state(**texts: str) -> ToyState:
    return ToyState.of("rate", [(f"rate.{name}", text) for name, text in texts.items()])


def form(before: ToyState, **changes: str) -> ToyState:
    """What the server makes of the form that ``before`` shows, sent with changes."""
    fields = {"was": before.was, "k": str(before.count), **dict(before.handed_on)}
    fields |= {"f": before.f, "x": before.x, "y": before.y, "eta": before.eta}
    shown = show(before)
    if shown.slider is not None:
        fields["slide"] = str(shown.slider.place)
    if shown.run is not None and not before.count:
        fields["guess"] = before.guess
    return state(**{**fields, **changes})


texts = st.text(st.sampled_from("0123456789.-−+*/xyesin()²^|,; abη\\{}<&"), max_size=24)


@settings(deadline=None, max_examples=150)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(
    ("f", "x", "y", "eta", "k", "guess", "keep", "rows", "do", "was", "slide"), texts)))  # fmt: skip
def test_whatever_is_typed_is_shown_and_its_address_stays(query: dict[str, str]) -> None:
    once = state(**query)
    assert ToyState.of("rate", once.query()) == once
    shown = show(once)
    assert shown.run is not None or shown.troubles
    for error in shown.troubles.values():
        assert isinstance(error, UnmagicError)
        assert error.what


def test_defaults_are_left_out() -> None:
    assert state().query() == []
    assert state(f="0.18(x − 3)²", x="−1.6", eta="1").query() == []
    assert state(eta="5", k="4").query() == [("rate.eta", "5"), ("rate.k", "4")]


def test_a_directive_brings_its_own_defaults() -> None:
    widget = Widget("toy", "bowl", "f: x² + y²\nx: 3\ny: 4\neta: 0.1\n", 1)
    kind = kinds()["toy"]
    assert list(kind.query(widget, [("bowl.f", "x² + y²"), ("bowl.k", "1")])) == [("bowl.k", "1")]
    shown = kind.shown(widget, [("bowl.k", "1")])
    assert shown.run.trace.rows[1].at == (Decimal("2.4"), Decimal("3.2"))


def test_buttons_step_back_exactly_and_stop_at_the_end() -> None:
    there = form(state(eta="5"), do="step")
    for _ in range(6):
        there = form(there, do="step")
    assert there.count == 7
    assert form(form(there, do="ten"), do="back").count == 16
    rows = show(form(there, do="back")).rows
    assert rows == show(state(eta="5", k="6")).rows
    assert form(there, do="reset") == state(eta="5")
    assert form(state(), do="back").count == 0
    ended = form(state(), do="run")
    assert show(ended).at_end
    assert form(ended, do="step").count == ended.count
    assert form(state(), do="fly").count == 0


def test_the_slider_moves_eta_and_stands_where_it_stood() -> None:
    assert form(state(), slide="2.5").eta == "2.5"
    assert form(state(eta="0.333"), do="step").eta == "0.333"
    assert form(state(eta="0.333"), eta="4", slide="2.5").eta == "4"
    assert form(state(), slide="no number").eta == "1"


def test_another_function_or_start_begins_anew() -> None:
    there = form(form(state(eta="0.1", k="5"), do="keep"), do="step")
    assert form(there, f="x²").count == 0
    assert form(there, f="x²").kept == ()
    assert form(there, x="2").count == 0
    assert form(there, x="2").kept == there.kept
    assert form(there, eta="0.2").count == 6


def test_a_prediction_is_compared_and_belongs_to_its_run() -> None:
    first = form(form(state(eta="5"), guess="4"), do="step")
    assert first.query() == [("rate.eta", "5"), ("rate.k", "1"), ("rate.guess", "4")]
    assert show(first).predicted == (
        "You said 4; it went from −1.6 to 6.68: the slope there is −1.656, and −5 · (−1.656) = 8.28, "
        "clean over the minimum."
    )
    assert show(form(first, do="step")).predicted == show(first).predicted
    assert show(form(first, eta="1")).predicted == ""
    assert show(form(first, do="reset")).predicted == ""
    assert show(form(state(eta="5"), guess="6.68", do="step")).predicted.startswith("You said 6.68, and there it stood")
    assert show(form(state(), do="step")).predicted == ""
    assert "guess" in show(form(state(), guess="far")).troubles


def test_runs_are_kept_compared_and_dropped() -> None:
    kept = form(state(eta="1", k="4"), do="keep")
    there = form(kept, eta="5")
    shown = show(there)
    assert [(run.eta, run.loss, run.word, run.kept) for run in shown.runs] == [
        ("5", "0.6390", "overshooting", -1),
        ("1", "0.1072", "descending", 0),
    ]
    assert shown.compared == "Same number of steps; the smaller rate stands lower."
    assert show(form(there, do="step")).compared == "5 steps against 4 steps; the smaller rate stands lower."
    third = form(form(form(there, do="keep"), eta="3"), do="keep")
    assert [run.eta for run in third.kept] == [5, 3]
    assert [run.eta for run in form(third, do="drop0").kept] == [3]
    assert form(kept, do="keep").kept == kept.kept
    assert show(form(kept, do="back")).compared.endswith("the kept run stands lower.")


def test_losses_that_print_alike_are_level() -> None:
    assert show(form(state(eta="1", k="4"), do="keep")).compared == "They stand level, as far as the digits tell."


def test_what_cannot_be_read_is_said_where_it_stands() -> None:
    troubles = show(state(f="x² +* 2", x="a", eta="-1")).troubles
    assert list(troubles) == ["f", "x", "eta"]
    assert "      ^" in troubles["f"].report()
    assert "climb" in troubles["eta"].what
    assert show(state(f="x² + y²", y="")).troubles.keys() == {"y"}
    assert show(state(eta="1e9")).troubles.keys() == {"eta"}


def test_long_runs_show_their_end_and_all_on_request() -> None:
    shown = show(state(eta="5", k="40"))
    assert (len(shown.rows), shown.hidden_rows, shown.rows[-1].step) == (12, 29, 40)
    assert len(show(form(shown.state, do="all")).rows) == 41


def test_the_sum_below_the_table_is_the_last_move() -> None:
    assert show(state(eta="5", k="1")).sum_line == "−1.6 + 8.28 = 6.68"
    assert show(state(eta="5", k="2")).sum_line == "6.68 − 6.624 = 0.056"


def test_frames_are_what_each_state_shows() -> None:
    there = state(eta="5", k="4", keep="1,4,-1.6")
    for text, shown in frames(there, "eta", 10, 20):
        fresh = show(state(eta=text, k="4", keep="1,4,-1.6"))
        for part in ("said", "rows", "label", "picture", "slider", "runs", "compared", "sum_line", "rounding"):
            assert getattr(shown, part) == getattr(fresh, part), (text, part)
    for text, shown in frames(there, "k", 0, 5):
        fresh = show(state(eta="5", k=text, keep="1,4,-1.6"))
        assert (shown.said, shown.rows, shown.picture) == (fresh.said, fresh.rows, fresh.picture)
    assert len(frames(state(), "k", 20, 50)) == show(form(state(), do="run")).state.count - 19
    for over, low, high in (("x", 0, 3), ("eta", -1, 3), ("eta", 0, MOST_FRAMES), ("k", 3, 2)):
        with pytest.raises(UnmagicError):
            frames(there, over, low, high)


def test_the_run_as_a_table_of_plain_numbers() -> None:
    assert table(state(eta="5", k="1")) == [
        ("step", "x", "f", "df/dx", "moves x by"),
        ("0", "-1.6", "3.8088", "-1.656", "8.28"),
        ("1", "6.68", "2.4376", "1.3248", "-6.624"),
    ]
    assert table(state(f="x² + y²", x="3", y="4"))[0][-1] == "moves y by"


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.ask)
def test_each_question_is_answered_by_its_word(preset: Preset) -> None:
    words = ("overshooting", "diverging", "in another basin", "stuck on a flat", "overshooting")
    k = PRESETS.index(preset)
    shown = show(ToyState.of("rate", PRESETS[k].pairs("rate", {})))
    assert not shown.troubles
    assert shown.said.word == words[k]


def test_zones_say_true_quotients() -> None:
    assert "past 1/0.36 ≈ 2.78 a step" in show(state()).bends
    assert "past 2/0.36 ≈ 5.56 it" in show(state()).bends
    assert "past 1/2 = 0.5 a step" in show(state(f="x²")).bends
    assert "No one number" in show(state(f="x⁴")).bends
