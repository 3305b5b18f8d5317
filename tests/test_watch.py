"""``with um.watch():`` the block computes, warns and raises as without it, and what went wrong is said."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextvars import copy_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import unmagic as um
from unmagic.core.finding import Finding
from unmagic.core.lines import Relation
from unmagic.reading.watch import MOST

ROOT = Path(__file__).resolve().parents[1]

quiet = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def watched(function: Callable[[], Any]) -> list[Finding]:
    with um.watch(show=False) as w:
        function()
    return w.findings


def only(function: Callable[[], Any]) -> Finding:
    (found,) = watched(function)
    return found


def words(finding: Finding) -> str:
    assert finding.span is not None
    assert finding.span.source.label.endswith("test_watch.py")
    return finding.span.text


class Model:
    def __init__(self) -> None:
        self.w = np.array([1.0, 800.0])
        self.w2 = np.zeros(2)


def softmax(z: Any) -> Any:
    e = np.exp(z)
    return e / e.sum()


# what is found, and where


@quiet
def test_the_failing_entry_its_operands_and_the_arithmetic() -> None:
    p, y = np.array([0.5, 0.0, 0.2]), np.array([1.0, 1.0, 0.0])
    found = only(lambda: -(y * np.log(p)).mean())
    assert (found.code, found.where, words(found)) == ("log-of-zero", "p[1] = 0", "np.log(p)")
    assert [line.relation for line in found.evidence] == [Relation.NONFINITE]
    assert found.evidence[0].text == "log(0) ⇒ −inf"
    assert found.mend
    assert "itself" not in found.meaning


@quiet
def test_attributes_of_objects_are_read_under_their_own_names() -> None:
    m = Model()
    found = only(lambda: np.exp(m.w + m.w2))
    assert (found.code, words(found)) == ("exp-overflow", "np.exp(m.w + m.w2)")
    assert found.where == "(m.w + m.w2)[1] = 800"


@quiet
def test_no_code_of_the_objects_is_run() -> None:
    class Proud:
        asked = 0

        def __init__(self) -> None:
            self.w = np.zeros(2)

        def __getattribute__(self, name: str) -> Any:
            Proud.asked += 1
            return object.__getattribute__(self, name)

        @property
        def v(self) -> Any:
            return object.__getattribute__(self, "w")

    m = Proud()
    assert only(lambda: np.log(m.w)).where == "m.w[0] = 0"
    assert only(lambda: np.log(m.v)).evidence == ()
    assert Proud.asked == 2


@quiet
def test_dicts_and_local_functions() -> None:
    params: dict[str, Any] = {"w": np.array([2.0, 0.0]), "name": "layer"}
    assert only(lambda: 1 / params["w"]).evidence[-1].text == "1 / 0 ⇒ inf"

    def inner(v: Any) -> Any:
        return v - v

    found = only(lambda: np.log(inner(params["w"])))
    assert (found.code, found.evidence) == ("log-of-zero", ())  # it closes over what nobody copied


@quiet
def test_a_statement_on_several_lines() -> None:
    m = Model()
    found = only(
        lambda: np.exp(
            m.w  # the weights
            + 1
        )
    )
    assert found.where == "(m.w + 1)[1] = 801"


@quiet
def test_functions_of_the_users_are_walked_and_not_run() -> None:
    z = np.array([1.0, -900.0])
    found = only(lambda: np.log(softmax(z)))
    assert found.title == "log of a softmax that underflowed"
    assert words(found) == "np.log(softmax(z))"


@quiet
def test_what_follows_from_a_bad_number_is_not_said_again() -> None:
    z = np.array([1.0, 900.0])
    found = only(lambda: softmax(z))
    assert (found.code, words(found)) == ("exp-overflow", "np.exp(z)")


@quiet
def test_written_in_place_there_are_no_numbers_to_be_wrong_about() -> None:
    x = np.ones(3)
    scale = np.array([1.0, 0.0, 2.0])

    def step() -> None:
        nonlocal x
        x /= scale

    found = only(step)
    assert (found.code, found.evidence, words(found)) == ("division-by-zero", (), "x /= scale")
    assert "scale: 3 float64" in found.where


@quiet
def test_an_output_argument_may_have_overwritten_an_operand() -> None:
    p = np.array([0.0, 1.0])
    found = only(lambda: np.log(p, out=p))
    assert (found.code, found.evidence) == ("log-of-zero", ())


@quiet
def test_numpys_own_python_functions_are_passed_over() -> None:
    x = np.array([np.inf, -np.inf])
    assert words(only(lambda: np.mean(x))) == "np.mean(x)"
    big = np.array([1e200, 1.0])
    assert words(only(lambda: np.linalg.norm(big))) == "np.linalg.norm(big)"


@quiet
def test_numbers_are_those_of_the_moment() -> None:
    def block() -> None:
        p = np.array([0.0, 1.0])
        np.log(p)
        p += 1

    assert only(block).where == "p[0] = 0"


@quiet
@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_in_the_arrays_own_dtype(dtype: str) -> None:
    z = np.array([0, 100], dtype)
    found = only(lambda: np.exp(z))
    assert dtype in found.meaning + found.evidence[0].text + found.evidence[0].note + found.evidence[0].rule


@quiet
def test_random_numbers_are_never_drawn_again() -> None:
    rng = np.random.default_rng(0)
    before = np.random.default_rng(0)
    found = only(lambda: np.log(rng.normal(size=50)))
    assert found.evidence == ()
    before.normal(size=50)
    assert rng.normal() == before.normal()


@quiet
def test_large_arrays_are_not_copied() -> None:
    x = np.zeros(2_000_000, np.float32)
    found = only(lambda: np.log(x))
    assert (found.code, found.where) == ("log-of-zero", "x: 2000000 float32")


@quiet
def test_code_without_a_text_is_named_by_its_line() -> None:
    found = only(lambda: exec("import numpy as np\nnp.log(np.zeros(2))"))
    assert found.span is None
    assert found.where == "<string>:2"


@quiet
def test_each_place_once_and_no_more_than_a_few() -> None:
    zero = np.zeros(2)
    assert len(watched(lambda: [np.log(zero) for _ in range(100)])) == 1
    many = "\n".join(f"z / (z + {i} - {i})" for i in range(2 * MOST))
    assert len(watched(lambda: exec(many, {"z": zero}))) <= MOST


@quiet
def test_one_of_a_kind_is_enough_for_a_line() -> None:
    z = np.array([0.0, 900.0])
    assert len(watched(lambda: np.exp(z) / np.exp(z).sum())) == 1


@quiet
def test_it_can_be_acknowledged() -> None:
    p = np.zeros(2)
    assert only(lambda: np.log(p)).acknowledged is False
    assert only(lambda: np.log(p)).acknowledged  # unmagic: ok log-of-zero


# the program's own ways hold


def trips() -> None:
    zero = np.zeros(2)
    np.log(zero)
    zero / zero
    np.mean(np.array([np.inf, -np.inf]))
    np.float64(1) / np.float64(0)
    np.array([1e300]).astype(np.float32)
    np.array([np.nan]).astype(int)


def caught(function: Callable[[], Any]) -> list[tuple[Any, ...]]:
    with warnings.catch_warnings(record=True) as all_of_them:
        warnings.simplefilter("always")
        function()
    return [(str(one.message), one.category, one.filename, one.lineno) for one in all_of_them]


def test_its_warnings_come_as_they_would() -> None:
    plain = caught(trips)
    assert len(plain) == 6
    assert caught(lambda: watched(trips)) == plain


def given_once(block: Callable[[], None]) -> int:
    globals().setdefault("__warningregistry__", {}).clear()
    with warnings.catch_warnings(record=True) as all_of_them:
        warnings.simplefilter("default")
        block()
    return len(all_of_them)


def test_a_warning_that_was_given_once_is_not_given_again() -> None:
    def plain() -> None:
        for _ in range(3):
            trips()

    def under_watch() -> None:
        with um.watch(show=False):
            plain()

    assert given_once(under_watch) == given_once(plain) == 6


def test_a_warning_that_is_an_error_is_raised() -> None:
    with pytest.raises(RuntimeWarning, match="divide by zero encountered in log"):
        watched(lambda: np.log(np.zeros(1)))


def test_raise_raises_and_is_found() -> None:
    p = np.array([1.0, 0.0])
    w = um.watch(show=False)
    with np.errstate(all="raise"), pytest.raises(FloatingPointError, match="divide by zero"), w:
        np.log(p)
    (found,) = w.findings
    assert (found.code, found.where) == ("log-of-zero", "p[1] = 0")


def test_ignore_outside_is_silent_and_found_and_inside_is_let_be() -> None:
    p = np.zeros(1)
    with np.errstate(all="ignore"):
        assert only(lambda: np.log(p)).code == "log-of-zero"
    with um.watch(show=False) as w, np.errstate(all="ignore"):
        np.log(p)
    assert w.findings == []


def test_a_handler_of_the_programs_own_is_called() -> None:
    heard: list[Any] = []

    class Pen:
        def write(self, said: str) -> None:
            heard.append(said)

    p = np.zeros(1)
    with np.errstate(divide="call", call=lambda kind, flag: heard.append((kind, flag))):
        assert watched(lambda: np.log(p)) == []
    with np.errstate(divide="log", call=Pen()):
        assert watched(lambda: np.log(p)) == []
    assert heard == [("divide by zero", 1), "Warning: divide by zero encountered in log\n"]


def test_the_error_state_is_what_it_was() -> None:
    before, handler = np.geterr(), np.geterrcall()
    watched(lambda: None)
    with pytest.raises(KeyError), um.watch(show=False):
        raise KeyError("theirs")
    assert (np.geterr(), np.geterrcall()) == (before, handler)


def test_underflow_is_let_be() -> None:
    assert watched(lambda: np.exp(np.array([-800.0]))) == []


@quiet
def test_one_in_another_tells_both_and_warns_once() -> None:
    p = np.zeros(1)

    def nested() -> None:
        with um.watch(show=False) as outer:
            with um.watch(show=False) as inner:
                np.log(p)
            np.sqrt(p - 1)
        assert [len(w.findings) for w in (outer, inner)] == [2, 1]

    assert len(caught(nested)) == 2


@quiet
def test_the_same_one_again_and_inside_itself() -> None:
    w = um.watch(show=False)
    p = np.zeros(1)
    before = np.geterr()
    with w, w:
        np.log(p)
    with w:
        np.sqrt(p - 1)
    assert len(w.findings) == 2
    assert np.geterr() == before


@quiet
def test_threads_have_their_own() -> None:
    w = um.watch(show=False)
    states: list[Any] = []
    before = np.geterr()
    barrier = threading.Barrier(2)

    def work(watch: bool) -> None:
        p = np.zeros(1)
        if watch:
            with w:
                barrier.wait()
                np.log(p)
                barrier.wait()
        else:
            barrier.wait()
            with np.errstate(all="ignore"):
                p / p
            barrier.wait()
        states.append(np.geterr())

    threads = [threading.Thread(target=work, args=(one,)) for one in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [finding.code for finding in w.findings] == ["log-of-zero"]
    assert states == [before, before]


@quiet
def test_a_mistake_of_ours_is_never_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError("ours")

    with monkeypatch.context() as patch:
        patch.setattr("unmagic.reading.watch.trip", broken)
        assert watched(lambda: np.log(np.zeros(1))) == []
    with monkeypatch.context() as patch:
        patch.setattr("unmagic.sources.live.trip.Trip.program", broken)
        assert only(lambda: np.log(np.zeros(1))).title == "log of 0"
    with monkeypatch.context() as patch:
        patch.setattr("unmagic.render.findings.show_findings", broken)
        with um.watch():
            np.log(np.zeros(1))


SCRIPT = """import numpy as np
import sys
import unmagic as um

