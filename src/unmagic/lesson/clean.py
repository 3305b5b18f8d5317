"""A visitor's text as it is kept: of bounded length, and of characters that a page may hold."""

from __future__ import annotations

import re

_NO_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef]")


def clean(text: str, longest: int) -> str:
    """Several lines: plain line ends, no control characters, nothing at the ends."""
    text = _NO_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in text if ord(c) & 0xFFFE != 0xFFFE).strip()[:longest]


def clean_line(text: str, longest: int) -> str:
    """One line, with single spaces."""
    return " ".join(clean(text, 10 * longest).split())[:longest]
