"""The tokenising rule, the same for documents and for what a visitor types.

Lower case; a word is a run of letters, inner apostrophes included (``don't``); digits, underscores and signs part
words. A sentence ends at a blank line, or at ``. ! ? : ;`` before white space. Doctest lines and grammar rules are no
prose and are left out.
"""

from __future__ import annotations

import re

from unmagic.core.errors import UnmagicError
from unmagic.lesson.bounds import counted, short_enough

RULE = "lower case; a word is a run of letters; everything else parts words"

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_END = re.compile(r"\n\s*\n|[.!?:;](?=\s|$)")
_NO_PROSE = re.compile(r"^\s*(?:>>>|\.\.\.(?:\s|$)|.*::=).*$", re.MULTILINE)


def words(text: str) -> list[str]:
    """The words of a text, in order."""
    return _WORD.findall(text.lower())


def sentences(text: str) -> list[tuple[str, ...]]:
    """The sentences of a text that have a word, each as its words."""
    prose = _NO_PROSE.sub("", text)
    return [tuple(found) for part in _END.split(prose) if (found := words(part))]


def typed(what: str, text: str, characters: int, most: int) -> list[str]:
    """The words that a visitor typed, at least one. Raises `UnmagicError` for none, `LimitReached` for too many."""
    found = words(short_enough(what, text, characters))
    if not found:
        raise UnmagicError(f"{what}: {'no word in it' if text.strip() else 'nothing typed'}", hint=RULE)
    counted(what, "words", len(found), most)
    return found
