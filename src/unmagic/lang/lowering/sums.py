"""Σ, Π, max, min, argmax, argmin, mean, E and lim: axes with a letter, then one reduction."""

from __future__ import annotations

import numpy as np

from unmagic.core.errors import BadValue, SyntaxUnread, Unsupported

from ..tree import Big, Infix, Name, Num, Tree, bare
from .arithmetic import multiplied
from .contractions import plain_product
from .limits import limit
from .lowerer import Lowerer
from .ranges import carried, open_letters
from .values import Value, elementwise

_OPS = {
    "Σ": "sum", "Π": "prod", "max": "max", "min": "min", "argmax": "argmax", "argmin": "argmin", "mean": "mean",
    "E": "mean", "logsumexp": "logsumexp",
}  # fmt: skip
_IDLE = {"Σ": 0.0, "Π": 1.0, "max": -np.inf, "min": np.inf, "argmax": -np.inf, "argmin": np.inf, "logsumexp": -np.inf}


def big(low: Lowerer, tree: Big) -> Value:
    """One Σ-like sign with its range and its body."""
    if tree.sign == "lim":
        return limit(low, tree)
    letters = list(tree.letters) or carried(low, tree.body)
    if not letters:
        return entrywise(low, tree)
    scope = low.scope
    saved_labels, saved_local = dict(scope.labels), dict(scope.local)
    try:
        masks = open_letters(low, tree, letters)
        with low.builder.at(low.over(tree)):
            if tree.sign == "E" and (tree.over is not None or tree.low is None):
                return expectation(low, tree, letters)
            return reduced(low, tree, letters, masks)
    finally:
        free = {letter: label for letter, label in scope.labels.items() if letter in low.free and letter not in letters}
        scope.labels, scope.local = {**saved_labels, **free}, saved_local


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
    return multiplied(low, tree, a, b)
