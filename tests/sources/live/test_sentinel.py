"""What NumPy warns of in iterations that nobody records is read, and the program can't notice that anybody listened."""

from __future__ import annotations

import re
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.sources.live.harness import Seen, runs
from unmagic.reading.warned import told
from unmagic.sources.live.sentinel import MOST, ROOM, Sentinel
from unmagic.sources.live.sites import Source

LATE = """
import numpy as np
class Model:
    def __init__(self):
        self.p = np.array([0.5, 0.25, 1.0])
    def loss(self, y):
        return -(y * np.log(self.p)).sum()
model = Model()
for i in range(100):
    model.p[1] = 0.0 if i == 36 else 0.25
    model.loss(np.ones(3))
    model.p[1] = 0.25
"""

BODY = """
import sys, warnings
import numpy as np
x = np.array([1.0, 0.0])
{before}
for i in range(60):
    y = x * 1.0 if i == 36 else x + 1.0
    {line}
{after}
print(sorted(vars(warnings)), [f[:3] for f in warnings.filters], np.geterr(), warnings.showwarning.__module__)
print({{k: v for k, v in globals().get("__warningregistry__", {{}}).items() if k != "version"}})
"""


def body(line: str = "z = np.log(y)", before: str = "", after: str = "") -> str:
    return BODY.format(line=line, before=before, after=after)


OWN = """
import traceback
def show(message, category, filename, lineno, file=None, line=None):
    print("SHOWN", message, category.__name__, lineno)
    traceback.print_stack(limit=4)
warnings.showwarning = show
"""

RECORD = """
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    for i in range(40):
        np.log(x * (i != 36))
print([(str(w), w.source, type(w) is warnings.WarningMessage, repr(w)[:30]) for w in caught])
"""

ERROR = """
try:
    for i in range(40):
        np.log(x * 1.0 if i == 36 else x + 1.0)
except RuntimeWarning as error:
    print("raised", error)
"""

PROGRAMS = {
    "late": LATE,
    "plain": body(),
    "ignore": body(before="warnings.simplefilter('ignore')"),
    "error": body(line="pass", before="warnings.simplefilter('error')", after=ERROR),
    "always": body(before="warnings.simplefilter('always')"),
    "raise": body(line="pass", before="np.seterr(all='raise')",
                  after=ERROR.replace("RuntimeWarning", "FloatingPointError")),
    "errstate": body(line="with np.errstate(all='ignore'): z = np.log(y)"),
    "record": body(after=RECORD),
    "own": body(before=OWN),
    "mean": body(line="z = np.sum(1.7e308 * (y < 1.5))"),
    "theirs": body(line="warnings.warn('divide by zero encountered in log', RuntimeWarning)"),
    "other": body(line="warnings.warn('Mean of empty slice.', RuntimeWarning)"),
    "thread": body(line="pass", after="""
import threading
t = threading.Thread(target=lambda: np.log(x)); t.start(); t.join()
"""),
}  # fmt: skip


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Seen]]:
    folder = Path(tmp_path_factory.mktemp("programs"))
    return {mode: runs(PROGRAMS, mode, folder) for mode in ("plain", "run")}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_program_does_not_notice(seen: dict[str, dict[str, Seen]], name: str) -> None:
    plain, live = seen["plain"][name], seen["run"][name]
    assert live.out == plain.out
    assert live.err.startswith(plain.err)
    assert live.err[len(plain.err) :].startswith("\nunmagic: ")


@pytest.mark.parametrize(
    ("name", "line", "where"),
    [("late", 7, "model.p[1] = 0"), ("plain", 8, "y[1] = 0"), ("always", 8, "y[1] = 0"), ("record", 8, "y[1] = 0"),
     ("own", 14, "y[1] = 0")],
)  # fmt: skip
def test_a_log_of_0_in_an_iteration_that_nobody_recorded_is_found(
    seen: dict[str, dict[str, Seen]], name: str, line: int, where: str
) -> None:
    said = seen["run"][name].err
    assert len(re.findall(rf"^log of 0 .* {name}\.py:{line}$", said, re.MULTILINE)) == 1
    assert where in said
    assert seen["run"][name].status == 1


def test_inside_of_numpys_own_functions_it_is_the_users_line(seen: dict[str, dict[str, Seen]]) -> None:
    said = seen["run"]["mean"].err
    assert "sum gives ∞" in said
    assert re.search(r" mean\.py:8$", said, re.MULTILINE)


@pytest.mark.parametrize("name", ["ignore", "errstate", "theirs", "other", "thread"])
def test_what_is_silent_or_no_warning_of_numpys_is_left_alone(seen: dict[str, dict[str, Seen]], name: str) -> None:
    live = seen["run"][name]
    assert "unmagic: nothing found" in live.err
    assert live.status == 0


def sentinel(text: str) -> tuple[Sentinel, Any]:
    path = "/nowhere/program.py"
    return Sentinel({path: Source(path, text)}), compile(text, path, "exec")


def heard(text: str, **names: Any) -> Sentinel:
    found, code = sentinel(text)
    with warnings.catch_warnings(record=True):
        warnings.simplefilter("always")
        found.start()
        try:
            exec(code, {"np": np, **names})
        finally:
            found.stop()
    return found


def test_it_is_gone_afterwards() -> None:
    before = warnings.WarningMessage.__init__
    heard("np.log(np.zeros(2))")
    assert warnings.WarningMessage.__init__ is before


def test_places_are_read_once_and_at_most_so_many() -> None:
    lines = "\n".join(f"np.log(x + {k} * 0)" for k in range(20))
    found = heard(f"for _ in range(3):\n    np.log(x)\n{lines}", x=np.zeros(2))
    assert len(found.trips) == MOST
    assert [trip.span.line for trip in found.trips if trip.span] == list(range(2, 2 + MOST))


def test_copies_are_bounded_together() -> None:
    found = heard("np.log(x)\nnp.log(x + 0)\nnp.log(y)", x=np.zeros(300_000), y=np.zeros(3))
    assert [trip.names is not None for trip in found.trips] == [True, False, True]
    assert sum(trip.size for trip in found.trips) <= ROOM


def test_a_frame_holds_nothing_of_what_was_looked_at() -> None:
    text = (
        "import weakref\ndef f():\n    a = np.zeros(3)\n    w = weakref.ref(a)\n    np.log(a)\n    del a\n"
        "    assert w() is None\nf()\n"
        "def g():\n    a = np.zeros(3)\n    b = locals()\n    c = 1\n    np.log(a)\n    assert set(b) == {'a'}\ng()\n"
    )
    own = sys.version_info >= (3, 13)  # ``locals()`` is a copy there, which no one else's look at the frame refreshes
    assert [trip.names is not None for trip in heard(text).trips] == [True, own]


def test_findings_are_said_once_a_line() -> None:
    found = heard("for _ in range(2):\n    np.log(x); np.log(x)\n", x=np.zeros(2))
    assert len(found.trips) == 2
    [one] = told([], found.trips)
    assert (one.code, one.confidence) == ("log-of-zero", "medium")
    assert told([one], found.trips) == [one]


def test_a_number_that_came_bad_from_elsewhere_adds_nothing_to_what_was_found() -> None:
    found = heard("y = np.log(x)\nz = y - y\n", x=np.zeros(2))
    assert [one.code for one in told([], found.trips)] == ["log-of-zero"]
