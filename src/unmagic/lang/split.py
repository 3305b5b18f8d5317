"""A text into statements: by line, ``;``, ``\\\\``, ``where``, "and"; prose is passed over and listed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from unmagic.core.limits import Limits
from unmagic.core.span import SourceText, Span

from .names import Known, known_function
from .tokens.alphabet import GREEK_NAMES
from .tokens.latex.scanner import LatexScanner, tokenize_latex
from .tokens.plain import tokenize
from .tokens.tidy import tidy
from .tokens.token import Token

RELATIONS = frozenset(["=", "←", "+=", "-=", "*=", "/=", "≈"])
_OPEN = frozenset(["(", "[", "{", "⦃", "cases(", "matrix(", "matrix(|", "⌊", "⌈", "⟨"])
_CLOSE = frozenset([")", "]", "}", "⦄", "cases)", "matrix)", "matrix)|", "⌋", "⌉", "⟩"])
_JOINING = frozenset(
    ["=", "+", "-", "·", "×", "*", "/", "≈", "←", "≤", "≥", "<", ">", "⊙", ",", "_", "^", "√", "⊗", "(", "[", "&"]
)
_LEADING = _JOINING - {"(", "[", "√", "-", ","}


class Segment:
    """The tokens of one statement; ``role`` is ``main`` or ``where``."""

    __slots__ = ("role", "tokens")

    def __init__(self, tokens: list[Token], role: str) -> None:
        self.tokens = tokens
        self.role = role

    def relations(self) -> list[int]:
        """The positions of the relation signs outside of all brackets."""
        return top_level(self.tokens, RELATIONS)


def top_level(tokens: Sequence[Token], texts: frozenset[str]) -> list[int]:
    """Positions of signs outside of all brackets (and not in ``Σ_i=1``)."""
    found, depth = [], 0
    for k, token in enumerate(tokens):
        if token.kind != "sign":
            continue
        depth += token.text in _OPEN
        depth -= token.text in _CLOSE
        if depth == 0 and token.text in texts:
            if (
                token.text == "="
                and k >= 3
                and tokens[k - 2].text == "_"
                and tokens[k - 3].text in ("Σ", "Π", "sum", "prod")
            ):
                continue
            found.append(k)
    return found


def tokens_of(source: SourceText, language: str, limits: Limits) -> tuple[list[Token], list[Span]]:
    """The tokens of a text, and the prose around ``$…$`` or ``\\[…\\]``."""
    text = source.text
    limits.need("characters of one formula", len(text), limits.characters)
    regions = [
        (m.start(k), m.end(k))
        for m in re.finditer(r"\$\$(.+?)\$\$|\$(.+?)\$|\\\[(.+?)\\\]|\\\((.+?)\\\)", text, re.DOTALL)
        for k in range(1, 5)
        if m.group(k) is not None
    ]
    if not regions:
        return (tokenize_latex(source, limits.depth) if language == "latex" else tokenize(source)), []
    tokens: list[Token] = []
    prose: list[Span] = []
    before = 0
    for start, end in regions:
        between = text[before:start].strip("$\\[]() \n.,")
        if between:
            where = re.search(r"\b(where|with)\b", between)
            if where:
                tokens.append(Token("word", "where", before, start))
            at = text.index(between, before)
            prose.append(Span(source, at, at + len(between)))
        tokens.append(Token("sign", "\n", start, start))
        tokens.extend(LatexScanner(source, start, end, 0, limits.depth).run())
        tokens.append(Token("sign", "\n", end, end))
        before = end
    after = text[before:].strip("$\\[]() \n.,")
    if after:
        at = text.index(after, before)
        prose.append(Span(source, at, at + len(after)))
    return tidy(tokens, len(text)), prose


def segments(
    source: SourceText, tokens: Sequence[Token], language: str, known: Known
) -> tuple[list[Segment], list[Span]]:
    """The statements, and the prose that is passed over."""
    pieces: list[tuple[list[Token], str]] = [([], "")]  # tokens, and the separator before them
    depth = 0
    for k, token in enumerate(tokens[:-1]):
        if token.kind == "sign":
            depth += token.text in _OPEN
            depth -= token.text in _CLOSE
            if token.text == "&" and depth <= 0:
                continue
            if depth <= 0 and token.text in ("\n", ";", "\\\\", "quad"):
                pieces.append(([], token.text))
                continue
            if depth > 0 and token.text == "\n":
                continue
            if depth <= 0 and token.text == "," and _splits(tokens, k):
                pieces.append(([], ","))
                continue
        elif token.kind == "word" and depth <= 0:
            if token.text in ("where", "with", "let", "given", "so", "then", "for", "when", "is"):
                pieces.append(([], token.text))
                continue
            if token.text in ("and", "or") and _relation_ahead(tokens, k + 1):
                pieces.append(([], token.text))
                continue
        elif token.kind == "name" and token.text == "equivalently" and tokens[k - 1].text == "or":
            pieces[-1][0].clear()
            pieces.append(([], "or"))
            continue
        pieces[-1][0].append(token)
    return _joined(source, pieces, language, known)


def _splits(tokens: Sequence[Token], k: int) -> bool:
    """Whether the comma at ``k`` ends a statement: a gap follows, or another equation."""
    following = tokens[k + 1]
    if following.text in ("quad", "\n", "\\\\") or following.kind == "end":
        return True
    return _relation_ahead(tokens, k + 1)


def _relation_ahead(tokens: Sequence[Token], k: int) -> bool:
    depth = 0
    for token in tokens[k:]:
        if token.kind == "sign":
            depth += token.text in _OPEN
            depth -= token.text in _CLOSE
            if depth < 0 or (depth == 0 and token.text in (",", ";", "\n", "\\\\", "quad")):
                return False
            if depth == 0 and token.text in RELATIONS:
                return True
        if token.kind == "end" or (depth == 0 and token.kind == "word" and token.text in ("where", "with")):
            return False
    return False


def _joined(
    source: SourceText, pieces: list[tuple[list[Token], str]], language: str, known: Known
) -> tuple[list[Segment], list[Span]]:
    out: list[Segment] = []
    prose: list[Span] = []
    role = "main"
    hard = False  # an empty piece after a comma: the gap that follows ends the statement
    for tokens, separator in pieces:
        if separator in ("where", "with", "given"):
            role = "where"
        if separator == "let":
            role = "main"
        if not tokens:
            hard = hard or separator in (",", ";")
            continue
        previous = out[-1].tokens if out and out[-1].role == role else None
        if (
            previous
            and not hard
            and separator in ("\n", "\\\\", "quad")
            and continues(previous, tokens, separator, language)
        ):
            previous.extend(tokens)
            continue
        hard = False
        if separator == "\n" and language == "formula":
            role = "main" if role == "where" and not _same_clause(source, tokens) else role
        kept, skipped = without_prose(source, tokens, separator, known)
        prose += skipped
        if kept:
            out.append(Segment(kept, role))
    return out, prose


def _same_clause(source: SourceText, tokens: Sequence[Token]) -> bool:
    """A line after ``where`` belongs to it as long as the lines are indented or the last ended in a comma."""
    start = source.text.rfind("\n", 0, tokens[0].start)
    before = source.text[:start].rstrip() if start >= 0 else ""
    indented = start >= 0 and source.text[start + 1 : tokens[0].start].strip() == "" and tokens[0].start - start > 1
    return indented or before.endswith(",")


def continues(previous: Sequence[Token], tokens: Sequence[Token], separator: str, language: str) -> bool:
    """Whether a line goes on with the statement of the line before."""
    last, first = previous[-1], tokens[0]
    if last.kind == "sign" and last.text in _JOINING and last.text not in (",", "="):
        return True
    if last.kind == "sign" and last.text == "=":
        return True
    if first.kind == "sign" and first.text in _LEADING:
        return True
    if separator == "quad":
        return not (top_level(tokens, RELATIONS) and top_level(previous, RELATIONS))
    if separator == "\n" and language == "latex":
        return not (top_level(tokens, RELATIONS) and top_level(previous, RELATIONS))
    return False


def without_prose(
    source: SourceText, tokens: list[Token], separator: str, known: Known
) -> tuple[list[Token], list[Span]]:
    """The formula of a segment, and the words around it."""

    def over(part: Sequence[Token]) -> Span:
        return Span(source, part[0].start, part[-1].end)

    related = bool(top_level(tokens, RELATIONS))
    if separator in ("for", "when", "is") and not related:
        return [], [over(tokens)]
    texts = [k for k, token in enumerate(tokens) if token.kind == "prose"]
    if texts:
        if not related:
            return [], [over(tokens)]
        kept = tokens[: texts[0]] if top_level(tokens[: texts[0]], RELATIONS) else tokens[texts[-1] + 1 :]
        skipped = tokens[texts[0] :] if kept and kept[0] is tokens[0] else tokens[: texts[-1] + 1]
        return kept, [over(skipped)]
    if top_level(tokens, frozenset(["~"])):
        return [], [over(tokens)]
    cut = top_level(tokens, frozenset(["∈"]))
    skipped_spans: list[Span] = []
    if cut and cut[0] > 0:
        skipped_spans = [over(tokens[cut[0] :])]
        tokens = tokens[: cut[0]]
    if tokens and len(tokens) > 1 and all(token.kind == "sign" and token.text in ",.;:" for token in tokens):
        return [], skipped_spans
    start = 0
    while start < len(tokens) and is_word(tokens, start, known):
        start += 1
    if start >= 2 or (start and start == len(tokens) and len(tokens) > 1):
        return tokens[start:], [*skipped_spans, over(tokens[:start])]
    return tokens, skipped_spans


def is_word(tokens: Sequence[Token], k: int, known: Known) -> bool:
    """Whether a token is a word of prose: plain letters that nothing is bound to, between spaces."""
    token = tokens[k]
    if token.kind == "word":
        return token.text not in ("if", "else", "otherwise", "not")
    if token.kind != "name" or len(token.text) < 2 or not token.text.isalpha() or token.look:
        return False
    if token.text in known or token.text in GREEK_NAMES or known_function(token.text) or known.match(tokens, k):
        return False
    following = tokens[k + 1] if k + 1 < len(tokens) else None
    if following is None:
        return True
    return following.kind in ("name", "word") and following.spaced
