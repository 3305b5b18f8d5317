"""The progress line: on a terminal alone, gone before the program's own words, and by no thread."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.run.harness import environment

pytestmark = pytest.mark.filterwarnings("ignore:os.fork:RuntimeWarning")  # JAX of another test has threads

STARTED = """
import sys
from unmagic.sources.live import progress
progress.QUIET, progress.EVERY = 0.1, 0.05
from unmagic.cli_run import run
sys.exit(run(["main.py"]))
"""

QUIET = """
import os, sys, threading, time
import numpy as np
def slow(n):
    x = np.ones(3)
    for i in range(n):
        x = x * 1.01
        time.sleep(0.02)
    return x
slow(30)
print("first")
slow(30)
sys.stderr.write("second\\n")
slow(30)
sys.stdout.flush()
if os.fork() == 0:
    os._exit(0)
os.wait()
slow(30)
sys.stdout.writelines(["third", "\\n"])
slow(30)
print("fourth")
print(threading.active_count(), threading.enumerate() == [threading.main_thread()], sorted(sys.stdout.__dict__))
"""

TALKS = """
import numpy as np, sys, time
x = np.ones(3)
for i in range(40):
    x = x * 1.01
    time.sleep(0.01)
    print(i, file=sys.stderr if i % 2 else sys.stdout)
"""


def on_terminal(folder: Path, text: str) -> tuple[str, int]:
    """All that a terminal got, and the status."""
    (folder / "main.py").write_text(text)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", STARTED]
    settings = environment({"TERM": "xterm", "COLUMNS": "100"})
    child = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, env=settings, start_new_session=True,
        preexec_fn=_take_terminal,
    )  # fmt: skip
    os.close(theirs)
    got = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # nobody writes any more
            break
        if not part:
            break
        got += part
    os.close(ours)
    return got.decode(), child.wait(60)


def _take_terminal() -> None:
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def screen(shown: str) -> list[str]:
    """What stands on a terminal that got this: lines, carriage returns and erased ends."""
    lines, column = [""], 0
    for word in re.findall(r"\x1b\[K|[\r\n]|[^\x1b\r\n]+", shown):
        if word == "\n":
            lines.append("")
        elif word == "\r":
            column = 0
        elif word == "\x1b[K":
            lines[-1] = lines[-1][:column]
        else:
            lines[-1] = lines[-1][:column] + word + lines[-1][column + len(word) :]
            column += len(word)
        if word == "\n":
            column = 0
    return lines


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, int]:
    return on_terminal(tmp_path_factory.mktemp("quiet"), QUIET)


def test_a_quiet_program_says_where_it_is(quiet: tuple[str, int]) -> None:
    shown, status = quiet
    assert status == 0
    assert len(re.findall(r"\r\x1b\[Kunmagic: \d+ s, main\.py:6, iteration \d+\r", shown)) >= 5


def test_nothing_of_it_stays_on_the_screen(quiet: tuple[str, int]) -> None:
    lines = screen(quiet[0])
    assert lines[:4] == ["first", "second", "third", "fourth"]
    assert lines[4] == "1 True ['mode']"
    assert not any(line.startswith("unmagic:") and "iteration" in line for line in lines)
    assert any(re.fullmatch(r"unmagic: nothing found in [\d,]+ steps", line) for line in lines)


def test_a_program_that_talks_has_none(tmp_path: Path) -> None:
    shown, _ = on_terminal(tmp_path, TALKS)
    assert "iteration" not in shown
    assert screen(shown)[:40] == [str(i) for i in range(40)]


def test_no_pipe_ever_sees_it(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(QUIET)
    command = [sys.executable, "-c", STARTED]
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=tmp_path, env=environment(), timeout=60, check=False
    )
    assert done.stdout == "first\nthird\nfourth\n1 True ['mode']\n"
    assert "\x1b" not in done.stderr
    assert "iteration" not in done.stderr
