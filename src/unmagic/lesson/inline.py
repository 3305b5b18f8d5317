"""What the engine says inside a sentence: ``{{ [1,2,3]·[2,0,1] }}`` becomes the formula with its value, as MathML."""

from __future__ import annotations

import re
from ast import literal_eval
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from unmagic.core.digits import LESSON, Style, shown
from unmagic.core.document import StepBlock
from unmagic.core.errors import BadValue, UnmagicError
from unmagic.core.limits import DEFAULT
from unmagic.core.lines import Relation
from unmagic.core.notation import Apply, Fence, Grid, Infix, Name, Notation, Numeral, Operator, Row
from unmagic.core.span import SourceText
from unmagic.lang.notation import of_statement
from unmagic.lang.statements import Reader
from unmagic.reading.read import read
from unmagic.reading.reading import Reading
from unmagic.render.hues import usual
from unmagic.render.notation_mathml import Hues, mathml

PARTS = ("", "value", "formula")
_DIGITS = re.compile(r"digits=(\d)")
_CALL = re.compile(r"(\w+)\(([^()]*)\)")
_PAIR = re.compile(r"(?:^|\s)(\S+?)=(?=[-\d.\[])")


class Asked(NamedTuple):
    """What stands between double braces: a source, the numbers it is read on, and which part of the answer is wanted.

    ``{{ source | name=value name=value | part digits=4 }}``; ``part`` is ``value`` (the number alone), ``formula``
    (nothing computed) or empty (both, and the relation between them). ``digits`` are decimals, where three won't do.
    """

    source: str
    numbers: str
    part: str
    style: Style = LESSON


def asked(text: str) -> Asked:
    """The parts of what stands between the braces. Raises `UnmagicError` for an unknown part."""
    source, numbers, options = (*(piece.strip() for piece in re.split(r"\s\|(?=\s|$)", text)), "", "")[:3]
    part, style = "", LESSON
    for word in options.split():
        if match := _DIGITS.fullmatch(word):
            style = Style(int(match[1]), max(LESSON.digits, int(match[1]) + 1))
        elif word in PARTS:
            part = word
        else:
            raise UnmagicError(f"no part {word!r} of an answer", hint="value, formula, digits=4, or nothing for both")
    return Asked(source, numbers, part, style)


@lru_cache(maxsize=1024)
def formula(text: str) -> str:
    """A formula as MathML, its symbols in their hues; nothing is computed."""
    return _coloured(notation(text))


def display(text: str) -> str:
    """The same, standing large by itself."""
    return formula(text).replace("<math>", '<math display="block">', 1)


def set_formula(text: str, hues: Hues) -> str:
    """A formula set large, its symbols in the hues that a panel gives them."""
    return mathml(notation(text), hues, block=True)


@lru_cache(maxsize=1024)
def answer(text: str) -> str:
    """What the engine makes of ``text``, as MathML. Raises `UnmagicError`: a lesson that asks wrong does not build."""
    what = asked(text)
    if what.part == "formula":
        return formula(what.source)
    reading = read(what.source, lang="formula", **bindings(what.numbers))
    value = _value(reading.value, what.style)
    if what.part == "value":
        return _coloured(value)
    asked_for = _coloured(_called(reading.program.statements[-1].notation))
    # two formulas and a sign between, so that a narrow page may break the line there
    sign = f'<math><mo lspace="0" rspace="0">{_sign(reading, what.style)}</mo></math>'
    return f'{asked_for} <span class="nb">{sign} {mathml(value)}</span>'


def _coloured(tree: Notation) -> str:
    return mathml(tree, usual(tree))


@lru_cache(maxsize=1024)
def notation(text: str) -> Notation:
    """A formula as it is written, by grammar alone: it need not have numbers, nor shapes that meet.

    ``≈`` is a sign between two formulas; the grammar, which computes, knows none such.
    """
    sides = text.split("≈")
    if len(sides) > 1:
        return Infix("≈", tuple(map(notation, sides)))

    def never(*_: Any) -> Any:
        raise AssertionError("nothing is computed without numbers")

    reader = Reader(SourceText(text), "formula", {}, DEFAULT, never, letters=True)
    reader.parse()
    parts = tuple(_called(of_statement(plan)[0]) for plan in reader.plans)
    return parts[0] if len(parts) == 1 else Infix(";", parts)


