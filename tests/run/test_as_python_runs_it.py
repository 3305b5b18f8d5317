"""``unmagic run`` on any program: output, files and status are what plain Python's are; ours comes after, apart."""

from __future__ import annotations

import pytest

from tests.run.harness import OURS, Seen, both
from tests.run.programs import ROWS


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Seen, Seen]]:
    return both(ROWS, tmp_path_factory.mktemp("rows"))


@pytest.mark.parametrize("name", ROWS)
def test_a_program_is_unchanged(seen: dict[str, tuple[Seen, Seen]], name: str) -> None:
    plain, live = (one.without_addresses() for one in seen[name])
    assert live.out == plain.out
    assert live.err.startswith(plain.err)
    rest = live.err[len(plain.err) :]
    assert not rest or rest.startswith(OURS)
    assert live.status == plain.status
    assert live.left == plain.left
