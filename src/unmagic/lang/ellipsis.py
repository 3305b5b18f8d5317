"""``a_1 b_1 + a_2 b_2 + … + a_n b_n`` is a Σ: the letter it runs over is found from the first and the last term."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from unmagic.core.errors import Unsupported
from unmagic.core.span import Span

from .tree import Big, Const, Ellipsis, Name, Num, Sub, Tree, bare, fields, names_in, parts, rebuilt, transformed, walk


def abbreviated(sign: str, terms: Sequence[Tree], dots: int, span: Span) -> Tree:
    """The Σ or Π that ``terms`` with dots before position ``dots`` stand for."""
    refusal = Unsupported(
        "the pattern behind the dots is not clear",
        span=span,
        hint="the first and the last term may differ in one index",
    )
    if not 1 <= dots < len(terms) or dots != len(terms) - 1:
        raise refusal
    first, last = terms[0], terms[-1]
    pairs = differing(first, last)
    letter = next(c for c in ["i", "j", "k", "l", "m", "dots"] if c not in names_in(first) | names_in(last))
    start, end = terms[0].start, terms[-1].end
    if pairs and all(pair == pairs[0] for pair in pairs) and pairs[0][0].isdigit():
        low = pairs[0][0]
        for k, term in enumerate(terms[1:dots], 1):  # the terms written out count on from the first
            for one, other in differing(first, term):
                if one != low or not other.isdigit() or int(other) != int(low) + k:
                    raise refusal
        low_tree, high_tree = _ends(first, last)
        big = Big(sign, (letter,), low_tree, high_tree, (), _merged(first, last, letter), start, end)
        return Ellipsis(tuple(terms), big, start, end)
    counts = counted(terms[-1])
    if counts is None:
        raise refusal
    # r_1 + γ r_2 + … + γ^{n−1} r_n: the last term with its n counting from 1; checked on the terms written out
    body = transformed(last, {counts.text: Name(letter, counts.start, counts.end)})
    big = Big(sign, (letter,), Num(1, "1", start, start), counts, (), body, start, end)
    return Ellipsis(tuple(terms), big, start, end, True)


def counted(last: Tree) -> Name | None:
    """The name in a subscript of the last term: what the dots count up to."""
    found = [item for node in walk(last) if isinstance(node, Sub) for item in node.indices if isinstance(item, Name)]
    return found[0] if found and all(item.text == found[0].text for item in found) else None


def _key(tree: Tree) -> str:
    if isinstance(tree, Num):
        return tree.text
    if isinstance(tree, Name):
        return tree.text
    return str([type(tree).__name__, [_key(part) for part in parts(tree)]])


def differing(a: Tree, b: Tree) -> list[tuple[str, str]]:
    """The leaves (or whole parts) by which two trees differ."""
    out: list[tuple[str, str]] = []
    stack = [(a, b)]
    while stack:
        x, y = (bare(tree) for tree in stack.pop())
        if isinstance(x, Num):
            if not (isinstance(y, Num) and y.value == x.value):
                out.append((x.text, _key(y)))
            continue
        if type(x) is not type(y):
            return [("", ""), ("?", "?")]
        if isinstance(x, Name | Const):
            if fields(x)[0] != fields(y)[0]:
                return [("", ""), ("?", "?")]
            continue
        xs, ys = list(parts(x)), list(parts(y))
        if len(xs) != len(ys):
            return [("", ""), ("?", "?")]
        stack.extend(zip(xs, ys, strict=True))
    return out


def _ends(a: Tree, b: Tree) -> tuple[Tree, Tree]:
    stack = [(a, b)]
    while stack:
        x, y = (bare(tree) for tree in stack.pop())
        if isinstance(x, Num):
            if not (isinstance(y, Num) and y.value == x.value):
                return x, y
            continue
        stack.extend(zip(parts(x), parts(y), strict=True))
    raise AssertionError("the terms differ")


def _merged(x: Tree, y: Tree, letter: str) -> Tree:
    """``y`` with the letter wherever it differs from ``x``; a term is a few levels deep."""
    if isinstance(x, Num) and not (isinstance(y, Num) and y.value == x.value):
        return Name(letter, y.start, y.end)

    def again(a: Any, b: Any) -> Any:
        if isinstance(a, tuple) and isinstance(b, tuple):
            if hasattr(b, "_fields"):
                return _merged(cast(Tree, a), cast(Tree, b), letter)
            return tuple(again(p, q) for p, q in zip(a, b, strict=True))
        return b

    return rebuilt(y, (again(a, b) for a, b in zip(fields(x), fields(y), strict=True)))


def listed(items: Sequence[Tree]) -> tuple[Tree, str]:
    """``(x_1, …, x_n)`` as one entry with a letter in the place of what counts."""
    first, last = items[0], items[-1]
    letter = next(c for c in ["i", "j", "k", "l", "m", "dots"] if c not in names_in(first) | names_in(last))
    return _merged(first, last, letter), letter
