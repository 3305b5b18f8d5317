"""What turned bad in iterations that nobody recorded is walked again from a snapshot, bit for bit."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from unmagic.core.program import Program
from unmagic.reading.reading import Reading
from unmagic.record.log import Log
from unmagic.sources.live import hooks
from unmagic.sources.live.program import of_line, read_run
from unmagic.sources.live.script import Script
from unmagic.sources.live.sentinel import Sentinel
from unmagic.sources.live.stretch import LIVE, Guard, Watcher


class Ran(NamedTuple):
    """A program that ran as ``unmagic run`` runs it."""

    program: Program
    said: list[str]
    names: dict[str, Any]
    out: str
    log: Log

    def found(self, code: str) -> list[int]:
        """The lines of its findings of that kind that are sure."""
        findings = [one for one in Reading(self.program).findings if one.confidence == "high"]
        return [one.span.line for one in findings if one.code == code and one.span is not None]


class Runner:
    """Runs programs in this process, which is as it was afterwards."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.patch = patch
        self.capsys = capsys

    def __call__(self, text: str, *, watch: bool = True, filters: str = "ignore", **files: str) -> Ran:
        for name, content in files.items():
            (self.folder / f"{name}.py").write_text(content, encoding="utf-8")
        path = self.folder / "program.py"
        path.write_text(text, encoding="utf-8")
        for name in ("argv", "path", "meta_path"):
            self.patch.setattr(sys, name, [*getattr(sys, name)])
        self.patch.setitem(sys.modules, "__main__", sys.modules["__main__"])
        log = Log(most=100_000, windows=True)
        script = Script(str(path), [])
        sentinel = Sentinel(script.files.sources)
        hooks.connect(log)
        watcher = Watcher(script.files.sources, log)
        if watch:
            hooks.line.watcher = watcher
            sentinel.heard = watcher.alarmed
        try:
            with warnings.catch_warnings(record=True):
                warnings.simplefilter(filters)  # type: ignore[arg-type]
                sentinel.start()
                ended = script.run()
        finally:
            sentinel.stop()
            hooks.disconnect()
        names = vars(sys.modules["__main__"])
        for name in files:
            sys.modules.pop(name, None)
        assert hooks.line.first is None
        log.words = watcher.words
        program = read_run(script, log, ended.error)
        assert program is not None
        return Ran(program, [words for words, _ in watcher.words], names, self.capsys.readouterr().out, log)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(tmp_path, monkeypatch, capsys)


