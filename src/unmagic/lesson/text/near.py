"""What to say of words that the collection does not have."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from difflib import get_close_matches

FEW = 3


def nearest(word: str, known: Collection[str]) -> str | None:
    """The known word that is spelled most alike, of those that begin alike."""
    alike = [other for other in known if other[:1] == word[:1] and abs(len(other) - len(word)) <= 2]
    return next(iter(get_close_matches(word, alike, 1, 0.75)), None)


def unknown_said(unknown: Sequence[str], known: Collection[str], one: str, several: str) -> str:
    """One clause on unknown words, with the nearest known ones: ``'thred' (nearest: thread) counts for nothing``."""
    said = []
    for word in unknown[:FEW]:
        near = nearest(word, known)
        said.append(f"{word!r} (nearest: {near})" if near else repr(word))
    more = f" and {len(unknown) - FEW} more" if len(unknown) > FEW else ""
    return f"{', '.join(said)}{more} {one if len(unknown) == 1 else several}"
