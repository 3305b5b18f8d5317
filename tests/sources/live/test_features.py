"""A program instrumented is the program: output, warnings, tracebacks and exit status, bit for bit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sources.live.features import PROGRAMS
from tests.sources.live.harness import MODES, Seen, runs


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Seen]]:
    folder = tmp_path_factory.mktemp("programs")
    return {mode: runs(PROGRAMS, mode, Path(folder)) for mode in ("plain", *MODES)}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_is_unchanged(seen: dict[str, dict[str, Seen]], name: str, mode: str) -> None:
    plain, live = seen["plain"][name], seen[mode][name]
    assert live.out == plain.out
    assert live.err == plain.err
    assert live.status == plain.status
