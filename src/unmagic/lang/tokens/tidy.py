"""Scanned tokens as the grammar wants them: scripts grouped, needless braces gone, the end marked."""

from __future__ import annotations

from collections.abc import Iterable

from .alphabet import GREEK_NAMES
from .token import OPENING, Token, matching


def raise_exponents(tokens: list[Token]) -> list[Token]:
    """Group what a plain ``^`` takes: ``x^-1``, ``e^z_i``, ``e^-x``; ``X^TX`` is Xᵀ X."""
    out: list[Token] = []
    i = 0
    while i < len(tokens):
        token = tokens[i]
        out.append(token)
        i += 1
        if token.text != "^" or i >= len(tokens):
            continue
        first = tokens[i]
        if first.kind == "name" and len(first.text) > 1 and first.text[0] == "T" and first.text[1:].isalpha():
            if first.text not in GREEK_NAMES:
                out.append(first._replace(text="⊤", kind="sign", end=first.start + 1))
                tokens[i] = first._replace(text=first.text[1:], start=first.start + 1)
            continue
        sign = first.text == "-" or first.text == "+"
        j = i + sign
        if j >= len(tokens) or (not sign and tokens[j].kind not in ("name", "number")):
            continue
        j += 1
        scripted = (
            tokens[j - 1].kind == "name"
            and j + 1 < len(tokens)
            and (tokens[j].text == "_" or tokens[j].start == tokens[j].end)
        )
        while j + 1 < len(tokens) and (
            tokens[j].text == "_" or (tokens[j].text == "^" and tokens[j].start == tokens[j].end)
        ):
            j = matching(tokens, j + 1) + 1 if tokens[j + 1].text in OPENING else j + 2
        if sign and tokens[i + 1].text in OPENING:
            j = matching(tokens, i + 1) + 1
        if sign or scripted:
            out.append(Token("sign", "{", first.start, first.start))
            out.extend(tokens[i:j])
            out.append(Token("sign", "}", tokens[j - 1].end, tokens[j - 1].end))
            i = j
    return out


def tidy(tokens: Iterable[Token], length: int) -> list[Token]:
    """Scripts of one token lose their braces, ``arg max`` is one name, and the end is marked."""
    given = list(tokens)
    out: list[Token] = []
    i = 0
    while i < len(given):
        token = given[i]
        if (
            token.text == "{"
            and out
            and out[-1].text in ("_", "^")
            and i + 2 < len(given)
            and given[i + 2].text == "}"
            and given[i + 1].text not in ("{", "}")
            and (out[-1].text == "_" or single(given[i + 1]))
        ):
            out.append(given[i + 1])
            i += 3
            continue
        if (  # {x}^2, {\\rm mean}(r): braces around one name keep nothing together
            token.text == "{"
            and i + 2 < len(given)
            and given[i + 1].kind in ("name", "number")
            and given[i + 2].text == "}"
            and (not out or out[-1].text not in ("_", "^", "frac", "binom", "√", "}", "]"))
        ):
            out.append(given[i + 1])
            i += 3
            continue
        if token.text == "arg" and i + 1 < len(given) and given[i + 1].text in ("max", "min"):
            following = given[i + 1]
            out.append(token._replace(text=f"arg{following.text}", end=following.end, look="whole"))
            i += 2
            continue
        out.append(token)
        i += 1
    out.append(Token("end", "", length, length))
    return out


def single(token: Token) -> bool:
    """Whether a token is one letter, number or sign, so that a raised group of it needs no braces."""
    return token.kind != "name" or len(token.text) == 1 or token.look == "whole" or token.text in GREEK_NAMES
