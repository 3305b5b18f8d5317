"""An answer as a visitor types it: one number, or several in any of the ways that people write a list."""

from __future__ import annotations

import re
from typing import NamedTuple

from unmagic.core.errors import BadValue, UnmagicError
from unmagic.core.span import SourceText, Span

from .numbers import typed

LONGEST = 200
"""Characters of one typed answer."""

MOST = 12
"""Numbers of one typed list."""

_FENCES = {"[": "]", "(": ")", "<": ">", "⟨": "⟩", "{": "}"}
_PLAIN = re.compile(r"[-+−]?\d*(?:[.,](\d*))?")
_SPACED = re.compile(r"[-+−]?[\d.]+(\s+[-+−]?[\d.]+)+")
_THOUSANDS = re.compile(r"[-+−]?\d{1,3}(\s\d{3})+([.,]\d*)?")


class Typed(NamedTuple):
    """The numbers of an answer; ``listed`` where it was written as a list, though it be of one."""

    numbers: tuple[float, ...]
    listed: bool
    text: str

    @property
    def decimals(self) -> int | None:
        """How many decimals were typed, at most; None where it is an expression such as 3/4."""
        found = [_PLAIN.fullmatch(part.strip()) for part in _parts(self.text)[0]]
        return max(len(match[1] or "") for match in found if match) if all(found) else None


def typed_answer(text: str) -> Typed:
    """The numbers that ``text`` stands for. Raises `BadValue` with the place of what can't be read."""
    if len(text) > LONGEST:
        raise BadValue(f"an answer of {len(text)} characters", hint=f"at most {LONGEST}")
    parts, listed = _parts(text)
    if len(parts) > MOST:
        raise BadValue(f"a list of {len(parts)} numbers", hint=f"at most {MOST}")
    numbers, at = [], 0
    for part in parts:
        at = text.index(part, at)
        try:
            numbers.append(typed(part))
        except UnmagicError as error:
            start = at + len(part) - len(part.lstrip())
            raise error.at(Span(SourceText(text, "answer"), start, at + len(part.rstrip()))) from error
        at += len(part)
    return Typed(tuple(numbers), listed, text)


def _parts(text: str) -> tuple[list[str], bool]:
    """The texts of an answer's numbers, and whether it is a list: in brackets, or several with signs between."""
    plain = text.strip()
    inside = plain[1:-1] if len(plain) > 1 and _FENCES.get(plain[0]) == plain[-1] else ""
    if inside and (plain[0] != "(" or re.search(r"[,;]|[\d.]\s+[-+−\d.]", inside)):
        return _split(inside), True
    spaced = _SPACED.fullmatch(plain) and not _THOUSANDS.fullmatch(plain)
    if spaced or ";" in plain or re.search(r",\s|,[^,]*,|,[-+−]", plain):
        return _split(plain), True
    return [plain], False


def _split(inside: str) -> list[str]:
    sign = r";" if ";" in inside else r"," if "," in inside else r"\s+"
    return re.split(sign, inside.strip())
