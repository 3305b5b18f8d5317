"""``# unmagic: ok CODE …``: what the user has seen and means, on the line itself or in a comment right above it."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from unmagic.core.finding import Finding
from unmagic.core.span import SourceText, Span

CODES = frozenset({
    "ascent", "cancellation", "cosine-not-normalised", "dead-relu", "division-by-zero", "doubled-gradient",
    "elementwise-for-dot", "exp-overflow", "exploding-gradient", "gradient-differs", "identity-differs",
    "infinite-slope", "integer-truncation", "integer-wrap", "labels-off-by-one", "log-of-negative", "log-of-zero",
    "logits-as-probabilities", "lost-in-addition", "low-precision-sum", "masked-row", "no-slope", "non-finite",
    "norm-at-zero", "not-a-distribution", "one-hot-mismatch", "perplexity-mean-of-exp", "power-overflow",
    "product-underflow", "saturated", "saturated-attention", "silent-broadcast", "softmax-axis",
    "softmax-near-overflow", "softmax-twice", "stale-gradient", "step-too-long", "unnormalised-posterior",
    "vanishing-gradient", "where-nan-gradient", "zero-count", "zero-times-infinity", "zero-variance",
})  # fmt: skip
"""All that a finding may be called."""

PARTS = {part for code in CODES for part in code.split("-")} - {"of", "for", "by", "a", "as", "at", "in", "to", "not"}

SAID = re.compile(r"#\s*unmagic:\s*ok\b([^#\n]*)")


def acknowledged(span: Span | None, code: str) -> bool:
    """Whether a line that the span covers, or a comment right above it, says that ``code`` is meant."""
    if span is None:
        return False
    lines = span.source.text.split("\n")
    first, last = span.line - 1, span.source.line_of(max(span.start, span.end - 1)) - 1
    said = lines[first : last + 1]
    for above in reversed(lines[:first]):
        if not above.lstrip().startswith("#"):
            break
        said.append(above)
    for comment in filter(None, map(SAID.search, said)):
        words = _words(comment[1])
        codes = _codes(words)
        if not words or any(word == code or word in code.split("-") for word in codes):
            return True
    return False


def unknown(sources: Iterable[SourceText]) -> Iterator[Finding]:
    """A finding for every comment whose first word is no code: it silences nothing."""
    for source in sources:
        for start, comment in _comments(source.text):
            said = SAID.search(comment)
            words = _words(said[1]) if said is not None else []
            if said is None or not words or _codes(words):
                continue
            near = get_close_matches(words[0], sorted(CODES | PARTS), 1, 0.6)
            yield Finding(
                code="unknown-code",
                title=f"no finding is called {words[0]}: this comment silences nothing",
                steps=(),
                span=Span(source, start + said.start(), start + len(comment.rstrip())),
                meaning="A finding is acknowledged by its code, the word that stands in its last line.",
                mend=(f"- # unmagic: ok {words[0]}", f"+ # unmagic: ok {near[0] if near else 'CODE'}"),
                confidence="low",
            )


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[^\w-]+", text.strip().lower()) if word]


def _codes(words: list[str]) -> list[str]:
    """The codes at the start; what follows them is the reason."""
    found = []
    for word in words:
        if word not in CODES and word not in PARTS:
            break
        found.append(word)
    return found


def _comments(text: str) -> Iterator[tuple[int, str]]:
    """Where each comment starts, and it; what stands in a string is none."""
    if not SAID.search(text):
        return
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                yield starts[token.start[0] - 1] + token.start[1], token.string
    except (tokenize.TokenError, SyntaxError):
        return


__all__ = ["CODES", "acknowledged", "unknown"]
