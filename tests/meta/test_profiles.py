"""The test suite's own switches: required parts, and which tests a soak runs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import needs

REPOSITORY = Path(__file__).parents[2]


def test_a_part_that_is_there_is_imported() -> None:
    assert needs("numpy").__name__ == "numpy"


def test_a_missing_part_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNMAGIC_REQUIRE", raising=False)
    with pytest.raises(pytest.skip.Exception, match="not_there is not installed"):
        needs("not_there")


@pytest.mark.parametrize("listed", ["not_there", "numpy, not_there"])
def test_a_missing_part_that_is_required_fails(monkeypatch: pytest.MonkeyPatch, listed: str) -> None:
    monkeypatch.setenv("UNMAGIC_REQUIRE", listed)
    with pytest.raises(pytest.fail.Exception, match="asks for not_there"):
        needs("not_there.sub")


def test_a_part_that_is_broken_inside_is_not_skipped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "broken_inside.py").write_text("import not_there\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModuleNotFoundError, match="not_there"):
        needs("broken_inside")


def collected(text: str, directory: Path, *args: str) -> list[str]:
    """The tests that pytest, as configured here, selects from a file with this text."""
    (directory / "test_planted.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    command += ["-c", str(REPOSITORY / "pyproject.toml"), "--rootdir", str(directory), *args, str(directory)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))
    return [line.partition("::")[2] for line in done.stdout.splitlines() if "::" in line]


PLANTED = """
import pytest
from hypothesis import given, strategies as st

def test_plain(): pass

@pytest.mark.soak
def test_long(): pass

@given(st.integers())
def test_property(n): pass
"""


def test_soak_tests_are_left_out_until_asked_for(tmp_path: Path) -> None:
    assert collected(PLANTED, tmp_path) == ["test_plain", "test_property"]


def test_a_soak_runs_the_properties_and_what_is_marked(tmp_path: Path) -> None:
    assert collected(PLANTED, tmp_path, "-m", "soak or hypothesis") == ["test_long", "test_property"]
