"""Einstein summation: products of entries named by letters, added up over the letters that the result does not have."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from unmagic.core.build import Node, marked
from unmagic.core.errors import BadValue, ShapeClash
from unmagic.core.graph import Array, Index, Shape
from unmagic.core.notation import Big, Name, Notation, Row, Subscript, Word
from unmagic.core.op import Op, Operand, Readers, Sample, promoted
from unmagic.core.scalar import Column, Expr, Product, Slot, total

from .axes import gathered

Labels = tuple[str, ...]


def parsed(subscripts: str, ranks: tuple[int, ...]) -> tuple[list[Labels], Labels]:
    """Letters of each operand and of the result; an ellipsis becomes letters of its own (``.0``, from the right).

    Without an arrow the result has the letters that stand once, in alphabetical order, after the ellipsis'.
    """
    left, arrow, right = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(ranks):
        raise BadValue(f"{subscripts!r} names {len(terms)} operands, {len(ranks)} are given")
    widest = 0
    operands: list[Labels] = []
    for term, rank in zip(terms, ranks, strict=True):
        labels, extra = _letters(term, subscripts), 0
        if "..." in labels:
            extra = rank - (len(labels) - 1)
            spot = labels.index("...")
            labels = [*labels[:spot], *(f".{k}" for k in reversed(range(extra))), *labels[spot + 1 :]]
            widest = max(widest, extra)
        if extra < 0 or len(labels) != rank:
            named = len(labels) - (extra < 0)
            raise BadValue(f"{term!r} names {named} axes; the operand has {rank}", notes=(f"in {subscripts!r}",))
        operands.append(tuple(labels))
    dots = tuple(f".{k}" for k in reversed(range(widest)))
    if not arrow:
        plain = [one for labels in operands for one in labels if not one.startswith(".")]
        return operands, (*dots, *sorted(one for one in set(plain) if plain.count(one) == 1))
    out: list[str] = []
    for one in _letters(right, subscripts):
        out.extend(dots if one == "..." else (one,))
    known = {one for labels in operands for one in labels}
    for one in out:
        if one not in known:
            raise BadValue(f"the result's {one!r} stands in no operand", notes=(f"in {subscripts!r}",))
        if out.count(one) > 1:
            raise BadValue(f"the result names {one!r} twice", notes=(f"in {subscripts!r}",))
    return operands, tuple(out)


def _letters(term: str, subscripts: str) -> list[str]:
    labels: list[str] = []
    dots = term.count("...")
    for part in term.replace("...", "\0"):
        if part != "\0" and not part.isalpha():
            raise BadValue(f"{part!r} is no letter", notes=(f"in {subscripts!r}",))
        labels.append("..." if part == "\0" else part)
    if dots > 1:
        raise BadValue("an ellipsis stands twice", notes=(f"in {subscripts!r}",))
    return labels


def sizes(operands: list[Labels], shapes: tuple[Shape, ...]) -> dict[str, int]:
    """The size behind every letter; raises `ShapeClash` where two differ and neither is 1 (which is copied)."""
    found: dict[str, int] = {}
    first: dict[str, tuple[Shape, int]] = {}
    for labels, shape in zip(operands, shapes, strict=True):
        for axis, (one, n) in enumerate(zip(labels, shape, strict=True)):
            before = found.setdefault(one, n)
            seen, at = first.setdefault(one, (shape, axis))
            if before == n:
                continue
            if 1 in (before, n) and labels.count(one) == 1:
                found[one] = n if before == 1 else before
                first[one] = (shape, axis) if before == 1 else (seen, at)
            else:
                letter = "the axes of the ellipsis" if one.startswith(".") else repr(one)
                raise ShapeClash(
                    f"can't sum: {letter} would have two sizes", notes=(marked(seen, at), marked(shape, axis))
                )
    return found


def spelled(operands: list[Labels], out: Labels) -> str:
    """Subscripts from letters, the ellipsis' too, as NumPy reads them."""
    taken = {one for labels in (*operands, out) for one in labels if not one.startswith(".")}
    spare = (chr(c) for c in (*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1)) if chr(c) not in taken)
    names: dict[str, str] = {}
    for one in (one for labels in (*operands, out) for one in labels):
        if one not in names:
            names[one] = one if not one.startswith(".") else next(spare)
    return ",".join("".join(names[one] for one in labels) for labels in operands) + "->" + "".join(map(names.get, out))  # type: ignore[arg-type]