def _called(tree: Any) -> Any:
    """Notation in which a name that is a whole call, ``P(D|H)`` or ``p(x_i;theta)``, is set as one."""
    if isinstance(tree, Name):
        return _call(tree)
    if isinstance(tree, tuple):
        return tuple(_called(part) for part in tree)
    if isinstance(tree, Notation):
        parts = {one.name: _called(getattr(tree, one.name)) for one in fields(tree)}  # type: ignore[arg-type]
        return replace(tree, **parts)  # type: ignore[type-var]
    return tree


def _call(name: Name) -> Notation:
    match = _CALL.fullmatch(name.text)
    if match is None:
        return name
    arguments = [re.split(r"\s*([|;])\s*", argument.strip()) for argument in match[2].split(",")]
    set_out = [[Operator(part) if part in "|;" else Name(part) for part in parts] for parts in arguments]
    return Apply(Name(match[1]), tuple(parts[0] if len(parts) == 1 else Row(tuple(parts)) for parts in set_out))


def bindings(text: str) -> dict[str, Any]:
    """The values of ``W=[[1,0],[2,3]] x=[1, 2] P(D|H)=0.6``, by name."""
    return {name: _literal(value) for name, value in split_bindings(text)}


def split_bindings(text: str) -> list[tuple[str, str]]:
    """The same as texts. Raises `UnmagicError` where no name stands."""
    names = list(_PAIR.finditer(text))
    if text.strip() and not names:
        raise UnmagicError(f"no numbers stand in {text!r}", hint="name=value name=value")
    ends = [match.start() for match in names[1:]] + [len(text)] * bool(names)
    return [(match[1], text[match.end() : end].strip()) for match, end in zip(names, ends, strict=True)]


def _literal(text: str) -> Any:
    try:
        return literal_eval(text.strip())
    except (SyntaxError, ValueError) as error:
        raise BadValue(f"{text.strip()!r} is no number or list of numbers") from error


def _value(array: Any, style: Style) -> Notation:
    """The value as notation: a number, a bracketed list of numbers, a matrix."""
    value = np.asarray(array)
    cells = [Numeral(_printed(x, style)[0]) for x in value.ravel()]
    if value.ndim == 0:
        return cells[0]
    if value.ndim == 1:
        return Fence("[", Infix(",", tuple(cells)), "]")
    width = value.shape[-1]
    return Grid(tuple(tuple(cells[at : at + width]) for at in range(0, len(cells), width)))


def _printed(x: Any, style: Style) -> tuple[str, bool]:
    """A number as text, and whether the text is all of it: then zeros at its end, which only hide noise, go."""
    text = shown(x, style=style)
    try:
        whole = abs(float(text.replace("−", "-")) - float(x)) <= 1e-12 * max(1.0, abs(float(x)))
    except ValueError:  # 1.2·10⁻⁵
        return text, False
    return (text.rstrip("0").removesuffix(".") if whole and "." in text else text), whole


def _sign(reading: Reading, style: Style) -> str:
    """``=`` where every worked line is exact and printed in full, ``⇒`` where the machine is off, else ``≈``."""
    from unmagic.reading.show import Page

    if not np.isfinite(reading.value).all():
        return "⇒"
    blocks = Page(reading, None, everything=True).blocks()
    relations = {line.relation for block in blocks if isinstance(block, StepBlock) for line in block.lines}
    if Relation.MACHINE in relations:
        return "⇒"
    full = all(_printed(x, style)[1] for x in np.asarray(reading.value).ravel())
    return "=" if full and relations and relations <= {Relation.EXACT, Relation.ORDER} else "≈"
