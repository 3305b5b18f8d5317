"""The run's decimals as text: every digit they have, and no zero behind the last."""

from __future__ import annotations

from decimal import Decimal

from unmagic.core.digits.numerals import MINUS, as_text, length, numeral

_POSITIONAL = 16  # digits of a number that is still written out


def printed(x: Decimal, about: bool = False) -> str:
    """``8.28``, ``−0.6782976``, ``0.000006``, ``3.524e+32``, ``nan``. Columns that are added up are written out.

    A number that was rounded (``about``) keeps the zeros at its end: they are known.
    """
    if not x.is_finite():
        return as_text(numeral(x, 0))
    if x and -10 < x.adjusted() < -4:  # as long as the other numbers of its column
        text = f"{abs(x):f}" if about else f"{abs(x):f}".rstrip("0")
        return MINUS + text if x < 0 else text
    exponent = x.as_tuple().exponent
    assert isinstance(exponent, int)
    known = about or exponent > 0  # rounded to tens or more: the digits before the point are not all known
    return as_text(numeral(x, -exponent if known else max(0, length(x))))


def parted(text: str) -> tuple[str, str]:
    """What stands before the point, and from the point on: columns align there."""
    head, point, tail = text.partition(".")
    return (text, "") if "e" in text else (head, point + tail)
