"""`um.assert_sound`, and what a failing test shows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import unmagic as um

ROOT = Path(__file__).resolve().parents[1]


def loss(p: np.ndarray) -> float:
    with np.errstate(divide="ignore"):
        return float(-np.log(p).mean())


def test_a_sound_function_gives_its_reading() -> None:
    reading = um.assert_sound(loss, np.array([0.5, 0.25]))
    assert float(reading.value) == loss(np.array([0.5, 0.25]))


def test_the_message_is_the_first_finding_with_its_lines() -> None:
    with pytest.raises(AssertionError) as caught:
        um.assert_sound(loss, np.array([0.5, 0.0]))
    said = str(caught.value)
    assert "log of 0" in said
    assert "p[1] = 0" in said
    assert "⇒  −inf" in said
    assert "test_pytest_plugin.py" in said


def test_a_text_and_its_numbers() -> None:
    um.assert_sound("y = log p", p=0.5)
    with pytest.raises(AssertionError, match="log of 0"):
        um.assert_sound("y = log p", p=0.0)


def test_a_function_that_raises_is_not_sound() -> None:
    with pytest.raises(AssertionError, match="ValueError"):
        um.assert_sound(lambda a, b: a * 2 @ b, np.ones(3), np.ones(4))


TESTS = """
import numpy as np
import pytest
import sys

p = np.array([0.5, 0.0])

@pytest.mark.unmagic
@pytest.mark.filterwarnings("ignore")
def test_marked():
    loss = -np.log(p).mean()
    assert np.isfinite(loss)

@pytest.mark.filterwarnings("ignore")
def test_fixture(unmagic_watch):
    loss = -np.log(p).sum()
    assert unmagic_watch.findings[0].code == "log-of-zero"
    assert loss == 0

@pytest.mark.unmagic
def test_sound():
    assert np.log(0.5) < 0

@pytest.mark.unmagic
def test_fails_for_another_reason():
    assert np.log(0.5) > 0

@pytest.mark.filterwarnings("ignore")
def test_plain():
    assert np.isfinite(np.log(p)).all()
"""


def run(tmp_path: Path, *words: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    environment.pop("PYTEST_ADDOPTS", None)
    command = [sys.executable, "-m", "pytest", "-p", "unmagic.pytest_plugin", "-p", "no:cacheprovider", *words]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=60)
    return ran.stdout + ran.stderr


def test_a_failing_test_that_asked_for_it_shows_its_first_bad_line(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TESTS)
    said = run(tmp_path, "--strict-markers", "test_it.py")
    assert "4 failed, 1 passed" in said
    assert said.count("- unmagic: the first bad number -") == 2  # not for the sound one, nor where nobody asked
    assert said.count("log(0)   ⇒  −inf") == 2
    assert "test_it.py:11" in said


def test_it_loads_nothing_until_a_test_asks(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "import sys\ndef test():\n    assert not {'numpy', 'unmagic.reading'} & set(sys.modules)\n"
    )
    assert "1 passed" in run(tmp_path, "test_it.py")
