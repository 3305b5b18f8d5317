"""Σ, Π, max, min, argmax, argmin, mean, E and lim: axes with a letter, then one reduction.

The plain products ``Σⱼ Wᵢⱼxⱼ`` become the matvec, matmul or dot step that they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unmagic.core.errors import BadValue, SyntaxUnread, Unsupported

from ..tree import (
    Big,
    Compare,
    Const,
    Group,
    Infix,
    Name,
    Num,
    Sub,
    Tree,
    bare,
    free_in,
    names_in,
    walk,
)  # fmt: skip
from .scope import Label
from .values import Value, elementwise, ordered

if TYPE_CHECKING:
    from .lower import Lowerer

_OPS = {
    "Σ": "sum",
    "Π": "prod",
    "max": "max",
    "min": "min",
    "argmax": "argmax",
    "argmin": "argmin",
    "mean": "mean",
    "E": "mean",
    "logsumexp": "logsumexp",
}
_IDLE = {"Σ": 0.0, "Π": 1.0, "max": -np.inf, "min": np.inf, "argmax": -np.inf, "argmin": np.inf, "logsumexp": -np.inf}


def big(low: Lowerer, tree: Big) -> Value:
    """One Σ-like sign with its range and its body."""
    if tree.sign == "lim":
        from .calculus import limit

        return limit(low, tree)
    letters = list(tree.letters) or carried(low, tree.body)
    if not letters:
        return entrywise(low, tree)
    scope = low.scope
    saved_labels, saved_local = dict(scope.labels), dict(scope.local)
    try:
        masks = open_letters(low, tree, letters)
        with low.builder.at(low.over(tree)):
            if (tree.sign == "E" and tree.over is not None) or (tree.sign == "E" and tree.low is None):
                return expectation(low, tree, letters)
            return reduced(low, tree, letters, masks)
    finally:
        free = {letter: label for letter, label in scope.labels.items() if letter in low.free and letter not in letters}
        scope.labels, scope.local = {**saved_labels, **free}, saved_local


def carried(low: Lowerer, tree: Tree) -> list[str]:
    """The letters a bare Σ runs over: those in subscripts of its body that nothing else has opened."""
    found: dict[str, None] = {}
    for node in walk(tree):
        if isinstance(node, Sub):
            for index in node.indices:
                for leaf in walk(index):
                    if (
                        isinstance(leaf, Name)
                        and leaf.text not in low.scope.labels
                        and low.scope.get(leaf.text) is None
                    ):
                        found[leaf.text] = None
    return [letter for letter in found if free_in(tree, letter)]


def entrywise(low: Lowerer, tree: Big) -> Value:
    """A bare Σ without letters: over all entries of its body."""
    scope = low.scope
    before, scope.entrywise = scope.entrywise, True
    try:
        with low.builder.at(low.over(tree)):
            made = _dot_of_vectors(low, tree.body) if tree.sign == "Σ" else None
            if made is not None:
                return made
            body = low.lower(tree.body)
    finally:
        scope.entrywise = before
    if body.rank == 0:
        raise SyntaxUnread(
            f"{tree.sign} has nothing to run over: {low.text(tree.body)} is one number",
            span=low.over(tree),
            hint=f"write its index: {tree.sign}ᵢ …",
        )
    low.decide(f"{tree.sign} without an index: over all entries of {low.text(tree.body)}", tree)
    count = len(body.labels)
    axis = None if count == 0 else tuple(range(count, body.node.ndim))
    with low.builder.at(low.over(tree)):
        return Value(body.node.apply(_OPS[tree.sign], axis=axis), body.labels)


def _dot_of_vectors(low: Lowerer, body: Tree) -> Value | None:
    """``Σ x·p(x)``: the dot product of two vectors, entry by entry and added."""
    tree = bare(body)
    if not isinstance(tree, Infix) or tree.sign not in ("", "·", "*", "⊙") or isinstance(bare(tree.left), Infix | Num):
        return None
    a, b = low.lower(tree.left), low.lower(tree.right)
    if a.rank == b.rank == 1 and a.shape == b.shape and not a.labels and not b.labels:
        low.decide("Σ over the entries of two vectors side by side: their dot product", tree)
        return Value(low.builder.apply("dot", a.node, b.node))
    return low.multiplied(tree, a, b)


# ranges ---------------------------------------------------------------------------------------------------


def open_letters(low: Lowerer, tree: Big, letters: list[str]) -> list[Value]:
    """Open the letters of a Σ with their ranges; the masks that leave terms out."""
    scope = low.scope
    masks: list[Value] = []
    ranged = letters[-1] if tree.low is not None or tree.high is not None else ""
    for letter in letters:
        value = scope.get(letter)
        scope.local.pop(letter, None)
        if value is not None and not value.plain and value.rank == 1 and letter != ranged and not value.labels:
            scope.labels[letter] = Label(letter, value.shape[0])  # Σ_x x p(x): over the entries of x
            scope.local[letter] = Value(value.node, (letter,))
            continue
        scope.labels.pop(letter, None)
        if letter in low.free:
            low.free.remove(letter)
        if value is not None:
            scope.local[letter] = None  # the index hides a bound number
        label = Label(letter)
        if letter == ranged:
            masks += _bounds(low, tree, label)
        else:
            label.size = size_of(low, letter, tree)
        scope.labels[letter] = label
        label.partial = shifted_in(tree.body, letter)
    for test in tree.tests:
        masks.append(low.lower(test))
    return masks


def shifted_in(body: Tree, letter: str) -> bool:
    """Whether the letter stands in a subscript with something added: x_{i+1}."""
    for node in walk(body):
        if isinstance(node, Sub):
            for index in node.indices:
                if not isinstance(bare(index), Name) and free_in(index, letter):
                    return True
    return False


def _bounds(low: Lowerer, tree: Big, label: Label) -> list[Value]:
    """Set the label's first value and size; bounds that depend on other letters give masks."""
    dependent = [
        end
        for end in (tree.low, tree.high)
        if end is not None and any(name in low.scope.labels for name in names_in(end))
    ]
    label.ranged = tree.high is not None
    if not dependent:
        label.first = 1 if tree.low is None else low.integer(tree.low)
        if tree.high is None:
            label.size = size_of(low, label.name, tree)
            return []
        if isinstance(bare(tree.high), Const):
            raise Unsupported(
                "a sum without end is not computed", span=low.over(tree.high), hint="give it an upper bound"
            )
        last = low.integer(tree.high)
        low.limits.need("terms of one sum", last - label.first + 1, low.limits.entries)
        label.size = max(0, last - label.first + 1)
        return []
    if tree.high is None:
        raise SyntaxUnread("the upper bound is missing", span=low.over(tree))
    first = 1 if tree.low is None else int(np.min(low.positions(tree.low)[0]))
    last = int(np.max(low.positions(tree.high)[0]))
    base = size_of(low, label.name, tree)
    others = [low.scope.labels[name].first for end in dependent for name in names_in(end) if name in low.scope.labels]
    if base is not None:
        label.first = min([*others, 1]) if 0 in others else 1
        label.size = base
        label.ranged = False
    else:
        low.limits.need("terms of one sum", last - first + 1, low.limits.entries)
        label.first, label.size = first, max(0, last - first + 1)
    low.scope.labels[label.name] = label
    masks: list[Value] = []
    for end, sign in ((tree.low, "≥"), (tree.high, "≤")):
        if end is not None and end in dependent:
            letter = Name(label.name, end.start, end.end)
            masks.append(low.lower(Compare((letter, end), (sign,), end.start, end.end)))
    return masks


