"""Functions that the text defines, applied: parameters for names, letters of their own."""

from __future__ import annotations

from unmagic.core.errors import LimitReached, SyntaxUnread, Unsupported

from ..names import ELEMENTWISE, shown
from ..tree import Call
from . import functions
from .letters import lettered
from .lowerer import Lowerer
from .values import Value, ordered

CALLS = 20  # of functions inside functions


def applied(low: Lowerer, tree: Call, args: list[Value]) -> Value:
    """A function of the text or a known one, on values."""
    function = low.scope.functions.get(tree.function)
    if function is None:
        if tree.function not in ELEMENTWISE and tree.primes:
            raise Unsupported(f"{tree.function}′ is not read", span=low.over(tree))
        return functions.applied(low, tree.function, args, tree)
    if len(args) != len(function.params):
        raise SyntaxUnread(
            f"{shown(function.name)} takes {len(function.params)} argument{'s' * (len(function.params) != 1)}, "
            f"here it has {len(args)}",
            span=low.over(tree),
        )
    scope = low.scope
    if scope.calls >= CALLS:
        raise LimitReached(
            f"{shown(function.name)} calls itself, or functions nest deeper than {CALLS}", span=low.over(tree)
        )
    saved = scope.local, scope.labels, low.free, scope.entrywise
    renamed: dict[str, str] = {}
    inner: list[Value] = []
    for arg in args:  # the letters of the arguments are not those of the body
        for label in arg.labels:
            low.renamed += 1
            renamed.setdefault(label, f"{label}#{low.renamed}")
        inner.append(arg.with_labels(tuple(renamed[label] for label in arg.labels)))
    scope.local = dict(zip(function.params, inner, strict=True))
    scope.labels, low.free, scope.entrywise = {}, [], False
    scope.calls += 1
    try:
        made = low.lower(function.body)
        if function.labels:
            made = lettered(low, made, function.labels, tree)
    finally:
        scope.calls -= 1
        scope.local, scope.labels, low.free, scope.entrywise = saved
    back = {new: old for old, new in renamed.items()}
    kept = tuple(label for label in made.labels if label in back)
    loose = tuple(label for label in made.labels if label not in back)
    if loose:  # free letters of the body are axes of the function's value
        made = Value(ordered(low.builder, made, (*kept, *loose)).node, kept)
    return Value(
        None if made.plain else made.node,
        tuple(back[label] for label in made.labels),
        number=made.number,
        row=made.row,
        lazy=made.lazy,
    )
