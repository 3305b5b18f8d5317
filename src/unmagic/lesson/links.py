"""Addresses of other pages, made in one place."""

from __future__ import annotations

from urllib.parse import quote, urlencode


def reader(source: str, numbers: str = "") -> str:
    """The Reader with a source in it; ``numbers`` as a lesson writes them, ``W=[[1,0],[2,3]] x=[1,2]``."""
    from .inline import split_bindings

    pairs = [("src", source), *((f"n.{name}", text) for name, text in split_bindings(numbers))]
    return f"/read?{urlencode(pairs, quote_via=quote, safe=',')}"
