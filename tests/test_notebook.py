"""``%%unmagic``: the cell runs as it would, in the notebook's names, and its reading is what is shown."""

from __future__ import annotations

import sys
import traceback
import types
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import unmagic as um


class Shell:
    """What of IPython's shell the extension uses."""

    def __init__(self, **names: Any) -> None:
        self.user_ns: dict[str, Any] = dict(names)
        self.execution_count = 7
        self.magics: dict[str, Callable[[str, str], Any]] = {}

    def register_magic_function(self, func: Callable[[str, str], Any], magic_kind: str, magic_name: str) -> None:
        assert magic_kind == "cell"
        self.magics[magic_name] = func

    def transform_cell(self, cell: str) -> str:
        return cell.replace("%time ", "")


def shell(**names: Any) -> Shell:
    made = Shell(np=np, **names)
    um.load_ipython_extension(made)
    return made


def run(made: Shell, cell: str, line: str = "") -> Any:
    return made.magics["unmagic"](line, cell)


def test_a_cell_runs_in_the_notebooks_names_and_is_read() -> None:
    W, x = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([1.0, 0.5])
    made = shell(W=W, x=x)
    reading = run(made, "%time y = W @ x\nL = (y ** 2).sum()\nL\n")
    assert np.array_equal(made.user_ns["y"], W @ x)
    assert float(reading.value) == made.user_ns["L"] == 10.25
    assert "W" in reading.names
    assert "x" in reading.names
    assert "y" in reading.names
    assert "10.25" in reading._repr_html_()


def test_names_after_it_ask_for_the_gradient() -> None:
    W, x = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([1.0, 0.5])
    reading = run(shell(W=W, x=x), "L = ((W @ x) ** 2).sum()\nL\n", "W")
    assert np.allclose(reading["W"], 2 * np.outer(W @ x, x))


def test_a_gradient_that_is_none_is_said_and_the_reading_stands(capsys: pytest.CaptureFixture[str]) -> None:
    reading = run(shell(x=np.ones(2)), "L = x.sum()\nL\n", "nothing")
    assert float(reading.value) == 2
    assert "nothing" in capsys.readouterr().out


def test_what_the_cell_writes_in_place_is_written_once() -> None:
    x = np.array([1.0, 2.0])
    made = shell(x=x)
    reading = run(made, "x *= 3\ny = x + 1\n")
    assert x.tolist() == [3, 6]
    assert reading.program.bindings["x"].tolist() == [1, 2]
    assert np.asarray(reading["y"]).tolist() == [4, 7]


def test_a_cell_that_raises_shows_the_reading_and_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    display = types.ModuleType("IPython.display")
    display.display = shown.append  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "IPython", types.ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    made = shell(x=np.ones(3))
    with pytest.raises(ValueError, match="mismatch") as caught:
        run(made, "y = x * 2\nz = y @ np.ones(4)\n")
    assert made.user_ns["y"].tolist() == [2, 2, 2]
    assert "y @ np.ones(4)" in str(shown[0])
    said = "".join(traceback.format_exception(caught.value))
    assert 'File "<In [7]>", line 2, in <module>\n    z = y @ np.ones(4)' in said
    assert "cell.py" not in said
    for frame, _ in traceback.walk_tb(caught.value.__traceback__):
        hash(frame.f_code)  # what shows tracebacks in a notebook counts frames by their code


def test_a_function_that_raises_in_a_cell_is_in_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unmagic.notebook.display", lambda reading: None)
    with pytest.raises(ZeroDivisionError) as caught:
        run(shell(x=np.ones(3)), "def mean(v):\n    n = 0\n    return v.sum().item() / n\n\nm = mean(x)\n")
    places = [(f.f_code.co_name, line) for f, line in traceback.walk_tb(caught.value.__traceback__)]
    assert places[-2:] == [("<module>", 5), ("mean", 3)]
    last = list(traceback.walk_tb(caught.value.__traceback__))[-1][0]
    assert last.f_locals["n"] == 0


def test_what_a_cell_defines_is_plain_in_the_next_and_read_again_when_asked() -> None:
    made = shell(x=np.array([1.0, 2.0]))
    cell = "class Net:\n    w = 3.0\n    def __call__(self, v):\n        return twice(v) * self.w\n\n"
    run(made, "def twice(v):\n    return v * 2\n\n" + cell + "y = Net()(x)\n")
    assert made.user_ns["y"].tolist() == [6, 12]
    for function in (made.user_ns["twice"], made.user_ns["Net"].__call__):
        hash(function.__code__)
    made.execution_count += 1
    reading = run(made, "z = Net()(x + 1)\nz\n")
    assert np.asarray(reading.value).tolist() == [12, 18]
    assert [step.op.name for step in reading.graph.steps].count("multiply") == 2


def test_a_cell_without_numbers_is_said_to_be_one(capsys: pytest.CaptureFixture[str]) -> None:
    made = shell()
    assert run(made, "name = 'a' + 'b'\n") is None
    assert made.user_ns["name"] == "ab"
    assert "nothing to read" in capsys.readouterr().out


def test_a_cell_that_does_not_parse_raises_as_python_does() -> None:
    with pytest.raises(SyntaxError):
        run(shell(), "x = = 1\n")
    for cell in ("await w()\n", "async for i in w(): pass\n", "async with w(): pass\n", "[i async for i in w]\n"):
        with pytest.raises(SyntaxError) as caught:
            run(shell(), cell)
        assert "without its event loop" in caught.value.__notes__[0]


def test_findings_of_a_cell_stand_in_its_reading() -> None:
    with np.errstate(divide="ignore"):
        reading = run(shell(p=np.array([0.5, 0.0])), "loss = -np.log(p).mean()\nloss\n")
    assert [finding.code for finding in reading.findings] == ["log-of-zero"]
