"""Normal forms: a value as a term, so that two spellings of one computation are one number.

A term is hash-consed: equal terms have one id (value numbering). Sums and products are flat, with numbers folded:
``a − b`` is a sum of signed parts, ``a / √b`` a product of powers. Everything else is an op on terms.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple

FLAT = 12  # parts a sum or product is flattened to: idioms are short, and long chains must stay linear


class Leaf(NamedTuple):
    """A value that is not looked into: an input, or a constant array."""

    step: int


class Hole(NamedTuple):
    """In a pattern: a role, to be filled by any term."""

    name: str


class Call(NamedTuple):
    """An op on terms. Attributes are pairs of name and hashable value."""

    name: str
    args: tuple[int, ...]
    attrs: tuple[tuple[str, Any], ...] = ()


class Product(NamedTuple):
    """``coefficient · Π termᵖᵒʷᵉʳ``; a plain number where there are no factors."""

    coefficient: float
    factors: tuple[tuple[int, float], ...]


class Total(NamedTuple):
    """``constant + Σ coefficient · term``."""

    constant: float
    parts: tuple[tuple[int, float], ...]


Term = Leaf | Hole | Call | Product | Total


_BITS: dict[str, int] = {}


def bit(name: str) -> int:
    """One bit for each name of an op."""
    return _BITS.setdefault(name, 1 << len(_BITS))


def children(node: Term) -> tuple[int, ...]:
    """The terms that a term is made of."""
    match node:
        case Call(args=args):
            return args
        case Product(factors=parts) | Total(parts=parts):
            return tuple(part for part, _ in parts)
    return ()


class Terms:
    """The table of all terms of one graph (or of one pattern)."""

    def __init__(self) -> None:
        self.nodes: list[Term] = []
        self.ids: dict[tuple[type[Term], Term], int] = {}
        self.scalars: set[int] = set()  # terms known to be one number
        self.near: dict[tuple[int, int], int] = {}  # what `within` found
        self.same: dict[int, int] = {}  # a spelling that was recognised -> the term of what it is

    def put(self, node: Term) -> int:
        key = (type(node), node)
        id = self.ids.get(key)
        if id is None:
            id = self.ids[key] = len(self.nodes)
            self.nodes.append(node)
        return self.same.get(id, id)

    def number(self, value: float) -> int:
        return self.put(Product(value + 0.0, ()))

    def value(self, id: int) -> float | None:
        """The number that a term is, if it is one."""
        node = self.nodes[id]
        return node.coefficient if isinstance(node, Product) and not node.factors else None

    def scalar(self, id: int) -> bool:
        """Is the term one number, as far as is known?"""
        if id in self.scalars:
            return True
        match self.nodes[id]:
            case Product(factors=parts) | Total(parts=parts):
                return all(part in self.scalars for part, _ in parts)
        return False

    def factors(self, id: int) -> tuple[float, tuple[tuple[int, float], ...]]:
        """Any term as a product."""
        node = self.nodes[id]
        return (node.coefficient, node.factors) if isinstance(node, Product) else (1.0, ((id, 1.0),))

    def parts(self, id: int) -> tuple[float, tuple[tuple[int, float], ...]]:
        """Any term as a sum."""
        node = self.nodes[id]
        if isinstance(node, Total):
            return node.constant, node.parts
        if isinstance(node, Product):
            if not node.factors:
                return node.coefficient, ()
            return 0.0, ((self.product(1.0, node.factors), node.coefficient),)
        return 0.0, ((id, 1.0),)

    def product(self, coefficient: float, factors: Iterable[tuple[int, float]]) -> int:
        """``coefficient · Π termᵖᵒʷᵉʳ`` in normal form."""
        given = tuple(factors)
        powers: dict[int, float] = {}
        for term, power in given:
            node = self.nodes[term]
            if isinstance(node, Product) and _opens(node, power):
                coefficient *= node.coefficient**power
                for inner, exponent in node.factors:
                    powers[inner] = powers.get(inner, 0.0) + exponent * power
            else:
                powers[term] = powers.get(term, 0.0) + power
        if len(powers) > FLAT:
            args = tuple(term if power == 1.0 else self._power(term, power) for term, power in given)
            return self.put(Call("product", args, (("by", coefficient),)))
        kept = tuple(sorted((term, power) for term, power in powers.items() if power))
        if len(kept) == 1 and kept[0][1] == 1.0:
            term = kept[0][0]
            if coefficient == 1.0:
                return self.same.get(term, term)
            node = self.nodes[term]
            if coefficient == -1.0 and isinstance(node, Total) and _mixed(node):
                return self.put(Total(-node.constant + 0.0, tuple((part, -by) for part, by in node.parts)))
        return self.put(Product(coefficient + 0.0, kept))

    def _power(self, term: int, power: float) -> int:
        return self.put(Product(1.0, ((term, power),)))

    def total(self, constant: float, parts: Iterable[tuple[int, float]]) -> int:
        """``constant + Σ coefficient · term`` in normal form."""
        given = tuple(parts)
        gathered: dict[int, float] = {}
        for term, by in given:
            inner_constant, inner = self.parts(term)
            constant += by * inner_constant
            for part, coefficient in inner:
                gathered[part] = gathered.get(part, 0.0) + by * coefficient
        if len(gathered) > FLAT:
            return self.put(Call("total", tuple(term for term, _ in given), tuple((str(by), 0) for _, by in given)))
        kept = tuple(sorted((term, by) for term, by in gathered.items() if by))
        if not kept:
            return self.number(constant)
        if len(kept) == 1 and not constant:
            return self.product(kept[0][1], ((kept[0][0], 1.0),))
        if constant <= 0 and all(by < 0 for _, by in kept):  # −a − b is −(a + b)
            inside = self.put(Total(-constant + 0.0, tuple((term, -by) for term, by in kept)))
            return self.put(Product(-1.0, ((inside, 1.0),)))
        return self.put(Total(constant + 0.0, kept))

    def within(self, id: int, depth: int) -> int:
        """Which ops and roots stand at most ``depth`` below a term, as bits: what a pattern needs must be there."""
        known = self.near.get((id, depth))
        if known is not None:
            return known
        found = 0
        node = self.nodes[id]
        if isinstance(node, Call):
            found = bit(node.name)
        elif isinstance(node, Product) and any(power == 0.5 for _, power in node.factors):
            found = bit("√")
        if depth:
            for child in children(node):
                found |= self.within(child, depth - 1)
        self.near[id, depth] = found
        return found

    def call(self, name: str, *args: int, **attrs: Any) -> int:
        return self.put(Call(name, args, tuple(sorted(attrs.items()))))


def _opens(node: Product, power: float) -> bool:
    """May ``(c · Π tᵖ)ᵖᵒʷᵉʳ`` be multiplied out? √(x²) is not x, so only at whole powers or for a plain number."""
    if node.coefficient == 0.0 and power < 0:
        return False
    return power.is_integer() or (not node.factors and node.coefficient > 0 and math.isfinite(node.coefficient))


def _mixed(node: Total) -> bool:
    """Are some of its parts added and some taken away?"""
    signs = {by > 0 for _, by in node.parts}
    if node.constant:
        signs.add(node.constant > 0)
    return len(signs) > 1
