"""What the engine says inside a sentence: ``{{ [1,2,3]·[2,0,1] }}`` becomes the formula with its value, as MathML."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from unmagic.core.digits import LESSON, shown
from unmagic.core.errors import UnmagicError
from unmagic.core.lines import Relation
from unmagic.core.notation import Fence, Infix, Notation, Numeral
from unmagic.reading.read import read
from unmagic.reading.reading import Reading
from unmagic.render.hues import hue_of
from unmagic.render.notation_mathml import Hues, mathml


class Asked(NamedTuple):
    """What stands between double braces: a source, the numbers it is read on, and which part of the answer is wanted.

    ``{{ source | name=value name=value | part }}``; ``part`` is ``value`` (the number alone), ``formula`` (nothing
    computed) or empty (both, with the relation between them).
    """

    source: str
    numbers: str
    part: str


def asked(text: str) -> Asked:
    """The parts of what stands between the braces. Raises `UnmagicError` for an unknown part."""
    source, numbers, part = (*(piece.strip() for piece in text.split(" | ")), "", "")[:3]
    if part not in ("", "value", "formula"):
        raise UnmagicError(f"no part {part!r} of an answer", hint="value, formula, or nothing for both")
    return Asked(source, numbers, part)


@lru_cache(maxsize=1024)
def formula(text: str) -> str:
    """A formula as MathML, its symbols in their hues; nothing is computed."""
    return mathml(_notation(text), _Hues())


def set_formula(text: str, hues: Hues) -> str:
    """A formula set large, its symbols in the hues that a panel gives them."""
    return mathml(_notation(text), hues, block=True)


@lru_cache(maxsize=1024)
def answer(text: str) -> str:
    """What the engine makes of ``text``, as MathML. Raises `UnmagicError`: a lesson that asks wrong does not build."""
    what = asked(text)
    if what.part == "formula":
        return formula(what.source)
    reading = read(what.source, **_bindings(what.numbers))  # type: ignore[arg-type]  # all of them are values
    value = _value(reading)
    if what.part == "value":
        return f"<math>{mathml(value, _Hues()).removeprefix('<math>')}"
    statement = reading.program.statements[-1].notation
    return mathml(Infix(_sign(reading), (statement, value)), _Hues())


class _Hues(dict[str, int]):
    """The hue that each symbol's letter has anywhere on the site."""

    def __bool__(self) -> bool:
        return True  # it holds every letter there is, though it lists none

    def get(self, name: str, default: int | None = None) -> int | None:  # type: ignore[override]
        return hue_of(name)


@lru_cache(maxsize=1024)
def _notation(text: str) -> Notation:
    """The notation of a formula that no numbers are given for."""
    reading = read(text, lang="formula")
    parts = tuple(statement.notation for statement in reading.program.statements)
    return parts[0] if len(parts) == 1 else Infix(";", parts)


def _bindings(text: str) -> dict[str, object]:
    from ast import literal_eval

    pairs = (pair.partition("=") for pair in text.split())
    return {name: literal_eval(value) for name, _, value in pairs}


def _value(reading: Reading) -> Notation:
    """The value as notation: a number, or a bracketed list of numbers."""
    array = reading.value
    if array.shape == ():
        return Numeral(shown(array, style=LESSON))
    cells = tuple(Numeral(shown(x, style=LESSON)) for x in array.ravel())
    return Fence("[", Infix(",", cells), "]")


def _sign(reading: Reading) -> str:
    """``=`` where every worked line is exact, else ``≈``."""
    from unmagic.core.document import StepBlock
    from unmagic.reading.show import Page

    blocks = Page(reading, None, everything=True).blocks()
    lines = [line for block in blocks if isinstance(block, StepBlock) for line in block.lines]
    return "=" if lines and all(line.relation in (Relation.EXACT, Relation.ORDER) for line in lines) else "≈"
