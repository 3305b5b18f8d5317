"""The text that code was compiled from, as far as it is there to read."""

from __future__ import annotations

import linecache
from typing import Any

EXECUTED = "<string>"
"""What any executed string is called; Python 3.13 leaves the text of ``python -c`` there, which is another's."""


def text_of(path: str, names: dict[str, Any] | None = None) -> str:
    """Nothing where there is none; ``names`` are the globals of a module that a loader of its own loaded."""
    return "" if path == EXECUTED else "".join(linecache.getlines(path, names))


__all__ = ["EXECUTED", "text_of"]
