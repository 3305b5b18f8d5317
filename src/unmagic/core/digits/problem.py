"""Lines to be printed together: their quantities, and the digits that make all of them true.

The order of mending is part of the specification (DESIGN.md, "Digits"): the last failing line first, its operands
before its result, whole columns, then every digit that no line needs is taken off again. So the same input always
prints the same.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Hashable, Sequence

from unmagic.core.lines import Line
from unmagic.core.scalar import Expr

from . import printing
from .left import Left
from .quantity import READING, Group, Quantity, Style
from .row import Row

_MENDS = ((1, 0), (2, 0), (0, 1), (1, 1), (3, 0), (2, 1), (4, 0))
"""Digits for the operands that matter, digits for the result: tried in this order."""

_DECADES = 3
"""Entries of one step within so many powers of ten share their decimals."""

_COMPARABLE = math.log10(20)
"""An operand matters if a unit of its last digit moves the result within this factor of the one that moves it most."""


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
        self.style = style
        self.rows: list[Row] = []
        self.groups: list[Group] = []
        self._said: list[tuple[str, str, tuple[Quantity, ...]]] = []

    def line(
        self, left: Expr, result: Quantity, label: str = "", note: str = "", named: Sequence[Quantity] = ()
    ) -> int:
        """A line ``left → result``; leaves of ``left`` are `Quantity`, `Number`, `Constant`. Returns its number.

        ``note`` may speak of quantities: ``{0}`` in it stands for ``named[0]`` as printed.
        """
        self.rows.append(Row(len(self.rows), Left(left), result))
        self._said.append((label, note, tuple(named)))
        return len(self.rows) - 1

    def order(self, left: Quantity, sign: str, right: Quantity, label: str = "", note: str = "") -> int:
        """An order that decided something (``< <= > >= == !=``), strict in print where it is strict."""
        self.rows.append(Row(len(self.rows), Left(left - right), None, sign))
        self._said.append((label, note, ()))
        return len(self.rows) - 1

    def rename(self, number: int, label: str) -> None:
        """Give a line another label."""
        _, note, named = self._said[number]
        self._said[number] = (label, note, named)

    def solve(self) -> list[Line]:
        """The Lines, in the order they were put in; every one holds as printed."""
        self._begin()
        self._mend()
        self._trim()
        return [
            row.line(label, note.format(*(q.text() for q in named)) if named else note)
            for row, (label, note, named) in zip(self.rows, self._said, strict=True)
        ]

    def align(self, quantities: Sequence[Quantity]) -> None:
        """Put quantities that stand in no line into one column."""
        for quantity in quantities:
            quantity.begin(self.style)
        if quantities:
            self._columns(list(quantities))

    def printed(self, quantity: Quantity) -> str:
        """A quantity as the solved Lines print it (after `solve`)."""
        if quantity.group is None and not quantity.whole:
            self.align([quantity])
        quantity.printed()
        return quantity.text()

    # inside -----------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Starting digits, whole numbers, columns; which line stands on which column."""
        seen: dict[int, Quantity] = {}
        for row in self.rows:
            for quantity in row.quantities:
                seen.setdefault(id(quantity), quantity)
            row.settle_whole()
        columns: dict[Hashable, list[Quantity]] = {}
        for quantity in seen.values():
            if not quantity.whole:
                quantity.begin(self.style)
                key = quantity.column if quantity.column is not None else ("", id(quantity))
                columns.setdefault(key, []).append(quantity)
        for members in columns.values():
            self._columns(members)
        for row in self.rows:
            row.attach()

    def _columns(self, members: list[Quantity]) -> None:
        """Split the entries of one step into groups within three decades, largest first."""
        if len(members) == 1:
            self._group(members)
            return
        sized = sorted(members, key=lambda q: -q.full.adjusted() if q.full else 0)
        top: int | None = None
        part: list[Quantity] = []
        for quantity in sized:
            e = quantity.full.adjusted() if quantity.full else top if top is not None else 0
            if top is None or e <= top - _DECADES:
                if part:
                    self._group(part)
                part, top = [], e
            part.append(quantity)
        self._group(part)

    def _group(self, members: list[Quantity]) -> None:
        group = Group()
        group.members = members
        start = max(quantity.start for quantity in members)
        for quantity in members:
            quantity.group = group
            if len(members) > 1:
                quantity.raise_start(start)
        self.groups.append(group)

    def _mend(self) -> None:
        """Give digits until every line holds."""
        todo = [-k for k in range(len(self.rows))]
        heapq.heapify(todo)
        waiting = set(todo)
        while todo:
            k = heapq.heappop(todo)
            waiting.discard(k)
            row = self.rows[-k]
            if row.holds(self):
                continue
            for group in self._grow(row):
                for index in group.rows:
                    if -index not in waiting:
                        waiting.add(-index)
                        heapq.heappush(todo, -index)

    def _grow(self, row: Row) -> list[Group]:
        """The first mend, in the listed order, that makes the line hold; else a digit for the operands."""
        targets = row.targets()
        operands = list({id(q.group): q.group for q in targets if q.group is not None}.values())
        result = row.mendable_result()
        own = [result] if result is not None else []
        # An edge that only the rounding splits is the result's own matter.
        mends = ((0, 1), *_MENDS) if row.edge else _MENDS
        for a, b in mends:
            if (a and not operands) or (b and not own):
                continue
            grown = _wanted(operands, a, own, b)
            for group, digits in grown:
                group.extra += digits
            if row.holds(self):
                return [group for group, _ in grown]
            for group, digits in grown:
                group.extra -= digits
        for groups in (operands, own):
            if groups:
                for group in groups:
                    group.extra += 1
                return groups
        freed = self._freed(row)
        if not freed:
            raise AssertionError(f"no digits make this line true: {printing.text(row.left.nodes)}")
        return freed

    def _freed(self, row: Row) -> list[Group]:
        """The last resort: numbers printed as what they should have been are printed as what the machine has."""
        todo = [q for q in row.left.leaves if q.whole and q.full.is_finite() and q.printed() != q.full]
        groups: list[Group] = []
        while todo:
            quantity = todo.pop()
            if not quantity.whole:
                continue
            quantity.free(self.style)
            self._group([quantity])
            assert quantity.group is not None
            groups.append(quantity.group)
            for other in self.rows:
                if any(q is quantity for q in other.quantities):
                    other.forget()
                    other.groups.append(quantity.group)
                    quantity.group.rows.append(other.index)
                    if other.fixed and other.result is not None:
                        other.fixed = False
                        if other.result.whole and not other.result.kind.whole and not other.result.given:
                            todo.append(other.result)
        return groups

    def _trim(self) -> None:
        """Take digits off, last column first, as long as every line still holds."""
        came_off = True
        while came_off:
            came_off = False
            for group in reversed(self.groups):
                while group.extra > 0:
                    group.extra -= 1
                    if all(self.rows[k].holds(self) for k in reversed(group.rows)):
                        came_off = True
                        continue
                    group.extra += 1
                    break
        for row in self.rows:
            if not row.holds(self):
                raise AssertionError(f"a solved line does not hold: {printing.text(row.left.nodes)}")


def _wanted(operands: list[Group], a: int, own: list[Group], b: int) -> list[tuple[Group, int]]:
    """How many digits each column gains: all positions first, so that siblings don't add up in one column."""
    wanted: list[tuple[Group, int]] = [(group, a) for group in operands] if a else []
    if b:
        for group in own:
            if not any(group is other for other, _ in wanted):
                wanted.append((group, b))
            else:
                wanted = [(other, max(n, b) if other is group else n) for other, n in wanted]
    return wanted
