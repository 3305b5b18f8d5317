"""Patterns: formulas compiled to terms with holes, and how a hole is filled so that the pattern is the term.

Sums and products match in any order; a hole that stands alone in one takes all that is left over.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from .formula import NAMES, REDUCING, Part, parse
from .terms import Call, Hole, Product, Term, Terms, Total, children

Filled = dict[str, object]  # a role -> its term's id; "@axis" -> axes

COMMUTE = frozenset({"maximum", "minimum", "equal", "not_equal", "@"})
"""``@`` too, for vectors; where it is a matrix product, ranks and numbers refuse the wrong order."""

NEAR = 1e-5  # constants in programs are often typed to six digits (0.797885)


class Pattern(NamedTuple):
    """One spelling of an idiom as a term with holes. ``key`` is what a term must have to be worth a closer look."""

    text: str
    terms: Terms
    root: int
    numbers: frozenset[str]  # roles that must be one number
    key: tuple[str, frozenset[str]]
    depth: int  # how far below its root what it needs can stand
    needs: int  # which ops must stand there, as bits
    least: int  # parts that a sum or product must have
    reduce: str = ""  # "mean" or "sum" where it is one over all else: own definitions of losses ask


def compile(text: str, numbers: frozenset[str]) -> Pattern:
    """The pattern of one spelling; ``numbers`` are the roles that stand for one number (η, ε, n)."""
    terms = Terms()
    root = _term(terms, parse(text), numbers)
    key = key_of(terms, root)
    reduce = next((name for name in ("mean", "sum") if name == key[0] or name in key[1]), "")
    depth = _depth(terms, root)
    return Pattern(text, terms, root, numbers, key, depth + 1, terms.within(root, depth), _least(terms, root), reduce)


def _depth(terms: Terms, id: int) -> int:
    return max((1 + _depth(terms, child) for child in children(terms.nodes[id])), default=0)


def _least(terms: Terms, id: int) -> int:
    node = terms.nodes[id]
    if not isinstance(node, Product | Total):
        return 0
    return sum(not isinstance(terms.nodes[part], Hole) or part not in terms.scalars for part in children(node))


def worth(pattern: Pattern, terms: Terms, id: int, kind: str, inner: frozenset[str]) -> bool:
    """May the term be an instance of the pattern? Cheap, and never no where it is one."""
    own, wanted = pattern.key
    if pattern.needs & ~terms.within(id, pattern.depth):
        return False
    if own != kind:  # a product pattern on a term that is no product
        return own == "·" and wanted <= {kind} and pattern.least <= 1
    if kind not in "·+":
        return True
    node = terms.nodes[id]
    parts = len(children(node)) + (isinstance(node, Total) and node.constant != 0)
    return wanted <= inner and pattern.least <= parts


def key_of(terms: Terms, id: int) -> tuple[str, frozenset[str]]:
    """What kind of term it is, and the ops that stand in it at once: an index over patterns."""
    node = terms.nodes[id]
    match node:
        case Call(name=name):
            return name, frozenset()
        case Product(factors=parts):
            return "·", frozenset(_inner(terms, part, power) for part, power in parts) - {""}
        case Total(parts=parts):
            return "+", frozenset(_inner(terms, part, 1.0) for part, _ in parts) - {""}
    return "", frozenset()


def _inner(terms: Terms, id: int, power: float) -> str:
    match terms.nodes[id]:
        case Call(name=name):
            return f"{name}^{power:g}" if power != 1.0 else name
        case Total():
            return f"+^{power:g}" if power != 1.0 else "+"
    return ""


def _term(terms: Terms, part: Part, numbers: frozenset[str]) -> int:
    """The term of a formula (patterns are short: recursion is at home here)."""
    args = [_term(terms, arg, numbers) for arg in part.args]
    match part.kind:
        case "name":
            hole = terms.put(Hole(part.text))
            if part.text in numbers:
                terms.scalars.add(hole)
            return hole
        case "number":
            return terms.number(float(part.text))
        case "negative":
            return terms.product(-1.0, ((args[0], 1.0),))
        case "add":
            return terms.total(0.0, [(arg, 1.0) for arg in args])
        case "over":
            return terms.product(1.0, ((args[0], 1.0), (args[1], -1.0)))
        case "times" if part.text == "⊙" or any(_is_number(terms, arg) for arg in args):
            return terms.product(1.0, ((args[0], 1.0), (args[1], 1.0)))
        case "times":
            return terms.call("@", *args)
        case "power":
            return terms.product(1.0, ((args[0], float(part.text)),))
        case "root":
            return terms.product(1.0, ((args[0], 0.5),))
        case "transpose":
            return terms.call("T", *args)
        case "sum":
            return terms.call("sum", *args, axis=part.sub)
        case "norm":
            return terms.call("norm", *args, axis="axis")
        case "index":
            return terms.call("pick", *args)
        case "less" | "equal" | "absolute":
            return terms.call(part.kind, *args)
    return term_of(terms, part.text, args, part.sub)


def term_of(terms: Terms, function: str, args: list[int], sub: str) -> int:
    """A function of the formula language on terms; ``sub`` says which axes a reduction shares."""
    name = NAMES.get(function, function)
    return terms.call(name, *args, axis=sub) if function in REDUCING else terms.call(name, *args)


def _is_number(terms: Terms, id: int) -> bool:
    return terms.value(id) is not None or terms.scalar(id)


def fillings(pattern: Pattern, terms: Terms, id: int) -> Iterator[Filled]:
    """Every way to fill the pattern's holes so that it is the term ``id``."""
    return _Match(pattern, terms).match(pattern.root, id, {})