class Einsum(Op):
    """Multiply the operands' entries whose letters agree, and add up over the letters that the result does not have."""

    words = "multiply the entries of {operands} whose letters agree and add up: {subscripts}"
    source = "Einstein 1916; NumPy, einsum"
    linear_in = ("operands",)
    dtype = staticmethod(promoted)
    samples = (
        Sample(((2, 3), (3, 2)), {"subscripts": "ij,jk->ik"}),
        Sample(((2, 3), (3,)), {"subscripts": "ij,j"}),
        Sample(((2, 3), (2, 3)), {"subscripts": "ij,ij->"}),
        Sample(((3, 3),), {"subscripts": "ii->i"}),
        Sample(((3, 3),), {"subscripts": "ii"}),
        Sample(((2, 3),), {"subscripts": "ij->j"}),
        Sample(((2, 3),), {"subscripts": "ba"}),
        Sample(((2,), (3,), (2,)), {"subscripts": "a,b,c->abc"}),
        Sample(((2, 3), (3, 2), (2, 2)), {"subscripts": "ij,jk,kl->il"}),
        Sample(((2, 2, 3), (2, 3, 2)), {"subscripts": "...ij,...jk->...ik"}),
        Sample(((2, 1, 2, 3), (3, 3, 2)), {"subscripts": "...ij,...jk"}),
        Sample(((2, 2, 3), (3,)), {"subscripts": "i...j,j->...i"}),
        Sample(((2, 2, 3), (3, 2)), {"subscripts": "iij,jk->ik"}),
        Sample(((2, 20), (20, 2)), {"subscripts": "ij,jk->ik"}),
        Sample(((2, 5), (5, 3), (3,)), {"subscripts": "ij,jk,k->i"}),
        Sample(((0, 2), (2,)), {"subscripts": "ij,j->"}),
        Sample(((), (2,)), {"subscripts": ",i->i"}),
    )

    @staticmethod
    def notation(*operands: Notation, subscripts: str) -> Notation:
        terms, out = _letters_alone(subscripts)
        parts = tuple(
            Subscript(one, Row(tuple(Name(k) for k in term))) if term else one
            for one, term in zip(operands, terms, strict=False)
        )
        body = parts[0] if len(parts) == 1 else Row(parts)
        summed = dict.fromkeys(k for term in terms for k in term if k not in out and k != "…")
        return Big("Σ", Word("".join(summed)), None, body) if summed else body

    @staticmethod
    def shape(*operands: Shape, subscripts: str) -> Shape:
        labels, out = parsed(subscripts, tuple(map(len, operands)))
        size = sizes(labels, operands)
        return tuple(size[one] for one in out)

    @staticmethod
    def forward(xp: Any, *operands: Array, subscripts: str) -> Array:
        y = np.einsum(subscripts, *operands)
        return y.copy() if len(operands) == 1 and y.base is not None else y  # NumPy gives a view where it can

    @staticmethod
    def vjp(g: Node, y: Node, *operands: Node, subscripts: str) -> tuple[Node, ...]:
        labels, out = parsed(subscripts, tuple(node.ndim for node in operands))
        size = sizes(labels, tuple(node.shape for node in operands))
        result: list[Node] = []
        for k, x in enumerate(operands):
            own = tuple(dict.fromkeys(labels[k]))
            rest = [i for i in range(len(operands)) if i != k]
            offered = [out, *(labels[i] for i in rest)]
            met = tuple(one for one in own if any(one in there for there in offered))
            part = g
            if rest or met != out:
                part = g.apply("einsum", *(operands[i] for i in rest), subscripts=spelled(offered, met))
            # letters that stand in this operand alone were summed freely: the cotangent is copied along them
            with g.builder.at(None, implicit=True):
                part = part.reshape(tuple(part.shape[met.index(one)] if one in met else 1 for one in own))
            part = part.broadcast(tuple(size[one] for one in own))
            if len(own) < len(labels[k]):  # a letter twice: only the diagonal was read
                key = tuple(_run(size[one], own.index(one), len(own)) for one in labels[k])
                part = part.apply("scatter", key=key, shape=tuple(size[one] for one in labels[k]), count=None)
            result.append(gathered(part, x.shape))
        return tuple(result)

    @staticmethod
    def entry(at: Index, *operands: Operand, subscripts: str) -> Expr:
        labels, out = parsed(subscripts, tuple(len(x.shape) for x in operands))
        size = sizes(labels, tuple(x.shape for x in operands))
        here: dict[str, Any] = dict(zip(out, at, strict=True))
        summed = tuple(one for one in dict.fromkeys(k for row in labels for k in row) if one not in here)
        if all(_runs_alike(row, x.shape, summed) for row, x in zip(labels, operands, strict=True)):
            here |= dict.fromkeys(summed, slice(None))  # all run over the sum in the same order: no index arrays
        else:
            terms = math.prod(size[one] for one in summed)
            here |= zip(summed, np.unravel_index(np.arange(terms), tuple(size[one] for one in summed)), strict=True)
        columns: list[Column] = []
        factors: list[Expr] = []
        for x, row in zip(operands, labels, strict=True):
            own = tuple(0 if n == 1 else here[one] for one, n in zip(row, x.shape, strict=True))
            if any(isinstance(i, slice | np.ndarray) for i in own):
                factors.append(Slot(len(columns)))
                columns.append(x.column(own))
            else:
                factors.append(x[own])
        body = factors[0] if len(factors) == 1 else Product(factors)
        if not summed:
            return body
        if not columns:  # only letters of size 1 (or 0) are summed
            columns.append(Column(0, (), np.zeros(math.prod(size[one] for one in summed))))
        return total(body, *columns)

    @staticmethod
    def readers(operand: int, at: Index, y: Array, *operands: Array, subscripts: str) -> Readers:
        labels, out = parsed(subscripts, tuple(np.ndim(x) for x in operands))
        size = sizes(labels, tuple(np.shape(x) for x in operands))
        fixed: dict[str, Any] = {}
        for one, i, n in zip(labels[operand], at, np.shape(operands[operand]), strict=True):
            if fixed.setdefault(one, i) != i:
                return Readers(tuple(np.zeros(0, int) for _ in out), np.zeros(0))
            if n == 1 and size[one] != 1:  # an axis that was copied: read along all of it
                del fixed[one]
        free = tuple(one for one in out if one not in fixed)
        rest, arrays = [], []
        for k, (x, row) in enumerate(zip(operands, labels, strict=True)):
            if k != operand:
                held = tuple(0 if n == 1 else fixed[one] if one in fixed else slice(None) for one, n in _axes(row, x))
                arrays.append(np.asarray(x)[held])
                rest.append(tuple(one for one, n in _axes(row, x) if (n > 1 and one not in fixed) or n == 0))
        spare = {one for row in rest for one in row}
        alone = tuple(one for one in free if one in spare)
        shape = tuple(size[one] for one in free)
        unseen = {k for row in labels for k in row if k not in fixed and k not in out and k not in spare}
        copies = math.prod(size[one] for one in unseen)
        partial = np.einsum(spelled(rest, alone), *arrays) if arrays else np.ones(())
        lifted = np.asarray(partial).reshape(tuple(size[one] if one in spare else 1 for one in free))
        whole = np.broadcast_to(lifted, shape).reshape(-1) * copies
        grid = np.indices(shape).reshape(len(shape), math.prod(shape))
        where = {one: grid[k] for k, one in enumerate(free)}
        many = len(whole)
        return Readers(tuple(where[one] if one in where else np.full(many, fixed[one]) for one in out), whole)

    @staticmethod
    def flops(y: Shape, *operands: Shape, subscripts: str) -> int:
        labels, _ = parsed(subscripts, tuple(map(len, operands)))
        return len(operands) * math.prod(sizes(labels, operands).values())


def _runs_alike(row: Labels, shape: Shape, summed: Labels) -> bool:
    """Whether an operand has all summed letters once, in their order, and copied along none, or has none of them."""
    own = tuple(one for one in row if one in summed)
    whole = own == summed and all(n != 1 for one, n in zip(row, shape, strict=True) if one in summed)
    return not own or whole


def _axes(row: Labels, x: Array) -> list[tuple[str, int]]:
    return list(zip(row, np.shape(x), strict=True))


def _run(n: int, place: int, rank: int) -> Array:
    """0 … n−1 along axis ``place`` of ``rank`` axes."""
    return np.arange(n).reshape((1,) * place + (n,) + (1,) * (rank - 1 - place))


def _letters_alone(subscripts: str) -> tuple[list[str], str]:
    """The letters as written, an ellipsis as …; without an arrow the result's worked out."""
    left, arrow, right = subscripts.replace(" ", "").replace("...", "…").partition("->")
    plain = left.replace(",", "")
    free = sorted(k for k in set(plain) if plain.count(k) == 1 or k == "…")
    return left.split(","), right if arrow else "".join(free)
