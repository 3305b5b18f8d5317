"""Arithmetic, entry by entry."""

from __future__ import annotations

from typing import Any

from unmagic.core.build import Node
from unmagic.core.graph import Array, Index
from unmagic.core.notation import Apply, Notation, Word, infix
from unmagic.core.op import Operand, promoted
from unmagic.core.scalar import Expr, call

from .families import Binary, Unary


class Add(Binary):
    """Add entry by entry."""

    words = "add {a} and {b}"
    source = "elementary"
    linear_in = ("a", "b")
    dtype = staticmethod(promoted)

    @staticmethod
    def notation(a: Notation, b: Notation) -> Notation:
        return infix("+", a, b)

    @staticmethod
    def forward(xp: Any, a: Array, b: Array) -> Array:
        return xp.add(a, b)

    @staticmethod
    def vjp(g: Node, y: Node, a: Node, b: Node) -> tuple[Node, Node]:
        return g, g

    @staticmethod
    def entry(at: Index, a: Operand, b: Operand) -> Expr:
        return a[at] + b[at]

    @staticmethod
    def slope(operand: int, y: Any, a: Any, b: Any) -> Any:
        return 1.0


class Exp(Unary):
    """e to the power of each entry."""

    words = "e to the power of {x}"
    source = "d/dx eˣ = eˣ"

    @staticmethod
    def notation(x: Notation) -> Notation:
        return Apply(Word("exp"), (x,))

    @staticmethod
    def forward(xp: Any, x: Array) -> Array:
        return xp.exp(x)

    @staticmethod
    def vjp(g: Node, y: Node, x: Node) -> tuple[Node]:
        return (g * y,)

    @staticmethod
    def entry(at: Index, x: Operand) -> Expr:
        return call("exp", x[at])

    @staticmethod
    def slope(operand: int, y: Any, x: Any) -> Any:
        return y
