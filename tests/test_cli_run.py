"""``unmagic run``: a script as Python runs it, and what is said at its end."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

TRAINING = """
import sys
import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(64, 10)) * 30
y = (X @ rng.normal(size=10) > 0).astype(float)
W = np.zeros(10)
for step in range(60):
    z = X @ W
    p = 1 / (1 + np.exp(-z))
    with np.errstate(all="ignore"):
        loss = -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()
    W -= 0.5 * X.T @ (p - y) / len(y)
print(loss, sys.argv[1:])
"""

SOUND = """
import numpy as np
x = np.linspace(0, 1, 20)
w = 0.0
for i in range(200):
    w -= 0.1 * (2 * x * (w * x - 3 * x)).mean()
print(w)
"""


def run(*words: str, cwd: Path, cache: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "UNMAGIC_CACHE": str(cache) if cache else "off"}
    command = [sys.executable, "-m", "unmagic", "run", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, env=environment, timeout=120, check=False)


def plain(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, cwd=cwd, timeout=120, check=False)


def test_findings_stand_at_the_end_and_output_is_the_programs(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(TRAINING)
    live, own = run("train.py", "--lr", "-x", "3", cwd=tmp_path), plain("train.py", "--lr", "-x", "3", cwd=tmp_path)
    assert live.stdout == own.stdout
    assert live.stdout.endswith("['--lr', '-x', '3']\n")
    assert live.stderr.startswith(own.stderr)
    assert live.returncode == 1
    assert "log of 0" in live.stderr
    assert "train.py:12" in live.stderr
    assert len(re.findall(r"unmagic: \d+ findings? in", live.stderr)) == 1
    assert live.stderr.count("\nlog of 0") == 1  # said once, however many iterations did it


BROAD = """
import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(200, 3))
y = (X[:, 0] + 0.5 * X[:, 1] > 0).astype(float).reshape(-1, 1)
W = np.zeros(3)
b = 0.0
for epoch in range(300):
    p = 1 / (1 + np.exp(-(X @ W + b)))
    loss = -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
    g = p - y
    W -= 5.0 * (X * g.mean(axis=1, keepdims=True)).mean(axis=0)
    b -= 5.0 * g.mean()
print(loss)
"""


def test_what_turned_bad_in_between_hides_nothing_else(tmp_path: Path) -> None:
    """An iteration that is walked again has steps whose values went: the rules go on over them."""
    (tmp_path / "broad.py").write_text(BROAD)
    said = run("broad.py", cwd=tmp_path).stderr
    assert "was walked again from a snapshot" in said
    assert len(re.findall(r"\(200×1\) meets .* \(200\): 40000 pairs", said)) == 2
    assert "log of 0" in said
    assert "by a mistake of unmagic's" not in said


LARGE = """
import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(2000, 5))
y = X @ rng.normal(size=5)
w = np.zeros((5, 1))
for epoch in range(40):
    err = X @ w - y
    loss = np.mean(err ** 2)
    w -= 0.1 * X.T @ err.mean(axis=1, keepdims=True) / 2000
