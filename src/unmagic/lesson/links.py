"""Addresses of other pages, made in one place."""

from __future__ import annotations

from urllib.parse import quote, urlencode


def reader(source: str, numbers: str = "") -> str:
    """The Reader with a source in it, and its numbers as they are typed there."""
    pairs = [("source", source), *([("with", numbers)] if numbers else [])]
    return f"/read?{urlencode(pairs, quote_via=quote)}"
