"""Bars: absolute value, length, norms, floor and ceiling (FORMULAS.md, "Bars")."""

from __future__ import annotations

from typing import Any

from unmagic.core.build import marked
from unmagic.core.errors import Ambiguous, SyntaxUnread, Unsupported

from ..tree import Bars, Call, Const, Name, Num, Tree, bare
from .lowerer import Lowerer
from .numbers import concrete
from .values import Value, elementwise


def barred(low: Lowerer, tree: Bars) -> Value:
    x = low.lower(tree.body)
    with low.builder.at(low.over(tree)):
        if tree.sign in ("⌊", "⌈"):
            return elementwise(low.builder, "floor" if tree.sign == "⌊" else "ceil", x)
        if tree.sign == "‖":
            return norm(low, x, tree.order, tree)
        if x.rank == 0:
            return elementwise(low.builder, "absolute", x)
        if x.rank == 1:
            if low.scope.entrywise:
                low.decide("bars inside Σ: the absolute value of each entry", tree)
                return elementwise(low.builder, "absolute", x)
            low.decide(f"{low.text(tree)}: the length of a vector", tree)
            return Value(x.node.apply("norm", order=2, axis=_axes(x)), x.labels)
        inside = low.text(tree.body)
        raise Ambiguous(
            "bars around a matrix have three meanings",
            span=low.over(tree),
            notes=(f"determinant     det {inside}", f"a norm          ‖{inside}‖", f"entry by entry  abs({inside})"),
            hint=f"{inside} is {marked(x.shape)}",
        )


def _axes(x: Value) -> int | None:
    """The axis of the vector; None where nothing carries an index."""
    return None if not x.labels else x.node.ndim - 1


def norm(low: Lowerer, x: Value, order: Tree | None, tree: Bars | Call) -> Value:
    """‖x‖, ‖A‖_F, ‖x‖₁, ‖x‖_∞, ‖x‖_p."""
    builder = low.builder
    kind: Any = 2
    named = ""
    if order is not None:
        order = bare(order)
        if isinstance(order, Const) and order.name == "inf":
            kind = float("inf")
        elif isinstance(order, Name) and low.scope.get(order.text) is None:
            named = order.text.lower()
            if named not in ("f", "fro", "nuc", "op", "max"):
                raise low.scope.unbound(order.text, low.over(order))
        elif isinstance(order, Num):
            kind = order.value
        else:
            found = concrete(low, order)
            kind = int(found) if found == int(found) else float(found)
    if x.rank == 0:
        if order is None or kind in (1, 2, float("inf")):
            low.decide(f"{low.text(tree)} of a number: its absolute value", tree)
            return elementwise(builder, "absolute", x)
        raise SyntaxUnread("a norm of a number", span=low.over(tree))
    if x.rank == 1:
        if named not in ("", "f", "fro", "max"):
            raise Unsupported(f"the norm {order and low.text(order)} of a vector", span=low.over(tree))
        if named == "max":
            kind = float("inf")
        return Value(x.node.apply("norm", order=kind, axis=_axes(x)), x.labels)
    if x.rank == 2 and not x.labels:
        if order is None or named in ("f", "fro"):
            if order is None:
                low.decide(f"{low.text(tree)} of a matrix: the Frobenius norm", tree)
            return Value(x.node.apply("matrix_norm", order="fro"))
        if named == "nuc":
            return Value(x.node.apply("matrix_norm", order="nuc"))
        if kind in (1, 2, float("inf")) or named == "op":
            return Value(x.node.apply("matrix_norm", order=kind))
    raise Unsupported(f"this norm of {marked(x.shape)} is not read", span=low.over(tree))
