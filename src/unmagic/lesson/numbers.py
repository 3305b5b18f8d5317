"""A number as a visitor types it: ``3``, ``−0.5``, ``1e-3``, ``3/4``, ``75 %``, ``√2``. Parsed, never executed."""

from __future__ import annotations

import math
import re
import unicodedata
from functools import lru_cache

from unmagic.core.errors import BadValue, UnmagicError
from unmagic.core.limits import Limits

LONGEST = 40
"""Characters of one typed number."""

LARGEST = 1e12
"""What is typed stays below this: pictures and steps have to show it."""

_PLAIN = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?")
_COMMA = re.compile(r"[-+]?\d+,\d+")
_PERCENT = re.compile(r"(.+?)\s*%")
_LIMITS = Limits(characters=LONGEST, depth=24, steps=40, entries=1)


@lru_cache(maxsize=4096)
def typed(text: str) -> float:
    """The number that ``text`` stands for. Raises `BadValue` with what was read and what works."""
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    if not plain:
        raise BadValue("nothing stands here", hint="a number, for example 1.5")
    if len(plain) > LONGEST:
        raise BadValue(f"a number of {len(plain)} characters", hint=f"at most {LONGEST}")
    plain = re.sub(r"(?<=\d)[ _'](?=\d{3}\b)", "", plain)  # 1 000
    if _COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    if match := _PERCENT.fullmatch(plain):
        return typed(match[1]) / 100
    value = float(plain) if _PLAIN.fullmatch(plain) else _computed(plain, text)
    if not math.isfinite(value) or abs(value) > LARGEST:
        raise BadValue(f"{text.strip()} is too large to show", hint="up to 10¹² either way")
    return value + 0.0 if value else 0.0  # no −0: nobody types it on purpose


def _computed(plain: str, text: str) -> float:
    """Arithmetic of constants, by the engine's own grammar: ``sqrt(2)``, ``3/4``, ``e^2``."""
    from unmagic.reading.read import read

    try:
        value = read(plain, lang="formula", limits=_LIMITS).value
    except UnmagicError as error:
        raise BadValue(f"{text.strip()!r} is no number", hint="try 2, −0.5, 3/4 or √2") from error
    if value.shape != () or value.dtype.kind not in "fiu":
        raise BadValue(f"{text.strip()!r} is more than one number", hint="one number a field")
    return float(value)
