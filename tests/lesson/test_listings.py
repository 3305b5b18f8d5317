"""The lesson's listings print what Python prints, and every question that may be asked of them is answered."""

from __future__ import annotations

import contextlib
import io
import warnings

import pytest

from tests.conftest import needs
from unmagic.lesson.listings import listings
from unmagic.lesson.markdown import Widget
from unmagic.lesson.widgets.listing import LONGEST, ListingKind, ListingShown

KIND = ListingKind()


def shown(id: str, code: str | None = None) -> ListingShown:
    widget = Widget("listing", id, "", 1)
    given = [] if code is None else [(f"{id}.code", code)]
    return KIND.shown(widget, KIND.query(widget, given))


def variants() -> list[tuple[str, str]]:
    found = [(listing.id, listing.code) for listing in listings.values()]
    return found + [(one.id, one.changed(change)) for one in listings.values() for change in one.changes]


@pytest.mark.parametrize(("id", "code"), variants())
def test_it_prints_what_python_prints(id: str, code: str) -> None:
    if "torch" in code:
        needs("torch")
    out = io.StringIO()
    with contextlib.redirect_stdout(out), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # overflow is one of the questions
        exec(compile(code, id, "exec"), {})
    read = shown(id, code)
    assert read.error is None
    assert read.printed == out.getvalue().rstrip("\n")
    assert read.forward
    assert [row.code for row in read.rows] == code.splitlines()


def test_the_classifier_goes_forwards_and_back() -> None:
    read = shown("classifier")
    assert read.printed == "[1. 3. 1.] [0.107 0.787 0.107] 0.2395"
    assert [block.number for block in read.backward] == ["↑4·3·2", "↑1"]
    assert read.findings == ()


def test_autograd_walks_back_to_24() -> None:
    read = shown("autograd")
    assert read.printed == "tensor(24.)"
    lines = [line.text for block in read.backward for line in block.lines]
    assert lines == ["2·4 = 8", "8·3 = 24"]


def test_an_overflow_is_found_and_its_mend_has_none() -> None:
    ask = {change.ask: listings["classifier"].changed(change) for change in listings["classifier"].changes}
    assert "exp" in " ".join(f.title for f in shown("classifier", ask["What if the scores were 1000 higher?"]).findings)
    assert shown("classifier", ask["With the maximum taken out first?"]).findings == ()


UNREADABLE = ["x = (", "import os\nos.remove('x')", "y = undefined + 1", "x = 1 / 0", "while True: pass", ""]


@pytest.mark.parametrize("code", UNREADABLE)
def test_what_cannot_be_read_is_answered_in_place(code: str) -> None:
    read = shown("classifier", code)
    assert read.code == code
    if code:
        assert read.error is not None


def test_the_text_is_bounded_and_the_limit_named() -> None:
    read = shown("classifier", "x = 1\n" * 1000)
    assert read.error is not None
    assert f"{LONGEST:,}" in read.error.report()


def test_the_shipped_text_needs_no_place_in_the_address() -> None:
    widget = Widget("listing", "classifier", "", 1)
    assert KIND.query(widget, [("classifier.code", listings["classifier"].code.replace("\n", "\r\n"))]) == []
    assert KIND.query(widget, [("classifier.code", "x = 1"), ("classifier.do", "reset")]) == []
