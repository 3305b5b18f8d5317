"""One sign of a formula, and what can be said of a run of them: where a bracket closes, which name they spell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from unmagic.core.span import SourceText, Span

OPENING = {"(": ")", "[": "]", "{": "}", "⌊": "⌋", "⌈": "⌉", "⟨": "⟩"}
CLOSING = frozenset(OPENING.values())


class Token(NamedTuple):
    """One sign of a formula; ``text`` is canonical, ``start`` and ``end`` are offsets into the user's text.

    ``kind`` is ``number``, ``name``, ``sign``, ``word`` (where, if, and …), ``prose`` or ``end``. ``look`` is ``whole``
    (set upright: never split into letters) or ``raised`` (written in superscript letters).
    """

    kind: str
    text: str
    start: int
    end: int
    spaced: bool = False
    look: str = ""


def place(source: SourceText, start: int, end: int) -> Span:
    """A span of ``source``, inside of it."""
    length = len(source.text)
    return Span(source, min(start, length), min(end, length))


def matching(tokens: Sequence[Token], i: int) -> int:
    """The position of the bracket that closes the one at ``i``; the last position if none does."""
    depth = 0
    for j in range(i, len(tokens)):
        text = tokens[j].text
        if tokens[j].kind == "sign":
            depth += text in OPENING
            depth -= text in CLOSING
            if depth == 0:
                return j
    return len(tokens) - 1


def joined(tokens: Iterable[Token]) -> str:
    """Tokens as a canonical name: ``P(D|H)``, ``d_k``, ``m_{t-1}``, ``W^(1)``."""
    out: list[str] = []
    unbraced = 0  # inside ^{( … )}, which is written ^( … )
    for token in tokens:
        if token.text == "{" and out and out[-1] == "^":
            unbraced += 1
            continue
        if token.text == "}" and unbraced and out[-1] == ")":
            unbraced -= 1
            continue
        out.append(token.text)
        if unbraced and len(out) > 1 and out[-2] == "^" and token.text != "(":
            unbraced -= 1
            out.insert(-1, "{")
    return "".join(out)
