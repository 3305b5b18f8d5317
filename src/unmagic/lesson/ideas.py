"""Which ideas a typed text touches: by the words that people use for them. It names, it does not grade."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

LONGEST = 1000
"""Characters of one typed text."""


@dataclass(frozen=True)
class Idea:
    """A point that an answer may make, and the words it is known by.

    ``terms`` are parted by commas, any of them will do; ``+`` joins words that are needed together. A term is the
    start of a word, so that ``align`` finds "aligned"; one that ends in ``.`` is the whole word.
    """

    text: str
    terms: str

    @cached_property
    def _patterns(self) -> tuple[tuple[re.Pattern[str], ...], ...]:
        return tuple(tuple(_pattern(word) for word in term.split("+")) for term in self.terms.split(","))

    def named_in(self, text: str) -> bool:
        """Does the text touch it?"""
        plain = folded(text)
        return any(all(pattern.search(plain) for pattern in term) for term in self._patterns)


def folded(text: str) -> str:
    """A text in which looks do not count: no case, no accents, one space at a time."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return re.sub(r"[\s-]+", " ", plain)


def _pattern(word: str) -> re.Pattern[str]:
    plain = folded(word.strip())
    end = r"\b" if plain.endswith(".") else ""
    start = r"\b" if plain[:1].isalnum() else ""
    return re.compile(start + re.escape(plain.removesuffix(".")) + end)
