"""What a lesson quotes and no formula yields: ``{fact:gpt3-parameters}``, each with the place it is from.

They stand in one file, so that a lesson's prose holds no number of its own and no address.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files

from unmagic.core.errors import UnmagicError

CONTENT = files("unmagic.lesson") / "content"


@dataclass(frozen=True, slots=True)
class Fact:
    """Words to quote; ``source`` says where from, ``url`` leads there. What is ours to choose has neither."""

    words: str
    source: str = ""
    url: str = ""


@cache
def facts() -> Mapping[str, Fact]:
    """Every fact by name."""
    table = tomllib.loads((CONTENT / "facts.toml").read_text(encoding="utf-8"))
    return {name: Fact(**entry) for name, entry in table.items()}


def quoted(name: str) -> str:
    """A fact as HTML, leading to its source. Raises `UnmagicError` for a name that no fact has."""
    if name not in facts():
        raise UnmagicError(f"no fact {name!r}", hint=f"there are {', '.join(facts())}")
    fact = facts()[name]
    return f'<a href="{escape(fact.url)}">{escape(fact.words)}</a>' if fact.url else escape(fact.words)
