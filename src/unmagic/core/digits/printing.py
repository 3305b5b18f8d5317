"""Scalar trees as text: brackets from precedence, in people's signs and in Python's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from unmagic.core.scalar import (
    Call,
    Choose,
    Compare,
    Constant,
    Entry,
    Expr,
    Negative,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
    Where,
)
from unmagic.core.scalar_functions import FUNCTIONS

from .quantity import Quantity

LOOSE, SUM, PRODUCT, MINUS, POWER, ATOM = range(6)
"""How tightly a printed tree binds. MINUS is a leading minus: an atom nowhere but at the very front."""

_UP = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_ORDER_TEXT = {"<": "<", "<=": "≤", ">": ">", ">=": "≥", "==": "=", "!=": "≠"}
_CONSTANTS = {"pi": ("π", "pi"), "e": ("e", "e")}
_OPEN = frozenset({"sqrt", "cbrt", "factorial", "remainder", "bitwise_and", "bitwise_or", "bitwise_xor"})
_INFIX = frozenset(
    {"remainder", "bitwise_and", "bitwise_or", "bitwise_xor", "logical_and", "logical_or", "logical_xor", "logical_not"}
)

Piece = tuple[str, int]


class _Signs:
    """The two ways to write: names and signs."""

    __slots__ = ("divide", "minus", "plus", "python", "subtract", "times")

    def __init__(self, python: bool) -> None:
        self.python = python
        self.minus = "-" if python else "−"
        self.times = "*" if python else "·"
        self.plus, self.subtract, self.divide = " + ", f" {self.minus} ", " / "


_TEXT, _ASCII = _Signs(False), _Signs(True)


def text(nodes: Sequence[Expr]) -> str:
    """A tree, by its nodes in postorder, as people write it: ``1·2 + (−1)·1``, ``−log(0.7870)``, ``√2``."""
    return _print(nodes, _TEXT, Quantity.text)


def ascii(nodes: Sequence[Expr]) -> str:
    """A tree, by its nodes in postorder, as a Python expression with names of `math`."""
    return _print(nodes, _ASCII, _literal)


def _literal(quantity: Quantity) -> str:
    """A number as Python reads it; as a ``Decimal`` where float64 cannot hold it."""
    written = quantity.ascii()
    if quantity.dtype == "real" and "e" in written and abs(quantity.full.adjusted()) > 300:
        return f"Decimal('{written}')"
    return written


def _bracket(piece: Piece, least: int) -> str:
    return f"({piece[0]})" if piece[1] < least else piece[0]


def _print(nodes: Sequence[Expr], signs: _Signs, number: Callable[[Quantity], str]) -> str:
    pieces: dict[Expr, Piece] = {}
    for node in nodes:
        if isinstance(node, Quantity):  # most nodes are
            pieces[node] = _number(number(node), signs)
        else:
            pieces[node] = _piece(node, [pieces[arg] for arg in node.args], signs, number)
    return pieces[nodes[-1]][0]


def _piece(node: Expr, args: list[Piece], signs: _Signs, number: Callable[[Quantity], str]) -> Piece:
    match node:
        case Number(value=value) | Entry(value=value):
            return _number(number(_whole(value)), signs)
        case Constant(name=name):
            return _CONSTANTS[name][signs.python], ATOM
        case Sum():
            return _sum(node, args, signs)
        case Product():
            # a factor that starts with a minus stands in brackets even in front: (−0.2130)·2
            return signs.times.join(
                _bracket(p, ATOM if p[1] == MINUS else PRODUCT if k == 0 and not _divides(node, k) else POWER)
                for k, p in enumerate(args)
            ), PRODUCT
        case Negative():
            inner = _bracket(args[0], PRODUCT) if args[0][1] != MINUS else f"({args[0][0]})"
            return f"{signs.minus}{inner}", MINUS
        case Quotient():
            top = _bracket(args[0], ATOM if args[0][1] == MINUS else PRODUCT)
            if isinstance(node.args[0], Quotient):
                top = f"({args[0][0]})"
            return f"{top}{signs.divide}{_bracket(args[1], POWER)}", PRODUCT
        case Power():
            return _power(args, signs), POWER
        case Call(function=name):
            return _call(name, args, signs)
        case Choose(kind=kind):
            return f"{kind}({', '.join(p[0] for p in args)})", ATOM
        case Where():
            test, then, other = (_bracket(p, SUM) if k else p[0] for k, p in enumerate(args))
            return f"{then} if {test} else {other}", LOOSE
        case Compare(sign=sign):
            return compared(_bracket(args[0], SUM), sign, _bracket(args[1], SUM), signs.python), LOOSE
    raise TypeError(f"cannot print {type(node).__name__}")


def _divides(node: Product, k: int) -> bool:
    return isinstance(node.args[k], Quotient)


def compared(left: str, sign: str, right: str, python: bool) -> str:
    """Two sides and the order between them."""
    return f"{left} {sign if python else _ORDER_TEXT[sign]} {right}"


def _whole(value: object) -> Quantity:
    quantity = Quantity(value, given=True)
    if quantity.full.is_finite():
        quantity.become_whole(quantity.full)
    return quantity


def _number(written: str, signs: _Signs) -> Piece:
    if written.startswith(signs.minus):
        return written, MINUS
    # 1e-8 binds as a number, but nobody should have to know that: its square is (1e-8)²
    return written, POWER if "e" in written and "(" not in written else ATOM


def _sum(node: Sum, args: list[Piece], signs: _Signs) -> Piece:
    if not args:
        return "0", ATOM
    parts: list[str] = []
    for k, (term, piece) in enumerate(zip(node.args, args, strict=True)):
        if isinstance(term, Negative) and k:
            inside = piece[0].removeprefix(signs.minus)
            parts.append(signs.subtract + inside)
        elif k:
            parts.append(signs.plus + _bracket(piece, ATOM if piece[1] == MINUS else PRODUCT))
        else:
            parts.append(_bracket(piece, SUM) if piece[1] != SUM else f"({piece[0]})")
    return "".join(parts), SUM if len(args) > 1 else args[0][1]


def _power(args: list[Piece], signs: _Signs) -> str:
    base = _bracket(args[0], ATOM)
    exponent = args[1][0]
    if signs.python:
        return f"{base}**{_bracket(args[1], ATOM)}"
    plain = exponent.replace("−", "-")
    if plain.lstrip("-").isdigit():
        return base + plain.translate(_UP)
    return f"{base}^{_bracket(args[1], ATOM)}"


def _call(name: str, args: list[Piece], signs: _Signs) -> Piece:
    function = FUNCTIONS[name]
    if signs.python:
        return function.ascii.format(*(p[0] for p in args)), LOOSE if name in _INFIX or not function.ascii[
            0
        ].isalpha() else ATOM
    written = [_bracket(p, ATOM) if name in _OPEN or "/" in function.text else p[0] for p in args]
    return function.text.format(*written), LOOSE if name in _INFIX else POWER if name in _OPEN else ATOM