PROGRAMS: dict[str, tuple[str, int, int, str, int]] = {  # text; iteration, line of the loop; finding, its line
    "state": ("""
import numpy as np
w = np.array([1.0, 2.0])
lr = 0.1
for i in range(100):
    g = w * 0.5
    if i == 36:
        g = np.log(w - w)
    w = w - lr * g
""", 37, 5, "log-of-zero", 8),
    "whil": ("""
import numpy as np
w = np.array([1.0, 2.0]); n = 0
while n < 100:
    n += 1
    if n == 37:
        w -= np.sqrt(-w)
    w *= 0.99
""", 37, 4, "non-finite", 7),
    "params": ("""
import numpy as np
rng = np.random.default_rng(1)
params = {"W": rng.normal(size=(4, 3)), "b": np.zeros(3)}
X = rng.normal(size=(50, 4))
def forward(p, x):
    h = x @ p["W"] + p["b"]
    return 1 / (1 + np.exp(-h))
for step in range(100):
    x = X[rng.permutation(50)[:8]]
    a = forward(params, x)
    grads = {"W": x.T @ (a * (1 - a)), "b": (a * (1 - a)).sum(axis=0)}
    if step == 36:
        grads["b"] = grads["b"] / (grads["b"] - grads["b"])
    for k in params:
        params[k] -= 0.01 * grads[k]
""", 37, 9, "division-by-zero", 14),
    "clock": ("""
import time, logging
import numpy as np
w = np.ones(3)
t0 = time.time()
for i in range(100):
    t = time.time() - t0
    logging.info("at %d", i)
    print("iteration", i, f"{w[0]:.3f}")
    if i == 36:
        w[1] = np.log(w[1] - 2)
    w *= 0.5
""", 37, 6, "log-of-negative", 11),
    "generator": ("""
import numpy as np
def batches():
    for k in range(100):
        yield k, np.full(3, k - 36.0)
w = np.ones(3)
for k, x in batches():
    w = w * 0.5 + np.sqrt(np.abs(x)) / (x[0] ** 2 + (k != 36))
""", 37, 7, "division-by-zero", 8),
    "batches": ("""
import numpy as np
data = [(np.full(3, k - 36.0), float(k)) for k in range(100)]
w = np.ones(3)
for n, (x, t) in enumerate(data):
    w = w * 0.5 + t * np.abs(x) / np.abs(x).sum()
""", 37, 5, "division-by-zero", 6),
    "brk": ("""
import numpy as np
w = np.ones(3)
for i in range(1000):
    w = w * 2.0 ** (i // 2)
    if not np.isfinite(w).all():
        break
print(i)
""", 65, 4, "non-finite", 5),
    "main": ("""
import numpy as np
def main(steps):
    w = np.ones(3)
    count = 0
    def loss(x):
        nonlocal count
        count += 1
        return np.sum(w * x ** 2)
    history = []
    for i in range(steps):
        x = np.arange(3.0) + i
        if i == 36:
            w = w / (w - w)
        history.append(loss(x))
    return history
main(100)
""", 37, 11, "division-by-zero", 14),
    "legacy": ("""
import numpy as np
np.random.seed(3)
w = np.ones(3)
for i in range(100):
    noise = np.random.randn(3) * 0.1
    w = w * 0.9 + noise
    if i == 36:
        w = np.sqrt(w - 10)
""", 37, 5, "non-finite", 9),
    "scalar": ("""
x = 1.5
total = 0.0
for i in range(40):
    for j in range(100):
        total += x * j
    if i > 2:
        x = x * x
print(x)
""", 14, 4, "non-finite", 8),
    "views": ("""
import numpy as np
theta = np.ones(6)
W, b = theta[:4].reshape(2, 2), theta[4:]
for i in range(100):
    W -= 0.01 * W
    b -= 0.01 * b
    if i == 36:
        theta[:] = np.log(theta - 1)
""", 37, 5, "log-of-negative", 9),
    "adam": ("""
import numpy as np
class Adam:
    def __init__(self, params, lr=1e-2):
        self.params, self.lr, self.t = params, lr, 0
        self.m = [np.zeros_like(p) for p in params]
        self.v = [np.zeros_like(p) for p in params]
    def step(self, grads):
        self.t += 1
        for i, (p, g) in enumerate(zip(self.params, grads)):
            self.m[i] = 0.9 * self.m[i] + 0.1 * g
            self.v[i] = 0.999 * self.v[i] + 0.001 * g ** 2
            p -= self.lr * (self.m[i] / (1 - 0.9 ** self.t)) / (np.sqrt(self.v[i] / (1 - 0.999 ** self.t)) + 1e-8)
class Model:
    def __init__(self, rng):
        self.W1 = rng.normal(size=(5, 8)) * 0.3
        self.W2 = rng.normal(size=(8, 1)) * 0.3
    @property
    def params(self):
        return [self.W1, self.W2]
    def __call__(self, x):
        self.h = np.maximum(0, x @ self.W1)
        return self.h @ self.W2
    def backward(self, x, d):
        return [x.T @ ((d @ self.W2.T) * (self.h > 0)), self.h.T @ d]
rng = np.random.default_rng(0)
model = Model(rng)
opt = Adam(model.params)
X = rng.normal(size=(64, 5)); Y = X[:, :1] ** 2
best = np.inf
for epoch in range(3):
    order = rng.permutation(64)
    for lo in range(0, 64, 1):
        idx = order[lo:lo + 1]
        x, y = X[idx], Y[idx]
        p = model(x)
        loss = ((p - y) ** 2).mean()
        d = 2 * (p - y) / y.size
        if epoch == 1 and lo == 36:
            d = d / (d * 0)
        opt.step(model.backward(x, d))
        best = min(best, loss)
""", 37, 33, "division-by-zero", 40),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_first_bad_iteration_is_found_though_nobody_recorded_it(run: Runner, name: str) -> None:
    text, iteration, loop, code, line = PROGRAMS[name]
    seen = run(text)
    assert seen.said == [f"iteration {iteration} of the loop in line {loop} was walked again from a snapshot"]
    assert seen.found(code) == [line]
    assert not [one for one in Reading(seen.program).findings if "brings" in one.title]
    assert any(region.label == f"iteration {iteration}" for region in seen.program.graph.regions)


@pytest.mark.parametrize("name", ["state", "params", "adam", "generator", "whil"])
@pytest.mark.parametrize("length", [1, 3, 1000])
def test_how_long_a_stretch_is_makes_no_difference(
    run: Runner, monkeypatch: pytest.MonkeyPatch, name: str, length: int
) -> None:
    text, iteration, loop, code, line = PROGRAMS[name]
    monkeypatch.setattr(Guard, "length", lambda guard, left: min(left, length))
    seen = run(text)
    assert seen.said == [f"iteration {iteration} of the loop in line {loop} was walked again from a snapshot"]
    assert line in seen.found(code)


def test_without_a_snapshot_it_is_not_known_where_it_began(run: Runner) -> None:
    text, _, _, code, line = PROGRAMS["state"]
    seen = run(text, watch=False)
    assert seen.said == []
    assert line not in seen.found(code)


NET = """
import numpy as np
rng = np.random.default_rng(0)
X = rng.normal(size=(200, 10)); y = rng.normal(size=200)
class Net:
    def __init__(self):
        self.W = rng.normal(size=10) * 0.1
    def step(self, xb, yb):
        p = np.tanh(xb @ self.W)
        g = xb.T @ (p - yb) / len(yb)
        self.W -= 0.1 * g
        loss = ((p - yb) ** 2).mean()
        return loss
net = Net()
drawn, weights, losses = [], [], []
for i in range(100):
    idx = rng.integers(0, 200, size=16)
    if i == 36:
        net.W[3] = np.sqrt(net.W[3] - 5.0)
    losses.append(net.step(X[idx], y[idx]))
    drawn.append(idx.copy()); weights.append(net.W.copy())
print(rng.random(), losses[35])
"""


@pytest.mark.parametrize("way", ["break", "return i", 'raise ValueError("diverged")'])
def test_a_loop_that_is_left_because_of_it(run: Runner, way: str) -> None:
    text = "import numpy as np\ndef f():\n    w = np.ones(3)\n    for i in range(1000):\n"
    text += "        w = w * 3.0 ** (i // 2)\n"
    text += f"        if not np.isfinite(w).all():\n            {way}\n"
    seen = run(text + "try:\n    f()\nexcept ValueError:\n    pass\n")
    assert seen.said == ["iteration 52 of the loop in line 4 was walked again from a snapshot"]
    assert seen.found("non-finite") == [5]


def test_a_while_that_ends_because_of_it(run: Runner) -> None:
    text = "import numpy as np\nw = np.ones(3)\nn = 0\nwhile np.isfinite(w).all():\n"
    seen = run(text + "    n += 1\n    w = w * 3.0 ** (n // 2)\n")
    assert seen.said == ["iteration 51 of the loop in line 4 was walked again from a snapshot"]
    assert seen.found("non-finite") == [6]


def test_a_walk_is_bit_for_bit_what_the_program_did(run: Runner) -> None:
    seen = run(NET)
    [region] = [one for one in seen.program.graph.regions if one.label == "iteration 37"]
    steps = seen.program.graph.steps[region.start : region.stop]
    values = {step.name: np.asarray(seen.program.values[step.id]) for step in steps if step.name}
    np.testing.assert_array_equal(values["idx"], seen.names["drawn"][36])
    assert np.asarray(seen.program.values[steps[-1].id]).dtype.kind in "fi"
    before = [np.asarray(seen.program.values[step.id]) for step in steps if not step.inputs and step.shape == (10,)]
    assert any(value.tobytes() == seen.names["weights"][35].tobytes() for value in before)
    after = [np.asarray(seen.program.values[step.id]) for step in steps if step.inputs and step.shape == (10,)]
    assert any(value.tobytes() == seen.names["weights"][36].tobytes() for value in after)
    assert [step.span.source.label.endswith("program.py") for step in steps if step.span] != []
    plain: dict[str, Any] = {}
    with np.errstate(all="ignore"):
        exec(NET.replace("print", "result = "), plain)
    assert seen.out.split() == [str(part) for part in plain["result"]]  # its random numbers are its own


def test_a_line_of_a_walked_iteration_is_read(run: Runner) -> None:
    seen = run(NET)
    part = of_line(seen.program, seen.program.source.label, 19)
    assert "sqrt" in {step.op.name for step in part.graph.steps}
    assert not np.isfinite(np.asarray(part.values[part.graph.result])).all()


TRANSIENT = """
import numpy as np
class Model:
    def __init__(self):
        self.p = np.array([0.5, 0.25, 1.0])
    def loss(self, y):
        loss = -(y * np.log(self.p)).sum()
        return loss
model = Model()
for i in range(100):
    keep = model.p[1]
    if i == 36:
        model.p[1] = 0.0
    out = model.loss(np.ones(3))
    model.p[1] = keep
    out = 0.0
"""


def test_what_only_a_warning_shows_is_walked_too(run: Runner) -> None:
    seen = run(TRANSIENT, filters="always")
    assert seen.said == ["iteration 37 of the loop in line 10 was walked again from a snapshot"]
    assert seen.found("log-of-zero") == [7]
    assert run(TRANSIENT).said == []  # nobody hears it


def test_what_the_walk_cannot_evaluate_is_said_and_what_follows_is_recorded(run: Runner) -> None:
    text = """
import numpy as np
w = np.ones(3)
for i in range(200):
    with open(__file__) as f:
        f.read()
    w *= 0.99
    if i in (36, 66):
        w[1] = np.log(w[1] - 2)
        w[0] = i
"""
    seen = run(text)
    [words] = seen.said
    assert words.startswith("iterations 33 to 63 of the loop in line 4 could not be walked again: line 5: open is ")
    heard = [event.more + 1 for part in seen.log.segments for event in part.events if event.kind == "iterate"]
    assert heard == [1, 2, 4, 8, 16, 32, *range(64, 64 + LIVE + 1), 128]


def test_a_statement_that_is_no_math_is_passed_over(run: Runner) -> None:
    seen = run(PROGRAMS["clock"][0])
    assert seen.out == "".join(f"iteration {i} {shown}\n" for i, shown in enumerate(
        [f"{0.5**i:.3f}" for i in range(100)]))  # fmt: skip


def test_a_walk_that_parts_from_the_program_is_not_read(run: Runner) -> None:
    text = """
import numpy as np
w = np.ones(3)
for i in range(100):
    w[:1].setfield(0.5 + i, np.float64)
    w = w * 0.9
    if i == 36:
        w[1:] = np.log(w[1:] - 2)
"""
    seen = run(text)
    [words] = seen.said
    assert "could not be walked again: it comes to other numbers than the program: w" in words
    assert "line 5 was passed over" in words
    assert seen.found("log-of-negative") == []


def test_functions_of_other_files_are_walked_under_their_own_names(run: Runner) -> None:
    helper = "import numpy as np\nSCALE = 2.0\ndef squash(x):\n    return np.sqrt(x * SCALE)\n"
    text = "import numpy as np\nimport helping\nfrom helping import squash as s\nw = np.ones(2)\n"
    text += "for i in range(100):\n    w = s(w) + helping.squash(w - 1.0 * (i == 36) * 9)\n"
    seen = run(text, helping=helper)
    assert seen.said == ["iteration 37 of the loop in line 5 was walked again from a snapshot"]
    found = next(one for one in Reading(seen.program).findings if one.code == "non-finite")
    assert found.span is not None
    assert (found.span.source.label.endswith("helping.py"), found.span.line) == (True, 4)


def test_every_trap_raising_is_the_programs_own_affair(run: Runner) -> None:
    text = """
import numpy as np
np.seterr(all="raise")
w = np.ones(3)
caught = 0
for i in range(100):
    try:
        w = w / (w - w * (i == 36))
    except FloatingPointError:
        caught += 1
"""
    try:
        seen = run(text)
    finally:
        np.seterr(divide="warn", over="warn", invalid="warn", under="ignore")
    assert seen.names["caught"] == 1
    assert not any(np.isnan(seen.names["w"]))


@pytest.mark.parametrize(
    "line",
    ["d = locals() if i < 0 else w", "w2 = np.ones(3); w2.resize(5)", "k = sys.getrefcount(w)"],
)
def test_a_loop_that_could_notice_is_left_alone(run: Runner, line: str) -> None:
    text = f"import sys\nimport numpy as np\nw = np.ones(3)\nfor i in range(100):\n    {line}\n"
    text += "    w = w * 0.9\n    if i == 36:\n        w = np.log(w - w)\n"
    assert run(text).said == []


def test_nothing_is_held_that_the_program_dropped(run: Runner) -> None:
    text = """
import weakref
import numpy as np
class Thing:
    def __init__(self, size):
        self.data = np.zeros(size)
dead = []
def work():
    thing = Thing(30_000)
    for i in range(100):
        if i % 5 == 4:
            refs = weakref.ref(thing), weakref.ref(thing.data)
            thing = Thing(30_000)
            dead.append(all(ref() is None for ref in refs))
        thing.data += 1.0
work()
"""
    seen = run(text)
    assert seen.names["dead"] == [True] * 20


def test_large_arrays_that_nobody_writes_to_are_not_copied(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    from unmagic.sources.live import snapshot

    monkeypatch.setattr(snapshot, "ROOM", 200_000)
    text = """
import numpy as np
X = np.linspace(0, 1, 40_000)
w = 0.5
for i in range(100):
    w = w - 0.1 * (X * w).mean() if i != 36 else w / (X[0] * 0)
"""
    seen = run(text)
    assert seen.said == ["iteration 37 of the loop in line 5 was walked again from a snapshot"]
    written = text.replace("    w = w - 0.1", "    X[20_000] += 1.0\n    w = w - 0.1")
    [words] = run(written).said
    assert "could not be walked again: " in words


def test_an_array_that_is_written_in_place_is_copied_for_each_stretch(
    run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = """
import numpy as np
w = np.linspace(1, 2, 5_000)
for i in range(100):
    w *= 0.99
    if i == 36:
        w[7] = np.log(w[7] - 5)
"""
    monkeypatch.setattr(Guard, "length", lambda guard, left: min(left, 3))
    seen = run(text)
    assert seen.said == ["iteration 37 of the loop in line 4 was walked again from a snapshot"]
    assert seen.found("log-of-negative") == [7]
