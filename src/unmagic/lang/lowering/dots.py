"""What dots leave out: terms of a sum or a product, entries of a list."""

from __future__ import annotations

import numpy as np

from unmagic.core.errors import Unsupported

from ..ellipsis import listed
from ..tree import Big, Ellipsis, Num, Tuple, transformed
from .lowerer import Lowerer
from .scope import Label
from .values import Value, node_of, ordered


def abbreviated(low: Lowerer, tree: Ellipsis) -> Value:
    assert isinstance(tree.big, Big)
    first = low.text(tree.big.low) if tree.big.low is not None and not tree.guessed else "1"
    low.decide(
        f"the dots: {tree.big.sign} over an index from {first}",
        tree,
    )
    made = low.lower(tree.big)
    if tree.guessed:
        _check_pattern(low, tree, tree.big)
    return made


def _check_pattern(low: Lowerer, tree: Ellipsis, big: Big) -> None:
    """The terms before the dots, against the pattern of the last one: computed aside, nothing is kept."""
    scope, builder = low.scope, low.builder
    kept = len(builder.graph.steps)
    saved = dict(scope.local)
    try:
        for k, term in enumerate(tree.terms[:-1], 1):
            scope.local[big.letters[0]] = Value(number=k)
            swapped = transformed(big.body, {big.letters[0]: Num(k, str(k), term.start, term.end)})
            pattern, written = (node_of(low.builder, low.lower(part)).value for part in (swapped, term))
            if np.shape(pattern) != np.shape(written) or not np.allclose(pattern, written, rtol=1e-9):
                raise Unsupported(
                    "the pattern behind the dots is not clear",
                    span=low.over(tree),
                    notes=(f"{low.text(tree.terms[-1])} does not give {low.text(term)} for {k}",),
                )
    finally:
        scope.local = saved
        builder.forget(kept)


def counted_on(low: Lowerer, tree: Tuple) -> Value:
    """``(x_1, …, x_n)`` as a vector over what counts."""
    body, letter = listed(tree.items)
    low.scope.labels[letter] = Label(letter)
    try:
        made = low.lower(body)
    finally:
        low.scope.labels.pop(letter, None)
    rest = tuple(label for label in made.labels if label != letter)
    return Value(ordered(low.builder, made, (*rest, letter)).node, rest)