def size_of(low: Lowerer, letter: str, tree: Tree) -> int | None:
    """How many values a letter takes, from the arrays that it subscripts."""
    for node in walk(tree):
        if isinstance(node, Sub):
            base = bare(node.base)
            if not isinstance(base, Name):
                continue
            value = low.scope.get(base.text)
            if value is None or value.plain:
                continue
            index = node.indices
            if len(index) == 1 and isinstance(index[0], Num):
                continue
            for k, item in enumerate(index):
                if isinstance(item, Name) and item.text == letter and k < value.rank:
                    return value.shape[k]
        elif isinstance(node, Name) and letter in low.table_letters(node.text):
            value = low.scope.get(node.text)
            if value is not None and not value.plain:
                letters = list(low.table_letters(node.text))
                if letters.index(letter) < value.rank:
                    return value.shape[letters.index(letter)]
    return None


# reducing -------------------------------------------------------------------------------------------------


def reduced(low: Lowerer, tree: Big, letters: list[str], masks: list[Value]) -> Value:
    """The body over its letters, then the reduction."""
    if tree.sign == "Σ" and len(letters) == 1 and not masks:
        made = plain_product(low, tree, letters[0])
        if made is not None:
            return made
    body = low.lower(tree.body)
    missing = [letter for letter in letters if letter not in body.labels]
    for mask in masks:
        missing = [letter for letter in missing if letter not in mask.labels]
        body = elementwise(low.builder, "where", mask, body, Value(number=_IDLE[tree.sign]))
    axes = [letter for letter in letters if letter in body.labels]
    if not axes and not missing:
        raise AssertionError("a sum without letters")
    if axes:
        at = tuple(body.labels.index(letter) for letter in axes)
        rest = tuple(label for label in body.labels if label not in axes)
        if tree.sign.startswith("arg"):
            if len(at) != 1:
                raise Unsupported(f"{tree.sign} over several indices is not read", span=low.over(tree))
            low.decide(f"{tree.sign} counts from 0", tree)
        axis = at[0] if len(at) == 1 else at
        if body.node.shape and any(body.node.shape[k] == 0 for k in at) and tree.sign not in ("Σ", "Π"):
            raise BadValue(f"{tree.sign} over nothing", span=low.over(tree))
        body = Value(body.node.apply(_OPS[tree.sign], axis=axis), rest, row=body.row)
    for letter in missing:
        body = _repeated(low, tree, body, letter)
    return body


