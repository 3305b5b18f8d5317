"""Lines to be printed together: their quantities, and the digits that make all of them true."""

from __future__ import annotations

from unmagic.core.lines import Line
from unmagic.core.scalar import Expr

from .quantity import READING, Quantity, Style


class Problem:
    """Lines in order, solved once: a quantity is printed the same in all of them.

    >>> problem = Problem()
    >>> a, b, y = Quantity(0.1, given=True), Quantity(0.2, given=True), Quantity(0.1 + 0.2)
    >>> problem.line(a + b, y)
    0
    >>> problem.solve()[0].text
    '0.1 + 0.2 = 0.3'
    """

    def __init__(self, style: Style = READING) -> None:
        raise NotImplementedError

    def line(self, left: Expr, result: Quantity, label: str = "", note: str = "") -> int:
        """A line ``left → result``; leaves of ``left`` are `Quantity`, `Number`, `Constant`. Returns its number."""
        raise NotImplementedError

    def order(self, left: Quantity, sign: str, right: Quantity, label: str = "", note: str = "") -> int:
        """An order that decided something (``< <= > >= == !=``), strict in print where it is strict."""
        raise NotImplementedError

    def solve(self) -> list[Line]:
        """The Lines, in the order they were put in; every one holds as printed."""
        raise NotImplementedError

    def printed(self, quantity: Quantity) -> str:
        """A quantity as the solved Lines print it (after `solve`)."""
        raise NotImplementedError