print(loss)
"""


@pytest.mark.parametrize(
    ("way", "at"),
    [("err = X @ w - y\n    loss = np.mean(err ** 2)", 8),
     ("loss = np.mean((X @ w - y) ** 2)\n    err = X @ w - y[:, None]", 8),
     ("err = X @ w - y\n    err *= 2.0\n    loss = err.sum()", 8)],
)  # fmt: skip
def test_a_table_too_large_to_read_is_found_by_its_shape(tmp_path: Path, way: str, at: int) -> None:
    text = LARGE.replace("err = X @ w - y\n    loss = np.mean(err ** 2)", way)
    (tmp_path / "large.py").write_text(text)
    said = run("large.py", cwd=tmp_path).stderr
    assert re.search(rf"X @ w \(2000×1\) meets y \(2000\): 4000000 pairs, not 2000 +large\.py:{at}\n", said)
    assert "The sum\n  over it hides this." in said
    assert "too large to keep" in said
    mended = re.sub(r"X @ w - y\b(?!\[)", "(X @ w)[:, 0] - y", text)
    (tmp_path / "mended.py").write_text(mended.replace("err.mean(axis=1, keepdims=True)", "err.reshape(-1, 1)"))
    assert "meets" not in run("mended.py", cwd=tmp_path).stderr


@pytest.mark.parametrize(
    ("rest", "sure"),
    [("D.mean()", True), ("np.abs(D).sum()", True), ("(-D * 2.0).max()", True), ("np.linalg.norm(D)", True),
     ("D[0, 1]", False), ("D.argmin()", False), ("(D @ D).mean()", False), ("D.sum(axis=1)", False)],
)  # fmt: skip
def test_the_sum_over_a_large_table_is_spoken_of_where_there_is_one(tmp_path: Path, rest: str, sure: bool) -> None:
    text = f"import numpy as np\na = np.arange(1100) * 0.5\nc = a.reshape(-1, 1)\nb = a * 1.5\nD = c - b\nr = {rest}\n"
    (tmp_path / "table.py").write_text(text)
    said = run("table.py", cwd=tmp_path).stderr
    assert "c (1100×1) meets b (1100): 1210000 pairs, not 1100" in said
    assert ("The sum over it hides this" in " ".join(said.split())) == sure
    assert ("it is so unless meant" in said) != sure


def test_a_large_table_that_is_meant_is_said_to_be_one_that_may_be(tmp_path: Path) -> None:
    text = "import numpy as np\na = np.arange(2000) * 0.5\nd = np.abs(a[:, None] - a * 1.5)\nprint(d.mean())\n"
    (tmp_path / "distances.py").write_text(text)
    said = run("distances.py", cwd=tmp_path).stderr
    assert "a[:, None] (2000×1) meets a * 1.5 (2000)" in said
    assert "it may be so; if meant: # unmagic: ok silent-broadcast" in said


def test_a_late_iteration_calls_things_what_the_text_calls_them(tmp_path: Path) -> None:
    """Where X, W and y came from was told in the first iteration; y is a view of what nobody has a name for."""
    (tmp_path / "broad.py").write_text(BROAD.replace("5.0", "0.1"))
    said = run("--read", "10", "broad.py", cwd=tmp_path).stderr
    assert "= X W + " in said
    assert "loss = −y log p − (1 − y) log(1 − p)" in said
    assert "[200" not in said


def test_a_sound_program_is_told_so_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "sound.py").write_text(SOUND)
    live, own = run("sound.py", cwd=tmp_path), plain("sound.py", cwd=tmp_path)
    assert (live.stdout, live.returncode) == (own.stdout, 0)
    assert live.stderr.strip().startswith("unmagic: nothing found in ")
    assert live.stderr.strip().count("\n") == 0


def test_a_program_that_raises_keeps_its_traceback_and_status_and_shows_what_clashed(tmp_path: Path) -> None:
    (tmp_path / "helpers.py").write_text("import numpy as np\ndef forward(W, x):\n    return (x * 2) @ (W + 1)\n")
    text = "import numpy as np\nfrom helpers import forward\n"
    text += "for i in range(5):\n    forward(np.ones((3, 4)), np.ones(4 + i))\n"
    (tmp_path / "main.py").write_text(text)
    live, own = run("main.py", cwd=tmp_path), plain("main.py", cwd=tmp_path)
    assert live.stderr.startswith(own.stderr)
    assert live.returncode == own.returncode == 1
    said = live.stderr[len(own.stderr) :]
    assert "return (x * 2) @ (W + 1)" in said
    assert "x * 2: [4] float64" in said
    assert "W + 1: [3]×4 float64" in said


def test_what_raises_in_an_iteration_nobody_recorded_shows_its_operands_too(tmp_path: Path) -> None:
    text = "import numpy as np\nW = np.ones((3, 4))\nfor i in range(9):\n    x = np.ones(3 + (i == 6))\n"
    (tmp_path / "late.py").write_text(text + "    h = np.tanh(x * 0.5) @ (W + i)\n")
    live, own = run("late.py", cwd=tmp_path), plain("late.py", cwd=tmp_path)
    assert live.stderr.startswith(own.stderr)
    said = live.stderr[len(own.stderr) :]
    assert "np.tanh(x * 0.5): [4] float64" in said
    assert "W + i: [3]×4 float64" in said


def test_packages_and_main_guards(tmp_path: Path) -> None:
    package = tmp_path / "net"
    package.mkdir()
    (package / "__init__.py").write_text("from .layers import dense\n")
    (package / "layers.py").write_text("import numpy as np\ndef dense(x):\n    return np.log(x)\n")
    text = "import numpy as np\nfrom net import dense\n"
    text += "if __name__ == '__main__':\n    print(dense(np.array([1.0, 0.0])))\n"
    (tmp_path / "main.py").write_text(text)
    live, own = run("main.py", cwd=tmp_path), plain("main.py", cwd=tmp_path)
    assert live.stdout == own.stdout
    assert live.stderr.startswith(own.stderr)
    assert "layers.py:3" in live.stderr
    assert not list(tmp_path.rglob("*.bin"))


@pytest.mark.parametrize("marked", [True, False])
def test_what_is_the_users_goes_up_to_the_top_of_the_project(tmp_path: Path, marked: bool) -> None:
    """The program stands in one folder and is started there; what it imports lies in another."""
    for folder in ("scripts", "src/own"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "src/own/loss.py").write_text("import numpy as np\ndef loss(p):\n    return -np.log(p).mean()\n")
    program = "import sys\nsys.path.append('../src')\nfrom own.loss import loss\nimport numpy as np\n"
    (tmp_path / "scripts/train.py").write_text(program + "print(loss(np.array([0.5, 0.0])))\n")
    if marked:
        (tmp_path / "pyproject.toml").touch()
    said = run("train.py", cwd=tmp_path / "scripts").stderr
    assert ("log of 0" in said and "src/own/loss.py:3\n" in said) == marked
    assert ("loss is taken as it came" in said) != marked


def test_a_line_is_read(tmp_path: Path) -> None:
    (tmp_path / "sound.py").write_text(SOUND)
    live = run("--read", "6", "sound.py", cwd=tmp_path)
    assert live.returncode == 0
    assert "w = " in live.stderr
    nothing = run("--read", "7", "sound.py", cwd=tmp_path)
    assert "line 7 came to no step" in nothing.stderr


def test_own_statuses_are_passed_through(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import sys\nsys.exit(7)\n")
    (tmp_path / "b.py").write_text("import sys\nsys.exit('words')\n")
    (tmp_path / "c.py").write_text("x = (1\n")
    (tmp_path / "d.py").write_text("import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(5)\n")
    for name in "abcd":
        live, own = run(f"{name}.py", cwd=tmp_path), plain(f"{name}.py", cwd=tmp_path)
        assert live.returncode == own.returncode, name
        assert live.stderr.startswith(own.stderr), name
    assert own.returncode == -signal.SIGINT


WORLD = """
import inspect, os, sys
print(sorted(globals()), __name__, __file__, sys.argv, sys.path[0], __spec__, __package__, __doc__, __builtins__)
print(type(__loader__).__name__, sys.modules["__main__"].__dict__ is globals(), os.getcwd(), sys.flags.optimize)
def f(): return 1 + 1
print(inspect.getsource(f), f.__module__, f.__code__.co_filename, sys.stdin.read())
import helper
print(helper.__file__, helper.__name__, helper.WHERE)
"""


def test_the_world_is_the_scripts_own(tmp_path: Path) -> None:
    folder = tmp_path / "sub"
    folder.mkdir()
    (folder / "world.py").write_text(WORLD)
    (folder / "helper.py").write_text("WHERE = __file__ * 1\n")
    live, own = run("sub/world.py", "a", cwd=tmp_path), plain("sub/world.py", "a", cwd=tmp_path)
    assert live.stdout == own.stdout
    assert live.stderr.startswith(own.stderr)


def test_a_script_that_is_not_there(tmp_path: Path) -> None:
    live = run("nowhere.py", cwd=tmp_path)
    assert live.returncode == 2
    assert "can't open nowhere.py" in live.stderr


def test_the_second_run_comes_from_the_cache_and_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(TRAINING)
    first, second = (run("train.py", cwd=tmp_path, cache=tmp_path / "cache") for _ in range(2))
    assert "log of 0" in first.stderr
    assert (first.stdout, first.stderr, first.returncode) == (second.stdout, second.stderr, second.returncode)
    assert len(list((tmp_path / "cache").rglob("*.bin"))) == 1


def test_one_statement_that_takes_all_the_room_is_said_and_the_next_is_read(tmp_path: Path) -> None:
    text = "import numpy as np\nX = np.arange(900.0)\nd = [np.sqrt((x - y) ** 2) for x in X[:90] for y in X]\n"
    (tmp_path / "long.py").write_text(text + "with np.errstate(all='ignore'):\n    z = np.log(X[:3])\n")
    live = run("long.py", cwd=tmp_path)
    assert "one statement took all the room" in live.stderr
    assert "long.py:5" in live.stderr
    assert live.returncode == 1