def _repeated(low: Lowerer, tree: Big, body: Value, letter: str) -> Value:
    """The body does not carry the letter: as often as the letter takes a value."""
    size = low.scope.labels[letter].size
    if size is None:
        raise SyntaxUnread(
            f"nothing in the body carries the index {letter}, so its range is not known", span=low.over(tree)
        )
    if tree.sign == "Σ":
        low.decide(f"the terms do not depend on {letter}: {size} times the same", tree)
        return elementwise(low.builder, "multiply", Value(number=size), body)
    if tree.sign == "Π":
        low.decide(f"the factors do not depend on {letter}: {size} times the same", tree)
        return elementwise(low.builder, "power", body, Value(number=size))
    return body


def factors(tree: Tree) -> list[Tree] | None:
    """The factors of a plain product; None where it is something else."""
    out: list[Tree] = []
    tree = bare(tree)
    while isinstance(tree, Infix) and tree.sign in ("", "·", "*", "×", "⊙"):
        out.append(tree.right)
        tree = (
            bare(tree.left)
            if isinstance(tree.left, Group) and isinstance(tree.left.body, Infix) and tree.left.body.sign in ("", "·")
            else tree.left
        )
    out.append(tree)
    return out[::-1] if len(out) > 1 else None


def plain_product(low: Lowerer, tree: Big, letter: str) -> Value | None:
    """Σ of a product of which two factors carry the letter: a dot, matvec or matmul step, times the other factors."""
    found = factors(tree.body)
    if found is None:
        return None
    inside = [factor for factor in found if free_in(factor, letter) or _table(low, factor, letter)]
    if len(inside) != 2 or any(isinstance(bare(factor), Big) for factor in found):
        return None
    a, b = (low.lower(factor) for factor in inside)
    made = contracted(low, a, b, letter)
    if made is None:
        return None
    outside = [factor for factor in found if factor not in inside]
    values = [low.lower(factor) for factor in outside]
    if any(value.rank for value in values):
        return None
    for value in values:
        made = elementwise(low.builder, "multiply", value, made)
    return made


def _table(low: Lowerer, tree: Tree, letter: str) -> bool:
    return any(isinstance(node, Name) and letter in low.table_letters(node.text) for node in walk(tree))


def contracted(low: Lowerer, a: Value, b: Value, letter: str) -> Value | None:
    """Two labelled arrays without further axes, summed over one letter that both carry."""
    if a.rank or b.rank or letter not in a.labels or letter not in b.labels:
        return None
    left = tuple(label for label in a.labels if label != letter)
    right = tuple(label for label in b.labels if label != letter)
    if len(left) > 1 or len(right) > 1 or (left and left == right):
        return None
    apply = low.builder.apply
    if not left and not right:
        return Value(apply("dot", a.node, b.node))
    if not left:
        if b.labels[0] == letter:
            return Value(apply("vecmat", a.node, b.node), right)
        return Value(apply("matvec", b.node, a.node), right)
    if not right:
        if a.labels[1] == letter:
            return Value(apply("matvec", a.node, b.node), left)
        return Value(apply("vecmat", b.node, a.node), left)
    first = ordered(low.builder, a, (*left, letter))
    second = ordered(low.builder, b, (letter, *right))
    return Value(apply("matmul", first.node, second.node), (*left, *right))


def expectation(low: Lowerer, tree: Big, letters: list[str]) -> Value:
    """``E_{x∼p}[f(x)]``: the values weighted by p; without a bound p their mean."""
    if tree.over is not None and len(letters) == 1:
        over = bare(tree.over)
        weights = low.scope.get(over.text) if isinstance(over, Name) else None
        if weights is not None and not weights.plain and weights.rank == 1:
            label = low.scope.labels[letters[0]]
            if label.size is None:
                label.size = weights.shape[0]
            p = Value(weights.node, (letters[0],))
            body = low.lower(tree.body)
            made = elementwise(low.builder, "multiply", p, body)
            at = made.labels.index(letters[0])
            rest = tuple(label for label in made.labels if label != letters[0])
            low.decide(f"E: weighted by {low.text(tree.over)}", tree)
            return Value(made.node.apply("sum", axis=at), rest)
    body = low.lower(tree.body)
    axes = [letter for letter in letters if letter in body.labels]
    if not axes:
        raise Unsupported("E needs values to run over and their probabilities", span=low.over(tree))
    low.decide("E: the mean over the entries", tree)
    at_all = tuple(body.labels.index(letter) for letter in axes)
    rest = tuple(label for label in body.labels if label not in axes)
    return Value(body.node.apply("mean", axis=at_all[0] if len(at_all) == 1 else at_all), rest)
