"""Where a ``d`` is a differential: only in ``d…/d…``; marked in the tokens before the grammar reads them."""

from __future__ import annotations

from collections.abc import Sequence

from ..names import Known, known_function
from ..tokens.alphabet import GREEK_NAMES
from ..tokens.token import Token, matching


def marked(tokens: Sequence[Token], known: Known) -> list[Token]:
    """The tokens with each differential ``d`` as the sign ``ð``: ``dz/dx`` and ``\\frac{dz}{dx}``."""
    out = list(tokens)
    i = 0
    while i < len(out):
        if out[i].text == "frac" and out[i].kind == "sign":
            top, bottom = i + 1, _group_end(out, i + 1)
            if bottom < len(out) and _is(out, _inside(out, top), known) and _is(out, _inside(out, bottom), known):
                k = _split(out, _inside(out, bottom))
                k += _every(out, _inside(out, bottom) + 1, _group_end(out, bottom) + k, known)
                _split(out, _inside(out, top))
        elif _is(out, i, known) and not (i and out[i - 1].text in ("_", "^")):
            slash = _after(out, i)
            if slash is not None:
                below = slash + 1
                if out[below].text == "(" and _is(out, below + 1, known):
                    close = matching(out, below)
                    _every(out, below + 1, close, known)
                    _split(out, i)
                elif _is(out, below, known):
                    _split(out, below)
                    _split(out, i)
        i += 1
    return out


def _is(tokens: Sequence[Token], i: int, known: Known) -> bool:
    """Whether a differential may begin here: ``dx``, ``d x``, ``d``."""
    if i >= len(tokens) or tokens[i].kind != "name" or tokens[i].text[0] != "d":
        return False
    text = tokens[i].text
    if text in known or known.match(tokens, i):
        return False
    if text == "d":
        following = tokens[min(i + 1, len(tokens) - 1)]
        return (
            following.kind == "name"
            or following.text in ("/", "}", "^", "{")
            or (following.kind == "sign" and following.text == "frac")
        )
    return text not in GREEK_NAMES and known_function(text) is None and "_" not in text


def _split(tokens: list[Token], i: int) -> int:
    """``dz`` at ``i`` as ``ð z``; how many tokens were added."""
    token = tokens[i]
    head = token._replace(kind="sign", text="ð", end=token.start + 1)
    if token.text == "d":
        tokens[i] = head
        return 0
    rest = token.text[1:]
    tokens[i : i + 1] = [head, Token("name", rest, token.start + 1, token.end, False, token.look)]
    return 1


def _every(tokens: list[Token], start: int, stop: int, known: Known) -> int:
    """Marks each further differential of a product ``dx dy``; how many tokens were added."""
    added = 0
    i = start
    while i < stop + added and i < len(tokens):
        if _is(tokens, i, known):
            added += _split(tokens, i)
        i += 1
    return added


def _inside(tokens: Sequence[Token], i: int) -> int:
    return i + 1 if i < len(tokens) and tokens[i].text == "{" else i


def _group_end(tokens: Sequence[Token], i: int) -> int:
    """The position after the group or token at ``i``."""
    if i < len(tokens) and tokens[i].text == "{":
        return matching(tokens, i) + 1
    return i + 1


def _after(tokens: Sequence[Token], i: int) -> int | None:
    """The position of the slash after ``d`` and what it stands before, if there is one."""
    j = i + 1
    if tokens[i].text == "d" and j < len(tokens) and tokens[j].text == "^":
        j = _group_end(tokens, j + 1)
    if tokens[i].text == "d" and j < len(tokens) and tokens[j].kind == "name":
        j += 1
    while j < len(tokens) and tokens[j].kind == "sign" and tokens[j].text in ("_", "^", "("):
        j = matching(tokens, j) + 1 if tokens[j].text == "(" else _group_end(tokens, j + 1)
    return j if j + 1 < len(tokens) and tokens[j].text == "/" else None


def reordered(tokens: Sequence[Token], known: Known) -> list[Token]:
    """``a_i^l`` with ``a^l`` bound, ``g^2_t`` with ``g_t`` bound: the script that belongs to the name first."""
    out = list(tokens)
    k = 0
    while k + 4 < len(out):
        if out[k].kind == "name" and out[k + 1].text in ("_", "^"):
            first = _group_end(out, k + 2)
            if first + 1 < len(out) and out[first].text in ("_", "^") and out[first].text != out[k + 1].text:
                second = _group_end(out, first + 1)
                swapped = [out[k], *out[first:second], *out[k + 1 : first]]
                own = known.match(out, k)
                other = known.match(swapped, 0)
                if other and (own is None or other[1] > own[1] - k):
                    out[k:second] = swapped
        k += 1
    return out
