"""Formulas as a small tree, from which text, LaTeX and MathML are printed.

Names carry what they refer to, so that a renderer can light a symbol up wherever it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


class Notation:
    """A node of a formula."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Name(Notation):
    """A symbol: ``W``, ``d_k``, ``hat_y`` (written plain; printers set accents, Greek and subscripts)."""

    text: str


@dataclass(frozen=True, slots=True)
class Numeral(Notation):
    """A number, printed already (by digits, or as the user typed it)."""

    text: str


@dataclass(frozen=True, slots=True)
class Word(Notation):
    """Upright text: an idiom's or axis' name, ``if``, ``otherwise``."""

    text: str


@dataclass(frozen=True, slots=True)
class Literal(Notation):
    """A factor that has no name: its shape, ``[4×3]``, or the code that it came from, ``rng.normal(size=3)``."""

    text: str


@dataclass(frozen=True, slots=True)
class Operator(Notation):
    """A sign by itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Row(Notation):
    """Parts side by side; juxtaposition where both neighbours are factors."""

    parts: tuple[Notation, ...]


@dataclass(frozen=True, slots=True)
class Infix(Notation):
    """Operands with a sign between each pair: ``+ − · × ⊙ ⊗ / = ← < ≤ , ;``. The printers bracket by precedence."""

    sign: str
    args: tuple[Notation, ...]


@dataclass(frozen=True, slots=True)
class Prefix(Notation):
    """A sign before its operand: ``−``, ``∇``, ``∂``."""

    sign: str
    arg: Notation


@dataclass(frozen=True, slots=True)
class Postfix(Notation):
    """A sign after its operand: ``!``."""

    arg: Notation
    sign: str


@dataclass(frozen=True, slots=True)
class Fraction(Notation):
    """Numerator over denominator."""

    top: Notation
    bottom: Notation


@dataclass(frozen=True, slots=True)
class Power(Notation):
    """Base with a superscript; ``ᵀ`` is ``Word("T")``."""

    base: Notation
    exponent: Notation


@dataclass(frozen=True, slots=True)
class Subscript(Notation):
    """Base with a subscript that is an index."""

    base: Notation
    index: Notation


@dataclass(frozen=True, slots=True)
class Indexed(Notation):
    """Brackets from 0: ``q[c]``, ``x[1, :]``."""

    base: Notation
    index: tuple[Notation, ...]


@dataclass(frozen=True, slots=True)
class Big(Notation):
    """Σ, Π, lim, max …: sign, what stands below and above, body."""

    sign: str
    below: Notation | None
    above: Notation | None
    body: Notation


@dataclass(frozen=True, slots=True)
class Apply(Notation):
    """A named function of its arguments; ``sub`` (a base, an axis) is set below the name."""

    function: Notation
    args: tuple[Notation, ...]
    sub: Notation | None = None
    bare: bool = False  # ``log x`` without brackets


@dataclass(frozen=True, slots=True)
class Fence(Notation):
    """Brackets or bars: ``( )``, ``| |``, ``‖ ‖``, ``⌊ ⌋``, ``[ ]``."""

    left: str
    body: Notation
    right: str


@dataclass(frozen=True, slots=True)
class Root(Notation):
    """Square root, or the ``degree``-th."""

    body: Notation
    degree: Notation | None = None


@dataclass(frozen=True, slots=True)
class Grid(Notation):
    """Rows of cells: a matrix, or cases (``fence`` is ``{``)."""

    rows: tuple[tuple[Notation, ...], ...]
    fence: str = "["


def infix(sign: str, *args: Notation) -> Infix:
    return Infix(sign, args)


def apply(function: str, *args: Notation, sub: Notation | None = None) -> Apply:
    return Apply(Word(function), args, sub)


def spelled(node: Notation, names: Mapping[str, Notation]) -> Notation:
    """The formula with some names written otherwise: ``n_a`` as ``|a|``."""
    return _spelled(node, names)


def _spelled(part: Any, names: Mapping[str, Notation]) -> Any:
    if isinstance(part, Name):
        return names.get(part.text, part)
    if isinstance(part, tuple):
        return tuple(_spelled(inner, names) for inner in part)
    if isinstance(part, Notation):
        return type(part)(*[_spelled(getattr(part, field.name), names) for field in fields(part)])  # type: ignore[arg-type]
    return part
