"""Python's operators between NumPy's arrays and numbers."""

from __future__ import annotations

from typing import Any

from unmagic.core.build import Node
from unmagic.core.errors import Unsupported
from unmagic.record.recorder import Num, Recorder
from unmagic.record.spell.python import OPERATORS
from unmagic.record.spell.weak import beside, raw

from .linear import matmul

_POWERS = {2: "square", 0.5: "sqrt", -1: "reciprocal"}
"""Powers that NumPy computes by another function."""
_BITS = frozenset("&|^")


def binary(r: Recorder, symbol: str, x: Any, y: Any, array: bool) -> Node:
    """``x symbol y`` on nodes and weak numbers; ``array`` says that the left operand is an array, no scalar."""
    if symbol == "@":
        return matmul(*r.operands((x, y)))
    if symbol == "**" and array and not isinstance(y, Node):
        exponent: Any = y.value if y.__class__ is Num else y
        special = _POWERS.get(exponent)
        if (special and x.dtype.kind == "f") or (special == "square" and x.dtype.kind in "iu"):
            constant = y.__class__ is not Num or not r.graph.steps[y.id].inputs
            if constant:
                node: Node = x.apply(special)
                return node
    if symbol not in OPERATORS:
        raise Unsupported(f"no reading for {symbol} of arrays")
    op = OPERATORS[symbol][0]
    weak_bits = symbol in _BITS and x.__class__ is not bool and y.__class__ is not bool
    strong = [one.dtype for one in (x, y) if isinstance(one, Node)]
    taken = beside(op, (raw(x), raw(y)), strong)
    if x.__class__ is Num or y.__class__ is Num or weak_bits or taken is not strong:
        x, y = r.operand(x, *taken), r.operand(y, *taken)
    return r.builder.apply(op, x, y)


__all__ = ["binary"]
