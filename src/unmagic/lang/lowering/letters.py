"""A name as its value, and the index letters on a value's axes."""

from __future__ import annotations

import numpy as np

from unmagic.core.errors import SyntaxUnread
from unmagic.core.span import SourceText

from ..names import shown
from ..tokens.plain import tokenize
from ..tree import Name, Tree
from .lowerer import Lowerer
from .values import Value, node_of, ordered


def name(low: Lowerer, tree: Name) -> Value:
    scope = low.scope
    value = scope.get(tree.text)
    if value is not None:
        letters = table_letters(low, tree.text)
        if letters and not value.plain and not value.labels and value.rank >= len(letters):
            return Value(value.node, letters)
        return value
    label = scope.labels.get(tree.text)
    if label is not None:
        if label.size is None:
            raise SyntaxUnread(f"the range of {tree.text} is not known here", span=low.over(tree))
        numbers = np.arange(label.first, label.first + label.size, dtype=np.float64)
        return Value(low.builder.constant(numbers), (tree.text,))
    if tree.text in ("I", "𝟙"):
        return Value(number=1, lazy="I" if tree.text == "I" else "1")
    if tree.text in scope.functions:
        raise SyntaxUnread(
            f"{shown(tree.text)} is a function: what is it applied to?",
            span=low.over(tree),
            hint=f"{shown(tree.text)}({', '.join(shown(p) for p in scope.functions[tree.text].params)})",
        )
    raise scope.unbound(tree.text, low.over(tree))


def table_letters(low: Lowerer, name: str) -> tuple[str, ...]:
    """The letters in a bound table's name: i for ``P(A_i)``, x and y for ``p(x,y)``."""
    if "(" not in name and "|" not in name:
        return ()
    if name not in low.letters:
        texts = [token.text for token in tokenize(SourceText(name)) if token.kind == "name"]
        low.letters[name] = tuple(dict.fromkeys(texts[0 if name[0] == "|" else 1 :]))
    return tuple(text for text in low.letters[name] if text in low.scope.labels)


def lettered(low: Lowerer, value: Value, letters: tuple[str, ...], tree: Tree) -> Value:
    """The value with exactly these letters as its axes, in this order."""
    extra = [label for label in value.labels if label not in letters and "#" not in label]
    missing = [label for label in letters if label not in value.labels]
    if extra:
        raise SyntaxUnread(
            f"the index {extra[0]} stands on the right only",
            span=low.over(tree),
            hint=f"sum over it, or write it on the left: _{''.join(letters)}{extra[0]}",
        )
    if missing:
        label = low.scope.labels.get(missing[0])
        if label is None or label.size is None:
            raise SyntaxUnread(f"the index {missing[0]} stands on the left only", span=low.over(tree))
        sizes_ = [low.scope.labels[m].size or 1 for m in missing]
        node = low.builder.broadcast(node_of(low.builder, value), (*sizes_, *(() if value.plain else value.node.shape)))
        value = Value(node, (*missing, *value.labels))
    hashed = tuple(label for label in value.labels if "#" in label)
    made = ordered(low.builder, value, (*hashed, *letters))
    return Value(made.node, hashed)