class _Match:
    def __init__(self, pattern: Pattern, terms: Terms) -> None:
        self.p = pattern.terms
        self.numbers = pattern.numbers
        self.g = terms

    def match(self, p: int, g: int, filled: Filled) -> Iterator[Filled]:
        g = self.g.same.get(g, g)
        node = self.p.nodes[p]
        match node:
            case Hole(name=name):
                yield from self.fill(name, g, filled)
            case Call():
                yield from self.call(node, self.g.nodes[g], filled)
            case Product(factors=()):
                value = self.g.value(g)
                if value is not None and math.isclose(value, node.coefficient, rel_tol=NEAR):
                    yield filled
            case Product():
                yield from self.product(node, g, filled)
            case Total():
                yield from self.total(node, g, filled)

    def fill(self, name: str, g: int, filled: Filled) -> Iterator[Filled]:
        if name in filled:
            if filled[name] == g:
                yield filled
        elif name not in self.numbers or self.g.value(g) is not None or self.g.scalar(g):
            yield {**filled, name: g}

    def call(self, p: Call, g: Term, filled: Filled) -> Iterator[Filled]:
        if not isinstance(g, Call) or g.name != p.name or len(g.args) < len(p.args):
            return
        has = dict(g.attrs)
        for key, name in p.attrs:
            variable = f"@{name}"
            if filled.get(variable, has.get(key)) != has.get(key):
                return
            filled = {**filled, variable: has.pop(key, None)}
        filled = {**{f"@{key}": value for key, value in has.items()}, **filled}  # an ε, a correction: for `own`
        orders = [g.args[: len(p.args)]]
        if p.name in COMMUTE:
            orders.append(g.args[::-1])
        for args in orders:
            yield from self.every(list(zip(p.args, args, strict=True)), filled)

    def every(self, pairs: list[tuple[int, int]], filled: Filled) -> Iterator[Filled]:
        if not pairs:
            yield filled
            return
        # what is not a hole first: it fills holes, so that those only have to be compared
        pairs = sorted(pairs, key=lambda pair: isinstance(self.p.nodes[pair[0]], Hole))
        for more in self.match(*pairs[0], filled):
            yield from self.every(pairs[1:], more)

    # products ---------------------------------------------------------------------------------------------

    def product(self, p: Product, g: int, filled: Filled) -> Iterator[Filled]:
        coefficient, factors = self.g.factors(g)
        wanted = sorted(p.factors, key=lambda part: isinstance(self.p.nodes[part[0]], Hole))
        yield from self._factors(wanted, coefficient / p.coefficient, dict(factors), filled)

    def _factors(
        self, wanted: list[tuple[int, float]], ratio: float, left: dict[int, float], filled: Filled
    ) -> Iterator[Filled]:
        if not wanted:
            if not left and math.isclose(ratio, 1.0, rel_tol=NEAR):
                yield filled
            return
        (p, power), rest = wanted[0], wanted[1:]
        node = self.p.nodes[p]
        if isinstance(node, Hole):
            yield from self._factor_hole(node.name, power, rest, ratio, left, filled)
            return
        for g, exponent in left.items():
            if exponent != power and not (isinstance(node, Product) and node.factors):
                continue
            others = {other: e for other, e in left.items() if other != g}
            for more in self.match(p, g, filled):
                yield from self._factors(rest, ratio, others, more)
            if isinstance(node, Total) and power.is_integer():  # (a − b)² is (b − a)²
                sign = -1.0 if power % 2 else 1.0
                for more in self.match(p, self.g.product(-1.0, ((g, 1.0),)), filled):
                    yield from self._factors(rest, ratio * sign, others, more)

    def _factor_hole(
        self,
        name: str,
        power: float,
        rest: list[tuple[int, float]],
        ratio: float,
        left: dict[int, float],
        filled: Filled,
    ) -> Iterator[Filled]:
        if name in filled:
            for others, r in self._taken([(name, power)], ratio, left, filled):
                yield from self._factors(rest, r, others, filled)
            return
        holes = [q for q, _ in rest if not self._known(q, filled)]
        if not holes:  # the last one takes what the known ones leave
            later = [(self._name(q), by) for q, by in rest]
            for others, r in self._taken(later, ratio, left, filled):
                snug = 1.0 if math.isclose(r, 1.0, rel_tol=NEAR) else r
                if (snug != 1.0 and power != 1.0) or (not others and name not in self.numbers):
                    continue
                term = self.g.product(snug, tuple((t, e / power) for t, e in others.items()))
                yield from self.fill(name, term, filled)
            return
        for g, exponent in left.items():
            if exponent == power:
                others = {other: e for other, e in left.items() if other != g}
                for more in self.fill(name, g, filled):
                    yield from self._factors(rest, ratio, others, more)
        if name in self.numbers and ratio != 1.0:
            for more in self.fill(name, self.g.number(ratio), filled):
                yield from self._factors(rest, 1.0, left, more)
        if name in self.numbers and power == 1.0:  # all scalar factors
            scalars = {g: e for g, e in left.items() if self.g.scalar(g)}
            others = {g: e for g, e in left.items() if g not in scalars}
            if len(scalars) != 1 or ratio != 1.0:
                term = self.g.product(ratio, tuple(scalars.items()))
                for more in self.fill(name, term, filled):
                    yield from self._factors(rest, 1.0, others, more)

    def _taken(
        self, known: list[tuple[str, float]], ratio: float, left: dict[int, float], filled: Filled
    ) -> Iterator[tuple[dict[int, float], float]]:
        """What is left of a product when the filled roles in ``known`` have taken theirs; nothing if they can't."""
        others = dict(left)
        for name, power in known:
            term = filled[name]
            assert isinstance(term, int)
            by, factors = self.g.factors(term)
            if others.get(term) == power:
                by, factors = 1.0, ((term, 1.0),)
            for g, exponent in factors:
                if others.get(g) != exponent * power:
                    return
                del others[g]
            if not by:
                return
            ratio /= by**power
        yield others, ratio

    def _name(self, p: int) -> str:
        node = self.p.nodes[p]
        return node.name if isinstance(node, Hole) else ""

    def _known(self, p: int, filled: Filled) -> bool:
        return self._name(p) in filled

    # sums -------------------------------------------------------------------------------------------------

    def total(self, p: Total, g: int, filled: Filled) -> Iterator[Filled]:
        constant, parts = self.g.parts(g)
        wanted = sorted(p.parts, key=lambda part: isinstance(self.p.nodes[part[0]], Hole))
        yield from self._parts(wanted, constant - p.constant, dict(parts), filled)

    def _parts(
        self, wanted: list[tuple[int, float]], constant: float, left: dict[int, float], filled: Filled
    ) -> Iterator[Filled]:
        if not wanted:
            if not left and abs(constant) < 1e-12:
                yield filled
            return
        (p, by), rest = wanted[0], wanted[1:]
        node = self.p.nodes[p]
        if isinstance(node, Hole):
            yield from self._part_hole(node.name, by, rest, constant, left, filled)
            return
        for g, coefficient in left.items():
            others = {other: c for other, c in left.items() if other != g}
            if isinstance(node, Product):
                target = self.g.product(coefficient / by, ((g, 1.0),))
            elif math.isclose(coefficient, by, rel_tol=NEAR):
                target = g
            else:
                continue
            for more in self.match(p, target, filled):
                yield from self._parts(rest, constant, others, more)

    def _part_hole(
        self,
        name: str,
        by: float,
        rest: list[tuple[int, float]],
        constant: float,
        left: dict[int, float],
        filled: Filled,
    ) -> Iterator[Filled]:
        known = filled.get(name)
        if isinstance(known, int):
            inner, parts = self.g.parts(known)
            others = dict(left)
            for g, coefficient in parts:
                if others.get(g) != coefficient * by:
                    return
                del others[g]
            yield from self._parts(rest, constant - inner * by, others, filled)
            return
        later = [(q, b) for q, b in rest if self._known(q, filled)]
        if len(later) == len(rest):
            for others, c in self._without(later, constant, left, filled):
                if not others and abs(c) < 1e-12:
                    return
                term = self.g.total(c / by, tuple((g, k / by) for g, k in others.items()))
                yield from self.fill(name, term, filled)
            return
        for g, coefficient in left.items():
            others = {other: c for other, c in left.items() if other != g}
            for more in self.fill(name, self.g.product(coefficient / by, ((g, 1.0),)), filled):
                yield from self._parts(rest, constant, others, more)
        if name in self.numbers and constant:
            for more in self.fill(name, self.g.number(constant / by), filled):
                yield from self._parts(rest, 0.0, left, more)

    def _without(
        self, known: list[tuple[int, float]], constant: float, left: dict[int, float], filled: Filled
    ) -> Iterator[tuple[dict[int, float], float]]:
        others = dict(left)
        for p, by in known:
            node = self.p.nodes[p]
            assert isinstance(node, Hole)
            term = filled[node.name]
            assert isinstance(term, int)
            inner, parts = self.g.parts(term)
            for g, coefficient in parts:
                if others.get(g) != coefficient * by:
                    return
                del others[g]
            constant -= inner * by
        yield others, constant