p = np.array([0.5, 0.0])
with um.watch():
    loss = -np.log(p).mean()
print(loss, sorted({"torch", "IPython", "unmagic.render.text"} & set(sys.modules)))
with um.watch():
    print(np.log(p[:1]).shape)
"""


def test_a_script_is_told_on_standard_error_where_the_block_ends(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    ran = subprocess.run([sys.executable, "train.py"], capture_output=True, text=True, cwd=tmp_path, env=environment,
                         timeout=60, check=True)  # fmt: skip
    assert ran.stdout == "inf ['unmagic.render.text']\n(1,)\n"
    assert "train.py:7: RuntimeWarning: divide by zero encountered in log" in ran.stderr
    assert ran.stderr.count("unmagic: 1 finding\n") == 1
    assert "train.py:7\n" in ran.stderr
    assert "p[1] = 0" in ran.stderr
    assert "log(0)   ⇒  −inf" in ran.stderr


def test_under_unmagic_run_it_says_the_same(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT)
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "UNMAGIC_CACHE": "off"}
    ran = subprocess.run([sys.executable, "-m", "unmagic", "run", "train.py"], capture_output=True, text=True,
                         cwd=tmp_path, env=environment, timeout=60, check=False)  # fmt: skip
    assert ran.stderr.count("unmagic: 1 finding\n") == 1
    assert ran.stderr.count("\nlog of 0") == 2  # the block's, and the run's own


def test_nothing_is_loaded_and_said_for_a_sound_block(tmp_path: Path) -> None:
    (tmp_path / "sound.py").write_text(
        "import sys\nimport unmagic as um\nwith um.watch():\n    pass\n"
        "late = ('unmagic.sources.text', 'unmagic.engine', 'unmagic.render')\n"
        "print([m for m in sys.modules if m.startswith(late)])\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    ran = subprocess.run([sys.executable, "sound.py"], capture_output=True, text=True, cwd=tmp_path, env=environment,
                         timeout=60, check=True)  # fmt: skip
    assert (ran.stdout, ran.stderr) == ("[]\n", "")


@quiet
def test_a_generator_that_ends_in_another_context() -> None:
    p = np.zeros(1)
    found: list[Finding] = []

    def steps() -> Iterator[None]:
        with um.watch(show=False) as w:
            np.log(p)
            yield
        found.extend(w.findings)

    def begun() -> Iterator[None]:
        made = steps()
        next(made)
        return made

    before = np.geterr()
    assert next(copy_context().run(begun), None) is None
    assert np.geterr() == before
    assert [finding.code for finding in found] == ["log-of-zero"]
