"""What a log holds of a long run: bounded, whatever the program computes on, and counted by its own measure."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest

from unmagic.record.callees import functions
from unmagic.record.keep import A_RUN, MEGABYTE
from unmagic.record.log import Log
from unmagic.sources.live import hooks
from unmagic.sources.live.instrument import connected, instrument
from unmagic.sources.live.sites import Source

PROGRAMS = {
    "floats": "for i in range(4000):\n    x = 0.5 * i + 0.25\n    y = x * x - 1.0\n",
    "small arrays": "for i in range(1500):\n    a = np.ones(8) * i\n    b = a[2:6] + a[1:5]\n    a[1:3] -= b[:2]\n",
    "large arrays": "for i in range(100):\n    a = np.ones(60_000) * i\n    b = a + 1.0\n",
    "arrays that live on": "kept = []\nfor i in range(1500):\n    kept.append(np.zeros(4) + i)\n",
    "lists": "for i in range(100):\n    v = list(map(float, range(i, i + 4000)))\n    a = np.array(v)\n",
    "deep lists": "wide = [[[0.5] * 40] * 60] * 60\nfor i in range(3):\n    a = np.array(wide) * i\n",
    "long strings": "for i in range(300):\n    y = np.frombuffer(b'x' * (200_000 + i), np.uint8).sum() * 1.0\n",
    "generators": "v = [0.5 + i for i in range(20_000)]\nfor i in range(6):\n    s = sum(a for a in v) * 1.0\n",
    "one call after another": "def f(n):\n    return 0.5 * n if n < 2 else f(n - 1.0) * 0.5 + f(n - 2)\nx = f(18.0)\n",
}  # fmt: skip


def held(text: str, log: Log, twins: bool = False) -> tuple[int, int]:
    """Bytes that the recorder holds after ``text`` has run, and at most while it ran: those allocated in its files."""
    functions()  # as `unmagic run` does before a program starts
    source = Source("<program>", text)
    code = connected(instrument(text, "<program>"), source)
    space: dict[str, Any] = {"__name__": "program"}
    exec("import numpy as np", space)
    tracemalloc.start()
    plain: dict[str, Any] = {"__name__": "program", "np": space["np"]}
    exec(compile(text, "<program>", "exec"), plain)
    theirs, their_peak = tracemalloc.get_traced_memory()
    plain.clear()
    tracemalloc.stop()
    tracemalloc.start()
    hooks.connect(log, twins=twins)
    try:
        exec(code, space)
    finally:
        hooks.disconnect()
    now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    if hooks.line.first is not None:
        raise hooks.line.first
    return now - theirs, peak - their_peak


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_log_holds_no_more_than_it_counts_and_it_counts_up_to_a_bound(name: str) -> None:
    log = Log(most=100_000, windows=True)
    now, peak = held(PROGRAMS[name], log)
    assert log.keeper.bytes <= A_RUN + MEGABYTE
    assert now <= log.keeper.bytes + 2 * MEGABYTE  # what is not the log's: owners, the first use of a function
    assert peak <= A_RUN + 4 * MEGABYTE


def test_what_is_let_go_is_given_back() -> None:
    log = Log(most=100_000, windows=True)
    held(PROGRAMS["small arrays"], log)
    assert log.dropped
    assert log.keeper.bytes <= A_RUN
    assert log.closed == sum(segment.bytes for segment in log.segments[:-1])
    assert log.closed <= log.keeper.bytes


def test_a_line_that_fills_one_stretch_after_another_is_heard_ever_less_often() -> None:
    log = Log(most=100_000, windows=True)
    held("for i in range(100):\n    v = [0.5 * k + i for k in range(3000)]\n    s = sum(v) * 0.5\n", log, twins=True)
    assert list(log.filled.values()) == [7]  # iterations 1, 2, 4, …, 64
    assert 3 * log.stretch < log.made < 3 * log.stretch + 2000  # of those the 1st, 2nd and 5th in full
    named = [event.more for one in log.segments for event in one.events if event.kind == "name"]
    assert named.count("s") == 7  # what comes after is heard each time
