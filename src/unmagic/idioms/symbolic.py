"""Idioms in a formula that has no numbers: the same patterns, on the formula's own notation.

What is a number, a vector or a matrix goes by the field's habits (a capital is a matrix, η and ε are numbers, what
carries an index is an entry); nothing is computed, so nothing is verified, and nothing that numbers would decide is
said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

from unmagic.core.notation import (
    Apply,
    Big,
    Fence,
    Fraction,
    Grid,
    Indexed,
    Infix,
    Name,
    Notation,
    Numeral,
    Operator,
    Power,
    Prefix,
    Root,
    Row,
    Subscript,
    Word,
)
from unmagic.core.notation_text import text
from unmagic.core.symbols import unicode_name

from .formula import FUNCTIONS, Part
from .match import DEEPEST, by_op, near
from .pattern import Filled, fillings, key_of, term_of, worth
from .record import Idiom, Seen
from .terms import Call, Product, Terms

NUMBERS = frozenset("η ε ϵ α β λ γ τ μ σ δ eta epsilon eps alpha lr d d_k d_h d_model n N m k t T c h".split())  # noqa: SIM905
ALIASES = {"sigmoid": "σ", "maximum": "maximum", "norm": "norm", "relu": "relu", "Softmax": "softmax", "ln": "log"}


class Spoken(NamedTuple):
    """An idiom found in a formula: its roles as notation, and the notation that is it."""

    idiom: type[Idiom]
    roles: Mapping[str, Notation]
    whole: Notation
    seen: Seen


def spoken(*formulas: tuple[str, Notation]) -> list[Spoken]:
    """The idioms of formulas (what each defines, and its right side), inner ones first.

    A name that an earlier formula defines stands for its right side. What a larger idiom tells of is left out.
    """
    reader = _Formulas()
    for name, right in formulas:
        reader.read(name, right)
    return reader.untold()


class _Formulas:
    def __init__(self) -> None:
        self.name = ""
        self.defined: dict[str, int] = {}  # names of earlier formulas, as they are written
        self.terms = Terms()
        self.notation: dict[int, Notation] = {}  # term -> how it is written
        self.found: list[tuple[Spoken, frozenset[int]]] = []
        self.inside: dict[int, frozenset[int]] = {}  # term -> idioms (by place in found) at or below it

    def read(self, name: str, right: Notation) -> None:
        self.name = name
        id = self.term(right, top=True)
        if name:
            self.defined[written(name)] = id
            self.notation[id] = Name(name)

    def untold(self) -> list[Spoken]:
        told: set[int] = set()
        for _, below in self.found:
            told |= below
        return [one for place, (one, _) in enumerate(self.found) if place not in told]

    # notation to terms, bottom-up (formulas are short: recursion is at home here) --------------------------

    def term(self, node: Notation, top: bool = False) -> int:
        node = _open(node)
        if isinstance(node, Name | Power | Apply) and text(node) in self.defined:
            return self.defined[text(node)]
        part = self.part(node)
        id = self.terms.same.get(part, part)
        self.notation.setdefault(id, node)
        return self.named(id, node, top)

    def part(self, node: Notation) -> int:
        terms = self.terms
        match node:
            case Numeral(number):
                return self.number(node, number)
            case Prefix("−" | "-", arg):
                return terms.product(-1.0, ((self.term(arg), 1.0),))
            case Infix("+", args):
                return terms.total(0.0, [(self.term(arg), 1.0) for arg in args])
            case Infix("−" | "-", (first, *rest)):
                return terms.total(0.0, [(self.term(first), 1.0), *((self.term(arg), -1.0) for arg in rest)])
            case Infix("⊙" | "∘" | "×" | "*", args):
                return terms.product(1.0, [(self.term(arg), 1.0) for arg in args])
            case Infix("·" | "" | " " | "@", args):
                return self.times(args)
            case Row(parts) if not any(isinstance(part, Operator) for part in parts):
                return self.times(parts)
            case Fraction(top, bottom) | Infix("/", (top, bottom)):
                return terms.product(1.0, ((self.term(top), 1.0), (self.term(bottom), -1.0)))
            case Power(base, Word("T" | "⊤" | "ᵀ") | Name("T")):
                return terms.call("T", self.term(base))
            case Power(base, Numeral(number)) if number.lstrip("−-").isdigit():
                power = float(number.replace("−", "-"))
                return terms.product(1.0, ((self.term(base), power),))
            case Power(Name("e") | Word("e"), exponent):
                return terms.call("exp", self.term(exponent))
            case Root(body, None):
                return terms.product(1.0, ((self.term(body), 0.5),))
            case Big("Σ" | "∑", _, _, body):
                return self.linear("sum", self.term(body))
            case Fence("‖", body, _):
                return terms.call("norm", self.term(body), axis="axis")
            case Fence("|", body, _):
                length = rank(body) == 1  # of a vector, |x| is its length
                return (
                    terms.call("norm", self.term(body), axis="axis")
                    if length
                    else terms.call("absolute", self.term(body))
                )
            case Indexed(base, (index,)):
                return terms.call("pick", self.term(base), self.term(index))
            case Subscript(base, index) if runs(index) and rank(base) and not isinstance(base, Apply):
                return self.term(base)  # an entry: xᵢ is x, entry by entry
            case Apply(Word(function) | Name(function), args, _, _):
                return self.applied(node, function, args)
        return self.leaf(node)

    def applied(self, node: Notation, function: str, args: tuple[Notation, ...]) -> int:
        function = ALIASES.get(function, function)
        if function in FUNCTIONS and len(args) <= 3:
            return term_of(self.terms, function, [self.term(arg) for arg in args], "axis")
        return self.leaf(node)

    def number(self, node: Notation, written: str) -> int:
        try:
            return self.terms.number(float(written.replace("−", "-").replace(",", "")))
        except ValueError:
            return self.leaf(node)

    def leaf(self, node: Notation) -> int:
        id = self.terms.call(f"leaf {text(node)}")
        if rank(node) == 0:
            self.terms.scalars.add(id)
        return id

    def times(self, args: tuple[Notation, ...]) -> int:
        out = self.term(args[0])
        for before, arg in pairwise(args):
            right = self.term(arg)
            flat = self.scalar(out, before) or self.scalar(right, arg)
            out = self.terms.product(1.0, ((out, 1.0), (right, 1.0))) if flat else self.linear("@", out, right)
        return out

    def scalar(self, id: int, node: Notation) -> bool:
        return self.terms.value(id) is not None or self.terms.scalar(id) or rank(node) == 0

    def linear(self, name: str, *args: int) -> int:
        """A sum or matrix product with its numbers taken out."""
        terms = self.terms
        coefficient, inside = 1.0, []
        for arg in args:
            by, factors = terms.factors(arg)
            coefficient *= by
            inside.append(terms.product(1.0, factors))
        call = terms.call(name, *inside, axis="axis") if name == "sum" else terms.call(name, *inside)
        return terms.product(coefficient, ((call, 1.0),))

    # idioms -----------------------------------------------------------------------------------------------

    def named(self, id: int, node: Notation, top: bool) -> int:
        """Try the patterns; an idiom with an op of its own stands for its term from here on."""
        below = frozenset().union(*(self.inside.get(child, frozenset()) for child in _below(self.terms, id)))
        best: tuple[tuple[int, int], type[Idiom], Filled, Spoken] | None = None
        for idiom, filled in self.candidates(id):
            one = self.accept(idiom, filled, node, top)
            if one is not None and not idiom.inner:
                score = (idiom.specific, self.depth(filled))
                if best is None or score > best[0]:
                    best = score, idiom, filled, one
        if best is not None:
            _, idiom, filled, one = best
            roles = {term for name, term in filled.items() if isinstance(term, int) and name[0] != "@"}
            outside: frozenset[int] = frozenset().union(*(self.inside.get(term, frozenset()) for term in roles))
            self.found.append((one, below - outside))
            below |= {len(self.found) - 1}
            if idiom.op:
                names = idiom.operands or idiom.roles
                args = [term for name in names if isinstance(term := filled.get(name), int)]
                attrs = {"axis": filled["@axis"]} if "@axis" in filled else {}
                new = self.terms.call(idiom.op, *args, **attrs)
                self.terms.same[id] = new
                id = new
        self.inside[id] = self.inside.get(id, frozenset()) | below
        return id

    def depth(self, filled: Filled) -> int:
        """How much of the formula a filling leaves to its roles: less is better."""
        return -sum(len(_below(self.terms, term)) for term in filled.values() if isinstance(term, int))

    def candidates(self, id: int) -> Iterator[tuple[type[Idiom], Filled]]:
        kind, inner = key_of(self.terms, id)
        for one in near(kind, self.terms.within(id, DEEPEST)):
            if worth(one.pattern, self.terms, id, kind, inner):
                for filled in fillings(one.pattern, self.terms, id):
                    yield one.idiom, filled
        node = self.terms.nodes[id]
        if isinstance(node, Call) and node.name in by_op():
            own = by_op()[node.name]
            filled = dict(zip(own.operands or own.roles, node.args, strict=False))
            yield own, {**filled, "@axis": "axis"}

    def accept(self, idiom: type[Idiom], filled: Filled, node: Notation, top: bool) -> Spoken | None:
        roles: dict[str, Notation] = {}
        attrs: dict[str, object] = {}
        for name, term in filled.items():
            if name[0] == "@":
                continue
            assert isinstance(term, int)
            value = self.terms.value(term)
            if value is not None:
                attrs[name] = value
                if value != 1:
                    roles[name] = Numeral(f"{value:g}".replace("-", "−"))
            elif term in self.notation:
                roles[name] = self.notation[term]
            else:
                divided = self.inverse(term) if name == "c" else None
                if divided is None:
                    return None
                roles[name] = divided
        shapes = {name: (2,) * max(rank(part), indexed(part)) for name, part in roles.items() if name not in attrs}
        names = {name: text(part) for name, part in roles.items()}
        seen = Seen(shapes, names, {}, attrs, (2,) * rank(node), self.name if top else "")
        return Spoken(idiom, roles, node, seen) if idiom.guard(seen) else None

    def inverse(self, term: int) -> Notation | None:
        """What is divided by, of a factor that has no notation of its own: ``√d`` of ``1/√d``."""
        node = self.terms.nodes[term]
        if isinstance(node, Product) and len(node.factors) == 1 and node.coefficient == 1.0:
            inner, power = node.factors[0]
            written = self.notation.get(inner)
            if written is not None and power in (-0.5, -1.0):
                return Root(written) if power == -0.5 else written
        return None


def _open(node: Notation) -> Notation:
    """Without brackets around all of it."""
    while isinstance(node, Fence) and node.left in "([" and not isinstance(node.body, Grid):
        node = node.body
    if isinstance(node, Row) and len(node.parts) == 1:
        return _open(node.parts[0])
    return node


def rank(node: Notation) -> int:
    """How many axes the field would expect: 2 for a capital, 1 for a small letter, 0 for a number."""
    node = _open(node)
    match node:
        case Subscript(base, index) if not runs(index):
            return rank(base)
        case Numeral() | Subscript() | Indexed() | Big() | Fence():
            return 0
        case Name(name) | Word(name):
            plain = name.replace("hat_", "").replace("bar_", "")
            if name in NUMBERS or unicode_name(name) in NUMBERS or "(" in name or "|" in name:
                return 0
            return 2 if plain[:1].isupper() else 1
        case Apply(Word(function) | Name(function), args, _, _):
            return max((rank(arg) for arg in args), default=0) if function in FUNCTIONS else 0
        case Power(base, _) | Root(base, _):
            return rank(base)
        case Prefix("∇" | "−" | "-", arg):
            return 1 if node.sign == "∇" else rank(arg)
        case Fraction(top, bottom):
            return max(rank(top), rank(bottom))
        case Infix(_, args) | Row(args):
            return max((rank(arg) for arg in args), default=0)
    return 1


def runs(index: Notation) -> bool:
    """Is a subscript a running index (i, j …) rather than a number, a time or part of the name?"""
    if isinstance(index, Name | Word):
        return index.text in "ijklmnqxy"
    if isinstance(index, Row):
        return all(runs(part) for part in index.parts)
    return isinstance(index, Infix) and all(runs(part) for part in index.args)


def written(name: str) -> str:
    """A name as formulas show it."""
    return text(Name(name))


def indexed(node: Notation) -> bool:
    """Does it run with an index, as ``p(xᵢ; θ)`` does?"""
    match node:
        case Name(name):
            return "(" in name and "_" in name  # p(x_i;theta), a name as a whole
        case Subscript(_, index):
            return runs(index)
        case Apply(_, args) | Infix(_, args) | Row(args):
            return any(indexed(arg) for arg in args)
        case Prefix(_, arg) | Fence(_, arg, _) | Power(arg, _) | Root(arg, _):
            return indexed(arg)
        case Fraction(top, bottom):
            return indexed(top) or indexed(bottom)
    return False


def _below(terms: Terms, id: int) -> set[int]:
    """A term and all terms that it is made of."""
    below: set[int] = set()
    todo = [id]
    while todo:
        one = todo.pop()
        one = terms.same.get(one, one)
        if one in below:
            continue
        below.add(one)
        match terms.nodes[one]:
            case Call(args=args):
                todo += args
            case node:
                todo += [part for part, _ in getattr(node, "factors", getattr(node, "parts", ()))]
    return below


__all__ = ["Part", "Spoken", "rank", "spoken"]
