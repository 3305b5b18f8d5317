"""A Line is one printed relation that holds as printed; a Working is the worked arithmetic of one entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from .graph import Index


class Relation(StrEnum):
    """What a Line claims (DESIGN.md, "Digits")."""

    EXACT = "exact"  # =   exact on the printed decimals
    ROUNDED = "rounded"  # ≈   the left side, from its printed digits, rounds to the digits shown
    ORDER = "order"  # <   an order that decided something, strict in print
    MACHINE = "machine"  # → float16   what the machine got where it differs from the real result
    NONFINITE = "nonfinite"  # ⇒ inf   with the rule that makes it so


SIGNS = {
    Relation.EXACT: "=",
    Relation.ROUNDED: "≈",
    Relation.ORDER: "",
    Relation.MACHINE: "→",
    Relation.NONFINITE: "⇒",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One solved relation. All of it is text already: no renderer formats a number.

    ``label`` names what is worked (``z[0]``, ``sum``), ``left`` is the arithmetic as people write it
    (``1·2 + (−1)·1``), ``ascii`` the same as a Python expression over the printed digits with functions of `math`
    (numbers beyond float64 as ``Decimal('…')``), ``value`` the printed right side. For MACHINE ``real`` is the printed
    real result and ``real_exact`` says whether it is exact; for NONFINITE ``rule`` says what makes it so; for ORDER
    ``ascii`` is the comparison and ``value`` ``true``. ``gap`` is how many units of the dtype machine and real part.
    """

    label: str
    left: str
    ascii: str
    value: str
    relation: Relation
    dtype: str
    real: str = ""
    real_exact: bool = False
    rule: str = ""
    note: str = ""
    gap: float = 0.0

    @property
    def text(self) -> str:
        """The Line as one row of text."""
        match self.relation:
            case Relation.ORDER:
                return self.left
            case Relation.MACHINE:
                sign = "=" if self.real_exact else "≈"
                return f"{self.left} {sign} {self.real} → {self.dtype} {self.value}"
            case relation:
                return f"{self.left} {SIGNS[relation]} {self.value}"


@dataclass(frozen=True, slots=True)
class Working:
    """The worked arithmetic of one entry: Lines in order, the last one giving the entry."""

    name: str
    at: Index
    lines: tuple[Line, ...] = field(default_factory=tuple)
    words: str = ""

    def __str__(self) -> str:
        width = max((len(line.label) for line in self.lines), default=0)
        return "\n".join(f"{line.label:<{width}}  {line.text}" for line in self.lines)
