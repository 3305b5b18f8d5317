"""What the Reader's page is made of: numbers as typed, questions and their addresses, the desk, the free names."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import anyio
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmagic.core.errors import UnmagicError
from unmagic.web.reader.answer import Field
from unmagic.web.reader.arrays import array, canonical
from unmagic.web.reader.desk import Busy, Desk, Page, Shelf, TooSlow
from unmagic.web.reader.free import free_names
from unmagic.web.reader.question import Question, asked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3", 3),
        ("−0.5", -0.5),
        ("3/4", 0.75),
        ("75 %", 0.75),
        ("1, 2, 3", [1, 2, 3]),
        ("1 2 3", [1, 2, 3]),
        ("√4, 1e-3", [2, 0.001]),
        ("1 0; 0 1", [[1, 0], [0, 1]]),
        ("1 0\n0 1\n", [[1, 0], [0, 1]]),
        ("1, 2;", [[1, 2]]),
        ("1; 2; 3", [[1], [2], [3]]),
        ("5,", [5]),
        ("[5]", [5]),
        ("[0.1065 0.787  0.1065]", [0.1065, 0.787, 0.1065]),
        ("nan", np.nan),
        ("[1, -inf]", [1, -np.inf]),
        ("tensor([1., 2.], dtype=torch.float32)", [1, 2]),
    ],
)
def test_numbers_as_people_write_them(text: str, expected: Any) -> None:
    np.testing.assert_array_equal(array(text), expected)
    np.testing.assert_array_equal(array(canonical(text)), expected)


@pytest.mark.parametrize("shape", [(3,), (1,), (2, 3), (1, 4), (4, 1), (2, 2, 3)])
def test_what_numpy_prints_is_read(shape: tuple[int, ...]) -> None:
    made = np.round(np.random.default_rng(1).normal(size=shape), 3)
    for printed in (str(made), repr(made), str(made.tolist())):
        np.testing.assert_array_equal(array(printed), made)
        np.testing.assert_array_equal(array(canonical(printed)), made)


@pytest.mark.parametrize("text", ["3", "5,", "1,-2,3", "1,0;0,1", "1,2;", "1;2;3", "[[[1,2]],[[3,4]]]", "√2,1e-3"])
def test_what_stands_in_a_field_is_what_was_typed(text: str) -> None:
    field = Field("x", text)
    np.testing.assert_array_equal(array(field.shown), array(text))
    assert canonical(field.shown.replace("\n", "\r\n")) == text


def test_whole_numbers_stay_whole() -> None:
    assert isinstance(array("3"), int)
    assert array("1, 2").dtype.kind == "i"
    assert array("1, 2.5").dtype.kind == "f"


@given(st.text(alphabet="0123456789.,;[] \n-−e%√/ax", max_size=30))
def test_the_canonical_text_is_its_own(text: str) -> None:
    once = canonical(text)
    assert canonical(once) == once
    try:
        value = array(text)
    except UnmagicError:
        return
    np.testing.assert_array_equal(array(once), value)


_TEXT = st.text(max_size=40)


_KEYS = ["src", "lang", "dtype", "grad", "times", "example", "why", "blame", "zz", "n.x", "n.P(D|H)"]
_KEYS += ["vs", "vs.src", "vs.dtype", "vs.n.x"]


@given(st.lists(st.tuples(st.sampled_from(_KEYS), _TEXT), max_size=12))
def test_an_address_says_one_question(pairs: list[tuple[str, str]]) -> None:
    question = asked(pairs)
    again = asked(question.pairs)
    assert again.pairs == question.pairs
    assert again == question


def test_what_is_so_anyway_is_not_said() -> None:
    assert asked([("src", ""), ("dtype", "float64"), ("grad", "on"), ("n.x", " ")]).pairs == []
    assert asked([("dtype", "complex256"), ("lang", "cobol")]) == Question()


def test_free_names_wait_for_numbers() -> None:
    text = "import numpy as np\ndef f(u):\n    return u @ W\ny = f(x) + b\n"
    text += "for k in range(n):\n    y = y + k\nprint(y, np.pi)"
    assert free_names(text) == ("W", "x", "b", "n")
    assert free_names("y = (") == ()


def run(work: Callable[[], Awaitable[None]]) -> None:
    """Run a coroutine in a thread of its own: a browser of other tests may have a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(anyio.run, work).result()


def test_the_desk_sends_away_what_it_cannot_take() -> None:
    desk = Desk(at_once=1, waiting=1, seconds=5)
    gone: list[str] = []
    done: list[int] = []

    def slowly(k: int) -> int:
        time.sleep(0.05)
        return k

    async def ask(k: int) -> None:
        try:
            done.append(await desk.work(partial(slowly, k)))
        except Busy:
            gone.append("busy")

    async def many() -> None:
        async with anyio.create_task_group() as group:
            for k in range(5):
                group.start_soon(ask, k)

    run(many)
    assert len(done) == 2
    assert len(gone) == 3


def test_the_desk_stops_waiting() -> None:
    async def slow() -> None:
        with pytest.raises(TooSlow):
            await Desk(seconds=0.05).work(lambda: time.sleep(0.3))

    run(slow)


def test_a_shelf_stays_within_its_bytes() -> None:
    shelf = Shelf(most=10_000)
    for k in range(50):
        shelf.put((("src", str(k)),), Page(200, b"x" * 900))
    assert shelf.size <= 10_000
    assert shelf.get((("src", "49"),)) is not None
    assert shelf.get((("src", "0"),)) is None
    shelf.put((("src", "big"),), Page(200, b"x" * 9_000))
    assert shelf.get((("src", "big"),)) is None
