"""``unmagic run`` on any program: output, files and status are what plain Python's are; ours comes after, apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.run.harness import OURS, Seen, both
from tests.run.worlds import ROWS

TOGETHER = 20
NAMES = list(ROWS)
FAILED = b"reading its run failed"
AT_LAST = b"Exception ignored in: <_io.TextIOWrapper name='<stdout>'", b"Exception ignored on flushing sys.stdout"
GROUPS = [NAMES[i : i + TOGETHER] for i in range(0, len(NAMES), TOGETHER)]


@pytest.mark.parametrize("names", GROUPS, ids=[f"{names[0]}…" for names in GROUPS])
def test_programs_are_unchanged(names: list[str], tmp_path: Path) -> None:
    """In groups: what starts a program is shared, and no group is run twice."""
    seen = both({name: ROWS[name] for name in names}, tmp_path)
    changed = {name: words for name in names if (words := differences(*seen[name]))}
    assert not changed


def differences(plain: Seen, live: Seen) -> dict[str, tuple[object, object]]:
    """What is not as it was."""
    plain, live = plain.without_addresses(), live.without_addresses()
    found: dict[str, tuple[object, object]] = {}
    for name in ("out", "status", "left"):
        if getattr(plain, name) != getattr(live, name):
            found[name] = getattr(plain, name), getattr(live, name)
    if not any(_ours_within(live.err, plain.err[:at], plain.err[at:]) for at in _ends(plain.err)):
        found["err"] = plain.err, live.err
    if FAILED in live.err:
        found["read"] = b"", live.err
    return found


def _ends(err: bytes) -> list[int]:
    """Where ours may come: last, or before what Python itself says when all is over, its streams being flushed."""
    last = [err.rfind(mark) for mark in AT_LAST]
    return [len(err), *[at for at in last if at == 0 or err[at - 1 : at] == b"\n"]]


def _ours_within(live: bytes, before: bytes, after: bytes) -> bool:
    ours = live[len(before) : len(live) - len(after)]
    return live == before + ours + after and (not ours or ours.startswith(OURS))


def test_a_difference_is_seen() -> None:
    seen = Seen(b"1\n", b"warned\n", 0, {"a": b""})
    assert differences(seen, seen._replace(err=b"warned\n\nunmagic: nothing found\n")) == {}
    assert list(differences(seen, seen._replace(err=b"warned\n\nunmagic: well; " + FAILED + b" (E)\n"))) == ["read"]
    for changed in (b"", b"warned\nelse\n", b"\nunmagic: nothing found\nwarned\n"):
        assert list(differences(seen, seen._replace(err=changed))) == ["err"]
    flushed = seen._replace(err=b"warned\n" + AT_LAST[0] + b"\n")
    assert differences(flushed, seen._replace(err=b"warned\n\nunmagic: nothing found\n" + AT_LAST[0] + b"\n")) == {}
    assert list(differences(flushed, seen)) == ["err"]
    assert list(differences(seen, Seen(b"2\n", b"warned\n", 1, {}))) == ["out", "status", "left"]
