"""A number token as the number it is."""

from __future__ import annotations

from unmagic.core.errors import LimitReached, SyntaxUnread

from ..tokens.token import Token
from ..tree import Num


def numeral(token: Token) -> Num:
    text = token.text
    if len(text) > 300:
        raise LimitReached(f"a number of {len(text)} digits", notes=("limit: digits of one number ≤ 300",))
    value: int | float
    try:
        value = float(text) if "." in text or "e" in text.lower() else int(text)
    except ValueError as error:  # digits beyond what int() reads at once
        raise SyntaxUnread("this number has too many digits") from error
    return Num(value, text, token.start, token.end)
