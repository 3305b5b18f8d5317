"""Pages held to files. ``UNMAGIC_GOLDEN=write`` writes them anew, to be read by eye before they are committed."""

from __future__ import annotations

import os
from pathlib import Path

GOLDEN = Path(__file__).parent


def assert_golden(page: str, name: str) -> None:
    """``page`` is what stands in ``tests/golden/NAME``, to the character."""
    path = GOLDEN / name
    if os.environ.get("UNMAGIC_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8", newline="\n")
    assert page == path.read_text(encoding="utf-8")
