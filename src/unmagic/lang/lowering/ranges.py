"""The letters of a Σ: over which values each runs, and which terms its conditions leave out."""

from __future__ import annotations

import numpy as np

from unmagic.core.errors import SyntaxUnread, Unsupported

from ..tree import Big, Compare, Const, Name, Num, Sub, Tree, bare, free_in, names_in, subscript_names, walk
from .letters import table_letters
from .lowerer import Lowerer
from .numbers import integer, positions
from .scope import Label
from .values import Value


def carried(low: Lowerer, tree: Tree) -> list[str]:
    """The letters a bare Σ runs over: those in subscripts of its body that nothing else has opened."""
    return [
        letter
        for letter in subscript_names(tree)
        if letter not in low.scope.labels and low.scope.get(letter) is None and free_in(tree, letter)
    ]


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
        label.first = 1 if tree.low is None else integer(low, tree.low)
        if tree.high is None:
            label.size = size_of(low, label.name, tree)
            return []
        if isinstance(bare(tree.high), Const):
            raise Unsupported(
                "a sum without end is not computed", span=low.over(tree.high), hint="give it an upper bound"
            )
        last = integer(low, tree.high)
        low.limits.need("terms of one sum", last - label.first + 1, low.limits.entries)
        label.size = max(0, last - label.first + 1)
        return []
    if tree.high is None:
        raise SyntaxUnread("the upper bound is missing", span=low.over(tree))
    first = 1 if tree.low is None else int(np.min(positions(low, tree.low)[0]))
    last = int(np.max(positions(low, tree.high)[0]))
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
        elif isinstance(node, Name) and letter in table_letters(low, node.text):
            value = low.scope.get(node.text)
            if value is not None and not value.plain:
                letters = list(table_letters(low, node.text))
                if letters.index(letter) < value.rank:
                    return value.shape[letters.index(letter)]
    return None
